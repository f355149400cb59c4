//! What reading the inputs yields.

use super::file::InputError;
use super::ignore::Ignore;
use super::terraform::LinkRow;
use crate::model::World;
use std::sync::Arc;

/// Everything that was read, at one moment.
#[derive(Clone, Debug)]
pub struct Ingested {
    /// The world.
    pub world: World,
    /// Links between resources, ascending by address and attribute.
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
        /// Manifest files that no tie names, ascending; the first few are printed.
        files: Vec<Arc<str>>,
    },
    /// A tie names a cluster that is in no plan or state.
    #[error(
        "`{tie}` is no cluster of the input: the clusters are {}",
        list(clusters)
    )]
    UnknownCluster {
        /// The address or name that was given.
        tie: String,
        /// Terraform addresses of the clusters, ascending.
        clusters: Vec<String>,
    },
}

fn list(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    if quoted.is_empty() {
        "none".to_owned()
    } else {
        quoted.join(", ")
    }
}

fn ambiguous(clusters: &[String], files: &[Arc<str>]) -> String {
    let first = clusters.first().map_or("", String::as_str);
    let file = files.first().map_or("", AsRef::as_ref);
    format!(
        "the input holds {} clusters ({}) and nothing says whose manifests `{file}`{} are: tie each with `--cluster '{first}={file}'`, \
         or in crosspeer.yaml with `clusters: [{{address: '{first}', manifests: [{file}]}}]`",
        clusters.len(),
        list(clusters),
        if files.len() > 1 {
            format!(" and {} more", files.len() - 1)
        } else {
            String::new()
        },
    )
}
