//! The body of a resource instance, evaluated: attributes, nested blocks, and what `dynamic` blocks make.

use super::directory::Declared;
use super::document::Document;
use super::evaluator::{Evaluator, Question};
use super::place::{Spot, content, made, spot};
use super::scope::Scope;
use super::symbolic::{Invalid, Outcome, Symbolic};
use crate::ingest::terraform::address::{Address, Key};
use crate::ingest::terraform::graph::Resource;
use crate::model::{Id, Place};
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block, Body, Structure};
use std::collections::BTreeMap;

/// What the sources say of one resource instance. Made by [`Evaluator::evaluate`], used by `merge`.
#[derive(Clone, Debug)]
pub struct Evaluated {
    pub(super) body: Given,
    call: Option<Place>,
}

/// An evaluated body.
#[derive(Clone, Debug, Default)]
pub(super) struct Given {
    pub attributes: BTreeMap<String, (Symbolic, Option<Place>)>,
    pub blocks: BTreeMap<String, Blocks>,
}

/// The nested blocks of one name.
#[derive(Clone, Debug, Default)]
pub(super) struct Blocks {
    /// Those that there surely are, in order, each with the place of its header.
    pub sure: Vec<(Given, Option<Place>)>,
    /// What blocks of an unknown number look like.
    pub open: Vec<Given>,
}

impl Evaluated {
    /// A place in its sources as it is to be shown.
    pub(super) fn spot(&self, place: &Place) -> Spot {
        spot(self.call.as_ref(), place.clone())
    }
}

impl Given {
    /// As one value: blocks are lists of objects. What is open makes the list unknown.
    pub fn symbolic(&self) -> Symbolic {
        let attributes = self
            .attributes
            .iter()
            .map(|(name, (value, _))| (name.clone(), value.clone()));
        Symbolic::map(
            attributes
                .chain(
                    self.blocks
                        .iter()
                        .map(|(name, blocks)| (name.clone(), blocks.symbolic())),
                )
                .collect(),
        )
    }
}

impl Blocks {
    pub fn symbolic(&self) -> Symbolic {
        let sure: Vec<Symbolic> = self
            .sure
            .iter()
            .map(|(given, _)| given.symbolic())
            .collect();
        if self.open.is_empty() {
            return Symbolic::list(sure);
        }
        let open: Vec<Symbolic> = self.open.iter().map(Given::symbolic).collect();
        Symbolic::some_of(sure.iter().chain(&open))
    }
}

/// Arguments and blocks that Terraform keeps to itself (terraform docs, "Meta-Arguments").
const META: &[&str] = &[
    "count",
    "for_each",
    "provider",
    "depends_on",
    "lifecycle",
    "provisioner",
    "connection",
];

impl Evaluator<'_> {
    /// Evaluates the body of the resource instance of that address. None where the sources do not declare it.
    #[must_use]
    pub fn evaluate(&self, address: &str) -> Option<Evaluated> {
        self.begin();
        let address = Address::parse(address)?;
        let declared = self.tree.resource(&address)?;
        let scope = self.scope_of(&address);
        let mut body = Given::default();
        for (document, block) in declared.parts().rev() {
            let part = self.body(document, &block.body, &scope, true);
            body.attributes.extend(part.attributes);
            body.blocks.extend(part.blocks);
        }
        Some(Evaluated {
            body,
            call: self.tree.outer(&address),
        })
    }

    fn scope_of(&self, address: &Address) -> Scope<'static> {
        let realm = self.number(&address.module);
        Scope::block(realm, address.key.clone(), self.question(realm, address))
    }

    fn question(&self, realm: usize, address: &Address) -> Option<Question> {
        let repeated = address.key != Key::None;
        repeated.then(|| {
            Question::Repeat(
                realm,
                address.mode,
                address.kind.clone(),
                address.name.clone(),
            )
        })
    }

    /// What the configuration gives one attribute or block of a resource; null where it does not mention it.
    pub(super) fn configured(&self, resource: Id<Resource>, name: &str) -> Outcome {
        let Some(address) = Address::parse(&self.instances.resource(resource).address) else {
            return Ok(Symbolic::unknown());
        };
        let Some(declared) = self.tree.resource(&address) else {
            return Ok(Symbolic::unknown());
        };
        if META.contains(&name) {
            return Err(Invalid);
        }
        self.configured_in(declared, name, &self.scope_of(&address))
    }

    fn configured_in(&self, declared: &Declared, name: &str, scope: &Scope<'_>) -> Outcome {
        if let Some((_, attribute)) = declared.attribute(name) {
            return self.eval(&attribute.value, scope);
        }
        for (document, block) in declared.parts() {
            let mut own = block
                .body
                .blocks()
                .filter(|block| made(block) == name)
                .peekable();
            if own.peek().is_some() {
                let mut blocks = Blocks::default();
                own.for_each(|block| self.blocks(document, block, scope, &mut blocks));
                return Ok(blocks.symbolic());
            }
        }
        Ok(Symbolic::Null)
    }

    fn body(&self, document: &Document, body: &Body, scope: &Scope<'_>, top: bool) -> Given {
        let mut out = Given::default();
        for structure in body {
            match structure {
                Structure::Attribute(attribute) => {
                    let name = attribute.key.as_str();
                    if !(top && META.contains(&name)) {
                        let value = self
                            .eval(&attribute.value, scope)
                            .unwrap_or_else(|Invalid| Symbolic::unknown());
                        out.attributes.insert(
                            name.to_owned(),
                            (value, document.attribute(attribute).cloned()),
                        );
                    }
                }
                Structure::Block(block) if top && META.contains(&block.ident.as_str()) => {}
                Structure::Block(block) => self.blocks(
                    document,
                    block,
                    scope,
                    out.blocks.entry(made(block).to_owned()).or_default(),
                ),
            }
        }
        out
    }

    /// The blocks that a block makes: itself, or those of a `dynamic` block.
    fn blocks(&self, document: &Document, block: &Block, scope: &Scope<'_>, out: &mut Blocks) {
        let place = document.block(block).cloned();
        if block.ident.as_str() != "dynamic" {
            out.sure
                .push((self.body(document, &block.body, scope, false), place));
            return;
        }
        let label = made(block);
        let iterator = match block.body.get_attribute("iterator").map(|own| &own.value) {
            Some(Expression::Variable(name)) => name.as_str(),
            _ => label,
        };
        let each = |key: &Symbolic, value: &Symbolic| {
            let pair = BTreeMap::from([
                ("key".to_owned(), key.clone()),
                ("value".to_owned(), value.clone()),
            ]);
            let frame = scope.frame(iterator, Symbolic::map(pair));
            self.body(document, content(block), &scope.within(&frame), false)
        };
        let collection = block
            .body
            .get_attribute("for_each")
            .map_or(Err(Invalid), |own| self.eval(&own.value, scope));
        let collection = collection.unwrap_or_else(|Invalid| Symbolic::unknown());
        match self.pairs(&collection) {
            Ok(Some(pairs)) => out.sure.extend(
                pairs
                    .items
                    .iter()
                    .map(|(key, value)| (each(key, value), place.clone())),
            ),
            Ok(None) | Err(Invalid) => out.open.push(each(
                &Symbolic::unknown(),
                &Symbolic::some_of([&collection]),
            )),
        }
    }
}
