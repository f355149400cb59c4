//! What a cloud knows of a cluster, and what the rest of the room asks it.

use super::Settings;
use super::kubernetes::Object;
use crate::model::{AddressSet, Cluster, GapKind, Id, World};

/// Which resources a policy wants to know the addresses of, in the words of the cloud.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Ids of groups, one of which an interface must have; empty where any will do.
    pub ids: Vec<String>,
    /// Names of groups, likewise.
    pub names: Vec<String>,
    /// Tags with their values, all of which a resource must have; empty where any will do.
    pub tags: Vec<(String, String)>,
    /// The region that is named; none where it is that of the cluster.
    pub region: Option<String>,
}

/// The addresses of what a policy wants to know of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Members {
    /// Those that it surely has: any way of asking the cloud finds them.
    pub surely: AddressSet,
    /// Those that it may have; `surely` is among them.
    pub possibly: AddressSet,
    /// Why more than `surely` is possible, each a sort of gap and a sentence without a full stop; never empty.
    pub open: Vec<(GapKind, String)>,
}

/// A managed cluster of a cloud, found in Terraform. Call [`Site::cluster`], lower the cluster's objects, then [`Site::place`],
/// then [`Site::entry_points`].
pub trait Site {
    /// Terraform address of the cluster's resource, unique among all sites.
    fn address(&self) -> &str;

    /// Whether a resource, by its Terraform address, is this cluster: its own, or one that reads it.
    fn is(&self, address: &str) -> bool {
        self.address() == address
    }

    /// The cluster's own name, where known.
    fn title(&self) -> Option<&str>;

    /// Objects that Terraform puts into the cluster by other means than manifests, as far as its values tell; none by default.
    fn objects(&self) -> Vec<Object> {
        Vec::new()
    }

    /// The cluster with its policy engine, whether that enforces, and its API server. `objects` are those tied to it.
    fn cluster(&self, objects: &[Object], settings: &Settings, world: &mut World) -> Cluster;

    /// The addresses that Services of the cluster may have, where they do not say which; by default those that pods may have.
    fn service_addresses(&self) -> AddressSet {
        AddressSet::of_unresolved_pods()
    }

    /// The addresses of resources by their groups and tags; none where this cloud has no such groups.
    fn members(&self, _wanted: &Wanted, _world: &mut World) -> Option<Members> {
        None
    }

    /// Gives every workload of the cluster the ways in which its pods may stand in the network. No workload is left without:
    /// where nothing is known of the nodes, there is one with a doubt.
    fn place(
        &self,
        cluster: Id<Cluster>,
        objects: &[Object],
        settings: &Settings,
        world: &mut World,
    );

    /// Adds the ways into the cluster that are not by a pod's own address: node ports, load balancers.
    fn entry_points(
        &self,
        cluster: Id<Cluster>,
        objects: &[Object],
        settings: &Settings,
        world: &mut World,
    );
}

/// Clusters of one cloud in order of their addresses.
#[must_use]
pub fn in_order<'g, S: Site + 'g>(sites: impl Iterator<Item = S>) -> Vec<Box<dyn Site + 'g>> {
    let mut out: Vec<Box<dyn Site + 'g>> = sites
        .map(|site| Box::new(site) as Box<dyn Site + 'g>)
        .collect();
    out.sort_by(|a, b| a.address().cmp(b.address()));
    out
}
