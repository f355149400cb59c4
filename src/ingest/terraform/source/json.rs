//! Configuration in JSON (terraform docs, "JSON Configuration Syntax"), written out in the native syntax that means the same, so
//! that everything behind it knows one language. Strings are templates; `"//"` is a comment.
//!
//! Which members of a block are nested blocks, JSON does not tell without the provider's schema: all of them become attributes,
//! but for `dynamic`, which is always one, and what is planned decides.

use super::fault::refused;
use crate::ingest::yaml::{self, Node, Shape};
use crate::ingest::{InputError, json_fault};
use crate::model::Place;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The same configuration in native syntax.
#[derive(Debug, Default)]
pub(super) struct Native {
    pub text: String,
    /// Places in the JSON of what begins at a position of the text, in bytes: of a member's name, or a block's last label.
    pub places: BTreeMap<usize, Place>,
}

/// Kinds of block and how many labels each has. Others say nothing about resources.
const LABELS: &[(&str, usize)] = &[
    ("resource", 2),
    ("data", 2),
    ("module", 1),
    ("variable", 1),
    ("output", 1),
    ("locals", 0),
];

/// Deepest nesting that is read.
const DEPTH: usize = 64;

/// Writes out a file.
pub(super) fn native(path: &Arc<str>, text: &str) -> Result<Native, InputError> {
    if let Err(wrong) = serde_json::from_str::<serde::de::IgnoredAny>(text) {
        let line = u32::try_from(wrong.line()).unwrap_or_default();
        let column = u32::try_from(wrong.column()).unwrap_or_default();
        let message = format!(
            "{}; this file is left out: run `terraform validate` and correct it",
            json_fault(&wrong)
        );
        return Err(InputError {
            line,
            column,
            ..refused(path, message)
        });
    }
    let mut out = Native::default();
    for document in yaml::read(path, text) {
        let content = document.content.map_err(|unread| unread.error)?;
        for (kind, node) in content.entries() {
            if let Some((_, labels)) = LABELS.iter().find(|(own, _)| *own == kind) {
                out.blocks(&kind, *labels, &mut Vec::new(), &node);
            }
        }
    }
    Ok(out)
}

/// One node, or each of a list of them: JSON allows both where a block may be repeated.
fn each(node: &Node) -> Vec<Node> {
    if node.shape() == Shape::List {
        node.items()
    } else {
        vec![node.clone()]
    }
}

impl Native {
    /// The place of what begins last before a position of the text.
    pub fn before(&self, offset: usize) -> Option<&Place> {
        self.places
            .range(..=offset)
            .next_back()
            .map(|(_, place)| place)
    }

    /// Blocks below the labels that are still to come.
    fn blocks(&mut self, kind: &str, labels: usize, named: &mut Vec<String>, node: &Node) {
        for node in each(node) {
            if labels == 0 {
                self.block(
                    kind,
                    named,
                    &node,
                    if kind == "variable" { raw_type } else { never },
                );
                continue;
            }
            for (label, inner) in node
                .entries()
                .into_iter()
                .filter(|(label, _)| label != "//")
            {
                named.push(label);
                self.blocks(kind, labels - 1, named, &inner);
                named.pop();
            }
        }
    }

    fn block(&mut self, kind: &str, labels: &[String], node: &Node, raw: fn(&str) -> bool) {
        self.places.insert(self.text.len(), node.key_place());
        self.text.push_str(kind);
        for label in labels {
            self.text.push(' ');
            self.literal(label);
        }
        self.text.push_str(" {\n");
        for (name, value) in node.entries() {
            match name.as_str() {
                "//" => {}
                "dynamic" => each(&value).iter().for_each(|value| self.dynamic(value)),
                _ if !is_name(&name) => {}
                _ => self.attribute(&name, &value, raw(&name)),
            }
        }
        self.text.push_str("}\n");
    }

    /// `dynamic` blocks, by the name of what they make.
    fn dynamic(&mut self, node: &Node) {
        for (label, inner) in node.entries() {
            for one in each(&inner) {
                self.places.insert(self.text.len(), one.key_place());
                self.text.push_str("dynamic ");
                self.literal(&label);
                self.text.push_str(" {\n");
                for (name, value) in one.entries() {
                    match name.as_str() {
                        "content" => self.block("content", &[], &value, never),
                        "for_each" => self.attribute(&name, &value, false),
                        // The name of a variable, and no template.
                        "iterator" => self.attribute(&name, &value, true),
                        _ => {}
                    }
                }
                self.text.push_str("}\n");
            }
        }
    }

