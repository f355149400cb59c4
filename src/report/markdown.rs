//! Markdown for a pull request's comment or a job's summary (GitHub flavoured).

use super::block::{Block, Entry, blocks, label, members, shown};
use super::escape::{html, markdown as text, markdown_cell as cell, markdown_code as code};
use super::format::{Format, whole};
use super::headline::Opening;
use super::label::heading;
use super::medium::Medium;
use super::mermaid;
use super::plain::plain_lines;
use super::scan::{Scan, Since, many};
use super::sentence::sentence;
use crate::model::{Change, Hop, Place};
use crate::rules::{Finding, short_traffic};
use std::collections::BTreeSet;

/// For a pull request's comment or a job's summary
pub const FORMAT: Format = Format {
    name: "markdown",
    about: "For a pull request's comment or a job's summary",
    endings: &[".md"],
    medium: Medium::Text,
    parts: |own| whole(markdown(own)),
};

/// A job summary takes 1 MiB; what is longer is not shown at all.
const MOST_BYTES: usize = 900_000;

/// Intended flows that are listed.
const MOST_INTENDED: usize = 200;

/// First line: what this change opens and closes. Then a table by border, and each finding folding out to its hops.
#[must_use]
pub fn markdown(scan: &Scan<'_>) -> String {
    let mut out = format!("**{}**\n", headline(scan));
    let incomplete = scan.incomplete();
    out.extend(incomplete.map(|what| format!("\n**Incomplete:** {}\n", text(what))));
    out.push_str(&table(scan));
    let mut left = 0;
    for finding in scan.findings {
        let part = details(finding, scan);
        if left == 0 && out.len() + part.len() < MOST_BYTES {
            out.push_str(&part);
        } else {
            left += 1;
        }
    }
    if left > 0 {
        out.push_str(&format!(
            "\n{} more without details: the page would be too long.\n",
            many(left, "finding")
        ));
    }
    out.push_str(&intended(scan));
    out.push_str(&footer(scan));
    out
}

/// What the configuration wants, by entry.
fn intended(scan: &Scan<'_>) -> String {
    if scan.intended.is_empty() {
        return String::new();
    }
    let flows = many(scan.intended.len(), "intended flow");
    let mut out = format!(
        "\n<details><summary>{flows}</summary>\n\n| from | to | on | why | where |\n|---|---|---|---|---|\n"
    );
    for own in scan.intended.iter().take(MOST_INTENDED) {
        let allowance = &own.allowance;
        out.push_str(&format!(
            "| {} | {} | {} | {} | {} |\n",
            code(&allowance.from_words()),
            code(&allowance.to_words()),
            cell(&short_traffic(&own.traffic)),
            cell(&allowance.why()),
            code(&spot(&allowance.place, scan))
        ));
    }
    out.push_str("\n</details>\n");
    out
}

fn headline(scan: &Scan<'_>) -> String {
    if scan.since.is_none() {
        return format!("crosspeer: {}", scan.tally());
    }
    let opening = Opening::of(scan.findings.iter().filter(|finding| finding.new));
    let older = scan.findings.len() - scan.fresh();
    let (borders, workloads) = (opening.borders, opening.workloads);
    let mut opens = match borders {
        0 => scan.beyond().map_or_else(
            || "opens no border".to_owned(),
            |beyond| format!("opens no border beyond {beyond}"),
        ),
        _ => format!(
            "opens {} to {}",
            many(borders, "border"),
            many(workloads, "workload")
        ),
    };
    if opening.possible_borders > 0 {
        let more = many(opening.possible_borders, "more border");
        opens.push_str(&format!(", possibly {more}"));
    } else if opening.possible_workloads > 0 {
        let more = many(opening.possible_workloads, "workload");
        opens.push_str(&format!(", possibly to {more} more"));
    }
    let others = scan.findings.iter().filter(|one| one.new && !one.direct);
    let others = match others.count() {
        0 => String::new(),
        some => format!(", {} new", many(some, "other finding")),
    };
    let closes = match closed_borders(scan) {
        0 => String::new(),
        some => format!(", closes {some}"),
    };
    let older = many(older, "older finding");
    format!("{opens}{closes}{others}; {older} unchanged")
}

/// Borders that something crossed before, and nothing crosses any more.
fn closed_borders(scan: &Scan<'_>) -> usize {
    let borders = |findings: &[Finding]| -> BTreeSet<Vec<String>> {
        let direct = findings.iter().filter(|finding| finding.direct);
        direct.map(|finding| finding.borders.clone()).collect()
    };
    borders(&scan.closed)
        .difference(&borders(scan.findings))
        .count()
}

/// One row for what findings of one rule say alike, by border; the border stands in its first row.
fn table(scan: &Scan<'_>) -> String {
    if scan.findings.is_empty() {
        return String::new();
    }
    let mut out =
        "\n| border | severity | what | who and why | new | where |\n|---|---|---|---|---|---|\n"
            .to_owned();
    let mut left = 0;
    for block in blocks(scan.findings) {
        let mut border = border_cell(&block);
        for entry in &block.entries {
            let row = row(&border, entry, scan);
            if left > 0 || out.len() + row.len() > MOST_BYTES / 2 {
                left += entry.findings.len();
                continue;
            }
            out.push_str(&row);
            border.clear();
        }
    }
    if left > 0 {
        out.push_str(&format!(
            "| | | {left} more: the page would be too long | | | |\n"
        ));
    }
    out
}

