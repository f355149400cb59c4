//! The list of links: one row for each resource instance and attribute that names another network resource.

use crate::ingest::terraform::address::Address;
use crate::ingest::terraform::configuration::Block;
use crate::ingest::terraform::graph::{Graph, LinkRow, Mode, Resource};
use crate::ingest::terraform::input::Input;
use crate::ingest::terraform::value::{By, Target, Value};
use crate::ingest::terraform::wanted::wanted;
use std::collections::BTreeMap;

/// All rows, ascending.
#[must_use]
pub fn rows(graph: &Graph, inputs: &[Input]) -> Vec<LinkRow> {
    let managed = graph.resources.iter().filter(|(_, resource)| resource.mode == Mode::Managed);
    let mut out: Vec<LinkRow> = managed.flat_map(|(_, resource)| of(graph, inputs, resource)).collect();
    out.sort();
    out.dedup();
    out
}

fn of(graph: &Graph, inputs: &[Input], resource: &Resource) -> Vec<LinkRow> {
    let block = block(inputs, resource);
    let Value::Map(values) = &resource.values else { return Vec::new() };
    let mut found = BTreeMap::new();
    for (name, value) in values {
        // What the provider adds by itself is no link of the configuration; a block with something in it may be dynamic.
        if block.is_none_or(|block| block.expressions.contains_key(name)) || matches!(value, Value::List(_)) {
            collect(graph, resource, value, name, &mut found);
        }
    }
    let row = |(attribute, (mut to, by)): (String, (Vec<String>, By))| {
        to.sort();
        to.dedup();
        LinkRow { address: resource.address.clone(), attribute, to, by }
    };
    found.into_iter().map(row).collect()
}

/// The block that declares a resource; none without a configuration.
fn block<'i>(inputs: &'i [Input], resource: &Resource) -> Option<&'i Block> {
    let configuration = inputs.iter().find(|input| input.number == resource.input)?.configuration.as_ref()?;
    let address = Address::parse(&resource.address)?;
    configuration.module(&address.module)?.blocks.get(&(address.mode, address.kind, address.name))
}

fn collect(graph: &Graph, resource: &Resource, value: &Value, path: &str, out: &mut BTreeMap<String, (Vec<String>, By)>) {
    match value {
        Value::Map(map) => map.iter().for_each(|(name, inner)| collect(graph, resource, inner, &format!("{path}.{name}"), out)),
        Value::List(items) => items.iter().for_each(|item| collect(graph, resource, item, path, out)),
        Value::Text(text) if !text.is_empty() => {
            let Some(class) = wanted(&resource.kind, path) else { return };
            let owners = graph.owners(text, Some(class));
            let by = if owners.is_empty() { By::Gap } else { By::Value };
            enter(graph, resource, &owners, by, path, out);
        }
        Value::Unknown if wanted(&resource.kind, path).is_some() => enter(graph, resource, &[], By::Gap, path, out),
        Value::Reference(reference) if wanted(&resource.kind, path).is_some() => {
            let by = if reference.exact || reference.by == By::Assumed { reference.by } else { By::Gap };
            enter(graph, resource, &reference.targets, by, path, out);
        }
        _ => {}
    }
}

fn enter(graph: &Graph, resource: &Resource, targets: &[Target], by: By, path: &str, out: &mut BTreeMap<String, (Vec<String>, By)>) {
    let addresses: Vec<String> = targets.iter().map(|target| graph.resources[target.resource].address.clone()).collect();
    // A resource does not link to itself: an object's own id may stand in several of its attributes.
    if by == By::Value && addresses.contains(&resource.address) {
        return;
    }
    let row = out.entry(path.to_owned()).or_insert((Vec::new(), By::Value));
    row.0.extend(addresses);
    row.1 = row.1.max(by);
}
