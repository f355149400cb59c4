//! The view of a document that the rest of the room reads by.

use super::arena::{Arena, Cell, CellSpan, Content, Pair, Shape};
use super::scalar::{self, Meaning};
use crate::model::Place;
use std::fmt;
use std::sync::Arc;

/// A value of a document with its place, or the absence of one. Cheap to clone.
///
/// What is not there is a node too: of shape [`Shape::Absent`], at the place of the nearest node above that is there.
#[derive(Clone)]
pub struct Node {
    pub(super) arena: Arc<Arena>,
    pub(super) at: u32,
    key: Option<u32>,
    absent: bool,
}

impl Node {
    pub(super) fn root(arena: Arena, at: u32) -> Self {
        Node {
            arena: Arc::new(arena),
            at,
            key: None,
            absent: false,
        }
    }

    /// A node for a JSON value that stands at one place as a whole.
    #[must_use]
    pub fn from_json(value: &serde_json::Value, place: &Place) -> Self {
        let mut arena = Arena {
            file: place.file.clone(),
            cells: Vec::new(),
        };
        let cell_span = CellSpan {
            line: place.line,
            column: place.column,
            length: place.length,
        };
        let at = json(&mut arena, value, cell_span);
        Node::root(arena, at)
    }

    /// The cells that it is of, and its own; none of what is absent.
    pub(super) fn cells(&self) -> Option<(&Arena, u32)> {
        (!self.absent).then_some((self.arena.as_ref(), self.at))
    }

    fn cell(&self) -> Option<&Cell> {
        if self.absent {
            None
        } else {
            self.arena.cell(self.at)
        }
    }

    /// The node below at a dotted path of keys: `spec.podSelector`.
    #[must_use]
    pub fn get(&self, path: &str) -> Node {
        self.below(path.split('.'))
    }

    /// The node below at one key, which may hold dots.
    #[must_use]
    pub fn child(&self, key: &str) -> Node {
        self.below(std::iter::once(key))
    }

