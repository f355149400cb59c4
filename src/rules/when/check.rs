//! Checks names and types of an expression, and bounds its size.

use super::super::field::Field;
use super::super::nearest::suggestion;
use super::super::value::Value;
use super::checking::{Checked, Checking, Mistake};
use super::expression::{Count, Expression, Order, Type};
use super::function;
use cel::common::ast::{
    CallExpr, ComprehensionExpr, Expr, IdedExpr, ListExpr, LiteralValue, SelectExpr, SourceInfo,
    operators,
};

/// Most parts that an expression may have.
const MOST_PARTS: usize = 300;

/// Most comprehensions inside each other.
const MOST_NESTED: usize = 2;

pub(super) const NO_HAS: &str = "`has()` is refused: what the input leaves unknown is unknown here, and `has()` would call it absent; \
    compare the field itself, and the finding becomes possible";

/// Checks one expression.
pub(super) struct Checker<'s> {
    fields: &'static [Field],
    source: &'s SourceInfo,
    /// Variables of the comprehensions around, outermost first.
    variables: Vec<(String, Type)>,
    parts: usize,
}

impl<'s> Checker<'s> {
    pub fn new(fields: &'static [Field], source: &'s SourceInfo) -> Self {
        Checker {
            fields,
            source,
            variables: Vec::new(),
            parts: 0,
        }
    }

    /// Where the parser says that it stands.
    fn offset(&self, expression: &IdedExpr) -> usize {
        let range = self.source.offset_for(expression.id);
        range.map_or(0, |(start, _)| start as usize)
    }

    fn name(&self, one: &IdedExpr, name: &str) -> Checked {
        let found = self.variables.iter().rposition(|(own, _)| own == name);
        if let Some((place, (_, own))) = found.and_then(|at| Some((at, self.variables.get(at)?))) {
            return Ok((Expression::Element(place), *own));
        }
        let (name, own) = self.field(one, self.fields, name)?;
        Ok((Expression::Field(name), own))
    }

    fn field(
        &self,
        one: &IdedExpr,
        fields: &'static [Field],
        name: &str,
    ) -> Result<(&'static str, Type), Mistake> {
        let comparable = fields.iter().filter(|field| field.is_comparable());
        let mut known: Vec<&str> = comparable.map(|field| field.name).collect();
        known.extend(self.variables.iter().map(|(name, _)| name.as_str()));
        let Some(field) = fields.iter().find(|field| field.name == name) else {
            let meant = suggestion(name, &known);
            return Err(self.wrong(one, format!("`{name}` is no field here: {meant}")));
        };
        let own = Type::of(field.holds).ok_or_else(|| {
            let why = format!("`{name}` cannot be compared: the field is only to be printed");
            self.wrong(one, why)
        })?;
        Ok((field.name, own))
    }

    fn literal(&self, one: &IdedExpr, literal: &LiteralValue) -> Checked {
        match literal {
            LiteralValue::Boolean(flag) => {
                Ok((Expression::Constant((*flag.inner()).into()), Type::Flag))
            }
            LiteralValue::String(text) => {
                Ok((Expression::Constant(text.inner().into()), Type::Text))
            }
            LiteralValue::Int(number) => match u64::try_from(*number.inner()) {
                Ok(number) => Ok((Expression::Constant(Value::Number(number)), Type::Number)),
                Err(_) => Err(self.wrong(one, "numbers begin at 0: no fact counts below it")),
            },
            _ => Err(self.wrong(
                one,
                "this kind of value is no part of rules: expected a text, a whole number, true or false",
            )),
        }
    }

    fn list(&mut self, one: &IdedExpr, list: &ListExpr) -> Checked {
        let (mut texts, mut numbers) = (Vec::new(), Vec::new());
        for element in &list.elements {
            match self.check(element)?.0 {
                Expression::Constant(Value::Word(text)) => texts.push(text),
                Expression::Constant(Value::Number(number)) => numbers.push(number),
                _ => {
                    let why = "a list holds texts in quotes or numbers, nothing else";
                    return Err(self.wrong(element, why));
                }
            }
        }
        match (texts.is_empty(), numbers.is_empty()) {
            (_, true) => Ok((Expression::Constant(texts.into()), Type::Texts)),
            (true, false) => Ok((Expression::Numbers(numbers), Type::Numbers)),
            (false, false) => Err(self.wrong(one, "a list holds texts or numbers, not both")),
        }
    }

