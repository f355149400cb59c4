//! `crosspeer.reach/1`.

use super::super::connectivity::{ChainRow, Connectivity, FlowRow, LinkLine};
use super::fact::{GapFact, TrafficFact};
use super::print;
use serde::Serialize;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    flows: Vec<FlowFact<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    chains: Vec<ChainFact<'a>>,
    links: Vec<LinkFact<'a>>,
    gaps: Vec<GapFact<'a>>,
}

#[derive(Serialize)]
pub(super) struct FlowFact<'a> {
    from: &'a str,
    to: &'a str,
    traffic: TrafficFact<'a>,
    certainty: &'static str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    crosses: &'a [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    gaps: &'a [String],
}

#[derive(Serialize)]
struct ChainFact<'a> {
    from: &'a str,
    through: &'a [String],
    to: &'a str,
    traffic: TrafficFact<'a>,
    certainty: &'static str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    crosses: &'a [String],
}

#[derive(Serialize)]
struct LinkFact<'a> {
    address: &'a str,
    attribute: &'a str,
    to: &'a [String],
    by: &'static str,
}

impl<'a> From<&'a FlowRow> for FlowFact<'a> {
    fn from(row: &'a FlowRow) -> Self {
        FlowFact {
            from: &row.from,
            to: &row.to,
            traffic: TrafficFact(&row.traffic),
            certainty: certainty(row.certain),
            crosses: &row.crosses,
            gaps: &row.gaps,
        }
    }
}

impl<'a> From<&'a ChainRow> for ChainFact<'a> {
    fn from(row: &'a ChainRow) -> Self {
        ChainFact {
            from: &row.from,
            through: &row.through,
            to: &row.to,
            traffic: TrafficFact(&row.traffic),
            certainty: certainty(row.certain),
            crosses: &row.crosses,
        }
    }
}

impl<'a> From<&'a LinkLine> for LinkFact<'a> {
    fn from(row: &'a LinkLine) -> Self {
        LinkFact {
            address: &row.address,
            attribute: &row.attribute,
            to: &row.to,
            by: row.by,
        }
    }
}

fn certainty(certain: bool) -> &'static str {
    if certain { "certain" } else { "possible" }
}

/// The connectivity as one document on one line.
#[must_use]
pub fn reach(connectivity: &Connectivity) -> String {
    let document = Document {
        schema: "crosspeer.reach/1",
        flows: connectivity.flows.iter().map(FlowFact::from).collect(),
        chains: connectivity.chains.iter().map(ChainFact::from).collect(),
        links: connectivity.links.iter().map(LinkFact::from).collect(),
        gaps: connectivity.gaps.iter().map(GapFact::from).collect(),
    };
    print(&document, false)
}
