//! What the input asks to be rendered: releases of charts, and applications that point at folders.

use super::Folder;
use crate::model::{Gap, GapKind, Origin};

/// A chart, kustomization or folder that the input names, and how it is installed.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Request {
    /// Where it may be, best first: paths as they are shown.
    pub paths: Vec<String>,
    /// Whether the paths are those of the repository, and not as seen from the working directory.
    pub in_repository: bool,
    /// URL of the repository that it is taken from; none where nothing says so.
    pub repository: Option<String>,
    /// Name of the release.
    pub release: Option<String>,
    /// Namespace of what names none.
    pub namespace: Option<String>,
    /// Namespace that all its objects go to, whichever they name.
    pub target_namespace: Option<String>,
    /// Which of its files are meant, where it is a folder of plain manifests.
    pub folder: Folder,
    /// Values, later ones over earlier ones.
    pub values: Vec<Values>,
    /// Single values above all of those, and what the cluster is said to offer: helm's option and what it is given (`--set`, `a.b=c`).
    pub set: Vec<(&'static str, String)>,
}

/// Values of a release.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Values {
    /// A YAML text.
    Text(String),
    /// A file below the chart's directory.
    InChart(String),
    /// A file of the repository.
    InRepository(String),
}

/// A request and who makes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Requested {
    /// What is asked for.
    pub request: Request,
    /// Who asks.
    pub origin: Origin,
    /// Cluster that the one who asks is tied to.
    pub cluster: Option<String>,
    /// Addresses of cluster resources that it may be installed in, where no tie says it.
    pub clusters: Vec<String>,
    /// Whether the objects go where the one who asks lives; else `clusters` has to name the cluster.
    pub here: bool,
    /// Where else they go, in words for a message.
    pub destination: Option<String>,
}

impl Requested {
    /// What is not known as long as nobody has rendered it.
    #[must_use]
    pub fn gap(&self, why: Option<&str>) -> Gap {
        let path = self.request.paths.first().map_or("", String::as_str);
        let why =
            why.unwrap_or("it is not in the input; render it by hand and give what that prints");
        let what = format!(
            "the workloads and policies that `{}` brings from `{path}` are not analysed: {why}",
            self.origin.address
        );
        Gap {
            kind: GapKind::NotInInput,
            what,
            origin: Some(self.origin.clone()),
        }
    }
}
