//! ApplicationNetworkPolicy of the VPC CNI: a NetworkPolicy whose egress peers may also be domain names (EKS user guide, network policies).

use super::super::object::Object;
use super::super::port::Ports;
use super::network::{allow, peer, ports, types};
use super::{Reading, blank, both, side};
use crate::ingest::kubernetes::label::label_selector;
use crate::ingest::yaml::Node;
use crate::model::{LabelsOf, Policy, PolicyPeer, PolicyRule, PolicySide, Tier};

/// Reads a policy. It stands beside NetworkPolicy: what one of them allows is allowed.
pub(super) fn read(object: &Object, reading: &mut Reading<'_, '_>) -> Vec<Policy> {
    let spec = object.node.get("spec");
    let mut policy = blank(
        object,
        "ApplicationNetworkPolicy",
        Tier::namespaced(),
        reading,
    );
    reading
        .faults
        .only(&spec, &["podSelector", "policyTypes", "ingress", "egress"]);
    if let Some(pods) = reading
        .faults
        .keep(label_selector(&spec.get("podSelector"), LabelsOf::Pod))
    {
        policy.subject = both(policy.subject, pods);
    }
    let types = types(&spec, &mut reading.faults);
    policy.ingress = types
        .0
        .then(|| direction(object, "ingress", "from", reading));
    policy.egress = types.1.then(|| direction(object, "egress", "to", reading));
    vec![policy]
}

fn direction(
    object: &Object,
    field: &str,
    peers: &str,
    reading: &mut Reading<'_, '_>,
) -> PolicySide {
    let node = object.node.get("spec").child(field);
    let mut out = side(object, &node, true);
    for rule in reading.faults.list(&node, field) {
        reading.faults.only(&rule, &["ports", peers]);
        let ports = ports(&rule.get("ports"), &mut reading.faults);
        let items = reading.faults.list(&rule.get(peers), peers);
        if items.is_empty() {
            out.rules.push(allow(
                PolicyPeer::Anyone,
                &ports,
                object.origin_at(rule.place()),
            ));
        }
        out.rules.extend(
            items
                .iter()
                .filter_map(|item| one(object, item, peers, &ports, reading)),
        );
    }
    out
}

fn one(
    object: &Object,
    item: &Node,
    peers: &str,
    ports: &Ports,
    reading: &mut Reading<'_, '_>,
) -> Option<PolicyRule> {
    let origin = object.origin_at(item.place());
    let names = item.get("domainNames");
    if peers == "to" && !names.is_unset() {
        reading.faults.only(item, &["domainNames"]);
        let doubt = super::tiered::domain_names(object, &names, reading);
        return Some(PolicyRule {
            doubt,
            ..allow(PolicyPeer::World, ports, origin)
        });
    }
    let namespace = object.namespace_in(reading.lowering.settings);
    reading
        .faults
        .keep(peer(item, namespace))
        .map(|peer| allow(peer, ports, origin))
}
