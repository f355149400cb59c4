//! How a document is kept: cells in one list, each with its place.

use super::scalar::Meaning;
use crate::model::Place;
use rustc_hash::FxHasher;
use std::hash::Hasher;
use std::sync::Arc;

/// The shape of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Not there at all.
    Absent,
    /// There, and null.
    Null,
    /// A boolean.
    Boolean,
    /// A whole or broken number.
    Number,
    /// A string.
    Text,
    /// A list.
    List,
    /// A map.
    Map,
}

impl Shape {
    /// Words for a message: `a list`.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Shape::Absent => "absent",
            Shape::Null => "null",
            Shape::Boolean => "a boolean",
            Shape::Number => "a number",
            Shape::Text => "a string",
            Shape::List => "a list",
            Shape::Map => "a map",
        }
    }
}

/// Where a cell stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct CellSpan {
    pub(super) line: u32,
    pub(super) column: u32,
    /// Length in code points; 0 where it goes over several lines.
    pub(super) length: u32,
}

/// What a cell holds. Numbers are positions in the arena.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Content {
    Scalar(Box<str>, Meaning),
    List(Box<[u32]>),
    /// Each key once.
    Map(Box<[Pair]>),
}

/// A key of a map and its value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pair {
    pub(super) key: u32,
    pub(super) value: u32,
    /// Of the key's name, so that most other names are passed over without reading theirs.
    hash: u64,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cell {
    pub(super) cell_span: CellSpan,
    pub(super) content: Content,
}

/// The cells of one document. A cell only refers to cells that were finished before it, so there is no cycle; the cells below
/// an alias are those of its anchor.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Arena {
    pub(super) file: Arc<str>,
    pub(super) cells: Vec<Cell>,
}

impl Arena {
    pub(super) fn push(&mut self, cell_span: CellSpan, content: Content) -> u32 {
        let at = u32::try_from(self.cells.len()).unwrap_or(u32::MAX);
        self.cells.push(Cell { cell_span, content });
        at
    }

    pub(super) fn cell(&self, at: u32) -> Option<&Cell> {
        self.cells.get(at as usize)
    }

    /// The pairs of a map; none of what is no map.
    pub(super) fn pairs(&self, at: u32) -> &[Pair] {
        match self.cell(at).map(|cell| &cell.content) {
            Some(Content::Map(pairs)) => pairs,
            _ => &[],
        }
    }

    /// A key whose name stands, and its value.
    pub(super) fn pair(&self, key: u32, value: u32) -> Pair {
        let hash = hash(self.name(key).unwrap_or_default());
        Pair { key, value, hash }
    }

    /// The pair of a name among those of a map.
    pub(super) fn find<'p>(&self, pairs: &'p [Pair], name: &str) -> Option<&'p Pair> {
        let hash = hash(name);
        pairs
            .iter()
            .find(|pair| pair.hash == hash && self.name(pair.key) == Some(name))
    }

    /// The text of a scalar, as a key is compared.
    pub(super) fn name(&self, at: u32) -> Option<&str> {
        match &self.cell(at)?.content {
            Content::Scalar(text, _) => Some(text),
            _ => None,
        }
    }

    pub(super) fn place(&self, at: u32) -> Place {
        let cell_span = self.cell(at).map(|cell| cell.cell_span).unwrap_or_default();
        Place {
            file: self.file.clone(),
            line: cell_span.line,
            column: cell_span.column,
            length: cell_span.length,
        }
    }
}

fn hash(name: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(name.as_bytes());
    hasher.finish()
}
