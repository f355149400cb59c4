//! Named ports of ingress rules under an engine that resolves them once for all pods of a policy.

use super::super::engine::behaviour::{Question, holds};
use super::super::engine::undecided;
use super::super::manifest_lowering::ManifestLowering;
use crate::model::{
    GapKind, NamedPort, Policy, PolicyPeer, PolicyRule, PortName, Traffic, Workload,
};

/// The kinds that it is about.
const KINDS: &[&str] = &["NetworkPolicy", "ApplicationNetworkPolicy"];

/// Adds, beside each rule that names ports for pods as peers, the numbers that any pod of the policy gives the names: in doubt where the engine is
/// not known.
pub(super) fn ports(
    (group, kind): (&str, &str),
    policies: &mut [Policy],
    lowering: &mut ManifestLowering<'_>,
) {
    let engine = lowering.world.clusters[lowering.cluster].engine.clone();
    let shared = holds(&engine, Question::SharedPortNames);
    if !KINDS.contains(&kind) || group.ends_with("projectcalico.org") || shared == Some(false) {
        return;
    }
    for policy in policies {
        let names = |rule: &PolicyRule| !rule.named_ports.is_empty();
        let ingress = policy.ingress.as_ref();
        if !ingress.is_some_and(|side| side.rules.iter().any(names)) {
            continue;
        }
        let pods = pods(policy, lowering);
        let name = policy.origin.address.clone();
        let Some(side) = &mut policy.ingress else {
            continue;
        };
        for rule in std::mem::take(&mut side.rules) {
            let more = shared_by(&rule, &pods).map(|traffic| PolicyRule {
                traffic,
                named_ports: Vec::new(),
                ..rule.clone()
            });
            side.rules.push(rule);
            let Some(mut more) = more else {
                continue;
            };
            if shared.is_none() {
                let what = format!(
                    "pods of {name} do not all give a named port of it the same number: policy engines differ in whether each of them then lets in all that some of them give it, and {}",
                    undecided(&engine)
                );
                let world = &mut *lowering.world;
                let doubt = world.doubt(GapKind::NotJudged, what, Some(more.origin.clone()));
                more.doubt = more.doubt.and(&doubt);
            }
            side.rules.push(more);
        }
    }
}

/// The named ports of each pod that a policy is about.
fn pods(policy: &Policy, lowering: &ManifestLowering<'_>) -> Vec<Vec<NamedPort>> {
    let world = &*lowering.world;
    let about = |(id, workload): &(_, &Workload)| {
        workload.cluster == lowering.cluster && policy.subject.holds(world.selected(*id))
    };
    let found = world.workloads.iter().filter(about);
    found.map(|(_, pod)| pod.named_ports.clone()).collect()
}

/// The ports that some pod gives a rule's names, where not all give the same.
fn shared_by(rule: &PolicyRule, pods: &[Vec<NamedPort>]) -> Option<Traffic> {
    if !matches!(rule.peer, PolicyPeer::Pods(_) | PolicyPeer::NodesOfPods(_)) {
        return None;
    }
    let meant = |port: &&NamedPort| {
        rule.named_ports.iter().any(|name: &PortName| {
            name.name == port.name && name.protocol.is_none_or(|own| own == port.protocol)
        })
    };
    let of = |ports: &Vec<NamedPort>| -> Traffic {
        let named = ports.iter().filter(meant);
        named
            .map(|port| Traffic::ports(port.protocol, port.port, port.port))
            .collect()
    };
    let each: Vec<Traffic> = pods.iter().map(of).collect();
    let all: Traffic = each.iter().cloned().collect();
    each.iter().any(|own| *own != all).then_some(all)
}
