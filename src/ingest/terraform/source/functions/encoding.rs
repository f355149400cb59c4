//! Functions that read and write JSON, YAML and base64.

use crate::ingest::terraform::source::symbolic::{Invalid, Outcome, Symbolic};
use base64::Engine;
use base64::prelude::BASE64_STANDARD as STANDARD;
use serde_json::Value as Json;

pub(super) fn call(name: &str, arguments: &[Symbolic]) -> Option<Outcome> {
    let [value] = arguments else { return None };
    Some(match name {
        "jsonencode" => json(value).map(|json| Symbolic::text(escaped(&json.to_string()))),
        "jsondecode" => text(value)
            .and_then(|text| serde_json::from_str(&text).map_err(|_| Invalid))
            .map(|json| symbolic(&json)),
        "yamldecode" => text(value)
            .and_then(|text| serde_saphyr::from_str::<Json>(&text).map_err(|_| Invalid))
            .map(|json| symbolic(&json)),
        "base64encode" => text(value).map(|text| Symbolic::text(encode(text.as_bytes()))),
        "base64decode" => text(value)
            .and_then(|text| decode(&text))
            .map(Symbolic::text),
        _ => return None,
    })
}

fn text(value: &Symbolic) -> Result<std::rc::Rc<str>, Invalid> {
    value.string().ok_or(Invalid)
}

fn json(value: &Symbolic) -> Result<Json, Invalid> {
    Ok(match value {
        Symbolic::Null => Json::Null,
        Symbolic::Bool(value) => Json::Bool(*value),
        Symbolic::Number(number) => match value.integer() {
            Some(whole) => Json::from(whole),
            None => Json::from(*number),
        },
        Symbolic::Text(text) => Json::from(&**text),
        Symbolic::List(items) | Symbolic::Set(items) => {
            Json::Array(items.iter().map(json).collect::<Result<_, _>>()?)
        }
        Symbolic::Map(fields) => Json::Object(
            fields
                .iter()
                .map(|(key, value)| Ok((key.clone(), json(value)?)))
                .collect::<Result<_, Invalid>>()?,
        ),
        Symbolic::Attribute(_)
        | Symbolic::Resource(_)
        | Symbolic::Module(_)
        | Symbolic::Unknown(_) => return Err(Invalid),
    })
}

/// Terraform writes these characters as escapes (terraform docs, "jsonencode Function").
fn escaped(json: &str) -> String {
    json.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
}

fn symbolic(json: &Json) -> Symbolic {
    match json {
        Json::Null => Symbolic::Null,
        Json::Bool(value) => Symbolic::Bool(*value),
        Json::Number(number) => number
            .as_f64()
            .map_or_else(Symbolic::unknown, Symbolic::Number),
        Json::String(text) => Symbolic::text(text.as_str()),
        Json::Array(items) => Symbolic::list(items.iter().map(symbolic).collect()),
        Json::Object(fields) => Symbolic::map(
            fields
                .iter()
                .map(|(key, value)| (key.clone(), symbolic(value)))
                .collect(),
        ),
    }
}

fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Terraform refuses what is no UTF-8 (terraform docs, "base64decode Function").
fn decode(text: &str) -> Result<String, Invalid> {
    let bytes = STANDARD.decode(text).map_err(|_| Invalid)?;
    String::from_utf8(bytes).map_err(|_| Invalid)
}
