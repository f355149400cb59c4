//! Values of expressions before apply, in which what is not known yet is a symbol: the attribute that it will come from.

use crate::ingest::terraform::attribute_path::AttributePath;
use crate::ingest::terraform::resource::Resource;
use crate::ingest::terraform::resource::{Target, Value};
use crate::model::Id;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::rc::Rc;

mod budget;
mod writer;

pub(super) use budget::Budget;
pub use budget::Limit;
pub(super) use writer::{Drafter, Writer};

/// Why an expression has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// Terraform would refuse to evaluate it: what `try` and `can` look for.
    Invalid,
    /// It would take more than it may.
    Exhausted,
}

pub(super) use Failure::{Exhausted, Invalid};

/// The value of an expression.
pub(super) type Outcome = Result<Symbolic, Failure>;

/// Attributes of resources, one or more of which an unknown value may come from. An empty attribute is the resource as a whole.
pub(super) type Candidates = BTreeSet<Target>;

/// A value, a symbol, or a composition of both. Clones are cheap. Texts and compositions are made by a [`Budget`], which also
/// compares values: so no work on them goes uncounted.
#[derive(Clone, Debug)]
pub(super) enum Symbolic {
    Null,
    Bool(bool),
    Number(f64),
    Text(Text),
    /// A list or tuple.
    List(Rc<Compound<Vec<Symbolic>>>),
    /// A set; or a list whose order is not known, because it was made from a set with symbols in it. Known elements are sorted.
    Set(Rc<Compound<Vec<Symbolic>>>),
    /// A map or object.
    Map(Rc<Compound<BTreeMap<String, Symbolic>>>),
    /// A text of which parts are not known.
    Draft(Rc<Draft>),
    /// Surely the value of that attribute.
    Attribute(Target),
    /// A resource instance as a whole.
    Resource(Id<Resource>),
    /// A module instance as a whole, by its number in the evaluator.
    Module(usize),
    /// Anything; if it comes from a resource, then from one of these as far as is known.
    Unknown(Rc<Candidates>),
}

/// A known text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Text(Rc<str>);

impl Deref for Text {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// A text of which parts are not known, with its size.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pieces: Vec<Piece>,
    /// Whether the text is written in Base64.
    base64: bool,
    weight: u32,
    depth: u32,
}

impl Draft {
    /// Whether the text is not this one, but this one in Base64.
    pub fn is_base64(&self) -> bool {
        self.base64
    }

    /// Its pieces, in order.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }
}

/// A piece of a text.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    /// Known.
    Known(Text),
    /// What is written of a value that is not known.
    Open {
        /// The value.
        value: Symbolic,
        /// Whether it surely is one word of the text: an attribute, or a string, list or map as JSON writes it. Else it may
        /// hold lines and keys of its own.
        one: bool,
    },
}

/// A composed value with its size.
#[derive(Clone, Debug)]
pub(super) struct Compound<T> {
    inner: T,
    known: bool,
    weight: u32,
    depth: u32,
}

impl<T: Default> Default for Compound<T> {
    fn default() -> Self {
        Compound {
            inner: T::default(),
            known: true,
            weight: 1,
            depth: 0,
        }
    }
}

impl<T> Deref for Compound<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.inner
    }
}

/// Most elements in one value, counting shared ones each time and 64 bytes of text as one.
const ELEMENTS: u32 = 200_000;
/// Deepest nesting of one value.
const DEPTH: u32 = 64;
/// Longest text, in bytes.
const LENGTH: usize = 1 << 20;

impl Symbolic {
    pub fn unknown() -> Symbolic {
        Symbolic::Unknown(Rc::default())
    }

    pub fn any(candidates: Candidates) -> Symbolic {
        Symbolic::Unknown(Rc::new(candidates))
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        matches!(self, Symbolic::Null)
    }

