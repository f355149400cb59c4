//! Values of expressions before apply, in which what is not known yet is a symbol: the attribute that it will come from.

use crate::ingest::terraform::graph::Resource;
use crate::ingest::terraform::value::{Target, Value};
use crate::model::Id;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::rc::Rc;

/// Terraform would refuse to evaluate the expression: what `try` and `can` look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Invalid;

/// The value of an expression.
pub(super) type Outcome = Result<Symbolic, Invalid>;

/// Attributes of resources, one or more of which an unknown value may come from. An empty attribute is the resource as a whole.
pub(super) type Candidates = BTreeSet<Target>;

/// A value, a symbol, or a composition of both. Clones are cheap.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Symbolic {
    Null,
    Bool(bool),
    Number(f64),
    Text(Rc<str>),
    /// A list or tuple.
    List(Rc<Compound<Vec<Symbolic>>>),
    /// A set; or a list whose order is not known, because it was made from a set with symbols in it. Known elements are sorted.
    Set(Rc<Compound<Vec<Symbolic>>>),
    /// A map or object.
    Map(Rc<Compound<BTreeMap<String, Symbolic>>>),
    /// Surely the value of that attribute.
    Attribute(Target),
    /// A resource instance as a whole.
    Resource(Id<Resource>),
    /// A module instance as a whole, by its number in the evaluator.
    Module(usize),
    /// Anything; if it comes from a resource, then from one of these as far as is known.
    Unknown(Rc<Candidates>),
}

/// A composed value with its size, so that no work on it is unbounded.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Compound<T> {
    inner: T,
    known: bool,
    weight: u32,
    depth: u32,
}

impl<T> Deref for Compound<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.inner
    }
}

