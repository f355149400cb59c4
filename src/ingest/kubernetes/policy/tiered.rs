//! What the cluster-wide kinds of the network policy API have in common: subjects, peers and ordered rules
//! (kubernetes-sigs/network-policy-api `apis/v1alpha1` and `apis/v1alpha2`).

use super::super::fault::{Faults, mismatch};
use super::super::label::label_selector;
use super::super::object::Object;
use super::super::port::{self, Ports};
use super::network::cidr;
use super::{ALLOW, Reading, both, side};
use crate::ingest::InputError;
use crate::ingest::yaml::Node;
use crate::model::{
    AddressSet, Doubt, GapKind, LabelsOf, PolicyAction, PolicyPeer, PolicyRule, PolicySide,
    PortName, Selector,
};

/// How one kind writes its rules.
pub(super) struct Dialect {
    /// Words for actions.
    pub(super) actions: &'static [(&'static str, PolicyAction)],
    /// The field that holds ports, and how it is read.
    pub(super) ports: (&'static str, fn(&Node, &mut Ports, &mut Faults)),
}

/// Pods that a policy is about, or a peer: all of some namespaces, or some of some namespaces. Pods on the host network never are.
pub(super) fn pods(node: &Node) -> Result<Option<Selector>, InputError> {
    let (namespaces, pods) = (node.get("namespaces"), node.get("pods"));
    if !namespaces.is_unset() {
        return label_selector(&namespaces, LabelsOf::Namespace).map(Some);
    }
    if pods.is_unset() {
        return Ok(None);
    }
    let mut faults = Faults::default();
    faults.only(&pods, &["namespaceSelector", "podSelector"]);
    let namespaces = label_selector(&pods.get("namespaceSelector"), LabelsOf::Namespace)?;
    let selected = both(
        namespaces,
        label_selector(&pods.get("podSelector"), LabelsOf::Pod)?,
    );
    faults.0.into_iter().next().map_or(Ok(Some(selected)), Err)
}

/// The subject of a policy.
pub(super) fn subject(spec: &Node, faults: &mut Faults) -> Selector {
    let node = spec.get("subject");
    faults.only(&node, &["namespaces", "pods"]);
    match faults.keep(pods(&node)) {
        Some(Some(selector)) => selector,
        Some(None) => {
            faults.mismatch(&node, "subject", "`namespaces` or `pods`");
            Selector::Everything
        }
        None => Selector::Everything,
    }
}

/// The priority of a policy, from 0 to 1000.
pub(super) fn priority(spec: &Node, faults: &mut Faults) -> i64 {
    let node = spec.get("priority");
    let found = node
        .integer()
        .filter(|priority| (0..=1000).contains(priority));
    if found.is_none() {
        faults.mismatch(&node, "priority", "a whole number from 0 to 1000");
    }
    found.unwrap_or_default()
}

/// One direction; none where there are no rules, which has no effect.
pub(super) fn direction(
    object: &Object,
    field: &str,
    dialect: &Dialect,
    reading: &mut Reading<'_, '_>,
) -> Option<PolicySide> {
    let node = object.node.get("spec").child(field);
    let peers = if field == "ingress" { "from" } else { "to" };
    let rules = reading.faults.list(&node, field);
    let mut out = side(object, &node, false);
    for rule in &rules {
        out.rules.extend(one(object, rule, peers, dialect, reading));
    }
    (!rules.is_empty()).then_some(out)
}

fn one(
    object: &Object,
    rule: &Node,
    peers: &str,
    dialect: &Dialect,
    reading: &mut Reading<'_, '_>,
) -> Vec<PolicyRule> {
    reading
        .faults
        .only(rule, &["name", "action", peers, dialect.ports.0]);
    let written = rule.get("action");
    let found = dialect
        .actions
        .iter()
        .find(|(word, _)| written.text() == Some(word))
        .map(|(_, action)| *action);
    let Some(action) = found else {
        let words: Vec<&str> = dialect.actions.iter().map(|(word, _)| *word).collect();
        reading
            .faults
            .mismatch(&written, "action", &format!("one of {}", words.join(", ")));
        return Vec::new();
    };
    let ports = ports(&rule.get(dialect.ports.0), dialect, &mut reading.faults);
    let items = reading.faults.list(&rule.get(peers), peers);
    if items.is_empty() {
        reading
            .faults
            .mismatch(&rule.get(peers), peers, "at least one peer");
    }
    let mut out = Vec::new();
    for item in &items {
        let Some((action, peer, doubt)) = peer(object, item, peers, action, reading) else {
            continue;
        };
        let origin = object.origin_at(item.place());
        let (traffic, named_ports) = (ports.traffic.clone(), ports.named.clone());
        out.push(PolicyRule {
            order: ALLOW,
            action,
            subject: Selector::Everything,
            peer,
            traffic,
            named_ports,
            doubt,
            origin,
        });
    }
    out
}

fn ports(node: &Node, dialect: &Dialect, faults: &mut Faults) -> Ports {
    let entries = faults.list(node, dialect.ports.0);
    if entries.is_empty() {
        return Ports::all();
    }
    let mut out = Ports::default();
    entries
        .iter()
        .for_each(|entry| (dialect.ports.1)(entry, &mut out, faults));
    out
}

