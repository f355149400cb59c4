//! Doors as places in which a workload's pods are reached, with what comes through to them.

use super::super::classes::{SpotNumber, Spots};
use super::super::fabric::Fabric;
use super::super::policy::Guard;
use super::inner::inner;
use super::passageways;
use crate::model::{AddressSet, Bounds, Door, FlowSet, Id, Link, Traffic, Workload};
use std::collections::BTreeMap;

/// One front of a door, and what comes in there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::reach::path) struct DoorStand {
    /// Where it listens.
    pub spot: SpotNumber,
    /// Borders behind the front; ascending.
    pub links: Vec<Id<Link>>,
    /// What comes through to the pods, by the client's address, as it comes to the front.
    pub admits: Bounds<FlowSet>,
}

/// The fronts of each door that leads to a workload's pods; doors in the order of the world.
pub(in crate::reach::path) type DoorStands = Vec<(Id<Door>, Vec<DoorStand>)>;

/// What a front with the same borders behind it admits, summed over all ways from there.
type Sums = BTreeMap<(Id<Door>, SpotNumber, Vec<Id<Link>>), (Bounds<AddressSet>, Traffic)>;

/// The doors of a workload.
pub(in crate::reach::path) fn stands(
    fabric: &Fabric<'_>,
    guard: &dyn Guard,
    spots: &mut Spots,
    workload: Id<Workload>,
) -> DoorStands {
    let mut sums: Sums = BTreeMap::new();
    for passageway in passageways(fabric, workload) {
        let (Some(front), Some(relay)) = (passageway.stops.first(), passageway.door.relays.first())
        else {
            continue;
        };
        let inner = inner(
            fabric,
            guard,
            &passageway,
            &Bounds::exact(passageway.door.clients.clone()),
        );
        if inner.clients.may.is_empty() {
            continue;
        }
        let certain = relay.doubt.is_certain() && passageway.door.doubt.is_certain();
        let must = if certain {
            inner.clients.must.clone()
        } else {
            AddressSet::none()
        };
        let key = (
            passageway.id,
            spots.number(front.spot.clone()),
            inner.links(),
        );
        let sum = sums
            .entry(key)
            .or_insert_with(|| (Bounds::default(), passageway.traffic(0)));
        sum.0 = sum.0.zip(
            &Bounds {
                must,
                may: inner.clients.may,
            },
            AddressSet::union,
        );
    }
    let mut out: DoorStands = Vec::new();
    for ((door, spot, links), (clients, traffic)) in sums {
        let stand = DoorStand {
            spot,
            links,
            admits: clients.map(|clients| FlowSet::of(clients.clone(), traffic.clone())),
        };
        match out.last_mut() {
            Some((last, stands)) if *last == door => stands.push(stand),
            _ => out.push((door, vec![stand])),
        }
    }
    out
}
