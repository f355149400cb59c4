//! NetworkPolicy of `networking.k8s.io/v1` (kubernetes/api `networking/v1/types.go` and kubernetes `pkg/apis/networking/validation`).

use super::super::fault::{Faults, mismatch};
use super::super::label::label_selector;
use super::super::object::Object;
use super::super::port::{self, Ports};
use super::{ALLOW, Reading, blank, both, side};
use crate::ingest::InputError;
use crate::ingest::yaml::{Node, Shape};
use crate::model::{
    AddressSet, Doubt, GapKind, LabelsOf, Policy, PolicyAction, PolicyPeer, PolicyRule, PolicySide,
    Selector, Tier,
};

/// Reads a policy of the removed version, which means the same: the API server has not served it since Kubernetes 1.16.
pub(super) fn read_removed(object: &Object, reading: &mut Reading<'_, '_>) -> Vec<Policy> {
    let what = format!(
        "{} uses `extensions/v1beta1`, which no API server serves any more: write `networking.k8s.io/v1`",
        object.title()
    );
    let doubt = reading
        .lowering
        .world
        .doubt(GapKind::NotJudged, what, Some(object.origin.clone()));
    read(object, reading)
        .into_iter()
        .map(|policy| Policy {
            doubt: policy.doubt.and(&doubt),
            ..policy
        })
        .collect()
}

/// Reads a policy.
pub(super) fn read(object: &Object, reading: &mut Reading<'_, '_>) -> Vec<Policy> {
    let spec = object.node.get("spec");
    let mut policy = blank(object, "NetworkPolicy", Tier::namespaced(), reading);
    let faults = &mut reading.faults;
    faults.only(&spec, &["podSelector", "policyTypes", "ingress", "egress"]);
    if spec.is_unset() {
        faults.mismatch(&spec, "spec", "the policy's specification");
    }
    if let Some(pods) = faults.keep(label_selector(&spec.get("podSelector"), LabelsOf::Pod)) {
        policy.subject = both(policy.subject, pods);
    }
    let namespace = object.namespace_in(reading.lowering.settings);
    let (ingress, egress) = (spec.get("ingress"), spec.get("egress"));
    let types = types(&spec, faults);
    policy.ingress = types
        .0
        .then(|| direction(object, &ingress, "from", namespace, faults));
    policy.egress = types
        .1
        .then(|| direction(object, &egress, "to", namespace, faults));
    vec![policy]
}

/// Which directions the policy is about. An absent or empty list means ingress, and egress where there are egress rules.
pub(super) fn types(spec: &Node, faults: &mut Faults) -> (bool, bool) {
    let types = faults.list(&spec.get("policyTypes"), "policyTypes");
    if types.is_empty() {
        return (true, !spec.get("egress").items().is_empty());
    }
    let mut out = (false, false);
    for one in types {
        match one.text() {
            Some("Ingress") => out.0 = true,
            Some("Egress") => out.1 = true,
            _ => faults.mismatch(&one, "policyTypes", "Ingress or Egress"),
        }
    }
    out
}

fn direction(
    object: &Object,
    node: &Node,
    peers: &str,
    namespace: &str,
    faults: &mut Faults,
) -> PolicySide {
    let mut out = side(object, node, true);
    let name = if peers == "from" { "ingress" } else { "egress" };
    for rule in faults.list(node, name) {
        faults.only(&rule, &["ports", peers]);
        let ports = ports(&rule.get("ports"), faults);
        let (list, mut found) = (faults.list(&rule.get(peers), peers), Vec::new());
        for item in &list {
            found.extend(
                faults
                    .keep(peer(item, namespace))
                    .map(|peer| (peer, item.place())),
            );
        }
        if list.is_empty() {
            found.push((PolicyPeer::Anyone, rule.place()));
        }
        out.rules.extend(
            found
                .into_iter()
                .map(|(peer, place)| allow(peer, &ports, object.origin_at(place))),
        );
    }
    out
}

/// A rule that allows.
pub(super) fn allow(peer: PolicyPeer, ports: &Ports, origin: crate::model::Origin) -> PolicyRule {
    PolicyRule {
        order: ALLOW,
        action: PolicyAction::Allow,
        subject: Selector::Everything,
        peer,
        traffic: ports.traffic.clone(),
        named_ports: ports.named.clone(),
        doubt: Doubt::none(),
        origin,
    }
}

/// A port list: absent, null and empty mean every port of every protocol.
pub(super) fn ports(node: &Node, faults: &mut Faults) -> Ports {
    let entries = faults.list(node, "ports");
    if entries.is_empty() {
        return Ports::all();
    }
    let mut out = Ports::default();
    entries
        .iter()
        .for_each(|entry| port::entry(entry, &mut out, faults));
    out
}

/// One peer: pods of the policy's namespace, pods of other namespaces, or addresses.
pub(super) fn peer(node: &Node, namespace: &str) -> Result<PolicyPeer, InputError> {
    let mut faults = Faults::default();
    faults.only(node, &["podSelector", "namespaceSelector", "ipBlock"]);
    let (pods, namespaces, block) = (
        node.get("podSelector"),
        node.get("namespaceSelector"),
        node.get("ipBlock"),
    );
    if node.entries().iter().all(|(_, value)| value.is_unset()) {
        faults.add(
            &node.place(),
            "this peer is empty: expected podSelector, namespaceSelector or ipBlock",
        );
    }
    if !(block.is_unset() || pods.is_unset() && namespaces.is_unset()) {
        faults.add(
            &block.key_place(),
            "`ipBlock` stands beside a selector: expected it alone in its list item",
        );
    }
    if let Some(first) = faults.0.into_iter().next() {
        return Err(first);
    }
    if !block.is_unset() {
        return ip_block(&block).map(PolicyPeer::Addresses);
    }
    let scope = if namespaces.is_unset() {
        Selector::InNamespace(namespace.to_owned())
    } else {
        label_selector(&namespaces, LabelsOf::Namespace)?
    };
    Ok(PolicyPeer::Pods(both(
        scope,
        label_selector(&pods, LabelsOf::Pod)?,
    )))
}

fn ip_block(node: &Node) -> Result<AddressSet, InputError> {
    let mut faults = Faults::default();
    faults.only(node, &["cidr", "except"]);
    let whole = cidr(&node.get("cidr"), "cidr")?;
    let mut out = whole.clone();
    for item in faults.list(&node.get("except"), "except") {
        let except = cidr(&item, "except")?;
        if !except.is_subset(&whole) || except == whole {
            return Err(mismatch(
                &item,
                "except",
                &format!("a block inside of `cidr`, which is {whole}, and smaller"),
            ));
        }
        out = out.difference(&except);
    }
    faults.0.into_iter().next().map_or(Ok(out), Err)
}

/// An address block or a single address.
///
/// # Errors
/// Anything else.
pub(super) fn address_or_cidr(node: &Node, field: &str) -> Result<AddressSet, InputError> {
    let address = node
        .text()
        .and_then(|text| text.parse().ok())
        .map(AddressSet::single);
    address.map_or_else(|| cidr(node, field), Ok)
}

/// An address block; host bits are masked.
///
/// # Errors
/// Anything else.
pub(super) fn cidr(node: &Node, field: &str) -> Result<AddressSet, InputError> {
    let block = node
        .text()
        .and_then(|text| text.parse::<ipnet::IpNet>().ok());
    let expected = if node.shape() == Shape::Text {
        "an address block such as 10.0.0.0/16 or 2001:db8::/32"
    } else {
        "an address block as a string"
    };
    block
        .map(AddressSet::of)
        .ok_or_else(|| mismatch(node, field, expected))
}
