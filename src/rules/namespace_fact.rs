//! Namespaces as facts, as wholes and by direction.

use super::condition::Scalar;
use super::fact::{Fact, certainty, word, workloads};
use crate::model::{Direction, Id, Namespace, Workload, World};
use crate::reach::{DirectionStanding, Engine, NamespaceStanding};

/// A namespace that is declared or holds workloads, with how it stands.
pub(super) struct Stood {
    id: Id<Namespace>,
    /// Its standing.
    pub standing: NamespaceStanding,
}

/// All namespaces that rules look at.
pub(super) fn standings(engine: &Engine<'_>) -> Vec<Stood> {
    let world = engine.world();
    let holds = |id: Id<Namespace>| {
        world
            .workloads
            .iter()
            .any(|(_, workload)| workload.namespace == id)
    };
    let ids = world
        .namespaces
        .iter()
        .filter(|(id, namespace)| namespace.declared || holds(*id))
        .map(|(id, _)| id);
    ids.map(|id| Stood {
        id,
        standing: engine.namespace_standing(id),
    })
    .collect()
}

/// Namespaces as wholes.
pub(super) fn namespaces(stood: &[Stood], world: &World, exempt: &[String]) -> Vec<Fact> {
    let fact = |one: &Stood| {
        let members = members(one.id, world);
        let mut fact = base(one, world, exempt, true);
        fact.values.extend([
            ("declared", Scalar::Flag(world.namespaces[one.id].declared)),
            ("has_workloads", Scalar::Flag(!members.is_empty())),
            ("inventory", word(workloads(&names(&members, world)))),
        ]);
        fact
    };
    stood.iter().map(fact).collect()
}

/// Each direction of each namespace.
pub(super) fn isolations(stood: &[Stood], world: &World, exempt: &[String]) -> Vec<Fact> {
    let mut out = Vec::new();
    for one in stood {
        for (direction, standing) in [
            (Direction::Ingress, &one.standing.ingress),
            (Direction::Egress, &one.standing.egress),
        ] {
            out.push(isolation(one, direction, standing, world, exempt));
        }
    }
    out
}

fn isolation(
    one: &Stood,
    direction: Direction,
    standing: &DirectionStanding,
    world: &World,
    exempt: &[String],
) -> Fact {
    let certainly = standing.is_open(one.standing.empty);
    let unsure =
        one.standing.empty && standing.new_pods_isolated.may && !standing.new_pods_isolated.must;
    let open = certainly || !standing.uncertain.is_empty() || unsure;
    let mut fact = base(one, world, exempt, certainly || !open);
    let who = if standing.open.is_empty() {
        &standing.uncertain
    } else {
        &standing.open
    };
    fact.values.extend([
        ("direction", word(direction.to_string())),
        (
            "new_pods",
            word(if standing.new_pods_isolated.must {
                "isolated"
            } else {
                "open"
            }),
        ),
        ("state", word(if open { "open" } else { "isolated" })),
        (
            "open",
            word(if one.standing.empty {
                "a new pod".to_owned()
            } else {
                workloads(&names(who, world))
            }),
        ),
    ]);
    fact.gaps = standing.doubt.gaps().to_vec();
    if let Some(first) = who.first().filter(|_| fact.origin.is_none()) {
        fact.origin = Some(world.workloads[*first].origin.clone());
    }
    fact
}

fn base(one: &Stood, world: &World, exempt: &[String], certain: bool) -> Fact {
    let namespace = &world.namespaces[one.id];
    let first = members(one.id, world)
        .first()
        .map(|id| world.workloads[*id].origin.clone());
    let cluster = &world.clusters[namespace.cluster].name;
    let front = if world.clusters.len() > 1 {
        format!("{cluster}:")
    } else {
        String::new()
    };
    let title = format!("{front}{}", namespace.name);
    Fact {
        values: vec![
            ("certainty", certainty(certain)),
            ("cluster", word(cluster)),
            ("namespace", word(&namespace.name)),
            ("exempt", Scalar::Flag(exempt.contains(&namespace.name))),
            (
                "has_policy",
                Scalar::Flag(!one.standing.policies.is_empty()),
            ),
        ],
        subjects: vec![title.clone()],
        who: format!("namespace `{title}`"),
        origin: if namespace.declared {
            namespace.origin.clone()
        } else {
            first.or_else(|| namespace.origin.clone())
        },
        ..Fact::default()
    }
}

fn members(namespace: Id<Namespace>, world: &World) -> Vec<Id<Workload>> {
    world
        .workloads
        .iter()
        .filter(|(_, workload)| workload.namespace == namespace)
        .map(|(id, _)| id)
        .collect()
}

fn names(ids: &[Id<Workload>], world: &World) -> Vec<String> {
    ids.iter()
        .map(|id| world.workloads[*id].name.clone())
        .collect()
}