    /// Whether nothing in it is a symbol or unknown.
    pub fn is_known(&self) -> bool {
        match self {
            Symbolic::Null | Symbolic::Bool(_) | Symbolic::Number(_) | Symbolic::Text(_) => true,
            Symbolic::List(items) | Symbolic::Set(items) => items.known,
            Symbolic::Map(items) => items.known,
            Symbolic::Draft(_)
            | Symbolic::Attribute(_)
            | Symbolic::Resource(_)
            | Symbolic::Module(_)
            | Symbolic::Unknown(_) => false,
        }
    }

    /// Number of nodes.
    pub fn weight(&self) -> u32 {
        match self {
            Symbolic::List(items) | Symbolic::Set(items) => items.weight,
            Symbolic::Map(items) => items.weight,
            Symbolic::Draft(draft) => draft.weight,
            Symbolic::Text(text) => 1 + u32::try_from(text.len() / 64).unwrap_or(u32::MAX),
            Symbolic::Unknown(candidates) => {
                1 + u32::try_from(candidates.len()).unwrap_or(u32::MAX)
            }
            _ => 1,
        }
    }

    fn depth(&self) -> u32 {
        match self {
            Symbolic::List(items) | Symbolic::Set(items) => items.depth,
            Symbolic::Map(items) => items.depth,
            Symbolic::Draft(draft) => draft.depth,
            _ => 0,
        }
    }

    /// Bytes that a clone of it takes beside its own size.
    fn own_bytes(&self) -> usize {
        match self {
            Symbolic::Attribute(target) => target.attribute.len(),
            _ => 0,
        }
    }

    /// Adds the attributes and resources that occur in it.
    fn collect(&self, out: &mut Candidates) {
        match self {
            Symbolic::List(items) | Symbolic::Set(items) if !items.known => {
                items.iter().for_each(|item| item.collect(out))
            }
            Symbolic::Map(items) if !items.known => {
                items.values().for_each(|item| item.collect(out))
            }
            Symbolic::Draft(draft) => draft.pieces.iter().for_each(|piece| match piece {
                Piece::Known(_) => {}
                Piece::Open { value, .. } => value.collect(out),
            }),
            Symbolic::Attribute(target) => drop(out.insert(target.clone())),
            Symbolic::Resource(resource) => drop(out.insert(Target {
                resource: *resource,
                attribute: AttributePath::default(),
            })),
            Symbolic::Unknown(candidates) => out.extend(candidates.iter().cloned()),
            _ => {}
        }
    }

    /// Elements of a list or set.
    pub fn items(&self) -> Option<&[Symbolic]> {
        match self {
            Symbolic::List(items) | Symbolic::Set(items) => Some(items.as_slice()),
            _ => None,
        }
    }

    /// Whether the order of its elements is known: of a list, and of a set without symbols.
    pub fn ordered(&self) -> bool {
        match self {
            Symbolic::Set(items) => items.known || items.len() < 2,
            _ => true,
        }
    }

    pub fn fields(&self) -> Option<&BTreeMap<String, Symbolic>> {
        match self {
            Symbolic::Map(items) => Some(items),
            _ => None,
        }
    }

    /// The number, also where it is a text that holds one (terraform docs, "automatic type conversions").
    pub fn number(&self) -> Option<f64> {
        match self {
            Symbolic::Number(number) => Some(*number),
            Symbolic::Text(text) => text.parse().ok().filter(|number: &f64| number.is_finite()),
            _ => None,
        }
    }

