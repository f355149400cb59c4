//! Functions (terraform docs, "Built-in functions"), by family. Those that only move values around take symbols along; those
//! that compute with a value give unknown where it is not known, with what occurs in the arguments as candidates. So do
//! functions that are not here: those that read files or the clock, and those of providers.

mod collections;
mod conversion;
mod encoding;
mod format;
mod network;
mod numbers;
mod selection;
mod sets;
mod strings;

use super::symbolic::{Outcome, Symbolic};

/// Calls a function with evaluated arguments.
pub(super) fn call(name: &str, arguments: &[Symbolic]) -> Outcome {
    let moved = [
        collections::call,
        selection::call,
        sets::call,
        conversion::call,
    ]
    .iter()
    .find_map(|family| family(name, arguments));
    if let Some(outcome) = moved {
        return outcome;
    }
    if !arguments.iter().all(Symbolic::is_known) {
        return Ok(Symbolic::some_of(arguments));
    }
    let computed = [
        strings::call,
        format::call,
        numbers::call,
        network::call,
        encoding::call,
    ]
    .iter()
    .find_map(|family| family(name, arguments));
    computed.unwrap_or_else(|| Ok(Symbolic::unknown()))
}

#[cfg(test)]
mod tests;
