//! Charts and kustomizations, rendered by the tools that are on the machine: what they print is read as manifests.
//!
//! Nothing here reaches a cluster or the network, and no tool may start another one: see [`tool`].

mod chart;
mod find;
mod helm;
mod inflation;
mod kustomize;
mod mirror;
mod references;
mod requested;
mod said;
mod secret;
mod sources;
mod tool;

pub(super) use find::{Kind, kind_of, not_named_by_others};
pub(super) use requested::fulfil;

use super::boundary::Boundary;
use super::paths::shown;
use crate::ingest::rendering::{Failure, Rendering, Request, Tool};
use crate::ingest::{self, File};
use std::path::PathBuf;
use std::sync::Arc;
use tool::ToolError;

/// One chart or kustomization to render.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Job {
    /// Directory that holds it; of a packed chart the archive.
    pub path: PathBuf,
    /// Name of the release, as `helm template NAME` takes it; none leaves it to helm.
    pub release: Option<String>,
    /// Namespace of the release; none leaves it to `--default-namespace`.
    pub namespace: Option<String>,
    /// Values files, later ones over earlier ones.
    pub values: Vec<PathBuf>,
    /// Values as YAML texts, above those.
    pub texts: Vec<String>,
    /// Single values above all of them: an option of helm and what it is given.
    pub set: Vec<(&'static str, String)>,
    /// The request that is answered, where the input asks for it.
    pub answers: Option<Request>,
    /// Whether it was asked for by name, and not only found.
    pub named: bool,
    /// Cluster that it is tied to.
    pub cluster: Option<String>,
}

/// What a tool has printed, and the names of the files that it printed it from.
struct Printed {
    text: Vec<u8>,
    templates: sources::Templates,
}

/// Renders a chart or kustomization into a file of manifests; where that fails, the file says why.
pub(super) fn render(job: &Job, default_namespace: &str, boundary: &Boundary) -> File {
    let tool = match kind_of(&job.path) {
        Some(Kind::Kustomization(_)) => Tool::Kustomize,
        _ => Tool::Helm,
    };
    let namespace = job.namespace.as_deref().unwrap_or(default_namespace);
    let printed = match tool {
        Tool::Helm => helm::template(job, namespace, boundary),
        Tool::Kustomize => kustomize::build(job, namespace, boundary),
    };
    let (printed, failure) = match printed {
        Ok(printed) => (printed, None),
        Err(error) => (
            Printed {
                text: Vec::new(),
                templates: Default::default(),
            },
            Some(failure(job, tool, &error)),
        ),
    };
    let rendering = Rendering {
        tool,
        main: shown(&find::main(&job.path)).into(),
        namespace: job
            .namespace
            .clone()
            .filter(|_| tool == Tool::Helm || job.answers.is_some()),
        plain: false,
        templates: printed.templates,
        answers: job.answers.clone(),
        failure,
    };
    let release = job
        .release
        .as_ref()
        .map(|name| format!(" ({name})"))
        .unwrap_or_default();
    File {
        path: format!("{}{release}", shown(&job.path)).into(),
        bytes: printed.text,
        kind: Some(ingest::Kind::Manifests),
        named: job.named,
        cluster: job.cluster.clone(),
        rendering: Some(Arc::new(rendering)),
        ..File::default()
    }
}

fn failure(job: &Job, tool: Tool, error: &ToolError) -> Failure {
    let command = match tool {
        Tool::Helm => helm::command(job),
        Tool::Kustomize => kustomize::command(job),
    };
    // What may not be given to a tool is not put into a command for people either.
    let advice = match error {
        ToolError::Hostile(_) => String::new(),
        _ => format!("; render it by hand with `{command} > rendered.yaml` and give that file"),
    };
    Failure {
        what: format!("this {} was not analysed: {error}{advice}", tool.renders()),
        refused: job.named && error.is_of_the_input(),
    }
}
