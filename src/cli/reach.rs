//! `reach`: the connectivity that findings are drawn from.

use super::CommandOutcome;
use super::analysis::{Analysis, phase, scope};
use super::arguments::{self, Plain};
use super::console::Console;
use super::error::CliError;
use super::naming::{Naming, grouped, rows};
use crate::ingest::Ingested;
use crate::model::Verdict;
use crate::reach::{Engine, Scope, SteppingStones};
use crate::report::{ChainRow, Connectivity, LinkLine, Medium, json, text};
use crate::rules::LONGEST_CHAIN;

/// Runs `reach`.
pub(super) fn run(
    arguments: &arguments::Reach,
    console: &mut Console,
) -> Result<CommandOutcome, CliError> {
    let mut analysis = Analysis::new(&arguments.inputs, console)?;
    analysis.list_links();
    let ingested = analysis.world(phase(&arguments.inputs))?;
    let scope = scope(arguments.scope, &ingested);
    let engine = Engine::new(&ingested.world);
    let rest = connectivity(&ingested, &engine, scope, arguments.grouped);
    if arguments.grouped {
        let flows = grouped(&engine, scope);
        match arguments.answer.format {
            Plain::Json => {
                console.report_parts(json::reach_grouped(&flows, &rest), Medium::Json)?;
            }
            Plain::Text => console.report(&text::reach_grouped(&flows, &rest), Medium::Text)?,
        }
    } else {
        let flows = rows(&engine, scope);
        match arguments.answer.format {
            Plain::Json => console.report_parts(json::reach(flows, &rest), Medium::Json)?,
            Plain::Text => console.report(&text::reach(flows, &rest), Medium::Text)?,
        }
    }
    Ok(analysis
        .complain(&ingested, console)
        .unwrap_or(CommandOutcome::Quiet))
}

/// What is printed beside flows: ways by others, links and gaps.
fn connectivity(
    ingested: &Ingested,
    engine: &Engine<'_>,
    scope: Scope,
    grouped: bool,
) -> Connectivity {
    let world = &ingested.world;
    let link = |row: &crate::ingest::terraform::LinkRow| LinkLine {
        address: row.address.clone(),
        attribute: row.attribute.clone(),
        to: row.to.to_vec(),
        by: row.by.word(),
    };
    let gaps = world.gaps.iter().map(|(_, gap)| gap.clone()).collect();
    let stones = if scope == Scope::Cluster {
        Vec::new()
    } else {
        engine.stepping_stones(LONGEST_CHAIN)
    };
    let mut naming = Naming::new(world);
    let mut chains: Vec<ChainRow> = Vec::new();
    for stone in &stones {
        chain(stone, &mut naming, grouped, &mut chains);
    }
    chains.sort();
    Connectivity {
        chains,
        links: ingested.links.iter().map(link).collect(),
        gaps,
    }
}

/// A path by others as one row, or as one for each start and range of addresses of the far side.
fn chain(stones: &SteppingStones, naming: &mut Naming<'_>, grouped: bool, out: &mut Vec<ChainRow>) {
    let through = stones.through.iter().flat_map(|stone| naming.of(stone));
    let through: Vec<String> = through.map(|name| name.to_string()).collect();
    let crosses = naming.borders(&stones.borders);
    let mut row = |from, to| {
        out.push(ChainRow {
            from,
            to,
            certain: stones.verdict == Verdict::Reachable,
            through: through.clone(),
            traffic: stones.traffic.clone(),
            crosses: crosses.to_vec(),
        });
    };
    let (from, to) = (naming.starts(&stones.starts), naming.all(&stones.fars));
    if grouped {
        return row(from, to);
    }
    for from in &from {
        for to in &to {
            row(vec![from.clone()], vec![to.clone()]);
        }
    }
}
