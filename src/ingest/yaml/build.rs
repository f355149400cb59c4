//! Builds documents from the parser's events.

use super::arena::{Arena, CellSpan, Content, Pair};
use super::scalar::{self, Meaning};
use super::split::Chunk;
use super::{Comment, Document, Node, Unread, expand, fault, template};
use crate::ingest::InputError;
use granit_parser::{Event, Marker, Parser, Placement, ScalarStyle, Span, Tag};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A collection that is being read.
struct Frame {
    cell_span: CellSpan,
    anchor: usize,
    /// Finished children; of a map, keys and values in turn, with whether the key is a merge key.
    children: Vec<(u32, bool)>,
    is_map: bool,
}

/// A document that is being read.
#[derive(Default)]
struct Builder {
    arena: Arena,
    frames: Vec<Frame>,
    anchors: FxHashMap<usize, u32>,
    aliased: bool,
    root: Option<u32>,
    comments: Vec<Comment>,
    problems: Vec<InputError>,
    refused: Option<InputError>,
    first_line: u32,
    /// Number of characters before the text on its first line.
    before: u32,
}

/// The documents of a chunk: one, unless it goes on after `...`.
pub(super) fn documents(file: &Arc<str>, chunk: Chunk<'_>) -> Vec<Document> {
    let options = granit_parser::options! { max_buffered_comment_events: 1 << 20, simple_key_max_lookahead: 1 << 16 };
    let mut out: Vec<Document> = Vec::new();
    let mut builder = Builder::new(file, chunk);
    if let Some(why) = chunk.refused {
        let line = chunk.text.lines().next().unwrap_or_default();
        builder.refuse_line(line, why);
        return vec![builder.finish(chunk)];
    }
    for event in Parser::new_from_str_with_options(chunk.text, options) {
        match event {
            Ok((Event::DocumentEnd, _)) => {
                if !out.is_empty() {
                    builder.refuse_root();
                }
                let next = Builder::new(file, chunk);
                out.push(std::mem::replace(&mut builder, next).finish(chunk));
            }
            Ok((event, span)) => builder.take(event, span),
            Err(error) => {
                let at = builder.cell_span(*error.marker(), *error.marker());
                builder.refuse(
                    at,
                    format!("this is no YAML: {}", fault::said(error.kind())),
                );
                out.push(std::mem::replace(&mut builder, Builder::new(file, chunk)).finish(chunk));
                break;
            }
        }
    }
    // Comments behind the last document belong to it; a chunk of nothing else is an empty document.
    match out.last_mut() {
        Some(last) => last.comments.extend(builder.comments),
        None => out.push(builder.finish(chunk)),
    }
    out
}

fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

impl Builder {
    fn new(file: &Arc<str>, chunk: Chunk<'_>) -> Self {
        Builder {
            arena: Arena {
                file: file.clone(),
                cells: Vec::new(),
            },
            first_line: chunk.first_line,
            before: chunk.before,
            ..Builder::default()
        }
    }

    fn cell_span(&self, start: Marker, end: Marker) -> CellSpan {
        let length = if start.line() == end.line() {
            number(end.index().saturating_sub(start.index()))
        } else {
            0
        };
        let before = if start.line() == 1 { self.before } else { 0 };
        CellSpan {
            line: number(start.line())
                .saturating_add(self.first_line)
                .saturating_sub(1),
            column: number(start.col() + 1).saturating_add(before),
            length,
        }
    }

    fn error(&self, cell_span: CellSpan, message: String) -> InputError {
        let CellSpan {
            line,
            column,
            length,
        } = cell_span;
        InputError {
            file: self.arena.file.clone(),
            line,
            column,
            length,
            message,
            refused: false,
        }
    }

    /// The document cannot be used; the first reason stands.
    fn refuse(&mut self, cell_span: CellSpan, message: String) {
        let error = self.error(cell_span, message);
        self.refused.get_or_insert(error);
    }

    /// The document cannot be used because of its first line.
    fn refuse_line(&mut self, line: &str, why: &str) {
        let cell_span = CellSpan {
            line: self.first_line,
            column: self.before.saturating_add(1),
            length: number(line.chars().count()),
        };
        self.refuse(cell_span, why.to_owned());
    }

    /// A document that no `---` line separates from the one before it: kubectl stops reading where that one ends.
    fn refuse_root(&mut self) {
        let root = self.root.and_then(|at| self.arena.cell(at)).cloned();
        if let Some(cell) =
            root.filter(|cell| !matches!(cell.content, Content::Scalar(_, Meaning::Null)))
        {
            let why = "kubectl reads nothing from here on, since no `---` line stands before this document";
            self.refuse(cell.cell_span, why.to_owned());
        }
    }

