//! Charts and kustomizations that a tool outside has rendered, and the way back from what it printed to the files of the
//! repository.

mod align;
mod folder;
pub mod name;
mod request;
mod source_map;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use folder::Folder;
pub use request::{Request, Requested, Values};
pub use source_map::{SourceMap, source_names};

/// Which tool renders it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tool {
    /// A chart: `helm template`.
    Helm,
    /// A kustomization: `kustomize build`, `kubectl kustomize`.
    Kustomize,
}

impl Tool {
    /// What it renders, as the input rows and messages call it.
    #[must_use]
    pub fn renders(self) -> &'static str {
        match self {
            Tool::Helm => "chart",
            Tool::Kustomize => "kustomization",
        }
    }
}

/// How a file came about that no one wrote: a tool printed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendering {
    /// The tool.
    pub tool: Tool,
    /// The file that makes its directory a chart or kustomization (`Chart.yaml`), as files are shown.
    pub main: Arc<str>,
    /// Namespace that objects which name none are installed in; none leaves it to the settings.
    pub namespace: Option<String>,
    /// Whether no tool printed it: `main` is a folder of manifests that are in the input by themselves.
    pub plain: bool,
    /// The files that it was printed from, by the name by which the tool calls them.
    pub templates: BTreeMap<String, Template>,
    /// The request that it answers: it counts only where the input makes it. None for what the command line names or a directory holds.
    pub answers: Option<Request>,
    /// Why there is nothing (then the file is empty); none where the tool succeeded.
    pub failure: Option<Failure>,
}

/// Why a chart or kustomization is not rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What happened and what to do: lower case, no full stop.
    pub what: String,
    /// Whether it was asked for by name and the tool refused it; false where there is no tool, or it was only found.
    pub refused: bool,
}

/// A file that a tool printed objects from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Path to show.
    pub path: Arc<str>,
    /// Its text; empty where it is no text.
    pub text: String,
}
