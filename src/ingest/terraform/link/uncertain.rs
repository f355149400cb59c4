//! Links of resources that may be as they stand in the graph or not: what each joins is in doubt.
//! Source: terraform `internal/command/jsonplan/plan.go`, `DeferredChanges`, `Errored`, `Complete`.

use crate::ingest::terraform::graph::{Graph, Presence, Resource};
use crate::ingest::terraform::value::{By, Reference, Value};
use crate::model::Id;

/// The new values of all resources that are not surely as they stand here.
#[must_use]
pub fn loosen(graph: &Graph) -> Vec<(Id<Resource>, Value)> {
    let uncertain = graph
        .resources
        .iter()
        .filter(|(_, resource)| resource.presence != Presence::Sure);
    uncertain
        .map(|(id, resource)| (id, loosened(graph, &resource.kind, &resource.values, "")))
        .collect()
}

fn loosened(graph: &Graph, kind: &str, value: &Value, path: &str) -> Value {
    let perhaps = |targets| {
        Value::Reference(Reference {
            targets,
            exact: false,
            closed: true,
            by: By::Gap,
        })
    };
    match value {
        Value::Map(map) => {
            let below = |name: &str| {
                if path.is_empty() {
                    name.to_owned()
                } else {
                    format!("{path}.{name}")
                }
            };
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
                Some(owners) => perhaps(owners),
                None => value.clone(),
            }
        }
        other => other.clone(),
    }
}
