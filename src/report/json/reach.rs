//! `crosspeer.reach/1`.

use super::super::connectivity::{ChainRow, Connectivity, FlowRow, GroupedRow, LinkLine};
use super::super::format::Parts;
use super::document::{Document, Layout};
use super::fact::{GapFact, TrafficFact};
use super::flow_fact::certainty;
use super::flow_rows;
use crate::model::Traffic;
use serde::{Serialize, Serializer};
use std::sync::Arc;

/// A list of names.
struct Names<'a>(&'a [Arc<str>]);

impl Serialize for Names<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|name| &**name))
    }
}

/// A flow of which both ends are lists.
#[derive(Serialize)]
struct GroupedFact<'a> {
    from: Names<'a>,
    to: Names<'a>,
    traffic: TrafficFact<'a>,
    certainty: &'static str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    crosses: &'a [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    gaps: &'a [String],
}

/// One name, or a list of them.
#[derive(Serialize)]
#[serde(untagged)]
enum NameOrNames<'a> {
    One(&'a str),
    Many(Names<'a>),
}

#[derive(Serialize)]
struct ChainFact<'a> {
    from: NameOrNames<'a>,
    through: &'a [String],
    to: NameOrNames<'a>,
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

impl<'a> From<&'a GroupedRow> for GroupedFact<'a> {
    fn from(row: &'a GroupedRow) -> Self {
        GroupedFact {
            from: Names(&row.from),
            to: Names(&row.to),
            traffic: TrafficFact(&row.traffic),
            certainty: certainty(row.certain),
            crosses: &row.crosses,
            gaps: &row.gaps,
        }
    }
}

impl<'a> NameOrNames<'a> {
    fn of(names: &'a [Arc<str>], grouped: bool) -> Self {
        match names {
            [one] if !grouped => NameOrNames::One(one),
            _ => NameOrNames::Many(Names(names)),
        }
    }
}

/// A chain, with lists for ends where rows are by class.
fn chain(row: &ChainRow, grouped: bool) -> ChainFact<'_> {
    ChainFact {
        from: NameOrNames::of(&row.from, grouped),
        through: &row.through,
        to: NameOrNames::of(&row.to, grouped),
        traffic: TrafficFact(&row.traffic),
        certainty: certainty(row.certain),
        crosses: &row.crosses,
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

/// Traffic as JSON: protocol and closed port intervals.
#[must_use]
pub fn traffic(traffic: &Traffic) -> String {
    // Maps and lists of numbers are always JSON.
    serde_json::to_string(&TrafficFact(traffic)).unwrap_or_default()
}

/// The connectivity as one document on one line, one row for each pair.
#[must_use]
pub fn reach<'s>(
    flows: impl Iterator<Item = FlowRow> + 's,
    connectivity: &'s Connectivity,
) -> Parts<'s> {
    let document = Document::new(Layout::Line).value("schema", &SCHEMA);
    let flows = flow_rows::texts(flows);
    with_rest(document.texts("flows", flows), connectivity, false)
}

/// The same by class: both ends of a row are lists.
#[must_use]
pub fn reach_grouped<'s>(flows: &'s [GroupedRow], connectivity: &'s Connectivity) -> Parts<'s> {
    let document = Document::new(Layout::Line).value("schema", &SCHEMA);
    let flows = flows.iter().map(GroupedFact::from);
    with_rest(document.list("flows", flows), connectivity, true)
}

const SCHEMA: &str = "crosspeer.reach/1";

fn with_rest<'s>(
    document: Document<'s>,
    connectivity: &'s Connectivity,
    grouped: bool,
) -> Parts<'s> {
    let chains = connectivity.chains.iter();
    document
        .list_if_any("chains", chains.map(move |row| chain(row, grouped)))
        .list("links", connectivity.links.iter().map(LinkFact::from))
        .list("gaps", connectivity.gaps.iter().map(GapFact::from))
        .parts()
}
