//! All that passes in a world, by names, so that two worlds can be compared.

use crate::model::{AddressSet, FlowSet, Traffic, Verdict, World};
use crate::reach::{Engine, Exposure, Flow, Party, Scope};
use std::collections::BTreeMap;

/// One direction between two parties, over the same borders.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Passing {
    /// Who opens the connection: a workload's id, a resource's address; empty for bare addresses.
    pub from: String,
    /// Whom it is opened to, likewise.
    pub to: String,
    /// Names of the borders on the way; empty for what policies alone permit.
    pub crosses: Vec<String>,
}

/// What passes for each pair: addresses of the far side with their traffic; all addresses where both have a name.
pub(super) type Rows = BTreeMap<Passing, FlowSet>;

/// All that passes in a world: pods among themselves, pods and addresses by policy alone, and what crosses borders.
#[derive(Clone, Debug, Default)]
pub struct Permitted {
    /// What surely passes.
    pub(super) surely: Rows,
    /// What possibly passes, with what surely does.
    pub(super) possibly: Rows,
}

/// A world with all that passes in it.
#[derive(Clone, Copy)]
pub struct Seen<'a, 'w> {
    /// What answers for the world.
    pub engine: &'a Engine<'w>,
    /// All that crosses.
    pub exposures: &'a [Exposure],
    /// All that passes.
    pub permitted: &'a Permitted,
}

impl Permitted {
    /// All that passes in the world of an engine.
    #[must_use]
    pub fn of(engine: &Engine<'_>) -> Self {
        let mut out = Permitted::default();
        for flow in engine.flows(Scope::All) {
            let (passing, flows) = row(&flow, engine.world());
            if flow.verdict == Verdict::Reachable {
                add(&mut out.surely, passing.clone(), &flows);
            }
            add(&mut out.possibly, passing, &flows);
        }
        out
    }
}

fn add(rows: &mut Rows, passing: Passing, flows: &FlowSet) {
    let own = rows.entry(passing).or_insert_with(FlowSet::none);
    *own = own.union(flows);
}

fn row(flow: &Flow, world: &World) -> (Passing, FlowSet) {
    let name = |party: &Party| match party {
        Party::Workload(id) => world.workload_name(*id),
        Party::Endpoint(id) => world.endpoints[*id].name.clone(),
        Party::Addresses(_) => String::new(),
    };
    let addresses = match (&flow.from, &flow.to) {
        (_, Party::Addresses(own)) | (Party::Addresses(own), _) => own.clone(),
        _ => AddressSet::all(),
    };
    let crosses = flow.crosses.iter();
    let passing = Passing {
        from: name(&flow.from),
        to: name(&flow.to),
        crosses: crosses.map(|id| world.borders[*id].name.clone()).collect(),
    };
    (passing, FlowSet::of(addresses, flow.traffic.clone()))
}

/// What of some rows others do not hold.
pub(super) fn beyond(rows: &Rows, others: &Rows) -> Rows {
    let rest = rows.iter().map(|(passing, flows)| {
        let rest = match others.get(passing) {
            Some(other) if other == flows => FlowSet::none(),
            Some(other) => flows.difference(other),
            None => flows.clone(),
        };
        (passing.clone(), rest)
    });
    rest.filter(|(_, rest)| !rest.is_empty()).collect()
}

/// The traffic of all addresses together.
pub(super) fn traffic(flows: &FlowSet) -> Traffic {
    flows.any_of(&AddressSet::all())
}
