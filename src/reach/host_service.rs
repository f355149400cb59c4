//! Packets to addresses that the machine under every host answers itself: judged by the policies of the source alone.

use super::Party;
use super::policy::PolicyEvaluator;
use crate::model::{
    AddressSet, Doubt, Hop, HopKind, HostService, Id, Network, Reason, Traffic, Trail, Verdict,
    World,
};

/// The services that all the addresses belong to, on the networks where the source may stand; none where one of the addresses is none of theirs.
pub(super) fn of<'w>(world: &'w World, from: &Party, to: &AddressSet) -> Vec<&'w HostService> {
    let networks = networks(world, from);
    let near: Vec<&HostService> = world
        .host_services
        .iter()
        .filter(|own| networks.contains(&own.network) && !own.addresses.is_disjoint(to))
        .collect();
    let all: AddressSet = near.iter().map(|own| own.addresses.clone()).collect();
    if !to.is_empty() && to.is_subset(&all) {
        near
    } else {
        Vec::new()
    }
}

fn networks(world: &World, from: &Party) -> Vec<Id<Network>> {
    match from {
        Party::Workload(id) => {
            let placements = world.workloads[*id].pod_placements.iter();
            let places = placements.flat_map(|own| [Some(&own.pod), own.node.as_ref()]);
            places.flatten().map(|place| place.network).collect()
        }
        Party::Endpoint(id) => {
            let places = world.endpoints[*id].attachments.iter();
            places.map(|place| place.network).collect()
        }
        Party::Addresses(_) => Vec::new(),
    }
}

/// Whether `from` can send any of `traffic` to such a service. A resource that opens no connections sends nothing.
pub(super) fn explain(
    evaluator: &PolicyEvaluator<'_>,
    from: &Party,
    to: &AddressSet,
    services: &[&HostService],
    traffic: &Traffic,
) -> Trail {
    let far = Party::Addresses(to.clone());
    let mut trail = evaluator.explain(from, &far, traffic).unwrap_or(Trail {
        verdict: Verdict::Reachable,
        traffic: traffic.clone(),
        hops: Vec::new(),
        gaps: Vec::new(),
    });
    if trail.verdict == Verdict::Blocked {
        return trail;
    }
    let doubt = services
        .iter()
        .fold(Doubt::none(), |sum, own| sum.and(&own.doubt));
    let verdict = if doubt.is_certain() {
        Verdict::Reachable
    } else {
        Verdict::Possible
    };
    trail.verdict = trail.verdict.min(verdict);
    trail.gaps.extend(doubt.gaps().iter().copied());
    trail.gaps.sort_unstable();
    trail.gaps.dedup();
    trail.hops.push(Hop {
        kind: HopKind::Endpoint,
        verdict,
        reason: Reason::HostService(services.iter().map(|own| own.title).collect(), to.clone()),
        origin: None,
        assumed: true,
        gaps: doubt.gaps().to_vec(),
    });
    trail
}
