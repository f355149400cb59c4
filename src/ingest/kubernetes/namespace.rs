//! Namespaces: objects, and every namespace that an object names.

use super::fault::Faults;
use super::label::labels;
use super::lower::Lowering;
use super::object::Object;
use super::{policy, workload};
use crate::model::{Id, Labels, Namespace, Origin};
use std::collections::BTreeMap;

/// The label by which the API server names every namespace, whatever the object says.
pub(super) const NAME: &str = "kubernetes.io/metadata.name";

/// Enters all namespaces, by name.
pub(super) fn lower(objects: &[&Object], lowering: &mut Lowering<'_>) {
    let mut found: BTreeMap<String, Namespace> = BTreeMap::new();
    for object in objects.iter().filter(|object| object.is("", "Namespace")) {
        let mut faults = Faults::default();
        let mut namespace = empty(&object.name, Some(object.origin.clone()), lowering);
        namespace
            .labels
            .extend(labels(&object.node.get("metadata.labels"), &mut faults));
        namespace
            .labels
            .insert(NAME.to_owned(), object.name.clone());
        namespace.annotations = labels(&object.node.get("metadata.annotations"), &mut faults);
        namespace.declared = true;
        lowering.errors.extend(faults.0);
        found.insert(object.name.clone(), namespace);
    }
    for object in objects.iter().filter(|object| !object.is_cluster_scoped()) {
        let named = object.namespace.is_some()
            || policy::kind_of(object).is_some()
            || workload::kind_of(object).is_some();
        if named {
            let name = object.namespace_in(lowering.settings);
            found
                .entry(name.to_owned())
                .or_insert_with(|| empty(name, Some(object.origin.clone()), lowering));
        }
    }
    for (name, namespace) in found {
        let id = lowering.world.namespaces.push(namespace);
        lowering.namespaces.insert(name, id);
    }
}

fn empty(name: &str, origin: Option<Origin>, lowering: &Lowering<'_>) -> Namespace {
    let labels = Labels::from([(NAME.to_owned(), name.to_owned())]);
    let cluster = lowering.cluster;
    Namespace {
        cluster,
        name: name.to_owned(),
        labels,
        annotations: Labels::new(),
        declared: false,
        origin,
    }
}

/// The namespace of that name.
pub(super) fn id(name: &str, lowering: &Lowering<'_>) -> Option<Id<Namespace>> {
    lowering.namespaces.get(name).copied()
}
