//! Node ports from within a cluster: a node hands on to the pods behind the Service with its own address, and those that run there let
//! their own node in. Under engines that let a pod send to its own node before any policy every pod may come to the pods behind; under
//! others, pods that a rule lets out to addresses of nodes and to the node port.
//! Sources: `engine/behaviour.rs`; kubernetes.io "Virtual IPs and Service Proxies" (`externalTrafficPolicy: Cluster`), "Network Policies".

use super::engine::behaviour::{Question, holds};
use super::engine::{CILIUM, DATAPLANE_V2, named};
use super::manifest_lowering::ManifestLowering;
use super::object::Object;
use super::policy::{ALLOW, OWN_NODE, tier};
use super::service;
use crate::model::{
    Doubt, EntryPointTarget, GapKind, Origin, Policy, PolicyAction, PolicyPeer, PolicyRule,
    PolicySide, PortName, Selector, Traffic,
};

/// Enters what such ways let pass, each as a policy that may be before all others; nothing where no policy closes anything.
pub(super) fn lower(lowering: &mut ManifestLowering<'_>) {
    if !is_isolated(lowering) {
        return;
    }
    let engine = lowering.world.clusters[lowering.cluster].engine.clone();
    let own_node = holds(&engine, Question::ToOwnNode) == Some(true);
    let rules = if own_node {
        Vec::new()
    } else {
        to_nodes(&engine, lowering)
    };
    for object in lowering.objects {
        if !object.is("", "Service") || !service::has_node_ports(object) {
            continue;
        }
        let policy = if own_node {
            let why = "the engine lets a pod send to its own node whatever policies say";
            let_in(object, Selector::Everything, why, lowering)
        } else {
            let by = out_to(object, &rules);
            let why = "a rule lets pods out to addresses that nodes may have";
            by.and_then(|senders| let_in(object, senders, why, lowering))
        };
        if let Some(policy) = policy {
            lowering.world.policies.push(policy);
        }
    }
}

/// What rules let out to addresses that nodes may have: from whom, and what.
fn to_nodes(engine: &str, lowering: &ManifestLowering<'_>) -> Vec<(Selector, Traffic)> {
    let blocks = !named(engine)
        .iter()
        .any(|own| [CILIUM, DATAPLANE_V2].contains(own));
    let mut out: Vec<(Selector, Traffic)> = Vec::new();
    let policies = lowering.world.policies.iter().map(|(_, own)| own);
    for policy in policies.filter(|own| own.cluster == lowering.cluster && own.inert.is_none()) {
        let rules = policy.egress.iter().flat_map(|side| &side.rules);
        for rule in rules.filter(|rule| rule.action == PolicyAction::Allow) {
            if may_be_node(&rule.peer, blocks) {
                let from = Selector::All(vec![policy.subject.clone(), rule.subject.clone()]);
                out.push((from, rule.traffic.clone()));
            }
        }
    }
    out.sort();
    out.dedup();
    out
}

/// Whether a peer of a rule may be a node; `blocks`: whether address blocks hold for nodes.
fn may_be_node(peer: &PolicyPeer, blocks: bool) -> bool {
    match peer {
        PolicyPeer::Pods(_) | PolicyPeer::World => false,
        PolicyPeer::Addresses(addresses) => blocks && !addresses.is_empty(),
        PolicyPeer::AddressesOfPodsToo(addresses) => !addresses.is_empty(),
        PolicyPeer::Anyone
        | PolicyPeer::NodesOfPods(_)
        | PolicyPeer::Nodes(_)
        | PolicyPeer::Not(_) => true,
        PolicyPeer::All(all) => all.iter().all(|own| may_be_node(own, blocks)),
        PolicyPeer::Any(all) => all.iter().any(|own| may_be_node(own, blocks)),
    }
}

/// Ports that the API server chooses node ports from where a Service names none.
/// Source: kubernetes.io "Service", `--service-node-port-range`.
const NODE_PORTS: (u16, u16) = (30_000, 32_767);

/// The pods that rules let out to a node port of a Service; none where no rule does.
fn out_to(service: &Object, rules: &[(Selector, Traffic)]) -> Option<Selector> {
    let ports = service::ports(service).into_iter().map(|port| {
        let (low, high) = port.node_port.map_or(NODE_PORTS, |own| (own, own));
        Traffic::ports(port.protocol, low, high)
    });
    let ports: Traffic = ports.collect();
    let meets = |traffic: &Traffic| !traffic.intersection(&ports).is_empty();
    let senders = rules.iter().filter(|(_, traffic)| meets(traffic));
    let mut senders: Vec<Selector> = senders.map(|(from, _)| from.clone()).collect();
    senders.dedup();
    (!senders.is_empty()).then_some(Selector::Any(senders))
}

/// Whether some policy of the cluster isolates pods.
fn is_isolated(lowering: &ManifestLowering<'_>) -> bool {
    let mut policies = lowering.world.policies.iter();
    policies.any(|(_, policy)| {
        let mut sides = [&policy.ingress, &policy.egress].into_iter().flatten();
        policy.cluster == lowering.cluster
            && policy.inert.is_none()
            && sides.any(|side| side.isolates)
    })
}

/// What may come to the pods behind a Service from `senders` by its node ports, and why.
fn let_in(
    object: &Object,
    senders: Selector,
    why: &str,
    lowering: &mut ManifestLowering<'_>,
) -> Option<Policy> {
    let namespace = object.namespace_in(lowering.settings);
    let behind = service::selector(object, namespace)?;
    let (traffic, named_ports) = ports(object);
    let what = format!(
        "{why}: by the node port of {} a pod may come to the pods behind, where they run on that node",
        object.title()
    );
    let origin = object.origin.clone();
    let doubt = lowering
        .world
        .doubt(GapKind::NotJudged, what, Some(origin.clone()));
    let rule = |subject, peer| PolicyRule {
        order: ALLOW,
        action: PolicyAction::Allow,
        subject,
        peer,
        traffic: traffic.clone(),
        named_ports: named_ports.clone(),
        doubt: doubt.clone(),
        origin: origin.clone(),
    };
    let anyone = PolicyPeer::Pods(senders.clone());
    Some(Policy {
        cluster: lowering.cluster,
        kind: Policy::NO_OBJECT,
        name: format!("node port of {}", object.title()),
        namespace: None,
        tier: tier("own node", OWN_NODE),
        order: 0,
        subject: Selector::Everything,
        ingress: Some(side(rule(behind.clone(), anyone), &origin)),
        egress: Some(side(rule(senders, PolicyPeer::Pods(behind)), &origin)),
        inert: None,
        order_doubt: Doubt::none(),
        doubt: Doubt::none(),
        origin,
    })
}

fn side(rule: PolicyRule, origin: &Origin) -> PolicySide {
    PolicySide {
        isolates: false,
        rules: vec![rule],
        origin: origin.clone(),
    }
}

/// The ports of the pods: by number, and by name.
fn ports(object: &Object) -> (Traffic, Vec<PortName>) {
    let (mut traffic, mut names) = (Traffic::none(), Vec::new());
    for port in service::ports(object) {
        match port.target {
            EntryPointTarget::Number(number) => {
                traffic = traffic.union(&Traffic::ports(port.protocol, number, number));
            }
            EntryPointTarget::Name(name) => names.push(PortName {
                name,
                protocol: Some(port.protocol),
            }),
            EntryPointTarget::Unknown => {
                traffic = traffic.union(&Traffic::protocol(port.protocol));
            }
        }
    }
    (traffic, names)
}
