//! Findings by border, as `scan` prints them: what opens, for whom, why, and what to do.

use super::super::block::{Block, Entry, blocks, label, members, shown};
use super::super::headline::headline;
use super::super::plain::plain;
use super::super::scan::{Scan, many};
use super::link::Links;
use super::path::Printed;
use super::style::{BOLD, FAINT, paint, severity};
use super::wrap::{wide, wrap};
use crate::model::{Border, Change, Gap, Id};
use crate::rules::{Finding, Severity};
use std::collections::BTreeSet;

/// Names that a row of pods shows.
const NAMES: usize = 4;

/// Remedies of one entry that are shown.
const FIXES: usize = 3;

/// Widest column of names.
const WIDEST: usize = 30;

/// Every block, an empty line after each.
pub(super) fn all(scan: &Scan<'_>) -> String {
    let hops = scan.findings.iter().flat_map(|finding| &finding.path);
    let origins = hops.filter_map(|hop| hop.origin.as_ref());
    let own = scan.findings.iter();
    let own = own.flat_map(|finding| [&*finding.cause.file, &*finding.place.file]);
    let files = origins.map(|origin| &*origin.place.file).chain(own);
    let mut writer = Writer {
        scan,
        links: Links::new(&scan.page, files),
        printed: Printed::default(),
        fixes: BTreeSet::new(),
        lines: Vec::new(),
    };
    let mut crossing = true;
    for block in blocks(scan.findings) {
        if (block.crossing || crossing) && !writer.lines.is_empty() {
            writer.lines.push(String::new());
        }
        crossing = block.crossing;
        writer.block(&block);
    }
    writer.lines.push(String::new());
    let folder = writer.links.folder();
    let folder = folder.map(|folder| paint(FAINT, format!("  Files are below {}.", plain(folder))));
    if scan.findings.iter().any(|one| !one.passages.is_empty()) {
        let headline = paint(BOLD, headline(scan));
        let first = format!("{headline}{}", folder.unwrap_or_default());
        writer.lines.splice(0..0, [first, String::new()]);
    }
    let lines = writer.lines.iter();
    lines.map(|line| format!("{}\n", line.trim_end())).collect()
}

struct Writer<'a> {
    scan: &'a Scan<'a>,
    links: Links<'a>,
    printed: Printed,
    /// Remedies that stand above already.
    fixes: BTreeSet<String>,
    lines: Vec<String>,
}

