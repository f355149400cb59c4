//! What a rule of a policy says, as a text that stays the same where lists are put in another order, rules are put before it, and
//! files and lines move: it names the rule from run to run.

use crate::model::{LabelsOf, PolicyAction, PolicyPeer, PolicyRule, PortName, Selector};

/// The text.
pub(super) fn rule_content(rule: &PolicyRule) -> String {
    let action = match rule.action {
        PolicyAction::Allow => "allow",
        PolicyAction::Deny => "deny",
        PolicyAction::Pass => "pass",
    };
    let subject = match &rule.subject {
        Selector::Everything => String::new(),
        some => format!(" for {}", selector(some)),
    };
    let names = rule.named_ports.iter().map(port).collect();
    format!(
        "{action} {}{subject} {} {}",
        peer(&rule.peer),
        rule.traffic,
        listed("ports", names)
    )
}

fn port(own: &PortName) -> String {
    let protocol = own.protocol.map(|own| own.to_string());
    format!("{} {}", protocol.unwrap_or_default(), own.name)
}

fn peer(own: &PolicyPeer) -> String {
    let all = |parts: &[PolicyPeer]| parts.iter().map(peer).collect();
    match own {
        PolicyPeer::Anyone => "anyone".to_owned(),
        PolicyPeer::Pods(own) => format!("pods {}", selector(own)),
        PolicyPeer::NodesOfPods(own) => format!("nodes of pods {}", selector(own)),
        PolicyPeer::Nodes(own) => format!("nodes {}", selector(own)),
        PolicyPeer::Addresses(own) => own.to_string(),
        PolicyPeer::AddressesOfPodsToo(own) => format!("{own} of pods too"),
        PolicyPeer::World => "world".to_owned(),
        PolicyPeer::Not(own) => format!("not {}", peer(own)),
        PolicyPeer::All(parts) => listed("all of", all(parts)),
        PolicyPeer::Any(parts) => listed("any of", all(parts)),
    }
}

fn selector(own: &Selector) -> String {
    let whose = |of: &LabelsOf, key: &str| match of {
        LabelsOf::Pod => format!("`{key}`"),
        LabelsOf::Namespace => format!("namespace's `{key}`"),
        LabelsOf::ServiceAccount => format!("service account's `{key}`"),
    };
    let all = |parts: &[Selector]| parts.iter().map(selector).collect();
    match own {
        Selector::Everything => "everything".to_owned(),
        Selector::Nothing => "nothing".to_owned(),
        Selector::InNamespace(name) => format!("in `{name}`"),
        Selector::HasServiceAccount(name) => format!("as `{name}`"),
        Selector::In(of, key, values) => listed(&whose(of, key), values.clone()),
        Selector::Exists(of, key) => whose(of, key),
        Selector::Contains(of, key, text) => format!("{} contains `{text}`", whose(of, key)),
        Selector::StartsWith(of, key, text) => format!("{} starts `{text}`", whose(of, key)),
        Selector::EndsWith(of, key, text) => format!("{} ends `{text}`", whose(of, key)),
        Selector::Not(own) => format!("not {}", selector(own)),
        Selector::All(parts) => listed("all of", all(parts)),
        Selector::Any(parts) => listed("any of", all(parts)),
    }
}

/// Parts in an order of their own; nothing where there are none.
fn listed(what: &str, mut parts: Vec<String>) -> String {
    parts.sort();
    parts.dedup();
    match parts.as_slice() {
        [] => String::new(),
        some => format!("{what} ({})", some.join(", ")),
    }
}
