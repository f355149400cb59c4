//! Remarks about policies and rules that do not do what they say, as facts.

use super::condition::Scalar;
use super::crossing_fact::policy_name;
use super::fact::{Fact, certainty, word};
use super::finding::Related;
use crate::model::World;
use crate::reach::{Engine, Lint};

/// Each remark.
pub(super) fn remarks(engine: &Engine<'_>, exempt: &[String]) -> Vec<Fact> {
    engine
        .lints()
        .iter()
        .map(|lint| fact(lint, engine.world(), exempt))
        .collect()
}

fn fact(lint: &Lint, world: &World, exempt: &[String]) -> Fact {
    let policy = &world.policies[lint.policy];
    let namespace = policy
        .namespace
        .map(|id| world.namespaces[id].name.clone())
        .unwrap_or_default();
    let name = policy_name(lint.policy, world);
    let related = lint.related.iter().map(|origin| Related {
        place: origin.place.clone(),
        what: origin.address.to_string(),
    });
    Fact {
        values: vec![
            ("certainty", certainty(true)),
            ("cluster", word(&world.clusters[policy.cluster].name)),
            ("exempt", Scalar::Flag(exempt.contains(&namespace))),
            ("namespace", word(namespace)),
            ("policy", word(&name)),
            ("policy_kind", word(policy.kind)),
            ("remark", word(lint.kind.word())),
            (
                "side",
                word(
                    lint.direction
                        .map(|direction| direction.to_string())
                        .unwrap_or_default(),
                ),
            ),
            (
                "rule",
                word(lint.rule.map(|at| (at + 1).to_string()).unwrap_or_default()),
            ),
            ("reason", word(&lint.because)),
        ],
        subjects: vec![name.clone()],
        who: format!("{} `{name}`", policy.kind),
        origin: Some(lint.origin.clone()),
        related: related.collect(),
        ..Fact::default()
    }
}
