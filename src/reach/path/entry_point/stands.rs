//! Entry points as places in which a workload's pods are reached, with what comes through to them.

use super::super::classes::{SpotNumber, Spots};
use super::super::fabric::Fabric;
use super::super::policy::Guard;
use super::inner::inner;
use super::{Passageway, passageways};
use crate::model::{AddressSet, Border, Bounds, EntryPoint, FlowSet, Id, Workload};

/// One front of an entry point, and what comes in there and gets through to the pods.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::reach::path) struct EntryPointStand {
    /// Where it listens.
    pub spot: SpotNumber,
    /// Borders behind the front; ascending.
    pub links: Vec<Id<Border>>,
    /// What comes through to the pods, by the client's address, as it comes to the front.
    pub admits: Bounds<FlowSet>,
    /// The position of the first passageway that lets this through; others like it are not listed.
    pub passageway: usize,
}

/// The fronts of each entry point that leads to a workload's pods; entry points in the order of the world.
pub(in crate::reach::path) type EntryPointStands = Vec<(Id<EntryPoint>, Vec<EntryPointStand>)>;

/// The entry points of a workload.
pub(in crate::reach::path) fn stands(
    fabric: &Fabric<'_>,
    guard: &dyn Guard,
    spots: &Spots,
    workload: Id<Workload>,
) -> EntryPointStands {
    let mut out = EntryPointStands::new();
    for id in fabric.entry_points(workload) {
        let mut fronts: Vec<EntryPointStand> = Vec::new();
        let passageways = passageways(fabric, workload, *id);
        for (number, passageway) in passageways.iter().enumerate() {
            let Some(front) = stand(fabric, guard, spots, passageway, number) else {
                continue;
            };
            let like = |known: &EntryPointStand| {
                known.spot == front.spot
                    && known.links == front.links
                    && known.admits == front.admits
            };
            if !fronts.iter().any(like) {
                fronts.push(front);
            }
        }
        if !fronts.is_empty() {
            out.push((*id, fronts));
        }
    }
    out
}

/// The front of one passageway; none where nothing gets through.
fn stand(
    fabric: &Fabric<'_>,
    guard: &dyn Guard,
    spots: &Spots,
    passageway: &Passageway<'_>,
    number: usize,
) -> Option<EntryPointStand> {
    let (front, forwarder) = (
        passageway.stops.first()?,
        passageway.entry_point.forwarders.first()?,
    );
    let clients = Bounds::exact(passageway.entry_point.clients.clone());
    let inner = inner(fabric, guard, passageway, &clients);
    if inner.clients.may.is_empty() {
        return None;
    }
    let certain = forwarder.doubt.is_certain() && passageway.entry_point.doubt.is_certain();
    let must = if certain {
        inner.clients.must.clone()
    } else {
        AddressSet::none()
    };
    let links = inner.links();
    let clients = Bounds {
        must,
        may: inner.clients.may,
    };
    let traffic = passageway.traffic(0);
    Some(EntryPointStand {
        spot: spots.number(front.spot.clone()),
        links,
        admits: clients.map(|clients| FlowSet::of(clients.clone(), traffic.clone())),
        passageway: number,
    })
}
