//! JSON files, told apart by the members of their object.

use super::{Content, Kind, words};
use crate::ingest::json_fault;
use crate::ingest::text::Lines;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;
use std::fmt;

/// Byte offset at which the JSON of a text begins: after blanks, or after the lines that a wrapper printed before a plan.
#[must_use]
pub fn json_start(text: &str) -> usize {
    let first = text.len() - text.trim_start().len();
    if text.get(first..).is_some_and(|rest| rest.starts_with('{')) {
        return first;
    }
    let mut at = 0;
    for line in text.split_inclusive('\n').take(words::NOISE) {
        let start = match line.starts_with('{') {
            true => Some(at),
            false => line
                .find(BEGINNING)
                .filter(|before| is_colour(line, *before))
                .map(|before| at + before),
        };
        if let Some(start) = start
            && matches!(look(text, start), Content::Known(Kind::Plan | Kind::State))
        {
            return start;
        }
        at += line.len();
    }
    first
}

/// Whether a line begins with nothing but colours for a terminal and byte order marks.
fn is_colour(line: &str, length: usize) -> bool {
    let front = line.get(..length).unwrap_or_default();
    let front = front.trim_start_matches('\u{FEFF}');
    front.is_empty() || front.starts_with('\u{1b}')
}

/// How Terraform begins a plan and a state.
const BEGINNING: &str = "{\"format_version\"";
/// What the object that begins at `start` is.
pub fn look(text: &str, start: usize) -> Content {
    let json = text.get(start..).unwrap_or_default();
    let mut seen = Seen::default();
    let result = Members(&mut seen).deserialize(&mut serde_json::Deserializer::from_str(json));
    if let Some(content) = seen.content {
        return content;
    }
    match result {
        Err(error) if seen.names.is_empty() && words::is_yaml_object(text) => {
            let _ = error;
            Content::Known(Kind::Manifests)
        }
        Err(error) => {
            let (line, column) = place_of(&error, &Lines::new(text), text, start);
            Content::Broken {
                line,
                column,
                message: explain(&error, text, start),
                like_plan: seen.has("format_version"),
            }
        }
        Ok(()) => seen.at_end(),
    }
}

/// A text that begins with a bracket.
pub fn array(text: &str, start: usize) -> Content {
    let json = text.get(start..).unwrap_or_default();
    let Ok(elements) = serde_json::from_str::<Vec<&RawValue>>(json) else {
        return words::look(text);
    };
    let found = elements.iter().map(|element| look(element.get(), 0));
    for content in found {
        match content {
            Content::Known(Kind::Manifests) => return Content::Meant(words::OBJECTS.to_owned()),
            Content::Known(_) => {
                return Content::Meant(
                    "a plan or state inside of a JSON array; give it alone, as `terraform show -json PLAN` prints it".to_owned(),
                );
            }
            Content::Meant(what) => return Content::Meant(what),
            _ => {}
        }
    }
    Content::Foreign("a JSON array; a plan, a state and a Kubernetes object are objects".to_owned())
}

/// What a JSON value that is no object and no array is; none where the text is none.
pub fn scalar(text: &str) -> Option<Content> {
    let begins = |word: &str| {
        text.trim_start()
            .get(..word.len())
            .is_some_and(|own| own.eq_ignore_ascii_case(word))
    };
    if !["null", "true", "false", "\""].into_iter().any(begins) {
        return None;
    }
    let value: Value = serde_json::from_str(text).ok()?;
    Some(match value.as_str().map(wrapped) {
        Some(Some(what)) => {
            Content::Meant(format!("{what} inside of a JSON text; {}", words::ALONE))
        }
        _ => Content::Foreign(
            "JSON, but no object; print the plan with `terraform show -json FILE`".to_owned(),
        ),
    })
}

/// What a text that stands inside of another is, where it is an input.
fn wrapped(text: &str) -> Option<&'static str> {
    match look(text, json_start(text)) {
        Content::Known(Kind::Manifests) => Some("a Kubernetes object"),
        Content::Known(_) => Some("a plan or state"),
        _ => None,
    }
}

/// Line and column in the whole text of an error in its part from `start` on.
#[must_use]
pub fn place_of(
    error: &serde_json::Error,
    lines: &Lines<'_>,
    text: &str,
    start: usize,
) -> (u32, u32) {
    let json = Lines::new(text.get(start..).unwrap_or_default());
    lines.at(start + json.offset(error.line(), error.column()))
}

