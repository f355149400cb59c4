//! Entry points as places in which a workload's pods are reached, with what comes through to them.

use super::super::classes::{SpotNumber, Spots};
use super::super::fabric::Fabric;
use super::super::policy::Guard;
use super::inner::inner;
use super::passageways;
use crate::model::{AddressSet, Border, Bounds, EntryPoint, FlowSet, Id, Traffic, Workload};
use std::collections::BTreeMap;

/// One front of an entry point, and what comes in there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::reach::path) struct EntryPointStand {
    /// Where it listens.
    pub spot: SpotNumber,
    /// Borders behind the front; ascending.
    pub links: Vec<Id<Border>>,
    /// What comes through to the pods, by the client's address, as it comes to the front.
    pub admits: Bounds<FlowSet>,
}

/// The fronts of each entry point that leads to a workload's pods; entry points in the order of the world.
pub(in crate::reach::path) type EntryPointStands = Vec<(Id<EntryPoint>, Vec<EntryPointStand>)>;

/// What a front with the same borders behind it admits, summed over all ways from there.
type Sums = BTreeMap<(Id<EntryPoint>, SpotNumber, Vec<Id<Border>>), (Bounds<AddressSet>, Traffic)>;

/// The entry points of a workload.
pub(in crate::reach::path) fn stands(
    fabric: &Fabric<'_>,
    guard: &dyn Guard,
    spots: &mut Spots,
    workload: Id<Workload>,
) -> EntryPointStands {
    let mut sums: Sums = BTreeMap::new();
    for passageway in passageways(fabric, workload) {
        let (Some(front), Some(forwarder)) = (
            passageway.stops.first(),
            passageway.entry_point.forwarders.first(),
        ) else {
            continue;
        };
        let inner = inner(
            fabric,
            guard,
            &passageway,
            &Bounds::exact(passageway.entry_point.clients.clone()),
        );
        if inner.clients.may.is_empty() {
            continue;
        }
        let certain = forwarder.doubt.is_certain() && passageway.entry_point.doubt.is_certain();
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
    let mut out: EntryPointStands = Vec::new();
    for ((entry_point, spot, links), (clients, traffic)) in sums {
        let stand = EntryPointStand {
            spot,
            links,
            admits: clients.map(|clients| FlowSet::of(clients.clone(), traffic.clone())),
        };
        match out.last_mut() {
            Some((last, stands)) if *last == entry_point => stands.push(stand),
            _ => out.push((entry_point, vec![stand])),
        }
    }
    out
}
