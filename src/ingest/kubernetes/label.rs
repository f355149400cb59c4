//! Labels and label selectors (kubernetes/apimachinery `meta/v1`, `LabelSelector` and its validation).

use super::fault::{Faults, fault, mismatch};
use crate::ingest::InputError;
use crate::ingest::yaml::{Node, Shape};
use crate::model::{Labels, LabelsOf, Selector};

/// Reads a label selector over the labels of a pod, a namespace or a service account. Absent, null and `{}` select everything: where absent
/// means something else, ask first.
///
/// # Errors
/// The first part that the API server would refuse.
pub fn label_selector(node: &Node, of: LabelsOf) -> Result<Selector, InputError> {
    let requirements = requirements(node, is_key)?;
    Ok(all_of(
        requirements
            .into_iter()
            .map(|requirement| requirement.over(of))
            .collect(),
    ))
}

/// One condition of a label selector as it is written; an entry of `matchLabels` is an `In` with one value.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// The key.
    pub key: String,
    /// What is asked of it.
    pub operator: Operator,
    /// The values of `In` and `NotIn`, at least one; else none.
    pub values: Vec<String>,
}

/// What a [`Requirement`] asks of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// It is there with one of the values.
    In,
    /// It is not there with one of the values.
    NotIn,
    /// It is there.
    Exists,
    /// It is not there.
    DoesNotExist,
}

impl Operator {
    /// Whether it holds where the key is absent.
    #[must_use]
    pub fn negates(self) -> bool {
        matches!(self, Operator::NotIn | Operator::DoesNotExist)
    }
}

impl Requirement {
    /// The condition, over labels of one sort.
    #[must_use]
    pub fn over(self, of: LabelsOf) -> Selector {
        let Requirement {
            key,
            operator,
            values,
        } = self;
        match operator {
            Operator::In => Selector::In(of, key, values),
            Operator::NotIn => Selector::Not(Box::new(Selector::In(of, key, values))),
            Operator::Exists => Selector::Exists(of, key),
            Operator::DoesNotExist => Selector::Not(Box::new(Selector::Exists(of, key))),
        }
    }
}

/// All parts together; everything where there are none.
#[must_use]
pub fn all_of(mut parts: Vec<Selector>) -> Selector {
    match parts.len() {
        0 => Selector::Everything,
        1 => parts.remove(0),
        _ => Selector::All(parts),
    }
}

/// Reads the conditions of a label selector in the order in which they are written. `is_key` says what is a key.
///
/// # Errors
/// The first part that the API server would refuse.
pub fn requirements(node: &Node, is_key: fn(&str) -> bool) -> Result<Vec<Requirement>, InputError> {
    let mut faults = Faults::default();
    faults.only(node, &["matchLabels", "matchExpressions"]);
    let mut out = Vec::new();
    for (key, value) in faults.map(&node.get("matchLabels"), "matchLabels") {
        let text = faults.keep(label(&key, &value, is_key));
        out.extend(text.map(|text| Requirement {
            key,
            operator: Operator::In,
            values: vec![text],
        }));
    }
    for expression in faults.list(&node.get("matchExpressions"), "matchExpressions") {
        faults.only(&expression, &["key", "operator", "values"]);
        out.extend(faults.keep(requirement(&expression, is_key)));
    }
    faults.0.into_iter().next().map_or(Ok(out), Err)
}

fn requirement(node: &Node, is_key: fn(&str) -> bool) -> Result<Requirement, InputError> {
    const OPERATORS: &str = "one of In, NotIn, Exists, DoesNotExist";
    let key_node = node.get("key");
    let key = key_node
        .text()
        .filter(|key| is_key(key))
        .ok_or_else(|| mismatch(&key_node, "key", "a label key"))?
        .to_owned();
    let written = node.get("values");
    let values: Vec<String> = written
        .items()
        .iter()
        .map(|value| label(&key, value, is_key))
        .collect::<Result<_, _>>()?;
    let word = node.get("operator");
    let operator = match word.text() {
        Some("In") => Operator::In,
        Some("NotIn") => Operator::NotIn,
        Some("Exists") => Operator::Exists,
        Some("DoesNotExist") => Operator::DoesNotExist,
        _ => return Err(mismatch(&word, "operator", OPERATORS)),
    };
    let needs_values = matches!(operator, Operator::In | Operator::NotIn);
    if needs_values == values.is_empty() {
        let (place, expected) = if needs_values {
            (node.place(), "at least one value")
        } else {
            (written.place(), "no values")
        };
        let message = format!(
            "`values` does not fit operator `{}`: expected {expected}",
            word.text().unwrap_or_default()
        );
        return Err(fault(&place, message));
    }
    Ok(Requirement {
        key,
        operator,
        values,
    })
}

fn label(key: &str, value: &Node, is_key: fn(&str) -> bool) -> Result<String, InputError> {
    let expected = "a string of at most 63 letters, digits, '-', '_' and '.'; write numbers and booleans in quotes";
    if !is_key(key) {
        return Err(fault(
            &value.key_place(),
            format!("`{key}` is no label key: expected `name` or `prefix/name`"),
        ));
    }
    value
        .text()
        .filter(|text| is_value(text))
        .map(str::to_owned)
        .ok_or_else(|| mismatch(value, key, expected))
}

/// Whether it is a value of a label.
pub(super) fn is_value(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let edge = |c: Option<char>| c.is_none_or(|c| c.is_ascii_alphanumeric());
    text.len() <= 63
        && text.chars().all(inner)
        && edge(text.chars().next())
        && edge(text.chars().last())
}

/// Whether it is a label key: `name` or `prefix/name`.
#[must_use]
pub fn is_key(text: &str) -> bool {
    let (prefix, name) = text.split_once('/').unwrap_or(("x", text));
    !name.is_empty()
        && is_value(name)
        && !prefix.is_empty()
        && prefix
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'))
}

/// Labels or annotations of an object. A value that is no string is taken as it is written, and a fault: the API server refuses it.
pub fn labels(node: &Node, faults: &mut Faults) -> Labels {
    if !node.is_unset() && node.shape() != Shape::Map {
        faults.mismatch(node, "labels", "a map of strings");
    }
    let text = |(key, value): (String, Node)| {
        if value.text().is_none() && !value.is_unset() {
            faults.mismatch(
                &value,
                &key,
                "a string; write numbers and booleans in quotes",
            );
        }
        (
            key,
            value
                .written()
                .filter(|_| !value.is_unset())
                .unwrap_or_default()
                .to_owned(),
        )
    };
    node.entries().into_iter().map(text).collect()
}
