//! Where the nodes and pods of a cluster may stand.

use crate::model::{AddressSet, Doubt, Id, Subnet};

/// The type of clusters.
pub const KIND: &str = "google_container_cluster";

/// A subnet with the cluster's pods.
#[derive(Clone, Debug)]
pub struct Place {
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
