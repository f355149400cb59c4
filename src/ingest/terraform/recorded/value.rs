//! Values of attributes as JSON, with what JSON has no word for.

use crate::ingest::cut::Cut;
use crate::ingest::terraform::resource::Resource;
use crate::ingest::terraform::resource::{By, Draft, MARK, Members, Reference, Target, Value};
use crate::model::Id;
use serde_json::{Map, Number, Value as Json, json};
use std::sync::Arc;

/// The key of what JSON has no word for: no attribute is called so.
pub const SPECIAL: &str = "\u{f8ff}";
/// Deepest nesting that is read back.
const DEEPEST: usize = 64;

/// How links were made, by the words of JSON.
const BYS: [By; 5] = [By::Value, By::Reference, By::Source, By::Assumed, By::Gap];

/// Writes values. `number`: by which number others know a resource; none of one that is not recorded.
pub struct Writer<'w> {
    /// The number of a resource.
    pub number: &'w dyn Fn(Id<Resource>) -> Option<u32>,
    /// What is left out.
    pub cut: &'w Cut,
}

impl Writer<'_> {
    /// A value as JSON. Members that are null are left out: absent and null are one.
    pub fn json(&self, value: &Value) -> Json {
        match value {
            Value::Null => Json::Null,
            Value::Computed => json!({SPECIAL: "computed"}),
            Value::Unknown => unknown(),
            Value::Bool(own) => Json::Bool(*own),
            Value::Number(own) if self.cut.hides_number(*own) => unknown(),
            Value::Number(own) => number(*own),
            Value::Text(own) if self.cut.hides(own) => unknown(),
            Value::Text(own) => Json::from(own.as_str()),
            Value::List(items) => items.iter().map(|item| self.json(item)).collect(),
            Value::Map(members) => self.members(members),
            Value::Reference(own) => self.reference(own),
            Value::Draft(own) => json!({
                SPECIAL: "draft",
                "text": self.text(&own.text),
                "base64": own.base64,
                "to": self.targets(&own.targets),
            }),
        }
    }

    fn members(&self, members: &Members) -> Json {
        let own = members.iter().filter(|(_, value)| **value != Value::Null);
        let own: Map<String, Json> = own
            .map(|(name, value)| {
                let hidden = self.cut.hides(name);
                let json = if hidden { unknown() } else { self.json(value) };
                (
                    if hidden {
                        "(sensitive)".to_owned()
                    } else {
                        name.to_string()
                    },
                    json,
                )
            })
            .collect();
        if own.contains_key(SPECIAL) {
            json!({SPECIAL: "map", "of": own})
        } else {
            Json::Object(own)
        }
    }

    fn reference(&self, own: &Reference) -> Json {
        let to = self.targets(&own.targets);
        // What leads to nothing that is recorded leads anywhere.
        let lost = to.len() < 2 * own.targets.len();
        if to.is_empty() {
            return unknown();
        }
        let mut out = Map::from_iter([
            (SPECIAL.to_owned(), Json::from("reference")),
            ("to".to_owned(), Json::Array(to)),
        ]);
        if !own.exact || lost {
            let kept = if own.closed && !lost {
                "one"
            } else {
                "perhaps"
            };
            out.insert("is".to_owned(), Json::from(kept));
        }
        if own.by != By::Reference {
            out.insert("by".to_owned(), Json::from(own.by.word()));
        }
        Json::Object(out)
    }

    fn targets(&self, targets: &[Target]) -> Vec<Json> {
        let known = targets
            .iter()
            .filter_map(|target| Some(((self.number)(target.resource)?, target)));
        known
            .flat_map(|(number, target)| {
                [Json::from(number), Json::from(target.attribute.as_str())]
            })
            .collect()
    }

    /// A text whose markers name resources by their numbers; a sensitive part makes all of it unknown.
    pub fn text(&self, text: &str) -> String {
        if self.cut.hides(text) {
            return Draft::LOOSE.to_owned();
        }
        renamed(text, &|at| {
            let at = at.parse().ok()?;
            (self.number)(Id::at(at)).map(|number| number.to_string())
        })
    }
}

