//! `export`: verdicts as tests for those who can answer once everything is applied.

use super::CommandOutcome;
use super::analysis::{Analysis, phase};
use super::arguments;
use super::console::Console;
use super::error::CliError;
use crate::ingest::analyser::{Analyser, ReachabilityTest, TestTarget, by_name};
use crate::model::{Hop, HopKind, Id, Protocol, Traffic, Verdict, Workload, World};
use crate::reach::{Engine, Party, Scope};
use crate::report::{Medium, many};
use std::collections::{BTreeMap, BTreeSet};

/// Runs `export`.
pub(super) fn run(
    arguments: &arguments::Export,
    console: &mut Console,
) -> Result<CommandOutcome, CliError> {
    let analyser = by_name(&arguments.tests.to).ok_or_else(|| {
        CliError::Usage(format!("`{}` is none of the analysers", arguments.tests.to))
    })?;
    let analysis = Analysis::new(&arguments.inputs, console)?;
    let ingested = analysis.world(phase(&arguments.inputs))?;
    let world = one_place_each(ingested.world.clone());
    let engine = Engine::new(&world);
    let (tests, left_out, further) = tests(&engine, analyser, arguments.tests.limit);
    let export = (analyser.write)(&world, &tests);
    match &arguments.tests.output {
        Some(path) => console.file(path, [&export.text], Medium::Text)?,
        None => console.report(&export.text, Medium::Text)?,
    }
    for (about, why) in &left_out {
        console.note(&format!("left out: {about}: {why}"));
    }
    let more = if further {
        "; `--limit` lets in more"
    } else {
        ""
    };
    console.note(&format!("{} written{more}", many(export.count, "test")));
    Ok(analysis
        .complain(&ingested, console)
        .unwrap_or(CommandOutcome::Quiet))
}

/// A world in which everything stands in the first of the places that it may stand in: a test is about one place.
fn one_place_each(mut world: World) -> World {
    for id in world.workloads.ids().collect::<Vec<_>>() {
        world.workloads[id].pod_placements.truncate(1);
    }
    for id in world.endpoints.ids().collect::<Vec<_>>() {
        world.endpoints[id].attachments.truncate(1);
    }
    world
}

/// Who is asked about, towards what, on which port.
type Question = (Id<Workload>, TestTarget, Protocol, u16);

/// So many questions are looked at for each test that may be written: most of a large input may be unsayable.
const LOOKED_AT: usize = 20;

/// The tests for an analyser, those of what passes first; those that it cannot be given, with the reason; and whether there are
/// more.
fn tests(
    engine: &Engine<'_>,
    analyser: &Analyser,
    limit: usize,
) -> (Vec<ReachabilityTest>, Vec<(String, &'static str)>, bool) {
    let (mut out, mut left_out) = (Vec::new(), Vec::new());
    for (at, question) in questions(engine, analyser).into_iter().enumerate() {
        if out.len() == limit || at == limit.saturating_mul(LOOKED_AT) {
            return (out, left_out, true);
        }
        let (from, to, protocol, port) = question;
        let target = match to {
            TestTarget::Workload(id) => Party::Workload(id),
            TestTarget::Endpoint(id) => Party::Endpoint(id),
        };
        let traffic = Traffic::ports(protocol, port, port);
        let trail = engine.explain(&Party::Workload(from), &target, &traffic);
        let expected = match analyser.sees_policies {
            true => Some(trail.verdict),
            false => of_network(trail.verdict, &trail.hops),
        };
        let Some(expected) = expected else { continue };
        let test = ReachabilityTest {
            number: out.len() + 1,
            from,
            to,
            protocol,
            port,
            expected,
        };
        let mut alone = (analyser.write)(engine.world(), std::slice::from_ref(&test));
        match alone.left_out.pop() {
            Some(left) => left_out.push(left),
            None => out.push(test),
        }
    }
    (out, left_out, false)
}

/// The verdict of all hops but policies; none where a policy stops the packet before the others are asked.
fn of_network(verdict: Verdict, hops: &[Hop]) -> Option<Verdict> {
    let is_policy = |hop: &Hop| matches!(hop.kind, HopKind::PolicyEgress | HopKind::PolicyIngress);
    if verdict == Verdict::Blocked {
        return hops.last().filter(|last| !is_policy(last)).map(|_| verdict);
    }
    let others = hops.iter().filter(|hop| !is_policy(hop));
    Some(others.map(|hop| hop.verdict).min().unwrap_or(verdict))
}

/// Pods and what they may be asked about: what passes, what may pass, and each other destination on a port that somebody reaches it by.
fn questions(engine: &Engine<'_>, analyser: &Analyser) -> Vec<Question> {
    let scope = if analyser.reaches_pods {
        Scope::All
    } else {
        Scope::Border
    };
    let mut passing: BTreeMap<(Id<Workload>, TestTarget), (Verdict, Protocol, u16)> =
        BTreeMap::new();
    let mut ports: BTreeMap<TestTarget, BTreeSet<(Protocol, u16)>> = BTreeMap::new();
    for flow in engine.flows(scope) {
        let to = match flow.to {
            Party::Workload(id) if analyser.reaches_pods => TestTarget::Workload(id),
            Party::Endpoint(id) => TestTarget::Endpoint(id),
            _ => continue,
        };
        let port = port_of(&flow.traffic, to, engine.world());
        let (Party::Workload(from), Some((protocol, port))) = (flow.from, port) else {
            continue;
        };
        let own = (flow.verdict, protocol, port);
        let entry = passing.entry((from, to)).or_insert(own);
        *entry = (*entry).max(own);
        ports.entry(to).or_default().insert((protocol, port));
    }
    let mut out: Vec<(bool, Question)> = Vec::new();
    for ((from, to), (verdict, protocol, port)) in &passing {
        out.push((
            *verdict != Verdict::Reachable,
            (*from, *to, *protocol, *port),
        ));
    }
    out.sort();
    let others = engine.world().workloads.ids().flat_map(|from| {
        let ports = ports
            .iter()
            .filter_map(|(to, own)| Some((to, own.first()?)));
        ports.map(move |(to, (protocol, port))| (from, *to, *protocol, *port))
    });
    let others = others.filter(|(from, to, ..)| {
        !passing.contains_key(&(*from, *to)) && *to != TestTarget::Workload(*from)
    });
    let known = out.into_iter().map(|(_, question)| question);
    known.chain(others).collect()
}

/// Where everything passes, the port that is tried.
const USUAL: u16 = 443;

/// A port of TCP, else of UDP, that is in some traffic: one that the pods name, the usual one, or the first.
fn port_of(traffic: &Traffic, to: TestTarget, world: &World) -> Option<(Protocol, u16)> {
    let named = match to {
        TestTarget::Workload(id) => world.workloads[id].named_ports.as_slice(),
        TestTarget::Endpoint(_) => &[],
    };
    [Protocol::TCP, Protocol::UDP]
        .into_iter()
        .find_map(|protocol| {
            let own = traffic.of(protocol);
            let has = |port: &u16| {
                !Traffic::ports(protocol, *port, *port)
                    .intersection(traffic)
                    .is_empty()
            };
            let named = named.iter().filter(|own| own.protocol == protocol);
            let likely = named.map(|own| own.port).chain([USUAL]).find(has);
            Some((protocol, likely.or(own.first())?))
        })
}
