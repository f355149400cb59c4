//! Pods that may be on the host network after all ([`crate::model::Workload::outside`]): there they are the node, for which other peers hold.
//!
//! A rule that tells a pod from a node becomes the rule for all others, and one in doubt for these pods. So nobody else's answer is in doubt.

use super::super::engine::behaviour::{Question, holds};
use super::super::lower::Lowering;
use super::host_network::is_open;
use super::undeclared::like;
use crate::model::{
    Doubt, Id, Policy, PolicyPeer, PolicyRule, PolicySide, Selected, Selector, Workload,
};

/// Pods of which it is not known whether they are on the host network.
struct Outsider {
    pods: Id<Workload>,
    /// Holds for them, and for others only that are like them in all that is known.
    own: Selector,
    doubt: Doubt,
}

/// Splits what the policies say of such pods.
pub(super) fn split(policies: &mut [Policy], lowering: &Lowering<'_>) {
    let all = outsiders(lowering);
    if all.is_empty() {
        return;
    }
    let engine = &lowering.world.clusters[lowering.cluster].engine;
    let admits_nodes = holds(engine, Question::HostNetworkPeers) != Some(false);
    for policy in policies {
        if policy.tier.apart {
            let doubt = all
                .iter()
                .fold(policy.doubt.clone(), |sum, own| sum.and(&own.doubt));
            policy.doubt = doubt;
            continue;
        }
        let nodes = admits_nodes && is_open(policy.kind);
        for side in policy.ingress.iter_mut().chain(&mut policy.egress) {
            rules(side, nodes, &all, lowering);
        }
    }
}

fn outsiders(lowering: &Lowering<'_>) -> Vec<Outsider> {
    let world = &*lowering.world;
    let here = |own: &Workload| own.cluster == lowering.cluster;
    let all = world.workloads.iter().filter(|(_, own)| here(own));
    all.filter(|(_, own)| !own.outside.is_certain())
        .map(|(id, own)| {
            let near = world.workloads.iter();
            let near = near.filter(|(_, other)| here(other) && other.namespace == own.namespace);
            let near: Vec<(Id<Workload>, &Workload)> = near.collect();
            Outsider {
                pods: id,
                own: like(own, &near, &world.namespaces[own.namespace].name),
                doubt: own.outside.clone(),
            }
        })
        .collect()
}

/// `nodes`: whether a rule for pods on the host network may hold for their nodes.
fn rules(side: &mut PolicySide, nodes: bool, all: &[Outsider], lowering: &Lowering<'_>) {
    for rule in std::mem::take(&mut side.rules) {
        let met = all
            .iter()
            .filter(|own| tells_apart(&rule.peer, lowering.world.selected(own.pods)));
        let met: Vec<&Outsider> = met.collect();
        if met.is_empty() {
            side.rules.push(rule);
            continue;
        }
        let own = Selector::Any(met.iter().map(|own| own.own.clone()).collect());
        let doubt = met
            .iter()
            .fold(rule.doubt.clone(), |sum, own| sum.and(&own.doubt));
        let perhaps = |peer| PolicyRule {
            peer,
            doubt: doubt.clone(),
            ..rule.clone()
        };
        let mut more = vec![perhaps(PolicyPeer::Pods(own.clone()))];
        if nodes && matches!(rule.peer, PolicyPeer::Pods(_)) {
            more.push(perhaps(PolicyPeer::Nodes(Selector::Everything)));
        }
        side.rules.push(PolicyRule {
            peer: without(&rule.peer, own),
            ..rule
        });
        side.rules.append(&mut more);
    }
}

/// A peer, but for these pods.
fn without(peer: &PolicyPeer, pods: Selector) -> PolicyPeer {
    let others = Selector::Not(Box::new(pods.clone()));
    match peer {
        PolicyPeer::Pods(selector) => {
            PolicyPeer::Pods(Selector::All(vec![selector.clone(), others]))
        }
        _ => PolicyPeer::All(vec![
            peer.clone(),
            PolicyPeer::Not(Box::new(PolicyPeer::Pods(pods))),
        ]),
    }
}

/// Whether a peer may hold for a pod and not for it as a node, or the other way round.
fn tells_apart(peer: &PolicyPeer, pod: Selected<'_>) -> bool {
    match peer {
        PolicyPeer::Anyone | PolicyPeer::World => false,
        PolicyPeer::Pods(selector) => selector.holds(pod),
        PolicyPeer::NodesOfPods(_) => true,
        PolicyPeer::Nodes(selector) => *selector != Selector::Nothing,
        PolicyPeer::Addresses(_) | PolicyPeer::AddressesOfPodsToo(_) => true,
        PolicyPeer::Not(inner) => tells_apart(inner, pod),
        PolicyPeer::All(parts) | PolicyPeer::Any(parts) => {
            parts.iter().any(|part| tells_apart(part, pod))
        }
    }
}
