//! Operators (terraform docs, "Arithmetic and logical operators"). What is unknown gives unknown, except where one side decides.

use super::evaluator::Evaluator;
use super::scope::Scope;
use super::symbolic::{Budget, Invalid, Outcome, Symbolic};
use hcl_edit::expr::{BinaryOp, BinaryOperator, UnaryOp, UnaryOperator};

impl Evaluator<'_> {
    pub(super) fn unary(&self, unary: &UnaryOp, scope: &Scope<'_>) -> Outcome {
        let value = self.eval(&unary.expr, scope)?;
        if !value.is_known() {
            return Ok(self.budget.some_of([&value]));
        }
        match unary.operator.value() {
            UnaryOperator::Neg => value
                .number()
                .map(|number| Symbolic::Number(-number))
                .ok_or(Invalid),
            UnaryOperator::Not => value
                .bool()
                .map(|value| Symbolic::Bool(!value))
                .ok_or(Invalid),
        }
    }

    pub(super) fn binary(&self, binary: &BinaryOp, scope: &Scope<'_>) -> Outcome {
        let operator = *binary.operator.value();
        let a = self.eval(&binary.lhs_expr, scope)?;
        let decided = match operator {
            BinaryOperator::And => a.bool() == Some(false),
            BinaryOperator::Or => a.bool() == Some(true),
            _ => false,
        };
        if decided {
            return Ok(a);
        }
        let b = self.eval(&binary.rhs_expr, scope)?;
        apply(operator, &a, &b, &self.budget)
    }
}

fn apply(operator: BinaryOperator, a: &Symbolic, b: &Symbolic, budget: &Budget) -> Outcome {
    let open = || Ok(budget.some_of([a, b]));
    match operator {
        BinaryOperator::Eq => budget
            .equal(a, b)?
            .map_or_else(open, |equal| Ok(Symbolic::Bool(equal))),
        BinaryOperator::NotEq => budget
            .equal(a, b)?
            .map_or_else(open, |equal| Ok(Symbolic::Bool(!equal))),
        BinaryOperator::And if b.bool() == Some(false) => Ok(Symbolic::Bool(false)),
        BinaryOperator::Or if b.bool() == Some(true) => Ok(Symbolic::Bool(true)),
        _ if !a.is_known() || !b.is_known() => open(),
        BinaryOperator::And | BinaryOperator::Or => b
            .bool()
            .filter(|_| a.bool().is_some())
            .map(Symbolic::Bool)
            .ok_or(Invalid),
        _ => arithmetic(
            operator,
            a.number().ok_or(Invalid)?,
            b.number().ok_or(Invalid)?,
        ),
    }
}

fn arithmetic(operator: BinaryOperator, a: f64, b: f64) -> Outcome {
    let number = match operator {
        BinaryOperator::Plus => a + b,
        BinaryOperator::Minus => a - b,
        BinaryOperator::Mul => a * b,
        BinaryOperator::Div => a / b,
        BinaryOperator::Mod => a % b,
        BinaryOperator::Less => return Ok(Symbolic::Bool(a < b)),
        BinaryOperator::LessEq => return Ok(Symbolic::Bool(a <= b)),
        BinaryOperator::Greater => return Ok(Symbolic::Bool(a > b)),
        BinaryOperator::GreaterEq => return Ok(Symbolic::Bool(a >= b)),
        _ => return Err(Invalid),
    };
    if number.is_finite() {
        Ok(Symbolic::Number(number))
    } else {
        Err(Invalid)
    }
}
