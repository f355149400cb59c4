//! `crosspeer.explain/1`.

use super::fact::{GapFact, HopFact, TrafficFact};
use super::print;
use crate::model::{Trail, World};
use serde::Serialize;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    verdict: &'static str,
    traffic: TrafficFact<'a>,
    hops: Vec<HopFact<'a>>,
    gaps: Vec<GapFact<'a>>,
}

/// A verdict as one document on one line; `world` is the one that the trail leads through.
#[must_use]
pub fn explain(trail: &Trail, world: &World) -> String {
    let document = Document {
        schema: "crosspeer.explain/1",
        verdict: trail.verdict.word(),
        traffic: TrafficFact(&trail.traffic),
        hops: trail
            .hops
            .iter()
            .map(|hop| HopFact::new(hop, world))
            .collect(),
        gaps: trail
            .gaps
            .iter()
            .map(|gap| GapFact::from(&world.gaps[*gap]))
            .collect(),
    };
    print(&document, false)
}
