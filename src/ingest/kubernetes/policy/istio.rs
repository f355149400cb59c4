//! AuthorizationPolicy and PeerAuthentication of `security.istio.io`, Sidecar of `networking.istio.io`
//! (istio.io, "Authorization Policy", "PeerAuthentication", "Sidecar").
//!
//! A proxy beside or before the pod judges TCP besides all network policies: what it lets pass still has to pass them, so what a mesh allows
//! goes on to the next tier here. Deny rules come first, then those that allow; a pod with a policy that allows denies the rest. Pods that the
//! labels do not surely put into the mesh, identities of callers and everything about requests leave a rule in doubt.

use super::super::fault::Faults;
use super::super::label::label_selector;
use super::super::object::Object;
use super::super::port;
use super::network::address_or_cidr;
use super::{MESH, Reading, blank, both, side, tier};
use crate::ingest::yaml::Node;
use crate::model::{
    AddressSet, Doubt, GapKind, LabelsOf, Policy, PolicyAction, PolicyPeer, PolicyRule, Protocol,
    Selector, Tier, Traffic,
};

/// The namespace whose policies hold for all others.
pub(super) const ROOT: &str = "istio-system";
const IDENTITIES: &[&str] = &["principals", "namespaces", "serviceAccounts"];
const SOURCE: &[&str] = &[
    "principals",
    "namespaces",
    "serviceAccounts",
    "ipBlocks",
    "notIpBlocks",
    "notPrincipals",
    "notNamespaces",
    "notServiceAccounts",
    "requestPrincipals",
    "notRequestPrincipals",
    "remoteIpBlocks",
    "notRemoteIpBlocks",
];
const OPERATION: &[&str] = &[
    "ports",
    "notPorts",
    "hosts",
    "notHosts",
    "methods",
    "notMethods",
    "paths",
    "notPaths",
];

/// Whom or what a part of a rule matches at most, and why that may be less.
type Matched<T> = (T, Doubt);

/// Reads who may call.
pub(super) fn read_authorization(object: &Object, reading: &mut Reading<'_, '_>) -> Vec<Policy> {
    let spec = object.node.get("spec");
    reading.faults.only(
        &spec,
        &[
            "selector",
            "targetRef",
            "targetRefs",
            "action",
            "provider",
            "rules",
        ],
    );
    let mut policy = mesh(
        object,
        "AuthorizationPolicy",
        &spec.get("selector"),
        reading,
    );
    let action = spec.get("action");
    let verb = match action.text().unwrap_or("ALLOW") {
        "ALLOW" => (1, PolicyAction::Pass),
        "DENY" | "CUSTOM" => (0, PolicyAction::Deny),
        "AUDIT" => return vec![policy],
        _ => {
            reading
                .faults
                .mismatch(&action, "action", "one of ALLOW, DENY, AUDIT, CUSTOM");
            (0, PolicyAction::Deny)
        }
    };
    let elsewhere = ["targetRef", "targetRefs"]
        .iter()
        .any(|field| !spec.get(field).is_unset());
    let mut common = Doubt::none();
    if elsewhere || action.text() == Some("CUSTOM") {
        common = unjudged(
            object,
            &spec,
            "what a gateway or another service decides",
            reading,
        );
    }
    let rules = allowed_and_denied(object, &spec, verb, &common, reading);
    let mut ingress = side(object, &object.node.get("spec").child("rules"), false);
    ingress.rules = rules
        .into_iter()
        .flat_map(|rule| by_members(object, rule, reading))
        .collect();
    policy.ingress = Some(ingress);
    if object
        .node
        .get("metadata.annotations")
        .child("istio.io/dry-run")
        .written()
        == Some("true")
    {
        policy.inert =
            Some("it is a dry run (`istio.io/dry-run`), which is not enforced".to_owned());
    }
    vec![policy]
}

