//! References that lead to an attribute which itself leads on: `aws_vpc_ipv4_cidr_block_association.a.vpc_id` is the VPC's id,
//! an accepter's id is the connection's.

use crate::ingest::terraform::graph::{Graph, Resource};
use crate::ingest::terraform::mode::Mode;
use crate::ingest::terraform::resource_types::{Class, is_identity};
use crate::ingest::terraform::value::{By, Reference, Target, Value};
use crate::model::Id;

/// Longest chain of references; a longer one is a circle.
const DEPTH: usize = 16;

/// The new values of all resources that hold references.
#[must_use]
pub fn settle(graph: &Graph) -> Vec<(Id<Resource>, Value)> {
    let holding = graph
        .resources
        .iter()
        .filter(|(_, resource)| holds_reference(&resource.values));
    holding
        .map(|(id, resource)| (id, settled(graph, &resource.kind, &resource.values, "")))
        .collect()
}

fn holds_reference(value: &Value) -> bool {
    match value {
        Value::Reference(_) => true,
        Value::List(items) => items.iter().any(holds_reference),
        Value::Map(map) => map.values().any(holds_reference),
        _ => false,
    }
}

fn settled(graph: &Graph, kind: &str, value: &Value, path: &str) -> Value {
    match value {
        Value::Reference(reference) => Value::Reference(chased(
            graph,
            reference,
            graph.types.named_by(kind, path),
            0,
        )),
        Value::List(items) => Value::List(
            items
                .iter()
                .map(|item| settled(graph, kind, item, path))
                .collect(),
        ),
        Value::Map(map) => {
            let below = |name: &str| {
                if path.is_empty() {
                    name.to_owned()
                } else {
                    format!("{path}.{name}")
                }
            };
            Value::Map(
                map.iter()
                    .map(|(name, inner)| (name.clone(), settled(graph, kind, inner, &below(name))))
                    .collect(),
            )
        }
        other => other.clone(),
    }
}

fn chased(
    graph: &Graph,
    reference: &Reference,
    class: Option<&'static Class>,
    depth: usize,
) -> Reference {
    let mut out = Reference {
        targets: Vec::new(),
        ..reference.clone()
    };
    for target in &reference.targets {
        match next(graph, target, class, depth) {
            Some(further) => {
                out.exact &= further.exact || reference.targets.len() > 1;
                out.closed &= further.closed;
                out.by = out.by.max(further.by);
                out.targets.extend(further.targets);
            }
            None => out.targets.push(target.clone()),
        }
    }
    out.targets.sort();
    out.targets.dedup();
    // Several candidates that turn out to be the same one: `try(association.vpc_id, vpc.id)`.
    if out.targets.len() == 1
        && reference.targets.len() > 1
        && out.closed
        && reference.by == By::Gap
    {
        out.exact = true;
        out.by = By::Reference;
    }
    out
}

/// What the value of a target is in turn; none where the target is the end.
fn next(
    graph: &Graph,
    target: &Target,
    class: Option<&'static Class>,
    depth: usize,
) -> Option<Reference> {
    if depth > DEPTH {
        return None;
    }
    let resource = &graph.resources[target.resource];
    if resource.mode == Mode::Data
        && let Value::Reference(found) = resource.values.get("id")
    {
        let same = |one: &Target| Target {
            resource: one.resource,
            attribute: target.attribute.clone(),
        };
        return Some(Reference {
            targets: found.targets.iter().map(same).collect(),
            ..found.clone()
        });
    }
    let attribute = if is_identity(&target.attribute) {
        graph.types.stand_in(&resource.kind)?
    } else {
        target.attribute.as_str()
    };
    let mut out = Reference {
        targets: Vec::new(),
        exact: true,
        closed: true,
        by: By::Value,
    };
    for item in resource.values.get(attribute).items() {
        match item {
            Value::Reference(reference) => {
                let further = chased(graph, reference, class, depth + 1);
                out.exact &= further.exact;
                out.closed &= further.closed;
                out.by = out.by.max(further.by);
                out.targets.extend(further.targets);
            }
            Value::Text(text) => out.targets.extend(graph.owners(text, class)),
            _ => return None,
        }
    }
    (!out.targets.is_empty()).then_some(out)
}
