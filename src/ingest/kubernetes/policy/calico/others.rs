//! Calico's other objects: what they bear on, and what is not judged of them.

use super::super::super::object::Object;
use super::super::Reading;
use super::is_calico;
use crate::model::GapKind;

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
    let Object { group, kind, .. } = object;
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

/// Whether a policy is about host endpoints only, which are not judged; a gap for that, and for one that is about them as well.
pub(super) fn about_hosts(object: &Object, reading: &mut Reading<'_, '_>) -> bool {
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
    let what = match only {
        true => format!(
            "{} is for host endpoints only, which are not judged",
            object.title()
        ),
        false if hosts && says("applyOnForward") => {
            format!(
                "{} also holds for what host endpoints forward to pods and from them, which is not judged",
                object.title()
            )
        }
        false => return false,
    };
    let _ = reading
        .lowering
        .world
        .doubt(GapKind::NotJudged, what, Some(object.origin.clone()));
    only
}
