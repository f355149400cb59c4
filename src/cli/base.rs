//! What was there before a change, as `scan --base` names it.

use super::analysis::Analysis;
use super::arguments::{Inputs, Scan};
use super::config::find;
use super::console::Console;
use super::error::CliError;
use super::sides::DiffSide;
use crate::ingest::{File, Ingested, Kind, PlanPhase, detect};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The base, and the moment of its plans that was there before. A base that holds a plan or a state is what those make
/// of it; to manifests alone goes what was there before the plan of the head.
pub(super) fn base(
    arguments: &Scan,
    head: &Analysis,
    now: &Ingested,
    console: &mut Console,
) -> Result<(Analysis, PlanPhase), CliError> {
    let named = named(&arguments.inputs);
    let side = DiffSide {
        own: &arguments.base,
        other: &named,
    };
    let found = find(
        arguments.inputs.configuration.config.as_deref(),
        arguments.inputs.configuration.no_config,
    )?;
    let inputs = Inputs {
        inputs: arguments.base.clone(),
        cluster: side.ties(&arguments.inputs.cluster),
        tf: side.paths(&arguments.inputs.tf),
        default_namespace: arguments.inputs.default_namespace.clone(),
        strict: arguments.inputs.strict,
        #[cfg(feature = "facts")]
        others: arguments.inputs.others.clone(),
        ..Inputs::default()
    };
    let mut base = Analysis::of(&inputs, side.found(&found), console)?;
    if base.gathered.files.iter().any(is_cloud) {
        return Ok((base, PlanPhase::After));
    }
    base.gathered
        .files
        .retain(|file| !matches!(file.kind, Some(Kind::Sources | Kind::BinaryPlan)));
    base.add(cloud_files(head, now));
    Ok((base, PlanPhase::Before))
}

/// What the command line names as the head's; the working directory where it names nothing.
fn named(inputs: &Inputs) -> Vec<PathBuf> {
    let lists = [
        &inputs.inputs,
        &inputs.manifests,
        &inputs.chart,
        &inputs.plan,
        &inputs.state,
        &inputs.tf,
    ];
    let all: Vec<PathBuf> = lists.into_iter().flatten().cloned().collect();
    if all.is_empty() {
        vec![Path::new(".").to_owned()]
    } else {
        all
    }
}

fn is_cloud(file: &File) -> bool {
    matches!(detect(file), Ok(Some(Kind::Plan | Kind::State)))
}

/// Plans, states and sources of the head.
fn cloud_files(head: &Analysis, now: &Ingested) -> Vec<File> {
    let rows: BTreeSet<&str> = now
        .inputs
        .iter()
        .filter(|row| matches!(row.kind, "plan" | "state" | "sources" | "binary-plan"))
        .map(|row| row.path.as_ref())
        .collect();
    let is_cloud = |file: &&File| {
        matches!(file.kind, Some(Kind::Sources | Kind::BinaryPlan))
            || file.rendering.is_none() && rows.contains(file.path.as_ref())
    };
    head.gathered
        .files
        .iter()
        .filter(is_cloud)
        .cloned()
        .collect()
}
