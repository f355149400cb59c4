//! Files in our own formats: the configuration, rules, baselines, queries. What is wrong with one is reported with its place.

use super::boundary::{read, stays};
use super::error::CliError;
use crate::ingest::text::decode;
use crate::ingest::{json_fault, yaml};
use serde::de::DeserializeOwned;
use std::path::Path;
use std::sync::Arc;

/// The text of a file, UTF-8 or UTF-16.
pub(super) fn text(path: &Path) -> Result<String, CliError> {
    // What is wrong with it is reported with its words, so a link must not bring those of another file.
    stays(path).map_err(|refusal| CliError::Usage(refusal.to_string()))?;
    let bytes = read(path)?;
    let text = decode(&bytes).map_err(|wrong| CliError::Malformed {
        path: path.to_owned(),
        line: wrong.line.into(),
        column: wrong.column.into(),
        why: wrong.message,
    })?;
    Ok(text.into_owned())
}

/// The text of a file of one YAML document. What is no YAML at all is reported here, so that whoever reads its shape need not.
pub(super) fn yaml_text(path: &Path) -> Result<String, CliError> {
    let text = text(path)?;
    is_yaml(path, &text).map(|()| text)
}

/// Whether the text of a file is YAML.
pub(super) fn is_yaml(path: &Path, text: &str) -> Result<(), CliError> {
    let documents = yaml::read(&Arc::from(""), text);
    let wrong = documents
        .into_iter()
        .find_map(|document| document.content.err());
    match wrong {
        None => Ok(()),
        Some(unread) => Err(CliError::Malformed {
            path: path.to_owned(),
            line: unread.error.line.into(),
            column: unread.error.column.into(),
            why: unread.error.message,
        }),
    }
}

/// Reads one JSON object that begins on a line of a file; `expected` says of what shape it is.
pub(super) fn object<T: DeserializeOwned>(
    path: &Path,
    first_line: u64,
    json: &str,
    expected: &str,
) -> Result<T, CliError> {
    let malformed = |line: u64, column: u64, why: &str| CliError::Malformed {
        path: path.to_owned(),
        line,
        column,
        why: format!("{why}: expected {expected}"),
    };
    // Serde would take a list of the values for an object.
    if json.trim_start().starts_with('[') {
        return Err(malformed(
            first_line,
            1,
            "a list stands where an object is expected",
        ));
    }
    serde_json::from_str(json).map_err(|error| {
        let line = first_line + (error.line() as u64).saturating_sub(1);
        malformed(line, error.column().max(1) as u64, &json_fault(&error))
    })
}