    /// The whole number.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "checked to be whole and below 2^53"
    )]
    pub fn integer(&self) -> Option<i64> {
        self.number()
            .filter(|number| number.fract() == 0.0 && number.abs() < 9e15)
            .map(|number| number as i64)
    }

    /// The count or index.
    pub fn size(&self) -> Option<usize> {
        usize::try_from(self.integer()?).ok()
    }

    pub fn bool(&self) -> Option<bool> {
        match self {
            Symbolic::Bool(value) => Some(*value),
            Symbolic::Text(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// The text, also that of a number or boolean.
    pub fn string(&self) -> Option<Text> {
        match self {
            Symbolic::Text(text) => Some(text.clone()),
            Symbolic::Bool(value) => Some(Text(Rc::from(value.to_string()))),
            Symbolic::Number(number) => Some(Text(Rc::from(number.to_string()))),
            _ => None,
        }
    }

    /// Whether it surely is neither null nor an empty text: known so, or the id or ARN of a resource.
    pub fn is_filled(&self) -> Option<bool> {
        match self {
            Symbolic::Null => Some(false),
            Symbolic::Text(text) => Some(!text.is_empty()),
            Symbolic::Attribute(target) => names_it(target).then_some(true),
            Symbolic::Draft(draft) => {
                let known = draft
                    .pieces
                    .iter()
                    .any(|piece| matches!(piece, Piece::Known(_)));
                known.then_some(true)
            }
            Symbolic::Unknown(_) => None,
            _ => Some(true),
        }
    }

    /// Whether two values are equal; none where that cannot be decided.
    fn equal(&self, other: &Symbolic) -> Option<bool> {
        match (self, other) {
            (Symbolic::Unknown(_), _) | (_, Symbolic::Unknown(_)) => None,
            (Symbolic::Draft(_), other) | (other, Symbolic::Draft(_)) => {
                other.is_null().then_some(false)
            }
            (Symbolic::Attribute(a), Symbolic::Attribute(b)) if a == b => Some(true),
            (Symbolic::Attribute(target), known) | (known, Symbolic::Attribute(target)) => {
                (names_it(target) && known.is_filled() == Some(false)).then_some(false)
            }
            (Symbolic::List(a), Symbolic::List(b)) if a.len() != b.len() => Some(false),
            (Symbolic::Map(a), Symbolic::Map(b)) if !a.keys().eq(b.keys()) => Some(false),
            (a, b) if a.is_known() && b.is_known() => Some(a.order(b) == Ordering::Equal),
            (Symbolic::List(a), Symbolic::List(b)) => {
                all(a.iter().zip(b.iter()).map(|(a, b)| a.equal(b)))
            }
            (Symbolic::Map(a), Symbolic::Map(b)) => {
                all(a.values().zip(b.values()).map(|(a, b)| a.equal(b)))
            }
            (Symbolic::Resource(_) | Symbolic::Module(_), Symbolic::Null)
            | (Symbolic::Null, Symbolic::Resource(_) | Symbolic::Module(_)) => Some(false),
            (a, b) if a.is_known() != b.is_known() && (a.is_null() || b.is_null()) => Some(false),
            _ => None,
        }
    }

    /// A total order, in which values that are written alike are equal: that of sets and `sort` for texts and numbers.
    fn order(&self, other: &Symbolic) -> Ordering {
        let sequence = |a: &[Symbolic], b: &[Symbolic]| {
            let mut orders = a.iter().zip(b).map(|(a, b)| a.order(b));
            let first = orders.find(|order| order.is_ne());
            first.unwrap_or_else(|| a.len().cmp(&b.len()))
        };
        match (self, other) {
            (Symbolic::Number(a), Symbolic::Number(b)) => (a + 0.0).total_cmp(&(b + 0.0)),
            (Symbolic::Text(a), Symbolic::Text(b)) => a.cmp(b),
            (Symbolic::Bool(a), Symbolic::Bool(b)) => a.cmp(b),
            (Symbolic::List(a), Symbolic::List(b)) | (Symbolic::Set(a), Symbolic::Set(b)) => {
                sequence(a, b)
            }
            (Symbolic::Map(a), Symbolic::Map(b)) => {
                let fields = a.iter().zip(b.iter());
                let mut orders =
                    fields.map(|((a, one), (b, other))| a.cmp(b).then_with(|| one.order(other)));
                let first = orders.find(|order| order.is_ne());
                first.unwrap_or_else(|| a.len().cmp(&b.len()))
            }
            (Symbolic::Attribute(a), Symbolic::Attribute(b)) => a.cmp(b),
            (Symbolic::Resource(a), Symbolic::Resource(b)) => a.cmp(b),
            (Symbolic::Module(a), Symbolic::Module(b)) => a.cmp(b),
            (Symbolic::Unknown(a), Symbolic::Unknown(b)) => a.cmp(b),
            (Symbolic::Draft(a), Symbolic::Draft(b)) => {
                let mut orders = a.pieces.iter().zip(&b.pieces).map(|(a, b)| a.order(b));
                let first = orders.find(|order| order.is_ne());
                let lengths = || a.pieces.len().cmp(&b.pieces.len());
                a.base64
                    .cmp(&b.base64)
                    .then_with(|| first.unwrap_or_else(lengths))
            }
            (a, b) => a.rank().cmp(&b.rank()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Symbolic::Null => 0,
            Symbolic::Bool(_) => 1,
            Symbolic::Number(_) => 2,
            Symbolic::Text(_) => 3,
            Symbolic::List(_) => 4,
            Symbolic::Set(_) => 5,
            Symbolic::Map(_) => 6,
            Symbolic::Attribute(_) => 7,
            Symbolic::Resource(_) => 8,
            Symbolic::Module(_) => 9,
            Symbolic::Unknown(_) => 10,
            Symbolic::Draft(_) => 11,
        }
    }

    /// The value of an attribute in the plan; what the plan leaves open is a symbol.
    pub fn planned(value: &Value, at: &Target, budget: &Budget) -> Outcome {
        Ok(match value {
            Value::Null => Symbolic::Null,
            Value::Bool(value) => Symbolic::Bool(*value),
            Value::Number(number) => Symbolic::Number(*number),
            Value::Text(text) => return budget.text(text),
            Value::List(items) => {
                return budget
                    .try_list(items.iter().map(|item| Symbolic::planned(item, at, budget)));
            }
            Value::Map(map) => {
                return budget.try_map(map.iter().map(|(key, value)| {
                    Ok((key, Symbolic::planned(value, &below(at, key), budget)?))
                }));
            }
            Value::Reference(reference) => match reference.targets.as_ref() {
                [only] if reference.exact => Symbolic::Attribute(only.clone()),
                _ => Symbolic::Attribute(at.clone()),
            },
            Value::Computed | Value::Unknown | Value::Draft(_) => Symbolic::Attribute(at.clone()),
        })
    }
}

impl Piece {
    fn order(&self, other: &Piece) -> Ordering {
        match (self, other) {
            (Piece::Known(a), Piece::Known(b)) => a.cmp(b),
            (Piece::Known(_), Piece::Open { .. }) => Ordering::Less,
            (Piece::Open { .. }, Piece::Known(_)) => Ordering::Greater,
            (Piece::Open { value: a, .. }, Piece::Open { value: b, .. }) => a.order(b),
        }
    }
}

/// An attribute below another.
pub(super) fn below(at: &Target, name: &str) -> Target {
    let attribute = if at.attribute.is_empty() {
        name.to_owned()
    } else {
        format!("{}.{name}", at.attribute)
    };
    Target {
        resource: at.resource,
        attribute: attribute.into(),
    }
}

/// Whether an attribute is one that every object has and that is never empty.
fn names_it(target: &Target) -> bool {
    matches!(
        target.attribute.as_str(),
        "id" | "arn"
            | "self_link"
            | "default_route_table_id"
            | "main_route_table_id"
            | "default_security_group_id"
    )
}

/// Conjunction of three truth values; none stands for one that cannot be decided.
fn all(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut out = Some(true);
    for part in parts {
        match part {
            Some(false) => return Some(false),
            Some(true) => {}
            None => out = None,
        }
    }
    out
}
