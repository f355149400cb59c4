//! Expressions with symbols, bodies, and what is out of bounds.

mod bounds;
mod pairs;
mod symbols;
