//! Findings, as `scan` prints them.

use super::super::plain::plain;
use super::super::scan::{Scan, many};
use super::hops::{hops, place};
use super::quote::quote;
use super::style::{BOLD, FAINT, FRAME, paint, severity};
use crate::model::{Hop, HopKind};
use crate::rules::Finding;

/// Every finding with its quoted line, its path and its remedy; then what was looked at.
#[must_use]
pub fn scan(scan: &Scan<'_>) -> String {
    let mut out: String = scan.incomplete().map(incomplete).collect();
    for finding in scan.findings {
        out.push_str(&one(finding, scan));
        out.push('\n');
    }
    out.push_str(&summary(scan));
    out
}

fn incomplete(what: &str) -> String {
    format!("{} {}\n", paint(BOLD, "incomplete:"), plain(what))
}

fn one(finding: &Finding, scan: &Scan<'_>) -> String {
    let style = severity(finding.severity);
    let head = format!("{}[{}]", finding.severity.word(), finding.rule);
    let mut lines = vec![format!(
        "{}: {}",
        paint(style, head),
        paint(BOLD, plain(&finding.message))
    )];
    let quoted = quote(&finding.place, &label(finding, scan), &scan.quotes, style);
    let gutter = " ".repeat(finding.place.line.to_string().len());
    let note = |text: &str| format!("{gutter} {} {text}", paint(FRAME, '='));
    lines.extend(quoted);
    lines.push(format!("{gutter} {}", paint(FRAME, '|')));
    if !finding.path.is_empty() {
        let witness = if finding.passages.len() > 1 {
            format!("one of {} ways", finding.passages.len())
        } else {
            "hop by hop".to_owned()
        };
        lines.push(note(&format!("how, {witness}:")));
        lines.extend(
            hops(&telling(&finding.path, scan.verbose), scan.world)
                .into_iter()
                .map(|line| format!("{gutter}     {line}")),
        );
    }
    if finding.path.iter().all(|hop| hop.gaps.is_empty()) {
        lines.extend(finding.gaps.iter().map(|gap| {
            note(&format!(
                "not known: {}",
                plain(&scan.world.gaps[*gap].what)
            ))
        }));
    }
    if scan.verbose {
        lines.extend(unfolded(finding).into_iter().map(|line| note(&line)));
    }
    lines.push(note(&format!("remedy: {}", plain(&finding.remedy.text))));
    lines
        .into_iter()
        .map(|line| format!("{}\n", line.trim_end()))
        .collect()
}

/// The hops that tell something: a provider's default filter that lets everything pass is left to `--verbose` and the other formats.
fn telling(path: &[Hop], verbose: bool) -> Vec<Hop> {
    let quiet = |hop: &Hop| {
        hop.assumed
            && hop.gaps.is_empty()
            && matches!(
                hop.kind,
                HopKind::SubnetFilterEgress | HopKind::SubnetFilterIngress | HopKind::ReturnFilter
            )
    };
    path.iter()
        .filter(|hop| verbose || !quiet(hop))
        .cloned()
        .collect()
}

/// `tcp 5432 · certain · new in this plan`.
fn label(finding: &Finding, scan: &Scan<'_>) -> String {
    let mut parts = Vec::new();
    if !finding.passages.is_empty() {
        let traffic = finding.traffic.to_string();
        parts.push(if traffic.chars().count() > 40 {
            "many ports".to_owned()
        } else {
            traffic
        });
    }
    parts.push(finding.certainty.word().to_owned());
    parts.extend(finding.new.then(|| scan.news(finding)));
    parts.join(" · ")
}

/// Everything that a group stands for, one line each, then the remedy to paste.
fn unfolded(finding: &Finding) -> Vec<String> {
    let row = |passage: &crate::rules::Passage| {
        let possible = if passage.certain { "" } else { " (possible)" };
        format!(
            "{} ~ {}: {}{possible}",
            plain(&passage.workload),
            plain(&passage.far),
            passage.traffic
        )
    };
    finding.passages.iter().map(row).collect()
}

fn summary(scan: &Scan<'_>) -> String {
    let gaps = scan.world.gaps.len();
    let mut parts = vec![paint(BOLD, scan.tally())];
    parts.extend(scan.since.map(|_| format!("{} new", scan.fresh())));
    parts.extend((scan.suppressed > 0).then(|| format!("{} suppressed", scan.suppressed)));
    let list = if scan.verbose {
        ""
    } else {
        " (--verbose lists them)"
    };
    parts.extend((gaps > 0).then(|| format!("{} not understood{list}", many(gaps, "thing"))));
    parts.extend(
        (!scan.problems.is_empty())
            .then(|| format!("{} unreadable", many(scan.problems.len(), "part"))),
    );
    let mut out = format!("{}\n", parts.join(" · "));
    out.push_str(&format!("{}\n", about(scan)));
    if let Some(crossings) = scan
        .summary
        .crossings
        .filter(|_| scan.findings.iter().all(|finding| finding.border.is_none()))
    {
        let borders: Vec<String> = scan
            .summary
            .borders
            .iter()
            .map(|(kind, count)| many(*count, kind))
            .collect();
        let borders = if borders.is_empty() {
            "no border".to_owned()
        } else {
            borders.join(", ")
        };
        let judged = format!(
            "no crossing to report: {}, {borders}, {} judged",
            many(scan.summary.workloads, "workload"),
            many(crossings, "crossing")
        );
        out.push_str(&format!("{}\n", plain(&judged)));
    }
    if scan.verbose {
        out.push_str(&ledger(scan));
    }
    out
}

/// What was looked at, and what was left out.
fn about(scan: &Scan<'_>) -> String {
    let mut parts = vec![scan.looked_at()];
    parts.extend(
        (!scan.summary.enforced.is_empty())
            .then(|| format!("policies enforced: {}", scan.summary.enforced)),
    );
    parts.extend(
        (!scan.summary.exempt.is_empty())
            .then(|| format!("exempt: {}", scan.summary.exempt.join(", "))),
    );
    parts.extend(
        (scan.summary.skipped > 0)
            .then(|| format!("{} skipped", many(scan.summary.skipped, "other file"))),
    );
    plain(&parts.join(" · ")).into_owned()
}

fn ledger(scan: &Scan<'_>) -> String {
    let mut out = String::new();
    for (_, gap) in scan.world.gaps.iter() {
        let at = gap
            .origin
            .as_ref()
            .map(|origin| format!(" ({})", place(origin)))
            .unwrap_or_default();
        out.push_str(&format!(
            "{}\n",
            paint(
                FAINT,
                format!("not understood: {}{}", plain(&gap.what), plain(&at))
            )
        ));
    }
    out
}
