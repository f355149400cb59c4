//! What lowering the objects of one cluster works on.

use super::hidden::Hidden;
use super::object::Object;
use crate::ingest::site::Site;
use crate::ingest::{InputError, Settings};
use crate::model::{Cluster, Id, Labels, Namespace, World};
use std::collections::BTreeMap;

/// What lowering the objects of one cluster works on.
pub struct ManifestLowering<'a> {
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
    /// What the input does not say of what policies look at.
    pub hidden: Hidden,
    /// Positions in `objects` of those of which other files hold another version: which is applied last is not known.
    pub contested: &'a [usize],
    /// Positions in `objects` of policies that may not be where workloads are that they may be about, and why.
    pub apart: BTreeMap<usize, String>,
    /// What the API server would refuse.
    pub errors: Vec<InputError>,
    /// Whether the cloud was asked whom its groups hold.
    pub asked_for_members: bool,
}

impl ManifestLowering<'_> {
    /// Whether another file holds another version of an object.
    pub fn is_contested(&self, object: &Object) -> bool {
        self.contested
            .iter()
            .filter_map(|at| self.objects.get(*at))
            .any(|other| std::ptr::eq(*other, object))
    }
}
