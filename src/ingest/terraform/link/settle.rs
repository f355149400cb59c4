//! References to an attribute that refers to another one: `aws_vpc_ipv4_cidr_block_association.a.vpc_id` is the VPC's id,
//! an accepter's id is the connection's.

use super::{Attributes, renewed};
use crate::ingest::terraform::graph::Graph;
use crate::ingest::terraform::mode::Mode;
use crate::ingest::terraform::resource::Resource;
use crate::ingest::terraform::resource::{By, Reference, Target, Value};
use crate::ingest::terraform::resource_types::{Class, is_identity};
use crate::model::Id;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::sync::Arc;

/// Longest chain of references; a longer one is a circle.
const DEPTH: usize = 16;

/// The new values of attributes of all resources that hold references.
#[must_use]
pub fn settle(graph: &Graph) -> Vec<(Id<Resource>, Attributes)> {
    let chaser = Chaser {
        graph,
        known: RefCell::default(),
    };
    let settled = |resource: &Resource| {
        renewed(resource, holds_reference, |value, path| {
            chaser.settled(&resource.kind, value, path)
        })
    };
    graph
        .resources
        .iter()
        .map(|(id, resource)| (id, settled(resource)))
        .filter(|(_, attributes)| !attributes.is_empty())
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

/// Where a reference has its targets, the class wanted, and what else is known of it: what instances of one block share is
/// chased once.
type Shared = (*const Target, Option<*const Class>, bool, bool, By);

struct Chaser<'g> {
    graph: &'g Graph,
    known: RefCell<FxHashMap<Shared, Reference>>,
}

impl Chaser<'_> {
    fn settled(&self, kind: &str, value: &Value, path: &str) -> Value {
        match value {
            Value::Reference(reference) => {
                let class = self.graph.types.named_by(kind, path);
                Value::Reference(self.once(reference, class))
            }
            Value::List(items) => {
                let items = items.iter();
                Value::List(items.map(|item| self.settled(kind, item, path)).collect())
            }
            Value::Map(map) => {
                let settled = |(name, inner): (&Arc<str>, &Value)| {
                    let inner = self.settled(kind, inner, &format!("{path}.{name}"));
                    (Arc::clone(name), inner)
                };
                Value::Map(map.iter().map(settled).collect())
            }
            other => other.clone(),
        }
    }

    fn once(&self, reference: &Reference, class: Option<&'static Class>) -> Reference {
        if reference.targets.len() < 2 {
            return chased(self.graph, reference, class, 0);
        }
        let shared: Shared = (
            reference.targets.as_ptr(),
            class.map(std::ptr::from_ref),
            reference.exact,
            reference.closed,
            reference.by,
        );
        let mut known = self.known.borrow_mut();
        let found = known
            .entry(shared)
            .or_insert_with(|| chased(self.graph, reference, class, 0));
        found.clone()
    }
}

fn chased(
    graph: &Graph,
    reference: &Reference,
    class: Option<&'static Class>,
    depth: usize,
) -> Reference {
    let mut out = reference.clone();
    let mut targets = Vec::new();
    let mut moved = false;
    for target in reference.targets.iter() {
        match next(graph, target, class, depth) {
            Some(further) => {
                moved = true;
                out.exact &= further.exact || reference.targets.len() > 1;
                out.closed &= further.closed;
                out.by = out.by.max(further.by);
                targets.extend(further.targets.iter().cloned());
            }
            None => targets.push(target.clone()),
        }
    }
    targets.sort();
    targets.dedup();
    // Several candidates that turn out to be the same one: `try(association.vpc_id, vpc.id)`.
    if targets.len() == 1 && reference.targets.len() > 1 && out.closed && reference.by == By::Gap {
        out.exact = true;
        out.by = By::Reference;
    }
    if moved || targets != *reference.targets {
        out.targets = targets.into();
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
    let (mut targets, mut exact, mut closed, mut by) = (Vec::new(), true, true, By::Value);
    for item in resource.values.get(attribute).items() {
        match item {
            Value::Reference(reference) => {
                let further = chased(graph, reference, class, depth + 1);
                exact &= further.exact;
                closed &= further.closed;
                by = by.max(further.by);
                targets.extend(further.targets.iter().cloned());
            }
            Value::Text(text) => targets.extend(graph.owners(text, class)),
            _ => return None,
        }
    }
    (!targets.is_empty()).then(|| Reference {
        targets: targets.into(),
        exact,
        closed,
        by,
    })
}