    /// The node below at one key after another.
    fn below<'k>(&self, keys: impl Iterator<Item = &'k str>) -> Node {
        let (mut at, mut key, mut absent) = (self.at, self.key, self.absent);
        for name in keys {
            let pair = self.arena.find(self.arena.pairs(at), name);
            match pair.filter(|_| !absent) {
                Some(pair) => (at, key) = (pair.value, Some(pair.key)),
                None => absent = true,
            }
        }
        Node {
            arena: self.arena.clone(),
            at,
            key,
            absent,
        }
    }

    fn pairs(&self) -> &[Pair] {
        if self.absent {
            &[]
        } else {
            self.arena.pairs(self.at)
        }
    }

    /// The elements of a list; none where it is no list.
    #[must_use]
    pub fn items(&self) -> Vec<Node> {
        match self.cell().map(|cell| &cell.content) {
            Some(Content::List(items)) => items
                .iter()
                .map(|at| Node {
                    arena: self.arena.clone(),
                    at: *at,
                    key: None,
                    absent: false,
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The keys and values of a map, in the order in which they are written; none where it is no map.
    #[must_use]
    pub fn entries(&self) -> Vec<(String, Node)> {
        let entry = |pair: &Pair| {
            let name = self.arena.name(pair.key).unwrap_or_default().to_owned();
            (
                name,
                Node {
                    arena: self.arena.clone(),
                    at: pair.value,
                    key: Some(pair.key),
                    absent: false,
                },
            )
        };
        self.pairs().iter().map(entry).collect()
    }

    /// The string, where it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.cell()?.content {
            Content::Scalar(text, Meaning::Text) => Some(text),
            _ => None,
        }
    }

    /// The boolean, where it is one.
    #[must_use]
    pub fn boolean(&self) -> Option<bool> {
        match self.cell()?.content {
            Content::Scalar(_, Meaning::Bool(value)) => Some(value),
            _ => None,
        }
    }

    /// The whole number, where it is one (`80`, `80.0`).
    #[must_use]
    pub fn integer(&self) -> Option<i64> {
        match self.cell()?.content {
            Content::Scalar(_, Meaning::Integer(value)) => Some(value),
            #[expect(
                clippy::cast_possible_truncation,
                reason = "the guard holds for whole numbers far below 2^63 only"
            )]
            Content::Scalar(_, Meaning::Float(value))
                if value.fract() == 0.0 && value.abs() < 1e15 =>
            {
                Some(value as i64)
            }
            _ => None,
        }
    }

    /// A scalar as it is written, without quotes; none for lists and maps.
    #[must_use]
    pub fn written(&self) -> Option<&str> {
        match &self.cell()?.content {
            Content::Scalar(text, _) => Some(text),
            _ => None,
        }
    }

    /// The value as JSON; what is absent is null.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        match self.shape() {
            Shape::Absent | Shape::Null => serde_json::Value::Null,
            Shape::Boolean => self.boolean().into(),
            Shape::Text => self.text().into(),
            Shape::List => self.items().iter().map(Node::json).collect(),
            Shape::Map => self
                .entries()
                .into_iter()
                .map(|(key, value)| (key, value.json()))
                .collect(),
            Shape::Number => match self.integer() {
                Some(number) => number.into(),
                None => self
                    .written()
                    .and_then(|text| serde_json::from_str(text).ok())
                    .unwrap_or_default(),
            },
        }
    }

    /// What it is.
    #[must_use]
    pub fn shape(&self) -> Shape {
        match self.cell().map(|cell| &cell.content) {
            None => Shape::Absent,
            Some(Content::List(_)) => Shape::List,
            Some(Content::Map(_)) => Shape::Map,
            Some(Content::Scalar(_, Meaning::Null)) => Shape::Null,
            Some(Content::Scalar(_, Meaning::Bool(_))) => Shape::Boolean,
            Some(Content::Scalar(_, Meaning::Integer(_) | Meaning::Float(_))) => Shape::Number,
            Some(Content::Scalar(_, Meaning::Text)) => Shape::Text,
        }
    }

    /// Whether it is absent.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        self.absent
    }

    /// Whether it is absent or null, which Kubernetes does not tell apart.
    #[must_use]
    pub fn is_unset(&self) -> bool {
        matches!(self.shape(), Shape::Absent | Shape::Null)
    }

    /// Where the value stands; of what is absent, the nearest node above. A map or list stands where its first key or dash does.
    #[must_use]
    pub fn place(&self) -> Place {
        self.arena.place(self.at)
    }

    /// Where the key stands that leads to the value; the value's place where there is no key.
    #[must_use]
    pub fn key_place(&self) -> Place {
        self.arena
            .place(self.key.filter(|_| !self.absent).unwrap_or(self.at))
    }

    /// Whether both hold the same, wherever they stand and in whatever order keys are written.
    #[must_use]
    pub fn same_as(&self, other: &Node) -> bool {
        if self.shape() != other.shape() {
            return false;
        }
        match self.shape() {
            Shape::Absent | Shape::Null => true,
            Shape::List => {
                let (own, theirs) = (self.items(), other.items());
                own.len() == theirs.len() && own.iter().zip(&theirs).all(|(a, b)| a.same_as(b))
            }
            Shape::Map => {
                let own = self.entries();
                own.len() == other.pairs().len()
                    && own
                        .iter()
                        .all(|(key, value)| value.same_as(&other.child(key)))
            }
            Shape::Boolean => self.boolean() == other.boolean(),
            Shape::Number => {
                self.integer() == other.integer()
                    && (self.integer().is_some() || self.written() == other.written())
            }
            Shape::Text => self.text() == other.text(),
        }
    }
}

/// Whether both are the same part of documents that hold the same, at the same places.
impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        let part = |node: &Node| (node.at, node.key, node.absent);
        let whole = Arc::ptr_eq(&self.arena, &other.arena) || self.arena == other.arena;
        part(self) == part(other) && whole
    }
}

/// As JSON, shortened: for messages of tests.
impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.shape() {
            Shape::Absent => f.write_str("absent"),
            Shape::List => f.debug_list().entries(self.items()).finish(),
            Shape::Map => f.debug_map().entries(self.entries()).finish(),
            Shape::Text => write!(f, "{:?}", self.written().unwrap_or_default()),
            Shape::Null | Shape::Boolean | Shape::Number => {
                f.write_str(self.written().unwrap_or_default())
            }
        }
    }
}

fn json(arena: &mut Arena, value: &serde_json::Value, cell_span: CellSpan) -> u32 {
    let content = match value {
        serde_json::Value::Null => Content::Scalar("null".into(), Meaning::Null),
        serde_json::Value::Bool(value) => {
            Content::Scalar(value.to_string().into(), Meaning::Bool(*value))
        }
        serde_json::Value::Number(number) => {
            let text = number.to_string();
            let meaning = scalar::plain(&text);
            Content::Scalar(text.into(), meaning)
        }
        serde_json::Value::String(text) => Content::Scalar(text.as_str().into(), Meaning::Text),
        serde_json::Value::Array(items) => Content::List(
            items
                .iter()
                .map(|item| json(arena, item, cell_span))
                .collect(),
        ),
        serde_json::Value::Object(map) => {
            let pairs = map.iter().map(|(key, value)| {
                let key = arena.push(
                    cell_span,
                    Content::Scalar(key.as_str().into(), Meaning::Text),
                );
                let value = json(arena, value, cell_span);
                arena.pair(key, value)
            });
            Content::Map(pairs.collect())
        }
    };
    arena.push(cell_span, content)
}
