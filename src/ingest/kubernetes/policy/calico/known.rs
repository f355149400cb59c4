//! Whom Calico knows: pods, and the network sets and host endpoints of the input.

use super::super::super::manifest_lowering::ManifestLowering;
use super::super::super::object::Object;
use super::super::Reading;
use super::super::network::address_or_cidr;
use super::expression::{Expression, labels_of_namespace};
use super::is_calico;
use crate::ingest::yaml::Node;
use crate::model::{AddressSet, Doubt, GapKind, Labels, LabelsOf, PolicyPeer, Selector};

/// Everyone that an expression holds for, and the doubt about it.
pub(super) fn parties(
    expression: &Expression,
    reading: &mut Reading<'_, '_>,
) -> (PolicyPeer, Doubt) {
    let (mut addresses, mut doubt) = (AddressSet::none(), Doubt::none());
    let mut parts = vec![PolicyPeer::Pods(expression.pods(reading.lowering))];
    for (object, field) in chosen(expression, reading.lowering) {
        let items = object.node.get(field).items();
        let own: AddressSet = items
            .iter()
            .filter_map(|item| reading.faults.keep(address_or_cidr(item, field)))
            .collect();
        addresses = addresses.union(&own);
        if object.kind == "HostEndpoint" && items.is_empty() {
            // Labels of nodes are not in the input, so a condition on them holds for some node.
            parts.push(PolicyPeer::Nodes(Selector::Exists(
                LabelsOf::Pod,
                object.name.clone(),
            )));
        }
        if !object.node.get("spec.allowedEgressDomains").is_unset() {
            let what = format!(
                "{} names domains: their addresses are known at run time only",
                object.title()
            );
            doubt = doubt.and(&reading.lowering.world.doubt(
                GapKind::NotJudged,
                what,
                Some(object.origin.clone()),
            ));
            parts.push(PolicyPeer::World);
        }
    }
    if !addresses.is_empty() {
        parts.push(PolicyPeer::AddressesOfPodsToo(addresses));
    }
    let peer = if parts.len() == 1 {
        parts.remove(0)
    } else {
        PolicyPeer::Any(parts)
    };
    (peer, doubt)
}

/// Whether an expression holds for a network set or host endpoint that may have the address of a pod.
pub(super) fn beyond_pods(expression: &Expression, lowering: &ManifestLowering<'_>) -> bool {
    let own = || {
        lowering
            .world
            .workloads
            .iter()
            .map(|(_, own)| own)
            .filter(|own| own.cluster == lowering.cluster && !own.host_network)
    };
    let told = own().all(|workload| !workload.addresses.is_empty());
    let pods: AddressSet = own().map(|workload| workload.addresses.clone()).collect();
    let may_hold = |object: &Object, field: &str| {
        let items = object.node.get(field).items();
        let read = |item: &Node| item.text().and_then(|text| AddressSet::parse(text).ok());
        items.is_empty()
            || items
                .iter()
                .any(|item| read(item).is_none_or(|set| !set.is_disjoint(&pods)))
    };
    chosen(expression, lowering)
        .into_iter()
        .any(|(object, field)| !told || may_hold(object, field))
}

/// The network sets and host endpoints that an expression holds for, and the field of their addresses.
fn chosen<'w>(
    expression: &Expression,
    lowering: &ManifestLowering<'w>,
) -> Vec<(&'w Object, &'static str)> {
    let field = |object: &Object| match object.kind.as_str() {
        "NetworkSet" | "GlobalNetworkSet" => Some("spec.nets"),
        "HostEndpoint" => Some("spec.expectedIPs"),
        _ => None,
    };
    let own = lowering
        .objects
        .iter()
        .copied()
        .filter(|object| is_calico(object));
    let known = own.filter_map(|object| Some((object, field(object)?)));
    known
        .filter(|(object, _)| expression.holds(&labels(object, lowering)))
        .collect()
}

fn labels(object: &Object, lowering: &ManifestLowering<'_>) -> Labels {
    let written = object.node.get("metadata.labels").entries();
    let mut out: Labels = written
        .into_iter()
        .filter_map(|(key, value)| Some((key, value.written()?.to_owned())))
        .collect();
    if object.kind == "NetworkSet" {
        let name = object.namespace_in(lowering.settings);
        let own = lowering
            .namespaces
            .get(name)
            .map(|id| lowering.world.namespaces[*id].labels.clone())
            .unwrap_or_default();
        out.extend(labels_of_namespace(name, &own));
    }
    out
}
