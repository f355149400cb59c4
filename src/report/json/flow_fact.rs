//! One row of connectivity as JSON.

use super::super::connectivity::FlowRow;
use super::fact::TrafficFact;
use serde::Serialize;

/// What one party can send to another.
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

/// Whether something is certain, in a word.
pub(super) fn certainty(certain: bool) -> &'static str {
    if certain { "certain" } else { "possible" }
}
