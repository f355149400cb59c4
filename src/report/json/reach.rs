//! `crosspeer.reach/1`.

use super::super::connectivity::{ChainRow, Connectivity, FlowRow, LinkLine};
use super::super::format::Parts;
use super::document::{Document, Layout};
use super::fact::{GapFact, TrafficFact};
use serde::Serialize;

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
pub fn reach(connectivity: &Connectivity) -> Parts<'_> {
    Document::new(Layout::Line)
        .value("schema", &"crosspeer.reach/1")
        .list("flows", connectivity.flows.iter().map(FlowFact::from))
        .list_if_any("chains", connectivity.chains.iter().map(ChainFact::from))
        .list("links", connectivity.links.iter().map(LinkFact::from))
        .list("gaps", connectivity.gaps.iter().map(GapFact::from))
        .parts()
}
