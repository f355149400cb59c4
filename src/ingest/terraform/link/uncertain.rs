//! Links of resources that may be as they stand in the graph or not: what each joins is in doubt.
//! Source: terraform `internal/command/jsonplan/plan.go`, `DeferredChanges`, `Errored`, `Complete`.

use super::{Attributes, renewed};
use crate::ingest::terraform::graph::Graph;
use crate::ingest::terraform::resource::{By, Reference, Target, Value};
use crate::ingest::terraform::resource::{Presence, Resource};
use crate::model::Id;
use std::sync::Arc;

/// The new values of attributes of all resources that are not surely as they stand here.
#[must_use]
pub fn loosen(graph: &Graph) -> Vec<(Id<Resource>, Attributes)> {
    let uncertain = graph
        .resources
        .iter()
        .filter(|(_, resource)| resource.presence != Presence::Sure);
    uncertain
        .map(|(id, resource)| {
            let loosened = |value: &Value, path: &str| loosened(graph, &resource.kind, value, path);
            (id, renewed(resource, |_| true, loosened))
        })
        .collect()
}

fn loosened(graph: &Graph, kind: &str, value: &Value, path: &str) -> Value {
    let perhaps = |targets: Arc<[Target]>| {
        Value::Reference(Reference {
            targets,
            exact: false,
            closed: true,
            by: By::Gap,
        })
    };
    match value {
        Value::Map(map) => {
            let below = |name: &str| format!("{path}.{name}");
            let inner = map.iter();
            let inner =
                inner.map(|(name, own)| (name.clone(), loosened(graph, kind, own, &below(name))));
            Value::Map(inner.collect())
        }
        Value::List(items) => Value::List(
            items
                .iter()
                .map(|item| loosened(graph, kind, item, path))
                .collect(),
        ),
        Value::Reference(own) if graph.types.named_by(kind, path).is_some() => {
            perhaps(own.targets.clone())
        }
        Value::Text(text) => {
            let owners = graph
                .types
                .named_by(kind, path)
                .map(|class| graph.owners(text, Some(class)));
            match owners.filter(|owners| !owners.is_empty()) {
                Some(owners) => perhaps(owners.into()),
                None => value.clone(),
            }
        }
        other => other.clone(),
    }
}
