//! Comments that ask to ignore findings: `# crosspeer: ignore[ID,ID2] reason`, also with `//`, and for one instance
//! `# crosspeer: ignore[ID]["key"] reason`. They bear on the block they stand in, on whose line they stand, or that
//! follows them.

use super::document::Document;
use super::tree::{Module, SourceTree, key};
use crate::ingest::terraform::address::{Address, Key};
use crate::ingest::terraform::mode::Mode;
use crate::model::Place;
use hcl_edit::Span;
use hcl_edit::expr::Expression;
use hcl_edit::structure::Body;
use hcl_edit::visit::{Visit, visit_expr};
use regex::Regex;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

/// A comment of the sources that asks to ignore findings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignore {
    /// Rule ids, as written.
    pub ids: Vec<String>,
    /// Why, as written; may be empty.
    pub reason: String,
    /// File and line of the comment.
    pub place: Place,
    /// Addresses without instance keys that it bears on: of a resource (`module.net.aws_route.this`), or of a module call and
    /// all that is below it (`module.net`). More than one where a local module is called more than once; none where the comment
    /// belongs to no block that can have findings.
    pub blocks: Vec<String>,
    /// The one instance meant; [`Key::None`] for all.
    pub key: Key,
    /// First and last line of the block; equal to the comment's line where there is none.
    pub lines: (u32, u32),
}

impl Ignore {
    /// Whether it bears on the resource instance of that address.
    #[must_use]
    pub fn covers(&self, address: &str) -> bool {
        let Some(address) = Address::parse(address) else {
            return false;
        };
        let mut names = String::new();
        let mut keys = Vec::new();
        for call in &address.module.0 {
            names.push_str(if names.is_empty() {
                "module."
            } else {
                ".module."
            });
            names.push_str(&call.name);
            keys.push((names.clone(), &call.key));
        }
        keys.push((
            bare(
                &key(&address.module),
                address.mode,
                &address.kind,
                &address.name,
            ),
            &address.key,
        ));
        keys.iter().any(|(block, key)| {
            self.blocks.contains(block) && (self.key == Key::None || self.key == **key)
        })
    }
}

/// A comment as it stands in one file.
#[derive(Clone, Debug)]
pub(super) struct Comment {
    line: u32,
    /// The line it speaks of: its own, or the first one after it that is no comment.
    about: u32,
    ids: Vec<String>,
    key: Key,
    reason: String,
}

#[expect(
    clippy::unwrap_used,
    reason = "a constant pattern, compiled by the tests"
)]
static PATTERN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?m)(?:#|//)+[ \t]*crosspeer:[ \t]*ignore\[([^\]\r\n]*)\](?:\[(?:"([^"\r\n]*)"|(\d+))\])?[ \t:]*([^\r\n]*)"#).unwrap()
});

/// Finds the comments of a file, not those inside strings and heredocs.
pub(super) fn comments(text: &str, body: &Body) -> Vec<Comment> {
    if !PATTERN.is_match(text) {
        return Vec::new();
    }
    let mut strings = Strings::default();
    strings.visit_body(body);
    let lines: Vec<&str> = text.lines().collect();
    let mut out = Vec::new();
    for found in PATTERN.captures_iter(text) {
        let Some(whole) = found.get(0) else { continue };
        if strings.0.iter().any(|span| span.contains(&whole.start())) {
            continue;
        }
        let line = text
            .get(..whole.start())
            .unwrap_or_default()
            .matches('\n')
            .count();
        let group = |n: usize| found.get(n).map(|group| group.as_str().trim());
        let key = match (
            found.get(2),
            group(3).and_then(|number| number.parse().ok()),
        ) {
            (Some(name), _) => Key::Text(name.as_str().to_owned()),
            (None, Some(number)) => Key::Number(number),
            (None, None) => Key::None,
        };
        let ids = group(1)
            .unwrap_or_default()
            .split(',')
            .map(str::trim)
            .filter(|id| !id.is_empty())
            .map(str::to_owned)
            .collect();
        let reason = group(4).unwrap_or_default().to_owned();
        out.push(Comment {
            line: number(line),
            about: number(about(&lines, line)),
            ids,
            key,
            reason,
        });
    }
    out
}

/// The line from 0 that a comment on a line speaks of.
fn about(lines: &[&str], line: usize) -> usize {
    let is_comment =
        |text: &&str| text.trim_start().starts_with('#') || text.trim_start().starts_with("//");
    let after = lines
        .iter()
        .skip(line)
        .take_while(|text| is_comment(text))
        .count();
    line + after
}

fn number(line: usize) -> u32 {
    u32::try_from(line + 1).unwrap_or(u32::MAX)
}

#[derive(Default)]
struct Strings(Vec<Range<usize>>);

impl Visit for Strings {
    fn visit_expr(&mut self, node: &Expression) {
        match node {
            Expression::String(_)
            | Expression::StringTemplate(_)
            | Expression::HeredocTemplate(_) => self.0.extend(node.span()),
            _ => visit_expr(self, node),
        }
    }
}

impl SourceTree {
    /// All comments that ask to ignore findings, in order of file and line.
    #[must_use]
    pub fn ignores(&self) -> Vec<Ignore> {
        let mut out: BTreeMap<(Arc<str>, u32), Ignore> = BTreeMap::new();
        for (path, module) in &self.modules {
            for document in &module.directory.documents {
                for comment in &document.comments {
                    let at = (Arc::clone(&document.path), comment.line);
                    let ignore = out
                        .entry(at)
                        .or_insert_with(|| comment.ignore(&document.path));
                    ignore.attach(comment, document, path, module);
                }
            }
        }
        out.into_values().collect()
    }
}

impl Comment {
    fn ignore(&self, path: &Arc<str>) -> Ignore {
        Ignore {
            ids: self.ids.clone(),
            reason: self.reason.clone(),
            place: Place {
                file: Arc::clone(path),
                line: self.line,
                column: 1,
                length: 0,
            },
            blocks: Vec::new(),
            key: self.key.clone(),
            lines: (self.line, self.line),
        }
    }
}

impl Ignore {
    /// Enters the blocks of a module that a comment speaks of.
    fn attach(&mut self, comment: &Comment, document: &Arc<Document>, path: &str, module: &Module) {
        let resources = module
            .directory
            .resources
            .iter()
            .map(|((mode, kind, name), own)| (bare(path, *mode, kind, name), own));
        let calls = module
            .directory
            .calls
            .iter()
            .map(|(name, own)| (call(path, name), own));
        for (address, own) in resources
            .chain(calls)
            .filter(|(_, own)| Arc::ptr_eq(&own.document, document))
        {
            let (Some(header), Some(end)) = (document.block(&own.block), document.end(&own.block))
            else {
                continue;
            };
            if (header.line..=end).contains(&comment.about) {
                self.blocks.push(address);
                self.lines = (header.line, end);
            }
        }
        self.blocks.sort();
        self.blocks.dedup();
    }
}

fn prefix(path: &str) -> String {
    path.split('.')
        .filter(|name| !name.is_empty())
        .map(|name| format!("module.{name}."))
        .collect()
}

fn bare(path: &str, mode: Mode, kind: &str, name: &str) -> String {
    let data = if mode == Mode::Data { "data." } else { "" };
    format!("{}{data}{kind}.{name}", prefix(path))
}

fn call(path: &str, name: &str) -> String {
    format!("{}module.{name}", prefix(path))
}

#[cfg(test)]
mod tests;