/// The rules in order; where callers are allowed by name, everybody else is denied last.
fn allowed_and_denied(
    object: &Object,
    spec: &Node,
    verb: (u32, PolicyAction),
    common: &Doubt,
    reading: &mut Reading<'_, '_>,
) -> Vec<PolicyRule> {
    let mut rules = Vec::new();
    for rule in reading.faults.list(&spec.get("rules"), "rules") {
        for ((peer, from), (traffic, to)) in product(object, &rule, reading) {
            let doubt = common.and(&from).and(&to);
            let traffic = traffic.intersection(&Traffic::protocol(Protocol::TCP));
            rules.push(one(object, &rule, verb, (peer, traffic), doubt));
        }
    }
    if verb.1 == PolicyAction::Pass {
        let rest = (PolicyPeer::Anyone, Traffic::protocol(Protocol::TCP));
        rules.push(one(
            object,
            spec,
            (2, PolicyAction::Deny),
            rest,
            common.clone(),
        ));
    }
    rules
}

/// Reads whether callers must use mutual TLS: then those who are not of the mesh may be refused.
pub(super) fn read_peers(object: &Object, reading: &mut Reading<'_, '_>) -> Vec<Policy> {
    let spec = object.node.get("spec");
    reading
        .faults
        .only(&spec, &["selector", "mtls", "portLevelMtls"]);
    let mut policy = mesh(object, "PeerAuthentication", &spec.get("selector"), reading);
    let strict = |node: &Node| node.get("mode").text() == Some("STRICT");
    if strict(&spec.get("mtls"))
        || spec
            .get("portLevelMtls")
            .entries()
            .iter()
            .any(|(_, node)| strict(node))
    {
        let doubt = unjudged(object, &spec, "mutual TLS of callers", reading);
        let callers = (
            PolicyPeer::Not(Box::new(PolicyPeer::Pods(members()))),
            Traffic::protocol(Protocol::TCP),
        );
        let mut ingress = side(object, &spec, false);
        ingress
            .rules
            .push(one(object, &spec, (0, PolicyAction::Deny), callers, doubt));
        policy.ingress = Some(ingress);
    }
    vec![policy]
}

/// Reads whether proxies let out only what the mesh knows: then anything may be refused.
pub(super) fn read_sidecar(object: &Object, reading: &mut Reading<'_, '_>) -> Vec<Policy> {
    let spec = object.node.get("spec");
    let mut policy = mesh(object, "Sidecar", &renamed(&spec), reading);
    if spec.get("outboundTrafficPolicy.mode").text() == Some("REGISTRY_ONLY") {
        let doubt = unjudged(
            object,
            &spec,
            "the services that the mesh knows (`REGISTRY_ONLY`)",
            reading,
        );
        let anyone = (PolicyPeer::Anyone, Traffic::protocol(Protocol::TCP));
        let mut egress = side(object, &spec, false);
        egress
            .rules
            .push(one(object, &spec, (0, PolicyAction::Deny), anyone, doubt));
        policy.egress = Some(egress);
    }
    vec![policy]
}

/// The selector of a Sidecar, which is written under `labels`.
fn renamed(spec: &Node) -> Node {
    let labels = spec
        .get("workloadSelector.labels")
        .entries()
        .into_iter()
        .filter_map(|(key, value)| Some((key, value.text()?.into())));
    let labels: serde_json::Map<String, serde_json::Value> = labels.collect();
    Node::from_json(&serde_json::json!({ "matchLabels": labels }), &spec.place())
}

/// A policy of the mesh about the pods that it selects: those of its namespace, of all where its namespace is the root.
fn mesh(
    object: &Object,
    kind: &'static str,
    selector: &Node,
    reading: &mut Reading<'_, '_>,
) -> Policy {
    let mut policy = blank(
        object,
        kind,
        Tier {
            enforced_by_mesh: true,
            ..tier("service mesh", MESH)
        },
        reading,
    );
    policy.order = 0;
    if object.namespace_in(reading.lowering.settings) == ROOT {
        policy.subject = Selector::Everything;
    }
    if let Some(pods) = reading.faults.keep(label_selector(selector, LabelsOf::Pod)) {
        policy.subject = both(policy.subject, pods);
    }
    policy
}

