//! Peers that select pods on the host network: whether they hold there is the engine's own (kubernetes.io "Network Policies", "hostNetwork pods").

use super::super::engine::behaviour::{Question, holds};
use super::super::engine::undecided;
use super::super::manifest_lowering::ManifestLowering;
use crate::model::{
    Doubt, GapKind, Policy, PolicyPeer, PolicyRule, PolicySide, Selector, Workload,
};

/// The kinds whose definition leaves it open; the cluster-wide kinds of the network policy API and those of Calico and Cilium do not.
const OPEN: &[(&str, &str)] = &[
    ("networking.k8s.io", "NetworkPolicy"),
    ("extensions", "NetworkPolicy"),
    ("networking.k8s.aws", "ApplicationNetworkPolicy"),
    ("networking.k8s.aws", "ClusterNetworkPolicy"),
];

/// Whether the definition of a kind leaves it open. Kinds of other groups have other names, but for those of no namespace.
pub(super) fn is_open(kind: &str) -> bool {
    OPEN.iter().any(|(_, own)| *own == kind)
}

/// Adds, beside each rule for pods of which some are on the host network, the rule for their nodes: in doubt where the engine is not known.
pub(super) fn peers(
    (group, kind): (&str, &str),
    policies: &mut [Policy],
    lowering: &mut ManifestLowering<'_>,
) {
    if !OPEN.contains(&(group, kind)) {
        return;
    }
    let engine = lowering.world.clusters[lowering.cluster].engine.clone();
    let admitted = holds(&engine, Question::HostNetworkPeers);
    if admitted == Some(false) {
        return;
    }
    for policy in policies {
        let name = policy.origin.address.clone();
        for side in policy.ingress.iter_mut().chain(&mut policy.egress) {
            rules(side, &name, admitted, lowering);
        }
    }
}

fn rules(
    side: &mut PolicySide,
    policy: &str,
    admitted: Option<bool>,
    lowering: &mut ManifestLowering<'_>,
) {
    for rule in std::mem::take(&mut side.rules) {
        let nodes = match &rule.peer {
            PolicyPeer::Pods(selector) => on_host(selector, lowering).map(|pod| (selector, pod)),
            _ => None,
        };
        let nodes = nodes.map(|(selector, pod)| PolicyRule {
            peer: PolicyPeer::NodesOfPods(selector.clone()),
            doubt: rule
                .doubt
                .and(&doubt(policy, &pod, admitted, &rule, lowering)),
            ..rule.clone()
        });
        side.rules.push(rule);
        side.rules.extend(nodes);
    }
}

/// The name of the first pod on the host network that a selector holds for.
fn on_host(selector: &Selector, lowering: &ManifestLowering<'_>) -> Option<String> {
    let world = &*lowering.world;
    let here = |(id, workload): &(_, &Workload)| {
        workload.host_network
            && workload.cluster == lowering.cluster
            && selector.holds(world.selected(*id))
    };
    let (id, _) = world.workloads.iter().find(here)?;
    Some(world.workload_title(id))
}

fn doubt(
    policy: &str,
    pod: &str,
    admitted: Option<bool>,
    rule: &PolicyRule,
    lowering: &mut ManifestLowering<'_>,
) -> Doubt {
    if admitted == Some(true) {
        return Doubt::none();
    }
    let what = format!(
        "{policy} selects `{pod}`, which is on the host network: policy engines differ in whether such a rule holds, and {}",
        undecided(&lowering.world.clusters[lowering.cluster].engine)
    );
    lowering
        .world
        .doubt(GapKind::NotJudged, what, Some(rule.origin.clone()))
}