    fn attribute(&mut self, name: &str, value: &Node, raw: bool) {
        self.places.insert(self.text.len(), value.key_place());
        self.text.push_str(name);
        self.text.push_str(" = ");
        match value.text() {
            Some(expression) if raw => self.text.push_str(&expression.replace(['\n', '\r'], " ")),
            _ => self.value(value, 0),
        }
        self.text.push('\n');
    }

    fn value(&mut self, node: &Node, depth: usize) {
        match node.shape() {
            _ if depth > DEPTH => self.text.push_str("null"),
            Shape::List => {
                self.text.push('[');
                for item in node.items() {
                    self.value(&item, depth + 1);
                    self.text.push_str(", ");
                }
                self.text.push(']');
            }
            Shape::Map => {
                self.text.push('{');
                for (key, value) in node.entries() {
                    self.template(&key);
                    self.text.push_str(" = ");
                    self.value(&value, depth + 1);
                    self.text.push_str(", ");
                }
                self.text.push('}');
            }
            _ => match node.text() {
                Some(text) => self.template(text),
                None => self.text.push_str(
                    node.written()
                        .filter(|written| !written.is_empty())
                        .unwrap_or("null"),
                ),
            },
        }
    }

    /// A string without interpolation.
    fn literal(&mut self, text: &str) {
        self.text.push('"');
        text.chars().for_each(|c| self.character(c));
        self.text.push('"');
    }

    /// A string as a template: what stands in `${…}` and `%{…}` is an expression as it is, the rest is quoted.
    fn template(&mut self, text: &str) {
        self.text.push('"');
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let escaped = ["$${", "%%{"]
                .into_iter()
                .find(|mark| rest.starts_with(mark));
            let opens = ["${", "%{"].into_iter().find(|mark| rest.starts_with(mark));
            let length = match (escaped, opens, opens.and_then(|_| closing(rest))) {
                (Some(mark), ..) => {
                    self.text.push_str(mark);
                    mark.len()
                }
                (None, Some(_), Some(end)) => {
                    self.text.push_str(
                        &rest
                            .get(..end)
                            .unwrap_or_default()
                            .replace(['\n', '\r'], " "),
                    );
                    end
                }
                // One that nothing closes is text.
                (None, Some(mark), None) => {
                    self.text.push(c);
                    self.text.push_str(mark);
                    mark.len()
                }
                (None, None, _) => {
                    self.character(c);
                    c.len_utf8()
                }
            };
            rest = rest.get(length..).unwrap_or_default();
        }
        self.text.push('"');
    }

    fn character(&mut self, c: char) {
        match c {
            '"' => self.text.push_str("\\\""),
            '\\' => self.text.push_str("\\\\"),
            '\n' => self.text.push_str("\\n"),
            '\r' => self.text.push_str("\\r"),
            '\t' => self.text.push_str("\\t"),
            other => self.text.push(other),
        }
    }
}

/// Where an interpolation that the text begins with ends, in bytes: behind the brace that closes it, those in strings not counted.
fn closing(text: &str) -> Option<usize> {
    // For each thing that is open, whether it is a string.
    let mut open = vec![false];
    let mut before = ' ';
    for (at, c) in text.char_indices().skip(2) {
        let quoted = open.last().copied().unwrap_or_default();
        match c {
            '"' if quoted && before != '\\' => _ = open.pop(),
            '"' if !quoted => open.push(true),
            '{' if !quoted || before == '$' || before == '%' => open.push(false),
            '}' if !quoted => _ = open.pop(),
            _ => {}
        }
        if open.is_empty() {
            return Some(at + c.len_utf8());
        }
        before = if before == '\\' && c == '\\' { ' ' } else { c };
    }
    None
}

fn never(_: &str) -> bool {
    false
}

/// Whether a member of a variable is an expression as it is: its type.
fn raw_type(name: &str) -> bool {
    name == "type"
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

#[cfg(test)]
mod tests;
