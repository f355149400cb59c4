//! Crossings that the configuration wants.

use super::fact::{PlaceFact, TrafficFact};
use crate::rules::{Intended, IntendedCrossing};
use serde::Serialize;

/// An entry of `allow:` with what crosses because of it.
#[derive(Serialize)]
pub(super) struct IntendedFact<'a> {
    location: PlaceFact<'a>,
    from: String,
    to: String,
    traffic: TrafficFact<'a>,
    reason: &'a str,
    owner: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    crossings: Vec<CrossingFact<'a>>,
}

#[derive(Serialize)]
struct CrossingFact<'a> {
    borders: &'a [String],
    direction: &'static str,
    workload: &'a str,
    far: &'a str,
    certainty: &'static str,
    traffic: TrafficFact<'a>,
}

impl<'a> From<&'a Intended> for IntendedFact<'a> {
    fn from(own: &'a Intended) -> Self {
        let allowance = &own.allowance;
        IntendedFact {
            location: PlaceFact::from(&allowance.place),
            from: allowance.from_words(),
            to: allowance.to_words(),
            traffic: TrafficFact(&own.traffic),
            reason: &allowance.reason,
            owner: &allowance.owner,
            until: allowance.until.map(|day| day.to_string()),
            crossings: own.crossings.iter().map(CrossingFact::from).collect(),
        }
    }
}

impl<'a> From<&'a IntendedCrossing> for CrossingFact<'a> {
    fn from(own: &'a IntendedCrossing) -> Self {
        CrossingFact {
            borders: &own.borders,
            direction: if own.inbound { "ingress" } else { "egress" },
            workload: &own.workload,
            far: &own.far,
            certainty: if own.certain { "certain" } else { "possible" },
            traffic: TrafficFact(&own.traffic),
        }
    }
}
