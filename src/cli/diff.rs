//! `diff`: connectivity gained and lost between two inputs.

use super::End;
use super::analysis::{Analysis, scope};
use super::arguments::{self, Inputs, Plain};
use super::error::CliError;
use super::reach::flows;
use super::stage::Stage;
use crate::ingest::Moment;
use crate::reach::Engine;
use crate::report::{Difference, json, text};
use std::path::PathBuf;

/// Runs `diff`.
pub(super) fn run(arguments: &arguments::Diff, stage: &mut Stage) -> Result<End, CliError> {
    let side = |paths: &[PathBuf]| {
        let inputs = Inputs {
            inputs: paths.to_vec(),
            default_namespace: arguments.default_namespace.clone(),
            no_config: true,
            strict: arguments.strict,
            ..Inputs::default()
        };
        let analysis = Analysis::new(&inputs)?;
        let ingested = analysis.world(Moment::After)?;
        Ok::<_, CliError>((analysis, ingested))
    };
    let (base, head) = (side(&arguments.base)?, side(&arguments.head)?);
    let scope = scope(arguments.scope, &head.1).max(scope(arguments.scope, &base.1));
    let difference = Difference::between(&flows(&Engine::new(&base.1.world), scope), &flows(&Engine::new(&head.1.world), scope));
    match arguments.format {
        Plain::Json => stage.report(&format!("{}\n", json::diff(&difference)))?,
        Plain::Text => stage.report(&text::diff(&difference))?,
    }
    let end = if difference.gained.is_empty() { End::Quiet } else { End::Found };
    let trouble = [&base, &head].into_iter().filter_map(|(analysis, ingested)| analysis.complain(ingested, stage)).next();
    Ok(trouble.unwrap_or(end))
}
