//! `helm template`. Source: Helm documentation, "helm template".

use super::sources::templates;
use super::tool::{Program, ToolError};
use super::{Job, Printed};
use crate::cli::paths::tidy;
use crate::ingest::rendering::Tool;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

const PROGRAM: &[&str] = &["helm"];

/// Renders a chart. What it lacks is not fetched: dependencies must stand in its `charts` directory.
pub(super) fn template(job: &Job, namespace: &str) -> Result<Printed, ToolError> {
    let helm = Program::find(PROGRAM)?;
    let broken = |why| ToolError::Broken {
        program: helm.name(),
        why,
    };
    let home = tempfile::tempdir().map_err(broken)?;
    let mut arguments: Vec<OsString> = vec!["template".into()];
    arguments.extend(job.release.as_ref().map(OsString::from));
    arguments.push(std::path::absolute(&job.path).map_err(broken)?.into());
    arguments.extend(["--namespace".into(), namespace.into()]);
    for file in &job.values {
        arguments.extend([
            "--values".into(),
            std::path::absolute(file).map_err(broken)?.into(),
        ]);
    }
    for (number, text) in job.texts.iter().enumerate() {
        let file = home.path().join(format!("values-{number}.yaml"));
        std::fs::write(&file, text).map_err(broken)?;
        arguments.extend(["--values".into(), file.into()]);
    }
    arguments.extend(
        job.set
            .iter()
            .flat_map(|(option, value)| [OsString::from(option), value.into()]),
    );
    let text = helm.run(&arguments, home.path())?;
    let templates = templates(Tool::Helm, &text, &|name| locate(&job.path, name));
    Ok(Printed { text, templates })
}

/// The file that helm names: the chart's name, then the path in its directory. None where the path would lead out of it.
fn locate(chart: &Path, name: &str) -> Option<PathBuf> {
    let (_, path) = name.split_once('/')?;
    let found = tidy(&chart.join(path));
    found.starts_with(tidy(chart)).then_some(found)
}

/// The command that renders it by hand.
pub(super) fn command(job: &Job) -> String {
    let release = job
        .release
        .as_ref()
        .map(|name| format!(" {name}"))
        .unwrap_or_default();
    let namespace = job
        .namespace
        .as_ref()
        .map(|name| format!(" --namespace {name}"))
        .unwrap_or_default();
    let values: String = job
        .values
        .iter()
        .map(|file| format!(" --values {}", file.display()))
        .collect();
    format!(
        "helm template{release} {}{namespace}{values}",
        job.path.display()
    )
}
