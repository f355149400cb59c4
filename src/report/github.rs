//! Workflow commands: annotations of a GitHub Actions job (GitHub docs, "Workflow commands").

use super::escape::{command_data as data, command_property as property};
use super::format::{Format, whole};
use super::medium::Medium;
use super::scan::Scan;
use crate::rules::{Finding, Severity};

/// Annotations of a GitHub Actions job
pub const FORMAT: Format = Format {
    name: "github",
    about: "Annotations of a GitHub Actions job",
    endings: &[".github.txt"],
    medium: Medium::Commands,
    parts: |own| whole(github(own)),
};

/// Annotations of each kind that one step shows.
const MOST: usize = 10;

/// The worst findings as annotations, then a notice with the sums.
#[must_use]
pub fn github(scan: &Scan<'_>) -> String {
    let incomplete = scan.incomplete();
    let mut out: String = incomplete
        .map(|what| format!("::warning title=crosspeer::{}\n", data(what)))
        .collect();
    let findings = scan
        .findings
        .iter()
        .take(MOST)
        .map(|finding| command(finding, scan));
    out.extend(findings);
    let more = scan.findings.len().saturating_sub(MOST);
    let rest = if more > 0 {
        format!(", {more} of them without an annotation")
    } else {
        String::new()
    };
    out.push_str(&format!(
        "::notice title=crosspeer::{}\n",
        data(&format!("{}{rest}; {}", scan.tally(), scan.looked_at()))
    ));
    out
}

fn command(finding: &Finding, scan: &Scan<'_>) -> String {
    let word = match finding.severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "notice",
    };
    let place = finding.anchor();
    let file = property(&scan.paths.path(&place.file));
    let title = property(&format!("{}: {}", finding.rule, finding.title));
    let message = data(&format!(
        "{}. Remedy: {}",
        finding.message, finding.remedy.text
    ));
    let line = place.line.max(1);
    format!("::{word} file={file},line={line},endLine={line},title={title}::{message}\n")
}
