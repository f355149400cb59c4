//! What `fix` proposes: what is closed and what stays, then the diff, which `git apply` takes together with what stands before it.

use super::super::fix::{ClosedRow, Fix, Fixes, Unfixed};
use super::super::plain::plain;
use super::super::scan::many;
use super::style::{ADDED, BOLD, ERROR, FAINT, paint};
use crate::rules::traffic_words;

/// Rows of a fix that are shown.
const SHOWN: usize = 6;

/// The proposals as text.
#[must_use]
pub fn fix(fixes: &Fixes) -> String {
    let mut out = String::new();
    fixes
        .fixes
        .iter()
        .for_each(|own| out.push_str(&closes(own)));
    for note in &fixes.notes {
        out.push_str(&format!("  note    {}\n", plain(note)));
    }
    if !fixes.fixes.is_empty() {
        out.push('\n');
    }
    for change in &fixes.changes {
        out.push_str(&coloured(&change.unified()));
    }
    if !fixes.changes.is_empty() {
        out.push('\n');
    }
    fixes
        .unproved
        .iter()
        .for_each(|own| out.push_str(&unproved(own)));
    out + &total(fixes)
}

fn closes(fix: &Fix) -> String {
    let mut out = format!(
        "{}  {}\n",
        paint(BOLD, plain(&fix.finding)),
        plain(&fix.message)
    );
    for row in &fix.narrowed {
        let (rule, before, after) = (plain(&row.rule), plain(&row.before), plain(&row.after));
        out.push_str(&match row.after.as_str() {
            "" => format!("  removes {before} from {rule}: nobody known needs it\n"),
            _ => format!("  narrows {rule} from {before} to {after}\n"),
        });
    }
    for row in fix.closed.iter().take(SHOWN) {
        out.push_str(&format!("  closes  {}\n", line(row)));
    }
    if fix.closed.len() > SHOWN {
        let more = many(fix.closed.len() - SHOWN, "more flow");
        out.push_str(&format!("          {more} over the border\n"));
    }
    if fix.along {
        return out + "  closes  along with the findings before it\n";
    }
    if fix.closed.is_empty() && fix.narrowed.is_empty() {
        out.push_str("  closes  what is permitted beyond what crosses today\n");
    }
    if fix.enforced > 0 {
        let lost = many(fix.enforced, "flow");
        out.push_str(&format!(
            "  closes  {lost} that policies of the input deny, once something enforces them\n"
        ));
    }
    out + &format!("  keeps   {}, as before\n", many(fix.kept, "other flow"))
}

fn line(row: &ClosedRow) -> String {
    let certain = if row.certain { "" } else { " (possible)" };
    format!(
        "{} → {} {}{certain}",
        plain(&row.from),
        plain(&row.to),
        traffic_words(&row.traffic)
    )
}

fn unproved(own: &Unfixed) -> String {
    format!(
        "{}  {}\n  {}   {}\n  advice  {}\n",
        paint(BOLD, plain(&own.finding)),
        plain(&own.message),
        paint(FAINT, "no fix"),
        plain(&own.why),
        plain(&own.remedy)
    )
}

fn coloured(diff: &str) -> String {
    let line = |line: &str| match line.chars().next() {
        Some('+') => paint(ADDED, line) + "\n",
        Some('-') => paint(ERROR, line) + "\n",
        _ => format!("{line}\n"),
    };
    diff.lines().map(line).collect()
}

fn total(fixes: &Fixes) -> String {
    let (before, after) = fixes.findings;
    let closed = many(fixes.fixes.len(), "finding");
    let files = many(fixes.changes.len(), "file");
    let verb = if fixes.written {
        "changed"
    } else {
        "to change"
    };
    match (fixes.fixes.len(), fixes.unproved.len()) {
        (0, 0) => "no finding to fix\n".to_owned(),
        (0, several) => format!("no fix is proved for {}\n", many(several, "finding")),
        (_, left) => {
            let left = match left {
                0 => String::new(),
                left => format!(" · no fix is proved for {left} more"),
            };
            format!(
                "{closed} closed by {files} {verb}, proved by a second run: {before} findings before, {after} after{left}\n"
            )
        }
    }
}
