//! Functions (terraform docs, "Built-in functions"), by family. Those that only move values around take symbols along; those
//! that compute with a value give unknown where it is not known, with what occurs in the arguments as candidates. So do
//! functions that are not here: those that read the clock or list files, and those of providers. `file` and `templatefile` need
//! the sources, and stand in `files.rs`.

mod collections;
mod conversion;
mod encoding;
mod format;
mod ids;
mod lists;
mod network;
mod numbers;
mod patterns;
mod selection;
mod sets;
mod strings;

pub(super) use conversion::text;

use super::symbolic::{Budget, Failure, Outcome, Symbolic};

/// One function.
struct Function {
    name: &'static str,
    reads: Reads,
    call: fn(&Budget, &[Symbolic]) -> Outcome,
}

/// How much of its arguments a function may look at, which it is charged for before it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reads {
    /// Everything.
    All,
    /// One element, or the length.
    Little,
}

type Family = &'static [Function];

const fn all(name: &'static str, call: fn(&Budget, &[Symbolic]) -> Outcome) -> Function {
    Function {
        name,
        reads: Reads::All,
        call,
    }
}

const fn little(name: &'static str, call: fn(&Budget, &[Symbolic]) -> Outcome) -> Function {
    Function {
        name,
        reads: Reads::Little,
        call,
    }
}

/// Functions that take symbols along.
const MOVING: &[Family] = &[
    collections::FUNCTIONS,
    lists::FUNCTIONS,
    selection::FUNCTIONS,
    sets::FUNCTIONS,
    conversion::FUNCTIONS,
    encoding::FUNCTIONS,
    format::FUNCTIONS,
];

/// Functions of known values.
const COMPUTING: &[Family] = &[
    strings::FUNCTIONS,
    patterns::FUNCTIONS,
    numbers::FUNCTIONS,
    network::FUNCTIONS,
];

fn found(families: &[Family], name: &str) -> Option<&'static Function> {
    let mut all = families.iter().flat_map(|family| family.iter());
    all.find(|function| function.name == name)
}

/// Calls a function with evaluated arguments.
pub(super) fn call(name: &str, arguments: &[Symbolic], budget: &Budget) -> Outcome {
    if let Some(function) = found(MOVING, name) {
        return function.called(arguments, budget);
    }
    if !arguments.iter().all(Symbolic::is_known) {
        if let Some(outcome) = ids::call(name, arguments, budget) {
            return outcome;
        }
        return Ok(budget.some_of(arguments));
    }
    match found(COMPUTING, name) {
        Some(function) => function.called(arguments, budget),
        None => Ok(Symbolic::unknown()),
    }
}

impl Function {
    fn called(&self, arguments: &[Symbolic], budget: &Budget) -> Outcome {
        budget.visit(arguments.len())?;
        if self.reads == Reads::All {
            arguments.iter().try_for_each(|value| budget.read(value))?;
        }
        (self.call)(budget, arguments)
    }
}

/// What a function gives for arguments that are of no use to it: an error where they are known, else anything.
fn open<'a>(budget: &Budget, arguments: impl IntoIterator<Item = &'a Symbolic>) -> Outcome {
    let arguments: Vec<&Symbolic> = arguments.into_iter().collect();
    if arguments.iter().all(|argument| argument.is_known()) {
        Err(Failure::Invalid)
    } else {
        Ok(budget.some_of(arguments))
    }
}

#[cfg(test)]
mod tests;
