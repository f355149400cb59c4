//! Places, gaps, hops and traffic: what every JSON document shares.

use super::super::label::label;
use super::super::sentence::sentence;
use super::reason::reason;
use crate::model::{Change, Gap, Hop, Origin, Place, Protocol, Traffic, Verdict, World};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::Value;

/// A place of a file.
#[derive(Serialize)]
pub(super) struct PlaceFact<'a> {
    file: &'a str,
    line: u32,
    column: u32,
}

impl<'a> From<&'a Place> for PlaceFact<'a> {
    fn from(place: &'a Place) -> Self {
        PlaceFact {
            file: &place.file,
            line: place.line,
            column: place.column,
        }
    }
}

/// Where a fact comes from.
#[derive(Serialize)]
pub(super) struct OriginFact<'a> {
    #[serde(flatten)]
    place: PlaceFact<'a>,
    address: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inner: Option<PlaceFact<'a>>,
}

impl<'a> From<&'a Origin> for OriginFact<'a> {
    fn from(origin: &'a Origin) -> Self {
        let change = match origin.change {
            Change::None => None,
            Change::Added => Some("added"),
            Change::Updated => Some("updated"),
        };
        let inner = origin.inner.as_ref().map(PlaceFact::from);
        OriginFact {
            place: PlaceFact::from(&origin.place),
            address: &origin.address,
            change,
            inner,
        }
    }
}

/// A gap.
#[derive(Serialize)]
pub(super) struct GapFact<'a> {
    kind: &'static str,
    what: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<OriginFact<'a>>,
}

impl<'a> From<&'a Gap> for GapFact<'a> {
    fn from(gap: &'a Gap) -> Self {
        GapFact {
            kind: gap.kind.word(),
            what: &gap.what,
            origin: gap.origin.as_ref().map(OriginFact::from),
        }
    }
}

/// A step of a trail.
#[derive(Serialize)]
pub(super) struct HopFact<'a> {
    hop: &'static str,
    passes: bool,
    label: &'a str,
    verdict: &'static str,
    reason: Value,
    because: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<OriginFact<'a>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    assumed: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    gaps: Vec<&'a str>,
}

impl<'a> HopFact<'a> {
    pub(super) fn new(hop: &'a Hop, world: &'a World) -> Self {
        HopFact {
            hop: hop.kind.word(),
            label: label(hop, world),
            passes: hop.verdict != Verdict::Blocked,
            verdict: hop.verdict.word(),
            reason: reason(&hop.reason, world),
            because: sentence(hop, world),
            origin: hop.origin.as_ref().map(OriginFact::from),
            assumed: hop.rests_on_assumption(&world.gaps),
            gaps: hop
                .gaps
                .iter()
                .map(|gap| world.gaps[*gap].what.as_str())
                .collect(),
        }
    }
}

/// Traffic as a map: protocol → closed intervals of ports (for ICMP: of `type * 256 + code`). Protocols that have
/// neither are one key, `OTHER`, with closed intervals of their IANA numbers.
pub struct TrafficFact<'a>(pub &'a Traffic);

impl Serialize for TrafficFact<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut others: Vec<(u16, u16)> = Vec::new();
        let mut map = serializer.serialize_map(None)?;
        for (protocol, detail) in self.0.parts() {
            if [
                Protocol::TCP,
                Protocol::UDP,
                Protocol::SCTP,
                Protocol::ICMP,
                Protocol::ICMPV6,
            ]
            .contains(&protocol)
            {
                map.serialize_entry(&protocol.to_string(), detail.ranges())?;
                continue;
            }
            let number = u16::from(protocol.0);
            match others.last_mut() {
                Some((_, high)) if *high + 1 == number => *high = number,
                _ => others.push((number, number)),
            }
        }
        if !others.is_empty() {
            map.serialize_entry("OTHER", &others)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traffic_is_ports_and_numbers() {
        let traffic = Traffic::ports(Protocol::TCP, 80, 90)
            .union(&Traffic::protocol(Protocol(50)))
            .union(&Traffic::protocol(Protocol(51)));
        assert_eq!(
            serde_json::to_string(&TrafficFact(&traffic)).unwrap(),
            r#"{"TCP":[[80,90]],"OTHER":[[50,51]]}"#
        );
        assert_eq!(
            serde_json::to_string(&TrafficFact(&Traffic::none())).unwrap(),
            "{}"
        );
    }
}
