//! Entry points as places in which a workload's pods are reached, with what comes through to them.

use super::super::locations::{LocationNumber, Locations};
use super::super::network_index::NetworkIndex;
use super::super::pod_policies::PodPolicies;
use super::inner::inner;
use super::{EntryPointPath, entry_point_paths};
use crate::model::{AddressSet, Border, Bounds, EntryPoint, FlowSet, Id, Workload};

/// One front of an entry point, and what comes in there and gets through to the pods.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::reach::path) struct EntryPointFront {
    /// Where it listens.
    pub location: LocationNumber,
    /// Borders behind the front; ascending.
    pub borders: Vec<Id<Border>>,
    /// What comes through to the pods, by the client's address, as it comes to the front.
    pub admits: Bounds<FlowSet>,
    /// The position of the first path that lets this through; others like it are not listed.
    pub entry_point_path: usize,
}

/// The fronts of each entry point that leads to a workload's pods; entry points in the order of the world.
pub(in crate::reach::path) type EntryPointFronts = Vec<(Id<EntryPoint>, Vec<EntryPointFront>)>;

/// The entry points of a workload.
pub(in crate::reach::path) fn fronts(
    index: &NetworkIndex<'_>,
    evaluator: &dyn PodPolicies,
    locations: &Locations,
    workload: Id<Workload>,
) -> EntryPointFronts {
    let mut out = EntryPointFronts::new();
    for id in index.entry_points(workload) {
        let mut fronts: Vec<EntryPointFront> = Vec::new();
        let entry_point_paths = entry_point_paths(index, workload, *id);
        for (number, entry_point_path) in entry_point_paths.iter().enumerate() {
            let Some(front) = stand(index, evaluator, locations, entry_point_path, number) else {
                continue;
            };
            let like = |known: &EntryPointFront| {
                known.location == front.location
                    && known.borders == front.borders
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

/// The front of one path; none where nothing gets through.
fn stand(
    index: &NetworkIndex<'_>,
    evaluator: &dyn PodPolicies,
    locations: &Locations,
    entry_point_path: &EntryPointPath<'_>,
    number: usize,
) -> Option<EntryPointFront> {
    let (front, forwarder) = (
        entry_point_path.stops.first()?,
        entry_point_path.entry_point.forwarders.first()?,
    );
    let clients = Bounds::exact(entry_point_path.entry_point.clients.clone());
    let inner = inner(index, evaluator, entry_point_path, &clients);
    if inner.clients.may.is_empty() {
        return None;
    }
    let certain = forwarder.doubt.is_certain() && entry_point_path.entry_point.doubt.is_certain();
    let must = if certain {
        inner.clients.must.clone()
    } else {
        AddressSet::none()
    };
    let borders = inner.borders();
    let clients = Bounds {
        must,
        may: inner.clients.may,
    };
    let traffic = entry_point_path.traffic(0);
    Some(EntryPointFront {
        location: locations.number(front.location.clone()),
        borders,
        admits: clients.map(|clients| FlowSet::of(clients.clone(), traffic.clone())),
        entry_point_path: number,
    })
}
