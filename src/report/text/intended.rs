//! Crossings that the configuration wants: outside of the findings, one line for each entry.

use super::super::scan::{Scan, many};
use super::style::{BOLD, paint};
use super::wrap::wrap;
use crate::rules::Intended;

/// Entries that are shown without `--verbose`.
const FEW: usize = 5;

/// The lines; empty where nothing is intended.
pub(super) fn intended(scan: &Scan<'_>) -> String {
    let shown = if scan.verbose { usize::MAX } else { FEW };
    let mut lines: Vec<String> = Vec::new();
    for own in scan.intended.iter().take(shown) {
        let first = format!("{}  ", paint(BOLD, "intended"));
        lines.extend(wrap(&first, &entry(own, scan), scan.page.width));
    }
    if let Some(more @ 1..) = scan.intended.len().checked_sub(shown) {
        lines.push(format!(
            "intended  {} more (-v lists them)",
            many(more, "flow")
        ));
    }
    if !lines.is_empty() {
        lines.push(String::new());
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// `shop/cart to aws_db_instance.orders on tcp 5432 · 1 crossing: reads orders (team shop)  crosspeer.yaml:3`.
fn entry(own: &Intended, scan: &Scan<'_>) -> String {
    let possible = own.crossings.iter().filter(|one| !one.certain).count();
    let possible = match possible {
        0 => String::new(),
        some => format!(" ({some} possible)"),
    };
    let place = &own.allowance.place;
    scan.page.say(&format!(
        "{} · {}{possible}: {}  {}:{}",
        own.allowance.entry(),
        many(own.crossings.len(), "crossing"),
        own.allowance.why(),
        place.file,
        place.line
    ))
}
