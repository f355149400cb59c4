//! Attribute values as the JSON of Kubernetes objects.

use crate::ingest::terraform::resource::Value;
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Paths of what is known only after apply.
#[derive(Debug, Default)]
pub(super) struct Hidden(BTreeSet<String>);

impl Hidden {
    pub(super) fn add(&mut self, path: &str) {
        self.0.insert(path.to_owned());
    }

    /// Takes a path out; whether it was there.
    pub(super) fn remove(&mut self, path: &str) -> bool {
        self.0.remove(path)
    }

    /// The paths, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// The paths, ascending.
    pub(super) fn paths(self) -> Vec<String> {
        self.0.into_iter().collect()
    }
}

/// A value whose keys are those of the object already. None where all of it is hidden.
pub(super) fn verbatim(value: &Value, path: &str, hidden: &mut Hidden) -> Option<Json> {
    Some(match value {
        Value::Null => Json::Null,
        Value::Computed => return None,
        Value::Unknown | Value::Reference(_) | Value::Draft(_) => {
            hidden.add(path);
            return None;
        }
        Value::Bool(value) => Json::Bool(*value),
        Value::Number(number) => number_json(*number),
        Value::Text(text) => Json::String(text.clone()),
        Value::List(items) => Json::Array(
            items
                .iter()
                .filter_map(|item| verbatim(item, path, hidden))
                .collect(),
        ),
        Value::Map(map) => {
            let entry = |(name, inner): (&Arc<str>, &Value)| {
                Some((
                    name.to_string(),
                    verbatim(inner, &below(path, name), hidden)?,
                ))
            };
            Json::Object(map.iter().filter_map(entry).collect())
        }
    })
}

/// A path one step further down.
pub(super) fn below(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

/// Ports and counts are whole: `80` and not `80.0`.
fn number_json(number: f64) -> Json {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "checked to be whole and below 2^53"
    )]
    if number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0 {
        Json::from(number as i64)
    } else {
        Json::from(number)
    }
}