impl Writer<'_> {
    fn put(&mut self, first: &str, text: &str) {
        self.lines.extend(wrap(first, text, self.scan.page.width));
    }

    fn block(&mut self, block: &Block<'_>) {
        let certain = if block.certain { "" } else { "?" };
        let word = format!("{}{certain}", block.severity.word());
        let word = paint(severity(block.severity), word);
        if block.crossing {
            let title = self.border_title(block.borders);
            self.put(&format!("{word}  "), &title);
            self.unknown(block);
        }
        for entry in &block.entries {
            if block.crossing {
                self.crossing(block, entry);
            } else {
                self.subjects(&word, entry);
            }
        }
    }

    /// `NAME  VPC peering A ⇄ B · new, active once applied`.
    fn border_title(&self, names: &[String]) -> String {
        if names.is_empty() {
            return paint(BOLD, "a path whose border is not known");
        }
        let border = |name: &String| {
            let world = self.scan.world;
            let mut borders = world.borders.iter();
            let about = borders
                .find(|(_, border)| border.name == *name)
                .map(|(_, border)| self.about(border));
            format!(
                "{}  {}",
                paint(BOLD, self.scan.page.say(name)),
                about.unwrap_or_default()
            )
        };
        names.iter().map(border).collect::<Vec<_>>().join(", then ")
    }

    fn about(&self, border: &Border) -> String {
        let name = |id| self.scan.world.networks[id].name.as_str();
        let legs = border.legs.iter();
        let mut ends: Vec<&str> = legs
            .flat_map(|leg| [name(leg.from), name(leg.to)])
            .collect();
        ends.sort_unstable();
        ends.dedup();
        let between = match ends.as_slice() {
            [one, other] => format!(" {one} ⇄ {other}"),
            several if several.len() > 2 => format!(" of {}", many(several.len(), "network")),
            _ => String::new(),
        };
        let change = border.origin.as_ref().map(|origin| origin.change);
        let change = match change {
            Some(Change::Added) => "new, ",
            Some(Change::Updated) => "changed, ",
            _ => "",
        };
        self.scan.page.say(&format!(
            "{}{between} · {change}{}",
            border.kind, border.state
        ))
    }

    /// What would decide a possible crossing.
    fn unknown(&mut self, block: &Block<'_>) {
        let gaps: BTreeSet<Id<Gap>> = block.findings().flat_map(|one| one.gaps.clone()).collect();
        let own = self.scan.world.borders.iter();
        let states: Vec<&str> = own
            .filter(|(_, border)| block.borders.contains(&border.name))
            .map(|(_, border)| border.state.as_str())
            .collect();
        for gap in gaps {
            // The heading says the border's state already.
            let text = &self.scan.world.gaps[gap].what;
            if states
                .iter()
                .any(|state| !state.is_empty() && text.contains(state))
            {
                continue;
            }
            let what = self.scan.page.say(&self.scan.world.gaps[gap].what);
            self.put("  not known: ", &what);
        }
    }

    fn crossing(&mut self, block: &Block<'_>, entry: &Entry<'_>) {
        let findings: Vec<&Finding> = entry.findings.iter().map(|(_, finding)| *finding).collect();
        let name = label(entry);
        let mut head = self.scan.page.say(entry.summary);
        let tail = self.marks(block, &findings);
        match findings.as_slice() {
            [one] => {
                if let Some(rest) = head.strip_prefix("pods") {
                    head = format!("{}{rest}", names(one));
                }
                let why = self.why(one);
                let joint = if one.reason.is_empty() { "  " } else { ": " };
                self.put(
                    &format!("  {}  ", paint(BOLD, &name)),
                    &format!("{head}{tail}{joint}{why}"),
                );
            }
            several => {
                self.put(
                    &format!("  {}  ", paint(BOLD, &name)),
                    &format!("{head}{tail}"),
                );
                let shown = shown(several.len());
                let own = several.iter().take(shown);
                let column = own.clone().map(|finding| wide(&names(finding))).max();
                let column = column.unwrap_or_default().min(WIDEST);
                for finding in own {
                    let names = names(finding);
                    let gap = " ".repeat(column.saturating_sub(wide(&names)));
                    let why = self.why(finding);
                    self.put(&format!("    {names}{gap}  "), &why);
                }
                self.more(several.get(shown..).unwrap_or_default());
            }
        }
        if findings.iter().all(|finding| is_brief(finding)) {
            return;
        }
        let lead = findings.first().map(|finding| finding.path.as_slice());
        let hops = lead.unwrap_or_default();
        if let Some(path) = self.printed.path(&name, hops, self.scan.world, &self.links) {
            self.put("    path  ", &path);
        }
        let from = self.lines.len();
        self.remedies(&findings);
        self.command(&name, &findings);
        self.join(from);
    }

    /// Why, what of it is new where not all is, and the line that decides it.
    fn why(&self, finding: &Finding) -> String {
        let reason = self.scan.page.say(&finding.reason);
        let mut parts = vec![reason, self.links.place(&finding.cause)];
        if !finding.added.is_empty() {
            parts.insert(1, self.scan.page.say(&self.scan.news(finding)));
        }
        parts.retain(|part| !part.is_empty());
        parts.join("  ")
    }

    /// Findings about no border, each by what it says of its subject; the rule's title above where they are several.
    fn subjects(&mut self, word: &str, entry: &Entry<'_>) {
        let findings: Vec<&Finding> = entry.findings.iter().map(|(_, finding)| *finding).collect();
        let mut first = format!("{word}  {}  ", paint(BOLD, label(entry)));
        if findings.len() > 1 {
            self.put(&first, &self.scan.page.say(entry.title));
            first = "    ".to_owned();
        }
        let shown = shown(findings.len());
        for finding in findings.iter().take(shown) {
            let summary = self.scan.page.say(&finding.summary);
            let place = self.links.place(&finding.place);
            let new = if finding.new { " · new" } else { "" };
            self.put(&first, &format!("{summary}{new}  {place}"));
        }
        self.more(findings.get(shown..).unwrap_or_default());
        if !findings.iter().all(|finding| is_brief(finding)) {
            self.remedies(&findings);
        }
    }

    /// Counts what is not shown; nothing where that is nothing.
    fn more(&mut self, left: &[&Finding]) {
        let workloads: BTreeSet<&str> = left
            .iter()
            .flat_map(|finding| finding.members.iter().map(String::as_str))
            .collect();
        let of = match workloads.len() {
            0 => String::new(),
            count => format!(", of {}", many(count, "workload")),
        };
        if !left.is_empty() {
            self.put("    ", &format!("and {} more{of} (-v)", left.len()));
        }
    }

    /// The first distinct remedies, each once on the page; the others are those of other names.
    fn remedies(&mut self, findings: &[&Finding]) {
        let mut fresh = Vec::new();
        for finding in findings {
            let text = self.scan.page.say(&finding.remedy.text);
            if self.fixes.insert(text.clone()) {
                fresh.push(text);
            }
        }
        for text in fresh.iter().take(FIXES) {
            self.put("    fix   ", text);
        }
        if fresh.len() > FIXES {
            self.put("    fix   ", "the others likewise (-v)");
        }
    }

    /// The command that closes findings, where that is proved for each.
    fn command(&mut self, name: &str, findings: &[&Finding]) {
        let proved = |one: &&Finding| self.scan.proved.contains_key(&one.fingerprint);
        if findings.iter().all(proved) {
            let names = numbers(name).join(" ");
            let text = format!(
                "`crosspeer fix {names}` closes it and nothing else, as a second run proved"
            );
            let text = self.scan.page.say(&text);
            self.put("    fix   ", &text);
        }
    }

    /// Puts the only line from there on behind the line before where both fit on one.
    fn join(&mut self, from: usize) {
        let pair = (self.lines.get(from.wrapping_sub(1)), self.lines.get(from..));
        if let (Some(before), Some([one])) = pair {
            let joined = format!("{before}  ·  {}", one.trim_start());
            if wide(&joined) <= self.scan.page.width {
                self.lines.truncate(from - 1);
                self.lines.push(joined);
            }
        }
    }

    /// Where a severity is lower than the block's, and what of it is new where the border as a whole is not.
    fn marks(&self, block: &Block<'_>, findings: &[&Finding]) -> String {
        let worst = findings.iter().map(|finding| finding.severity).max();
        let lower = worst.filter(|own| *own < block.severity);
        let mut marks: Vec<String> = Vec::new();
        marks.extend(lower.map(|own| paint(severity(own), own.word())));
        let new = findings.iter().filter(|finding| finding.new).count();
        match (self.scan.since, new) {
            (None, _) => {}
            (Some(_), _) if block.findings().all(|finding| finding.new) => {}
            (Some(_), 0) => marks.push("not new".to_owned()),
            (Some(_), new) if new < findings.len() => {
                marks.push(format!("{new} of {} new", findings.len()));
            }
            (Some(_), _) => marks.push("new".to_owned()),
        }
        marks.iter().map(|mark| format!(" · {mark}")).collect()
    }
}

/// Whether a finding is shown without its path and remedy: few act on one of the lowest.
pub(super) fn is_brief(finding: &Finding) -> bool {
    finding.severity == Severity::Low
}

/// `CP101/1-3,5` as the names of each: `CP101/1`, `CP101/2`, `CP101/3`, `CP101/5`.
fn numbers(label: &str) -> Vec<String> {
    let (rule, runs) = label.split_once('/').unwrap_or((label, ""));
    let each = runs.split(',').flat_map(|run| {
        let (low, high) = run.split_once('-').unwrap_or((run, run));
        let low: usize = low.parse().unwrap_or_default();
        low..=high.parse().unwrap_or_default()
    });
    each.map(|number| format!("{rule}/{number}")).collect()
}

fn names(finding: &Finding) -> String {
    if finding.members.is_empty() {
        plain(&finding.subject).into_owned()
    } else {
        plain(&members(&finding.members, NAMES)).into_owned()
    }
}
