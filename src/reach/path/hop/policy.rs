//! Network policies of the pods at either end: what they say of an address outside their cluster.

use super::super::evidence::Evidence;
use super::super::location::{EndCandidate, Owner};
use super::super::packet_set::PacketSet;
use super::super::path_candidate::{PathCandidate, PathKind};
use super::entry_point;
use crate::model::{
    Bounds, Direction, Enforced, Forwarder, Id, Reason, Verdict, Witness, Workload,
};

fn pods(place: &EndCandidate<'_>) -> Option<(Id<Workload>, Option<usize>)> {
    match place.owner {
        Owner::Pods(id, pod_placement) => Some((id, pod_placement.map(|(number, _)| number))),
        _ => None,
    }
}

pub(in crate::reach::path) fn passes_out(
    path: &PathCandidate<'_, '_>,
) -> Option<Bounds<PacketSet>> {
    let (workload, pod_placement) = pods(path.from)?;
    Some(
        path.evaluator
            .outside(workload, Direction::Egress, pod_placement)
            .bounds
            .map(PacketSet::towards),
    )
}

pub(in crate::reach::path) fn passes_in(path: &PathCandidate<'_, '_>) -> Option<Bounds<PacketSet>> {
    let (workload, pod_placement) = pods(path.to)?;
    if let Some(forwarder) = sent_by_node(path) {
        let by_policy = path
            .evaluator
            .by_node(workload, pod_placement, &path.from.location.addresses)
            .map(PacketSet::from);
        return Some(on_node(path, forwarder).map_or(by_policy.clone(), |held| {
            entry_point::own_pods(held, by_policy, || {
                path.evaluator
                    .outside(workload, Direction::Ingress, pod_placement)
                    .bounds
            })
        }));
    }
    Some(
        path.evaluator
            .outside(workload, Direction::Ingress, pod_placement)
            .bounds
            .map(PacketSet::from),
    )
}

pub(in crate::reach::path) fn evidence_out(
    path: &PathCandidate<'_, '_>,
    packet: &Witness,
    _: Verdict,
) -> Evidence {
    match pods(path.from) {
        Some((workload, pod_placement)) => {
            path.evaluator
                .evidence(workload, Direction::Egress, pod_placement, packet)
        }
        None => Evidence::new(Reason::Unproved),
    }
}

pub(in crate::reach::path) fn evidence_in(
    path: &PathCandidate<'_, '_>,
    packet: &Witness,
    verdict: Verdict,
) -> Evidence {
    let Some((workload, pod_placement)) = pods(path.to) else {
        return Evidence::new(Reason::Unproved);
    };
    let Some(forwarder) = sent_by_node(path) else {
        return path
            .evaluator
            .evidence(workload, Direction::Ingress, pod_placement, packet);
    };
    let by_policy = || {
        path.evaluator
            .evidence_of_node(workload, pod_placement, packet, verdict)
    };
    on_node(path, forwarder).map_or_else(by_policy, |held| {
        entry_point::evidence_of_own_pods(held, verdict, by_policy)
    })
}

/// The node that sends the packet with its own address, where one does.
fn sent_by_node<'w>(path: &PathCandidate<'_, 'w>) -> Option<&'w Forwarder> {
    path.from
        .owner
        .forwarder()
        .filter(|forwarder| forwarder.own_pods.is_some() && !forwarder.keeps_client)
}

/// Whether policies hold for what a node sends, where it goes to pods that run on it.
fn on_node<'w>(path: &PathCandidate<'_, 'w>, node: &'w Forwarder) -> Option<&'w Enforced> {
    node.own_pods
        .as_ref()
        .filter(|_| matches!(path.border, PathKind::WithinNode))
}
