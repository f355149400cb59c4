//! YAML with the place of every key and value, read as Kubernetes' own tools read it: YAML 1.1 scalars, merge keys, last key wins.
//!
//! A file is split at its `---` lines first, as kubectl and Helm do, so a document that is no YAML loses itself only. JSON is read
//! the same way, since it is YAML.

mod arena;
mod build;
pub mod emit;
mod expand;
mod fault;
mod node;
mod packed;
mod placing;
mod scalar;
mod span;
mod split;
mod template;
#[cfg(test)]
mod tests;

pub use arena::Shape;
pub use node::Node;
pub use packed::Packed;
pub use span::{Written, written};

use crate::ingest::{InputError, parallel};
use std::borrow::Cow;
use std::sync::Arc;

/// A comment of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Line from 1.
    pub line: u32,
    /// Column of the `#`, from 1.
    pub column: u32,
    /// Text behind the `#`, trimmed.
    pub text: String,
    /// Whether something else stands before it on its line.
    pub trailing: bool,
}

/// One document of a file.
#[derive(Clone, Debug)]
pub struct Document {
    /// First and last line in the file, from 1.
    pub lines: (u32, u32),
    /// Its content; a null node where it is empty or only comments.
    pub content: Result<Node, Unread>,
    /// Its comments, in order.
    pub comments: Vec<Comment>,
    /// What is odd and was read nevertheless: keys that are set twice.
    pub problems: Vec<InputError>,
}

impl Document {
    /// The template that a chart's renderer names in a comment (`# Source: chart/templates/x.yaml`).
    #[must_use]
    pub fn source(&self) -> Option<&str> {
        self.comments
            .iter()
            .find_map(|comment| comment.text.strip_prefix("Source: "))
    }
}

/// A document that could not be read.
#[derive(Clone, Debug)]
pub struct Unread {
    /// What is wrong, and where.
    pub error: InputError,
    /// The text of the document.
    pub text: String,
}

/// Reads all documents of a text, which has no byte order mark. `file` is the path to show.
#[must_use]
pub fn read(file: &Arc<str>, text: &str) -> Vec<Document> {
    read_all(&[(file, text)]).pop().unwrap_or_default()
}

/// Reads all documents of texts, which have no byte order mark, on all cores: those of each, in order. Each text comes with the
/// path to show.
#[must_use]
pub fn read_all(texts: &[(&Arc<str>, &str)]) -> Vec<Vec<Document>> {
    let texts: Vec<(&Arc<str>, Cow<'_, str>)> = texts
        .iter()
        .map(|(file, text)| (*file, unmarked(text)))
        .collect();
    let mut chunks = Vec::new();
    for (at, (file, text)) in texts.iter().enumerate() {
        let own = split::documents(text).into_iter();
        chunks.extend(own.map(|chunk| (at, *file, chunk)));
    }
    let read = parallel::map(
        &chunks,
        |(_, _, chunk)| chunk.text.len(),
        |(_, file, chunk)| build::documents(file, *chunk),
    );
    let mut out: Vec<Vec<Document>> = texts.iter().map(|_| Vec::new()).collect();
    for ((at, ..), documents) in chunks.iter().zip(read) {
        if let Some(own) = out.get_mut(*at) {
            own.extend(documents);
        }
    }
    out
}

/// A byte order mark may begin each document of a stream (YAML 1.2.2, 5.2).
fn unmarked(text: &str) -> Cow<'_, str> {
    if text.contains("\n\u{feff}") {
        Cow::Owned(text.replace("\n\u{feff}", "\n"))
    } else {
        Cow::Borrowed(text)
    }
}
