//! Rules whose addresses do not fit the network.

use super::super::cluster::ClusterPolicies;
use super::super::program::{rule, rules};
use super::joined::Surroundings;
use super::{LocatedRule, PolicyEvaluator, Remark, RemarkKind};
use crate::model::{AddressSet, Cluster, Direction, Id, PodPlacement, PolicyPeer, Workload};
use std::collections::{BTreeMap, BTreeSet};

/// Remarks about the address blocks of rules that some pod meets.
pub(super) fn remarks(
    evaluator: &PolicyEvaluator<'_>,
    near: &Surroundings,
    cluster: &ClusterPolicies<'_>,
    direction: Direction,
) -> Vec<Remark> {
    let world = evaluator.world;
    let met = cluster.programs(direction).iter().flat_map(rules);
    let located_rules: BTreeMap<_, _> = met
        .filter_map(|step| {
            let located = LocatedRule {
                policy: step.policy,
                direction,
                at: step.rule,
                rule: rule(world, step, direction)?,
            };
            Some(((step.policy, step.rule), located))
        })
        .collect();
    located_rules
        .into_values()
        .filter_map(|located| {
            let blocks = blocks(&located.rule.peer);
            if blocks.is_empty() {
                return None;
            }
            translated(evaluator, &near.others, located, &blocks)
                .or_else(|| outside_networks(located, &blocks, near.addresses.as_ref()?))
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

fn outside_networks(
    located: LocatedRule<'_>,
    blocks: &AddressSet,
    known: &AddressSet,
) -> Option<Remark> {
    if !blocks.is_subset(&AddressSet::private()) || !blocks.is_disjoint(known) {
        return None;
    }
    Some(located.remark(RemarkKind::OutsideNetworks {
        addresses: blocks.clone(),
    }))
}

/// Whether pods of one of the `others` that the blocks hold send with addresses that the blocks do not hold.
fn translated(
    evaluator: &PolicyEvaluator<'_>,
    others: &BTreeSet<Id<Cluster>>,
    located: LocatedRule<'_>,
    blocks: &AddressSet,
) -> Option<Remark> {
    if located.direction != Direction::Ingress || others.is_empty() {
        return None;
    }
    let world = evaluator.world;
    let policy = &world.policies[located.policy];
    let own = evaluator.workloads.chosen(policy.cluster, &policy.subject);
    let targets: AddressSet = own
        .flat_map(|id| &world.workloads[id].pod_placements)
        .map(|pod_placement| pod_placement.pod.addresses.clone())
        .collect();
    let others = others.iter().flat_map(|own| evaluator.workloads.of(*own));
    let others = others.map(|id| (*id, &world.workloads[*id]));
    let others = others.filter(|(_, one)| !one.host_network);
    let hidden = |pod_placement: &&PodPlacement| {
        let node = pod_placement.node.as_ref().map(|node| &node.addresses);
        let by_node = !targets.is_empty() && targets.is_subset(&pod_placement.translated);
        by_node
            && !pod_placement.pod.addresses.is_disjoint(blocks)
            && node.is_some_and(|node| node.is_disjoint(blocks))
    };
    let found = others.filter_map(|(id, one)| {
        one.pod_placements
            .iter()
            .find(hidden)
            .map(|pod_placement| (id, pod_placement))
    });
    let (id, pod_placement): (Id<Workload>, &PodPlacement) = found.min_by_key(|(id, _)| *id)?;
    let nodes = pod_placement
        .node
        .as_ref()
        .map(|node| node.addresses.clone())
        .unwrap_or_default();
    let mut remark = located.remark(RemarkKind::Translated {
        workload: id,
        nodes,
    });
    remark.related = vec![world.workloads[id].origin.clone()];
    Some(remark)
}
