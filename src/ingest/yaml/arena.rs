//! How a document is kept: cells in one list, each with its place.

use super::scalar::Meaning;
use crate::model::Place;
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
pub(super) struct Spot {
    pub(super) line: u32,
    pub(super) column: u32,
    /// Length in code points; 0 where it goes over several lines.
    pub(super) length: u32,
}

/// What a cell holds. Numbers are positions in the arena.
#[derive(Clone, Debug)]
pub(super) enum Content {
    Scalar(Box<str>, Meaning),
    List(Box<[u32]>),
    /// Key and value, each key once.
    Map(Box<[(u32, u32)]>),
}

#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub(super) spot: Spot,
    pub(super) content: Content,
}

/// The cells of one document. A cell only refers to cells that were finished before it, so there is no cycle; the cells below
/// an alias are those of its anchor.
#[derive(Clone, Debug, Default)]
pub(super) struct Arena {
    pub(super) file: Arc<str>,
    pub(super) cells: Vec<Cell>,
}

impl Arena {
    pub(super) fn push(&mut self, spot: Spot, content: Content) -> u32 {
        let at = u32::try_from(self.cells.len()).unwrap_or(u32::MAX);
        self.cells.push(Cell { spot, content });
        at
    }

    pub(super) fn cell(&self, at: u32) -> Option<&Cell> {
        self.cells.get(at as usize)
    }

    /// The text of a scalar, as a key is compared.
    pub(super) fn name(&self, at: u32) -> Option<&str> {
        match &self.cell(at)?.content {
            Content::Scalar(text, _) => Some(text),
            _ => None,
        }
    }

    pub(super) fn place(&self, at: u32) -> Place {
        let spot = self.cell(at).map(|cell| cell.spot).unwrap_or_default();
        Place {
            file: self.file.clone(),
            line: spot.line,
            column: spot.column,
            length: spot.length,
        }
    }
}