/// A text with the resources that its markers name called otherwise; a marker of one without another name is one of a word
/// that no attribute is known to give.
pub fn renamed(text: &str, name: &dyn Fn(&str) -> Option<String>) -> String {
    if !text.contains(MARK) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for (at, part) in text.split(MARK).enumerate() {
        // Every second part stands between marks.
        if at % 2 == 0 {
            out.push_str(part);
            continue;
        }
        let renamed = match part.split_once('.') {
            Some((resource, attribute)) => {
                name(resource).map(|resource| format!("{MARK}{resource}.{attribute}{MARK}"))
            }
            None => Some(format!("{MARK}{part}{MARK}")),
        };
        out.push_str(renamed.as_deref().unwrap_or(Draft::UNRESOLVED));
    }
    out
}

fn unknown() -> Json {
    json!({SPECIAL: "unknown"})
}

/// Whole numbers without a point.
fn number(own: f64) -> Json {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "checked to be whole and below 2^53"
    )]
    if own.fract() == 0.0 && own.abs() <= 9_007_199_254_740_992.0 {
        Json::from(own as i64)
    } else {
        Number::from_f64(own).map_or(Json::Null, Json::Number)
    }
}

/// Reads values. `resource`: the resource of a number; none where there is none.
pub struct Reader<'r> {
    /// The resource of a number.
    pub resource: &'r (dyn Fn(u64) -> Option<Id<Resource>> + Sync),
}

