//! One file of the configuration, `.tf` or `.tf.json`: parsed, with the places of its blocks and attributes.

use super::comment::{Comment, comments};
use super::fault::refused;
use super::json;
use crate::ingest::InputError;
use crate::ingest::text::{Lines, decode};
use crate::model::Place;
use hcl_edit::Span;
use hcl_edit::structure::{Attribute, Block, Body, Structure};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A parsed file of the configuration language.
#[derive(Debug)]
pub(super) struct Document {
    pub path: Arc<str>,
    /// Comments that ask to ignore findings, in order.
    pub comments: Vec<Comment>,
    /// Places of blocks (their header) and attributes (their name), by where they begin in the text, in bytes.
    places: FxHashMap<usize, Place>,
    /// Last lines of blocks, by where the block begins.
    ends: FxHashMap<usize, u32>,
}

impl Document {
    /// Parses a file into its blocks and attributes, and their places. Errors where its bytes are no text or no HCL; nothing of it is kept then.
    pub fn parse(path: &str, bytes: &[u8]) -> Result<(Document, Body), InputError> {
        let text = decode(bytes).map_err(|no| InputError {
            line: no.line,
            column: no.column,
            ..refused(path, no.message)
        })?;
        if path.ends_with(".json") {
            return Document::of_json(path, &text);
        }
        let lines = Lines::new(&text);
        let body = hcl_edit::parser::parse_body(&text)
            .map_err(|error| syntax_error(path, &lines, &error))?;
        let path: Arc<str> = Arc::from(path);
        let comments = comments(&text, &body);
        let mut out = Document {
            path,
            comments,
            places: FxHashMap::default(),
            ends: FxHashMap::default(),
        };
        out.enter(&body, &lines);
        Ok((out, body))
    }

    /// Parses a file in JSON: its places are those in the JSON; comments it has none.
    fn of_json(path: &str, text: &str) -> Result<(Document, Body), InputError> {
        let path: Arc<str> = Arc::from(path);
        let native = json::native(&path, text)?;
        let body = hcl_edit::parser::parse_body(&native.text).map_err(|error| {
            let message = format!(
                "an expression is no valid HCL, {}; this file is left out",
                first_line(error.message())
            );
            let place = native.before(error.location().offset());
            InputError {
                line: place.map_or(0, |place| place.line),
                column: place.map_or(0, |place| place.column),
                ..refused(&path, message)
            }
        })?;
        let ends = native
            .places
            .iter()
            .map(|(at, place)| (*at, place.line))
            .collect();
        Ok((
            Document {
                path,
                comments: Vec::new(),
                places: native.places.into_iter().collect(),
                ends,
            },
            body,
        ))
    }

    /// The place of a block's header: its type and labels.
    pub fn block(&self, block: &Block) -> Option<&Place> {
        self.places.get(&block.span()?.start)
    }

    /// The line on which a block ends.
    pub fn end(&self, block: &Block) -> Option<u32> {
        self.ends.get(&block.span()?.start).copied()
    }

    /// The place of an attribute's name.
    pub fn attribute(&self, attribute: &Attribute) -> Option<&Place> {
        self.places.get(&attribute.span()?.start)
    }

    fn enter(&mut self, body: &Body, lines: &Lines<'_>) {
        for structure in body {
            match structure {
                Structure::Attribute(attribute) => {
                    let (Some(whole), Some(key)) = (attribute.span(), attribute.key.span()) else {
                        continue;
                    };
                    self.places
                        .insert(whole.start, place(&self.path, lines, key.start, key.end));
                }
                Structure::Block(block) => {
                    let Some(whole) = block.span() else { continue };
                    let last = block
                        .labels
                        .last()
                        .and_then(Span::span)
                        .or_else(|| block.ident.span());
                    let end = last.map_or(whole.start, |span| span.end);
                    self.places
                        .insert(whole.start, place(&self.path, lines, whole.start, end));
                    self.ends
                        .insert(whole.start, lines.at(whole.end.saturating_sub(1)).0);
                    self.enter(&block.body, lines);
                }
            }
        }
    }
}

fn place(path: &Arc<str>, lines: &Lines<'_>, start: usize, end: usize) -> Place {
    let ((line, column), (last, after)) = (lines.at(start), lines.at(end));
    let length = if line == last {
        after.saturating_sub(column)
    } else {
        0
    };
    Place {
        file: Arc::clone(path),
        line,
        column,
        length,
    }
}

fn syntax_error(path: &str, lines: &Lines<'_>, error: &hcl_edit::parser::Error) -> InputError {
    let (line, column) = lines.at(error.location().offset());
    let message = format!(
        "no valid HCL, {}; this file is left out: run `terraform validate` and correct it",
        first_line(error.message())
    );
    InputError {
        line,
        column,
        ..refused(path, message)
    }
}

fn first_line(message: &str) -> String {
    message
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("; ")
}
