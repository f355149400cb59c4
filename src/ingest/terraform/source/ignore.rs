//! Comments that ask to ignore findings: `# crosspeer: ignore[ID,ID2] reason`, also with `//`, and for one instance
//! `# crosspeer: ignore[ID]["key"] reason`. They bear on the block they stand in, on whose line they stand, or that
//! follows them.

use super::comment::Comment;
use super::document::Document;
use super::tree::{Module, SourceTree, key};
use crate::ingest::terraform::address::{Address, Key};
use crate::ingest::terraform::mode::Mode;
use crate::model::Place;
use std::collections::BTreeMap;
use std::sync::Arc;

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
                        .or_insert_with(|| ignore(comment, &document.path));
                    ignore.attach(comment, document, path, module);
                }
            }
        }
        out.into_values().collect()
    }
}

/// A comment that bears on nothing yet.
fn ignore(comment: &Comment, path: &Arc<str>) -> Ignore {
    Ignore {
        ids: comment.ids.clone(),
        reason: comment.reason.clone(),
        place: Place {
            file: Arc::clone(path),
            line: comment.line,
            column: 1,
            length: 0,
        },
        blocks: Vec::new(),
        key: comment.key.clone(),
        lines: (comment.line, comment.line),
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