fn row(border: &str, entry: &Entry<'_>, scan: &Scan<'_>) -> String {
    let shown = shown(entry.findings.len());
    let findings = || {
        entry
            .findings
            .iter()
            .take(shown)
            .map(|(_, finding)| *finding)
    };
    let more = match entry.findings.len() - shown {
        0 => String::new(),
        more => format!("<br>and {more} more"),
    };
    let alike = |cells: Vec<String>| {
        let mut cells = cells;
        cells.dedup();
        cells.join("<br>")
    };
    // What is about no border says it of each subject.
    let summaries = findings().map(|own| cell(&own.summary)).collect();
    let severity = |finding: &Finding| {
        let possible = if finding.is_certain() {
            ""
        } else {
            ", possible"
        };
        format!("{}{possible}", finding.severity.word())
    };
    format!(
        "| {border} | {} | {} {} | {}{more} | {} | {} |\n",
        alike(findings().map(severity).collect()),
        code(&label(entry)),
        alike(summaries),
        alike(findings().map(who).collect()),
        alike(findings().map(|own| new(own, scan)).collect()),
        alike(
            findings()
                .map(|own| code(&spot(own.anchor(), scan)))
                .collect()
        )
    )
}

fn border_cell(block: &Block<'_>) -> String {
    let names: Vec<String> = block.borders.iter().map(|name| code(name)).collect();
    match (block.crossing, names.is_empty()) {
        (true, true) => "not known".to_owned(),
        (false, _) => "none".to_owned(),
        _ => names.join(", "),
    }
}

fn who(finding: &Finding) -> String {
    let names = if finding.members.is_empty() {
        code(&finding.subject)
    } else {
        code(&members(&finding.members, 6))
    };
    match finding.reason.as_str() {
        "" => names,
        reason if finding.summary.contains(reason) => names,
        reason => format!("{names}: {}", cell(reason)),
    }
}

fn new(finding: &Finding, scan: &Scan<'_>) -> String {
    let since = scan.since.map_or("", Since::words);
    let news = scan.news(finding);
    cell(news.trim_end_matches(since).trim_end())
}

fn details(finding: &Finding, scan: &Scan<'_>) -> String {
    let mut out = format!(
        "\n<details><summary>{} <code>{}</code>: {}</summary>\n\n",
        finding.rule,
        html(&finding.subject),
        html(&finding.title)
    );
    out.push_str(&format!("{}\n\n", text(&finding.message)));
    if !finding.path.is_empty() {
        out.push_str("| | hop | why | where |\n|---|---|---|---|\n");
        for (at, hop) in finding.path.iter().enumerate() {
            let place = hop
                .origin
                .as_ref()
                .map(|origin| code(&spot(&origin.place, scan)))
                .unwrap_or_default();
            let assumed = if hop.assumed {
                " *(assumed, a default)*"
            } else {
                ""
            };
            out.push_str(&format!(
                "| {}{} | {} | {}{assumed} | {place} |\n",
                at + 1,
                added(hop),
                cell(&heading(hop, scan.world)),
                cell(&sentence(hop, scan.world))
            ));
        }
        out.push_str(&drawing(finding, scan));
    }
    out.extend(
        finding
            .gaps
            .iter()
            .map(|gap| format!("\nNot known: {}\n", text(&scan.world.gaps[*gap].what))),
    );
    let fence = fence(&finding.remedy.paste);
    out.push_str(&format!(
        "\n**Remedy**: {}\n\n{fence}\n{}\n{fence}\n\n</details>\n",
        text(&finding.remedy.text),
        plain_lines(finding.remedy.paste.trim_end())
    ));
    out
}

fn added(hop: &Hop) -> &'static str {
    match hop.origin.as_ref().map(|origin| origin.change) {
        Some(Change::Added) => " **+**",
        Some(Change::Updated) => " **~**",
        _ => "",
    }
}

/// The whole path as a drawing.
fn drawing(finding: &Finding, scan: &Scan<'_>) -> String {
    match mermaid::path(finding, scan.world).as_str() {
        "" => String::new(),
        drawn => format!("\n```mermaid\n{drawn}```\n"),
    }
}

fn footer(scan: &Scan<'_>) -> String {
    let mut parts = vec![scan.looked_at()];
    parts.extend((scan.suppressed > 0).then(|| format!("{} suppressed", scan.suppressed)));
    parts.extend(
        (!scan.world.gaps.is_empty())
            .then(|| format!("{} not understood", many(scan.world.gaps.len(), "thing"))),
    );
    parts.extend(
        (!scan.problems.is_empty())
            .then(|| format!("{} unreadable", many(scan.problems.len(), "part"))),
    );
    parts.extend(
        (!scan.summary.exempt.is_empty())
            .then(|| format!("exempt: {}", scan.summary.exempt.join(", "))),
    );
    format!("\n{}\n", text(&parts.join(" · ")))
}

fn spot(place: &Place, scan: &Scan<'_>) -> String {
    let line = if place.line == 0 {
        String::new()
    } else {
        format!(":{}", place.line)
    };
    format!("{}{line}", scan.paths.path(&place.file))
}

/// A fence longer than any run of backticks inside.
fn fence(body: &str) -> String {
    let longest = body
        .split(|c| c != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    "`".repeat(longest.max(2) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fence_is_longer_than_what_it_holds() {
        assert_eq!(fence("a ``` b"), "````");
        assert_eq!(fence(""), "```");
    }
}
