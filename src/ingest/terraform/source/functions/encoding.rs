//! Functions that read and write JSON, YAML and Base64.

use super::strings::known;
use super::{Family, all};
use crate::ingest::terraform::resource::MARK;
use crate::ingest::terraform::source::symbolic::{
    Budget, Draft, Drafter, Failure, Invalid, Outcome, Piece, Symbolic, Text, Writer,
};
use base64::Engine;
use base64::prelude::BASE64_STANDARD as STANDARD;
use serde_json::Value as Json;

/// Functions that keep what is known of a document of which parts are not.
pub(super) const FUNCTIONS: Family = &[
    all("base64encode", |budget, texts| {
        if texts.iter().any(|text| !text.is_known()) {
            return turned(budget, texts, true);
        }
        let [text] = known(texts)?;
        budget.hold(0, text.len() / 3 * 4)?;
        budget.text(&STANDARD.encode(text.as_bytes()))
    }),
    all("base64decode", |budget, texts| {
        if texts.iter().any(|text| !text.is_known()) {
            return turned(budget, texts, false);
        }
        let [text] = known(texts)?;
        budget.hold(0, text.len())?;
        // Terraform refuses what is no UTF-8 (terraform docs, "base64decode Function").
        let bytes = STANDARD.decode(text.as_bytes()).map_err(|_| Invalid)?;
        budget.text(&String::from_utf8(bytes).map_err(|_| Invalid)?)
    }),
    all("jsonencode", |budget, arguments| match arguments {
        [value] => {
            let mut out = budget.drafter();
            write_json(value, &mut out)?;
            Ok(out.text())
        }
        _ => Err(Invalid),
    }),
    // Written as JSON, which means the same: the text itself is not known.
    all("yamlencode", |budget, arguments| match arguments {
        [value] => {
            let mut out = budget.drafter();
            write_json(value, &mut out)?;
            Ok(out.meaning())
        }
        _ => Err(Invalid),
    }),
    all("jsondecode", |budget, texts| {
        decode(budget, texts, |text| {
            serde_json::from_str(text).map_err(|_| Invalid)
        })
    }),
    all("yamldecode", |budget, texts| decode(budget, texts, yaml)),
];

fn turned(budget: &Budget, texts: &[Symbolic], base64: bool) -> Outcome {
    let turned = match texts {
        [Symbolic::Draft(draft)] => budget.base64(draft, base64)?,
        _ => None,
    };
    Ok(turned.unwrap_or_else(|| budget.some_of(texts)))
}

/// Reads a document. What is not known of it is put back where its marker stands.
fn decode(
    budget: &Budget,
    texts: &[Symbolic],
    parse: impl FnOnce(&str) -> Result<Json, Failure>,
) -> Outcome {
    let (text, open) = match texts {
        [Symbolic::Draft(draft)] if !draft.is_base64() => marked(budget, draft)?,
        [value] if !value.is_known() => return Ok(budget.some_of(texts)),
        [value] => (value.string().ok_or(Invalid)?, Vec::new()),
        _ => return Err(Invalid),
    };
    let any = texts.first().filter(|value| !value.is_known());
    parsing(budget, &text)?;
    match (parse(&text), any) {
        (Ok(json), _) => read(budget, &json, &open),
        (Err(_), Some(any)) => Ok(budget.some_of([any])),
        (Err(failure), None) => Err(failure),
    }
}

/// The text of a draft with a marker for each part that is not known, and these parts.
fn marked<'d>(budget: &Budget, draft: &'d Draft) -> Result<(Text, Vec<&'d Symbolic>), Failure> {
    let mut out = budget.writer();
    let mut open = Vec::new();
    for piece in draft.pieces() {
        match piece {
            Piece::Known(text) => out.push(text)?,
            Piece::Open { value, .. } => {
                out.push(&format!("{MARK}{}{MARK}", open.len()))?;
                open.push(value);
            }
        }
    }
    Ok((out.text().string().ok_or(Invalid)?, open))
}

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

fn write_json(value: &Symbolic, out: &mut Drafter<'_>) -> Result<(), Failure> {
    match value {
        Symbolic::Null => out.push("null"),
        Symbolic::Bool(value) => out.push(if *value { "true" } else { "false" }),
        Symbolic::Number(number) => match value.integer() {
            Some(whole) => out.push(&whole.to_string()),
            None => out.push(&Json::from(*number).to_string()),
        },
        Symbolic::Text(text) => quoted(out, |out| write_text(text, out.writer())),
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
                quoted(out, |out| write_text(name, out.writer()))?;
                out.push(":")?;
                write_json(value, out)?;
            }
            out.push("}")
        }
        Symbolic::Draft(draft) if !draft.is_base64() => quoted(out, |out| {
            for piece in draft.pieces() {
                match piece {
                    Piece::Known(text) => write_text(text, out.writer())?,
                    Piece::Open { value, .. } => out.open(value, true)?,
                }
            }
            Ok(())
        }),
        // In quotes, whatever it will be: so the document can be read around it.
        Symbolic::Draft(_)
        | Symbolic::Attribute(_)
        | Symbolic::Resource(_)
        | Symbolic::Module(_)
        | Symbolic::Unknown(_) => quoted(out, |out| out.open(value, true)),
    }
}

fn quoted<'b>(
    out: &mut Drafter<'b>,
    inner: impl FnOnce(&mut Drafter<'b>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    out.push("\"")?;
    inner(out)?;
    out.push("\"")
}

/// The inside of a text of JSON. Terraform also escapes what means something in HTML (terraform docs, "jsonencode Function").
fn write_text(text: &str, out: &mut Writer<'_>) -> Result<(), Failure> {
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
    out.push(text.get(plain..).unwrap_or_default())
}

fn read(budget: &Budget, json: &Json, open: &[&Symbolic]) -> Outcome {
    match json {
        Json::Null => Ok(Symbolic::Null),
        Json::Bool(value) => Ok(Symbolic::Bool(*value)),
        Json::Number(number) => Ok(number
            .as_f64()
            .map_or_else(Symbolic::unknown, Symbolic::Number)),
        Json::String(text) => read_text(budget, text, open),
        Json::Array(items) => budget.try_list(items.iter().map(|item| read(budget, item, open))),
        Json::Object(fields) => {
            if !open.is_empty() && fields.keys().any(|key| key.contains(MARK)) {
                return Ok(budget.some_of(open.iter().copied()));
            }
            let fields = fields.iter();
            budget.try_map(fields.map(|(key, value)| Ok((key, read(budget, value, open)?))))
        }
    }
}

/// A text with the values in place of their markers; one that is only a marker is the value.
fn read_text(budget: &Budget, text: &str, open: &[&Symbolic]) -> Outcome {
    if open.is_empty() || !text.contains(MARK) {
        return budget.text(text);
    }
    let mut out = budget.drafter();
    for (n, part) in text.split(MARK).enumerate() {
        if n % 2 == 0 {
            out.push(part)?;
            continue;
        }
        let value = part.parse().ok().and_then(|at: usize| open.get(at));
        let value = value.ok_or(Invalid)?;
        if text.len() == part.len() + 2 * MARK.len_utf8() {
            return Ok((*value).clone());
        }
        out.value(value)?;
    }
    Ok(out.text())
}
