//! A comparison of one known value with something that stands in a rule.

use super::value::Value;
use crate::model::{AddressSet, Traffic};
use regex::Regex;

/// What a value is compared with, and how.
#[derive(Clone, Debug)]
pub(super) enum Comparison {
    /// It is one of these.
    In(Vec<Value>),
    /// The expression is found in it.
    Matches(Regex),
    /// It has addresses, and all of them are among these.
    Within(AddressSet),
    /// One of its addresses is among these.
    Overlaps(AddressSet),
    /// Something passes, and all of it is among this.
    WithinTraffic(Traffic),
    /// Some of it is among this.
    OverlapsTraffic(Traffic),
    /// It is this or more.
    AtLeast(u64),
    /// It is this or less.
    AtMost(u64),
    /// There is something, or nothing.
    Exists(bool),
}

impl Comparison {
    /// Whether it holds for a known value. (The types fit: they are checked when the rule is read.)
    pub fn holds(&self, value: &Value) -> bool {
        match (self, value) {
            (Comparison::In(several), _) => several.contains(value),
            (Comparison::Exists(wanted), _) => exists(value) == *wanted,
            (Comparison::Matches(expression), Value::Word(word)) => expression.is_match(word),
            (Comparison::AtLeast(least), Value::Number(number)) => number >= least,
            (Comparison::AtMost(most), Value::Number(number)) => number <= most,
            (Comparison::Within(block), Value::Addresses(set)) => {
                !set.is_empty() && set.is_subset(block)
            }
            (Comparison::Overlaps(block), Value::Addresses(set)) => !set.is_disjoint(block),
            (Comparison::WithinTraffic(named), Value::Traffic(traffic)) => {
                !traffic.is_empty() && traffic.is_subset(named)
            }
            (Comparison::OverlapsTraffic(named), Value::Traffic(traffic)) => {
                !traffic.intersection(named).is_empty()
            }
            _ => false,
        }
    }
}

/// Whether a value holds something.
fn exists(value: &Value) -> bool {
    match value {
        Value::Word(word) => !word.is_empty(),
        Value::Names(names) => !names.is_empty(),
        Value::Items(items) => !items.is_empty(),
        Value::Addresses(set) => !set.is_empty(),
        Value::Traffic(traffic) => !traffic.is_empty(),
        Value::Flag(_) | Value::Number(_) | Value::Unknown(_) => true,
    }
}
