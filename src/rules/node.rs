//! A part of a rule file whose shape depends on the facts that the rule selects, with the place of every key and value.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;
use std::fmt;

/// YAML as it is written, not yet checked.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// Nothing, or `null`.
    Nothing,
    /// `true` or `false`.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// Any other scalar.
    Text(String),
    /// A list.
    List(Vec<Spanned<Node>>),
    /// A map, in order.
    Map(Vec<(Spanned<String>, Spanned<Node>)>),
}

impl Node {
    /// It as YAML on one line, for people.
    pub fn written(&self) -> String {
        match self {
            Node::Nothing => "~".to_owned(),
            Node::Flag(flag) => flag.to_string(),
            Node::Number(number) => number.to_string(),
            Node::Text(text) => text.clone(),
            Node::List(parts) => {
                let parts: Vec<String> = parts.iter().map(|one| one.value.written()).collect();
                format!("[{}]", parts.join(", "))
            }
            Node::Map(parts) => {
                let part = |(key, value): &(Spanned<String>, Spanned<Node>)| {
                    format!("{}: {}", key.value, value.value.written())
                };
                let parts: Vec<String> = parts.iter().map(part).collect();
                format!("{{{}}}", parts.join(", "))
            }
        }
    }

    /// What it is, for a sentence about it.
    pub fn name(&self) -> String {
        match self {
            Node::Nothing => "nothing".to_owned(),
            Node::Flag(flag) => format!("`{flag}`"),
            Node::Number(number) => format!("`{number}`"),
            Node::Text(text) => format!("`{text}`"),
            Node::List(_) => "a list".to_owned(),
            Node::Map(_) => "a map".to_owned(),
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyNode)
    }
}

struct AnyNode;

impl<'de> Visitor<'de> for AnyNode {
    type Value = Node;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a value")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Node, E> {
        Ok(Node::Flag(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Node, E> {
        Ok(Node::Number(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Node, E> {
        Ok(i64::try_from(number).map_or_else(|_| Node::Text(number.to_string()), Node::Number))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Node, E> {
        Ok(Node::Text(number.to_string()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Nothing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let mut out = Vec::new();
        while let Some(one) = list.next_element()? {
            out.push(one);
        }
        Ok(Node::List(out))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut out = Vec::new();
        while let Some(one) = map.next_entry()? {
            out.push(one);
        }
        Ok(Node::Map(out))
    }
}
