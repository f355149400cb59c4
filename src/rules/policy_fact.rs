//! Policies as facts, by direction.

use super::fact::{Fact, certainty};
use super::field::{
    CERTAINTY, CLUSTER, DIRECTION, EXEMPT, NAMESPACE, POLICY, POLICY_KIND, REASON, fields, flag,
};
use super::judged::{Judged, NamespaceStatus};
use super::kind::FactKind;
use super::subject::Subject;
use crate::model::{Direction, Id, Origin, Policy};
use crate::reach::Nullified;

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
    let mut out = Vec::new();
    for (id, policy) in judged.engine.world().policies.iter() {
        for (direction, side) in [
            (Direction::Ingress, &policy.ingress),
            (Direction::Egress, &policy.egress),
        ] {
            let Some(side) = side else { continue };
            let line = nullified(judged.isolation_statuses(), direction)
                .find(|one| one.policy == id)
                .map(|one| one.origin.clone());
            out.push(fact(id, direction, line, &side.origin, judged));
        }
    }
    out
}

/// All rules that make an isolation empty in one direction.
fn nullified(stood: &[NamespaceStatus], direction: Direction) -> impl Iterator<Item = &Nullified> {
    stood.iter().flat_map(move |one| match direction {
        Direction::Ingress => &one.isolation_status.ingress.nullified,
        Direction::Egress => &one.isolation_status.egress.nullified,
    })
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
