//! A path drawn from top to bottom: who sends, each hop, the border across it, who answers, and the reply.

use super::super::label::heading;
use super::super::page::Page;
use super::super::sentence::sentence;
use super::hops::{mark, origin};
use super::style::{BOLD, FAINT, paint};
use super::wrap::{wide, wrap};
use crate::model::{Gap, Hop, HopKind, Id, Reason, Verdict, World};
use std::collections::BTreeSet;

/// The lines of a path between two ends. It breaks off at the hop that stops it.
pub(super) fn drawn(
    (from, to): (&str, &str),
    hops: &[Hop],
    world: &World,
    page: &Page,
) -> Vec<String> {
    let headings: Vec<String> = hops
        .iter()
        .map(|hop| page.say(&heading(hop, world)))
        .collect();
    let column = headings.iter().map(|own| wide(own)).max();
    let last = hops.iter().rposition(|hop| !is_reply(hop));
    let mut out = vec![format!("  {}", paint(BOLD, page.say(from)))];
    let mut named = BTreeSet::new();
    for (at, (hop, heading)) in hops.iter().zip(&headings).enumerate() {
        let glyph = glyph(hop);
        let first = format!(
            "  {glyph} {:>2}  {heading:column$}  ",
            at + 1,
            column = column.unwrap_or_default()
        );
        let words = format!("{}{}", page.say(&sentence(hop, world)), mark(hop, world));
        // A place stays on one line.
        let place = origin(hop).replace(' ', "\u{a0}");
        let gap = if place.is_empty() { "" } else { "  " };
        let lines = wrap(&first, &format!("{words}{gap}{place}"), page.width);
        out.extend(beside(glyph, lines, 1));
        let unknown = unknown(hop, world, page, &mut named);
        out.extend(beside(glyph, unknown, 0));
        if Some(at) == last && hop.verdict != Verdict::Blocked {
            if glyph != "▼" {
                out.push("  ▼".to_owned());
            }
            out.push(format!("  {}", paint(BOLD, page.say(to))));
        }
    }
    out.into_iter()
        .map(|line| line.trim_end().to_owned())
        .collect()
}

fn is_reply(hop: &Hop) -> bool {
    matches!(hop.kind, HopKind::ReturnRoute | HopKind::ReturnFilter)
}

/// What stands on the line of the path beside a hop.
fn glyph(hop: &Hop) -> &'static str {
    match (hop.kind, &hop.reason) {
        _ if hop.verdict == Verdict::Blocked => "✗",
        (HopKind::Border, _) => "╪",
        (HopKind::Endpoint, Reason::Pivot { .. }) => "●",
        (HopKind::Endpoint, _) => "▼",
        _ if is_reply(hop) => "╎",
        _ => "│",
    }
}

/// The path goes on beside the lines of a hop from a number on, unless it ends there.
fn beside(glyph: &str, lines: Vec<String>, from: usize) -> impl Iterator<Item = String> {
    let goes_on = match glyph {
        "✗" | "▼" => " ",
        "╎" => "╎",
        _ => "│",
    };
    lines.into_iter().enumerate().map(move |(at, line)| {
        let rest = line.strip_prefix("   ").filter(|_| at >= from);
        rest.map_or_else(|| line.clone(), |rest| format!("  {goes_on}{rest}"))
    })
}

/// The gaps that a hop depends on and that no hop above has named.
fn unknown(hop: &Hop, world: &World, page: &Page, named: &mut BTreeSet<Id<Gap>>) -> Vec<String> {
    let new = hop.gaps.iter().filter(|gap| named.insert(**gap));
    let lines = new.flat_map(|gap| {
        let what = page.say(&world.gaps[*gap].what);
        wrap("       not known: ", &what, page.width.saturating_sub(3))
    });
    lines
        .map(|line| format!("   {}", paint(FAINT, line)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Note;

    fn hop(kind: HopKind, verdict: Verdict, reason: Reason) -> Hop {
        Hop {
            kind,
            verdict,
            reason,
            origin: None,
            assumed: false,
            gaps: Vec::new(),
        }
    }

    fn check(hops: &[Hop], expected: &[&str]) {
        let page = Page {
            width: 60,
            ..Page::default()
        };
        let lines = drawn(("shop/web", "orders"), hops, &World::default(), &page);
        let text = anstream::adapter::strip_str(&lines.join("\n")).to_string();
        assert_eq!(text.lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_path_goes_down_to_who_answers_and_breaks_off_where_it_stops() {
        let note = |text: &str| {
            Reason::SourceAddress(Note {
                text: text.to_owned(),
                assumed: false,
                origin: None,
            })
        };
        let passes = [
            hop(
                HopKind::SourceAddress,
                Verdict::Reachable,
                note("the node's address, which is a long story to tell"),
            ),
            hop(HopKind::Border, Verdict::Possible, Reason::BeyondInput),
            hop(
                HopKind::ReturnRoute,
                Verdict::Reachable,
                Reason::BeyondInput,
            ),
        ];
        check(
            &passes,
            &[
                "  shop/web",
                "  │  1  source address  the node's address, which is a long",
                "  │                     story to tell",
                "  ╪  2  border          what lies beyond is not in the input",
                "  │                     (possible)",
                "  ▼",
                "  orders",
                "  ╎  3  route back      what lies beyond is not in the input",
            ],
        );
        let stops = [hop(HopKind::Route, Verdict::Blocked, Reason::BeyondInput)];
        check(
            &stops,
            &[
                "  shop/web",
                "  ✗  1  route  what lies beyond is not in the input (stops",
                "               here)",
            ],
        );
    }
}
