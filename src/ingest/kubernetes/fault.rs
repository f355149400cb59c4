//! What the API server would refuse, collected with its place.

use crate::ingest::InputError;
use crate::ingest::yaml::{Node, Shape};
use crate::model::Place;
use std::collections::BTreeSet;

/// The faults of an object, in the order in which they were met.
#[derive(Clone, Debug, Default)]
pub struct Faults(pub(super) Vec<InputError>);

/// A fault at a place.
#[must_use]
pub fn fault(place: &Place, message: impl Into<String>) -> InputError {
    let Place {
        file,
        line,
        column,
        length,
    } = place.clone();
    InputError {
        file,
        line,
        column,
        length,
        message: message.into(),
        refused: false,
    }
}

/// The fault of a value that is not what its field holds.
#[must_use]
pub fn mismatch(node: &Node, field: &str, expected: &str) -> InputError {
    let shown = match (node.shape(), node.written()) {
        (Shape::Absent, _) => "missing".to_owned(),
        (Shape::Null, _) => "null".to_owned(),
        (Shape::Text, Some(text)) => format!("\"{text}\""),
        (_, Some(text)) => text.to_owned(),
        (shape, None) => shape.words().to_owned(),
    };
    fault(
        &node.place(),
        format!("`{field}` is {shown}: expected {expected}"),
    )
}

impl Faults {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keeps the first of several faults of one place: what stands there is wrong for one reason.
    pub(super) fn one_a_place(&mut self) {
        let mut seen = BTreeSet::new();
        self.0
            .retain(|error| seen.insert((error.line, error.column, error.length)));
    }

    /// Adds a fault at a place.
    pub fn add(&mut self, place: &Place, message: impl Into<String>) {
        self.0.push(fault(place, message));
    }

    /// Adds the fault of a value that is not what its field holds.
    pub fn mismatch(&mut self, node: &Node, field: &str, expected: &str) {
        self.0.push(mismatch(node, field, expected));
    }

    /// The value, or none and the fault added.
    pub fn keep<T>(&mut self, result: Result<T, InputError>) -> Option<T> {
        result.map_err(|error| self.0.push(error)).ok()
    }

    /// The elements of a list that may be absent or null; a fault where it is something else.
    pub fn list(&mut self, node: &Node, field: &str) -> Vec<Node> {
        if !node.is_unset() && node.shape() != Shape::List {
            self.mismatch(node, field, "a list");
        }
        node.items()
    }

    /// The entries of a map that may be absent or null; a fault where it is something else.
    pub fn map(&mut self, node: &Node, field: &str) -> Vec<(String, Node)> {
        if !node.is_unset() && node.shape() != Shape::Map {
            self.mismatch(node, field, "a map");
        }
        node.entries()
    }

    /// Faults for keys of a map that are no fields of its type. kubectl refuses them and Helm drops them: what was meant is not known.
    pub fn only(&mut self, node: &Node, fields: &[&str]) {
        if !node.is_unset() && node.shape() != Shape::Map {
            self.add(
                &node.place(),
                format!(
                    "this is {}: expected a map of {}",
                    node.shape().words(),
                    fields.join(", ")
                ),
            );
        }
        for (key, value) in node.entries() {
            if !fields.contains(&key.as_str()) {
                self.add(
                    &value.key_place(),
                    format!(
                        "`{key}` is no field here: expected one of {}",
                        fields.join(", ")
                    ),
                );
            }
        }
    }
}
