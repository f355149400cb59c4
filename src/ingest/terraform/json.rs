//! JSON of plans and states as [`Value`]s, with what is known only after apply laid over.

use super::value::Value;
use indexmap::IndexMap;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::fmt;

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(whole(value.unsigned_abs(), value.to_string()).map_or_else(
            |text| text,
            |number| Value::Number(number.copysign(sign(value))),
        ))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(whole(value, value.to_string()).map_or_else(|text| text, Value::Number))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Number(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut out = Vec::new();
        while let Some(item) = items.next_element()? {
            out.push(item);
        }
        Ok(Value::List(out))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut out = IndexMap::new();
        while let Some((key, value)) = entries.next_entry::<String, Value>()? {
            out.insert(key, value);
        }
        Ok(Value::Map(out))
    }
}

/// A whole number that a double holds exactly, else its digits as a text: no value is changed.
fn whole(magnitude: u64, digits: String) -> Result<f64, Value> {
    #[expect(clippy::cast_precision_loss, reason = "2^53 and below are exact")]
    if magnitude <= 1 << 53 {
        Ok(magnitude as f64)
    } else {
        Err(Value::Text(digits))
    }
}

fn sign(value: i64) -> f64 {
    if value < 0 { -1.0 } else { 1.0 }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

/// Lays `after_unknown` over `after`: it mirrors its shape, with `true` where a value is known only after apply
/// (terraform `internal/command/jsonplan/plan.go`).
pub fn overlay(value: &mut Value, unknown: &Value) {
    match unknown {
        Value::Bool(true) => *value = Value::Unknown,
        Value::Map(entries) => {
            for (key, inner) in entries {
                if holds_true(inner) {
                    overlay(entry(value, key), inner);
                }
            }
        }
        Value::List(items) if items.iter().any(holds_true) => {
            let own = elements(value, items.len());
            for (own, inner) in own
                .iter_mut()
                .zip(items)
                .filter(|(_, inner)| holds_true(inner))
            {
                overlay(own, inner);
            }
        }
        _ => {}
    }
}

fn holds_true(unknown: &Value) -> bool {
    match unknown {
        Value::Bool(value) => *value,
        Value::List(items) => items.iter().any(holds_true),
        Value::Map(entries) => entries.values().any(holds_true),
        _ => false,
    }
}

fn entry<'v>(value: &'v mut Value, key: &str) -> &'v mut Value {
    if !matches!(value, Value::Map(_)) {
        *value = Value::Map(IndexMap::new());
    }
    match value {
        Value::Map(map) => map.entry(key.to_owned()).or_default(),
        other => other,
    }
}

/// The elements of a list, made long enough.
fn elements(value: &mut Value, length: usize) -> &mut [Value] {
    if !matches!(value, Value::List(_)) {
        *value = Value::List(Vec::new());
    }
    match value {
        Value::List(items) => {
            items.resize(length.max(items.len()), Value::Null);
            items
        }
        _ => &mut [],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn unknown_leaves_replace_what_stands_there() {
        let mut value = json(
            r#"{"a": "x", "route": [{"cidr": "10.0.0.0/8"}, {"cidr": "10.1.0.0/16"}], "list": [null, "y"]}"#,
        );
        overlay(
            &mut value,
            &json(
                r#"{"id": true, "route": [{"pcx": true}, {}], "list": [true, false], "timeouts": {}, "b": {"c": [true]}}"#,
            ),
        );
        assert_eq!(value.get("id"), &Value::Unknown);
        assert_eq!(value.get("a"), &Value::Text("x".into()));
        assert_eq!(value.get("route.pcx"), &Value::Unknown);
        assert_eq!(value.get("route.cidr"), &Value::Text("10.0.0.0/8".into()));
        assert_eq!(
            value.get("list"),
            &Value::List(vec![Value::Unknown, Value::Text("y".into())])
        );
        assert_eq!(value.get("timeouts"), &Value::Null);
        assert_eq!(value.get("b.c"), &Value::List(vec![Value::Unknown]));
    }

    #[test]
    fn numbers_keep_their_value() {
        assert_eq!(json("-1"), Value::Number(-1.0));
        assert_eq!(
            json("9007199254740993"),
            Value::Text("9007199254740993".into())
        );
        assert_eq!(
            json("-9223372036854775808"),
            Value::Text("-9223372036854775808".into())
        );
    }
}
