//! `intent`: what crosses borders now, as a first list of what is wanted.

use super::CommandOutcome;
use super::analysis::{Analysis, phase};
use super::arguments;
use super::console::Console;
use super::error::CliError;
use super::rulebook::Rulebook;
use crate::model::{Direction, Id, Verdict, Workload, World};
use crate::reach::{Engine, Party};
use crate::report::{Medium, WantedFlow, intent_page};
use crate::rules::Coverage;
use std::collections::{BTreeMap, BTreeSet};

/// Runs `intent`.
pub(super) fn run(
    arguments: &arguments::Intent,
    console: &mut Console,
) -> Result<CommandOutcome, CliError> {
    let analysis = Analysis::new(&arguments.inputs, console)?;
    let judging = arguments::Judging {
        today: arguments.today,
        ..arguments::Judging::default()
    };
    let rulebook = Rulebook::new(&judging, &analysis.found)?;
    let ingested = analysis.world(phase(&arguments.inputs))?;
    let engine = Engine::new(&ingested.world);
    let intent = rulebook.intent();
    let coverage = intent.map(|intent| Coverage::new(intent, &engine));
    let (flows, bare) = flows(&engine, coverage.as_ref());
    let is_first = analysis.found.config.intent.is_none();
    console.report(&intent_page(flows, bare, is_first), Medium::Text)?;
    Ok(analysis
        .complain(&ingested, console)
        .unwrap_or(CommandOutcome::Quiet))
}

/// What crosses between named ends and no entry wants, and how many crossings with bare addresses there are beside.
fn flows(engine: &Engine<'_>, coverage: Option<&Coverage<'_>>) -> (Vec<WantedFlow>, usize) {
    let world = engine.world();
    let siblings = siblings(world);
    let mut rows: BTreeMap<(String, String, Vec<String>), WantedFlow> = BTreeMap::new();
    let mut bare = BTreeSet::new();
    for exposure in engine.exposures() {
        if coverage.is_some_and(|coverage| coverage.wants(&exposure)) {
            continue;
        }
        let near = world.workload_title(exposure.workload);
        let direction = exposure.proof.direction;
        let Some(far) = name(&exposure.far, world) else {
            bare.insert((near, direction, exposure.proof.networks.clone()));
            continue;
        };
        let (from, to) = match direction {
            Direction::Egress => (near, far),
            Direction::Ingress => (far, near),
        };
        let borders = exposure.proof.borders.iter();
        let borders: Vec<String> = borders.map(|id| world.borders[*id].name.clone()).collect();
        let own = rows
            .entry((from.clone(), to.clone(), borders.clone()))
            .or_insert_with(|| WantedFlow {
                from_siblings: siblings.get(&from).copied().unwrap_or_default(),
                from,
                to,
                borders,
                traffic: exposure.proof.traffic.as_ref().clone(),
                certain: false,
            });
        own.traffic = own.traffic.union(&exposure.proof.traffic);
        own.certain |= exposure.proof.verdict == Verdict::Reachable;
    }
    (rows.into_values().collect(), bare.len())
}

/// The name of a party as entries write it; none of bare addresses.
fn name(party: &Party, world: &World) -> Option<String> {
    match party {
        Party::Workload(id) => Some(world.workload_title(*id)),
        Party::Endpoint(id) => Some(world.endpoints[*id].name.clone()),
        Party::Addresses(_) => None,
    }
}

/// For each workload by its title, how many its namespace holds.
fn siblings(world: &World) -> BTreeMap<String, usize> {
    let ids: Vec<Id<Workload>> = world.workloads.ids().collect();
    let mut sizes: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
    for id in &ids {
        let namespace = world.workloads[*id].namespace;
        let own = sizes.entry(namespace).or_default();
        own.insert(world.workload_title(*id));
    }
    let size = |id: &Id<Workload>| {
        let own = sizes.get(&world.workloads[*id].namespace);
        (world.workload_title(*id), own.map_or(0, BTreeSet::len))
    };
    ids.iter().map(size).collect()
}
