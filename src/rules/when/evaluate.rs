//! Evaluates a checked expression for one fact. Unknown stays unknown, and the work is bounded.

use super::super::comparison::Comparison;
use super::super::truth::Truth;
use super::super::value::{Fields, Value, Values};
use super::expression::{Count, Expression, Order, TextTest};
use crate::model::{Gap, Id};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Most steps for one fact; who needs more gets no answer, so that the finding is possible.
const MOST_STEPS: usize = 100_000;

/// A checked expression.
#[derive(Clone, Debug)]
pub(in crate::rules) struct Program {
    expression: Expression,
}

impl Program {
    pub(super) fn new(expression: Expression) -> Self {
        Program { expression }
    }

    /// Whether it holds for a fact; `gaps` gathers why values that it hangs on are not known.
    pub fn holds(&self, values: Fields<'_>, gaps: &mut BTreeSet<Id<Gap>>) -> Truth {
        let mut run = Run {
            values,
            elements: Vec::new(),
            gaps,
            steps: MOST_STEPS,
        };
        run.truth(&self.expression)
    }

    /// Whether it looks at a field of the fact.
    pub fn looks_at(&self, field: &str) -> bool {
        looks_at(&self.expression, field)
    }
}

fn looks_at(expression: &Expression, field: &str) -> bool {
    let looks = |one: &Expression| looks_at(one, field);
    match expression {
        Expression::Field(name) => *name == field,
        Expression::Constant(_)
        | Expression::Numbers(_)
        | Expression::Element(_)
        | Expression::Member(..) => false,
        Expression::Not(a) | Expression::Size(a) | Expression::Test(a, _) => looks(a),
        Expression::And(a, b)
        | Expression::Or(a, b)
        | Expression::Equal(a, b)
        | Expression::Compare(_, a, b)
        | Expression::In(a, b)
        | Expression::Quantified(_, a, b)
        | Expression::Text(_, a, b)
        | Expression::Among(_, a, b) => looks(a) || looks(b),
        Expression::If(a, b, c) => looks(a) || looks(b) || looks(c),
    }
}

/// What a comprehension looks at.
#[derive(Clone)]
enum Element<'v> {
    Item(&'v Values),
    Value(Value),
}

struct Run<'v, 'g> {
    values: Fields<'v>,
    elements: Vec<Element<'v>>,
    gaps: &'g mut BTreeSet<Id<Gap>>,
    steps: usize,
}

