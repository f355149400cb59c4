//! The blocks of one directory of configuration, by what they declare.

use super::document::Document;
use crate::ingest::terraform::mode::Mode;
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Attribute, Block, Body, Structure};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A block and the file it stands in.
#[derive(Debug)]
pub(super) struct Declared {
    pub document: Arc<Document>,
    pub block: Block,
    /// Blocks of override files, whose arguments and nested blocks replace those of the same name; the last wins.
    pub overrides: Vec<(Arc<Document>, Block)>,
}

impl Declared {
    /// An argument, and the file it stands in.
    pub fn attribute(&self, name: &str) -> Option<(&Arc<Document>, &Attribute)> {
        self.parts().find_map(|(document, block)| {
            block
                .body
                .get_attribute(name)
                .map(|attribute| (document, attribute))
        })
    }

    /// The blocks that make it up, the one that wins first.
    pub fn parts(&self) -> impl DoubleEndedIterator<Item = (&Arc<Document>, &Block)> {
        self.overrides
            .iter()
            .rev()
            .map(|(document, block)| (document, block))
            .chain([(&self.document, &self.block)])
    }
}

/// What one directory declares.
#[derive(Debug, Default)]
pub(super) struct Directory {
    pub resources: FxHashMap<(Mode, String, String), Declared>,
    pub calls: BTreeMap<String, Declared>,
    pub locals: FxHashMap<String, Expression>,
    pub variables: FxHashMap<String, Block>,
    pub outputs: BTreeMap<String, Expression>,
    /// Values of variables in `terraform.tfvars` and `*.auto.tfvars`, of which only a root's count.
    pub settings: FxHashMap<String, Expression>,
    /// All files, in order of path.
    pub documents: Vec<Arc<Document>>,
}

impl Directory {
    /// Enters the blocks of an override file, after all others (terraform docs, "Override Files").
    pub fn replace(&mut self, document: &Arc<Document>, body: Body) {
        for structure in body {
            let Structure::Block(block) = structure else {
                continue;
            };
            let labels: Vec<&str> = block.labels.iter().map(|label| label.as_str()).collect();
            let resource = |mode, kind: &str, name: &str| (mode, kind.to_owned(), name.to_owned());
            let declared = match (block.ident.as_str(), labels.as_slice()) {
                ("resource", [kind, name]) => {
                    self.resources.get_mut(&resource(Mode::Managed, kind, name))
                }
                ("data", [kind, name]) => self.resources.get_mut(&resource(Mode::Data, kind, name)),
                ("module", [name]) => self.calls.get_mut(*name),
                ("locals", _) => {
                    let values = block
                        .body
                        .attributes()
                        .map(|own| (own.key.as_str().to_owned(), own.value.clone()));
                    self.locals.extend(values);
                    None
                }
                ("output", [name]) => {
                    self.outputs.extend(
                        block
                            .body
                            .get_attribute("value")
                            .map(|own| ((*name).to_owned(), own.value.clone())),
                    );
                    None
                }
                _ => None,
            };
            if let Some(declared) = declared {
                declared.overrides.push((Arc::clone(document), block));
            }
        }
        self.documents.push(Arc::clone(document));
    }

    /// Enters the blocks of a file. Where two declare the same thing, the first stands, as Terraform refuses that.
    pub fn enter(&mut self, document: &Arc<Document>, body: Body) {
        for structure in body {
            if let Structure::Block(block) = structure {
                self.block(document, block);
            }
        }
        self.documents.push(Arc::clone(document));
    }

    /// Enters a file of values for variables. `*.auto.tfvars` are `strong`: they win over `terraform.tfvars`, and later ones
    /// over earlier ones (terraform docs, "variable definition precedence").
    pub fn set(&mut self, body: Body, strong: bool) {
        for structure in body {
            let Structure::Attribute(attribute) = structure else {
                continue;
            };
            let name = attribute.key.as_str().to_owned();
            if strong || !self.settings.contains_key(&name) {
                self.settings.insert(name, attribute.value);
            }
        }
    }

    fn block(&mut self, document: &Arc<Document>, block: Block) {
        let labels: Vec<String> = block
            .labels
            .iter()
            .map(|label| label.as_str().to_owned())
            .collect();
        let declared = |block| Declared {
            document: Arc::clone(document),
            block,
            overrides: Vec::new(),
        };
        match (block.ident.as_str(), labels.as_slice()) {
            ("resource", [kind, name]) => self.resource(Mode::Managed, kind, name, declared(block)),
            ("data", [kind, name]) => self.resource(Mode::Data, kind, name, declared(block)),
            ("module", [name]) => drop(self.calls.entry(name.clone()).or_insert(declared(block))),
            ("variable", [name]) => drop(self.variables.entry(name.clone()).or_insert(block)),
            ("output", [name]) => {
                if let Some(value) = block.body.get_attribute("value") {
                    self.outputs
                        .entry(name.clone())
                        .or_insert_with(|| value.value.clone());
                }
            }
            ("locals", _) => {
                for attribute in block.body.attributes() {
                    self.locals
                        .entry(attribute.key.as_str().to_owned())
                        .or_insert_with(|| attribute.value.clone());
                }
            }
            _ => {}
        }
    }

    fn resource(&mut self, mode: Mode, kind: &str, name: &str, declared: Declared) {
        self.resources
            .entry((mode, kind.to_owned(), name.to_owned()))
            .or_insert(declared);
    }
}