    fn take(&mut self, event: Event<'_>, span: Span) {
        let cell_span = self.cell_span(span.start, span.end);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let meaning = meaning(&text, style, tag.as_deref());
                let merges = style == ScalarStyle::Plain && text == "<<";
                let at = self.arena.push(
                    cell_span,
                    Content::Scalar(text.into_owned().into(), meaning),
                );
                self.anchor(anchor, at);
                self.child(at, merges);
            }
            Event::SequenceStart(_, anchor, _) => self.frames.push(Frame {
                cell_span,
                anchor,
                children: Vec::new(),
                is_map: false,
            }),
            Event::MappingStart(_, anchor, _) => self.frames.push(Frame {
                cell_span,
                anchor,
                children: Vec::new(),
                is_map: true,
            }),
            Event::SequenceEnd | Event::MappingEnd => self.close(span.end),
            Event::Alias(anchor) => match self.anchors.get(&anchor) {
                Some(at) => {
                    self.aliased = true;
                    self.child(*at, false);
                }
                None => {
                    self.refuse(
                        cell_span,
                        "this alias stands inside of what it stands for: expected the name of an anchor that ended before".to_owned(),
                    );
                    let at = self
                        .arena
                        .push(cell_span, Content::Scalar("".into(), Meaning::Null));
                    self.child(at, false);
                }
            },
            Event::Comment(text, placement) => self.comment(&text, placement, cell_span),
            _ => {}
        }
    }

    fn comment(&mut self, text: &str, placement: Placement, cell_span: CellSpan) {
        let trailing = placement == Placement::Right;
        self.comments.push(Comment {
            line: cell_span.line,
            column: cell_span.column,
            text: text.trim().to_owned(),
            trailing,
        });
    }

    fn anchor(&mut self, anchor: usize, at: u32) {
        if anchor != 0 {
            self.anchors.insert(anchor, at);
        }
    }

    fn child(&mut self, at: u32, merges: bool) {
        match self.frames.last_mut() {
            Some(frame) => frame.children.push((at, merges)),
            None => self.root = Some(at),
        }
    }

    fn close(&mut self, end: Marker) {
        let Some(frame) = self.frames.pop() else {
            return;
        };
        let mut cell_span = frame.cell_span;
        let content = if frame.is_map {
            // A block map begins with its first key; only flow maps tell where they end.
            Content::Map(self.pairs(&frame.children).into())
        } else {
            Content::List(frame.children.iter().map(|(at, _)| *at).collect())
        };
        let last = self.cell_span(end, end);
        if cell_span.length > 0 && last.line == cell_span.line {
            cell_span.length = last.column.saturating_sub(cell_span.column);
        }
        let at = self.arena.push(cell_span, content);
        self.anchor(frame.anchor, at);
        self.child(at, false);
    }

    /// Keys and values with merges done and keys made unique, as go.yaml.in/yaml v2 does (decode.go, `mapping` and `merge`): all in source
    /// order, each overriding what came before.
    fn pairs(&mut self, children: &[(u32, bool)]) -> Vec<Pair> {
        let mut out = Pairs::default();
        for pair in children.chunks_exact(2) {
            let [(key, merges), (value, _)] = *pair else {
                continue;
            };
            if merges {
                self.merge(value, &mut out);
                continue;
            }
            let cell_span = self
                .arena
                .cell(key)
                .map(|cell| cell.cell_span)
                .unwrap_or_default();
            if !self.names(key) {
                continue;
            }
            if let Some(before) = out.set(&self.arena, key, value, true) {
                let line = self
                    .arena
                    .cell(before)
                    .map_or(0, |cell| cell.cell_span.line);
                let name = self.arena.name(key).unwrap_or_default();
                let problem = format!(
                    "key `{name}` is set twice, first on line {line}: the last one counts here, and kubectl refuses the object"
                );
                self.problems.push(self.error(cell_span, problem));
            }
        }
        out.pairs
            .into_iter()
            .map(|(key, value, _)| self.arena.pair(key, value))
            .collect()
    }

    /// Whether a key is a name; booleans and numbers become one as JSON spells them (sigs.k8s.io/yaml, `convertToJSONableObject`).
    fn names(&mut self, at: u32) -> bool {
        let Some(cell) = self.arena.cells.get_mut(at as usize) else {
            return false;
        };
        let spelled = match &cell.content {
            Content::Scalar(_, Meaning::Text) => return true,
            Content::Scalar(text, Meaning::Float(_)) => text.to_string(),
            Content::Scalar(_, Meaning::Bool(value)) => value.to_string(),
            Content::Scalar(_, Meaning::Integer(value)) => value.to_string(),
            Content::Scalar(_, Meaning::Null) | Content::List(_) | Content::Map(_) => {
                let cell_span = cell.cell_span;
                self.refuse(
                    cell_span,
                    "this key is no string: expected a name before the `:`".to_owned(),
                );
                return false;
            }
        };
        cell.content = Content::Scalar(spelled.into(), Meaning::Text);
        true
    }

    fn merge(&mut self, value: u32, out: &mut Pairs) {
        let cell = self.arena.cell(value).cloned();
        match cell.map(|cell| (cell.cell_span, cell.content)) {
            Some((_, Content::Map(pairs))) => {
                for pair in pairs {
                    out.set(&self.arena, pair.key, pair.value, false);
                }
            }
            // Of several maps the earlier ones win.
            Some((_, Content::List(items))) if items.iter().all(|at| matches!(self.content(*at), Some(Content::Map(_)))) => {
                for item in items.iter().rev() {
                    self.merge(*item, out);
                }
            }
            Some((cell_span, _)) => {
                self.refuse(cell_span, "`<<` merges something that is no map: expected an alias of a map, or a list of them".to_owned())
            }
            None => {}
        }
    }

    fn content(&self, at: u32) -> Option<&Content> {
        self.arena.cell(at).map(|cell| &cell.content)
    }

    fn finish(mut self, chunk: Chunk<'_>) -> Document {
        if self.aliased && !expand::is_small(&self.arena) {
            let cell_span = CellSpan {
                line: self.first_line,
                column: 1,
                length: 0,
            };
            self.refuse(cell_span, "this document is mostly aliases of aliases, too many to write out: expected plain content".to_owned());
        }
        let last = chunk
            .first_line
            .saturating_add(number(chunk.text.lines().count()))
            .saturating_sub(1);
        let comments = std::mem::take(&mut self.comments);
        let problems = std::mem::take(&mut self.problems);
        let lines = (chunk.first_line, last.max(chunk.first_line));
        let content = match self.refused.take() {
            Some(error) => Err(Unread {
                error: rendered(error, chunk),
                text: chunk.text.to_owned(),
            }),
            None => Ok(self.node()),
        };
        Document {
            lines,
            content,
            comments,
            problems,
        }
    }

    fn node(mut self) -> Node {
        let at = self.root.unwrap_or_else(|| {
            let cell_span = CellSpan {
                line: self.first_line,
                column: 1,
                length: 0,
            };
            self.arena
                .push(cell_span, Content::Scalar("".into(), Meaning::Null))
        });
        // The list grew by doubling; many documents with twice the cells that they need are much memory.
        let mut cells = Vec::with_capacity(self.arena.cells.len());
        cells.append(&mut self.arena.cells);
        let file = self.arena.file;
        Node::root(Arena { file, cells }, at)
    }
}

