//! The tree of modules below one root module, made from files alone.

use super::directory::{Declared, Directory};
use super::layout::{Layout, layouts};
use super::paths::join;
use crate::ingest::terraform::address::{Address, ModulePath};
use crate::ingest::{File, InputError};
use hcl_edit::expr::Expression;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Deepest nesting of modules that is followed: a module that calls itself ends there.
const DEPTH: usize = 24;
/// Most modules in one tree.
const MODULES: usize = 10_000;

/// The configuration of one root module and of all modules below it that the input holds.
#[derive(Debug)]
pub struct SourceTree {
    root: Arc<str>,
    exact: bool,
    /// Files that expressions read, by path.
    pub(super) texts: Arc<BTreeMap<String, Arc<str>>>,
    /// By names of calls from the root with dots between; the root is the empty text.
    pub(super) modules: BTreeMap<String, Module>,
}

/// One module in its place in the tree.
#[derive(Debug)]
pub(super) struct Module {
    pub directory: Arc<Directory>,
    pub path: String,
    /// Whether it was downloaded, so that its files are no part of the repository.
    pub downloaded: bool,
}

impl SourceTree {
    /// Reads source files and binary plans: one tree for each root module. What cannot be parsed is left out and goes into
    /// `errors`. A binary plan whose root module is also among the source files takes its paths from there.
    #[must_use]
    pub fn read(files: &[&File], errors: &mut Vec<InputError>) -> Vec<SourceTree> {
        layouts(files, errors).iter().map(SourceTree::of).collect()
    }

    /// The trees that declare most of the addresses, all the same number; those of binary plans first, then in order. Empty
    /// where no tree declares any.
    #[must_use]
    pub fn best<'t>(trees: &'t [SourceTree], addresses: &[&str]) -> Vec<&'t SourceTree> {
        let score = |tree: &SourceTree| {
            addresses
                .iter()
                .filter(|address| tree.declares(address))
                .count()
        };
        let scored: Vec<(usize, &SourceTree)> =
            trees.iter().map(|tree| (score(tree), tree)).collect();
        let most = scored.iter().map(|(score, _)| *score).max().unwrap_or(0);
        let best = scored
            .into_iter()
            .filter(|(score, _)| *score == most && most > 0)
            .map(|(_, tree)| tree);
        let (mut exact, others): (Vec<&SourceTree>, Vec<&SourceTree>) =
            best.partition(|tree| tree.exact);
        exact.extend(others);
        exact
    }

    /// The directory of the root module, as in the paths of its files; empty for the current one.
    #[must_use]
    pub fn root(&self) -> &str {
        &self.root
    }

    /// Whether the resource of that address (with or without instance keys) has a block here.
    #[must_use]
    pub fn declares(&self, address: &str) -> bool {
        Address::parse(address).is_some_and(|address| self.resource(&address).is_some())
    }

    /// Whether the resource of that address lies in a module that is called here, but whose files are not in the input.
    #[must_use]
    pub fn calls_without(&self, address: &str) -> bool {
        let Some(address) = Address::parse(address) else {
            return false;
        };
        let mut above = ModulePath::default();
        for call in &address.module.0 {
            let Some(module) = self.modules.get(&key(&above)) else {
                return false;
            };
            above.0.push(call.clone());
            if !self.modules.contains_key(&key(&above)) {
                return module.directory.calls.contains_key(&call.name);
            }
        }
        false
    }

    pub(super) fn resource(&self, address: &Address) -> Option<&Declared> {
        let module = self.modules.get(&key(&address.module))?;
        module
            .directory
            .resources
            .get(&(address.mode, address.kind.clone(), address.name.clone()))
    }

    fn of(layout: &Layout) -> SourceTree {
        let mut tree = SourceTree {
            root: Arc::from(layout.root.as_str()),
            exact: layout.exact,
            texts: Arc::clone(&layout.texts),
            modules: BTreeMap::new(),
        };
        tree.enter(layout, "", &layout.root, false, 0);
        tree
    }

    fn enter(&mut self, layout: &Layout, key: &str, path: &str, downloaded: bool, depth: usize) {
        let Some(directory) = layout.directories.get(path) else {
            return;
        };
        let module = Module {
            directory: Arc::clone(directory),
            path: path.to_owned(),
            downloaded,
        };
        self.modules.insert(key.to_owned(), module);
        if depth >= DEPTH {
            return;
        }
        for (name, call) in &directory.calls {
            let child = if key.is_empty() {
                name.clone()
            } else {
                format!("{key}.{name}")
            };
            if self.modules.len() >= MODULES {
                return;
            }
            if let Some(path) = target(layout, &child, path, call) {
                let downloaded = downloaded || path.split('/').any(|part| part == ".terraform");
                self.enter(layout, &child, &path, downloaded, depth + 1);
            }
        }
    }
}

/// The directory that a call leads to: as the manifest says, else the local `source`.
fn target(layout: &Layout, key: &str, from: &str, call: &Declared) -> Option<String> {
    if let Some(path) = layout
        .keys
        .get(key)
        .filter(|path| layout.directories.contains_key(*path))
    {
        return Some(path.clone());
    }
    let Expression::String(source) = &call.attribute("source")?.1.value else {
        return None;
    };
    (source.starts_with("./") || source.starts_with("../")).then(|| join(from, source))
}

/// Names of calls with dots between.
pub(super) fn key(module: &ModulePath) -> String {
    module
        .0
        .iter()
        .map(|call| call.name.as_str())
        .collect::<Vec<_>>()
        .join(".")
}