/// An error of the JSON that begins at `start`, for a person.
#[must_use]
pub fn explain(error: &serde_json::Error, text: &str, start: usize) -> String {
    let said = error.to_string();
    let said = said
        .rsplit_once(" at line ")
        .map_or(said.as_str(), |(said, _)| said);
    if error.is_eof() {
        return "the file ends inside a value: it is cut off; print the plan again with `terraform show -json FILE`".to_owned();
    }
    if said == "trailing characters" {
        let json = text.get(start..).unwrap_or_default();
        let at = Lines::new(json).offset(error.line(), error.column());
        return match json.get(at..).and_then(|rest| rest.chars().next()) {
            Some('{') => "a second JSON value after the first; give one plan a file".to_owned(),
            _ => "text after the JSON value; print the plan again with `terraform show -json FILE`"
                .to_owned(),
        };
    }
    if error.is_data() {
        format!("not shaped as a plan or state: {}", json_fault(error))
    } else {
        json_fault(error)
    }
}

#[derive(Default)]
struct Seen {
    names: Vec<String>,
    content: Option<Content>,
    /// Key whose value looks like a plan, as a message names it.
    wrapped: Option<String>,
}

impl Seen {
    fn has(&self, name: &str) -> bool {
        self.names.iter().any(|own| own == name)
    }

    /// Enters a member's name, and says whether the kind of the object is known by now.
    fn enter(&mut self, name: String) -> bool {
        self.names.push(name);
        self.content = self.detected();
        self.content.is_some()
    }

    fn detected(&self) -> Option<Content> {
        let foreign = |what: &str| Some(Content::Foreign(what.to_owned()));
        let meant = |what: &str| Some(Content::Meant(what.to_owned()));
        if self.has("@level") {
            return meant(words::LOG);
        }
        if self.has("AWSTemplateFormatVersion") {
            return foreign("a CloudFormation template, which is not read; give a Terraform plan");
        }
        if self.has("planned_values")
            || self.has("resource_changes")
            || self.has("prior_state")
            || self.has("action_invocations")
        {
            return Some(Content::Known(Kind::Plan));
        }
        if self.has("format_version") && self.has("values") {
            return Some(Content::Known(Kind::State));
        }
        if self.has("apiVersion") && self.has("kind") {
            return Some(Content::Known(Kind::Manifests));
        }
        if self.has("version") && (self.has("lineage") || self.has("serial")) {
            return meant("a raw state file; print it with `terraform show -json` and give that");
        }
        None
    }

    /// What an object is whose members do not tell sooner.
    fn at_end(&self) -> Content {
        let foreign = |what: &str| Content::Foreign(what.to_owned());
        if self.has("format_version") {
            return Content::Known(if self.has("configuration") || self.has("variables") {
                Kind::Plan
            } else {
                Kind::State
            });
        }
        if let Some(key) = &self.wrapped {
            return Content::Meant(format!(
                "no plan at the top: it stands under the key {key}; give the plan alone, as `terraform show -json PLAN` prints it"
            ));
        }
        if self.has("metadata") && (self.has("apiVersion") || self.has("kind")) {
            return words::half(if self.has("kind") {
                "apiVersion"
            } else {
                "kind"
            });
        }
        if !self.names.is_empty()
            && self
                .names
                .iter()
                .all(|name| CONFIGURATION.contains(&name.as_str()))
        {
            return foreign(
                "Terraform configuration in JSON, not a plan; plan it first: `terraform plan -out FILE`, then `terraform show -json FILE`",
            );
        }
        foreign(
            "a JSON object that is neither a plan nor a state nor a Kubernetes object; print the plan with `terraform show -json FILE`",
        )
    }
}

const CONFIGURATION: &[&str] = &[
    "//",
    "terraform",
    "provider",
    "resource",
    "data",
    "module",
    "variable",
    "output",
    "locals",
    "moved",
    "import",
];

struct Members<'s>(&'s mut Seen);

impl<'de> DeserializeSeed<'de> for Members<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Members<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(name) = members.next_key::<String>()? {
            let key = name.clone();
            if self.0.enter(name) {
                return Err(A::Error::custom("told"));
            }
            let value: &RawValue = members.next_value()?;
            if self.0.wrapped.is_none() && is_wrapped(value.get()) {
                self.0.wrapped = Some(named(&key));
            }
        }
        Ok(())
    }
}

/// Whether a value looks like a plan or state: as an object, in a list, or printed into a text.
fn is_wrapped(json: &str) -> bool {
    let has = |word: &str| {
        let mut behind = json
            .match_indices(word)
            .map(|(at, _)| json.get(at + word.len()..));
        behind.any(|rest| rest.is_some_and(|rest| rest.starts_with(['"', '\\'])))
    };
    json.starts_with(['{', '[', '"'])
        && has("format_version")
        && ["resource_changes", "planned_values", "root_module"]
            .into_iter()
            .any(has)
}

/// A key as a message names it: only what cannot be a secret.
fn named(key: &str) -> String {
    let is_name = |c: char| c.is_ascii_lowercase() || c == '_';
    if key.chars().all(is_name) && key.len() < 30 {
        format!("`{key}`")
    } else {
        "of another object".to_owned()
    }
}
