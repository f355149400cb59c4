//! Markdown for a pull request's comment or a job's summary (GitHub flavoured).

use super::format::{Format, whole};
use super::label::heading;
use super::medium::Medium;
use super::plain::{plain, plain_lines};
use super::scan::{Scan, Since, many};
use super::sentence::sentence;
use crate::model::{Change, Hop, Place};
use crate::rules::Finding;

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

/// First line: what this change opens and closes. Then a table, and each finding folding out to its hops.
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
    out.push_str(&footer(scan));
    out
}

fn headline(scan: &Scan<'_>) -> String {
    let crossings = |findings: &mut dyn Iterator<Item = &Finding>| {
        findings.filter(|finding| finding.border.is_some()).count()
    };
    if scan.since.is_none() {
        return format!("crosspeer: {}", scan.tally());
    }
    let opened = crossings(&mut scan.findings.iter().filter(|finding| finding.new));
    let closed = crossings(&mut scan.closed.iter());
    let older = scan.findings.len() - scan.fresh();
    let opens = if opened == 0 {
        "opens no crossing".to_owned()
    } else {
        format!("opens {}", many(opened, "crossing"))
    };
    let rest = scan.fresh() - opened;
    let others = if rest > 0 {
        format!(", {} new", many(rest, "other finding"))
    } else {
        String::new()
    };
    format!(
        "{opens}, closes {closed}{others}; {} unchanged",
        many(older, "older finding")
    )
}

fn table(scan: &Scan<'_>) -> String {
    if scan.findings.is_empty() {
        return String::new();
    }
    let mut out =
        "\n| severity | rule | what | certainty | new | where |\n|---|---|---|---|---|---|\n"
            .to_owned();
    for (at, finding) in scan.findings.iter().enumerate() {
        if out.len() > MOST_BYTES / 2 {
            out.push_str(&format!(
                "| | | {} more | | | |\n",
                scan.findings.len() - at
            ));
            break;
        }
        let since = scan.since.map_or("", Since::words);
        let new = scan.news(finding);
        let new = cell(new.trim_end_matches(since).trim_end());
        let place = code(&spot(finding.anchor(), scan));
        let message = cell(&finding.message);
        out.push_str(&format!(
            "| {} | {} | {message} | {} | {new} | {place} |\n",
            finding.severity.word(),
            finding.rule,
            finding.certainty.word()
        ));
    }
    out
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
        out.push_str(&mermaid(finding));
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

/// The path as a diagram, from the workload over the borders to the far side.
fn mermaid(finding: &Finding) -> String {
    let Some(first) = finding.passages.first() else {
        return String::new();
    };
    let border = finding.border.as_deref().unwrap_or("border");
    format!(
        "\n```mermaid\nflowchart LR\n  a[\"{}\"] -- \"{}\" --> b{{{{\"{}\"}}}} --> c[\"{}\"]\n```\n",
        label(&first.workload),
        label(&first.traffic.to_string()),
        label(border),
        label(&first.far)
    )
}

/// Text of a box of the diagram.
fn label(text: &str) -> String {
    plain(text)
        .replace('"', "#quot;")
        .replace(['<', '>', '`'], "")
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

/// Text of the input in a table's cell.
fn cell(words: &str) -> String {
    text(words).replace('|', "\\|")
}

/// Text of the input, so that no name of it becomes markup, a mention or a link. Backticks around names stay.
fn text(words: &str) -> String {
    let mut out = String::new();
    for (at, part) in plain(words).split('`').enumerate() {
        if at % 2 == 1 {
            out.push_str(&code(part));
        } else {
            out.push_str(
                &html(part)
                    .replace('*', "\\*")
                    .replace('_', "\\_")
                    .replace('[', "\\[")
                    .replace('@', "&#64;"),
            );
        }
    }
    out
}

/// A text of the input as this format may spell it.
pub(super) fn spellings(words: &str) -> Vec<String> {
    let plain = plain(words).into_owned();
    let quoted = code(words).trim_matches('`').to_owned();
    vec![
        text(words),
        cell(words),
        quoted,
        html(words),
        label(words),
        plain,
    ]
}

fn code(words: &str) -> String {
    format!("`{}`", plain(words).replace('`', "'").replace('|', "¦"))
}

fn html(words: &str) -> String {
    plain(words)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
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
    fn names_stay_names() {
        assert_eq!(
            text("pod `a|b` reaches <img> @all"),
            "pod `a¦b` reaches &lt;img&gt; &#64;all"
        );
        assert_eq!(cell("a|b"), "a\\|b");
        assert_eq!(fence("a ``` b"), "````");
        assert_eq!(fence(""), "```");
    }
}
