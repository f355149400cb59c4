//! An expression after checking: every name is a field or a variable, every type fits.

use super::super::comparison::Comparison;
use super::super::field::{Field, Holds};
use super::super::value::Value;

/// What an expression stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    /// `true` or `false`.
    Flag,
    /// A number.
    Number,
    /// A text.
    Text,
    /// A text that is one of these.
    Word(&'static [&'static str]),
    /// A list of texts.
    Texts,
    /// A list of numbers.
    Numbers,
    /// IP addresses.
    Addresses,
    /// Protocols and ports.
    Traffic,
    /// A list of things with these fields.
    Items(&'static [Field]),
    /// One of them.
    Item(&'static [Field]),
}

impl Type {
    /// The type of a field; none where it is only to be printed.
    pub fn of(holds: Holds) -> Option<Type> {
        Some(match holds {
            Holds::Flag => Type::Flag,
            Holds::Number => Type::Number,
            Holds::Word(words) => Type::Word(words),
            Holds::Name | Holds::Term => Type::Text,
            Holds::Names => Type::Texts,
            Holds::Addresses => Type::Addresses,
            Holds::Traffic => Type::Traffic,
            Holds::Items(fields) => Type::Items(fields),
            Holds::Phrase => return None,
        })
    }

    /// What it is, for a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Type::Flag => "true or false",
            Type::Number => "a number",
            Type::Text | Type::Word(_) => "a text",
            Type::Texts => "a list of texts",
            Type::Numbers => "a list of numbers",
            Type::Addresses => "addresses",
            Type::Traffic => "traffic",
            Type::Items(_) => "a list of things with fields",
            Type::Item(_) => "a thing with fields",
        }
    }

    /// Whether values of both can be equal.
    pub fn fits(self, other: Type) -> bool {
        let text = |own| matches!(own, Type::Text | Type::Word(_));
        let single = matches!(self, Type::Flag | Type::Number);
        text(self) && text(other) || single && self == other
    }

    /// The type of what is in a list; none for what is no list.
    pub fn element(self) -> Option<Type> {
        match self {
            Type::Texts => Some(Type::Text),
            Type::Numbers => Some(Type::Number),
            Type::Items(fields) => Some(Type::Item(fields)),
            _ => None,
        }
    }
}

/// How two numbers are compared.
#[derive(Clone, Copy, Debug)]
pub(super) enum Order {
    Less,
    AtMost,
    More,
    AtLeast,
}

/// For how many elements of a list a condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Count {
    /// At least one.
    Some,
    /// Every one.
    Every,
    /// Exactly one.
    One,
}

/// A checked expression.
#[derive(Clone, Debug)]
pub(super) enum Expression {
    Constant(Value),
    Numbers(Vec<u64>),
    Field(&'static str),
    /// The element that the comprehension looks at which is so many outside of this place.
    Element(usize),
    /// A field of such an element.
    Member(usize, &'static str),
    Not(Box<Expression>),
    And(Box<Expression>, Box<Expression>),
    Or(Box<Expression>, Box<Expression>),
    If(Box<Expression>, Box<Expression>, Box<Expression>),
    Equal(Box<Expression>, Box<Expression>),
    Compare(Order, Box<Expression>, Box<Expression>),
    In(Box<Expression>, Box<Expression>),
    Quantified(Count, Box<Expression>, Box<Expression>),
    Size(Box<Expression>),
    /// A test of one value whose operand stands in the rule.
    Test(Box<Expression>, Comparison),
    /// Whether the text begins with, ends with or holds another.
    Text(TextTest, Box<Expression>, Box<Expression>),
    /// Whether the first addresses are all (`true`) or some among the second.
    Among(bool, Box<Expression>, Box<Expression>),
}

/// How one text is looked for in another.
#[derive(Clone, Copy, Debug)]
pub(super) enum TextTest {
    Begins,
    Ends,
    Holds,
}
