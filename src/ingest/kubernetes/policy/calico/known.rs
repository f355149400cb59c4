//! Whom Calico knows: pods, and the network sets and host endpoints of the input.

use super::super::super::object::Object;
use super::super::Reading;
use super::entity::net;
use super::expression::{Expression, labels_of_namespace};
use super::is_calico;
use crate::model::{AddressSet, Doubt, GapKind, Labels, LabelsOf, PolicyPeer, Selector};

/// Everyone that an expression holds for, and the doubt about it.
pub(super) fn parties(expression: &Expression, reading: &mut Reading<'_, '_>) -> (PolicyPeer, Doubt) {
    let (mut addresses, mut doubt) = (AddressSet::none(), Doubt::none());
    let mut parts = vec![PolicyPeer::Pods(expression.pods(reading.lowering))];
    for object in reading.lowering.objects.iter().copied().filter(|object| is_calico(object)) {
        let field = match object.kind.as_str() {
            "NetworkSet" | "GlobalNetworkSet" => "spec.nets",
            "HostEndpoint" => "spec.expectedIPs",
            _ => continue,
        };
        if !expression.holds(&labels(object, reading)) {
            continue;
        }
        let items = object.node.get(field).items();
        let own: AddressSet = items.iter().filter_map(|item| net(item, field, reading)).collect();
        addresses = addresses.union(&own);
        if object.kind == "HostEndpoint" && items.is_empty() {
            // Labels of nodes are not in the input, so a condition on them holds for some node.
            parts.push(PolicyPeer::Nodes(Selector::Exists(LabelsOf::Pod, object.name.clone())));
        }
        if !object.node.get("spec.allowedEgressDomains").is_unset() {
            let what = format!("{} names domains: their addresses are known at run time only", object.title());
            doubt = doubt.and(&reading.lowering.world.doubt(GapKind::NotJudged, what, Some(object.origin.clone())));
            parts.push(PolicyPeer::World);
        }
    }
    if !addresses.is_empty() {
        parts.push(PolicyPeer::AddressesOfPodsToo(addresses));
    }
    let peer = if parts.len() == 1 { parts.remove(0) } else { PolicyPeer::Any(parts) };
    (peer, doubt)
}

fn labels(object: &Object, reading: &Reading<'_, '_>) -> Labels {
    let written = object.node.get("metadata.labels").entries();
    let mut out: Labels = written.into_iter().filter_map(|(key, value)| Some((key, value.written()?.to_owned()))).collect();
    if object.kind == "NetworkSet" {
        let (lowering, name) = (&reading.lowering, object.namespace_in(reading.lowering.settings));
        let own = lowering.namespaces.get(name).map(|id| lowering.world.namespaces[*id].labels.clone()).unwrap_or_default();
        out.extend(labels_of_namespace(name, &own));
    }
    out
}
