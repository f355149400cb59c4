//! Ways into a cluster other than by a pod's own address.

use super::{AddressSet, Endpoint, Filter, Id, Note, Origin, Protocol, Workload};

/// A port that forwards to pods: of a node, or of a load balancer.
#[derive(Clone, Debug)]
pub struct Door {
    /// Name to print: ``Service `shop/web` ``.
    pub name: String,
    /// What stands in front.
    pub front: Front,
    /// Protocol and port at the front.
    pub protocol: Protocol,
    /// The front's port.
    pub port: u16,
    /// The pods behind.
    pub workloads: Vec<Id<Workload>>,
    /// The pods' port, or its name.
    pub target: DoorTarget,
    /// Whether the pod sees the client's address; false: it sees a node's or the front's.
    pub keeps_client: bool,
    /// Client addresses that are let in at all.
    pub clients: AddressSet,
    /// Notes for the trail, defaults among them.
    pub notes: Vec<Note>,
    /// The line that opens it.
    pub origin: Origin,
}

/// What a [`Door`] stands in front of the pods with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Front {
    /// Every node of the cluster.
    Nodes,
    /// A resource of the input, or one that a controller makes, with its own filters.
    Endpoint(Id<Endpoint>, Vec<Id<Filter>>),
}

/// The pods' side of a [`Door`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DoorTarget {
    /// A port number.
    Number(u16),
    /// A named port, looked up in each pod.
    Name(String),
}