    fn member(&mut self, one: &IdedExpr, select: &SelectExpr) -> Checked {
        if select.test {
            return Err(self.wrong(one, NO_HAS));
        }
        let (inner, own) = self.check(&select.operand)?;
        match (inner, own) {
            (Expression::Element(place), Type::Item(fields)) => {
                let (name, own) = self.field(one, fields, &select.field)?;
                Ok((Expression::Member(place, name), own))
            }
            (_, Type::Items(_)) => {
                let why = format!(
                    "`.{}` of a list: use `exists` or `all` to look at each of it",
                    select.field
                );
                Err(self.wrong(one, why))
            }
            (_, own) => {
                let why = format!("`.{}` of {}, which has no fields", select.field, own.name());
                Err(self.wrong(one, why))
            }
        }
    }

    fn call(&mut self, one: &IdedExpr, call: &CallExpr) -> Checked {
        let args = call.args.as_slice();
        match (call.func_name.as_str(), args) {
            (operators::LOGICAL_AND, [a, b]) => {
                let (a, b) = (self.flag(a)?, self.flag(b)?);
                Ok((Expression::And(a, b), Type::Flag))
            }
            (operators::LOGICAL_OR, [a, b]) => {
                let (a, b) = (self.flag(a)?, self.flag(b)?);
                Ok((Expression::Or(a, b), Type::Flag))
            }
            (operators::LOGICAL_NOT, [a]) => Ok((Expression::Not(self.flag(a)?), Type::Flag)),
            (operators::EQUALS, [a, b]) => Ok((self.equal(a, b)?, Type::Flag)),
            (operators::NOT_EQUALS, [a, b]) => {
                let equal = Box::new(self.equal(a, b)?);
                Ok((Expression::Not(equal), Type::Flag))
            }
            (operators::LESS, [a, b]) => self.compare(Order::Less, a, b),
            (operators::LESS_EQUALS, [a, b]) => self.compare(Order::AtMost, a, b),
            (operators::GREATER, [a, b]) => self.compare(Order::More, a, b),
            (operators::GREATER_EQUALS, [a, b]) => self.compare(Order::AtLeast, a, b),
            (operators::IN, [a, b]) => self.is_in(a, b),
            (operators::CONDITIONAL, [a, b, c]) => self.choice(a, b, c),
            ("has", _) => Err(self.wrong(one, NO_HAS)),
            _ => function::check(self, one, call),
        }
    }

    fn flag(&mut self, one: &IdedExpr) -> Result<Box<Expression>, Mistake> {
        self.typed(one, Type::Flag)
    }

    fn equal(&mut self, a: &IdedExpr, b: &IdedExpr) -> Result<Expression, Mistake> {
        let (left, own) = self.check(a)?;
        let (right, other) = self.check(b)?;
        if !own.fits(other) {
            let why = format!("{} is never {}", own.name(), other.name());
            return Err(self.wrong(b, why));
        }
        self.is_one_of(own, &right, b)?;
        self.is_one_of(other, &left, a)?;
        Ok(Expression::Equal(Box::new(left), Box::new(right)))
    }

    /// Whether a field of certain words is compared with one of them.
    fn is_one_of(&self, own: Type, other: &Expression, at: &IdedExpr) -> Result<(), Mistake> {
        let Type::Word(words) = own else {
            return Ok(());
        };
        let texts: &[String] = match other {
            Expression::Constant(Value::Word(text)) => std::slice::from_ref(text),
            Expression::Constant(Value::Names(texts)) => texts,
            _ => return Ok(()),
        };
        let known = |text: &&String| words.contains(&text.as_str());
        match texts.iter().find(|text| !known(text)) {
            None => Ok(()),
            Some(text) => {
                let meant = suggestion(text, words);
                Err(self.wrong(at, format!("it is never `{text}`: {meant}")))
            }
        }
    }

    fn compare(&mut self, order: Order, a: &IdedExpr, b: &IdedExpr) -> Checked {
        let (a, b) = (self.typed(a, Type::Number)?, self.typed(b, Type::Number)?);
        Ok((Expression::Compare(order, a, b), Type::Flag))
    }

