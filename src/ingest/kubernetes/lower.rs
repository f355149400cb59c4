//! Objects of one cluster into the model.

use super::fault::Faults;
use super::label::labels;
use super::object::Object;
use super::policy::Hidden;
use super::{catalogue, duplicate, namespace, policy, port_check, service_address, workload};
use crate::ingest::site::Site;
use crate::ingest::{InputError, Settings};
use crate::model::{Cluster, GapKind, Id, Labels, Namespace, World};
use std::collections::{BTreeMap, BTreeSet};

/// What lowering the objects of one cluster works on.
pub struct Lowering<'a> {
    /// The cluster.
    pub cluster: Id<Cluster>,
    /// Settings.
    pub settings: &'a Settings,
    /// What a cloud knows of the cluster; none where no cloud of the input has it.
    pub site: Option<&'a dyn Site>,
    /// The world that grows.
    pub world: &'a mut World,
    /// All objects of the cluster that count, by place.
    pub objects: &'a [&'a Object],
    /// Namespaces by name.
    pub namespaces: BTreeMap<String, Id<Namespace>>,
    /// Labels of service accounts by namespace and name.
    pub service_accounts: BTreeMap<(String, String), Labels>,
    /// What the input does not tell of what policies look at.
    pub hidden: Hidden,
    /// Positions in `objects` of those of which other files hold another version: which is applied last is not known.
    pub contested: &'a [usize],
    /// What the API server would refuse.
    pub errors: Vec<InputError>,
}

impl Lowering<'_> {
    /// Whether another file holds another version of an object.
    pub fn is_contested(&self, object: &Object) -> bool {
        self.contested
            .iter()
            .filter_map(|at| self.objects.get(*at))
            .any(|other| std::ptr::eq(*other, object))
    }
}

/// Enters the namespaces, workloads and policies of a cluster into the world, and gaps for objects that bear on reachability and are not
/// modelled. `site` is what a cloud knows of the cluster; none where no cloud of the input has it. Returns what the API server would refuse,
/// by place.
pub fn lower(
    objects: &[Object],
    cluster: Id<Cluster>,
    site: Option<&dyn Site>,
    settings: &Settings,
    world: &mut World,
) -> Vec<InputError> {
    let distinct = duplicate::distinct(objects, settings);
    let (namespaces, service_accounts) = (BTreeMap::new(), BTreeMap::new());
    let (hidden, objects, contested) = (
        Hidden::default(),
        distinct.objects.as_slice(),
        distinct.contested.as_slice(),
    );
    let mut lowering = Lowering {
        cluster,
        settings,
        site,
        world,
        objects,
        namespaces,
        service_accounts,
        hidden,
        contested,
        errors: distinct.errors,
    };
    lowering.errors.extend(
        distinct
            .objects
            .iter()
            .flat_map(|object| port_check::faults(object)),
    );
    lowering.hidden = Hidden::of(objects, contested, &mut lowering);
    namespace::lower(&distinct.objects, &mut lowering);
    accounts(&distinct.objects, &mut lowering);
    workload::lower(&distinct.objects, &mut lowering);
    policy::lower(&mut lowering);
    service_address::lower(&mut lowering);
    unjudged(&distinct.objects, &mut lowering);
    let mut errors = lowering.errors;
    errors.sort();
    errors.dedup();
    errors
}

fn accounts(objects: &[&Object], lowering: &mut Lowering<'_>) {
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
fn unjudged(objects: &[&Object], lowering: &mut Lowering<'_>) {
    let mut seen = BTreeSet::new();
    for object in objects {
        if let Some(what) = catalogue::unjudged(object).filter(|what| seen.insert(what.clone())) {
            lowering
                .world
                .doubt(GapKind::NotModelled, what, Some(object.origin.clone()));
        }
    }
}
