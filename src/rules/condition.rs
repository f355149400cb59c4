//! Conditions on facts, checked against their fields before anything runs: what a rule's `match` and `when` become.

use super::comparison::Comparison;
use super::truth::Truth;
use super::value::{Fields, Value};
use super::when::Program;
use crate::model::{Gap, Id};
use std::collections::BTreeSet;

/// A condition on a fact, or on one item of a list in it.
#[derive(Clone, Debug)]
pub(super) enum Condition {
    /// All hold.
    All(Vec<Condition>),
    /// At least one holds.
    Any(Vec<Condition>),
    /// None holds.
    None(Vec<Condition>),
    /// The test holds for the field's value.
    Field(&'static str, Test),
    /// The expression holds.
    When(Program),
}

/// A condition on one value.
#[derive(Clone, Debug)]
pub(super) enum Test {
    /// The value compares so.
    Is(Comparison),
    /// All hold.
    All(Vec<Test>),
    /// The test does not hold.
    Not(Box<Test>),
    /// The test holds for one of the names.
    AnyName(Box<Test>),
    /// The test holds for every name; so it does where there are none.
    EveryName(Box<Test>),
    /// The condition holds for one of the items.
    AnyItem(Box<Condition>),
    /// The condition holds for every item; so it does where there are none.
    EveryItem(Box<Condition>),
}

impl Condition {
    /// Whether it holds; `gaps` gathers why values that it hangs on are not known.
    pub fn holds(&self, values: Fields<'_>, gaps: &mut BTreeSet<Id<Gap>>) -> Truth {
        match self {
            Condition::All(parts) => Truth::all(parts.iter().map(|one| one.holds(values, gaps))),
            Condition::Any(parts) => Truth::any(parts.iter().map(|one| one.holds(values, gaps))),
            Condition::None(parts) => !Truth::any(parts.iter().map(|one| one.holds(values, gaps))),
            Condition::Field(name, test) => values
                .find(name)
                .map_or(Truth::Maybe, |value| test.holds(value, gaps)),
            Condition::When(program) => program.holds(values, gaps),
        }
    }

    /// Whether it looks at a field of the fact.
    pub fn looks_at(&self, field: &str) -> bool {
        match self {
            Condition::All(parts) | Condition::Any(parts) | Condition::None(parts) => {
                parts.iter().any(|part| part.looks_at(field))
            }
            Condition::Field(name, _) => *name == field,
            Condition::When(program) => program.looks_at(field),
        }
    }

    /// What is left of it when one of its conditions is taken away, for each of them.
    #[cfg(test)]
    pub fn without_one(&self) -> Vec<Condition> {
        match self {
            Condition::All(parts) => less(parts, Condition::without_one)
                .map(Condition::All)
                .collect(),
            Condition::Any(parts) => less(parts, Condition::without_one)
                .filter(|rest| !rest.is_empty())
                .map(Condition::Any)
                .collect(),
            Condition::None(parts) => less(parts, Condition::without_one)
                .map(Condition::None)
                .collect(),
            Condition::Field(name, test) => {
                let rest = test.without_one().into_iter();
                rest.map(|test| Condition::Field(name, test)).collect()
            }
            Condition::When(_) => Vec::new(),
        }
    }
}

/// A list without each of its parts, and with less of each.
#[cfg(test)]
fn less<T: Clone>(parts: &[T], inner: fn(&T) -> Vec<T>) -> impl Iterator<Item = Vec<T>> {
    let mut out = Vec::new();
    for (place, part) in parts.iter().enumerate() {
        let others = || {
            parts
                .iter()
                .enumerate()
                .filter(move |(other, _)| *other != place)
        };
        out.push(others().map(|(_, other)| other.clone()).collect());
        for rest in inner(part) {
            let mut changed = parts.to_vec();
            changed.splice(place..=place, [rest]);
            out.push(changed);
        }
    }
    out.into_iter()
}

impl Test {
    fn holds(&self, value: &Value, gaps: &mut BTreeSet<Id<Gap>>) -> Truth {
        if let Value::Unknown(doubt) = value {
            gaps.extend(doubt.gaps());
            return Truth::Maybe;
        }
        match (self, value) {
            (Test::Is(comparison), _) => comparison.holds(value).into(),
            (Test::All(tests), _) => Truth::all(tests.iter().map(|one| one.holds(value, gaps))),
            (Test::Not(test), _) => !test.holds(value, gaps),
            (Test::AnyName(test), Value::Names(names)) => {
                Truth::any(words(names).map(|name| test.holds(&name, gaps)))
            }
            (Test::EveryName(test), Value::Names(names)) => {
                Truth::all(words(names).map(|name| test.holds(&name, gaps)))
            }
            (Test::AnyItem(condition), Value::Items(items)) => Truth::any(
                items
                    .iter()
                    .map(|item| condition.holds(Fields::of(item), gaps)),
            ),
            (Test::EveryItem(condition), Value::Items(items)) => Truth::all(
                items
                    .iter()
                    .map(|item| condition.holds(Fields::of(item), gaps)),
            ),
            // Quantifiers stand only on lists: it is checked when the rule is read.
            _ => Truth::No,
        }
    }

    #[cfg(test)]
    fn without_one(&self) -> Vec<Test> {
        match self {
            Test::Is(_) => Vec::new(),
            Test::All(tests) if tests.len() < 2 => {
                let inner = tests.iter().flat_map(Test::without_one);
                inner.map(|test| Test::All(vec![test])).collect()
            }
            Test::All(tests) => less(tests, Test::without_one).map(Test::All).collect(),
            Test::Not(test) => boxed(test.without_one(), Test::Not),
            Test::AnyName(test) => boxed(test.without_one(), Test::AnyName),
            Test::EveryName(test) => boxed(test.without_one(), Test::EveryName),
            Test::AnyItem(condition) => boxed(condition.without_one(), Test::AnyItem),
            Test::EveryItem(condition) => boxed(condition.without_one(), Test::EveryItem),
        }
    }
}

#[cfg(test)]
fn boxed<T>(parts: Vec<T>, make: fn(Box<T>) -> Test) -> Vec<Test> {
    parts.into_iter().map(|part| make(Box::new(part))).collect()
}

fn words(names: &[String]) -> impl Iterator<Item = Value> + '_ {
    names.iter().map(|name| name.as_str().into())
}
