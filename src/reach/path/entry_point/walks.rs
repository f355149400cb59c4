//! Traversals of entry points: to the front, and on from there to the pods.

use super::super::candidate;
use super::super::fabric::Fabric;
use super::super::policy::Guard;
use super::super::region::Region;
use super::super::spot::Standing;
use super::super::traversal::{self, Sent, Transit, Traversal};
use super::super::walk;
use super::Passageway;
use super::inner::inner;
use crate::model::{AddressSet, Bounds, Traffic};

/// How far a path through an entry point stands before one that never came to its front, for each stretch behind it.
const AHEAD: usize = 1000;

/// Every transit from a standing to the front of a passageway; none where no packet of the traffic is for it.
pub(in crate::reach::path) fn transits<'w>(
    fabric: &Fabric<'w>,
    from: &Standing<'w>,
    passageway: &Passageway<'w>,
    traffic: &Traffic,
) -> Vec<Transit<'w>> {
    let own = passageway.traffic(0).intersection(traffic);
    match passageway.stops.first() {
        Some(front) if !walk::start(from, front, &own).may.is_empty() => {
            candidate::transits(fabric, from, front)
        }
        _ => Vec::new(),
    }
}

/// Sends packets from a standing through an entry point; none where the passageway has no front.
pub(in crate::reach::path) fn traverse<'w>(
    (fabric, guard): (&Fabric<'w>, &dyn Guard),
    (from, passageway): (&Standing<'w>, &Passageway<'w>),
    transit: Transit<'w>,
    sent: Sent<'_>,
) -> Option<Traversal<'w>> {
    let front = passageway.stops.first()?;
    let traffic = passageway.traffic(0).intersection(sent.traffic);
    let all = Bounds::exact(AddressSet::all());
    let open = inner(fabric, guard, passageway, &all).clients;
    let narrow = |region| narrowed((sent.narrow)(region), &open);
    let outer = Sent {
        traffic: &traffic,
        narrow: &narrow,
    };
    let outer = candidate::traverse((fabric, guard), (from, front), transit, outer);
    Some(joined(fabric, guard, passageway, outer))
}

/// Packets of clients who come through to the pods; all where none of them does, so that it shows where they are stopped.
fn narrowed(region: Bounds<Region>, open: &Bounds<AddressSet>) -> Bounds<Region> {
    let own = of_clients(&region, open);
    if own.may.is_empty() { region } else { own }
}

fn of_clients(region: &Bounds<Region>, clients: &Bounds<AddressSet>) -> Bounds<Region> {
    region.zip(clients, |region, clients| {
        region.intersection(&Region::of(
            clients.clone(),
            AddressSet::all(),
            Traffic::all(),
        ))
    })
}

/// A traversal to the front, and on from there.
fn joined<'w>(
    fabric: &Fabric<'w>,
    guard: &dyn Guard,
    passageway: &Passageway<'w>,
    mut out: Traversal<'w>,
) -> Traversal<'w> {
    let (Some(witness), false) = (out.witness, out.arrives.may.is_empty()) else {
        return out;
    };
    let clients = out
        .arrives
        .map(|region| region.iter().map(|cell| cell.sources.clone()).collect());
    let inner = inner(fabric, guard, passageway, &clients);
    out.arrives = of_clients(&out.arrives, &inner.clients);
    if out.arrives.may.is_empty() {
        let (stretches, kind) = inner.progress();
        out.progress = AHEAD.saturating_mul(stretches).saturating_add(kind);
    }
    if let Some(pods) = passageway.stops.last() {
        out.ends.1 = traversal::end(pods);
    }
    let (inward, stretches) = inner.told(witness.source);
    out.inward = Some(inward);
    out.stretches.extend(stretches);
    out
}
