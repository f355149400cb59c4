//! Functions that read and write JSON, YAML and Base64.

use super::strings::known;
use super::{Family, all};
use crate::ingest::terraform::source::symbolic::{
    Budget, Failure, Invalid, Outcome, Symbolic, Writer,
};
use base64::Engine;
use base64::prelude::BASE64_STANDARD as STANDARD;
use serde_json::Value as Json;

pub(super) const FUNCTIONS: Family = &[
    all("jsonencode", |budget, arguments| match arguments {
        [value] => {
            let mut out = budget.writer();
            write_json(value, &mut out)?;
            Ok(out.text())
        }
        _ => Err(Invalid),
    }),
    all("jsondecode", |budget, texts| {
        let [text] = known(texts)?;
        parsing(budget, &text)?;
        read(budget, &serde_json::from_str(&text).map_err(|_| Invalid)?)
    }),
    all("yamldecode", |budget, texts| {
        let [text] = known(texts)?;
        parsing(budget, &text)?;
        read(budget, &yaml(&text)?)
    }),
    all("base64encode", |budget, texts| {
        let [text] = known(texts)?;
        budget.hold(0, text.len() / 3 * 4)?;
        budget.text(&STANDARD.encode(text.as_bytes()))
    }),
    all("base64decode", |budget, texts| {
        let [text] = known(texts)?;
        budget.hold(0, text.len())?;
        // Terraform refuses what is no UTF-8 (terraform docs, "base64decode Function").
        let bytes = STANDARD.decode(text.as_bytes()).map_err(|_| Invalid)?;
        budget.text(&String::from_utf8(bytes).map_err(|_| Invalid)?)
    }),
];

/// Bytes that a parsed document may take for each byte of its text.
const PARSED: usize = 24;
/// Most events that the aliases of one document may add.
const ALIASED: usize = 20_000;

/// Charges for the tree that a parser makes.
fn parsing(budget: &Budget, text: &str) -> Result<(), Failure> {
    let aliased = if text.contains('*') { ALIASED } else { 0 };
    budget.visit(aliased)?;
    budget.hold(text.len() / 8, PARSED * 8)?;
    budget.hold(aliased, PARSED * 8)
}

fn yaml(text: &str) -> Result<Json, Failure> {
    let options = serde_saphyr::options! {
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: ALIASED,
        },
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|_| Invalid)
}

fn write_json(value: &Symbolic, out: &mut Writer<'_>) -> Result<(), Failure> {
    match value {
        Symbolic::Null => out.push("null"),
        Symbolic::Bool(value) => out.push(if *value { "true" } else { "false" }),
        Symbolic::Number(number) => match value.integer() {
            Some(whole) => out.push(&whole.to_string()),
            None => out.push(&Json::from(*number).to_string()),
        },
        Symbolic::Text(text) => write_text(text, out),
        Symbolic::List(items) | Symbolic::Set(items) => {
            out.push("[")?;
            for (n, item) in items.iter().enumerate() {
                out.push(if n > 0 { "," } else { "" })?;
                write_json(item, out)?;
            }
            out.push("]")
        }
        Symbolic::Map(fields) => {
            out.push("{")?;
            for (n, (name, value)) in fields.iter().enumerate() {
                out.push(if n > 0 { "," } else { "" })?;
                write_text(name, out)?;
                out.push(":")?;
                write_json(value, out)?;
            }
            out.push("}")
        }
        Symbolic::Attribute(_)
        | Symbolic::Resource(_)
        | Symbolic::Module(_)
        | Symbolic::Unknown(_) => Err(Invalid),
    }
}

/// A text of JSON. Terraform also escapes what means something in HTML (terraform docs, "jsonencode Function").
fn write_text(text: &str, out: &mut Writer<'_>) -> Result<(), Failure> {
    out.push("\"")?;
    let mut plain = 0;
    for (at, c) in text.char_indices() {
        let escape = match c {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '\u{8}' => "\\b",
            '\u{c}' => "\\f",
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => "",
            _ => continue,
        };
        out.push(text.get(plain..at).unwrap_or_default())?;
        plain = at + c.len_utf8();
        if escape.is_empty() {
            out.push(&format!("\\u{:04x}", u32::from(c)))?;
        } else {
            out.push(escape)?;
        }
    }
    out.push(text.get(plain..).unwrap_or_default())?;
    out.push("\"")
}

fn read(budget: &Budget, json: &Json) -> Outcome {
    match json {
        Json::Null => Ok(Symbolic::Null),
        Json::Bool(value) => Ok(Symbolic::Bool(*value)),
        Json::Number(number) => Ok(number
            .as_f64()
            .map_or_else(Symbolic::unknown, Symbolic::Number)),
        Json::String(text) => budget.text(text),
        Json::Array(items) => budget.try_list(items.iter().map(|item| read(budget, item))),
        Json::Object(fields) => budget.try_map(
            fields
                .iter()
                .map(|(key, value)| Ok((key, read(budget, value)?))),
        ),
    }
}
