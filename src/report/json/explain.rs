//! `crosspeer.explain/1`.

use super::fact::{GapFact, HopFact, TrafficFact};
use super::print;
use crate::model::{Arena, Gap, Trail};
use serde::Serialize;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    verdict: &'static str,
    traffic: TrafficFact<'a>,
    hops: Vec<HopFact<'a>>,
    gaps: Vec<GapFact<'a>>,
}

/// A verdict as one document on one line; `ledger` is that of the world which the trail leads through.
#[must_use]
pub fn explain(trail: &Trail, ledger: &Arena<Gap>) -> String {
    let document = Document {
        schema: "crosspeer.explain/1",
        verdict: trail.verdict.word(),
        traffic: TrafficFact(&trail.traffic),
        hops: trail
            .hops
            .iter()
            .map(|hop| HopFact::new(hop, ledger))
            .collect(),
        gaps: trail
            .gaps
            .iter()
            .map(|gap| GapFact::from(&ledger[*gap]))
            .collect(),
    };
    print(&document, false)
}
