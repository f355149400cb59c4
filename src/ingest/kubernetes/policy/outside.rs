//! Pods that may be on the host network after all ([`crate::model::Workload::outside`]): there they are the node, for which other peers hold.
//!
//! A rule that tells a pod from a node becomes the rule for all others, and one in doubt for these pods. So nobody else's answer is in doubt.

use super::super::engine::behaviour::{Question, holds};
use super::super::manifest_lowering::ManifestLowering;
use super::alike::Alike;
use super::host_network::is_open;
use crate::model::{
    Doubt, Id, Policy, PolicyPeer, PolicyRule, PolicySide, Selected, Selector, Workload,
};
use std::collections::BTreeMap;

/// Pods of a namespace of which it is not known whether they are on the host network.
#[derive(Default)]
struct Outsiders {
    pods: Vec<Id<Workload>>,
    doubt: Doubt,
}

/// Those that a rule tells apart from their nodes.
struct Met {
    /// Holds for them, and for others only that are like them in all that is known.
    own: Selector,
    doubt: Doubt,
}

/// Splits what the policies say of such pods.
pub(super) fn split(policies: &mut [Policy], lowering: &ManifestLowering<'_>) {
    let all = outsiders(lowering);
    if all.is_empty() {
        return;
    }
    let engine = &lowering.world.clusters[lowering.cluster].engine;
    let admits_nodes = holds(engine, Question::HostNetworkPeers) != Some(false);
    let alike = Alike::of(lowering);
    let met = |peer: &PolicyPeer| met(peer, &all, &alike, lowering);
    for policy in policies {
        if policy.tier.enforced_by_mesh {
            let doubts = all.values().map(|own| &own.doubt);
            policy.doubt = doubts.fold(policy.doubt.clone(), |sum, own| sum.and(own));
            continue;
        }
        let nodes = admits_nodes && is_open(policy.kind);
        for side in policy.ingress.iter_mut().chain(&mut policy.egress) {
            rules(side, nodes, &met);
        }
    }
}

fn outsiders<'w>(lowering: &'w ManifestLowering<'_>) -> BTreeMap<&'w str, Outsiders> {
    let world = &*lowering.world;
    let mut out: BTreeMap<&str, Outsiders> = BTreeMap::new();
    for (id, own) in world.workloads.iter() {
        if own.cluster == lowering.cluster && !own.outside.is_certain() {
            let here = out
                .entry(&world.namespaces[own.namespace].name)
                .or_default();
            here.pods.push(id);
            here.doubt = here.doubt.and(&own.outside);
        }
    }
    out
}

/// Those whom a peer tells apart; none where there are none.
fn met(
    peer: &PolicyPeer,
    all: &BTreeMap<&str, Outsiders>,
    alike: &Alike<'_>,
    lowering: &ManifestLowering<'_>,
) -> Option<Met> {
    let (mut own, mut doubt) = (Vec::new(), Doubt::none());
    for (namespace, outsiders) in all {
        let told = outsiders.pods.iter().copied();
        let told = told.filter(|id| tells_apart(peer, lowering.world.selected(*id)));
        let told: Vec<Id<Workload>> = told.collect();
        if !told.is_empty() {
            own.push(alike.selector(namespace, &told));
            doubt = doubt.and(&outsiders.doubt);
        }
    }
    (!own.is_empty()).then_some(Met {
        own: Selector::Any(own),
        doubt,
    })
}

/// `nodes`: whether a rule for pods on the host network may hold for their nodes.
fn rules(side: &mut PolicySide, nodes: bool, met: &dyn Fn(&PolicyPeer) -> Option<Met>) {
    for rule in std::mem::take(&mut side.rules) {
        let Some(Met { own, doubt }) = met(&rule.peer) else {
            side.rules.push(rule);
            continue;
        };
        let perhaps = |peer| PolicyRule {
            peer,
            doubt: rule.doubt.and(&doubt),
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
