//! Findings, as `scan` prints them.

use super::super::block::numbered;
use super::super::headline::headline;
use super::super::plain::plain;
use super::super::scan::{Scan, many};
use super::blocks;
use super::hops::{hops, place};
use super::intended::intended;
use super::quote::quote;
use super::style::{BOLD, FAINT, FRAME, paint, severity};
use super::wrap::wrap;
use crate::model::{Change, Hop, HopKind};
use crate::rules::{Finding, short_traffic, traffic_words};

/// Findings that are shown each with its quoted line, because they are few.
const FEW: usize = 4;

/// Things that were not seen that a scan without a crossing lists.
const UNSEEN: usize = 3;

/// What opens, then the findings by border, then what was looked at. With `--verbose` each finding by itself, with its
/// quoted line.
#[must_use]
pub fn scan(scan: &Scan<'_>) -> String {
    let mut out: String = scan.incomplete().map(incomplete).collect();
    let crossings = scan.findings.iter().any(|one| !one.passages.is_empty());
    if scan.verbose || scan.findings.len() <= FEW {
        if crossings {
            out.push_str(&format!("{}\n\n", paint(BOLD, headline(scan))));
        }
        for finding in scan.findings {
            out.push_str(&one(finding, scan));
            out.push('\n');
        }
    } else {
        out.push_str(&blocks::all(scan));
    }
    out.push_str(&intended(scan));
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
            format!("path 1 of {}", finding.passages.len())
        } else {
            "path".to_owned()
        };
        lines.push(note(&format!("{witness}:")));
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
    if scan.proved.contains_key(&finding.fingerprint) {
        let name = numbered(scan.findings)
            .find(|(_, one)| one.fingerprint == finding.fingerprint)
            .map_or_else(String::new, |(number, one)| {
                format!("{}/{number}", one.rule)
            });
        lines.push(note(&format!(
            "fix: `crosspeer fix {name}` closes it and nothing else, as a second run proved"
        )));
    }
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
        parts.push(short_traffic(&finding.traffic));
    }
    parts.push(finding.certainty.word().to_owned());
    parts.extend(finding.new.then(|| scan.news(finding)));
    parts.join(" · ")
}

/// Everything that a group stands for, one line each, then the remedy to paste.
fn unfolded(finding: &Finding) -> Vec<String> {
    let row = |passage: &crate::rules::WorkloadCrossing| {
        let possible = if passage.certain { "" } else { " (possible)" };
        format!(
            "{} and {}: {}{possible}",
            plain(&passage.workload),
            plain(&passage.far),
            traffic_words(&passage.traffic)
        )
    };
    finding.passages.iter().map(row).collect()
}

fn summary(scan: &Scan<'_>) -> String {
    let width = scan.page.width;
    let mut lines = wrap("", &about(scan), width);
    lines.extend(wrap("", &counts(scan), width));
    let (legend, left_out) = (legend(scan), left_out(scan));
    let hints = legend.iter().chain(&left_out);
    lines.extend(hints.flat_map(|hint| wrap("", hint, width)));
    let crossings = scan.findings.iter().any(|one| !one.passages.is_empty());
    if scan.summary.crossings.is_some() && !crossings {
        lines.extend(nothing(scan));
    }
    let mut out: String = lines.iter().map(|line| format!("{line}\n")).collect();
    if scan.verbose {
        out.push_str(&ledger(scan));
    }
    out
}

/// What was found, in numbers.
fn counts(scan: &Scan<'_>) -> String {
    let gaps = scan.world.gaps.len();
    let mut parts = vec![paint(BOLD, scan.tally())];
    parts.extend(scan.since.map(|_| format!("{} new", scan.fresh())));
    parts.extend((scan.suppressed > 0).then(|| format!("{} suppressed", scan.suppressed)));
    let list = if scan.verbose { "" } else { " (-v)" };
    parts.extend((gaps > 0).then(|| format!("{gaps} not known{list}")));
    parts.extend(
        (!scan.problems.is_empty())
            .then(|| format!("{} unreadable", many(scan.problems.len(), "part"))),
    );
    parts.join(" · ")
}

/// Where the rest of the low findings stands; none where the blocks leave out nothing.
fn left_out(scan: &Scan<'_>) -> Option<String> {
    let brief = scan.findings.iter().find(|one| blocks::is_brief(one))?;
    let blocks = !scan.verbose && scan.findings.len() > FEW;
    let rule = &brief.rule;
    blocks.then(|| format!("paths and fixes of low ones: -v, or `crosspeer rules show {rule}`"))
}

/// What the marks mean, and where a path stands in full; none where there is no path.
fn legend(scan: &Scan<'_>) -> Option<String> {
    let first = scan.findings.iter().find(|one| !one.path.is_empty())?;
    let hops = scan.findings.iter().flat_map(|one| &one.path);
    let origins = hops.filter_map(|hop| hop.origin.as_ref());
    let added = origins.clone().any(|own| own.change == Change::Added);
    let possible = scan.findings.iter().any(|one| !one.is_certain());
    let mut parts = Vec::new();
    parts.extend(added.then(|| "+ comes with the plan".to_owned()));
    parts.extend(possible.then(|| "? is only possible".to_owned()));
    parts.push(format!(
        "`crosspeer explain {}/1` with the same inputs tells a path hop by hop",
        first.rule
    ));
    Some(parts.join(" · "))
}

/// No crossing: what was looked at, and what was not seen.
fn nothing(scan: &Scan<'_>) -> Vec<String> {
    let width = scan.page.width;
    let borders = scan.summary.borders.iter();
    let borders: Vec<String> = borders.map(|(kind, count)| many(*count, kind)).collect();
    let borders = match borders.as_slice() {
        [] => "no border in the input".to_owned(),
        some => some.join(", "),
    };
    let found = match scan.beyond() {
        None => "No crossing found".to_owned(),
        Some(beyond) => format!("No crossing beyond {beyond}"),
    };
    let judged = format!(
        "{found}: {}, {borders}, {} judged.",
        many(scan.summary.workloads, "workload"),
        many(scan.summary.crossings.unwrap_or_default(), "crossing")
    );
    let mut out = wrap("", &plain(&judged), width);
    let unseen = unseen(scan);
    for what in unseen.iter().take(UNSEEN) {
        out.extend(wrap("Not seen: ", &scan.page.say(what), width));
    }
    if let Some(more @ 1..) = unseen.len().checked_sub(UNSEEN) {
        out.push(format!("Not seen: {more} more (-v lists them)"));
    }
    out
}

/// What was not seen: faults of the input, but for those that a gap tells as well, and gaps.
fn unseen<'s>(scan: &'s Scan<'_>) -> Vec<&'s str> {
    let gaps = || scan.world.gaps.iter().map(|(_, gap)| gap.what.as_str());
    let problems = scan.problems.iter().map(|problem| problem.message.as_str());
    let alone = problems.filter(|message| !gaps().any(|gap| gap.ends_with(message)));
    alone.chain(gaps()).collect()
}

/// What was looked at, and what was left out.
fn about(scan: &Scan<'_>) -> String {
    let mut parts = vec![scan.looked_at()];
    let crossings = scan.summary.crossings.filter(|count| *count > 0);
    parts.extend(crossings.map(|count| format!("{} judged", many(count, "crossing"))));
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
                format!("not known: {}{}", plain(&gap.what), plain(&at))
            )
        ));
    }
    out
}
