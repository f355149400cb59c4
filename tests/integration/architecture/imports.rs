//! Which module of the source imports which, read with a real parser: `use` trees, paths in code and in macros. Names
//! that a module re-exports count as imports of the module that defines them.

use proc_macro2::{TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use syn::visit::{self, Visit};

/// Path of a module below the crate's root, `reach::path::walk` as three names; the root itself is empty.
pub type Module = Vec<String>;

/// A module of the source that is no test.
#[derive(Debug, Default)]
pub struct Source {
    /// Its file, relative to the repository.
    pub file: String,
    /// Paths that its code names, as written.
    named: BTreeSet<Vec<String>>,
    /// What it hands on under its own name: name, and the path it comes from.
    handed_on: BTreeMap<String, Vec<String>>,
}

/// All modules of a crate, by path.
pub struct Imports {
    /// The modules that are no tests.
    pub modules: BTreeMap<Module, Source>,
}

impl Imports {
    /// Reads all modules below a folder with a `lib.rs`; those behind `#[cfg(test)]` are left out.
    pub fn read(folder: &Path) -> Self {
        let mut out = Self {
            modules: BTreeMap::new(),
        };
        out.add(folder, &folder.join("lib.rs"), Vec::new());
        out
    }

    /// Modules from texts: path, and code. The root is the empty path.
    pub fn of(texts: &[(&str, &str)]) -> Self {
        let modules = texts.iter().map(|(path, text)| {
            let module: Module = path
                .split("::")
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect();
            (module, source(path, &syn::parse_file(text).unwrap()))
        });
        Self {
            modules: modules.collect(),
        }
    }

    fn add(&mut self, folder: &Path, file: &Path, module: Module) {
        let text = std::fs::read_to_string(file).unwrap();
        let parsed = syn::parse_file(&text)
            .map_err(|error| format!("{}: {error}", file.display()))
            .unwrap();
        for item in &parsed.items {
            let syn::Item::Mod(child) = item else {
                continue;
            };
            if child.content.is_some() || is_test(&child.attrs) {
                continue;
            }
            let mut path = module.clone();
            path.push(child.ident.to_string());
            let base = folder.join(path.join("/"));
            let beside = base.with_extension("rs");
            let file = if beside.exists() {
                beside
            } else {
                base.join("mod.rs")
            };
            self.add(folder, &file, path);
        }
        let shown = file.strip_prefix(folder.parent().unwrap()).unwrap();
        self.modules
            .insert(module, source(&shown.to_string_lossy(), &parsed));
    }

    /// The modules that a module imports from, itself left out.
    pub fn of_module(&self, module: &Module) -> BTreeSet<Module> {
        let named = self.modules[module].named.iter();
        named
            .filter_map(|path| self.resolve(module, path, 8))
            .filter(|other| other != module)
            .collect()
    }

    /// The module that defines what a path names, seen from `module`; none where it is of another crate.
    fn resolve(&self, module: &Module, path: &[String], steps: usize) -> Option<Module> {
        let absolute = self.absolute(module, path)?;
        let depth = (0..=absolute.len())
            .rev()
            .find(|depth| self.modules.contains_key(&absolute[..*depth]))?;
        let (owner, rest) = (absolute[..depth].to_vec(), &absolute[depth..]);
        let from = rest
            .first()
            .and_then(|name| self.modules[&owner].handed_on.get(name));
        match from {
            Some(path) if steps > 0 => self.resolve(&owner, path, steps - 1).or(Some(owner)),
            _ => Some(owner),
        }
    }

    fn absolute(&self, module: &Module, path: &[String]) -> Option<Vec<String>> {
        let (first, rest) = path.split_first()?;
        let mut base = match first.as_str() {
            "crate" => Vec::new(),
            "self" => module.clone(),
            "super" => module[..module.len().checked_sub(1)?].to_vec(),
            child => {
                let mut own = module.clone();
                own.push(child.to_owned());
                return self
                    .modules
                    .contains_key(&own)
                    .then(|| [own.as_slice(), rest].concat());
            }
        };
        let ups = rest.iter().take_while(|name| *name == "super").count();
        base.truncate(base.len().checked_sub(ups)?);
        base.extend_from_slice(&rest[ups..]);
        Some(base)
    }

    /// Groups of modules that import each other in a circle. A child that imports from its own parent makes none.
    pub fn circles(&self) -> Vec<BTreeSet<Module>> {
        let edges: BTreeMap<&Module, BTreeSet<Module>> = self
            .modules
            .keys()
            .map(|module| {
                let imports = self.of_module(module).into_iter();
                let parent = module.split_last().map(|(_, parent)| parent.to_vec());
                (
                    module,
                    imports
                        .filter(|other| Some(other) != parent.as_ref())
                        .collect(),
                )
            })
            .collect();
        let reached: BTreeMap<&Module, BTreeSet<&Module>> = edges
            .keys()
            .map(|module| (*module, reached(module, &edges)))
            .collect();
        let mut out: BTreeSet<BTreeSet<Module>> = BTreeSet::new();
        for (module, far) in &reached {
            let circle = far.iter().filter(|other| reached[*other].contains(module));
            let circle: BTreeSet<Module> = circle.map(|other| (*other).clone()).collect();
            if circle.len() > 1 {
                out.insert(circle);
            }
        }
        out.into_iter().collect()
    }
}

fn reached<'e>(
    from: &Module,
    edges: &'e BTreeMap<&Module, BTreeSet<Module>>,
) -> BTreeSet<&'e Module> {
    let (mut out, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(module) = open.pop() {
        for next in &edges[module] {
            if out.insert(next) {
                open.push(next);
            }
        }
    }
    out
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute
                .meta
                .require_list()
                .is_ok_and(|list| list.tokens.to_string() == "test")
    })
}

