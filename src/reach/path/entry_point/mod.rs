//! Ways through an entry point ([`EntryPoint`]): over the network to what listens in front, from there to what that hands on to, and at
//! last to the pods.
//!
//! Each stretch is a way of its own with the hops of any other; what differs is the source. A forwarder that keeps the client's
//! address sends with that, and what it sends is not routed: the provider's network brings it to the target, and the replies
//! back to the forwarder. One that does not sends with its own. From a node to pods that run on it there is no network, only the
//! pods' policies.

mod fronts;
mod inner;
mod traverse;

pub(super) use fronts::{EntryPointFronts, fronts};
pub(super) use traverse::{transits, traverse};

use super::location::{EndCandidate, NetworkLocation, Owner};
use super::network_index::NetworkIndex;
use super::path_candidate::{PathKind, borders};
use super::places;
use crate::model::{
    AddressSet, Attachment, EntryPoint, EntryPointTarget, Id, IntervalSet, Traffic, Workload,
};
use crate::reach::Party;

/// One way through an entry point to pods: each forwarder in one of its places, then the pods in one of their placements.
#[derive(Clone)]
pub(super) struct EntryPointPath<'w> {
    id: Id<EntryPoint>,
    entry_point: &'w EntryPoint,
    /// The forwarders in order, then the pods.
    stops: Vec<EndCandidate<'w>>,
    /// How the packet gets from each stop to the next.
    borders: Vec<PathKind<'w>>,
    /// What the pods get it as.
    target: Traffic,
}

impl EntryPointPath<'_> {
    /// What comes to a stop, by its position.
    fn traffic(&self, stop: usize) -> Traffic {
        self.entry_point.forwarders.get(stop).map_or_else(
            || self.target.clone(),
            |forwarder| {
                Traffic::ports(
                    self.entry_point.protocol,
                    forwarder.ports.0,
                    forwarder.ports.1,
                )
            },
        )
    }
}

/// All ways through one entry point to the pods of a workload.
pub(super) fn entry_point_paths<'w>(
    index: &NetworkIndex<'w>,
    workload: Id<Workload>,
    id: Id<EntryPoint>,
) -> Vec<EntryPointPath<'w>> {
    let pods = distinct(places::destinations(index, &Party::Workload(workload)));
    let entry_point = &index.world.entry_points[id];
    let target = target(index, entry_point, workload);
    through(index, id, entry_point, target, &pods)
}

fn through<'w>(
    index: &NetworkIndex<'w>,
    id: Id<EntryPoint>,
    entry_point: &'w EntryPoint,
    target: Traffic,
    pods: &[EndCandidate<'w>],
) -> Vec<EntryPointPath<'w>> {
    if target.is_empty() || entry_point.forwarders.is_empty() {
        return Vec::new();
    }
    let mut out = vec![EntryPointPath {
        id,
        entry_point,
        stops: Vec::new(),
        borders: Vec::new(),
        target,
    }];
    for (number, forwarder) in entry_point.forwarders.iter().enumerate() {
        let stand = |at| EndCandidate {
            owner: Owner::Forwarder(id, entry_point, number),
            location: NetworkLocation::attached(at),
            destinations: AddressSet::all(),
        };
        let places = distinct(forwarder.attachments.iter().map(stand).collect());
        out = out
            .iter()
            .flat_map(|so_far| places.iter().flat_map(|place| so_far.further(index, place)))
            .collect();
    }
    out.iter()
        .flat_map(|so_far| pods.iter().flat_map(|own| so_far.further(index, own)))
        .collect()
}

impl<'w> EntryPointPath<'w> {
    /// This and one more stop, by each border between the last and that.
    fn further(
        &self,
        index: &NetworkIndex<'w>,
        next: &EndCandidate<'w>,
    ) -> Vec<EntryPointPath<'w>> {
        let longer = |border: Option<PathKind<'w>>| {
            let mut out = self.clone();
            out.stops.push(next.clone());
            out.borders.extend(border);
            out
        };
        match self.stops.last() {
            None => vec![longer(None)],
            Some(last) => onwards(index, last, next)
                .into_iter()
                .map(|border| longer(Some(border)))
                .collect(),
        }
    }
}

/// How a forwarder reaches what it hands on to.
fn onwards<'w>(
    index: &NetworkIndex<'w>,
    from: &EndCandidate<'w>,
    to: &EndCandidate<'w>,
) -> Vec<PathKind<'w>> {
    let Some(forwarder) = from.owner.forwarder() else {
        return Vec::new();
    };
    let (is_node, inside) = (
        forwarder.own_pods.is_some(),
        from.location.network.is_some() && from.location.network == to.location.network,
    );
    let own = is_node && runs_on(to, &from.location);
    let mut out = if own {
        vec![PathKind::WithinNode]
    } else {
        Vec::new()
    };
    match (forwarder.keeps_client, is_node) {
        // A node keeps the client's address only for pods of its own.
        (true, true) => {}
        (true, false) if inside => out.push(PathKind::Handed),
        (true, false) => {}
        (false, _) => out.extend(borders(index, &from.location, &to.location)),
    }
    out
}

/// Whether pods that stand so may run on a node that stands there.
fn runs_on(pods: &EndCandidate<'_>, node: &NetworkLocation) -> bool {
    let same = |at: &Attachment| {
        Some(at.network) == node.network
            && at.subnet == node.subnet
            && Some(&at.filters) == node.filters.as_ref()
    };
    matches!(pods.owner, Owner::Pods(_, Some((_, pod_placement))) if pod_placement.node.as_ref().is_some_and(same))
}

/// The ports of a workload's pods that an entry point leads to.
fn target(index: &NetworkIndex<'_>, entry_point: &EntryPoint, workload: Id<Workload>) -> Traffic {
    match &entry_point.target {
        EntryPointTarget::Number(port) => Traffic::ports(entry_point.protocol, *port, *port),
        EntryPointTarget::Unknown => Traffic::protocol(entry_point.protocol),
        EntryPointTarget::Name(name) => {
            let own = index.world.workloads[workload].named_ports.iter();
            let named = own
                .filter(|port| port.name == *name && port.protocol == entry_point.protocol)
                .map(|port| (port.port, port.port));
            Traffic::detail(entry_point.protocol, &IntervalSet::from_ranges(named))
        }
    }
}

/// The first of all that stand alike, whichever line says so.
fn distinct(all: Vec<EndCandidate<'_>>) -> Vec<EndCandidate<'_>> {
    let alike = |a: &EndCandidate<'_>, b: &EndCandidate<'_>| {
        let held = |place: &EndCandidate<'_>| match place.owner {
            Owner::Pods(_, Some((_, pod_placement))) => {
                Some((pod_placement.enforced.clone(), pod_placement.node.clone()))
            }
            _ => None,
        };
        NetworkLocation {
            origin: None,
            ..a.location.clone()
        } == NetworkLocation {
            origin: None,
            ..b.location.clone()
        } && held(a) == held(b)
    };
    let mut out: Vec<EndCandidate<'_>> = Vec::new();
    for one in all {
        if !out.iter().any(|known| alike(known, &one)) {
            out.push(one);
        }
    }
    out
}