fn one(
    object: &Object,
    node: &Node,
    (order, action): (u32, PolicyAction),
    (peer, traffic): (PolicyPeer, Traffic),
    doubt: Doubt,
) -> PolicyRule {
    let (subject, named_ports) = (Selector::Everything, Vec::new());
    PolicyRule {
        order,
        action,
        subject,
        peer,
        traffic,
        named_ports,
        doubt,
        origin: object.origin_at(node.place()),
    }
}

/// Pods that labels put into the mesh (istio.io, "Controlling the injection policy", "Add workloads to the mesh").
fn members() -> Selector {
    let is = |of, key: &str, value: &str| Selector::In(of, key.to_owned(), vec![value.to_owned()]);
    let not = |selector| Selector::Not(Box::new(selector));
    let (pod, namespace) = (LabelsOf::Pod, LabelsOf::Namespace);
    let joined = Selector::Any(vec![
        is(namespace, "istio-injection", "enabled"),
        Selector::All(vec![
            Selector::Exists(namespace, "istio.io/rev".to_owned()),
            not(is(namespace, "istio-injection", "disabled")),
        ]),
        is(namespace, "istio.io/dataplane-mode", "ambient"),
        is(pod, "istio.io/dataplane-mode", "ambient"),
        is(pod, "sidecar.istio.io/inject", "true"),
    ]);
    Selector::All(vec![
        joined,
        not(is(pod, "sidecar.istio.io/inject", "false")),
        not(is(pod, "istio.io/dataplane-mode", "none")),
    ])
}

/// A rule that denies holds surely for members of the mesh only, and for no pod where annotations lead packets past proxies.
fn by_members(object: &Object, rule: PolicyRule, reading: &mut Reading<'_, '_>) -> Vec<PolicyRule> {
    if rule.action != PolicyAction::Deny {
        return vec![rule];
    }
    let what = format!(
        "{} holds for pods of the mesh: which ones are, and with which ports, the input does not surely say",
        object.title()
    );
    let unsure = rule.doubt.and(&reading.lowering.world.doubt(
        GapKind::NotInInput,
        what,
        Some(object.origin.clone()),
    ));
    let leads_past = |key: &String| {
        key.starts_with("traffic.sidecar.istio.io/") || key.starts_with("sidecar.istio.io/")
    };
    if reading
        .lowering
        .world
        .workloads
        .iter()
        .any(|(_, workload)| workload.annotations.keys().any(leads_past))
    {
        return vec![PolicyRule {
            doubt: unsure,
            ..rule
        }];
    }
    let others = PolicyRule {
        subject: Selector::Not(Box::new(members())),
        doubt: unsure,
        ..rule.clone()
    };
    vec![
        PolicyRule {
            subject: members(),
            ..rule
        },
        others,
    ]
}

fn unjudged(object: &Object, node: &Node, what: &str, reading: &mut Reading<'_, '_>) -> Doubt {
    let text = format!("{} depends on {what}, which is not judged", object.title());
    reading.lowering.world.doubt(
        GapKind::NotJudged,
        text,
        Some(object.origin_at(node.place())),
    )
}

/// Each source of a rule with each operation; anyone, and everything, where it names none.
fn product(
    object: &Object,
    rule: &Node,
    reading: &mut Reading<'_, '_>,
) -> Vec<(Matched<PolicyPeer>, Matched<Traffic>)> {
    reading.faults.only(rule, &["from", "to", "when"]);
    let when = rule.get("when");
    let further = if when.items().is_empty() {
        Doubt::none()
    } else {
        unjudged(object, &when, "conditions (`when`)", reading)
    };
    let mut sources: Vec<Matched<PolicyPeer>> = Vec::new();
    for item in reading.faults.list(&rule.get("from"), "from") {
        let (peer, doubt) = source(object, &item.get("source"), reading);
        sources.push((peer, doubt.and(&further)));
    }
    let mut operations: Vec<Matched<Traffic>> = Vec::new();
    for item in reading.faults.list(&rule.get("to"), "to") {
        operations.push(operation(object, &item.get("operation"), reading));
    }
    if sources.is_empty() {
        sources.push((PolicyPeer::Anyone, further));
    }
    if operations.is_empty() {
        operations.push((Traffic::all(), Doubt::none()));
    }
    sources
        .iter()
        .flat_map(|source| {
            operations
                .iter()
                .map(move |operation| (source.clone(), operation.clone()))
        })
        .collect()
}

