//! The shapes of the page's data. `web/src/island.ts` holds the same. A number that names a thing is its place in its list;
//! -1 stands for none.

use super::super::json::TrafficFact;
use crate::model::{Change, Place, Traffic};
use serde::{Serialize, Serializer};

/// The place of a thing in its list, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct At(pub Option<usize>);

impl Serialize for At {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let at = self.0.and_then(|at| i64::try_from(at).ok());
        serializer.serialize_i64(at.unwrap_or(-1))
    }
}

/// A place of a file; line 0 where only the file is known.
#[derive(Clone, Debug, Serialize)]
pub(super) struct PlaceShape {
    pub file: String,
    pub line: u32,
}

impl From<&Place> for PlaceShape {
    fn from(place: &Place) -> Self {
        PlaceShape {
            file: place.file.to_string(),
            line: place.line,
        }
    }
}

/// What the plan does to a thing.
pub(super) fn change_word(change: Change) -> Option<&'static str> {
    match change {
        Change::None => None,
        Change::Added => Some("added"),
        Change::Updated => Some("updated"),
    }
}

#[derive(Debug, Serialize)]
pub(super) struct NetworkShape {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    pub known: bool,
    pub blocks: Vec<String>,
    pub column: usize,
    pub row: usize,
}

#[derive(Debug, Serialize)]
pub(super) struct ClusterShape {
    pub name: String,
    pub engine: String,
    pub enforced: &'static str,
}

#[derive(Debug, Serialize)]
pub(super) struct NamespaceShape {
    pub cluster: usize,
    pub name: String,
}

#[derive(Debug, Serialize)]
pub(super) struct WorkloadShape {
    pub title: String,
    pub name: String,
    pub kind: String,
    pub namespace: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<usize>,
    pub place: PlaceShape,
}

#[derive(Debug, Serialize)]
pub(super) struct ResourceShape {
    pub name: String,
    pub kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<PlaceShape>,
}

#[derive(Debug, Serialize)]
pub(super) struct BorderShape {
    pub name: String,
    pub kind: &'static str,
    pub state: String,
    pub networks: Vec<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<PlaceShape>,
}

#[derive(Debug, Serialize)]
pub(super) struct HopShape {
    pub hop: &'static str,
    pub heading: String,
    pub verdict: &'static str,
    pub because: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<PlaceShape>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<&'static str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub assumed: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
}

/// Traffic in words, and as JSON documents write it.
#[derive(Debug)]
pub(super) struct PortsShape(pub Traffic);

impl Serialize for PortsShape {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shape<'a> {
            words: String,
            traffic: TrafficFact<'a>,
        }
        let shape = Shape {
            words: self.0.to_string(),
            traffic: TrafficFact(&self.0),
        };
        shape.serialize(serializer)
    }
}

/// The far side of a crossing: a workload, a resource, or addresses.
#[derive(Debug, Serialize)]
pub(super) struct PartyShape {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workload: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<usize>,
    pub networks: Vec<usize>,
    pub ranges: Vec<String>,
}

/// One list for each column.
#[derive(Debug, Default, Serialize)]
pub(super) struct CrossingsShape {
    pub workload: Vec<usize>,
    pub inward: Vec<u8>,
    pub borders: Vec<usize>,
    pub entry: Vec<At>,
    pub after: MomentShape,
    pub before: MomentShape,
}

/// What crosses at one moment; `ports` is -1 where nothing does, and then `path` ends with the hop that stops it, where it is known.
#[derive(Debug, Default, Serialize)]
pub(super) struct MomentShape {
    pub party: Vec<At>,
    pub ports: Vec<At>,
    pub possible: Vec<u8>,
    pub path: Vec<At>,
}

#[derive(Debug, Serialize)]
pub(super) struct WorkloadCrossingShape {
    pub workload: At,
    pub far: String,
    pub certainty: &'static str,
    pub ports: usize,
}

#[derive(Debug, Serialize)]
pub(super) struct FindingShape {
    pub rule: String,
    pub severity: &'static str,
    pub certainty: &'static str,
    pub message: String,
    pub subject: String,
    pub members: Vec<usize>,
    pub namespace: At,
    pub way: At,
    pub place: PlaceShape,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
    pub passages: Vec<WorkloadCrossingShape>,
    pub path: At,
    pub gaps: Vec<usize>,
    pub fingerprint: String,
    /// `new`, `old` or `closed`.
    pub change: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub news: Option<String>,
    pub remedy: String,
    pub paste: String,
    pub related: Vec<RelatedShape>,
}

#[derive(Debug, Serialize)]
pub(super) struct RelatedShape {
    pub what: String,
    pub place: PlaceShape,
}

#[derive(Debug, Serialize)]
pub(super) struct InputShape {
    pub path: String,
    pub kind: &'static str,
    pub resources: usize,
}

#[derive(Debug, Serialize)]
pub(super) struct ProblemShape {
    pub place: PlaceShape,
    pub message: String,
}

#[derive(Debug, Serialize)]
pub(super) struct GapShape {
    pub kind: &'static str,
    pub what: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<PlaceShape>,
}

#[derive(Debug, Serialize)]
pub(super) struct RuleShape {
    pub rule: String,
    pub title: String,
    pub why: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReportShape {
    pub schema: &'static str,
    pub version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<&'static str>,
    pub looked_at: String,
    /// What opens, for how many: the first line of every report.
    pub headline: String,
    pub suppressed: usize,
    pub skipped: usize,
    pub exempt: Vec<String>,
    pub inputs: Vec<InputShape>,
    pub problems: Vec<ProblemShape>,
    pub gaps: Vec<GapShape>,
    pub rules: Vec<RuleShape>,
    pub networks: Vec<NetworkShape>,
    pub clusters: Vec<ClusterShape>,
    pub namespaces: Vec<NamespaceShape>,
    pub workloads: Vec<WorkloadShape>,
    pub resources: Vec<ResourceShape>,
    pub borders: Vec<BorderShape>,
    pub hops: Vec<HopShape>,
    pub paths: Vec<Vec<usize>>,
    pub ports: Vec<PortsShape>,
    pub parties: Vec<PartyShape>,
    pub ways: Vec<Vec<usize>>,
    pub entries: Vec<String>,
    pub crossings: CrossingsShape,
    pub left_out: usize,
    pub findings: Vec<FindingShape>,
}