/// Most nodes in one value, counting shared ones each time.
const WEIGHT: u32 = 200_000;
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

    /// Anything that may come from what occurs in the values.
    pub fn some_of<'a>(values: impl IntoIterator<Item = &'a Symbolic>) -> Symbolic {
        let mut out = Candidates::new();
        values.into_iter().for_each(|value| value.collect(&mut out));
        Symbolic::any(out)
    }

    pub fn text(text: impl Into<Rc<str>>) -> Symbolic {
        let text = text.into();
        if text.len() > LENGTH {
            Symbolic::unknown()
        } else {
            Symbolic::Text(text)
        }
    }

    pub fn list(items: Vec<Symbolic>) -> Symbolic {
        compound(items, |items| Box::new(items.iter()))
            .map_or_else(Symbolic::unknown, Symbolic::List)
    }

    /// A set of the items, which need not be distinct.
    pub fn set(items: Vec<Symbolic>) -> Symbolic {
        let (mut known, open): (Vec<_>, Vec<_>) = items.into_iter().partition(Symbolic::is_known);
        known.sort_by(Symbolic::order);
        known.dedup();
        for item in open {
            if !known.contains(&item) {
                known.push(item);
            }
        }
        compound(known, |items| Box::new(items.iter()))
            .map_or_else(Symbolic::unknown, Symbolic::Set)
    }

    /// A list of items that come from other sequences: in an order that is not known, where `ordered` is false.
    pub fn sequence(items: Vec<Symbolic>, ordered: bool) -> Symbolic {
        if ordered || items.len() < 2 {
            return Symbolic::list(items);
        }
        compound(items, |items| Box::new(items.iter()))
            .map_or_else(Symbolic::unknown, Symbolic::Set)
    }

    pub fn map(items: BTreeMap<String, Symbolic>) -> Symbolic {
        compound(items, |items| Box::new(items.values()))
            .map_or_else(Symbolic::unknown, Symbolic::Map)
    }

    /// Whether nothing in it is a symbol or unknown.
    pub fn is_known(&self) -> bool {
        match self {
            Symbolic::Null | Symbolic::Bool(_) | Symbolic::Number(_) | Symbolic::Text(_) => true,
            Symbolic::List(items) | Symbolic::Set(items) => items.known,
            Symbolic::Map(items) => items.known,
            Symbolic::Attribute(_)
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
            _ => 0,
        }
    }

    /// Adds the attributes and resources that occur in it.
    pub fn collect(&self, out: &mut Candidates) {
        match self {
            Symbolic::List(items) | Symbolic::Set(items) if !items.known => {
                items.iter().for_each(|item| item.collect(out))
            }
            Symbolic::Map(items) if !items.known => {
                items.values().for_each(|item| item.collect(out))
            }
            Symbolic::Attribute(target) => drop(out.insert(target.clone())),
            Symbolic::Resource(resource) => drop(out.insert(Target {
                resource: *resource,
                attribute: String::new(),
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
    pub fn string(&self) -> Option<Rc<str>> {
        match self {
            Symbolic::Text(text) => Some(Rc::clone(text)),
            Symbolic::Bool(value) => Some(Rc::from(value.to_string())),
            Symbolic::Number(number) => Some(Rc::from(number.to_string())),
            _ => None,
        }
    }

    /// Whether it surely is neither null nor an empty text: known so, or the id or ARN of a resource.
    pub fn is_filled(&self) -> Option<bool> {
        match self {
            Symbolic::Null => Some(false),
            Symbolic::Text(text) => Some(!text.is_empty()),
            Symbolic::Attribute(target) => names_it(target).then_some(true),
            Symbolic::Unknown(_) => None,
            _ => Some(true),
        }
    }

    /// Whether two values are equal, where that can be told.
    pub fn equal(&self, other: &Symbolic) -> Option<bool> {
        match (self, other) {
            (Symbolic::Unknown(_), _) | (_, Symbolic::Unknown(_)) => None,
            (Symbolic::Attribute(a), Symbolic::Attribute(b)) if a == b => Some(true),
            (Symbolic::Attribute(target), known) | (known, Symbolic::Attribute(target)) => {
                (names_it(target) && known.is_filled() == Some(false)).then_some(false)
            }
            (Symbolic::List(a), Symbolic::List(b)) if a.len() != b.len() => Some(false),
            (Symbolic::Map(a), Symbolic::Map(b)) if !a.keys().eq(b.keys()) => Some(false),
            (a, b) if a.is_known() && b.is_known() => Some(a == b),
            (Symbolic::List(a), Symbolic::List(b)) => {
                all(a.iter().zip(b.iter()).map(|(a, b)| a.equal(b)))
            }
            (Symbolic::Map(a), Symbolic::Map(b)) => {
                all(a.values().zip(b.values()).map(|(a, b)| a.equal(b)))
            }
            (Symbolic::Resource(_) | Symbolic::Module(_), Symbolic::Null)
            | (Symbolic::Null, Symbolic::Resource(_) | Symbolic::Module(_)) => Some(false),
            (a, b)
                if a.is_known() != b.is_known()
                    && (a == &Symbolic::Null || b == &Symbolic::Null) =>
            {
                Some(false)
            }
            _ => None,
        }
    }

    /// The order of known values in sets and `sort`.
    pub fn order(&self, other: &Symbolic) -> std::cmp::Ordering {
        match (self, other) {
            (Symbolic::Number(a), Symbolic::Number(b)) => a.total_cmp(b),
            (Symbolic::Text(a), Symbolic::Text(b)) => a.cmp(b),
            (Symbolic::Bool(a), Symbolic::Bool(b)) => a.cmp(b),
            (a, b) => format!("{a:?}").cmp(&format!("{b:?}")),
        }
    }

    /// What the plan tells of an attribute; what it leaves open is a symbol.
    pub fn planned(value: &Value, at: &Target) -> Symbolic {
        match value {
            Value::Null => Symbolic::Null,
            Value::Bool(value) => Symbolic::Bool(*value),
            Value::Number(number) => Symbolic::Number(*number),
            Value::Text(text) => Symbolic::text(text.as_str()),
            Value::List(items) => Symbolic::list(
                items
                    .iter()
                    .map(|item| Symbolic::planned(item, at))
                    .collect(),
            ),
            Value::Map(map) => Symbolic::map(
                map.iter()
                    .map(|(key, value)| (key.clone(), Symbolic::planned(value, &below(at, key))))
                    .collect(),
            ),
            Value::Reference(reference) => match reference.targets.as_slice() {
                [only] if reference.exact => Symbolic::Attribute(only.clone()),
                _ => Symbolic::Attribute(at.clone()),
            },
            Value::Computed | Value::Unknown => Symbolic::Attribute(at.clone()),
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
        attribute,
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

/// Conjunction of what can be told.
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

/// A compound value; none where it is beyond all bounds.
fn compound<T>(
    inner: T,
    children: impl for<'a> Fn(&'a T) -> Box<dyn Iterator<Item = &'a Symbolic> + 'a>,
) -> Option<Rc<Compound<T>>> {
    let (mut known, mut weight, mut depth) = (true, 1u32, 0);
    for child in children(&inner) {
        known &= child.is_known();
        weight = weight.saturating_add(child.weight());
        depth = depth.max(child.depth() + 1);
    }
    (weight <= WEIGHT && depth <= DEPTH).then(|| {
        Rc::new(Compound {
            inner,
            known,
            weight,
            depth,
        })
    })
}
