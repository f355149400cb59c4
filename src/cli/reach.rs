//! `reach`: the connectivity that findings are drawn from.

use super::End;
use super::analysis::{Analysis, moment, names, scope};
use super::arguments::{self, Plain};
use super::console::Console;
use super::error::CliError;
use crate::ingest::Ingested;
use crate::model::{Verdict, World};
use crate::reach::{Engine, Flow, Scope, SteppingStones};
use crate::report::{ChainRow, Connectivity, FlowRow, LinkLine, Medium, json, text};
use crate::rules::LONGEST_CHAIN;

/// Runs `reach`.
pub(super) fn run(arguments: &arguments::Reach, console: &mut Console) -> Result<End, CliError> {
    let analysis = Analysis::new(&arguments.inputs, console)?;
    let ingested = analysis.world(moment(&arguments.inputs))?;
    let connectivity = connectivity(&ingested, scope(arguments.scope, &ingested));
    match arguments.format {
        Plain::Json => console.report_parts(json::reach(&connectivity), Medium::Json)?,
        Plain::Text => console.report(&text::reach(&connectivity), Medium::Text)?,
    }
    Ok(analysis.complain(&ingested, console).unwrap_or(End::Quiet))
}

/// All flows of a scope as rows, with ways by others, links and gaps.
fn connectivity(ingested: &Ingested, scope: Scope) -> Connectivity {
    let world = &ingested.world;
    let engine = Engine::new(world);
    let flows = flows(&engine, scope);
    let link = |row: &crate::ingest::terraform::LinkRow| LinkLine {
        address: row.address.clone(),
        attribute: row.attribute.clone(),
        to: row.to.clone(),
        by: row.by.word(),
    };
    let gaps = world.gaps.iter().map(|(_, gap)| gap.clone()).collect();
    let stones = if scope == Scope::Cluster {
        Vec::new()
    } else {
        engine.stepping_stones(LONGEST_CHAIN)
    };
    let mut chains: Vec<ChainRow> = stones
        .iter()
        .flat_map(|stone| chain(stone, world))
        .collect();
    chains.sort();
    Connectivity {
        flows,
        chains,
        links: ingested.links.iter().map(link).collect(),
        gaps,
    }
}

/// All flows of a scope as rows, ascending: one for each pair and certainty, whose ends may be several sorts of pods of one owner.
pub(super) fn flows(engine: &Engine<'_>, scope: Scope) -> Vec<FlowRow> {
    let mut out: Vec<FlowRow> = engine
        .flows(scope)
        .iter()
        .flat_map(|flow| rows(flow, engine.world()))
        .collect();
    FlowRow::join(&mut out);
    out
}

/// A path by others as rows: one for each start and range of addresses of the far side.
fn chain(stones: &SteppingStones, world: &World) -> Vec<ChainRow> {
    let row = |from, to| ChainRow {
        from: world.workload_name(from),
        to,
        certain: stones.verdict == Verdict::Reachable,
        through: stones
            .through
            .iter()
            .flat_map(|stone| names(stone, world))
            .collect(),
        traffic: stones.traffic.clone(),
        crosses: stones
            .links
            .iter()
            .map(|link| world.borders[*link].name.clone())
            .collect(),
    };
    let pairs = stones.pairs();
    pairs
        .flat_map(|(from, far)| names(far, world).into_iter().map(move |to| (from, to)))
        .map(|(from, to)| row(from, to))
        .collect()
}

/// A flow as rows: one for each range of addresses on either side.
fn rows(flow: &Flow, world: &World) -> Vec<FlowRow> {
    let crosses: Vec<String> = flow
        .crosses
        .iter()
        .map(|link| world.borders[*link].name.clone())
        .collect();
    let gaps: Vec<String> = flow
        .gaps
        .iter()
        .map(|gap| world.gaps[*gap].what.clone())
        .collect();
    let to = names(&flow.to, world);
    let mut out = Vec::new();
    for from in names(&flow.from, world) {
        out.extend(to.iter().map(|to| FlowRow {
            from: from.clone(),
            to: to.clone(),
            certain: flow.verdict == Verdict::Reachable,
            traffic: flow.traffic.clone(),
            crosses: crosses.clone(),
            gaps: gaps.clone(),
        }));
    }
    out
}
