//! Rules whose addresses do not fit the network.

use super::super::cluster::ClusterPolicies;
use super::super::program::{rule, rules};
use super::{Judge, Remark, RemarkKind, Spot};
use crate::model::{
    AddressSet, Direction, Id, PodPlacement, Policy, PolicyPeer, Target, Workload, World,
};
use std::collections::BTreeMap;

/// Remarks about the address blocks of rules that some pod meets.
pub(super) fn remarks(
    judge: &Judge<'_>,
    cluster: &ClusterPolicies<'_>,
    direction: Direction,
) -> Vec<Remark> {
    let world = judge.world;
    let met = cluster.programs(direction).iter().flat_map(rules);
    let spots: BTreeMap<_, _> = met
        .filter_map(|step| {
            let spot = Spot {
                policy: step.policy,
                direction,
                at: step.rule,
                rule: rule(world, step, direction)?,
            };
            Some(((step.policy, step.rule), spot))
        })
        .collect();
    let known = (!world.networks.is_empty()).then(|| reachable(world));
    spots
        .into_values()
        .filter_map(|spot| {
            let blocks = blocks(&spot.rule.peer);
            if blocks.is_empty() {
                return None;
            }
            translated(world, spot, &blocks)
                .or_else(|| outside_networks(world, spot, &blocks, known.as_ref()?))
        })
        .collect()
}

/// The addresses that a peer made of address blocks names, those of someone outside included.
fn blocks(peer: &PolicyPeer) -> AddressSet {
    let narrows = |part: &PolicyPeer| matches!(part, PolicyPeer::World | PolicyPeer::Not(_));
    match peer {
        PolicyPeer::All(parts) => match parts
            .iter()
            .filter(|part| !narrows(part))
            .collect::<Vec<_>>()
            .as_slice()
        {
            [one] => blocks(one),
            _ => AddressSet::none(),
        },
        PolicyPeer::Addresses(set) | PolicyPeer::AddressesOfPodsToo(set) => set.clone(),
        PolicyPeer::Any(parts) => parts.iter().map(blocks).collect(),
        _ => AddressSet::none(),
    }
}

/// Addresses of all networks, and those that some route leads to; a route to everything counts only where it leads over a
/// border or to something unknown.
fn reachable(world: &World) -> AddressSet {
    let networks = world
        .networks
        .iter()
        .map(|(_, network)| network.addresses.clone());
    let routes = world
        .route_tables
        .iter()
        .flat_map(|(_, table)| &table.routes)
        .filter_map(|route| match (&route.target, route.destination) {
            (Target::Drop(_), _) => None,
            (Target::Outside(_) | Target::NatGateway(_), Some(block))
                if block.prefix_len() == 0 =>
            {
                None
            }
            (_, Some(block)) => Some(AddressSet::of(block)),
            (_, None) => Some(AddressSet::all()),
        });
    networks.chain(routes).collect()
}

fn outside_networks(
    world: &World,
    spot: Spot<'_>,
    blocks: &AddressSet,
    reachable: &AddressSet,
) -> Option<Remark> {
    if !blocks.is_subset(&AddressSet::private())
        || !blocks.is_disjoint(reachable)
        || !on_known_network(world, spot.policy)
    {
        return None;
    }
    Some(spot.remark(RemarkKind::OutsideNetworks {
        addresses: blocks.clone(),
    }))
}

/// Whether the input tells where pods of the policy's cluster stand.
fn on_known_network(world: &World, policy: Id<Policy>) -> bool {
    let cluster = world.policies[policy].cluster;
    world
        .workloads
        .iter()
        .any(|(_, workload)| workload.cluster == cluster && !workload.pod_placements.is_empty())
}

/// Whether pods of another cluster that the blocks hold send with addresses that the blocks do not hold.
fn translated(world: &World, spot: Spot<'_>, blocks: &AddressSet) -> Option<Remark> {
    if spot.direction != Direction::Ingress {
        return None;
    }
    if world.clusters.len() < 2 {
        return None;
    }
    let policy = &world.policies[spot.policy];
    let own = world.workloads.iter().filter(|(id, one)| {
        one.cluster == policy.cluster && policy.subject.holds(world.selected(*id))
    });
    let targets: AddressSet = own
        .flat_map(|(_, one)| &one.pod_placements)
        .map(|pod_placement| pod_placement.pod.addresses.clone())
        .collect();
    let others = world
        .workloads
        .iter()
        .filter(|(_, one)| one.cluster != policy.cluster && !one.host_network);
    let hidden = |pod_placement: &&PodPlacement| {
        let node = pod_placement.node.as_ref().map(|node| &node.addresses);
        let by_node = !targets.is_empty() && targets.is_subset(&pod_placement.translated);
        by_node
            && !pod_placement.pod.addresses.is_disjoint(blocks)
            && node.is_some_and(|node| node.is_disjoint(blocks))
    };
    let mut found = others.filter_map(|(id, one)| {
        one.pod_placements
            .iter()
            .find(hidden)
            .map(|pod_placement| (id, pod_placement))
    });
    let (id, pod_placement): (Id<Workload>, &PodPlacement) = found.next()?;
    let nodes = pod_placement
        .node
        .as_ref()
        .map(|node| node.addresses.clone())
        .unwrap_or_default();
    let mut remark = spot.remark(RemarkKind::Translated {
        workload: id,
        nodes,
    });
    remark.related = vec![world.workloads[id].origin.clone()];
    Some(remark)
}
