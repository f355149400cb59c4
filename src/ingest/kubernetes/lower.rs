//! Objects of one cluster into the model.

use super::builds::AllBuilds;
use super::counterpart::{Counterpart, Outcome};
use super::fault::Faults;
use super::hidden::Hidden;
use super::label::labels;
use super::manifest_lowering::ManifestLowering;
use super::object::Object;
use super::{
    catalogue, duplicate, namespace, own_node_port, policy, port_check, service_address,
    service_beyond, workload,
};
use crate::ingest::site::Site;
use crate::ingest::{InputError, Settings};
use crate::model::{Cluster, GapKind, Id, Namespace, World};
use std::collections::{BTreeMap, BTreeSet};

/// Enters the namespaces, workloads and policies of a cluster into the world, and gaps for objects that bear on reachability and are not
/// modelled. `site` is what a cloud knows of the cluster; none where no cloud of the input has it. `counterpart` is the other moment, where
/// both are asked for. Returns what the API server would refuse, by place.
pub fn lower(
    objects: &[Object],
    cluster: Id<Cluster>,
    site: Option<&dyn Site>,
    settings: &Settings,
    world: &mut World,
    counterpart: Counterpart,
) -> Vec<InputError> {
    counterpart.lower((objects, cluster), site, settings, world, |world| {
        enter(objects, cluster, site, settings, world)
    })
}

/// As [`lower`]; also whether it asked the cloud for more than a name and the addresses of Services.
fn enter(
    objects: &[Object],
    cluster: Id<Cluster>,
    site: Option<&dyn Site>,
    settings: &Settings,
    world: &mut World,
) -> Outcome {
    let (raw, distinct) = (objects, duplicate::distinct(objects, settings));
    let (hidden, objects, contested) = (
        Hidden::default(),
        distinct.objects.as_slice(),
        distinct.contested.as_slice(),
    );
    let mut lowering = ManifestLowering {
        cluster,
        settings,
        site,
        world,
        objects,
        namespaces: BTreeMap::new(),
        service_accounts: BTreeMap::new(),
        hidden,
        contested,
        apart: AllBuilds::of(raw, settings).apart(objects, settings),
        errors: distinct.errors,
        asked_for_members: false,
    };
    lowering.errors.extend(
        distinct
            .objects
            .iter()
            .flat_map(|object| port_check::faults(object)),
    );
    lowering.hidden = Hidden::of(objects, contested, &mut lowering);
    namespaces(&distinct.objects, &mut lowering);
    accounts(&distinct.objects, &mut lowering);
    workload::lower(&distinct.objects, &mut lowering);
    policy::lower(&mut lowering);
    service_address::lower(&mut lowering);
    service_beyond::lower(&mut lowering);
    own_node_port::lower(&mut lowering);
    unjudged(&distinct.objects, &mut lowering);
    let (mut errors, asked) = (lowering.errors, lowering.asked_for_members);
    errors.sort();
    errors.dedup();
    (errors, asked)
}

/// Enters all namespaces, by name: objects, and every namespace that an object names.
fn namespaces(objects: &[&Object], lowering: &mut ManifestLowering<'_>) {
    let mut found: BTreeMap<String, Namespace> = BTreeMap::new();
    for object in objects.iter().filter(|object| object.is("", "Namespace")) {
        let mut faults = Faults::default();
        let mut namespace = namespace::empty(&object.name, Some(object.origin.clone()), lowering);
        namespace
            .labels
            .extend(labels(&object.node.get("metadata.labels"), &mut faults));
        namespace
            .labels
            .insert(namespace::NAME.to_owned(), object.name.clone());
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
                .or_insert_with(|| namespace::empty(name, Some(object.origin.clone()), lowering));
        }
    }
    for (name, namespace) in found {
        let id = lowering.world.namespaces.push(namespace);
        lowering.namespaces.insert(name, id);
    }
}

fn accounts(objects: &[&Object], lowering: &mut ManifestLowering<'_>) {
    for object in objects
        .iter()
        .filter(|object| object.is("", "ServiceAccount"))
    {
        let mut faults = Faults::default();
        let own = labels(&object.node.get("metadata.labels"), &mut faults);
        lowering.errors.extend(faults.0);
        lowering.service_accounts.insert(
            (
                object.namespace_in(lowering.settings).to_owned(),
                object.name.clone(),
            ),
            own,
        );
    }
}

/// One gap for each kind, at its first object.
fn unjudged(objects: &[&Object], lowering: &mut ManifestLowering<'_>) {
    let mut seen = BTreeSet::new();
    for object in objects {
        if let Some(what) = catalogue::unjudged(object).filter(|what| seen.insert(what.clone())) {
            lowering
                .world
                .doubt(GapKind::NotModelled, what, Some(object.origin.clone()));
        }
    }
}
