//! Functions that read and write JSON, YAML and base64.

use crate::ingest::terraform::source::symbolic::{Invalid, Outcome, Symbolic};
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

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn encode(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let number = chunk
            .iter()
            .chain([&0; 2])
            .take(3)
            .fold(0usize, |number, byte| number << 8 | usize::from(*byte));
        for n in 0..4 {
            let letter = LETTERS
                .get(number >> (18 - 6 * n) & 63)
                .filter(|_| n <= chunk.len());
            out.push(letter.map_or('=', |letter| char::from(*letter)));
        }
    }
    out
}

fn decode(text: &str) -> Result<String, Invalid> {
    let mut out = Vec::new();
    if !text.len().is_multiple_of(4) {
        return Err(Invalid);
    }
    for chunk in text.trim_end_matches('=').as_bytes().chunks(4) {
        let digit = |byte: &u8| {
            LETTERS
                .iter()
                .position(|letter| letter == byte)
                .ok_or(Invalid)
        };
        let number = chunk
            .iter()
            .try_fold(0usize, |number, byte| Ok(number << 6 | digit(byte)?))?
            << (6 * (4 - chunk.len()));
        let bytes = [number >> 16 & 255, number >> 8 & 255, number & 255];
        out.extend(
            bytes
                .iter()
                .take(chunk.len() - 1)
                .filter_map(|byte| u8::try_from(*byte).ok()),
        );
    }
    String::from_utf8(out).map_err(|_| Invalid)
}
