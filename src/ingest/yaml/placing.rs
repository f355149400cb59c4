//! Documents whose content stands somewhere else: a tool printed them from other files.

use super::arena::{Arena, CellSpan, Content, Pair};
use super::node::Node;
use crate::model::Place;
use std::sync::Arc;

impl Node {
    /// The same content at other places, all of one file.
    #[must_use]
    pub fn moved(&self, place: &dyn Fn(&Place) -> Place) -> Node {
        let mut arena = Arena::clone(&self.arena);
        let mut file = arena.file.clone();
        for cell in &mut arena.cells {
            let CellSpan {
                line,
                column,
                length,
            } = cell.cell_span;
            let found = place(&Place {
                file: arena.file.clone(),
                line,
                column,
                length,
            });
            cell.cell_span = CellSpan {
                line: found.line,
                column: found.column,
                length: found.length,
            };
            file = found.file;
        }
        arena.file = file;
        Node::root(arena, self.at)
    }

    /// The same content at the places that equal values have at the same paths of another document; what is not equal there keeps
    /// the file and no line.
    #[must_use]
    pub fn placed_as(&self, source: &Node) -> Node {
        let mut placing = Placing {
            arena: Arena::clone(&self.arena),
            source: &source.arena,
        };
        placing.arena.file = source.arena.file.clone();
        placing
            .arena
            .cells
            .iter_mut()
            .for_each(|cell| cell.cell_span = CellSpan::default());
        placing.value(self.at, source.at, "");
        Node::root(placing.arena, self.at)
    }
}

/// Lists are compared element by element up to so many pairs.
const MOST_PAIRS: usize = 10_000;

struct Placing<'s> {
    arena: Arena,
    source: &'s Arc<Arena>,
}

impl Placing<'_> {
    /// Gives a value the places of another one; whether both hold the same, lists and maps as far as their kind goes.
    fn value(&mut self, own: u32, other: u32, path: &str) -> bool {
        let (Some(cell), Some(source)) = (self.arena.cell(own), self.source.cell(other)) else {
            return false;
        };
        let same = match (cell.content.clone(), source.content.clone()) {
            (Content::Scalar(text, meaning), Content::Scalar(theirs, other)) => {
                (text == theirs && meaning == other)
                    || (path == ".metadata.name"
                        && !theirs.is_empty()
                        && text.contains(theirs.as_ref()))
            }
            (Content::List(items), Content::List(theirs)) => {
                self.list(&items, &theirs, path);
                true
            }
            (Content::Map(pairs), Content::Map(theirs)) => {
                self.map(&pairs, &theirs, path);
                true
            }
            _ => false,
        };
        if same {
            self.set(own, other);
        }
        same
    }

    fn set(&mut self, own: u32, other: u32) {
        let cell_span = self
            .source
            .cell(other)
            .map(|cell| cell.cell_span)
            .unwrap_or_default();
        if let Some(cell) = self.arena.cells.get_mut(own as usize) {
            cell.cell_span = cell_span;
        }
    }

    /// Elements that stand once with the same content; of a changed one it is not known which one it was.
    fn list(&mut self, items: &[u32], theirs: &[u32], path: &str) {
        for (at, own) in items.iter().enumerate() {
            let by_position = theirs
                .get(at)
                .filter(|other| self.equal(*own, **other))
                .copied();
            let few = items.len().saturating_mul(theirs.len()) <= MOST_PAIRS;
            let others = theirs
                .iter()
                .filter(|other| few && self.equal(*own, **other))
                .copied()
                .collect::<Vec<_>>();
            let only = if let [only] = others.as_slice() {
                Some(*only)
            } else {
                None
            };
            if let Some(other) = only.or(by_position) {
                self.value(*own, other, path);
            }
        }
    }

    fn equal(&self, own: u32, other: u32) -> bool {
        let (Some(cell), Some(source)) = (self.arena.cell(own), self.source.cell(other)) else {
            return false;
        };
        match (&cell.content, &source.content) {
            (Content::Scalar(text, meaning), Content::Scalar(theirs, other)) => {
                text == theirs && meaning == other
            }
            (Content::List(items), Content::List(theirs)) => {
                items.len() == theirs.len()
                    && items
                        .iter()
                        .zip(theirs)
                        .all(|(own, other)| self.equal(*own, *other))
            }
            (Content::Map(pairs), Content::Map(theirs)) => {
                let has = |pair: &Pair| {
                    let name = self.arena.name(pair.key).unwrap_or_default();
                    let other = self.source.find(theirs, name);
                    other.is_some_and(|other| self.equal(pair.value, other.value))
                };
                pairs.len() == theirs.len() && pairs.iter().all(has)
            }
            _ => false,
        }
    }

    fn map(&mut self, pairs: &[Pair], theirs: &[Pair], path: &str) {
        for pair in pairs {
            let name = self.arena.name(pair.key).unwrap_or_default().to_owned();
            let Some(other) = self.source.find(theirs, &name) else {
                continue;
            };
            if self.value(pair.value, other.value, &format!("{path}.{name}")) {
                self.set(pair.key, other.key);
            }
        }
    }
}
