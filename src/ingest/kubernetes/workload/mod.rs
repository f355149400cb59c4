//! Workloads: pods and all that makes them from a template.

mod kind;
mod node_selector;
mod owner;
mod privilege;
mod selector;
mod shape;
mod template;

pub(super) use kind::{is_known, kind_of};
pub use node_selector::{node_selector, pod_spec};
pub(super) use selector::{lacking, refused};
pub(super) use shape::{GENERATED, hides_ports, in_spec, label_nodes, unread_port};
pub use template::resolve as resolve_templates;

use super::manifest_lowering::ManifestLowering;
use super::namespace;
use super::object::Object;
use crate::model::Workload;
use kind::WorkloadKind;
use owner::{Owner, own_name, owner_of, topmost};
use privilege::privileges;
use shape::{Shape, add, shape};
use std::collections::{BTreeMap, BTreeSet};

/// Enters all workloads, by namespace, name and kind. Pods whose owner is known are that owner; pods of one owner that differ in what
/// selectors look at are several workloads of one name.
pub(super) fn lower(objects: &[&Object], lowering: &mut ManifestLowering<'_>) {
    let makers: Vec<(&Object, &WorkloadKind)> = objects
        .iter()
        .filter_map(|object| Some((*object, kind_of(object)?)))
        .collect();
    let present: BTreeSet<Owner> = makers
        .iter()
        .map(|(object, _)| own_name(object, lowering.settings))
        .collect();
    let owners: BTreeMap<Owner, Owner> = makers
        .iter()
        .filter_map(|(object, _)| owner_of(object, &present, lowering.settings))
        .collect();
    let mut shapes: BTreeMap<Owner, Vec<Shape>> = BTreeMap::new();
    // Templates before pods, so that a workload stands where its template does.
    let (pods, templates): (Vec<_>, Vec<_>) = makers
        .into_iter()
        .partition(|(object, _)| object.is("", "Pod"));
    for (object, kind) in templates.into_iter().chain(pods) {
        let own = own_name(object, lowering.settings);
        let top = topmost(&own, &owners);
        let made_by_present = top != own && present.contains(&top);
        if is_over(object) || (made_by_present && !object.is("", "Pod")) {
            continue;
        }
        let mut shape = shape(object, kind, lowering);
        shape.privileges = privileges(object, kind, lowering);
        add(shapes.entry(top).or_default(), shape);
    }
    for ((namespace, name, kind), shapes) in shapes {
        for shape in shapes {
            push(&namespace, &name, &kind, shape, lowering);
        }
    }
}

/// Whether it is a pod that has ended and holds no address any more.
fn is_over(object: &Object) -> bool {
    object.is("", "Pod")
        && matches!(
            object.node.get("status.phase").text(),
            Some("Succeeded" | "Failed")
        )
}

fn push(
    in_namespace: &str,
    name: &str,
    kind: &str,
    shape: Shape,
    lowering: &mut ManifestLowering<'_>,
) {
    let Some(namespace) = namespace::id(in_namespace, lowering) else {
        return;
    };
    let Shape {
        labels,
        annotations,
        service_account,
        named_ports,
        host_network,
        outside,
        privileges,
        addresses,
        origin,
    } = shape;
    let account = (in_namespace.to_owned(), service_account.clone());
    lowering.world.workloads.push(Workload {
        cluster: lowering.cluster,
        namespace,
        name: name.to_owned(),
        kind: kind.to_owned(),
        labels,
        annotations,
        service_account,
        service_account_labels: lowering
            .service_accounts
            .get(&account)
            .cloned()
            .unwrap_or_default(),
        named_ports,
        host_network,
        outside,
        privileges,
        addresses,
        pod_placements: Default::default(),
        origin,
    });
}
