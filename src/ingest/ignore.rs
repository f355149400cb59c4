//! Requests of the input to ignore findings: comments in sources and manifests, annotations of objects.

use super::kubernetes::{Object, Remark};
use super::terraform::{Key, SourceIgnore};
use crate::model::{Origin, Place};
use regex::Regex;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, LazyLock};

/// Annotation that asks to ignore findings about its object: `ID=reason`, several separated by `;`.
const ANNOTATION: &str = "crosspeer.dev/ignore";

/// One request to ignore findings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignore {
    /// Rule ids, as written.
    pub ids: Vec<String>,
    /// Why, as written; may be empty.
    pub reason: String,
    /// Where the request stands.
    pub place: Place,
    about: About,
    /// What the files that it bears on begin with, where it is of another repository; else none.
    within: Option<Arc<str>>,
}

/// What a request bears on.
#[derive(Clone, Debug, PartialEq, Eq)]
enum About {
    /// A block of the Terraform sources.
    Block(SourceIgnore),
    /// A document of a manifest: the file, its first and its last line.
    Document(Arc<str>, u32, u32),
    /// Objects that a tool printed, by their names.
    Objects(Vec<Arc<str>>),
}

impl Ignore {
    /// Whether the request bears on a finding of that rule that rests on a line of that origin.
    #[must_use]
    pub fn covers(&self, rule: &str, origin: &Origin) -> bool {
        let about = match &self.about {
            About::Block(block) => block.covers(&origin.address),
            About::Document(file, first, last) => {
                origin.place.file == *file && (*first..=*last).contains(&origin.place.line)
            }
            About::Objects(names) => names.contains(&origin.address),
        };
        let within = |front: &Arc<str>| origin.place.file.starts_with(front.as_ref());
        about
            && self.within.as_ref().is_none_or(within)
            && self.ids.iter().any(|id| id.eq_ignore_ascii_case(rule))
    }
}

impl From<SourceIgnore> for Ignore {
    fn from(block: SourceIgnore) -> Self {
        Ignore {
            ids: block.ids.clone(),
            reason: block.reason.clone(),
            place: block.place.clone(),
            about: About::Block(block),
            within: None,
        }
    }
}

/// A request as a file of facts holds it. Its file and line are columns of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RecordedIgnore {
    ids: Vec<String>,
    reason: String,
    column: u32,
    length: u32,
    /// Blocks of the sources, and the key of the one instance that is meant.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    blocks: Vec<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    key: String,
    /// First and last line of the block or document.
    lines: (u32, u32),
    /// Objects that a tool printed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    objects: Vec<String>,
    /// Whether it bears on a document.
    #[serde(skip_serializing_if = "is_false")]
    document: bool,
}

fn is_false(own: &bool) -> bool {
    !*own
}

impl Ignore {
    /// What is recorded of it.
    #[must_use]
    pub fn recorded(&self) -> RecordedIgnore {
        let mut out = RecordedIgnore {
            ids: self.ids.clone(),
            reason: self.reason.clone(),
            column: self.place.column,
            length: self.place.length,
            ..RecordedIgnore::default()
        };
        match &self.about {
            About::Block(block) => {
                out.blocks.clone_from(&block.blocks);
                out.key = block.key.to_string();
                out.lines = block.lines;
            }
            About::Document(_, first, last) => (out.document, out.lines) = (true, (*first, *last)),
            About::Objects(names) => {
                out.objects = names.iter().map(ToString::to_string).collect();
            }
        }
        out
    }
}

impl RecordedIgnore {
    /// The request again. `front`: what paths of the repository begin with.
    #[must_use]
    pub fn ignore(self, file: Arc<str>, line: u32, front: &Arc<str>) -> Ignore {
        let place = Place {
            file: Arc::clone(&file),
            line,
            column: self.column,
            length: self.length,
        };
        let about = if self.document {
            About::Document(file, self.lines.0, self.lines.1)
        } else if self.objects.is_empty() {
            About::Block(SourceIgnore {
                ids: self.ids.clone(),
                reason: self.reason.clone(),
                place: place.clone(),
                blocks: self.blocks,
                key: Key::parse(&self.key),
                lines: self.lines,
            })
        } else {
            About::Objects(self.objects.into_iter().map(Arc::from).collect())
        };
        Ignore {
            ids: self.ids,
            reason: self.reason,
            place,
            about,
            within: Some(Arc::clone(front)),
        }
    }
}

static COMMENT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^crosspeer:\s*ignore\[([^\]]*)\]\s*(.*)$").ok());

/// The requests in comments of manifests: each bears on the document that it stands in.
pub(super) fn of_remarks(remarks: &[Remark]) -> impl Iterator<Item = Ignore> + '_ {
    remarks.iter().filter_map(|remark| {
        let parts = COMMENT.as_ref()?.captures(remark.comment.text.trim())?;
        let (ids, reason) = (parts.get(1)?.as_str(), parts.get(2)?.as_str());
        let place = Place {
            file: remark.file.clone(),
            line: remark.comment.line,
            column: remark.comment.column,
            length: 0,
        };
        let about = remark
            .rendered
            .clone()
            .map_or_else(|| document(&place, remark.lines), About::Objects);
        Some(ignore(ids.split(','), reason, place, about))
    })
}

/// The requests in annotations of objects.
pub(super) fn of_annotations(objects: &[Object]) -> impl Iterator<Item = Ignore> + '_ {
    objects.iter().flat_map(|object| {
        let node = object.node.get("metadata.annotations").child(ANNOTATION);
        let text = node.text().unwrap_or_default().to_owned();
        let one = move |part: &str| {
            let (id, reason) = part.split_once('=').unwrap_or((part, ""));
            let place = node.place();
            let named = || About::Objects(vec![object.origin.address.clone()]);
            let about = if object.rendered {
                named()
            } else {
                document(&place, object.lines)
            };
            (!id.trim().is_empty()).then(|| ignore([id].into_iter(), reason, place, about))
        };
        text.split(';').filter_map(one).collect::<Vec<_>>()
    })
}

fn document(place: &Place, lines: (u32, u32)) -> About {
    About::Document(place.file.clone(), lines.0, lines.1)
}

fn ignore<'a>(
    ids: impl Iterator<Item = &'a str>,
    reason: &str,
    place: Place,
    about: About,
) -> Ignore {
    Ignore {
        ids: ids.map(|id| id.trim().to_owned()).collect(),
        reason: reason.trim().to_owned(),
        place,
        about,
        within: None,
    }
}
