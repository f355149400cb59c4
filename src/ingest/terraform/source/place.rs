//! From an address to the file and line of its block and attributes.

use super::document::Document;
use super::tree::{Module, SourceTree};
use crate::ingest::terraform::address::Address;
use crate::model::Place;
use hcl_edit::structure::{Block, Body, Structure};
use std::collections::BTreeMap;

/// A place to show, and where it is only the `module` call that leads into a downloaded module, the place inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredPlace {
    /// The place in a file of the repository.
    pub place: Place,
    /// The place inside the downloaded module.
    pub inner: Option<Place>,
}

/// Where a resource is declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Header of its block: type and labels.
    pub block: DeclaredPlace,
    /// Attributes and nested blocks, by dotted path without indexes (`ingress.cidr_blocks`); of repeated blocks the first.
    /// What a `dynamic` block makes stands under the name of what it makes.
    pub lines: BTreeMap<String, DeclaredPlace>,
}

impl SourceTree {
    /// Where the resource of that address (with or without instance keys) is declared. None where the sources do not hold it.
    #[must_use]
    pub fn place(&self, address: &str) -> Option<Placed> {
        let address = Address::parse(address)?;
        let declared = self.resource(&address)?;
        let call = self.outer(&address);
        let mut lines = BTreeMap::new();
        declared
            .parts()
            .for_each(|(document, block)| collect(document, &block.body, "", &mut lines));
        let declared_place = |inner: Place| declared_place(call.as_ref(), inner);
        let block = declared_place(declared.document.block(&declared.block)?.clone());
        Some(Placed {
            block,
            lines: lines
                .into_iter()
                .map(|(path, place)| (path, declared_place(place)))
                .collect(),
        })
    }

    /// The `module` call that leads from the repository's own files to the downloaded module that holds the resource.
    pub(super) fn outer(&self, address: &Address) -> Option<Place> {
        let mut key = String::new();
        for call in &address.module.0 {
            let from: &Module = self.modules.get(&key)?;
            let declared = from.directory.calls.get(&call.name)?;
            key = if key.is_empty() {
                call.name.clone()
            } else {
                format!("{key}.{}", call.name)
            };
            if self.modules.get(&key)?.downloaded {
                return declared.document.block(&declared.block).cloned();
            }
        }
        None
    }
}

/// A place in a module that a call leads to, where it was downloaded.
pub(super) fn declared_place(call: Option<&Place>, place: Place) -> DeclaredPlace {
    match call {
        Some(call) => DeclaredPlace {
            place: call.clone(),
            inner: Some(place),
        },
        None => DeclaredPlace { place, inner: None },
    }
}

fn collect(document: &Document, body: &Body, path: &str, out: &mut BTreeMap<String, Place>) {
    for structure in body {
        let (name, place) = match structure {
            Structure::Attribute(attribute) => {
                (attribute.key.as_str(), document.attribute(attribute))
            }
            Structure::Block(block) => (made(block), document.block(block)),
        };
        let below = if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        };
        if let Some(place) = place {
            out.entry(below.clone()).or_insert_with(|| place.clone());
        }
        if let Structure::Block(block) = structure {
            collect(document, content(block), &below, out);
        }
    }
}

/// The name of the blocks that a block makes: its own, or for `dynamic` its label.
pub(super) fn made(block: &Block) -> &str {
    match block.labels.first() {
        Some(label) if block.ident.as_str() == "dynamic" => label.as_str(),
        _ => block.ident.as_str(),
    }
}

/// The body that it makes them with: its own, or for `dynamic` that of its `content` block.
pub(super) fn content(block: &Block) -> &Body {
    let inner = block
        .body
        .get_blocks("content")
        .next()
        .filter(|_| block.ident.as_str() == "dynamic");
    inner.map_or(&block.body, |inner| &inner.body)
}

#[cfg(test)]
mod tests;
