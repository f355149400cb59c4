//! What is wrong with an input, with its place.

use std::sync::Arc;

/// A part of the input that could not be read: reported, and the rest goes on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("`{file}:{line}:{column}`: {message}")]
pub struct InputError {
    /// The file.
    pub file: Arc<str>,
    /// Line from 1; 0 where the file as a whole is meant.
    pub line: u32,
    /// Column from 1; 0 where the line as a whole is meant.
    pub column: u32,
    /// Length in code points of what is meant; 0 where unknown.
    pub length: u32,
    /// What is wrong, what was expected, what to do: lower case, no full stop.
    pub message: String,
    /// Whether the whole file is refused; false where only a document or block of it is lost.
    pub refused: bool,
}
