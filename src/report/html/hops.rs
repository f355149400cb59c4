//! Paths and their hops, each once: thousands of crossings share most of their hops.

use super::super::label::heading;
use super::super::problem::Quotes;
use super::super::sentence::sentence;
use super::registry::Registry;
use super::shape::{GapShape, HopShape, PlaceShape, change_word};
use crate::model::{Gap, Hop, Id, World};

/// Hops, paths and gaps of both moments.
pub(super) struct Paths<'q> {
    quotes: &'q Quotes,
    hops: Registry<String, HopShape>,
    paths: Registry<Vec<usize>, Vec<usize>>,
    gaps: Registry<(&'static str, String), GapShape>,
}

impl<'q> Paths<'q> {
    pub fn new(quotes: &'q Quotes) -> Self {
        Paths {
            quotes,
            hops: Registry::default(),
            paths: Registry::default(),
            gaps: Registry::default(),
        }
    }

    /// The place of a gap.
    pub fn gap(&mut self, id: Id<Gap>, world: &World) -> usize {
        let gap = &world.gaps[id];
        let kind = gap.kind.word();
        let place = gap.origin.as_ref();
        self.gaps.place((kind, gap.what.clone()), || GapShape {
            kind,
            what: gap.what.clone(),
            place: place.map(|origin| PlaceShape::from(&origin.place)),
        })
    }

    /// The place of a path; none where there is no hop.
    pub fn path(&mut self, hops: &[Hop], world: &World) -> Option<usize> {
        if hops.is_empty() {
            return None;
        }
        let path: Vec<usize> = hops.iter().map(|hop| self.hop(hop, world)).collect();
        Some(self.paths.place(path.clone(), || path))
    }

    fn hop(&mut self, hop: &Hop, world: &World) -> usize {
        let origin = hop.origin.as_ref();
        let shape = HopShape {
            hop: hop.kind.word(),
            heading: heading(hop, world),
            verdict: hop.verdict.word(),
            because: sentence(hop, world),
            place: origin.map(|origin| PlaceShape::from(&origin.place)),
            address: origin.map(|origin| origin.address.to_string()),
            change: origin.and_then(|origin| change_word(origin.change)),
            assumed: hop.rests_on_assumption(&world.gaps),
            gaps: hop.gaps.iter().map(|gap| self.gap(*gap, world)).collect(),
            quote: origin.and_then(|origin| self.quotes.line(&origin.place)),
        };
        let key = serde_json::to_string(&shape).unwrap_or_default();
        self.hops.place(key, || shape)
    }

    /// The lists: hops, paths, gaps.
    pub fn lists(self) -> (Vec<HopShape>, Vec<Vec<usize>>, Vec<GapShape>) {
        (self.hops.list(), self.paths.list(), self.gaps.list())
    }
}
