//! A verdict, as `explain` prints it.

use super::super::ends::ends;
use super::super::page::Page;
use super::drawn::drawn;
use super::style::{BOLD, paint, verdict};
use super::wrap::wrap;
use crate::model::{Trail, World};
use crate::report::plain::plain;
use crate::rules::{Finding, traffic_words};

/// The verdict on a flow between two ends, named as the user named them, with its path.
#[must_use]
pub fn explain(from: &str, to: &str, trail: &Trail, world: &World, page: &Page) -> String {
    let word = paint(verdict(trail.verdict), trail.verdict.word());
    let traffic = if trail.traffic.is_empty() {
        String::new()
    } else {
        format!(" on {}", traffic_words(&trail.traffic))
    };
    let (first, last) = (paint(BOLD, plain(from)), paint(BOLD, plain(to)));
    let head = format!("{word}: {first} to {last}{traffic}");
    let path = drawn((from, to), &trail.hops, world, page);
    whole(std::iter::once(head).chain(path))
}

/// A finding with its path.
#[must_use]
pub fn explain_finding(finding: &Finding, trail: &Trail, world: &World, page: &Page) -> String {
    let word = paint(verdict(trail.verdict), trail.verdict.word());
    let mut lines = wrap(
        &format!("{word}: "),
        &page.say(&finding.message),
        page.width,
    );
    match ends(finding) {
        Some(ends) => lines.extend(drawn(ends, &trail.hops, world, page)),
        None => lines.push("  the finding is about no path".to_owned()),
    }
    whole(lines)
}

fn whole(lines: impl IntoIterator<Item = String>) -> String {
    let lines = lines.into_iter();
    lines.map(|line| line + "\n").collect()
}