impl<'v> Run<'v, '_> {
    fn truth(&mut self, one: &Expression) -> Truth {
        match one {
            Expression::Not(a) => !self.truth(a),
            Expression::And(a, b) => match self.truth(a) {
                Truth::No => Truth::No,
                first => first.and(self.truth(b)),
            },
            Expression::Or(a, b) => match self.truth(a) {
                Truth::Yes => Truth::Yes,
                first => first.or(self.truth(b)),
            },
            Expression::Quantified(count, list, condition) => {
                self.quantified(*count, list, condition)
            }
            _ => match self.value(one).as_deref() {
                Some(Value::Flag(flag)) => (*flag).into(),
                _ => Truth::Maybe,
            },
        }
    }

    fn quantified(&mut self, count: Count, list: &Expression, condition: &Expression) -> Truth {
        let Some(elements) = self.list(list) else {
            return Truth::Maybe;
        };
        let mut each = Vec::new();
        for element in elements {
            let Some(left) = self.steps.checked_sub(1) else {
                return Truth::Maybe;
            };
            self.steps = left;
            self.elements.push(element);
            each.push(self.truth(condition));
            self.elements.pop();
        }
        let sure = each.iter().filter(|one| **one == Truth::Yes).count();
        let may = each.iter().filter(|one| **one != Truth::No).count();
        match count {
            Count::Some => Truth::any(each),
            Count::Every => Truth::all(each),
            Count::One if sure > 1 || may == 0 => Truth::No,
            Count::One if may == 1 && sure == 1 => Truth::Yes,
            Count::One => Truth::Maybe,
        }
    }

    /// The elements of a list; none where it is not known, or too much was done.
    fn list(&mut self, one: &Expression) -> Option<Vec<Element<'v>>> {
        let words = |names: &[String]| {
            let each = names.iter().map(|name| Value::from(name.as_str()));
            each.map(Element::Value).collect()
        };
        match one {
            Expression::Field(_) | Expression::Member(..) => {
                let found = self.find(one)?;
                match found {
                    Value::Items(items) => Some(items.iter().map(Element::Item).collect()),
                    Value::Names(names) => Some(words(names)),
                    _ => None,
                }
            }
            Expression::Constant(Value::Names(names)) => Some(words(names)),
            Expression::Numbers(numbers) => {
                let each = numbers.iter().map(|one| Value::Number(*one));
                Some(each.map(Element::Value).collect())
            }
            _ => None,
        }
    }

    /// The value of a field, of the fact or of an element; none where it is not known.
    fn find(&mut self, one: &Expression) -> Option<&'v Value> {
        let found = match one {
            Expression::Field(name) => self.values.find(name),
            Expression::Member(place, name) => match self.elements.get(*place) {
                Some(Element::Item(item)) => Fields::of(item).find(name),
                _ => None,
            },
            _ => None,
        }?;
        if let Value::Unknown(doubt) = found {
            self.gaps.extend(doubt.gaps());
            return None;
        }
        Some(found)
    }

    /// The value; none where it is not known, or too much was done.
    fn value<'e>(&mut self, one: &'e Expression) -> Option<Cow<'e, Value>>
    where
        'v: 'e,
    {
        self.steps = self.steps.checked_sub(1)?;
        let flag = |truth: Truth| match truth {
            Truth::Yes => Some(Cow::Owned(Value::Flag(true))),
            Truth::No => Some(Cow::Owned(Value::Flag(false))),
            Truth::Maybe => None,
        };
        match one {
            Expression::Constant(value) => Some(Cow::Borrowed(value)),
            Expression::Field(_) | Expression::Member(..) => self.find(one).map(Cow::Borrowed),
            Expression::Element(place) => match self.elements.get(*place) {
                Some(Element::Value(value)) => Some(Cow::Owned(value.clone())),
                _ => None,
            },
            Expression::If(condition, a, b) => match self.truth(condition) {
                Truth::Yes => self.value(a),
                Truth::No => self.value(b),
                Truth::Maybe => {
                    let (a, b) = (self.value(a)?, self.value(b)?);
                    (a == b).then_some(a)
                }
            },
            Expression::Size(list) => {
                let size = self.list(list)?.len();
                Some(Cow::Owned(size.into()))
            }
            Expression::In(a, list) => flag(self.is_in(a, list)),
            Expression::Equal(..)
            | Expression::Compare(..)
            | Expression::Test(..)
            | Expression::Text(..)
            | Expression::Among(..) => {
                let holds = self.compare(one)?;
                Some(Cow::Owned(Value::Flag(holds)))
            }
            Expression::Not(_)
            | Expression::And(..)
            | Expression::Or(..)
            | Expression::Quantified(..) => flag(self.truth(one)),
            Expression::Numbers(_) => None,
        }
    }

    fn is_in(&mut self, one: &Expression, list: &Expression) -> Truth {
        let Some(elements) = self.list(list) else {
            return Truth::Maybe;
        };
        if elements.is_empty() {
            return Truth::No;
        }
        let Some(own) = self.value(one) else {
            return Truth::Maybe;
        };
        let same =
            |element: &Element<'_>| matches!(element, Element::Value(value) if *value == *own);
        elements.iter().any(same).into()
    }

    /// A comparison of known values.
    fn compare(&mut self, one: &Expression) -> Option<bool> {
        Some(match one {
            Expression::Equal(a, b) => self.value(a)? == self.value(b)?,
            Expression::Compare(order, a, b) => {
                let (a, b) = (number(&*self.value(a)?)?, number(&*self.value(b)?)?);
                match order {
                    Order::Less => a < b,
                    Order::AtMost => a <= b,
                    Order::More => a > b,
                    Order::AtLeast => a >= b,
                }
            }
            Expression::Test(a, test) => test.holds(&*self.value(a)?),
            Expression::Text(how, a, b) => match (&*self.value(a)?, &*self.value(b)?) {
                (Value::Word(a), Value::Word(b)) => match how {
                    TextTest::Begins => a.starts_with(b.as_str()),
                    TextTest::Ends => a.ends_with(b.as_str()),
                    TextTest::Holds => a.contains(b.as_str()),
                },
                _ => return None,
            },
            Expression::Among(whole, a, b) => match (&*self.value(a)?, self.value(b)?.into_owned())
            {
                (Value::Addresses(_), Value::Addresses(set)) => {
                    let test = if *whole {
                        Comparison::Within(set)
                    } else {
                        Comparison::Overlaps(set)
                    };
                    test.holds(&*self.value(a)?)
                }
                _ => return None,
            },
            _ => return None,
        })
    }
}

fn number(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => Some(*number),
        _ => None,
    }
}