/// What is no YAML and holds template markers was never rendered: that is the thing to say.
fn rendered(error: InputError, chunk: Chunk<'_>) -> InputError {
    let Some((line, column, length)) = template::marker(chunk.text) else {
        return error;
    };
    let message =
        "this is an unrendered template: render it first, a chart with `helm template`".to_owned();
    InputError {
        line: chunk.first_line.saturating_add(line),
        column: column
            .saturating_add(if line == 0 { chunk.before } else { 0 })
            .saturating_add(1),
        length,
        message,
        ..error
    }
}

fn meaning(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Meaning {
    match tag.and_then(Tag::core_suffix) {
        Some("str" | "binary") => Meaning::Text,
        Some("int" | "float" | "bool" | "null") => scalar::plain(text),
        _ if style == ScalarStyle::Plain && tag.is_none() => scalar::plain(text),
        _ => Meaning::Text,
    }
}

/// The keys and values of a map so far.
#[derive(Default)]
struct Pairs {
    /// Key, value, and whether it was written here rather than merged.
    pairs: Vec<(u32, u32, bool)>,
    /// Positions by name, once there are many.
    index: FxHashMap<String, usize>,
}

/// Up to so many keys are compared one by one.
const FEW: usize = 16;

impl Pairs {
    /// Sets a key; returns the key it replaces where both are written here.
    fn set(&mut self, arena: &Arena, key: u32, value: u32, written: bool) -> Option<u32> {
        let name = arena.name(key).unwrap_or_default();
        let few = self.pairs.len() <= FEW;
        let known = if few {
            self.pairs
                .iter()
                .position(|(own, ..)| arena.name(*own) == Some(name))
        } else {
            self.index.get(name).copied()
        };
        if let Some(own) = known.and_then(|at| self.pairs.get_mut(at)) {
            let before = (own.2 && written).then_some(own.0);
            *own = (key, value, written || own.2);
            return before;
        }
        self.pairs.push((key, value, written));
        let fresh = if self.pairs.len() == FEW + 1 {
            0
        } else {
            self.pairs.len() - 1
        };
        if self.pairs.len() > FEW {
            for (at, (own, ..)) in self.pairs.iter().enumerate().skip(fresh) {
                self.index
                    .insert(arena.name(*own).unwrap_or_default().to_owned(), at);
            }
        }
        None
    }
}
