//! What checking needs of a checker: to check a part, and to say what is wrong with it.

use super::expression::{Expression, Type};
use cel::common::ast::IdedExpr;

/// What is wrong with an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::rules) struct Mistake {
    /// The byte of the text where it is.
    pub offset: usize,
    /// What is wrong and what was expected; lower case, no full stop.
    pub message: String,
}

impl Mistake {
    pub(super) fn new(offset: usize, message: impl Into<String>) -> Self {
        Mistake {
            offset,
            message: message.into(),
        }
    }
}

/// A checked expression and its type.
pub(super) type Checked = Result<(Expression, Type), Mistake>;

/// Checks parts of an expression.
pub(super) trait Checking {
    /// The checked expression and its type.
    fn check(&mut self, one: &IdedExpr) -> Checked;

    /// Where the text of an expression begins.
    fn first(&self, one: &IdedExpr) -> usize;

    /// What is wrong with an expression.
    fn wrong(&self, at: &IdedExpr, message: impl Into<String>) -> Mistake {
        Mistake::new(self.first(at), message)
    }

    /// The expression, which must be of that type.
    fn typed(&mut self, one: &IdedExpr, wanted: Type) -> Result<Box<Expression>, Mistake> {
        let (checked, own) = self.check(one)?;
        if own == wanted || own.fits(wanted) {
            return Ok(Box::new(checked));
        }
        let why = format!("this is {}: expected {}", own.name(), wanted.name());
        Err(self.wrong(one, why))
    }
}
