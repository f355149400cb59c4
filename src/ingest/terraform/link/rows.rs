//! The list of links: one row for each resource instance and attribute that names another network resource.

use crate::ingest::terraform::address::Address;
use crate::ingest::terraform::configuration::Block;
use crate::ingest::terraform::graph::{Graph, LinkRow};
use crate::ingest::terraform::input::Input;
use crate::ingest::terraform::mode::Mode;
use crate::ingest::terraform::resource::{By, Resource, Target, Value};
use crate::ingest::terraform::undeclared::Undeclared;
use crate::model::Id;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// All rows, ascending.
#[must_use]
pub fn rows(graph: &Graph, inputs: &[Input]) -> Vec<LinkRow> {
    let rows = Rows {
        graph,
        inputs,
        known: RefCell::default(),
    };
    let managed = graph
        .resources
        .iter()
        .filter(|(_, resource)| resource.mode == Mode::Managed);
    let mut out: Vec<LinkRow> = managed
        .flat_map(|(id, resource)| rows.of(id, resource))
        .collect();
    out.sort();
    out.dedup();
    out
}

/// Addresses, ascending, and how they were found.
type LinkTargets = (Vec<Arc<[String]>>, By);

struct Rows<'g> {
    graph: &'g Graph,
    inputs: &'g [Input],
    /// Addresses of targets, by where the targets are: what instances of one block share is named once.
    known: RefCell<FxHashMap<*const Target, Arc<[String]>>>,
}

impl Rows<'_> {
    fn of(&self, id: Id<Resource>, resource: &Resource) -> Vec<LinkRow> {
        let (block, recorded) = (block(self.inputs, resource), self.recorded(resource));
        let Value::Map(values) = &resource.values else {
            return Vec::new();
        };
        let mut found = BTreeMap::new();
        for (name, value) in values {
            // What the provider adds by itself is no link of the configuration; a block with something in it may be dynamic.
            let declared = block.is_none_or(|block| block.expressions.contains_key(name.as_ref()))
                && !recorded.is_some_and(|own| own.holds(resource, name));
            if declared || matches!(value, Value::List(_)) {
                self.collect((id, resource), value, name, &mut found);
            }
        }
        let row = |(attribute, (to, by)): (String, LinkTargets)| LinkRow {
            address: resource.address.clone(),
            attribute,
            to: joined(to),
            by,
        };
        found.into_iter().map(row).collect()
    }

    /// What another place has recorded of the configuration of a resource.
    fn recorded(&self, resource: &Resource) -> Option<&Undeclared> {
        self.inputs.get(resource.input)?.recorded.as_ref()
    }

    fn collect(
        &self,
        own: (Id<Resource>, &Resource),
        value: &Value,
        path: &str,
        out: &mut BTreeMap<String, LinkTargets>,
    ) {
        let (id, resource) = own;
        let class = || self.graph.types.named_by(&resource.kind, path);
        match value {
            Value::Map(map) => map.iter().for_each(|(name, inner)| {
                self.collect(own, inner, &format!("{path}.{name}"), out);
            }),
            Value::List(items) => items
                .iter()
                .for_each(|item| self.collect(own, item, path, out)),
            Value::Text(text) if !text.is_empty() => {
                let Some(class) = class() else { return };
                let owners = self.graph.other_owners(text, class, id);
                // A resource does not link to itself: its own id may stand in several of its attributes.
                if owners.is_empty() && !self.graph.owners(text, Some(class)).is_empty() {
                    return;
                }
                let by = if owners.is_empty() {
                    By::Gap
                } else {
                    By::Value
                };
                enter(self.addresses(&owners), by, path, out);
            }
            Value::Draft(draft) if class().is_some() => {
                enter(self.addresses(&draft.targets), By::Gap, path, out);
            }
            Value::Unknown if class().is_some() => enter([].into(), By::Gap, path, out),
            Value::Reference(reference) if class().is_some() => {
                let by = if reference.exact || reference.by == By::Assumed {
                    reference.by
                } else {
                    By::Gap
                };
                enter(self.shared(&reference.targets), by, path, out);
            }
            _ => {}
        }
    }

    fn shared(&self, targets: &Arc<[Target]>) -> Arc<[String]> {
        let mut known = self.known.borrow_mut();
        let found = known.entry(targets.as_ptr());
        let found = found.or_insert_with(|| self.addresses(targets));
        Arc::clone(found)
    }

    fn addresses(&self, targets: &[Target]) -> Arc<[String]> {
        let resources = targets
            .iter()
            .map(|target| &self.graph.resources[target.resource]);
        let addresses: BTreeSet<&String> = resources.map(|own| &own.address).collect();
        addresses.into_iter().cloned().collect()
    }
}

fn enter(to: Arc<[String]>, by: By, path: &str, out: &mut BTreeMap<String, LinkTargets>) {
    let row = out
        .entry(path.to_owned())
        .or_insert((Vec::new(), By::Value));
    row.0.push(to);
    row.1 = row.1.max(by);
}

/// All addresses of several lists, ascending.
fn joined(lists: Vec<Arc<[String]>>) -> Arc<[String]> {
    if let [only] = lists.as_slice() {
        return Arc::clone(only);
    }
    let all: BTreeSet<&String> = lists.iter().flat_map(|list| list.iter()).collect();
    all.into_iter().cloned().collect()
}

/// The block that declares a resource; none without a configuration.
fn block<'i>(inputs: &'i [Input], resource: &Resource) -> Option<&'i Block> {
    let input = inputs.get(resource.input)?;
    let configuration = input.configuration.as_ref()?;
    let address = Address::parse(&resource.address)?;
    configuration
        .module(&address.module)?
        .blocks
        .get(&(address.mode, address.kind, address.name))
}
