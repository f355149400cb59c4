//! A verdict, as `explain` prints it.

use super::hops::hops;
use super::style::{BOLD, paint, verdict};
use crate::model::{Trail, World};
use crate::report::plain::plain;
use crate::rules::{Finding, traffic_words};

/// The verdict on a flow between two ends, named as the user named them, with its trail.
#[must_use]
pub fn explain(from: &str, to: &str, trail: &Trail, world: &World) -> String {
    let word = paint(verdict(trail.verdict), trail.verdict.word());
    let traffic = if trail.traffic.is_empty() {
        String::new()
    } else {
        format!(" on {}", traffic_words(&trail.traffic))
    };
    let (from, to) = (paint(BOLD, plain(from)), paint(BOLD, plain(to)));
    let mut out = format!("{word}: {from} to {to}{traffic}\n");
    for line in hops(&trail.hops, world) {
        out.push_str(&format!("  {line}\n"));
    }
    out
}

/// A finding with its path, hop by hop.
#[must_use]
pub fn explain_finding(finding: &Finding, trail: &Trail, world: &World) -> String {
    let word = paint(verdict(trail.verdict), trail.verdict.word());
    let mut out = format!("{word}: {}\n", paint(BOLD, plain(&finding.message)));
    if finding.path.is_empty() {
        out.push_str("  the finding is about no path\n");
    }
    for line in hops(&trail.hops, world) {
        out.push_str(&format!("  {line}\n"));
    }
    out
}
