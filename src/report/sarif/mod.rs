//! SARIF 2.1.0 as GitHub code scanning takes it (GitHub docs, "SARIF support for code scanning").
//!
//! Every result has one primary region of one line in a file of the repository; the path is a code flow; findings that
//! are suppressed are left out unless they are asked for, because code scanning would show them as open alerts.

mod fix;
mod place;
mod shape;
mod words;

#[cfg(test)]
mod tests;

use super::escape::without_links;
use super::format::{Format, Parts, with_list};
use super::label::heading;
use super::medium::Medium;
use super::scan::{LeftOut, Scan};
use super::sentence::sentence;
use crate::model::World;
use crate::rules::Finding;
use place::Places;
use shape::{
    CodeFlow, Driver, Invocation, Location, Log, Notification, Outcome, OutcomeProperties, Run,
    Step, Suppression, Text, ThreadFlow, Tool,
};

/// SARIF 2.1.0: code scanning, Azure DevOps, editors
pub const FORMAT: Format = Format {
    name: "sarif",
    about: "SARIF 2.1.0: code scanning, Azure DevOps, editors",
    endings: &[".sarif", ".sarif.json"],
    medium: Medium::Json,
    parts: |own| sarif(own),
};

/// Results that code scanning keeps of one run; more than 25,000 and it refuses the file.
const MOST_RESULTS: usize = 5_000;

/// Steps of a path that are written; code scanning shows 1,000.
const MOST_STEPS: usize = 100;

/// Notifications that are written.
const MOST_NOTIFICATIONS: usize = 200;

/// A scan as one SARIF log on one line. It names no `automationDetails`: code scanning would take its category from there, above
/// the one that the upload is given, and two scans of one job would be one.
#[must_use]
pub fn sarif<'s>(scan: &'s Scan<'s>) -> Parts<'s> {
    let places = Places { paths: &scan.paths };
    let driver = Driver {
        name: "crosspeer",
        version: env!("CARGO_PKG_VERSION"),
        semantic_version: env!("CARGO_PKG_VERSION"),
        information_uri: "https://crates.io/crates/crosspeer",
        rules: scan
            .rules
            .iter()
            .map(|rule| words::descriptor(rule))
            .collect(),
    };
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool { driver },
            invocations: [Invocation {
                execution_successful: scan.problems.is_empty(),
                tool_execution_notifications: notifications(scan, &places),
            }],
            column_kind: "unicodeCodePoints",
            results: [],
        }],
    };
    // These shapes have string keys only and nothing fallible.
    let document = serde_json::to_string(&log).unwrap_or_default();
    let left_out = scan.left_out.iter().flatten();
    let findings = scan.findings.iter().map(|finding| (finding, None));
    let all = findings.chain(left_out.map(|own| (&own.finding, Some(own))));
    let results = all.take(MOST_RESULTS).map(move |(finding, own)| Outcome {
        suppressions: scan
            .left_out
            .as_ref()
            .map(|_| own.map(suppression).into_iter().collect()),
        ..outcome(finding, scan, &places)
    });
    let results = results.map(|own| serde_json::to_string(&own).unwrap_or_default());
    with_list(&document, "]}]}", results)
}

/// A result. What identifies an alert is the same whichever other findings there are: code scanning reads
/// `primaryLocationLineHash` only, and would hash the line by itself, which makes one alert of two findings there.
fn outcome<'a>(finding: &'a Finding, scan: &Scan<'a>, places: &Places<'_>) -> Outcome<'a> {
    let fingerprints = ["crosspeer/v1", "primaryLocationLineHash"];
    Outcome {
        rule_id: &finding.rule,
        rule_index: scan
            .rules
            .iter()
            .position(|rule| rule.id == finding.rule)
            .unwrap_or_default(),
        level: words::level(finding.severity),
        message: Text {
            text: words::message(finding, &scan.world.gaps),
        },
        locations: [places.location(finding.anchor())],
        partial_fingerprints: fingerprints
            .map(|name| (name, finding.fingerprint.as_str()))
            .into(),
        code_flows: code_flow(finding, scan.world, places).into_iter().collect(),
        related_locations: related(finding, places),
        fixes: fix::fixes(finding, scan, places),
        suppressions: None,
        properties: OutcomeProperties {
            certainty: finding.certainty.word(),
            new: finding.new,
            subject: &finding.subject,
        },
    }
}

fn suppression(own: &LeftOut) -> Suppression {
    Suppression {
        kind: if own.in_source {
            "inSource"
        } else {
            "external"
        },
        justification: without_links(&own.why),
    }
}

/// The path as steps; none where there is none. A step that no line decides stands at the line before it.
fn code_flow(finding: &Finding, world: &World, places: &Places<'_>) -> Option<CodeFlow> {
    let mut at = &finding.place;
    let mut locations = Vec::new();
    for hop in finding.path.iter().take(MOST_STEPS) {
        at = hop.origin.as_ref().map_or(at, |origin| &origin.place);
        let assumed = if hop.assumed {
            " (assumed, a default)"
        } else {
            ""
        };
        let message = format!(
            "{}: {}{assumed}",
            heading(hop, world),
            without_links(&sentence(hop, world))
        );
        locations.push(Step {
            location: Location {
                message: Some(Text { text: message }),
                ..places.location(at)
            },
        });
    }
    (!locations.is_empty()).then_some(CodeFlow {
        thread_flows: [ThreadFlow { locations }],
    })
}

/// The subject, where the primary place is another; then the other places that bear on the finding.
fn related(finding: &Finding, places: &Places<'_>) -> Vec<Location> {
    let subject =
        (finding.anchor() != &finding.place).then_some((&finding.place, finding.subject.as_str()));
    let all = subject.into_iter().chain(
        finding
            .related
            .iter()
            .map(|one| (&one.place, one.what.as_str())),
    );
    let location = |(at, (place, what)): (usize, (&crate::model::Place, &str))| Location {
        id: Some(at + 1),
        message: Some(Text {
            text: without_links(what),
        }),
        ..places.location(place)
    };
    all.enumerate().map(location).collect()
}

/// What was not understood or not read, and what was left out of this file.
fn notifications(scan: &Scan<'_>, places: &Places<'_>) -> Vec<Notification> {
    let note = |level, text: String, place: Option<&crate::model::Place>| Notification {
        level,
        message: Text {
            text: without_links(&text),
        },
        locations: place
            .map(|place| places.location(place))
            .into_iter()
            .collect(),
    };
    let mut out = Vec::new();
    let all = scan.findings.len() + scan.left_out.as_ref().map_or(0, Vec::len);
    if all > MOST_RESULTS {
        let text = format!(
            "{} findings are left out: code scanning keeps {MOST_RESULTS}",
            all - MOST_RESULTS
        );
        out.push(note("warning", text, None));
    }
    out.extend(
        scan.problems
            .iter()
            .map(|problem| note("error", problem.message.clone(), Some(&problem.place))),
    );
    let gaps = scan.world.gaps.iter().map(|(_, gap)| {
        note(
            "warning",
            gap.what.clone(),
            gap.origin.as_ref().map(|origin| &origin.place),
        )
    });
    out.extend(gaps);
    let more = out.len().saturating_sub(MOST_NOTIFICATIONS);
    out.truncate(MOST_NOTIFICATIONS);
    if more > 0 {
        out.push(note(
            "warning",
            format!("{more} more notices are left out"),
            None,
        ));
    }
    out
}
