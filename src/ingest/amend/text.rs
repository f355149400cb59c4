//! The text of files that are edited.

use super::AmendError;
use crate::ingest::File;

/// The text of a file; none but UTF-8 is edited.
pub(super) fn text_of(file: &File) -> Result<&str, AmendError> {
    std::str::from_utf8(&file.bytes).map_err(|_| AmendError::Encoding(file.path.clone()))
}
