//! A verdict, as `explain` prints it.

use super::hops::hops;
use super::style::{BOLD, paint, verdict};
use crate::model::{Trail, World};
use crate::report::plain::plain;

/// The verdict on a flow between two ends, named as the user named them, with its trail.
#[must_use]
pub fn explain(from: &str, to: &str, trail: &Trail, world: &World) -> String {
    let word = paint(verdict(trail.verdict), trail.verdict.word());
    let traffic = if trail.traffic.is_empty() {
        String::new()
    } else {
        format!(" on {}", trail.traffic)
    };
    let (from, to) = (paint(BOLD, plain(from)), paint(BOLD, plain(to)));
    let mut out = format!("{word}: {from} to {to}{traffic}\n");
    for line in hops(&trail.hops, world) {
        out.push_str(&format!("  {line}\n"));
    }
    out
}
