//! `crosspeer.scan/1`.

use super::super::format::Parts;
use super::super::problem::Problem;
use super::super::scan::{InputLine, Scan};
use super::document::{Document, Layout};
use super::fact::{GapFact, HopFact, PlaceFact, TrafficFact};
use super::intended::IntendedFact;
use crate::model::World;
use crate::rules::{Finding, Severity, WorkloadCrossing};
use serde::Serialize;

#[derive(Serialize)]
struct Tool<'a> {
    name: &'static str,
    version: &'static str,
    rules: Vec<&'a str>,
}

#[derive(Serialize)]
struct InputFact<'a> {
    path: &'a str,
    kind: &'a str,
    resources: usize,
}

impl<'a> From<&'a InputLine> for InputFact<'a> {
    fn from(input: &'a InputLine) -> Self {
        InputFact {
            path: &input.path,
            kind: input.kind,
            resources: input.resources,
        }
    }
}

#[derive(Serialize)]
struct ErrorFact<'a> {
    location: PlaceFact<'a>,
    message: &'a str,
    refused: bool,
}

impl<'a> From<&'a Problem> for ErrorFact<'a> {
    fn from(problem: &'a Problem) -> Self {
        ErrorFact {
            location: PlaceFact::from(&problem.place),
            message: &problem.message,
            refused: problem.refused,
        }
    }
}

#[derive(Serialize)]
struct FindingFact<'a> {
    rule: &'a str,
    severity: &'static str,
    certainty: &'static str,
    title: &'a str,
    message: &'a str,
    location: PlaceFact<'a>,
    subject: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    members: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    border: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    passages: Vec<WorkloadCrossingFact<'a>>,
    path: Vec<HopFact<'a>>,
    gaps: Vec<&'a str>,
    fingerprint: &'a str,
    new: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    added: Vec<WorkloadCrossingFact<'a>>,
    remediation: &'a str,
    paste: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<RelatedFact<'a>>,
}

#[derive(Serialize)]
struct WorkloadCrossingFact<'a> {
    workload: &'a str,
    far: &'a str,
    certainty: &'static str,
    traffic: TrafficFact<'a>,
}

/// A crossing that a change opens or closes.
#[derive(Serialize)]
struct CrossingFact<'a> {
    borders: &'a [String],
    direction: &'static str,
    workload: &'a str,
    far: &'a str,
    certainty: &'static str,
    traffic: TrafficFact<'a>,
}

/// The crossings of findings: of each what `passages` says.
fn crossings<'a>(
    findings: impl Iterator<Item = &'a Finding> + 'a,
    passages: impl Fn(&'a Finding) -> &'a [WorkloadCrossing] + 'a,
) -> impl Iterator<Item = CrossingFact<'a>> {
    let direct = findings.filter(|finding| finding.direct);
    let each =
        direct.flat_map(move |finding| passages(finding).iter().map(move |one| (finding, one)));
    let fact = |(finding, one): (&'a Finding, &'a WorkloadCrossing)| CrossingFact {
        borders: &finding.borders,
        direction: if finding.inbound { "ingress" } else { "egress" },
        workload: &one.workload,
        far: &one.far,
        certainty: if one.certain { "certain" } else { "possible" },
        traffic: TrafficFact(&one.traffic),
    };
    each.map(fact)
}

#[derive(Serialize)]
struct RelatedFact<'a> {
    location: PlaceFact<'a>,
    what: &'a str,
}

impl<'a> FindingFact<'a> {
    fn new(finding: &'a Finding, world: &'a World) -> Self {
        let passage = |passage: &'a WorkloadCrossing| WorkloadCrossingFact {
            workload: &passage.workload,
            far: &passage.far,
            certainty: if passage.certain {
                "certain"
            } else {
                "possible"
            },
            traffic: TrafficFact(&passage.traffic),
        };
        let related = |one: &'a crate::rules::Related| RelatedFact {
            location: PlaceFact::from(&one.place),
            what: &one.what,
        };
        FindingFact {
            rule: &finding.rule,
            severity: finding.severity.word(),
            certainty: finding.certainty.word(),
            title: &finding.title,
            message: &finding.message,
            location: PlaceFact::from(&finding.place),
            subject: &finding.subject,
            members: &finding.members,
            border: finding.border(),
            passages: finding.passages.iter().map(passage).collect(),
            added: finding.added.iter().map(passage).collect(),
            path: finding
                .path
                .iter()
                .map(|hop| HopFact::new(hop, world))
                .collect(),
            gaps: finding
                .gaps
                .iter()
                .map(|gap| world.gaps[*gap].what.as_str())
                .collect(),
            fingerprint: &finding.fingerprint,
            new: finding.new,
            remediation: &finding.remedy.text,
            paste: &finding.remedy.paste,
            related: finding.related.iter().map(related).collect(),
        }
    }
}

#[derive(Serialize)]
struct SummaryFact<'a> {
    critical: usize,
    high: usize,
    medium: usize,
    low: usize,
    new: usize,
    closed: usize,
    namespaces: usize,
    workloads: usize,
    networks: usize,
    borders: usize,
    crossings: Option<usize>,
    gaps: usize,
    exempt: &'a [String],
    enforced: &'a str,
    skipped: usize,
}

impl<'a> From<&'a Scan<'a>> for SummaryFact<'a> {
    fn from(scan: &'a Scan<'a>) -> Self {
        let summary = &scan.summary;
        SummaryFact {
            critical: scan.count(Severity::Critical),
            high: scan.count(Severity::High),
            medium: scan.count(Severity::Medium),
            low: scan.count(Severity::Low),
            new: scan.fresh(),
            closed: scan.closed.len(),
            namespaces: summary.namespaces,
            workloads: summary.workloads,
            networks: summary.networks,
            borders: summary.borders.iter().map(|(_, count)| count).sum(),
            crossings: summary.crossings,
            gaps: scan.world.gaps.len(),
            exempt: &summary.exempt,
            enforced: &summary.enforced,
            skipped: summary.skipped,
        }
    }
}

/// A scan as one indented document.
#[must_use]
pub fn scan<'s>(scan: &'s Scan<'s>) -> Parts<'s> {
    let tool = Tool {
        name: "crosspeer",
        version: env!("CARGO_PKG_VERSION"),
        rules: scan.rules.iter().map(|rule| rule.id.as_str()).collect(),
    };
    let findings = scan.findings.iter();
    let opens = findings.clone().filter(|finding| finding.new);
    let opens = crossings(opens, |finding| match finding.added.as_slice() {
        [] => &finding.passages,
        added => added,
    });
    let closes = crossings(scan.closed.iter(), |finding| &finding.passages);
    let gaps = scan.world.gaps.iter();
    Document::new(Layout::Indented)
        .value("schema", &"crosspeer.scan/1")
        .value("tool", &tool)
        .list("inputs", scan.inputs.iter().map(InputFact::from))
        .list(
            "findings",
            findings.map(|finding| FindingFact::new(finding, scan.world)),
        )
        .value("suppressed", &scan.suppressed)
        .list("intended", scan.intended.iter().map(IntendedFact::from))
        .list("opens", opens)
        .list("closes", closes)
        .list("gaps", gaps.map(|(_, gap)| GapFact::from(gap)))
        .list("errors", scan.problems.iter().map(ErrorFact::from))
        .value("summary", &SummaryFact::from(scan))
        .parts()
}
