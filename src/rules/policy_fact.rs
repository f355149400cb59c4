//! Policies as facts, by direction.

use super::condition::Scalar;
use super::fact::{Fact, certainty, word};
use super::namespace_fact::Stood;
use crate::model::{Direction, Id, Origin, Policy, World};
use crate::reach::Nullified;

/// Each direction of each policy that says something of it.
pub(super) fn policies(stood: &[Stood], world: &World, exempt: &[String]) -> Vec<Fact> {
    let mut out = Vec::new();
    for (id, policy) in world.policies.iter() {
        for (direction, side) in [
            (Direction::Ingress, &policy.ingress),
            (Direction::Egress, &policy.egress),
        ] {
            let Some(side) = side else { continue };
            let line = nullified(stood, direction)
                .find(|one| one.policy == id)
                .map(|one| one.origin.clone());
            out.push(fact(id, direction, line, &side.origin, world, exempt));
        }
    }
    out
}

/// All rules that make an isolation empty in one direction.
fn nullified(stood: &[Stood], direction: Direction) -> impl Iterator<Item = &Nullified> {
    stood.iter().flat_map(move |one| match direction {
        Direction::Ingress => &one.standing.ingress.nullified,
        Direction::Egress => &one.standing.egress.nullified,
    })
}

fn fact(
    id: Id<Policy>,
    direction: Direction,
    line: Option<Origin>,
    side: &Origin,
    world: &World,
    exempt: &[String],
) -> Fact {
    let policy = &world.policies[id];
    let namespace = policy
        .namespace
        .map(|id| world.namespaces[id].name.clone())
        .unwrap_or_default();
    let name = world.policy_name(id);
    let anyone = match direction {
        Direction::Ingress => "a rule of it lets anyone in",
        Direction::Egress => "a rule of it lets its pods reach anyone",
    };
    let reason = policy.inert.clone().unwrap_or_else(|| {
        if line.is_some() {
            anyone.to_owned()
        } else {
            String::new()
        }
    });
    Fact {
        values: vec![
            ("direction", word(direction.to_string())),
            ("certainty", certainty(policy.doubt.is_certain())),
            ("cluster", word(&world.clusters[policy.cluster].name)),
            ("exempt", Scalar::Flag(exempt.contains(&namespace))),
            ("namespace", word(namespace)),
            ("policy", word(&name)),
            ("policy_kind", word(policy.kind)),
            ("reason", word(reason)),
            ("nullifies", Scalar::Flag(line.is_some())),
            ("inert", Scalar::Flag(policy.inert.is_some())),
        ],
        subjects: vec![name.clone()],
        who: format!("{} `{name}`", policy.kind),
        origin: line.or_else(|| {
            Some(if policy.inert.is_some() {
                policy.origin.clone()
            } else {
                side.clone()
            })
        }),
        gaps: policy.doubt.gaps().to_vec(),
        ..Fact::default()
    }
}
