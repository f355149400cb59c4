//! The body of a resource instance, evaluated: attributes, nested blocks, and what `dynamic` blocks make.

use super::directory::Declared;
use super::document::Document;
use super::evaluator::Evaluator;
use super::place::{DeclaredPlace, content, declared_place, made};
use super::question::Question;
use super::scope::Scope;
use super::symbolic::{Budget, Failure, Invalid, Limit, Outcome, Symbolic};
use crate::ingest::terraform::address::{Address, Key};
use crate::ingest::terraform::resource::Resource;
use crate::model::{Id, Place};
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block, Body, Structure};
use std::collections::BTreeMap;

/// What the sources say of one resource instance. Made by [`Evaluator::evaluate`], used by `merge`.
#[derive(Clone, Debug)]
pub struct Evaluated {
    pub(super) body: Given,
    call: Option<Place>,
    /// The limit that something in it would go beyond, so that it is unknown.
    pub cut: Option<Limit>,
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
    pub(super) fn declared_place(&self, place: &Place) -> DeclaredPlace {
        declared_place(self.call.as_ref(), place.clone())
    }
}

impl Given {
    /// As one value: blocks are lists of objects. What is open makes the list unknown.
    pub fn symbolic(&self, budget: &Budget) -> Outcome {
        let attributes = self
            .attributes
            .iter()
            .map(|(name, (value, _))| Ok((name, value.clone())));
        let blocks = self
            .blocks
            .iter()
            .map(|(name, blocks)| Ok((name, blocks.symbolic(budget)?)));
        budget.try_map(attributes.chain(blocks))
    }
}

impl Blocks {
    pub fn symbolic(&self, budget: &Budget) -> Outcome {
        let each = |given: &Given| given.symbolic(budget);
        let sure = self.sure.iter().map(|(given, _)| each(given));
        if self.open.is_empty() {
            return budget.try_list(sure);
        }
        let any = sure.chain(self.open.iter().map(each));
        Ok(budget.some_of(&any.collect::<Result<Vec<_>, Failure>>()?))
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
        let before = self.budget.hits().0;
        for (document, block) in declared.parts().rev() {
            let part = self.body(document, &block.body, &scope, true);
            body.attributes.extend(part.attributes);
            body.blocks.extend(part.blocks);
        }
        let (hits, limit) = self.budget.hits();
        Some(Evaluated {
            body,
            call: self.tree.outer(&address),
            cut: limit.filter(|_| hits > before),
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
                return blocks.symbolic(&self.budget);
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
                            .unwrap_or_else(|_| Symbolic::unknown());
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
        let each = |key: &Symbolic, value: &Symbolic| -> Result<Given, Failure> {
            self.budget.hold(1, size_of::<Given>())?;
            let pair = [("key", key.clone()), ("value", value.clone())];
            let frame = scope.frame(iterator, self.budget.map(pair)?);
            Ok(self.body(document, content(block), &scope.within(&frame), false))
        };
        let collection = match block.body.get_attribute("for_each") {
            Some(own) => self.eval(&own.value, scope),
            None => Err(Invalid),
        };
        let collection = collection.unwrap_or_else(|_| Symbolic::unknown());
        let pairs = self.pairs(&collection);
        let sure = match &pairs {
            Ok(Some(pairs)) => {
                let blocks = pairs.items.iter();
                blocks
                    .map(|(key, value)| Ok((each(key, value)?, place.clone())))
                    .collect::<Result<Vec<_>, Failure>>()
                    .ok()
            }
            _ => None,
        };
        match sure {
            Some(blocks) => out.sure.extend(blocks),
            None => {
                let any = self.budget.some_of([&collection]);
                let open = each(&Symbolic::unknown(), &any).unwrap_or_default();
                out.open.push(open);
            }
        }
    }
}
