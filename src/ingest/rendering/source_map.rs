//! From a rendered document back to the file that it was printed from.
//!
//! Helm names the template in a comment before each document; kustomize names the file in an annotation of each object
//! (`buildMetadata: [originAnnotations]`). A line is named only where it is sure; else the file is, with line 0.

use super::align::{Line, align};
use super::{Rendering, Template, Tool};
use crate::ingest::yaml::{self, Document, Node, Unread};
use crate::model::Place;
use std::collections::BTreeSet;

/// Where kustomize writes the file that an object comes from.
const ORIGIN: &str = "config.kubernetes.io/origin";

/// The way back from one rendered text.
pub struct SourceMap<'r> {
    rendering: &'r Rendering,
    lines: Vec<&'r str>,
}

impl<'r> SourceMap<'r> {
    /// The way back from a text that a tool printed.
    #[must_use]
    pub fn new(rendering: &'r Rendering, text: &'r str) -> Self {
        SourceMap {
            rendering,
            lines: text.lines().collect(),
        }
    }

    /// The document with the places of the files that it was printed from.
    #[must_use]
    pub fn lead(&self, document: Document) -> Document {
        let name = match self.rendering.tool {
            Tool::Helm => document.source().map(str::to_owned),
            Tool::Kustomize => document.content.as_ref().ok().and_then(origin),
        };
        let template = name.and_then(|name| self.rendering.templates.get(&name));
        match (template, self.rendering.tool) {
            (Some(template), Tool::Helm) => self.by_line(document, template),
            (Some(template), Tool::Kustomize) => by_content(document, template),
            (None, _) => moved(document, &|_| file(&self.rendering.main)),
        }
    }

    /// Helm: templates are no YAML, so their lines are compared.
    fn by_line(&self, document: Document, template: &Template) -> Document {
        let (first, last) = (
            document.lines.0.saturating_sub(1) as usize,
            document.lines.1 as usize,
        );
        let own = self
            .lines
            .get(first..last.min(self.lines.len()))
            .unwrap_or_default();
        let lines: Vec<&str> = template.text.lines().collect();
        let pairs = align(&lines, own);
        let place = |place: &Place| {
            let at = (place.line as usize)
                .checked_sub(first + 1)
                .and_then(|at| pairs.get(at).copied().flatten());
            let Some(Line { number, verbatim }) = at else {
                return file(&template.path);
            };
            let line = u32::try_from(number + 1).unwrap_or(u32::MAX);
            let (column, length) = if verbatim {
                (place.column, place.length)
            } else {
                (0, 0)
            };
            Place {
                file: template.path.clone(),
                line,
                column,
                length,
            }
        };
        moved(document, &place)
    }
}

/// A file as a whole.
fn file(path: &std::sync::Arc<str>) -> Place {
    Place {
        file: path.clone(),
        line: 0,
        column: 0,
        length: 0,
    }
}

fn moved(document: Document, place: &dyn Fn(&Place) -> Place) -> Document {
    let Document {
        lines,
        content,
        mut comments,
        mut problems,
    } = document;
    let at = |file: &std::sync::Arc<str>, line, column, length| {
        place(&Place {
            file: file.clone(),
            line,
            column,
            length,
        })
    };
    for problem in &mut problems {
        let found = at(&problem.file, problem.line, problem.column, problem.length);
        (problem.file, problem.line, problem.column, problem.length) =
            (found.file, found.line, found.column, found.length);
    }
    let nowhere = std::sync::Arc::from("");
    for comment in &mut comments {
        let found = at(&nowhere, comment.line, comment.column, 0);
        (comment.line, comment.column) = (found.line, found.column);
    }
    let content = match content {
        Ok(node) => Ok(node.moved(place)),
        Err(Unread { mut error, text }) => {
            let found = at(&error.file, error.line, error.column, error.length);
            (error.file, error.line, error.column, error.length) =
                (found.file, found.line, found.column, found.length);
            Err(Unread { error, text })
        }
    };
    Document {
        lines,
        content,
        comments,
        problems,
    }
}

/// Kustomize: the file is YAML, so what is equal at the same path stands there.
fn by_content(document: Document, template: &Template) -> Document {
    let mut document = moved(document, &|_| file(&template.path));
    if let Ok(node) = &document.content
        && let Some(source) = source_of(node, template)
    {
        document.content = Ok(node.placed_as(&source));
    }
    document
}

/// The object of a file that an object was made from: the one of its kind and name, else the only one of its kind whose name is part of
/// its name (`namePrefix`, `nameSuffix`).
fn source_of(node: &Node, template: &Template) -> Option<Node> {
    let documents = yaml::read(&template.path, &template.text)
        .into_iter()
        .filter_map(|document| document.content.ok());
    let same_kind = |other: &Node| {
        ["apiVersion", "kind"]
            .iter()
            .all(|key| other.child(key).text() == node.child(key).text())
    };
    let items = documents.flat_map(|node| {
        if node.child("items").is_absent() {
            vec![node]
        } else {
            node.child("items").items()
        }
    });
    let candidates: Vec<Node> = items.filter(same_kind).collect();
    let name = |node: &Node| {
        node.get("metadata.name")
            .text()
            .unwrap_or_default()
            .to_owned()
    };
    let (own, exact) = (name(node), |other: &&Node| name(other) == name(node));
    let longer = |other: &&Node| !name(other).is_empty() && own.contains(&name(other));
    let only = |found: Vec<&Node>| {
        if let [one] = found.as_slice() {
            Some((*one).clone())
        } else {
            None
        }
    };
    only(candidates.iter().filter(exact).collect())
        .or_else(|| only(candidates.iter().filter(longer).collect()))
}

/// The file that kustomize names in an object's annotation.
fn origin(node: &Node) -> Option<String> {
    let annotation = node.get("metadata.annotations").child(ORIGIN);
    annotation
        .text()?
        .lines()
        .find_map(|line| line.strip_prefix("path: "))
        .map(|path| path.trim().to_owned())
}

/// Names of the files that a tool says that it printed a text from, as in [`Rendering::templates`]. A text that holds such words itself may
/// name some more.
#[must_use]
pub fn source_names(tool: Tool, text: &str) -> BTreeSet<String> {
    let annotation = format!("{ORIGIN}: |");
    let named = |(before, line): (&str, &str)| match tool {
        Tool::Helm => line
            .strip_prefix("# Source: ")
            .map(|name| name.trim().to_owned()),
        Tool::Kustomize if before.trim() == annotation => {
            line.trim().strip_prefix("path: ").map(str::to_owned)
        }
        Tool::Kustomize => None,
    };
    std::iter::once("")
        .chain(text.lines())
        .zip(text.lines())
        .filter_map(named)
        .collect()
}
