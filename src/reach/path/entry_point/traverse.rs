//! Traversals of entry points: to the front, and on from there to the pods.

use super::super::candidate;
use super::super::location::EndCandidate;
use super::super::network_index::NetworkIndex;
use super::super::packet_set::PacketSet;
use super::super::pod_policies::PodPolicies;
use super::super::traversal::{self, Sent, Transit, Traversal};
use super::EntryPointPath;
use super::inner::inner;
use crate::model::{AddressSet, Bounds, Traffic};

/// How far a path through an entry point stands before one that never came to its front, for each stretch behind it.
const AHEAD: usize = 1000;

/// Every transit from a place to the front of a path; none where no packet of the traffic is for it.
pub(in crate::reach::path) fn transits<'w>(
    index: &NetworkIndex<'w>,
    from: &EndCandidate<'w>,
    entry_point_path: &EntryPointPath<'w>,
    traffic: &Traffic,
) -> Vec<Transit<'w>> {
    let own = entry_point_path.traffic(0).intersection(traffic);
    let front = entry_point_path.stops.first();
    front.map_or_else(Vec::new, |front| {
        candidate::transits_of(index, from, front, &own).collect()
    })
}

/// Sends packets from a place through an entry point; none where the path has no front.
pub(in crate::reach::path) fn traverse<'w>(
    (index, evaluator): (&NetworkIndex<'w>, &dyn PodPolicies),
    (from, entry_point_path): (&EndCandidate<'w>, &EntryPointPath<'w>),
    transit: Transit<'w>,
    sent: Sent<'_>,
) -> Option<Traversal<'w>> {
    let front = entry_point_path.stops.first()?;
    let traffic = entry_point_path.traffic(0).intersection(sent.traffic);
    let all = Bounds::exact(AddressSet::all());
    let open = inner(index, evaluator, entry_point_path, &all).clients;
    let narrow = |packets| narrowed((sent.narrow)(packets), &open);
    let outer = Sent {
        traffic: &traffic,
        narrow: &narrow,
    };
    let outer = candidate::traverse((index, evaluator), (from, front), transit, outer);
    Some(joined(index, evaluator, entry_point_path, outer))
}

/// Packets of clients who come through to the pods; all where none of them does, so that it shows where they are stopped.
fn narrowed(packets: Bounds<PacketSet>, open: &Bounds<AddressSet>) -> Bounds<PacketSet> {
    let own = of_clients(&packets, open);
    if own.may.is_empty() { packets } else { own }
}

fn of_clients(packets: &Bounds<PacketSet>, clients: &Bounds<AddressSet>) -> Bounds<PacketSet> {
    packets.zip(clients, |packets, clients| {
        packets.intersection(&PacketSet::of(
            clients.clone(),
            AddressSet::all(),
            Traffic::all(),
        ))
    })
}

/// A traversal to the front, and on from there.
fn joined<'w>(
    index: &NetworkIndex<'w>,
    evaluator: &dyn PodPolicies,
    entry_point_path: &EntryPointPath<'w>,
    mut out: Traversal<'w>,
) -> Traversal<'w> {
    let (Some(witness), false) = (out.witness, out.arrives.may.is_empty()) else {
        return out;
    };
    let clients = out
        .arrives
        .map(|packets| packets.iter().map(|cell| cell.sources.clone()).collect());
    let inner = inner(index, evaluator, entry_point_path, &clients);
    out.arrives = of_clients(&out.arrives, &inner.clients);
    if out.arrives.may.is_empty() {
        let (stretches, kind) = inner.progress();
        out.progress = AHEAD.saturating_mul(stretches).saturating_add(kind);
    }
    if let Some(pods) = entry_point_path.stops.last() {
        out.ends.1 = traversal::end(pods);
    }
    let (inward, stretches) = inner.explained(witness.source);
    out.inward = Some(inward);
    out.stretches.extend(stretches);
    out
}
