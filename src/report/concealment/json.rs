//! JSON documents: texts that are values, and ports of traffic. Keys, and values of closed lists, stay.

use super::{Concealment, HIDDEN};
use serde_json::Value;

/// Keys whose values are the program's own words.
const OWN: &[&str] = &[
    "$schema",
    "by",
    "certainty",
    "change",
    "code",
    "columnKind",
    "crosspeer/v1",
    "fingerprint",
    "hop",
    "id",
    "informationUri",
    "kind",
    "level",
    "precision",
    "primaryLocationLineHash",
    "rule",
    "ruleId",
    "schema",
    "security-severity",
    "semanticVersion",
    "severity",
    "verdict",
    "version",
];

/// The document without what nobody may read. What is no JSON stays as it is.
pub(super) fn conceal(concealment: &Concealment, text: &str) -> String {
    let (mut out, mut rest, mut key) = (String::with_capacity(text.len()), text, String::new());
    while let Some((before, from)) = rest.find('"').and_then(|at| rest.split_at_checked(at)) {
        out.push_str(before);
        let Some((literal, after)) = literal_end(from).and_then(|end| from.split_at_checked(end))
        else {
            rest = from;
            break;
        };
        rest = after;
        if rest.trim_start().starts_with(':') {
            out.push_str(literal);
            key = literal.trim_matches('"').to_owned();
            if key == "traffic" && concealment.numbers.has_numbers() {
                rest = traffic(concealment, rest, &mut out);
            }
        } else if OWN.contains(&key.as_str()) {
            out.push_str(literal);
        } else {
            out.push_str(&value(concealment, literal));
        }
    }
    out.push_str(rest);
    out
}

/// Length of the text literal that a text begins with.
fn literal_end(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            b'"' if !escaped => return Some(at + 1),
            _ => escaped = byte == b'\\' && !escaped,
        }
    }
    None
}

fn value(concealment: &Concealment, literal: &str) -> String {
    let text: Option<String> = serde_json::from_str(literal).ok();
    let hidden = text.as_deref().map(|text| (text, concealment.text(text)));
    match hidden {
        Some((text, hidden)) if hidden != text => {
            serde_json::to_string(&hidden).unwrap_or_default()
        }
        _ => literal.to_owned(),
    }
}

/// Writes the map of traffic that follows a key, its sensitive ports hidden; returns what comes after it.
fn traffic<'t>(concealment: &Concealment, after_key: &'t str, out: &mut String) -> &'t str {
    let mut values =
        serde_json::Deserializer::from_str(after_key.trim_start().trim_start_matches(':'))
            .into_iter::<Value>();
    let Some(Ok(mut traffic)) = values.next() else {
        return after_key;
    };
    let skipped = after_key.len() - after_key.trim_start().trim_start_matches(':').len();
    let end = skipped + values.byte_offset();
    let ranges = traffic
        .as_object_mut()
        .into_iter()
        .flat_map(|map| map.values_mut());
    for range in ranges.filter_map(Value::as_array_mut).flatten() {
        let sensitive = |bound: &Value| {
            bound
                .as_u64()
                .is_some_and(|bound| concealment.numbers.holds(bound))
        };
        if range
            .as_array()
            .is_some_and(|bounds| bounds.iter().any(sensitive))
        {
            *range = Value::from(HIDDEN);
        }
    }
    out.push_str(after_key.get(..skipped).unwrap_or_default());
    out.push_str(&traffic.to_string());
    after_key.get(end..).unwrap_or_default()
}
