//! Why manifests cannot be given to their clusters.

use super::proposal::{Proposal, lines};
use std::sync::Arc;

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
