//! What a refreshed parent still lists of children that the plan deletes, replaces or changes.
//!
//! A parent whose configuration leaves a list out shows in it what its child resources made, as they were when it was
//! refreshed. Once the plan has taken a child away the list is out of date: what the child had is taken out of it, and what
//! takes its place is read from the child itself. What the configuration sets in the parent stays.
//! Source: hashicorp/aws, `aws_security_group`, `aws_network_acl`, `aws_route_table` ("in-line" notes),
//! `aws_main_route_table_association` ("original_route_table_id"); hashicorp/azurerm, `azurerm_network_security_group`,
//! `azurerm_route_table`, `azurerm_virtual_network`; hashicorp/google, `google_container_cluster` (`node_pool`).

mod group_rule;
mod table;
mod wiped;

#[cfg(test)]
mod tests;

use super::address::Address;
use super::configuration::Configuration;
use super::graph::Graph;
use super::resource::Resource;
use super::resource::Value;
use crate::model::Id;
use rustc_hash::FxHashMap;
use table::{CHILDREN, Child, Mirror};

pub use wiped::doubt;

/// A managed object that is not after the plan as it was before.
#[derive(Clone, Debug)]
pub struct Removed {
    /// Its type.
    pub kind: String,
    /// What it was.
    pub before: Value,
}

/// By type and by what names it, the resources of one input.
type Parents = FxHashMap<(String, String), Vec<Id<Resource>>>;

/// Takes what removed children had out of the lists of their parents.
pub fn clear(
    graph: &mut Graph,
    input: usize,
    removed: &[Removed],
    configuration: Option<&Configuration>,
) {
    if removed.is_empty() {
        return;
    }
    let parents = parents(graph, input);
    for own in removed {
        for child in CHILDREN.iter().filter(|child| child.kind == own.kind) {
            let Some(named) = own.before.get(child.names).text() else {
                continue;
            };
            let key = (child.parent.to_owned(), named.to_ascii_lowercase());
            for id in parents.get(&key).into_iter().flatten() {
                let parent = &graph.resources[*id];
                if in_one_group(&own.before, &parent.values) {
                    let values = without(child, &own.before, parent, configuration);
                    graph.resources[*id].values = values;
                }
            }
        }
    }
}

/// Whether a type is of children: they belong to a parent and hold nothing themselves.
#[must_use]
pub fn is_child(kind: &str) -> bool {
    CHILDREN.iter().any(|child| child.kind == kind)
}

fn parents(graph: &Graph, input: usize) -> Parents {
    let mut out = Parents::default();
    for (id, resource) in graph.resources.iter().filter(|(_, own)| own.input == input) {
        let identities = CHILDREN
            .iter()
            .filter(|child| child.parent == resource.kind)
            .map(|child| child.identity);
        let mut seen: Vec<&str> = Vec::new();
        for identity in identities {
            if seen.contains(&identity) {
                continue;
            }
            seen.push(identity);
            if let Some(text) = resource.values.get(identity).text() {
                let key = (resource.kind.clone(), text.to_ascii_lowercase());
                out.entry(key).or_default().push(id);
            }
        }
    }
    out
}

/// Whether a child that names its parent by a name alone is of the parent's resource group or project.
fn in_one_group(child: &Value, parent: &Value) -> bool {
    ["resource_group_name", "project"].iter().all(|path| {
        match (child.get(path).text(), parent.get(path).text()) {
            (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
            _ => true,
        }
    })
}

/// The values of a parent without what a child had.
fn without(
    child: &Child,
    before: &Value,
    parent: &Resource,
    configuration: Option<&Configuration>,
) -> Value {
    let mut values = parent.values.clone();
    let Value::Map(map) = &mut values else {
        return values;
    };
    for path in child.lists(before) {
        if !declares(configuration, parent, path)
            && let Some(list) = map.get_mut(*path)
        {
            take_out(child, before, parent, list);
        }
    }
    values
}

fn take_out(child: &Child, before: &Value, parent: &Resource, list: &mut Value) {
    match (&child.mirror, list) {
        (Mirror::Element(keys), Value::List(items)) => {
            items.retain(|item| {
                !keys
                    .iter()
                    .all(|(own, its)| same(before.get(own), item.get(its)))
            });
        }
        (Mirror::Member(own), Value::List(items)) => {
            items.retain(|item| !same(item, before.get(own)));
        }
        (Mirror::GroupRule, Value::List(items)) => {
            let own_id = parent.values.get("id").text();
            items.retain_mut(|item| group_rule::subtract(item, before, own_id));
        }
        (Mirror::Instead { was, back, or }, value) if same(value, before.get(was)) => {
            let original = before.get(back);
            *value = if original.text().is_some() {
                original.clone()
            } else {
                parent.values.get(or).clone()
            };
        }
        _ => {}
    }
}

/// Whether two values are one, where an empty text is none, and a name may be written in capital letters or small ones.
fn same(one: &Value, other: &Value) -> bool {
    let is_none = |value: &Value| value.is_unset() || value.text() == Some("");
    match (one, other) {
        (one, other) if is_none(one) || is_none(other) => is_none(one) && is_none(other),
        (Value::Text(one), Value::Text(other)) => one.eq_ignore_ascii_case(other),
        (one, other) => match (one.integer(), other.integer()) {
            (Some(one), Some(other)) => one == other,
            _ => one == other,
        },
    }
}

/// Whether the configuration sets an attribute of a resource, so that it is no mirror.
fn declares(configuration: Option<&Configuration>, resource: &Resource, path: &str) -> bool {
    let find = || {
        let address = Address::parse(&resource.address)?;
        let module = configuration?.module(&address.module)?;
        let key = (address.mode, address.kind, address.name);
        module.blocks.get(&key)?.expressions.get(path)
    };
    find().is_some()
}
