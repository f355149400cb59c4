//! Choices of a random world, and selectors: how they are written, and whom they hold for.

use std::collections::BTreeMap;

/// A finite row of choices: what is not there is the first of its kind, so that shorter rows are simpler worlds.
pub struct Dice {
    pub row: Vec<u16>,
    pub at: usize,
}

impl Dice {
    pub fn below(&mut self, sides: usize) -> usize {
        self.at += 1;
        usize::from(self.row.get(self.at - 1).copied().unwrap_or_default()) % sides
    }

    pub fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// True once in so many.
    pub fn once_in(&mut self, sides: usize) -> bool {
        self.below(sides) == sides - 1
    }
}

pub type Labels = BTreeMap<String, String>;

/// An expression: how it is written, and whom it holds for.
#[derive(Clone)]
pub enum Said {
    All,
    Global,
    Has(&'static str),
    Is(&'static str, &'static str, &'static str),
    In(&'static str, Vec<&'static str>, bool),
    Not(Box<Said>),
    Both(Box<Said>, Box<Said>),
    Either(Box<Said>, Box<Said>),
}

pub const VALUES: [&str; 6] = ["web", "api", "db", "a", "bot", "partner"];

impl Said {
    pub fn of(dice: &mut Dice, keys: &[&'static str], depth: usize) -> Said {
        let inner = |dice: &mut Dice| Box::new(Said::of(dice, keys, depth + 1));
        match dice.below(if depth > 1 { 5 } else { 8 }) {
            0 => Said::Is(dice.one(keys), "==", dice.one(&VALUES)),
            1 => Said::Has(dice.one(keys)),
            2 => Said::Is(
                dice.one(keys),
                dice.one(&["!=", "contains", "starts with", "ends with"]),
                dice.one(&VALUES),
            ),
            3 => Said::In(
                dice.one(keys),
                vec![dice.one(&VALUES), dice.one(&VALUES)],
                dice.once_in(2),
            ),
            4 => Said::All,
            5 => Said::Not(inner(dice)),
            6 => Said::Both(inner(dice), inner(dice)),
            _ => Said::Either(inner(dice), inner(dice)),
        }
    }

    pub fn written(&self) -> String {
        match self {
            Said::All => "all()".to_owned(),
            Said::Global => "global()".to_owned(),
            Said::Has(key) => format!("has({key})"),
            Said::Is(key, operator, value) => format!("{key} {operator} '{value}'"),
            Said::In(key, values, not) => format!(
                "{key} {}in {{'{}'}}",
                if *not { "not " } else { "" },
                values.join("', '")
            ),
            Said::Not(inner) => format!("!({})", inner.written()),
            Said::Both(a, b) => format!("({}) && ({})", a.written(), b.written()),
            Said::Either(a, b) => format!("({}) || ({})", a.written(), b.written()),
        }
    }

    pub fn holds(&self, labels: &Labels) -> bool {
        let value = |key: &str| labels.get(key).map(String::as_str);
        match self {
            Said::All => true,
            Said::Global => false,
            Said::Has(key) => value(key).is_some(),
            Said::Is(key, "!=", text) => value(key) != Some(text),
            Said::Is(key, operator, text) => value(key).is_some_and(|own| match *operator {
                "==" => own == *text,
                "contains" => own.contains(text),
                "starts with" => own.starts_with(text),
                _ => own.ends_with(text),
            }),
            Said::In(key, values, not) => {
                value(key).is_some_and(|own| values.contains(&own)) != *not
            }
            Said::Not(inner) => !inner.holds(labels),
            Said::Both(a, b) => a.holds(labels) && b.holds(labels),
            Said::Either(a, b) => a.holds(labels) || b.holds(labels),
        }
    }
}
