//! `crosspeer.fix/1`.

use super::super::fix::{ClosedRow, Fixes, NarrowedRow};
use super::super::patch::FileChange;
use super::fact::TrafficFact;
use super::print;
use serde::Serialize;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    fixes: Vec<FixFact<'a>>,
    unproved: Vec<UnprovedFact<'a>>,
    edits: Vec<EditFact<'a>>,
    diff: String,
    notes: &'a [String],
    findings: Counts,
    written: bool,
}

#[derive(Serialize)]
struct Counts {
    before: usize,
    after: usize,
}

#[derive(Serialize)]
struct FixFact<'a> {
    finding: &'a str,
    fingerprint: &'a str,
    message: &'a str,
    border: &'a str,
    closes: Vec<ClosedFact<'a>>,
    narrows: Vec<NarrowedFact<'a>>,
    keeps: usize,
    closed_by_enforcing: usize,
    along: bool,
}

#[derive(Serialize)]
struct NarrowedFact<'a> {
    rule: &'a str,
    before: &'a str,
    after: &'a str,
}

#[derive(Serialize)]
struct ClosedFact<'a> {
    from: &'a str,
    to: &'a str,
    traffic: TrafficFact<'a>,
    certainty: &'static str,
    crosses: &'a [String],
}

#[derive(Serialize)]
struct UnprovedFact<'a> {
    finding: &'a str,
    message: &'a str,
    why: &'a str,
    remedy: &'a str,
}

/// Lines of a file that are replaced: `lines` of them from `start` on; a new file has `new`.
#[derive(Serialize)]
struct EditFact<'a> {
    file: &'a str,
    new: bool,
    start: usize,
    lines: usize,
    replacement: &'a str,
}

/// The proposals as one document on one line.
#[must_use]
pub fn fix(fixes: &Fixes) -> String {
    let own = fixes.fixes.iter().map(|own| FixFact {
        finding: &own.finding,
        fingerprint: &own.fingerprint,
        message: &own.message,
        border: &own.border,
        closes: own.closed.iter().map(closed).collect(),
        narrows: own.narrowed.iter().map(narrowed).collect(),
        keeps: own.kept,
        closed_by_enforcing: own.enforced,
        along: own.along,
    });
    let unproved = fixes.unproved.iter().map(|own| UnprovedFact {
        finding: &own.finding,
        message: &own.message,
        why: &own.why,
        remedy: &own.remedy,
    });
    let document = Document {
        schema: "crosspeer.fix/1",
        fixes: own.collect(),
        unproved: unproved.collect(),
        edits: fixes.changes.iter().flat_map(edits).collect(),
        diff: fixes.changes.iter().map(FileChange::unified).collect(),
        notes: &fixes.notes,
        findings: Counts {
            before: fixes.findings.0,
            after: fixes.findings.1,
        },
        written: fixes.written,
    };
    print(&document, false)
}

fn narrowed(row: &NarrowedRow) -> NarrowedFact<'_> {
    NarrowedFact {
        rule: &row.rule,
        before: &row.before,
        after: &row.after,
    }
}

fn closed(row: &ClosedRow) -> ClosedFact<'_> {
    ClosedFact {
        from: &row.from,
        to: &row.to,
        traffic: TrafficFact(&row.traffic),
        certainty: if row.certain { "certain" } else { "possible" },
        crosses: &row.crosses,
    }
}

fn edits(change: &FileChange) -> impl Iterator<Item = EditFact<'_>> {
    change.edits.iter().map(|edit| EditFact {
        file: &change.path,
        new: change.before.is_none(),
        start: edit.start,
        lines: edit.lines,
        replacement: &edit.replacement,
    })
}
