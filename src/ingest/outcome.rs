//! What reading the inputs yields.

use super::ignore::Ignore;
use super::input_error::InputError;
use super::terraform::LinkRow;
use super::tie::{Proposal, lines};
use crate::model::{GapKind, Origin, Place, World};
use std::sync::Arc;

/// Everything that was read, at one moment.
#[derive(Clone, Debug)]
pub struct Ingested {
    /// The world.
    pub world: World,
    /// Links between resources, ascending by address and attribute; none where the settings do not ask for them.
    pub links: Vec<LinkRow>,
    /// The inputs, ascending by path.
    pub inputs: Vec<InputRow>,
    /// What could not be read, ascending by place.
    pub errors: Vec<InputError>,
    /// What was left out and is not missed: sources that could not be unpacked, a state beside its plan; ascending by place.
    pub notes: Vec<InputError>,
    /// Requests to ignore findings, ascending by place.
    pub ignores: Vec<Ignore>,
}

impl Ingested {
    /// Adds files that were refused before anything was read of them.
    pub(super) fn refuse(&mut self, files: &[InputError]) {
        self.errors.extend_from_slice(files);
        self.errors.sort();
        self.errors.dedup();
    }

    /// Adds files that a directory holds and that were not read though they are meant to be: what they hold is not known.
    pub(super) fn pass_over(&mut self, files: &[InputError]) {
        for file in files {
            let place = Place {
                file: file.file.clone(),
                line: file.line,
                column: file.column,
                length: 0,
            };
            let origin = Origin {
                place,
                inner: None,
                address: file.file.clone(),
                change: Default::default(),
            };
            let what = format!("`{}` is not read: {}", file.file, file.message);
            self.world.doubt(GapKind::Unreadable, what, Some(origin));
            self.notes.push(InputError {
                message: format!("not read: {}", file.message),
                ..file.clone()
            });
        }
        self.notes.sort();
        self.notes.dedup();
    }
}

/// One input file that was read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct InputRow {
    /// Its path.
    pub path: Arc<str>,
    /// What it is: `plan`, `state`, `manifests`, `chart`, `kustomization`, `sources`, `binary-plan`.
    pub kind: &'static str,
    /// Number of resource instances or Kubernetes objects in it.
    pub resources: usize,
}

/// Why nothing can be analysed at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IngestError {
    /// Manifests could belong to any of several clusters.
    #[error("{}", ambiguous(clusters, files))]
    AmbiguousCluster {
        /// Terraform addresses of the clusters, ascending.
        clusters: Vec<String>,
        /// Manifest files that no tie names, ascending; the first is printed.
        files: Vec<Arc<str>>,
        /// For each cluster the folders that look like its own.
        proposals: Vec<Proposal>,
    },
    /// A tie names a cluster that is in no plan or state.
    #[error("`{tie}` is no cluster of the input: {}", known(clusters))]
    UnknownCluster {
        /// The address or name that was given.
        tie: String,
        /// Terraform addresses of the clusters, ascending.
        clusters: Vec<String>,
    },
}

impl IngestError {
    /// Lines to print below the message: what to write instead.
    #[must_use]
    pub fn remedy(&self) -> Vec<String> {
        match self {
            IngestError::AmbiguousCluster { proposals, .. } => lines(proposals),
            IngestError::UnknownCluster { .. } => Vec::new(),
        }
    }
}

fn list(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

fn known(clusters: &[String]) -> String {
    if clusters.is_empty() {
        "no plan and no state that was read holds a cluster; name the plan as well, or take the tie out".to_owned()
    } else {
        format!("the clusters are {}", list(clusters))
    }
}

fn ambiguous(clusters: &[String], files: &[Arc<str>]) -> String {
    let file = files.first().map_or("", AsRef::as_ref);
    let more = match files.len() {
        0 | 1 => String::new(),
        count => format!(" and of {} more", count - 1),
    };
    format!(
        "the input holds {} clusters ({}) and nothing says to which one the objects of `{file}`{more} are applied: tie each folder to its \
         cluster, with",
        clusters.len(),
        list(clusters),
    )
}
