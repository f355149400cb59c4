//! `when`: a condition in CEL, the Common Expression Language. Names and types are checked against the fields of the facts
//! before anything runs, and what the input leaves unknown is unknown in the expression.
//!
//! The crate `cel` reads the text; checking and evaluating are our own, because the language itself has no unknown. Of CEL
//! there are comparisons, `&&`, `||`, `!`, `?:`, `in`, `exists`, `all`, `exists_one`, and a few functions. An expression
//! reads no file, opens no connection and calls nothing else.

mod check;
mod checking;
mod evaluate;
mod expression;
mod function;
mod place;
mod read;
#[cfg(test)]
mod tests;

pub(super) use evaluate::Program;
pub(super) use place::place;
pub(super) use read::read;