/// A peer, and what the rule does with it. A peer that names nothing known fails closed: an allow matches nothing, anything else denies all.
fn peer(
    object: &Object,
    node: &Node,
    field: &str,
    action: PolicyAction,
    reading: &mut Reading<'_, '_>,
) -> Option<(PolicyAction, PolicyPeer, Doubt)> {
    let fields: &[&str] = if field == "from" {
        &["namespaces", "pods"]
    } else {
        &["namespaces", "pods", "nodes", "networks", "domainNames"]
    };
    let egress = field == "to";
    let before = reading.faults.0.len();
    reading.faults.only(node, fields);
    if let Some(selector) = reading.faults.keep(pods(node))? {
        return Some((action, PolicyPeer::Pods(selector), Doubt::none()));
    }
    let (nodes, networks, names) = (
        node.get("nodes"),
        node.get("networks"),
        node.get("domainNames"),
    );
    if egress && !nodes.is_unset() {
        // Labels of nodes look like those of pods here; which nodes carry them is not in the input.
        let selector = reading.faults.keep(label_selector(&nodes, LabelsOf::Pod))?;
        let every = is_linux(&selector)
            && !reading
                .lowering
                .objects
                .iter()
                .any(|object| wants_windows(&object.node));
        let selector = if every {
            Selector::Everything
        } else {
            selector
        };
        return Some((action, PolicyPeer::Nodes(selector), Doubt::none()));
    }
    if egress && !networks.items().is_empty() {
        let blocks: Vec<AddressSet> = networks
            .items()
            .iter()
            .filter_map(|item| reading.faults.keep(cidr(item, "networks")))
            .collect();
        return Some((
            action,
            PolicyPeer::AddressesOfPodsToo(blocks.into_iter().collect()),
            Doubt::none(),
        ));
    }
    if egress && !names.items().is_empty() {
        if action != PolicyAction::Allow {
            reading.faults.mismatch(
                &names,
                "domainNames",
                "domain names in rules that allow only",
            );
        }
        let doubt = domain_names(object, &names, reading);
        return Some((action, PolicyPeer::World, doubt));
    }
    if reading.faults.0.len() == before {
        reading.faults.mismatch(
            node,
            field,
            &format!("a peer with one of {}", fields.join(", ")),
        );
    }
    (action != PolicyAction::Allow).then(|| (PolicyAction::Deny, PolicyPeer::Anyone, Doubt::none()))
}

/// Every node carries the label of its operating system (kubernetes.io, well-known labels), and it is Linux unless pods ask for another.
fn is_linux(selector: &Selector) -> bool {
    matches!(selector, Selector::In(_, key, values) if key == "kubernetes.io/os" && values.iter().any(|value| value == "linux"))
}

fn wants_windows(object: &Node) -> bool {
    let asks = |spec: &Node| {
        spec.get("nodeSelector").child("kubernetes.io/os").text() == Some("windows")
            || spec.get("os.name").text() == Some("windows")
    };
    [
        "spec",
        "spec.template.spec",
        "spec.jobTemplate.spec.template.spec",
    ]
    .iter()
    .any(|path| asks(&object.get(path)))
}

/// The doubt of a rule by domain name: what it resolves to is known at run time only.
pub(super) fn domain_names(object: &Object, node: &Node, reading: &mut Reading<'_, '_>) -> Doubt {
    let names: Vec<String> = node
        .items()
        .iter()
        .filter_map(|name| name.text().map(|text| format!("`{text}`")))
        .collect();
    let what = format!(
        "{} names domains ({}): their addresses are known at run time only",
        object.title(),
        names.join(", ")
    );
    reading.lowering.world.doubt(
        GapKind::NotJudged,
        what,
        Some(object.origin_at(node.key_place())),
    )
}

/// `portNumber`, `portRange` or `namedPort`, as AdminNetworkPolicy writes ports.
pub(super) fn admin_port(node: &Node, ports: &mut Ports, faults: &mut Faults) {
    const FIELDS: &[&str] = &["portNumber", "portRange", "namedPort"];
    faults.only(node, FIELDS);
    let (single, range, name) = (
        node.get("portNumber"),
        node.get("portRange"),
        node.get("namedPort"),
    );
    if !single.is_unset() {
        faults.only(&single, &["protocol", "port"]);
        let (protocol, port) = (
            faults.keep(port::protocol(&single.get("protocol"))),
            faults.keep(port::number(&single.get("port"), "port")),
        );
        protocol
            .zip(port)
            .into_iter()
            .for_each(|(protocol, port)| ports.add(protocol, port, port));
    } else if !range.is_unset() {
        faults.only(&range, &["protocol", "start", "end"]);
        let (protocol, range) = (
            faults.keep(port::protocol(&range.get("protocol"))),
            faults.keep(port::range(&range)),
        );
        protocol
            .zip(range)
            .into_iter()
            .for_each(|(protocol, (low, high))| ports.add(protocol, low, high));
    } else if !name.is_unset() {
        ports.named.extend(faults.keep(named(&name, "namedPort")));
    } else {
        faults.mismatch(node, "ports", &format!("one of {}", FIELDS.join(", ")));
    }
}

/// A port name that stands for whatever protocol it has in the pod.
pub(super) fn named(node: &Node, field: &str) -> Result<PortName, InputError> {
    let name = node
        .text()
        .filter(|text| !text.is_empty())
        .ok_or_else(|| mismatch(node, field, "the name of a container's port"))?;
    Ok(PortName {
        name: name.to_owned(),
        protocol: None,
    })
}
