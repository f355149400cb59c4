//! `facts`: what the repository at hand contributes to the world of its organisation.

use super::CommandOutcome;
use super::analysis::Analysis;
use super::arguments::Facts;
use super::console::Console;
use super::error::CliError;
use super::facts::{origin, rows};
use crate::ingest::facts::Here;
use crate::ingest::{InputError, confidential};
use crate::report::many;
use std::collections::BTreeSet;

/// Runs `facts`.
pub(super) fn run(arguments: &Facts, console: &mut Console) -> Result<CommandOutcome, CliError> {
    let Some(repository) = origin::repository(arguments.inputs.others.repository.as_deref()) else {
        return Err(CliError::Usage(
            "which repository this is is not known, since git names no remote: name it, as in `--repository shop/network`".to_owned(),
        ));
    };
    origin::checked(&repository)?;
    if !arguments.inputs.others.facts.is_empty() {
        let why = "`facts` writes what this repository contributes by itself: leave `--facts` out";
        return Err(CliError::Usage(why.to_owned()));
    }
    let at = origin::commit(arguments);
    let analysis = Analysis::new(&arguments.inputs, console)?;
    let paths = analysis.repository_paths();
    let here = Here {
        repository: &repository,
        commit: at.commit.as_deref(),
        committed: at.committed,
        confidential: confidential(&analysis.gathered.files),
        path: &|shown| {
            if shown == "." {
                shown.to_owned()
            } else {
                paths.path(shown)
            }
        },
        known: known(&analysis),
        default_namespace: analysis.default_namespace(),
        skipped: analysis.gathered.skipped.len(),
    };
    let (rows, errors) = analysis.contribute(&here)?;
    // One row is about the repository.
    let is_empty = rows.len() == 1;
    let written = many(rows.len(), "fact");
    let bytes = rows::encode(rows).map_err(|why| CliError::Write {
        path: arguments.output.clone(),
        why: std::io::Error::other(why.to_string()),
    })?;
    console.bytes(&arguments.output, &bytes)?;
    console.note(&format!(
        "{written} of `{repository}` written to `{}`",
        arguments.output.display()
    ));
    Ok(complain(&analysis, &errors, is_empty, console))
}

/// Tells what could not be read: it is in the facts as what is not known.
fn complain(
    analysis: &Analysis,
    errors: &[InputError],
    is_empty: bool,
    console: &mut Console,
) -> CommandOutcome {
    analysis.complain_of(errors, &[], is_empty, console);
    if errors.is_empty() {
        CommandOutcome::Quiet
    } else {
        CommandOutcome::Refused
    }
}

/// Paths that messages may name: of files, and of the folders that they are of.
fn known(analysis: &Analysis) -> BTreeSet<String> {
    let mut out = BTreeSet::from([".".to_owned()]);
    for file in &analysis.gathered.files {
        out.insert(file.path.to_string());
        out.extend(file.root.iter().map(ToString::to_string));
        if let Some(rendering) = &file.rendering {
            out.insert(rendering.main.to_string());
            let templates = rendering.templates.values();
            out.extend(templates.map(|template| template.path.to_string()));
        }
    }
    out
}
