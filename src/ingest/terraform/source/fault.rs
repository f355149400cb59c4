//! Files that are left out.

use crate::ingest::InputError;
use std::sync::Arc;

/// An error about a file as a whole, which is then left out.
pub(super) fn refused(path: &str, message: String) -> InputError {
    InputError {
        file: Arc::from(path),
        line: 0,
        column: 0,
        length: 0,
        message,
        refused: true,
    }
}