impl Reader<'_> {
    /// A value. What is not understood is unknown.
    pub fn value(&self, json: Json) -> Value {
        self.inner(json, 0)
    }

    fn inner(&self, json: Json, depth: usize) -> Value {
        match json {
            _ if depth > DEEPEST => Value::Unknown,
            Json::Null => Value::Null,
            Json::Bool(own) => Value::Bool(own),
            Json::Number(own) => own.as_f64().map_or(Value::Unknown, Value::Number),
            Json::String(own) => Value::Text(own),
            Json::Array(items) => {
                let items = items.into_iter();
                Value::List(items.map(|item| self.inner(item, depth + 1)).collect())
            }
            Json::Object(map) if map.contains_key(SPECIAL) => self.special(map, depth),
            Json::Object(map) => self.map(map, depth),
        }
    }

    fn map(&self, map: Map<String, Json>, depth: usize) -> Value {
        let own = map
            .into_iter()
            .map(|(name, json)| (Arc::from(name), self.inner(json, depth + 1)));
        Value::Map(own.collect())
    }

    fn special(&self, mut map: Map<String, Json>, depth: usize) -> Value {
        let what = map.remove(SPECIAL).unwrap_or_default();
        match what.as_str() {
            Some("computed") => Value::Computed,
            Some("map") => match map.remove("of") {
                Some(Json::Object(own)) => self.map(own, depth + 1),
                _ => Value::Unknown,
            },
            Some("reference") => self.reference(&map),
            Some("draft") => {
                let text = map
                    .get("text")
                    .and_then(Json::as_str)
                    .unwrap_or(Draft::LOOSE);
                Value::Draft(Draft {
                    text: self.text(text),
                    base64: map.get("base64").and_then(Json::as_bool).unwrap_or(false),
                    targets: self.targets(map.get("to")).0,
                })
            }
            _ => Value::Unknown,
        }
    }

    fn reference(&self, map: &Map<String, Json>) -> Value {
        let (targets, whole) = self.targets(map.get("to"));
        if targets.is_empty() {
            return Value::Unknown;
        }
        let is = map.get("is").and_then(Json::as_str);
        let word = map.get("by").and_then(Json::as_str);
        let by = match word {
            None => By::Reference,
            Some(word) => BYS
                .into_iter()
                .find(|by| by.word() == word)
                .unwrap_or(By::Gap),
        };
        Value::Reference(Reference {
            targets: targets.into(),
            exact: is.is_none() && whole,
            closed: matches!(is, None | Some("one")) && whole,
            by,
        })
    }

    /// Targets, and whether all of them are there.
    fn targets(&self, json: Option<&Json>) -> (Vec<Target>, bool) {
        let items = json.and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
        let mut out = Vec::new();
        let mut whole = true;
        for pair in items.chunks(2) {
            let target = match pair {
                [number, attribute] => number
                    .as_u64()
                    .and_then(|number| (self.resource)(number))
                    .zip(attribute.as_str()),
                _ => None,
            };
            whole &= target.is_some();
            out.extend(target.map(|(resource, attribute)| Target {
                resource,
                attribute: attribute.to_owned().into(),
            }));
        }
        (out, whole)
    }

    /// A text whose markers name resources as the graph does.
    pub fn text(&self, text: &str) -> String {
        renamed(text, &|number| {
            let id = (self.resource)(number.parse().ok()?)?;
            Some(id.index().to_string())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Confidential;

    fn back(json: Json) -> Value {
        let resource = |number: u64| (number < 9).then(|| Id::at(number as usize + 100));
        Reader {
            resource: &resource,
        }
        .value(json)
    }

    fn there(value: &Value, secret: &str) -> Json {
        let mut confidential = Confidential::default();
        confidential.add_text(secret);
        let cut = Cut::new(confidential);
        let number = |id: Id<Resource>| u32::try_from(id.index()).ok()?.checked_sub(100);
        let writer = Writer {
            number: &number,
            cut: &cut,
        };
        writer.json(value)
    }

    fn target(at: usize) -> Target {
        Target {
            resource: Id::at(at),
            attribute: "id".into(),
        }
    }

    fn reference(exact: bool, closed: bool, by: By) -> Value {
        let targets = [target(101), target(104)].into();
        Value::Reference(Reference {
            targets,
            exact,
            closed,
            by,
        })
    }

    #[test]
    fn every_sort_of_value_comes_back() {
        let draft = Draft {
            text: format!("a {} b {}", target(103).marker(), Draft::LOOSE),
            base64: true,
            targets: vec![target(103)],
        };
        let odd = Members::from_iter([(Arc::from(SPECIAL), Value::Bool(true))]);
        let values = [
            Value::Computed,
            Value::Unknown,
            Value::Bool(false),
            Value::Number(80.0),
            Value::Number(0.5),
            Value::Text("x".to_owned()),
            Value::List(vec![Value::Null, Value::Text(String::new())]),
            Value::Map(odd),
            reference(true, true, By::Reference),
            reference(false, true, By::Gap),
            reference(false, false, By::Assumed),
            Value::Draft(draft),
        ];
        for value in values {
            assert_eq!(back(there(&value, "nothing")), value);
        }
    }

    #[test]
    fn null_members_are_absent_and_secrets_unknown() {
        let members = [
            ("a", Value::Null),
            ("b", Value::Text("top-secret".to_owned())),
            ("c", Value::Text("open".to_owned())),
        ];
        let map = Value::Map(
            members
                .map(|(name, value)| (Arc::from(name), value))
                .into_iter()
                .collect(),
        );
        let read = back(there(&map, "top-secret"));
        assert_eq!(read.get("b"), &Value::Unknown);
        assert_eq!(read.get("c").text(), Some("open"));
        assert!(!there(&map, "top-secret").to_string().contains("\"a\""));
    }

    /// What leads to a resource that is not there may lead anywhere.
    #[test]
    fn lost_targets_are_never_sure() {
        let lost = json!({SPECIAL: "reference", "to": [1, "id", 77, "id"]});
        let Value::Reference(own) = back(lost) else {
            panic!()
        };
        assert_eq!(
            (own.targets.len(), own.exact, own.closed),
            (1, false, false)
        );
        for json in [
            json!({SPECIAL: "reference", "to": [77, "id"]}),
            json!({SPECIAL: "reference", "to": "x"}),
            json!({SPECIAL: "reference", "to": [1]}),
            json!({SPECIAL: 7}),
            json!({SPECIAL: "map", "of": 1}),
        ] {
            assert_eq!(back(json), Value::Unknown);
        }
        let value = Value::Reference(Reference {
            targets: [target(101), target(7)].into(),
            exact: true,
            closed: true,
            by: By::Reference,
        });
        let Value::Reference(own) = back(there(&value, "x")) else {
            panic!()
        };
        assert_eq!(
            (own.targets.len(), own.exact, own.closed),
            (1, false, false)
        );
    }
}
