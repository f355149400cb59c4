//! Gaps as rows hold them.

use crate::ingest::terraform::recorded::{CHANGES, meaning, word};
use crate::model::{Change, Gap, GapKind, Origin, Place};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// All sorts of gaps.
const KINDS: [GapKind; 9] = [
    GapKind::UnknownValue,
    GapKind::Unlinked,
    GapKind::AssumedLink,
    GapKind::NotModelled,
    GapKind::NotJudged,
    GapKind::NotAccepted,
    GapKind::NotInInput,
    GapKind::Unreadable,
    GapKind::IncompletePlan,
];

/// The body of a gap's row. Its file and line are columns of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RecordedGap {
    /// Its sort.
    pub sort: String,
    /// What is not known.
    pub what: String,
    /// What it is about; none for what lacks as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Column and length.
    pub column: [u32; 2],
    /// What the plan does to it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub change: String,
    /// The place inside of what a call leads to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inner: Option<(String, [u32; 3])>,
}

impl RecordedGap {
    /// Of a gap. The texts are those of the caller, who knows what may be written.
    pub fn of(gap: &Gap, what: String, path: &dyn Fn(&str) -> String) -> RecordedGap {
        let origin = gap.origin.as_ref();
        RecordedGap {
            sort: gap.kind.word().to_owned(),
            what,
            about: origin.map(|origin| origin.address.to_string()),
            column: origin.map_or([0, 0], |own| [own.place.column, own.place.length]),
            change: origin
                .map_or("", |own| word(&CHANGES, own.change))
                .to_owned(),
            inner: origin
                .and_then(|own| own.inner.as_ref())
                .map(|inner| (path(&inner.file), [inner.line, inner.column, inner.length])),
        }
    }

    /// The gap again. `at`: file and line; `front`: what paths begin with.
    pub fn gap(self, at: (Option<Arc<str>>, u32), front: &str) -> Gap {
        let known = KINDS.into_iter().find(|kind| kind.word() == self.sort);
        let [column, length] = self.column;
        let (file, line) = at;
        let file = file.unwrap_or_else(|| Arc::from(""));
        let origin = self.about.map(|about| Origin {
            place: Place {
                file,
                line,
                column,
                length,
            },
            inner: self.inner.map(|(file, [line, column, length])| Place {
                file: format!("{front}{file}").into(),
                line,
                column,
                length,
            }),
            address: about.into(),
            change: meaning(&CHANGES, &self.change).unwrap_or(Change::None),
        });
        Gap {
            kind: known.unwrap_or(GapKind::NotInInput),
            what: self.what,
            origin,
        }
    }
}