fn source(file: &str, parsed: &syn::File) -> Source {
    let mut out = Source {
        file: file.to_owned(),
        ..Source::default()
    };
    out.visit_file(parsed);
    out
}

impl Source {
    fn tree(&mut self, tree: &syn::UseTree, mut front: Vec<String>, public: bool) {
        match tree {
            syn::UseTree::Path(path) => {
                front.push(path.ident.to_string());
                self.tree(&path.tree, front, public);
            }
            syn::UseTree::Group(group) => {
                for one in &group.items {
                    self.tree(one, front.clone(), public);
                }
            }
            syn::UseTree::Glob(_) => {
                self.named.insert(front);
            }
            syn::UseTree::Name(name) => self.leaf(front, &name.ident, &name.ident, public),
            syn::UseTree::Rename(name) => self.leaf(front, &name.ident, &name.rename, public),
        }
    }

    fn leaf(
        &mut self,
        mut front: Vec<String>,
        name: &syn::Ident,
        as_name: &syn::Ident,
        public: bool,
    ) {
        if name != "self" {
            front.push(name.to_string());
        }
        if public {
            self.handed_on.insert(as_name.to_string(), front.clone());
        }
        self.named.insert(front);
    }

    /// Paths in the tokens of a macro, which the parser leaves as they are.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(name) if path.is_empty() || colons == 2 => {
                    path.push(name.to_string());
                    colons = 0;
                    continue;
                }
                TokenTree::Punct(mark) if mark.as_char() == ':' && !path.is_empty() => {
                    colons += 1;
                    continue;
                }
                TokenTree::Ident(name) => {
                    self.named.insert(std::mem::take(&mut path));
                    path.push(name.to_string());
                }
                TokenTree::Group(group) => self.tokens(group.stream()),
                _ => {
                    self.named.insert(std::mem::take(&mut path));
                }
            }
            colons = 0;
        }
        self.named.insert(path);
    }
}

impl<'a> Visit<'a> for Source {
    fn visit_item_mod(&mut self, item: &'a syn::ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'a syn::ItemFn) {
        if !is_test(&item.attrs) {
            visit::visit_item_fn(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'a syn::ItemUse) {
        if !is_test(&item.attrs) {
            let public = !matches!(item.vis, syn::Visibility::Inherited);
            self.tree(&item.tree, Vec::new(), public);
        }
    }

    fn visit_item_impl(&mut self, item: &'a syn::ItemImpl) {
        if !is_test(&item.attrs) {
            visit::visit_item_impl(self, item);
        }
    }

    /// `pub(in crate::rules)` says who may see an item; it imports nothing.
    fn visit_vis_restricted(&mut self, _: &'a syn::VisRestricted) {}

    fn visit_path(&mut self, path: &'a syn::Path) {
        let names = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string());
        self.named.insert(names.collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, mac: &'a syn::Macro) {
        self.tokens(mac.tokens.clone());
    }
}
