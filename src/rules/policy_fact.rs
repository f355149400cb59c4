//! Policies as facts, by direction.

use super::fact::{Fact, certainty};
use super::field::{
    CERTAINTY, CLUSTER, DIRECTION, EXEMPT, NAMESPACE, POLICY, POLICY_KIND, REASON, fields, flag,
};
use super::judged::{Judged, NamespaceStatus};
use super::kind::FactKind;
use super::subject::Subject;
use crate::model::{Direction, Id, Origin, Policy};
use crate::reach::NamespaceIsolation;
use rustc_hash::FxHashMap;

/// Each direction of each policy that says something of it.
pub(super) const POLICY_FACTS: FactKind = FactKind {
    name: "policy",
    about: "one direction of a policy",
    fields: PolicyFields::FIELDS,
    crossing: false,
    facts: policies,
};

fields! {
    /// One direction of a policy.
    PolicyFields {
        direction: DIRECTION,
        certainty: CERTAINTY,
        cluster: CLUSTER,
        namespace: NAMESPACE,
        exempt: EXEMPT,
        policy: POLICY,
        policy_kind: POLICY_KIND,
        reason: REASON,
        nullifies: flag("whether a rule of it lets anyone pass, so that isolating the pods has no effect"),
        inert: flag("whether it has no effect because nothing in the cluster reads its kind"),
    }
}

fn policies(judged: &Judged<'_, '_>) -> Vec<Fact> {
    let nullified = nullified(judged.isolation_statuses());
    let mut out = Vec::new();
    for (id, policy) in judged.engine.world().policies.iter() {
        for (direction, side) in [
            (Direction::Ingress, &policy.ingress),
            (Direction::Egress, &policy.egress),
        ] {
            let Some(side) = side else { continue };
            let line = nullified.get(&(id, direction)).copied().cloned();
            out.push(fact(id, direction, line, &side.origin, judged));
        }
    }
    out
}

/// The first rule of each policy that makes an isolation empty, by direction.
fn nullified(statuses: &[NamespaceStatus]) -> FxHashMap<(Id<Policy>, Direction), &Origin> {
    let mut first = FxHashMap::default();
    for one in statuses {
        let NamespaceIsolation {
            ingress, egress, ..
        } = &one.isolation_status;
        for (direction, side) in [(Direction::Ingress, ingress), (Direction::Egress, egress)] {
            for rule in &side.nullified {
                let known = first.entry((rule.policy, direction));
                known.or_insert(&rule.origin);
            }
        }
    }
    first
}

fn fact(
    id: Id<Policy>,
    direction: Direction,
    line: Option<Origin>,
    side: &Origin,
    judged: &Judged<'_, '_>,
) -> Fact {
    let world = judged.engine.world();
    let policy = &world.policies[id];
    let namespace = policy
        .namespace
        .map_or("", |id| world.namespaces[id].name.as_str());
    let name = world.policy_name(id);
    let anyone = match direction {
        Direction::Ingress => "a rule of it lets anyone in",
        Direction::Egress => "a rule of it lets its pods reach anyone",
    };
    let reason = match &policy.inert {
        Some(why) => why.as_str(),
        None if line.is_some() => anyone,
        None => "",
    };
    let values = PolicyFields {
        direction: direction.to_string().into(),
        certainty: certainty(policy.doubt.is_certain()),
        cluster: world.clusters[policy.cluster].name.as_str().into(),
        namespace: namespace.into(),
        exempt: judged.is_exempt(namespace).into(),
        policy: name.as_str().into(),
        policy_kind: policy.kind.into(),
        reason: reason.into(),
        nullifies: line.is_some().into(),
        inert: policy.inert.is_some().into(),
    };
    let whole = if policy.inert.is_some() {
        &policy.origin
    } else {
        side
    };
    Fact {
        values: values.values(),
        subjects: Subject::alone(
            &name,
            &format!("{} `{name}`", policy.kind),
            Some(line.unwrap_or_else(|| whole.clone())),
        ),
        gaps: policy.doubt.gaps().to_vec(),
        ..Fact::default()
    }
}
