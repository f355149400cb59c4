//! Clusters with rules by address, and pods or nodes whose addresses the input does not say.

use crate::model::{AddressSet, Cluster, GapKind, Id, PolicyPeer, Workload, World};

/// Enters a gap for each such cluster: whether its rules by address hold for them is not known.
pub(super) fn lower(world: &mut World) {
    for cluster in world.clusters.ids().collect::<Vec<_>>() {
        let unresolved = world
            .workloads
            .iter()
            .find(|(_, workload)| workload.cluster == cluster && is_unresolved(workload));
        let Some(title) = unresolved
            .map(|(id, _)| world.workload_title(id))
            .filter(|_| asks(world, cluster))
        else {
            continue;
        };
        let what = format!(
            "rules by address: the input does not say the addresses of all pods, `{title}` among them"
        );
        world.clusters[cluster].unresolved = world.doubt(GapKind::NotInInput, what, None);
    }
}

fn is_unresolved(workload: &Workload) -> bool {
    let own = |pod_placement: &crate::model::PodPlacement| match &pod_placement.node {
        Some(node) if workload.host_network => node.addresses.is_empty(),
        _ => pod_placement.pod.addresses.is_empty(),
    };
    workload.addresses.is_empty()
        && (workload.pod_placements.is_empty() || workload.pod_placements.iter().any(own))
}

/// Whether a rule of the cluster asks for the addresses of its pods.
fn asks(world: &World, cluster: Id<Cluster>) -> bool {
    let own = world
        .policies
        .iter()
        .map(|(_, policy)| policy)
        .filter(|policy| policy.cluster == cluster && policy.inert.is_none());
    let mut rules = own
        .flat_map(|policy| policy.ingress.iter().chain(&policy.egress))
        .flat_map(|side| &side.rules);
    rules.any(|rule| by_address(&rule.peer))
}

fn by_address(peer: &PolicyPeer) -> bool {
    match peer {
        PolicyPeer::AddressesOfPodsToo(set) => {
            *set != AddressSet::all() && !set.is_disjoint(&AddressSet::of_unresolved_pods())
        }
        PolicyPeer::Not(inner) => by_address(inner),
        // Who is outside of the cluster is no pod.
        PolicyPeer::All(parts) => {
            !parts.contains(&PolicyPeer::World) && parts.iter().any(by_address)
        }
        PolicyPeer::Any(parts) => parts.iter().any(by_address),
        _ => false,
    }
}
