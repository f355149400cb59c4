//! Conditions on one field: a value, a list of which one holds, or `{not: …}`.

use serde::Deserialize;

/// A condition as it is written in a rule.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Condition {
    /// The field is this.
    Is(Scalar),
    /// The field is one of these.
    OneOf(Vec<Scalar>),
    /// The condition does not hold.
    Not(Negation),
}

/// `{not: …}`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Negation {
    not: Box<Condition>,
}

/// A value to compare with.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Scalar {
    /// `true` or `false`.
    Flag(bool),
    /// A word.
    Word(String),
}

impl From<bool> for Scalar {
    fn from(flag: bool) -> Self {
        Scalar::Flag(flag)
    }
}

impl From<String> for Scalar {
    fn from(word: String) -> Self {
        Scalar::Word(word)
    }
}

impl From<&str> for Scalar {
    fn from(word: &str) -> Self {
        Scalar::Word(word.to_owned())
    }
}

impl Condition {
    /// Whether it holds for a field's value.
    pub(super) fn holds(&self, value: &Scalar) -> bool {
        match self {
            Condition::Is(one) => one == value,
            Condition::OneOf(several) => several.contains(value),
            Condition::Not(Negation { not }) => !not.holds(value),
        }
    }

    /// Every value that is named in it.
    pub(super) fn scalars(&self) -> Vec<&Scalar> {
        match self {
            Condition::Is(one) => vec![one],
            Condition::OneOf(several) => several.iter().collect(),
            Condition::Not(Negation { not }) => not.scalars(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(yaml: &str, word: &str) -> bool {
        serde_saphyr::from_str::<Condition>(yaml)
            .unwrap()
            .holds(&Scalar::Word(word.to_owned()))
    }

    #[test]
    fn one_several_none() {
        assert!(check("egress", "egress") && !check("egress", "ingress"));
        assert!(check("[a, b]", "b") && !check("[a, b]", "c"));
        assert!(check("{not: a}", "b") && !check("{not: [a, b]}", "b"));
        assert!(!check("true", "true"), "a flag is no word");
    }
}
