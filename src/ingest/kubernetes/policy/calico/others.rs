//! Calico's other objects: what they bear on, and what is not judged of them.

use super::super::super::object::{Object, ObjectParts};
use super::super::super::port::Ports;
use super::super::{Reading, blank, network, side, tier};
use super::tier::FIRST;
use super::{GLOBAL, is_calico};
use crate::model::{GapKind, Policy, PolicyAction, PolicyPeer, PolicyRule, Selector};

/// Kinds that policies are read with, and those that touch no packet of a pod.
const QUIET: &[&str] = &[
    "Tier",
    "NetworkSet",
    "GlobalNetworkSet",
    "BGPConfiguration",
    "BGPFilter",
    "BGPPeer",
    "BlockAffinity",
    "CalicoNodeStatus",
    "ClusterInformation",
    "IPAMBlock",
    "IPAMConfig",
    "IPAMConfiguration",
    "IPAMHandle",
    "IPReservation",
];

/// Kinds that bear on reachability and are not judged, with what they do.
const BEARING: &[(&str, &str)] = &[
    (
        "HostEndpoint",
        "restricts what its node itself sends and receives",
    ),
    (
        "FelixConfiguration",
        "may change what is done with packets that policies deny or do not know",
    ),
    (
        "IPPool",
        "gives pods their addresses, and may have them translated",
    ),
    ("Profile", "is not what pods of Kubernetes go by"),
];

/// What is missing because of an object of Calico's that is no policy: inner none where nothing is, outer none where its kind is not known.
pub(in crate::ingest::kubernetes) fn unjudged(object: &Object) -> Option<Option<String>> {
    let ObjectParts { group, kind, .. } = &**object;
    if !is_calico(object) {
        return None;
    }
    if kind == "KubeControllersConfiguration" {
        let made = object
            .node
            .get("spec.controllers.node.hostEndpoint.autoCreate")
            .text()
            == Some("Enabled");
        return Some(made.then(|| {
            format!("{kind} ({group}) is not modelled: it makes a host endpoint of every node")
        }));
    }
    let bearing = BEARING
        .iter()
        .find(|known| known.0 == kind)
        .map(|(_, what)| format!("{kind} ({group}) is not modelled: it {what}"));
    (bearing.is_some() || QUIET.contains(&kind.as_str())).then_some(bearing)
}

/// What a policy of all namespaces says of host endpoints, which are not judged: they may deny what comes to pods from outside of the cluster
/// and its nodes, and, where it also holds for what they forward, anything. None where it says nothing of them. The flag: whether it is about
/// them only.
pub(super) fn about_hosts(
    object: &Object,
    reading: &mut Reading<'_, '_>,
) -> (bool, Option<Policy>) {
    let spec = object.node.get("spec");
    let says = |field: &str| spec.get(field).boolean() == Some(true);
    for field in ["doNotTrack", "preDNAT", "applyOnForward"] {
        let node = spec.get(field);
        if !node.is_unset() && node.boolean().is_none() {
            reading.faults.mismatch(&node, field, "true or false");
        }
    }
    let only = says("doNotTrack") || says("preDNAT");
    let hosts = reading
        .lowering
        .objects
        .iter()
        .any(|one| is_calico(one) && one.kind == "HostEndpoint");
    let (what, peer) = match only {
        true => (
            format!(
                "{} is for host endpoints only, which are not judged",
                object.title()
            ),
            PolicyPeer::Not(Box::new(PolicyPeer::Pods(Selector::Everything))),
        ),
        false if hosts && says("applyOnForward") => (
            format!(
                "{} also holds for what host endpoints forward to pods and from them, which is not judged",
                object.title()
            ),
            PolicyPeer::Anyone,
        ),
        false => return (false, None),
    };
    let world = &mut *reading.lowering.world;
    let doubt = world.doubt(GapKind::NotJudged, what, Some(object.origin.clone()));
    let rule = PolicyRule {
        action: PolicyAction::Deny,
        doubt,
        ..network::allow(peer, &Ports::all(), object.origin.clone())
    };
    let mut policy = blank(object, GLOBAL, tier("host endpoints", FIRST), reading);
    policy.order = i64::MIN;
    let directions = [
        ("ingress", &mut policy.ingress),
        ("egress", &mut policy.egress),
    ];
    for (field, direction) in directions {
        let mut own = side(object, &spec.get(field), false);
        own.rules.push(rule.clone());
        // What is judged before addresses are translated is what comes in.
        *direction = (field == "ingress" || !says("preDNAT")).then_some(own);
    }
    (only, Some(policy))
}
