//! What policy engines do, and what every one of them does: worlds of manifests alone and of states, asked by name.

#![expect(
    clippy::unwrap_used,
    reason = "a test may stop at the first thing that is not as expected"
)]

mod blocks;
mod builds;
mod cilium_settings;
mod further_networks;
mod host_network;
mod host_service;
mod mutating;
mod node_port;
mod passing;
mod ports;
mod refused;
mod rivals;
mod service_address;
mod undeclared;
mod words;

use crosspeer::ingest::{File, Ingested, PlanPhase, Settings, ingest};
use crosspeer::model::{AddressSet, Id, Protocol, Traffic, Verdict, Workload, World};
use crosspeer::reach::{Engine, Party};

pub(super) const REACHABLE: Verdict = Verdict::Reachable;
pub(super) const POSSIBLE: Verdict = Verdict::Possible;
pub(super) const BLOCKED: Verdict = Verdict::Blocked;

/// The world of some texts, each a file of its own; `engine` is what the configuration says of the policy engine.
pub(super) fn world(texts: &[&str], engine: Option<&str>) -> World {
    let ingested = read(texts, engine);
    assert_eq!(ingested.errors, [], "{texts:?}");
    ingested.world
}

/// The world of a text that may hold what no API server takes.
pub(super) fn unread(text: &str) -> World {
    read(&[text], None).world
}

fn read(texts: &[&str], engine: Option<&str>) -> Ingested {
    let file = |(number, text): (usize, &&str)| File {
        path: format!("{number}.yaml").into(),
        bytes: text.as_bytes().to_vec(),
        ..File::default()
    };
    let files: Vec<File> = texts.iter().enumerate().map(file).collect();
    let settings = Settings {
        policy_engine: engine.map(str::to_owned),
        ..Settings::default()
    };
    ingest(&files, &settings, PlanPhase::After).unwrap()
}

fn party(world: &World, word: &str) -> Party {
    if let Ok(addresses) = AddressSet::parse(word) {
        return Party::Addresses(addresses);
    }
    let named = |(_, own): &(Id<Workload>, &Workload)| own.name == word;
    Party::Workload(world.workloads.iter().find(named).unwrap().0)
}

/// Whether one can send to the other on a TCP port, both by the name of a workload or by address, and the gaps that stand between.
pub(super) fn answer(world: &World, from: &str, to: &str, port: u16) -> (Verdict, Vec<String>) {
    let traffic = Traffic::ports(Protocol::TCP, port, port);
    let (from, to) = (party(world, from), party(world, to));
    let trail = Engine::new(world).explain(&from, &to, &traffic);
    let gaps = trail.gaps.iter();
    let gaps = gaps.map(|gap| world.gaps[*gap].what.clone()).collect();
    (trail.verdict, gaps)
}
