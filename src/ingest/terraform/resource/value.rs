//! Attribute values of a resource, with what is unknown kept apart from what is absent.

use super::Resource;
use crate::ingest::terraform::attribute_path::AttributePath;
use crate::model::Id;
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use std::sync::Arc;

/// Members of a map, object or block, in the order of the input. Resources of one plan share their names.
pub type Members = IndexMap<Arc<str>, Value, FxBuildHasher>;

/// A value of an attribute or block after linking.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// Absent, or set to `null`.
    #[default]
    Null,
    /// Known only after apply although the configuration does not set it: the provider decides (Optional+Computed).
    Computed,
    /// Set by the configuration and known only after apply, and not traced to resources.
    Unknown,
    /// Known only after apply, and traced to attributes of resources.
    Reference(Reference),
    /// A text that the configuration sets, of which parts are known only after apply.
    Draft(Draft),
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A string.
    Text(String),
    /// A list, set, tuple, or repeated block. Sets are in the plan's order.
    List(Vec<Value>),
    /// A map, object, or single block.
    Map(Members),
}

/// What an unknown value will be: the value of one of the targets (of all of them, for one element of a list).
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// Candidates; exactly one where `exact`. Instances of one block share theirs.
    pub targets: Arc<[Target]>,
    /// Whether the value surely is that of the (single) target.
    pub exact: bool,
    /// Whether the value surely is that of one of the targets (for a list, of some of them); always so where `exact`. Else it
    /// may be something that is no target.
    pub closed: bool,
    /// How it was found.
    pub by: By,
}

/// A text of which parts are known only after apply. In their place stand markers, which no known part holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// The text. A marker that stands for the value of one attribute is found by [`Graph::holding`](crate::ingest::terraform::Graph::holding) as if it were an id.
    pub text: String,
    /// Whether the attribute will hold it in Base64.
    pub base64: bool,
    /// Attributes that the parts may come from, as far as is known.
    pub targets: Vec<Target>,
}

/// What begins and ends a marker: a character for private use, which YAML and JSON take as it stands.
pub(in crate::ingest::terraform) const MARK: char = '\u{f8ff}';

/// The marker of an unknown part; `one`: it surely is one word.
pub(in crate::ingest::terraform) fn marker(part: &Value, one: bool) -> String {
    match part {
        Value::Reference(reference) if reference.exact && one => match reference.targets.as_ref() {
            [target] => target.marker(),
            _ => Draft::UNRESOLVED.to_owned(),
        },
        _ if one => Draft::UNRESOLVED.to_owned(),
        _ => Draft::LOOSE.to_owned(),
    }
}

/// Whether a part of a text is known only after apply.
#[must_use]
pub fn is_open(text: &str) -> bool {
    text.contains(MARK)
}

/// Whether a text is the marker of an id, and nothing else.
pub(in crate::ingest::terraform) fn is_id(text: &str) -> bool {
    let inner = text
        .strip_prefix(MARK)
        .and_then(|text| text.strip_suffix(MARK));
    inner.is_some_and(|inner| {
        !inner.contains(MARK) && (inner.ends_with(".id") || inner.ends_with(".arn"))
    })
}

impl Draft {
    /// Stands for one word that no attribute is known to give.
    pub const UNRESOLVED: &str = "\u{f8ff}?\u{f8ff}";
    /// Stands for a part that may be more than one word: it may hold lines and keys of its own.
    pub const LOOSE: &str = "\u{f8ff}*\u{f8ff}";

    /// Whether a part may hold lines and keys of its own, so that what the rest says may be said otherwise.
    #[must_use]
    pub fn is_loose(&self) -> bool {
        self.text.contains(Draft::LOOSE)
    }
}

impl Target {
    /// The marker that stands for its value in a [`Draft`].
    #[must_use]
    pub fn marker(&self) -> String {
        format!("{MARK}{}.{}{MARK}", self.resource.index(), self.attribute)
    }
}

/// An attribute of a resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target {
    /// The resource instance.
    pub resource: Id<Resource>,
    /// Dotted path without indexes: `id`, `arn`, `main_route_table_id`, `vpc_config.cluster_security_group_id`.
    pub attribute: AttributePath,
}

/// How a link was made, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum By {
    /// A known value.
    Value,
    /// References in the plan's `configuration`.
    Reference,
    /// The expression in the `.tf` sources.
    Source,
    /// An assumption: the only instance of that type in the module.
    Assumed,
    /// Not at all.
    Gap,
}

impl By {
    /// The word for it in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            By::Value => "value",
            By::Reference => "reference",
            By::Source => "source",
            By::Assumed => "assumed",
            By::Gap => "gap",
        }
    }
}

static NULL: Value = Value::Null;

impl Value {
    /// The value at a dotted path. A step into a list takes its first element (`vpc_config.subnet_ids` of a single block
    /// that the plan writes as a list of one). [`Value::Null`] where there is none; what is below a value that is
    /// itself unknown or computed is that value.
    #[must_use]
    pub fn get(&self, path: &str) -> &Value {
        let mut at = self;
        for step in path.split('.') {
            if let Value::List(items) = at {
                at = items.first().unwrap_or(&NULL);
            }
            at = match at {
                Value::Map(map) => map.get(step).unwrap_or(&NULL),
                Value::Computed | Value::Unknown | Value::Reference(_) | Value::Draft(_) => at,
                _ => &NULL,
            };
        }
        at
    }

    /// The elements of a list; of any other value but null and computed, the value itself as the one element (an
    /// unknown list is one unknown element).
    #[must_use]
    pub fn items(&self) -> &[Value] {
        match self {
            Value::List(items) => items,
            Value::Null | Value::Computed => &[],
            other => std::slice::from_ref(other),
        }
    }

    /// The string, where it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text of which parts are known only after apply, where it is one, as it stands.
    #[must_use]
    pub fn draft(&self) -> Option<&Draft> {
        match self {
            Value::Draft(draft) if !draft.base64 => Some(draft),
            _ => None,
        }
    }

    /// The boolean, where it is one or the string `"true"` or `"false"`.
    #[must_use]
    pub fn boolean(&self) -> Option<bool> {
        match self {
            Value::Bool(value) => Some(*value),
            Value::Text(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// The whole number, where it is one or a string that holds one.
    #[must_use]
    pub fn integer(&self) -> Option<i64> {
        match self {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "ports, rule numbers and protocol numbers are far below 2^53; anything else is clamped"
            )]
            Value::Number(number) => Some(*number as i64),
            Value::Text(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// Whether the configuration sets it and it is not known.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        matches!(self, Value::Unknown | Value::Reference(_) | Value::Draft(_))
    }

    /// Whether it is absent, null or left to the provider.
    #[must_use]
    pub fn is_unset(&self) -> bool {
        matches!(self, Value::Null | Value::Computed)
    }
}
