//! Where something in a rule file is wrong, and what.

use serde_saphyr::Location;

/// What is wrong at one place of a rule file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// Line and column, from 1; 0 where none is known.
    pub at: (u64, u64),
    /// What is wrong and what was expected; lower case, no full stop.
    pub message: String,
}

impl Fault {
    /// What is wrong at a key or value.
    pub fn new(at: Location, message: impl Into<String>) -> Self {
        Fault {
            at: (at.line(), at.column()),
            message: message.into(),
        }
    }
}
