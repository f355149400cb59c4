//! Remarks about policies and rules that do not do what they say, as facts.

use super::condition::Scalar;
use super::fact::{Fact, certainty, word};
use super::finding::Related;
use super::remark_sentence::sentence;
use crate::model::World;
use crate::reach::{Engine, Remark};

/// Each remark.
pub(super) fn remarks(engine: &Engine<'_>, exempt: &[String]) -> Vec<Fact> {
    engine
        .remarks()
        .iter()
        .map(|remark| fact(remark, engine.world(), exempt))
        .collect()
}

fn fact(remark: &Remark, world: &World, exempt: &[String]) -> Fact {
    let policy = &world.policies[remark.policy];
    let namespace = policy
        .namespace
        .map(|id| world.namespaces[id].name.clone())
        .unwrap_or_default();
    let name = world.policy_name(remark.policy);
    let related = remark.related.iter().map(|origin| Related {
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
            ("remark", word(remark.kind.word())),
            (
                "side",
                word(
                    remark
                        .direction
                        .map(|direction| direction.to_string())
                        .unwrap_or_default(),
                ),
            ),
            (
                "rule",
                word(
                    remark
                        .rule
                        .map(|at| (at + 1).to_string())
                        .unwrap_or_default(),
                ),
            ),
            ("reason", word(sentence(remark, world))),
        ],
        subjects: vec![name.clone()],
        who: format!("{} `{name}`", policy.kind),
        origin: Some(remark.origin.clone()),
        related: related.collect(),
        ..Fact::default()
    }
}
