//! A policy as a line of text: `isolates in; allow pods(in:shop,app=web) tcp 80; …`, with `?` behind what is in doubt.

use crate::model::{
    Id, LabelsOf, Policy, PolicyAction, PolicyPeer, PolicyRule, PolicySide, Selector, World,
};

/// Both sides of a policy.
pub(super) fn policy(world: &World, id: Id<Policy>) -> String {
    let policy = &world.policies[id];
    let doubt = if policy.doubt.is_certain() {
        ""
    } else {
        "doubted; "
    };
    let sides: Vec<String> = [("in", &policy.ingress), ("out", &policy.egress)]
        .iter()
        .filter_map(|(word, one)| Some(side(word, one.as_ref()?)))
        .collect();
    format!("{doubt}{}", sides.join(" / "))
}

/// Whom a policy is about.
pub(super) fn subject(policy: &Policy) -> String {
    selector(&policy.subject)
}

fn side(word: &str, side: &PolicySide) -> String {
    let mut parts = vec![format!(
        "{} {word}",
        if side.isolates { "isolates" } else { "open" }
    )];
    parts.extend(side.rules.iter().map(rule));
    parts.join("; ")
}

fn rule(rule: &PolicyRule) -> String {
    let action = if rule.action == PolicyAction::Deny {
        "deny"
    } else {
        "allow"
    };
    let mut packets: Vec<String> = (!rule.traffic.is_empty())
        .then(|| rule.traffic.to_string().replace("; ", " "))
        .into_iter()
        .collect();
    packets.extend(rule.named_ports.iter().map(|port| match port.protocol {
        Some(protocol) => format!("{}/{protocol}", port.name),
        None => port.name.clone(),
    }));
    let packets = if rule.traffic.is_all() {
        String::new()
    } else {
        format!(" {}", packets.join(" "))
    };
    format!(
        "{action} {}{packets}{}",
        peer(&rule.peer),
        if rule.doubt.is_certain() { "" } else { "?" }
    )
}

fn peer(of: &PolicyPeer) -> String {
    match of {
        PolicyPeer::Anyone => "anyone".to_owned(),
        PolicyPeer::World => "world".to_owned(),
        PolicyPeer::Pods(Selector::Everything) => "pods".to_owned(),
        PolicyPeer::Pods(chosen) => format!("pods({})", selector(chosen)),
        PolicyPeer::Nodes(Selector::Everything) => "nodes".to_owned(),
        PolicyPeer::Nodes(chosen) => format!("nodes({})", selector(chosen)),
        PolicyPeer::NodesOfPods(chosen) => format!("hosts({})", selector(chosen)),
        PolicyPeer::Addresses(set) | PolicyPeer::AddressesOfPodsToo(set) => set.to_string(),
        PolicyPeer::Not(inner) => format!("not {}", peer(inner)),
        PolicyPeer::All(parts) => parts.iter().map(peer).collect::<Vec<_>>().join(" at "),
        PolicyPeer::Any(parts) => parts.iter().map(peer).collect::<Vec<_>>().join("+"),
    }
}

fn selector(of: &Selector) -> String {
    let key = |of: &LabelsOf, key: &str| match of {
        LabelsOf::Pod => key.to_owned(),
        LabelsOf::Namespace => format!("ns.{key}"),
        LabelsOf::ServiceAccount => format!("sa.{key}"),
    };
    match of {
        Selector::Everything => "*".to_owned(),
        Selector::Nothing => "nothing".to_owned(),
        Selector::InNamespace(name) => format!("in:{name}"),
        Selector::HasServiceAccount(name) => format!("account:{name}"),
        Selector::In(labels, name, values) => format!("{}={}", key(labels, name), values.join("|")),
        Selector::Exists(labels, name) => key(labels, name),
        Selector::Not(inner) => format!("!{}", selector(inner)),
        Selector::All(parts) => parts.iter().map(selector).collect::<Vec<_>>().join(","),
        Selector::Any(parts) => parts.iter().map(selector).collect::<Vec<_>>().join("|"),
        Selector::Contains(..) | Selector::StartsWith(..) | Selector::EndsWith(..) => {
            "text".to_owned()
        }
    }
}
