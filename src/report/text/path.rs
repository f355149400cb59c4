//! The path of a finding on a few lines, said once.

use super::super::label::label;
use super::super::sentence::sentence;
use super::link::Links;
use super::style::{ADDED, FAINT, paint};
use crate::model::{Change, Hop, HopKind, Reason, Verdict, World};

/// Paths that were printed, so that none is printed twice.
#[derive(Default)]
pub(super) struct Printed(Vec<(String, Vec<String>)>);

/// Between two hops; a line breaks before it.
const ARROW: &str = " →\u{a0}";

/// Fewest hops in a row that are worth a reference to where they stand already.
const SHARED: usize = 2;

impl Printed {
    /// The path of a finding as one text: its hops, or as many as differ from a path that stands above. `name` is what later
    /// paths call it by. None where nothing is to be shown.
    pub fn path(
        &mut self,
        name: &str,
        hops: &[Hop],
        world: &World,
        links: &Links<'_>,
    ) -> Option<String> {
        let steps: Vec<String> = hops
            .iter()
            .filter_map(|hop| step(hop, world, links))
            .collect();
        if steps.is_empty() {
            return None;
        }
        let runs = self
            .0
            .iter()
            .map(|(name, other)| (run(&steps, other), name));
        let best = runs.rev().max_by_key(|((_, length), _)| *length);
        let text = match best {
            Some(((start, length), above)) if length >= SHARED => {
                let before = steps.iter().take(start).cloned();
                let after = steps.iter().skip(start + length).cloned();
                let same = format!("{length} hops as in {above}");
                before
                    .chain([same])
                    .chain(after)
                    .collect::<Vec<_>>()
                    .join(ARROW)
            }
            _ => steps.join(ARROW),
        };
        self.0.push((name.to_owned(), steps));
        Some(text)
    }
}

/// The longest run of hops that another path has as well: where it starts, and its length.
fn run(own: &[String], other: &[String]) -> (usize, usize) {
    let starts = (0..own.len()).flat_map(|at| (0..other.len()).map(move |there| (at, there)));
    let runs = starts.map(|(at, there)| {
        let pairs = own.iter().skip(at).zip(other.iter().skip(there));
        (at, pairs.take_while(|(one, two)| one == two).count())
    });
    runs.rev()
        .max_by_key(|(_, length)| *length)
        .unwrap_or((0, 0))
}

/// One hop in a few words with its line; none for what the reader knows from elsewhere: policies stand beside the pods that
/// they are about, and a provider's default filter lets everything pass.
fn step(hop: &Hop, world: &World, links: &Links<'_>) -> Option<String> {
    if is_told_elsewhere(hop) {
        return None;
    }
    let words = links.say(&words(hop, world));
    let possible = match hop.verdict {
        Verdict::Possible => "?",
        Verdict::Reachable | Verdict::Blocked => "",
    };
    let (mark, place) = match &hop.origin {
        None if hop.assumed => (String::new(), paint(FAINT, " (default)")),
        None => (String::new(), String::new()),
        Some(origin) => {
            let mark = match origin.change {
                Change::None => String::new(),
                Change::Added => format!("{}\u{a0}", paint(ADDED, '+')),
                Change::Updated => format!("{}\u{a0}", paint(ADDED, '~')),
            };
            (mark, format!(" ({})", links.name(&origin.place)))
        }
    };
    Some(format!("{mark}{words}{possible}{place}"))
}

fn is_told_elsewhere(hop: &Hop) -> bool {
    match hop.kind {
        HopKind::PolicyEgress | HopKind::PolicyIngress => true,
        HopKind::SubnetFilterEgress | HopKind::SubnetFilterIngress | HopKind::ReturnFilter => {
            hop.assumed && hop.gaps.is_empty()
        }
        HopKind::Endpoint => !matches!(hop.reason, Reason::Pivot { .. }),
        _ => false,
    }
}

/// What the hop does. Where it is only possible, the gaps of its block say why.
fn words(hop: &Hop, world: &World) -> String {
    let sentence = sentence(hop, world);
    let head = |text: &str| {
        text.split_once(": ")
            .map_or(text, |(what, _)| what)
            .to_owned()
    };
    match (&hop.reason, hop.kind) {
        // The border's own line heads the block; its further lines do not.
        (Reason::Border(_), _) => label(hop, world).to_owned(),
        (_, HopKind::ReturnRoute) => "route back".to_owned(),
        (Reason::Route { .. }, _) => {
            let prefix = sentence.split(" to `").next().unwrap_or_default();
            format!("route {prefix}")
        }
        (_, HopKind::Route) if hop.verdict == Verdict::Possible => "route".to_owned(),
        // What it rests on stands behind the colon; `explain` tells it.
        (Reason::Pivot { .. }, _) | (_, HopKind::SourceAddress) => head(&sentence),
        _ => sentence,
    }
}
