//! What Terraform says of a cluster: its networks, where nodes and pods may stand, and its node pools.

use crate::ingest::lowering::NodeLabels;
use crate::model::{AddressSet, Attachment, Doubt, Id, Network, NodeCredentials, Origin, Subnet};
use std::collections::BTreeSet;

/// The type of clusters.
pub const KIND: &str = "google_container_cluster";

/// A subnet with the cluster's pods.
#[derive(Clone, Debug)]
pub struct PodSubnet {
    /// The subnet.
    pub subnet: Id<Subnet>,
    /// Addresses of pods.
    pub pods: AddressSet,
    /// Why they may be others.
    pub doubt: Doubt,
    /// Why no nodes may stand there.
    pub stands: Doubt,
    /// IPv6 addresses of pods, each part with the reason why they may be others.
    pub six: Vec<(AddressSet, Doubt)>,
}

/// What Terraform says of a cluster.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The networks that it may be in: one, unless the input leaves it open.
    pub networks: BTreeSet<Id<Network>>,
    /// The subnets that nodes may stand in: one, unless the input leaves it open.
    pub places: Vec<PodSubnet>,
    /// Node pools.
    pub pools: Vec<Pool>,
}

/// Nodes that are alike.
#[derive(Clone, Debug)]
pub struct Pool {
    /// What is meant, for the trail.
    pub title: String,
    /// Labels of its nodes.
    pub labels: NodeLabels,
    /// Whether nodes run Windows.
    pub windows: bool,
    /// For each subnet, interfaces of nodes, and of pods.
    pub pod_interfaces: Vec<(Attachment, Attachment)>,
    /// Interfaces of its nodes, or of pods on them, in further subnets; what filters those is not judged.
    pub further: Vec<Attachment>,
    /// Whether pods on them get their credentials.
    pub credentials: NodeCredentials,
    /// Why there may be no such nodes.
    pub doubt: Doubt,
    /// Where they are declared.
    pub origin: Origin,
}
