//! JSON of plans and states as [`Value`]s, with what is known only after apply laid over.

use super::resource::{Members, Value};
use rustc_hash::FxHashSet;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

/// Names of members that were met: each is held once for all resources.
#[derive(Debug, Default)]
pub struct Names(RefCell<FxHashSet<Arc<str>>>);

impl Names {
    fn share(&self, name: &str) -> Arc<str> {
        let mut known = self.0.borrow_mut();
        if let Some(found) = known.get(name) {
            return Arc::clone(found);
        }
        let new: Arc<str> = name.into();
        known.insert(Arc::clone(&new));
        new
    }

    /// Reads a value.
    ///
    /// # Errors
    /// What is no JSON.
    pub fn value(&self, json: &str) -> Result<Value, serde_json::Error> {
        let mut deserializer = serde_json::Deserializer::from_str(json);
        let value = AnyValue(self).deserialize(&mut deserializer)?;
        deserializer.end().map(|()| value)
    }
}

#[derive(Clone, Copy)]
struct AnyValue<'n>(&'n Names);

impl<'de> DeserializeSeed<'de> for AnyValue<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for AnyValue<'_> {
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
        Ok(match whole(value.unsigned_abs()) {
            Some(number) => Value::Number(number.copysign(sign(value))),
            None => Value::Text(value.to_string()),
        })
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(whole(value).map_or_else(|| Value::Text(value.to_string()), Value::Number))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Number(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut out = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            out.push(item);
        }
        Ok(Value::List(out))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut out = Members::default();
        while let Some(key) = entries.next_key_seed(Name(self.0))? {
            out.insert(key, entries.next_value_seed(self)?);
        }
        Ok(Value::Map(out))
    }
}

/// The name of a member.
struct Name<'n>(&'n Names);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = Arc<str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Arc<str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = Arc<str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a member")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Arc<str>, E> {
        Ok(self.0.share(name))
    }
}

/// A whole number that a double holds exactly; others stay as their digits, so that no value is changed.
fn whole(magnitude: u64) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "2^53 and below are exact")]
    (magnitude <= 1 << 53).then_some(magnitude as f64)
}

fn sign(value: i64) -> f64 {
    if value < 0 { -1.0 } else { 1.0 }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
        AnyValue(&Names::default()).deserialize(deserializer)
    }
}

/// `after_unknown` of a change: it mirrors the shape of `after`, with `true` where a value is known only after apply
/// (terraform `internal/command/jsonplan/plan.go`). What holds no `true` says nothing.
#[derive(Debug)]
pub enum Unknown<'t> {
    /// Known, or nothing that is known to anybody.
    Nothing,
    /// Known only after apply.
    All,
    /// In these members.
    Members(Vec<(Cow<'t, str>, Unknown<'t>)>),
    /// In these elements.
    Elements(Vec<Unknown<'t>>),
}

impl Unknown<'_> {
    /// Lays it over the values that it mirrors.
    pub fn overlay(&self, names: &Names, value: &mut Value) {
        match self {
            Unknown::Nothing => {}
            Unknown::All => *value = Value::Unknown,
            Unknown::Members(members) => {
                for (key, inner) in members {
                    inner.overlay(names, member(names, value, key));
                }
            }
            Unknown::Elements(items) => {
                let own = elements(value, items.len());
                for (own, inner) in own.iter_mut().zip(items) {
                    inner.overlay(names, own);
                }
            }
        }
    }
}

impl<'de> Deserialize<'de> for Unknown<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyUnknown)
    }
}

struct AnyUnknown;

impl<'de> Visitor<'de> for AnyUnknown {
    type Value = Unknown<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Unknown<'de>, E> {
        Ok(Unknown::Nothing)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Unknown<'de>, E> {
        Ok(if value {
            Unknown::All
        } else {
            Unknown::Nothing
        })
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Unknown<'de>, E> {
        Ok(Unknown::Nothing)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Unknown<'de>, E> {
        Ok(Unknown::Nothing)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Unknown<'de>, E> {
        Ok(Unknown::Nothing)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Unknown<'de>, E> {
        Ok(Unknown::Nothing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Unknown<'de>, A::Error> {
        let mut out = Vec::new();
        while let Some(item) = items.next_element()? {
            out.push(item);
        }
        let nothing = out.iter().all(|own| matches!(own, Unknown::Nothing));
        Ok(if nothing {
            Unknown::Nothing
        } else {
            Unknown::Elements(out)
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Unknown<'de>, A::Error> {
        let mut out: Vec<(Cow<'de, str>, Unknown<'de>)> = Vec::new();
        while let Some(Key(key)) = entries.next_key()? {
            match entries.next_value()? {
                Unknown::Nothing => {}
                inner => out.push((key, inner)),
            }
        }
        Ok(if out.is_empty() {
            Unknown::Nothing
        } else {
            Unknown::Members(out)
        })
    }
}

/// A name that is copied only where it holds escapes.
#[derive(serde::Deserialize)]
struct Key<'t>(#[serde(borrow)] Cow<'t, str>);

fn member<'v>(names: &Names, value: &'v mut Value, key: &str) -> &'v mut Value {
    if !matches!(value, Value::Map(_)) {
        *value = Value::Map(Members::default());
    }
    match value {
        Value::Map(map) => map.entry(names.share(key)).or_default(),
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
        let unknown: Unknown<'_> = serde_json::from_str(
            r#"{"id": true, "route": [{"pcx": true}, {}], "list": [true, false], "timeouts": {}, "b": {"c": [true]}}"#,
        )
        .unwrap();
        unknown.overlay(&Names::default(), &mut value);
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
