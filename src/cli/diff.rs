//! `diff`: connectivity gained and lost between two inputs.

use super::CommandOutcome;
use super::analysis::{Analysis, scope};
use super::arguments::{self, Inputs, Plain};
use super::config::find;
use super::console::Console;
use super::error::CliError;
use super::naming::rows;
use super::sides::DiffSide;
use crate::ingest::PlanPhase;
use crate::reach::Engine;
use crate::report::{Difference, Medium, json, text};

/// Runs `diff`.
pub(super) fn run(
    arguments: &arguments::Diff,
    console: &mut Console,
) -> Result<CommandOutcome, CliError> {
    let found = find(
        arguments.configuration.config.as_deref(),
        arguments.configuration.no_config,
    )?;
    let mut analyse = |side: DiffSide<'_>| {
        let analysis = Analysis::of(&inputs(arguments, &side), side.found(&found), console)?;
        let ingested = analysis.world(PlanPhase::After)?;
        Ok::<_, CliError>((analysis, ingested))
    };
    let base = analyse(DiffSide {
        own: &arguments.base,
        other: &arguments.head,
    })?;
    let head = analyse(DiffSide {
        own: &arguments.head,
        other: &arguments.base,
    })?;
    let scope = scope(arguments.scope, &head.1).max(scope(arguments.scope, &base.1));
    let difference = Difference::between(
        &rows(&Engine::new(&base.1.world), scope).collect::<Vec<_>>(),
        &rows(&Engine::new(&head.1.world), scope).collect::<Vec<_>>(),
    );
    match arguments.answer.format {
        Plain::Json => console.report(&format!("{}\n", json::diff(&difference)), Medium::Json)?,
        Plain::Text => console.report(&text::diff(&difference), Medium::Text)?,
    }
    let end = if difference.gained.is_empty() {
        CommandOutcome::Quiet
    } else {
        CommandOutcome::Found
    };
    let trouble = [&base, &head]
        .into_iter()
        .filter_map(|(analysis, ingested)| analysis.complain(ingested, console))
        .next();
    Ok(trouble.unwrap_or(end))
}

/// What to read on one side.
fn inputs(arguments: &arguments::Diff, side: &DiffSide<'_>) -> Inputs {
    Inputs {
        inputs: side.own.to_vec(),
        cluster: side.ties(&arguments.cluster),
        tf: side.paths(&arguments.tf),
        default_namespace: arguments.default_namespace.clone(),
        strict: arguments.strict,
        #[cfg(feature = "facts")]
        others: arguments.others.clone(),
        ..Inputs::default()
    }
}
