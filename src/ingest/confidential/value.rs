//! Sensitive values, taken apart into what may be printed of them.

use crate::ingest::aws::decoded_base64;
use crate::ingest::yaml;
use crate::model::{AddressSet, Confidential};
use serde_json::Value;
use std::sync::Arc;

/// Deepest encoding inside of an encoding that is opened.
const DEPTH: usize = 3;
/// Characters of the shortest part of a longer text that is sensitive by itself.
const PART: usize = 6;

/// Adds what `mask` marks in `value`: it mirrors its shape, with `true` where all below is sensitive.
pub fn marked(value: &Value, mask: &Value, out: &mut Confidential) {
    match (mask, value) {
        (Value::Bool(true), value) => everything(value, out),
        (Value::Object(masks), Value::Object(values)) => {
            for (key, mask) in masks {
                if let Some(value) = values.get(key) {
                    marked(value, mask, out);
                }
            }
        }
        (Value::Array(masks), Value::Array(values)) => {
            for (mask, value) in masks.iter().zip(values) {
                marked(value, mask, out);
            }
        }
        _ => {}
    }
}

/// Adds all leaves of a value. Keys that are no names of attributes, as of labels, are values too.
pub fn everything(value: &Value, out: &mut Confidential) {
    match value {
        Value::String(own) => text(own, DEPTH, out),
        Value::Number(number) => number
            .as_u64()
            .into_iter()
            .for_each(|own| out.add_number(own)),
        Value::Array(items) => items.iter().for_each(|item| everything(item, out)),
        Value::Object(entries) => {
            for (key, value) in entries {
                if key.contains(|c: char| !c.is_ascii_lowercase() && c != '_') {
                    out.add_text(key);
                }
                everything(value, out);
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

/// Adds a text, and what is in it: of a document its values, of an encoded text the text, of others the blocks and long words.
pub fn text(own: &str, depth: usize, out: &mut Confidential) {
    let own = own.trim();
    if matches!(own, "true" | "false" | "null") {
        return;
    }
    out.add_text(own);
    if depth == 0 {
        return;
    }
    if let Some(inner) = decoded_base64(own).filter(|_| own.len() > 15) {
        text(&inner, depth - 1, out);
    }
    match document(own) {
        Some(values) => parts(&values, depth - 1, out),
        None => words(own, out),
    }
}

/// The values of a text that is a document in JSON or YAML.
fn document(text: &str) -> Option<Vec<Value>> {
    if text.starts_with(['{', '[']) {
        return serde_json::from_str(text).ok().map(|value| vec![value]);
    }
    if !text.contains('\n') || !text.contains(':') {
        return None;
    }
    let documents = yaml::read(&Arc::from(""), text);
    let values: Option<Vec<Value>> = documents
        .iter()
        .map(|document| document.content.as_ref().ok().map(yaml::Node::json))
        .collect();
    values.filter(|values| values.iter().any(Value::is_object))
}

fn parts(values: &[Value], depth: usize, out: &mut Confidential) {
    for value in values {
        match value {
            Value::String(own) if own.chars().count() >= PART && !is_term(own) => {
                text(own, depth, out)
            }
            Value::String(own) => block(own, out),
            Value::Number(number) => number
                .as_u64()
                .into_iter()
                .for_each(|own| out.add_number(own)),
            Value::Array(items) => parts(items, depth, out),
            Value::Object(entries) => {
                parts(&entries.values().cloned().collect::<Vec<_>>(), depth, out)
            }
            Value::Null | Value::Bool(_) => {}
        }
    }
}

/// Whether a word is one of an interface's own, as `ClusterIP`, `NetworkPolicy`.
fn is_term(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_uppercase())
        && word.chars().all(|c| c.is_ascii_alphabetic())
        && word.chars().any(|c| c.is_ascii_lowercase())
}

fn block(text: &str, out: &mut Confidential) {
    if AddressSet::parse(text).is_ok() {
        out.add_text(text);
    }
}

/// Adds what of a text without shape is a block, or a word that no language has.
fn words(text: &str, out: &mut Confidential) {
    let joins = |c: char| c.is_alphanumeric() || "._:/-+".contains(c);
    for word in text
        .split(|c| !joins(c))
        .filter(|word| word.len() < text.len())
    {
        block(word, out);
        let odd = |c: char| c.is_ascii_digit() || c.is_ascii_uppercase() || c == '_';
        if word.chars().count() >= PART + 2 && word.contains(odd) && !is_term(word) {
            out.add_text(word);
        }
    }
}
