//! Remarks about policies and rules that do not do what they say, as facts.

use super::fact::{Fact, certainty};
use super::field::{
    CERTAINTY, CLUSTER, EXEMPT, NAMESPACE, POLICY, POLICY_KIND, fields, name, phrase, word,
};
use super::finding::Related;
use super::judged::Judged;
use super::kind::FactKind;
use super::remark_sentence::{policy_rule, sentence};
use super::rule_content::rule_content;
use super::subject::Subject;
use crate::reach::Remark;

/// Each remark.
pub(super) const REMARK: FactKind = FactKind {
    name: "remark",
    about: "a policy, or a rule of one, that does not do what it says",
    fields: RemarkFields::FIELDS,
    crossing: false,
    facts: remarks,
};

fields! {
    /// A policy or a rule of one that does not do what it says.
    RemarkFields {
        certainty: CERTAINTY,
        cluster: CLUSTER,
        namespace: NAMESPACE,
        exempt: EXEMPT,
        policy: POLICY,
        policy_kind: POLICY_KIND,
        remark: word(
            &[
                "inert", "selects-nothing", "matches-nobody", "other-cluster", "unknown-port",
                "outside-networks", "translated", "shadowed", "contradiction",
            ],
            "what is remarked: the kind is not read, no pod is selected, a rule matches no pod, only pods of another cluster, or no named port; \
             its addresses lie in no network, or are replaced on the way; other rules decide before it; two policies disagree at one priority",
        ),
        side: name("the direction of the rule that is meant; empty where the policy as a whole is"),
        rule: name("the place of that rule in its direction, from 1; empty where the policy as a whole is meant"),
        content: name("what that rule says, whatever its place; empty where the policy as a whole is meant"),
        reason: phrase("the remark as a sentence"),
    }
}

fn remarks(judged: &Judged<'_, '_>) -> Vec<Fact> {
    let remarks = judged.engine.remarks();
    remarks.iter().map(|remark| fact(remark, judged)).collect()
}

fn fact(remark: &Remark, judged: &Judged<'_, '_>) -> Fact {
    let world = judged.engine.world();
    let policy = &world.policies[remark.policy];
    let namespace = policy
        .namespace
        .map_or("", |id| world.namespaces[id].name.as_str());
    let name = world.policy_name(remark.policy);
    let side = remark.direction.map(|direction| direction.to_string());
    let rule = remark.rule.map(|at| (at + 1).to_string());
    let values = RemarkFields {
        certainty: certainty(true),
        cluster: world.clusters[policy.cluster].name.as_str().into(),
        namespace: namespace.into(),
        exempt: judged.is_exempt(namespace).into(),
        policy: name.as_str().into(),
        policy_kind: policy.kind.into(),
        remark: remark.kind.word().into(),
        side: side.unwrap_or_default().into(),
        rule: rule.unwrap_or_default().into(),
        content: policy_rule(remark, world)
            .map(rule_content)
            .unwrap_or_default()
            .into(),
        reason: sentence(remark, world).into(),
    };
    let related = remark.related.iter().map(|origin| Related {
        place: origin.place.clone(),
        what: origin.address.to_string(),
    });
    Fact {
        values: values.values(),
        subjects: Subject::alone(
            &name,
            &format!("{} `{name}`", policy.kind),
            Some(remark.origin.clone()),
        ),
        related: related.collect(),
        ..Fact::default()
    }
}
