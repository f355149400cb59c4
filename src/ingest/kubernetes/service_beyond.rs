//! Services without a selector as what rules for egress by address let out to: what stands behind may be outside of the cluster.
//! Sources: `engine/behaviour.rs`; Kubernetes documentation, "Service", "Services without selectors".

use super::engine::behaviour::{Question, holds};
use super::manifest_lowering::ManifestLowering;
use super::object::Object;
use super::service;
use super::service_address::{self, KINDS, is_address};
use super::service_endpoints::{endpoints, is_api_server};
use crate::model::{
    AddressSet, GapKind, Policy, PolicyAction, PolicyPeer, PolicyRule, PolicySide, Traffic,
};

/// Lets pods out to the endpoints of a Service without a selector, perhaps, where a rule lets them out to the Service's own address: the engine
/// may judge by that address, and what stands behind it may be outside of the cluster.
pub(super) fn lower(lowering: &mut ManifestLowering<'_>) {
    let engine = &lowering.world.clusters[lowering.cluster].engine;
    if holds(engine, Question::ServiceAddresses) == Some(false) {
        return;
    }
    for object in lowering.objects {
        let selects = !object.node.get("spec.selector").entries().is_empty();
        if object.is("", "Service")
            && is_address(object)
            && !selects
            && !is_api_server(object, lowering)
        {
            beyond(object, lowering);
        }
    }
}

fn beyond(service: &Object, lowering: &mut ManifestLowering<'_>) {
    let own: AddressSet = service_address::addresses(service, lowering)
        .into_iter()
        .collect();
    let ports = service::ports(service);
    let sent: Traffic = ports
        .iter()
        .map(|port| Traffic::ports(port.protocol, port.port, port.port))
        .collect();
    let opens = |rule: &&PolicyRule| {
        rule.action == PolicyAction::Allow
            && holds_for(&rule.peer, &own)
            && !rule.traffic.intersection(&sent).is_empty()
    };
    let policies = lowering.world.policies.iter().map(|(_, policy)| policy);
    let here = policies.filter(|policy| {
        policy.cluster == lowering.cluster && policy.inert.is_none() && KINDS.contains(&policy.kind)
    });
    let found: Vec<(Policy, PolicyRule)> = here
        .filter_map(|policy| {
            let rule = policy.egress.as_ref()?.rules.iter().find(opens)?;
            Some((policy.clone(), rule.clone()))
        })
        .collect();
    if found.is_empty() {
        return;
    }
    let listed = endpoints(service, lowering);
    let (to, where_) = match listed.is_empty() {
        true => (AddressSet::all(), "are not in the input"),
        false => (listed, "may stand outside of the cluster"),
    };
    let what = format!(
        "rules for egress by address let out to {}, whose endpoints {where_}",
        service.title()
    );
    let origin = Some(service.origin.clone());
    let doubt = lowering.world.doubt(GapKind::NotJudged, what, origin);
    let traffic: Traffic = ports
        .iter()
        .map(|port| Traffic::protocol(port.protocol))
        .collect();
    for (policy, rule) in found {
        let rule = PolicyRule {
            peer: PolicyPeer::Addresses(to.clone()),
            traffic: traffic.clone(),
            named_ports: Vec::new(),
            doubt: rule.doubt.and(&doubt),
            ..rule
        };
        lowering.world.policies.push(Policy {
            kind: "default",
            name: format!("endpoints of {} by {}", service.title(), policy.name),
            ingress: None,
            egress: Some(PolicySide {
                isolates: false,
                origin: rule.origin.clone(),
                rules: vec![rule],
            }),
            ..policy
        });
    }
}

/// Whether a peer holds for some of the addresses, and not for all there are: then it lets out to everybody anyway.
fn holds_for(peer: &PolicyPeer, addresses: &AddressSet) -> bool {
    match peer {
        PolicyPeer::Addresses(set) | PolicyPeer::AddressesOfPodsToo(set) => {
            *set != AddressSet::all() && !set.is_disjoint(addresses)
        }
        PolicyPeer::All(parts) | PolicyPeer::Any(parts) => {
            parts.iter().any(|part| holds_for(part, addresses))
        }
        _ => false,
    }
}