    fn is_in(&mut self, a: &IdedExpr, b: &IdedExpr) -> Checked {
        let (one, own) = self.check(a)?;
        let (list, other) = self.check(b)?;
        match other.element() {
            Some(element) if own.fits(element) => {
                self.is_one_of(own, &list, b)?;
                Ok((Expression::In(Box::new(one), Box::new(list)), Type::Flag))
            }
            Some(element) => {
                let why = format!(
                    "this is {}, and the list is of {}",
                    own.name(),
                    element.name()
                );
                Err(self.wrong(a, why))
            }
            None => Err(self.wrong(b, format!("this is {}: expected a list", other.name()))),
        }
    }

    fn choice(&mut self, a: &IdedExpr, b: &IdedExpr, c: &IdedExpr) -> Checked {
        let condition = self.flag(a)?;
        let (yes, own) = self.check(b)?;
        let (no, other) = self.check(c)?;
        if !own.fits(other) {
            let why = format!("this is {}, and the other {}", other.name(), own.name());
            return Err(self.wrong(c, why));
        }
        let own = if own == other { own } else { Type::Text };
        Ok((Expression::If(condition, Box::new(yes), Box::new(no)), own))
    }

    fn comprehension(&mut self, one: &IdedExpr, all: &ComprehensionExpr) -> Checked {
        let Some((count, condition)) = quantifier(all) else {
            let why =
                "`map` and `filter` are no part of rules: expected `exists`, `all` or `exists_one`";
            return Err(self.wrong(one, why));
        };
        if self.variables.len() >= MOST_NESTED {
            let why = format!("more than {MOST_NESTED} comprehensions inside each other");
            return Err(self.wrong(one, why));
        }
        let (list, own) = self.check(&all.iter_range)?;
        let element = own.element().ok_or_else(|| {
            let why = format!("this is {}: expected a list", own.name());
            self.wrong(&all.iter_range, why)
        })?;
        self.variables.push((all.iter_var.clone(), element));
        let condition = self.flag(condition);
        self.variables.pop();
        let list = Box::new(list);
        Ok((Expression::Quantified(count, list, condition?), Type::Flag))
    }
}

impl Checking for Checker<'_> {
    fn check(&mut self, one: &IdedExpr) -> Checked {
        self.parts += 1;
        if self.parts > MOST_PARTS {
            let why = format!("the expression has more than {MOST_PARTS} parts");
            return Err(self.wrong(one, why));
        }
        match &one.expr {
            Expr::Ident(name) => self.name(one, name),
            Expr::Literal(literal) => self.literal(one, literal),
            Expr::List(list) => self.list(one, list),
            Expr::Select(select) => self.member(one, select),
            Expr::Call(call) => self.call(one, call),
            Expr::Comprehension(all) => self.comprehension(one, all),
            Expr::Map(_) | Expr::Struct(_) => {
                Err(self.wrong(one, "maps and messages are no part of rules"))
            }
            Expr::Unspecified => Err(self.wrong(one, "the expression is empty")),
        }
    }

    /// Operators and calls stand behind their first operand.
    fn first(&self, expression: &IdedExpr) -> usize {
        match &expression.expr {
            Expr::Call(call) => {
                let own = self.offset(expression);
                let operand = call.target.as_deref().or_else(|| call.args.first());
                operand.map_or(own, |operand| self.first(operand).min(own))
            }
            Expr::Select(select) => self.first(&select.operand),
            Expr::Comprehension(all) => self.first(&all.iter_range),
            _ => self.offset(expression),
        }
    }
}

/// What a macro of CEL was before the parser spelled it out: how many elements must meet which condition.
fn quantifier(all: &ComprehensionExpr) -> Option<(Count, &IdedExpr)> {
    if all.iter_var2.is_some() {
        return None;
    }
    let Expr::Call(step) = &all.loop_step.expr else {
        return None;
    };
    match (
        step.func_name.as_str(),
        step.args.as_slice(),
        &all.accu_init.expr,
    ) {
        (operators::LOGICAL_OR, [_, condition], _) => Some((Count::Some, condition)),
        (operators::LOGICAL_AND, [_, condition], _) => Some((Count::Every, condition)),
        (operators::CONDITIONAL, [condition, ..], Expr::Literal(LiteralValue::Int(_))) => {
            Some((Count::One, condition))
        }
        _ => None,
    }
}
