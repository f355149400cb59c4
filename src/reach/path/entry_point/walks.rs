//! Walks through entry points, with their proof.

use super::super::explain;
use super::super::fabric::Fabric;
use super::super::policy::Guard;
use super::super::region::Region;
use super::super::spot::Standing;
use super::super::walk::{self, Walk};
use super::inner::{Inner, inner};
use super::{Passageway, passageways};
use crate::model::{AddressSet, Bounds, Id, Traffic, Workload};

/// How far a way through an entry point stands before one that never came to its front, for each stretch behind it.
const AHEAD: usize = 1000;

/// The walks from a standing to the pods of a workload through each of its entry points.
pub(in crate::reach::path) fn walks(
    fabric: &Fabric<'_>,
    guard: &dyn Guard,
    from: &Standing<'_>,
    workload: Id<Workload>,
    traffic: &Traffic,
) -> Vec<Walk> {
    let mut out = Vec::new();
    for passageway in passageways(fabric, workload) {
        out.extend(through(fabric, guard, from, &passageway, traffic));
    }
    out
}

fn through(
    fabric: &Fabric<'_>,
    guard: &dyn Guard,
    from: &Standing<'_>,
    passageway: &Passageway<'_>,
    traffic: &Traffic,
) -> Vec<Walk> {
    let Some(front) = passageway.stops.first() else {
        return Vec::new();
    };
    let traffic = passageway.traffic(0).intersection(traffic);
    if walk::start(from, front, &traffic).may.is_empty() {
        return Vec::new();
    }
    let open = inner(fabric, guard, passageway, &Bounds::exact(AddressSet::all())).clients;
    let outer = explain::between(fabric, guard, from, front, &traffic, |region| {
        narrowed(region, &open)
    });
    outer
        .into_iter()
        .map(|walk| joined(fabric, guard, passageway, walk))
        .collect()
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

/// A walk to the front, and on from there.
fn joined(
    fabric: &Fabric<'_>,
    guard: &dyn Guard,
    passageway: &Passageway<'_>,
    mut walk: Walk,
) -> Walk {
    let (Some(witness), false) = (walk.witness, walk.arrives.may.is_empty()) else {
        return walk;
    };
    let clients = walk
        .arrives
        .map(|region| region.iter().map(|cell| cell.sources.clone()).collect());
    let inner: Inner<'_, '_> = inner(fabric, guard, passageway, &clients);
    walk.arrives = of_clients(&walk.arrives, &inner.clients);
    walk.hops.extend(inner.hops(fabric, guard, witness.source));
    if walk.arrives.may.is_empty() {
        let (stretches, kind) = inner.progress();
        walk.progress = AHEAD.saturating_mul(stretches).saturating_add(kind);
    }
    if let Some(pods) = passageway.stops.last() {
        walk.ends.1 = walk::end(pods);
    }
    walk.inward = Some(inner.inward(witness.source));
    walk
}
