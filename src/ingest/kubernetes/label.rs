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
    let mut faults = Faults::default();
    faults.only(node, &["matchLabels", "matchExpressions"]);
    let mut parts = Vec::new();
    for (key, value) in node.get("matchLabels").entries() {
        parts.extend(faults.keep(label(&key, &value)).map(|text| Selector::In(of, key, vec![text])));
    }
    for expression in faults.list(&node.get("matchExpressions"), "matchExpressions") {
        parts.extend(faults.keep(requirement(&expression, of)));
    }
    if let Some(first) = faults.0.into_iter().next() {
        return Err(first);
    }
    Ok(match parts.len() {
        0 => Selector::Everything,
        1 => parts.remove(0),
        _ => Selector::All(parts),
    })
}

fn requirement(node: &Node, of: LabelsOf) -> Result<Selector, InputError> {
    const OPERATORS: &str = "one of In, NotIn, Exists, DoesNotExist";
    let key_node = node.get("key");
    let key = key_node.text().filter(|key| is_key(key)).ok_or_else(|| mismatch(&key_node, "key", "a label key"))?.to_owned();
    let values = node.get("values");
    let texts: Vec<String> = values.items().iter().map(|value| label(&key, value)).collect::<Result<_, _>>()?;
    let operator = node.get("operator");
    let needs_values = match operator.text() {
        Some("In" | "NotIn") => true,
        Some("Exists" | "DoesNotExist") => false,
        _ => return Err(mismatch(&operator, "operator", OPERATORS)),
    };
    if needs_values == texts.is_empty() {
        let (place, expected) = if needs_values { (node.place(), "at least one value") } else { (values.place(), "no values") };
        return Err(fault(
            &place,
            format!("`values` does not fit operator `{}`: expected {expected}", operator.text().unwrap_or_default()),
        ));
    }
    Ok(match operator.text() {
        Some("In") => Selector::In(of, key, texts),
        Some("NotIn") => Selector::Not(Box::new(Selector::In(of, key, texts))),
        Some("Exists") => Selector::Exists(of, key),
        _ => Selector::Not(Box::new(Selector::Exists(of, key))),
    })
}

fn label(key: &str, value: &Node) -> Result<String, InputError> {
    let expected = "a string of at most 63 letters, digits, '-', '_' and '.'; write numbers and booleans in quotes";
    if !is_key(key) {
        return Err(fault(&value.key_place(), format!("`{key}` is no label key: expected `name` or `prefix/name`")));
    }
    value.text().filter(|text| is_value(text)).map(str::to_owned).ok_or_else(|| mismatch(value, key, expected))
}

fn is_value(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let edge = |c: Option<char>| c.is_none_or(|c| c.is_ascii_alphanumeric());
    text.len() <= 63 && text.chars().all(inner) && edge(text.chars().next()) && edge(text.chars().last())
}

fn is_key(text: &str) -> bool {
    let (prefix, name) = text.split_once('/').unwrap_or(("x", text));
    !name.is_empty() && is_value(name) && !prefix.is_empty() && prefix.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'))
}

/// Labels or annotations of an object. A value that is no string is taken as it is written, and a fault: the API server refuses it.
pub fn labels(node: &Node, faults: &mut Faults) -> Labels {
    if !node.is_unset() && node.shape() != Shape::Map {
        faults.mismatch(node, "labels", "a map of strings");
    }
    let text = |(key, value): (String, Node)| {
        if value.text().is_none() && !value.is_unset() {
            faults.mismatch(&value, &key, "a string; write numbers and booleans in quotes");
        }
        (key, value.written().filter(|_| !value.is_unset()).unwrap_or_default().to_owned())
    };
    node.entries().into_iter().map(text).collect()
}
