//! Resources of plans and states as a file of facts holds them: linked within their own input, with how each link was made,
//! and not yet joined with what other inputs hold. Reading them back goes on where this left off.

mod enter;
mod value;
mod write;

pub use enter::{Entered, RecordedInput, RecordedPart, RecordedRow, enter};
pub use value::{Writer, renamed};
pub use write::{Apart, Numbers, Recorded, record};

use crate::ingest::terraform::resource::Presence;
use crate::model::{Change, Place};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// A place: line, column, length, the file where it is another one than that of the resource, and the place inside of a
/// downloaded module.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Stand {
    /// Line, column and length.
    #[serde(rename = "at")]
    pub at: [u32; 3],
    /// The file; none where it is the resource's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The place inside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inner: Option<Box<Stand>>,
}

impl Stand {
    /// Of a place in a file that is known beside it.
    fn of(place: &Place, inner: Option<&Place>, file: &str) -> Stand {
        Stand {
            at: [place.line, place.column, place.length],
            file: (*place.file != *file).then(|| place.file.to_string()),
            inner: inner.map(|inner| Box::new(Stand::of(inner, None, file))),
        }
    }
}

/// What is recorded of a resource beside its address, owner, file and line.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rest {
    /// Attributes and blocks. What JSON has no word for is an object with `value::SPECIAL` as its key.
    pub values: Json,
    /// As [`super::Resource::kept`].
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub kept: BTreeSet<String>,
    /// Key of its provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// What the plan does to it: `added`, `updated`; empty for nothing.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub change: String,
    /// Column and length of its place.
    #[serde(skip_serializing_if = "is_nowhere")]
    pub column: [u32; 2],
    /// The place inside of a downloaded module.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inner: Option<Stand>,
    /// Where attributes stand, as [`super::Resource::lines`].
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub lines: BTreeMap<String, Stand>,
    /// Attributes that name others and that the configuration leaves to the provider.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub undeclared: BTreeSet<String>,
}

fn is_nowhere(column: &[u32; 2]) -> bool {
    *column == [0, 0]
}

/// The words for how surely a resource is as it stands.
const PRESENCES: [(&str, Presence); 5] = [
    ("", Presence::Sure),
    ("deferred", Presence::Deferred),
    ("unplanned", Presence::Unplanned),
    ("wiped", Presence::Wiped),
    ("missing", Presence::Missing),
];

/// The words for what a plan does.
pub const CHANGES: [(&str, Change); 3] = [
    ("", Change::None),
    ("added", Change::Added),
    ("updated", Change::Updated),
];

/// The meaning of a word of a list; the last one, which claims the least, where the word is not known.
#[must_use]
pub fn meaning<T: Copy>(words: &[(&str, T)], word: &str) -> Option<T> {
    let found = words.iter().find(|(own, _)| *own == word);
    found.or(words.last()).map(|(_, meaning)| *meaning)
}

/// The word of a list for something.
#[must_use]
pub fn word<T: Copy + PartialEq>(words: &[(&'static str, T)], meant: T) -> &'static str {
    let found = words.iter().find(|(_, own)| *own == meant);
    found.map_or("", |(word, _)| word)
}
