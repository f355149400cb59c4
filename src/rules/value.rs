//! What a field of a fact holds.

use super::far_side::short_addresses;
use super::traffic_words::traffic_words;
use crate::model::{AddressSet, Doubt, Traffic};

/// Values of the fields of a fact, or of one item of a list in it, by name.
pub(super) type Values = Vec<(&'static str, Value)>;

/// The value of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// `true` or `false`.
    Flag(bool),
    /// A word, name or phrase; empty where there is none.
    Word(String),
    /// A count.
    Number(u64),
    /// Names, in order.
    Names(Vec<String>),
    /// Addresses.
    Addresses(AddressSet),
    /// Protocols and ports.
    Traffic(Traffic),
    /// Things with fields of their own.
    Items(Vec<Values>),
    /// Not known from the input, for these reasons.
    Unknown(Doubt),
}

impl Value {
    /// A value that the input may leave unknown.
    pub fn known(value: Option<impl Into<Value>>) -> Self {
        value.map_or(Value::Unknown(Doubt::none()), Into::into)
    }

    /// It as text; empty where it has none.
    pub fn text(&self) -> String {
        match self {
            Value::Word(word) => word.clone(),
            Value::Flag(flag) => flag.to_string(),
            Value::Number(number) => number.to_string(),
            Value::Names(names) => names.join(", "),
            Value::Addresses(set) => short_addresses(set),
            Value::Traffic(traffic) => traffic_words(traffic),
            Value::Items(items) => items.len().to_string(),
            Value::Unknown(_) => "what the input does not say".to_owned(),
        }
    }

    /// It as text with nothing left out, to tell values apart.
    pub fn whole(&self) -> String {
        match self {
            Value::Addresses(set) => set.to_string(),
            Value::Traffic(traffic) => traffic.to_string(),
            other => other.text(),
        }
    }
}

/// The fields of a fact that a condition looks at: those of whom it is about, and those of the fact.
#[derive(Clone, Copy)]
pub(super) struct Fields<'v> {
    own: &'v Values,
    shared: &'v Values,
}

impl<'v> Fields<'v> {
    pub fn new(own: &'v Values, shared: &'v Values) -> Self {
        Fields { own, shared }
    }

    /// Those of one item of a list.
    pub fn of(item: &'v Values) -> Self {
        Fields::new(item, item)
    }

    /// The value of a field by its name.
    pub fn find(self, field: &str) -> Option<&'v Value> {
        let mut all = self.own.iter().chain(self.shared);
        all.find(|(name, _)| *name == field).map(|(_, value)| value)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Value::Flag(flag)
    }
}

impl From<String> for Value {
    fn from(word: String) -> Self {
        Value::Word(word)
    }
}

impl From<&str> for Value {
    fn from(word: &str) -> Self {
        Value::Word(word.to_owned())
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Value::Number(number as u64)
    }
}

impl From<Vec<String>> for Value {
    fn from(names: Vec<String>) -> Self {
        Value::Names(names)
    }
}

impl From<AddressSet> for Value {
    fn from(set: AddressSet) -> Self {
        Value::Addresses(set)
    }
}

impl From<Traffic> for Value {
    fn from(traffic: Traffic) -> Self {
        Value::Traffic(traffic)
    }
}

impl From<Vec<Values>> for Value {
    fn from(items: Vec<Values>) -> Self {
        Value::Items(items)
    }
}
