//! Ways into a cluster other than by a pod's own address: something listens, and hands on what it gets.
//! Source: Kubernetes documentation, "Service", "Virtual IPs and Service Proxies".

use super::{AddressSet, Attachment, Doubt, Enforced, Id, Note, Origin, Protocol, Workload};

/// Something that listens and hands connections on to pods: a port of every node, a load balancer, or one behind the other.
#[derive(Clone, Debug)]
pub struct EntryPoint {
    /// Name to print: `Service shop/web by its load balancer`.
    pub name: String,
    /// What it is, for a person: `load balancer`, `node port`.
    pub kind: &'static str,
    /// What a connection meets, from outside to inside; an entry point without any leads nowhere.
    pub forwarders: Vec<Forwarder>,
    /// Protocol, on every part of the way.
    pub protocol: Protocol,
    /// Client addresses that are let in at all.
    pub clients: AddressSet,
    /// The pods behind.
    pub workloads: Vec<Id<Workload>>,
    /// The pods' port.
    pub target: EntryPointTarget,
    /// Why it is not certain that there is such an entry point.
    pub doubt: Doubt,
    /// The line that opens it.
    pub origin: Origin,
}

/// One thing that a connection through a [`EntryPoint`] meets.
#[derive(Clone, Debug)]
pub struct Forwarder {
    /// What it is, for the trail: `the node`, or the name of a resource.
    pub name: String,
    /// The places in which it may listen, with its own filters.
    pub attachments: Vec<Attachment>,
    /// The port that it listens on, as a closed range: more than one port where the input leaves open which one of them.
    pub ports: (u16, u16),
    /// Destination addresses of what comes to it, where what hands on to it leaves them as they are; empty: its own.
    pub destinations: AddressSet,
    /// Why it is not certain that it listens there.
    pub doubt: Doubt,
    /// Whether what it hands on has the client's address, as it got it; else it has the forwarder's own.
    pub keeps_client: bool,
    /// What the trail says of that address.
    pub sends: Note,
    /// Who sees to it that the filters of what it hands on to let it in, whatever the input says of them. None: the filters
    /// alone decide.
    pub admitted: Option<Note>,
    /// For a node: whether network policies hold for what it sends with its own address to pods that run on it. None for what
    /// is no node: pods are always behind the network from there.
    pub own_pods: Option<Enforced>,
}

/// The pods' side of a [`EntryPoint`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum EntryPointTarget {
    /// A port number.
    Number(u16),
    /// A named port, looked up in each pod; one that a pod does not have leads nowhere.
    Name(String),
    /// Some port that the input does not hold.
    Unknown,
}