fn source(object: &Object, node: &Node, reading: &mut Reading<'_, '_>) -> Matched<PolicyPeer> {
    reading.faults.only(node, SOURCE);
    let own = object.namespace_in(reading.lowering.settings).to_owned();
    let (mut parts, mut doubt) = (Vec::new(), Doubt::none());
    for (field, value) in node
        .entries()
        .into_iter()
        .filter(|(_, value)| !value.items().is_empty())
    {
        match field.as_str() {
            "ipBlocks" => parts.push(PolicyPeer::AddressesOfPodsToo(blocks(
                &value,
                &field,
                &mut reading.faults,
            ))),
            "notIpBlocks" => {
                let set = blocks(&value, &field, &mut reading.faults);
                parts.push(PolicyPeer::Not(Box::new(PolicyPeer::AddressesOfPodsToo(
                    set,
                ))));
            }
            _ => {
                doubt = doubt.and(&unjudged(
                    object,
                    &value,
                    "identities of callers or their requests",
                    reading,
                ));
                parts.extend(
                    IDENTITIES
                        .contains(&field.as_str())
                        .then(|| identities(&field, &value, &own)),
                );
            }
        }
    }
    (PolicyPeer::All(parts), doubt)
}

/// Whoever may have one of the identities: the pods, and callers outside that may be of the same mesh.
fn identities(field: &str, node: &Node, own: &str) -> PolicyPeer {
    let account = |namespace: &str, name: &str| {
        both(
            Selector::InNamespace(namespace.to_owned()),
            Selector::HasServiceAccount(name.to_owned()),
        )
    };
    let meant = |text: &str| match field {
        _ if text.contains('*') => None,
        "namespaces" => Some(Selector::InNamespace(text.to_owned())),
        "serviceAccounts" => Some(text.split_once('/').map_or_else(
            || account(own, text),
            |(namespace, name)| account(namespace, name),
        )),
        _ => text
            .split_once("/ns/")?
            .1
            .split_once("/sa/")
            .map(|(namespace, name)| account(namespace, name)),
    };
    let each: Option<Vec<PolicyPeer>> = node
        .items()
        .iter()
        .map(|item| meant(item.text()?).map(PolicyPeer::Pods))
        .collect();
    each.map_or(PolicyPeer::Anyone, |pods| {
        PolicyPeer::Any(pods.into_iter().chain([PolicyPeer::World]).collect())
    })
}

/// Blocks and addresses.
fn blocks(node: &Node, field: &str, faults: &mut Faults) -> AddressSet {
    node.items()
        .iter()
        .filter_map(|item| faults.keep(address_or_cidr(item, field)))
        .collect()
}

fn operation(object: &Object, node: &Node, reading: &mut Reading<'_, '_>) -> Matched<Traffic> {
    reading.faults.only(node, OPERATION);
    let mut ports = |field: &str| {
        let mut out = Traffic::none();
        for item in reading.faults.list(&node.get(field), field) {
            match item
                .written()
                .and_then(|text| text.parse::<u16>().ok())
                .filter(|number| *number > 0)
            {
                Some(number) => out = out.union(&Traffic::ports(Protocol::TCP, number, number)),
                None => reading
                    .faults
                    .keep(port::number(&item, field))
                    .map_or((), |_| ()),
            }
        }
        out
    };
    let (listed, excluded) = (ports("ports"), ports("notPorts"));
    let traffic = if node.get("ports").items().is_empty() {
        Traffic::all()
    } else {
        listed
    };
    let requests = node
        .entries()
        .iter()
        .any(|(field, value)| !field.ends_with("orts") && !value.items().is_empty());
    let doubt = if requests {
        unjudged(object, node, "requests", reading)
    } else {
        Doubt::none()
    };
    (traffic.difference(&excluded), doubt)
}
