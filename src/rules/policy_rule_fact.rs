//! Rules of policies as facts.

use super::fact::{Fact, certainty};
use super::field::{
    CERTAINTY, CLUSTER, DIRECTION, EXEMPT, NAMESPACE, POLICY, POLICY_KIND, addresses, fields, flag,
    name, number, traffic, word,
};
use super::judged::Judged;
use super::kind::FactKind;
use super::rule_content::rule_content;
use super::subject::Subject;
use crate::model::{
    AddressSet, Direction, Id, LabelsOf, Policy, PolicyAction, PolicyPeer, PolicyRule, Selector,
};

/// Every rule of every policy.
pub(super) const POLICY_RULE: FactKind = FactKind {
    name: "policy_rule",
    about: "a rule of a policy: each item of its `from` or `to` by itself",
    fields: PolicyRuleFields::FIELDS,
    crossing: false,
    facts: rules,
};

fields! {
    /// A rule of a policy.
    PolicyRuleFields {
        certainty: CERTAINTY,
        cluster: CLUSTER,
        namespace: NAMESPACE,
        exempt: EXEMPT,
        policy: POLICY,
        policy_kind: POLICY_KIND,
        inert: flag("whether the policy has no effect because nothing in the cluster reads its kind"),
        direction: DIRECTION,
        rule: number("its place in its direction, from 1"),
        content: name("what it says, whatever its place"),
        action: word(&["allow", "deny", "pass"], "what it does with what it matches"),
        peer: word(
            &["anyone", "pods", "addresses", "others"],
            "whom it matches: anyone, pods by labels, addresses, or nodes, entities and combinations",
        ),
        spaces: word(
            &["own", "named", "any", "none"],
            "where pods that it matches may stand: in the policy's namespace, in namespaces that it names by name or labels, or by their service accounts; in any namespace; it matches no pods by labels",
        ),
        labelled: flag("whether pods must carry labels that whoever writes the pod sets"),
        addresses: addresses("the addresses that it matches; empty where it matches none by address"),
        traffic: traffic("protocols and numbered ports; named ports are not among them"),
    }
}

fn rules(judged: &Judged<'_, '_>) -> Vec<Fact> {
    let mut out = Vec::new();
    for (id, policy) in judged.engine.world().policies.iter() {
        for direction in Direction::BOTH {
            let sides = policy.side(direction).into_iter();
            let all = sides.flat_map(|side| &side.rules).enumerate();
            out.extend(all.map(|(at, rule)| fact(id, direction, (at, rule), judged)));
        }
    }
    out
}

fn fact(
    id: Id<Policy>,
    direction: Direction,
    (at, rule): (usize, &PolicyRule),
    judged: &Judged<'_, '_>,
) -> Fact {
    let world = judged.engine.world();
    let policy = &world.policies[id];
    let namespace = policy
        .namespace
        .map(|id| world.namespaces[id].name.as_str());
    let name = world.policy_name(id);
    let doubt = policy.doubt.and(&rule.doubt);
    let pods = match &rule.peer {
        PolicyPeer::Pods(selector) => Some(selector),
        _ => None,
    };
    let values = PolicyRuleFields {
        certainty: certainty(doubt.is_certain()),
        cluster: world.clusters[policy.cluster].name.as_str().into(),
        namespace: namespace.unwrap_or_default().into(),
        exempt: judged.is_exempt(namespace.unwrap_or_default()).into(),
        policy: name.as_str().into(),
        policy_kind: policy.kind.into(),
        inert: policy.inert.is_some().into(),
        direction: direction.to_string().into(),
        rule: (at + 1).into(),
        content: rule_content(rule).into(),
        action: match rule.action {
            PolicyAction::Allow => "allow",
            PolicyAction::Deny => "deny",
            PolicyAction::Pass => "pass",
        }
        .into(),
        peer: match &rule.peer {
            PolicyPeer::Anyone => "anyone",
            PolicyPeer::Pods(_) => "pods",
            PolicyPeer::Addresses(_) | PolicyPeer::AddressesOfPodsToo(_) => "addresses",
            _ => "others",
        }
        .into(),
        spaces: pods.map_or("none", |own| spaces(own, namespace)).into(),
        labelled: pods.is_some_and(|own| names(own, LabelsOf::Pod)).into(),
        addresses: match &rule.peer {
            PolicyPeer::Addresses(own) | PolicyPeer::AddressesOfPodsToo(own) => own.clone(),
            _ => AddressSet::none(),
        }
        .into(),
        traffic: rule.traffic.clone().into(),
    };
    let who = format!("rule {} of {} `{name}`", at + 1, policy.kind);
    Fact {
        values: values.values(),
        subjects: Subject::alone(&name, &who, Some(rule.origin.clone())),
        gaps: doubt.gaps().to_vec(),
        ..Fact::default()
    }
}

/// Where pods may stand that a selector holds for.
fn spaces(selector: &Selector, own: Option<&str>) -> &'static str {
    let is_own = |name: &String| own == Some(name.as_str());
    match selector {
        Selector::InNamespace(name) if is_own(name) => "own",
        Selector::All(parts) => {
            let mut each = parts.iter().map(|part| spaces(part, own));
            let first = each.clone().find(|one| *one == "own");
            first
                .or_else(|| each.find(|one| *one == "named"))
                .unwrap_or("any")
        }
        Selector::InNamespace(_) | Selector::HasServiceAccount(_) => "named",
        other if names(other, LabelsOf::Namespace) || names(other, LabelsOf::ServiceAccount) => {
            "named"
        }
        _ => "any",
    }
}

/// Whether a condition asks for labels of that sort. What must not be there is no label that somebody sets to come in.
fn names(selector: &Selector, of: LabelsOf) -> bool {
    match selector {
        Selector::In(own, ..)
        | Selector::Exists(own, _)
        | Selector::Contains(own, ..)
        | Selector::StartsWith(own, ..)
        | Selector::EndsWith(own, ..) => *own == of,
        Selector::Not(inner) => of != LabelsOf::Pod && names(inner, of),
        Selector::All(parts) | Selector::Any(parts) => parts.iter().any(|part| names(part, of)),
        Selector::Everything
        | Selector::Nothing
        | Selector::InNamespace(_)
        | Selector::HasServiceAccount(_) => false,
    }
}
