//! A trail as numbered lines.

use super::super::label::heading;
use super::super::plain::plain;
use super::super::sentence::sentence;
use super::style::{ADDED, FAINT, paint};
use crate::model::{Change, Hop, Origin, Verdict, World};
use std::collections::BTreeSet;

/// Widest column of reasons; longer ones push their origin to the right.
const WIDEST: usize = 64;

/// One line for each hop: number, kind, reason, origin, `+` before what the plan adds; gaps below the first hop that
/// depends on them. No indent.
pub(super) fn hops(hops: &[Hop], world: &World) -> Vec<String> {
    let width = |text: &str| plain(text).chars().count();
    let headings: Vec<String> = hops.iter().map(|hop| heading(hop, world)).collect();
    let sentences: Vec<String> = hops.iter().map(|hop| sentence(hop, world)).collect();
    let kinds = headings
        .iter()
        .map(|heading| width(heading))
        .max()
        .unwrap_or_default();
    let reasons = sentences
        .iter()
        .map(|sentence| width(sentence))
        .filter(|width| *width <= WIDEST)
        .max()
        .unwrap_or_default();
    let mut out = Vec::new();
    let mut named = BTreeSet::new();
    let texts = headings.iter().zip(&sentences);
    for (number, (hop, (heading, sentence))) in hops.iter().zip(texts).enumerate() {
        let reason = format!("{}{}", plain(sentence), mark(hop, world));
        let place = origin(hop);
        let line = format!(
            "{:>2}  {:kinds$}  {reason:reasons$}  {place}",
            number + 1,
            plain(heading)
        );
        out.push(line.trim_end().to_owned());
        let first = hop.gaps.iter().filter(|gap| named.insert(**gap));
        out.extend(first.map(|gap| {
            format!(
                "    {}",
                paint(
                    FAINT,
                    format!("not known: {}", plain(&world.gaps[*gap].what))
                )
            )
        }));
    }
    out
}

/// What is said of a hop that does not surely let pass.
pub(super) fn mark(hop: &Hop, world: &World) -> &'static str {
    match hop.verdict {
        Verdict::Reachable => "",
        Verdict::Possible if hop.rests_on_assumption(&world.gaps) => {
            " (possible, on an assumption)"
        }
        Verdict::Possible => " (possible)",
        Verdict::Blocked => " (stops here)",
    }
}

/// The line that decides at a hop, `+` before what the plan adds.
pub(super) fn origin(hop: &Hop) -> String {
    match &hop.origin {
        None if !hop.assumed => String::new(),
        None => paint(FAINT, "assumed, a default"),
        Some(origin) => format!("{}{}", added(origin), plain(&place(origin))),
    }
}

fn added(origin: &Origin) -> String {
    match origin.change {
        Change::None => String::new(),
        Change::Added => format!("{} ", paint(ADDED, '+')),
        Change::Updated => format!("{} ", paint(ADDED, '~')),
    }
}

/// `file:line` of an origin; the file alone where the line is not known.
pub(super) fn place(origin: &Origin) -> String {
    match origin.place.line {
        0 => origin.place.file.to_string(),
        line => format!("{}:{line}", origin.place.file),
    }
}
