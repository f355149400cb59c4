//! The list of links: one row for each resource instance and attribute that names another network resource.

use crate::ingest::terraform::address::Address;
use crate::ingest::terraform::configuration::Block;
use crate::ingest::terraform::graph::{Graph, LinkRow, Resource};
use crate::ingest::terraform::input::Input;
use crate::ingest::terraform::mode::Mode;
use crate::ingest::terraform::value::{By, Target, Value};
use crate::model::Id;
use std::collections::BTreeMap;

/// All rows, ascending.
#[must_use]
pub fn rows(graph: &Graph, inputs: &[Input]) -> Vec<LinkRow> {
    let managed = graph
        .resources
        .iter()
        .filter(|(_, resource)| resource.mode == Mode::Managed);
    let mut out: Vec<LinkRow> = managed
        .flat_map(|(id, resource)| of(graph, inputs, id, resource))
        .collect();
    out.sort();
    out.dedup();
    out
}

fn of(graph: &Graph, inputs: &[Input], id: Id<Resource>, resource: &Resource) -> Vec<LinkRow> {
    let block = block(inputs, resource);
    let Value::Map(values) = &resource.values else {
        return Vec::new();
    };
    let mut found = BTreeMap::new();
    for (name, value) in values {
        // What the provider adds by itself is no link of the configuration; a block with something in it may be dynamic.
        if block.is_none_or(|block| block.expressions.contains_key(name))
            || matches!(value, Value::List(_))
        {
            collect(graph, (id, resource), value, name, &mut found);
        }
    }
    let row = |(attribute, (mut to, by)): (String, (Vec<String>, By))| {
        to.sort();
        to.dedup();
        LinkRow {
            address: resource.address.clone(),
            attribute,
            to,
            by,
        }
    };
    found.into_iter().map(row).collect()
}

/// The block that declares a resource; none without a configuration.
fn block<'i>(inputs: &'i [Input], resource: &Resource) -> Option<&'i Block> {
    let configuration = inputs
        .iter()
        .find(|input| input.number == resource.input)?
        .configuration
        .as_ref()?;
    let address = Address::parse(&resource.address)?;
    configuration
        .module(&address.module)?
        .blocks
        .get(&(address.mode, address.kind, address.name))
}

fn collect(
    graph: &Graph,
    own: (Id<Resource>, &Resource),
    value: &Value,
    path: &str,
    out: &mut BTreeMap<String, (Vec<String>, By)>,
) {
    let (id, resource) = own;
    match value {
        Value::Map(map) => map
            .iter()
            .for_each(|(name, inner)| collect(graph, own, inner, &format!("{path}.{name}"), out)),
        Value::List(items) => items
            .iter()
            .for_each(|item| collect(graph, own, item, path, out)),
        Value::Text(text) if !text.is_empty() => {
            let Some(class) = graph.types.named_by(&resource.kind, path) else {
                return;
            };
            let owners = graph.other_owners(text, class, id);
            // A resource does not link to itself: its own id may stand in several of its attributes.
            if owners.is_empty() && !graph.owners(text, Some(class)).is_empty() {
                return;
            }
            let by = if owners.is_empty() {
                By::Gap
            } else {
                By::Value
            };
            enter(graph, &owners, by, path, out);
        }
        Value::Draft(draft) if graph.types.named_by(&resource.kind, path).is_some() => {
            enter(graph, &draft.targets, By::Gap, path, out);
        }
        Value::Unknown if graph.types.named_by(&resource.kind, path).is_some() => {
            enter(graph, &[], By::Gap, path, out)
        }
        Value::Reference(reference) if graph.types.named_by(&resource.kind, path).is_some() => {
            let by = if reference.exact || reference.by == By::Assumed {
                reference.by
            } else {
                By::Gap
            };
            enter(graph, &reference.targets, by, path, out);
        }
        _ => {}
    }
}

fn enter(
    graph: &Graph,
    targets: &[Target],
    by: By,
    path: &str,
    out: &mut BTreeMap<String, (Vec<String>, By)>,
) {
    let addresses: Vec<String> = targets
        .iter()
        .map(|target| graph.resources[target.resource].address.clone())
        .collect();
    let row = out
        .entry(path.to_owned())
        .or_insert((Vec::new(), By::Value));
    row.0.extend(addresses);
    row.1 = row.1.max(by);
}
