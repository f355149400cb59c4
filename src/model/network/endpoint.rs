//! What holds an address: resources, nodes and pods as the network sees them.

use super::{Network, Note, Subnet};
use crate::model::{AddressSet, Doubt, Filter, Id, NodePool, Origin};

/// Where something is attached to a network: one of the places in which it may stand.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Attachment {
    /// The network.
    pub network: Id<Network>,
    /// The subnet; none where only the network is known.
    pub subnet: Option<Id<Subnet>>,
    /// Addresses that it may have there: one where it is known, else all of the subnet's.
    pub addresses: AddressSet,
    /// Stateful filters on the interface (security groups): what any of them lets pass, passes. Empty: nothing filters.
    pub filters: Vec<Id<Filter>>,
    /// Which of its owner's interfaces this is: of those with one number only one is right where they are in doubt.
    pub interface: usize,
    /// Why the attachment is not certain.
    pub doubt: Doubt,
    /// The line that says so.
    pub origin: Option<Origin>,
}

/// A resource that holds an address in a subnet.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Terraform address, unique in the world.
    pub name: String,
    /// What it is: `database instance`, `load balancer`.
    pub kind: &'static str,
    /// All the places in which it may stand; packets may reach it at, and leave it from, any of them.
    pub attachments: Vec<Attachment>,
    /// Whether it only answers (an interface endpoint) and never opens connections of its own.
    pub answers_only: bool,
    /// Whether it only opens connections (a function attached to a network) and never takes one up.
    pub opens_only: bool,
    /// Whether who gets into it can go on from there.
    pub pivot_risk: PivotRisk,
    /// Where it is declared.
    pub origin: Option<Origin>,
}

/// Whether one who connects to a resource, and takes it over, can open connections of his own choice from there: what makes
/// it a stepping stone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PivotRisk {
    /// No: a service whose provider or settings alone choose where it connects to (a managed database, a load balancer), or
    /// one that takes no connections from the network at all.
    Never,
    /// Not known: what stands there is not known, or may run programs.
    Perhaps,
    /// Yes: it runs its owner's programs (a machine, a container).
    Freely,
}

/// One of the ways in which the pods of a workload may stand in the network: a node group, or a profile without nodes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PodPlacement {
    /// What is meant, for the trail: ``node group `workers` ``.
    pub name: String,
    /// The nodes that they are on; none where the provider runs pods without nodes, or where the input does not hold them.
    pub pool: Option<Id<NodePool>>,
    /// What holds the pod's own address.
    pub pod: Attachment,
    /// What holds the node's address; none where the provider runs pods without nodes.
    pub node: Option<Attachment>,
    /// Destinations towards which the packet leaves with the node's address, by `node`; towards others it leaves with
    /// the pod's, by `pod`.
    pub translated: AddressSet,
    /// What the trail says of the source address, and whether it is an assumption.
    pub source_address: Note,
    /// Whether network policies hold for pods that stand here.
    pub enforced: Enforced,
    /// Why this placement is not certain.
    pub doubt: Doubt,
}

/// Whether something enforces network policies.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Enforced {
    /// Yes, by what the note says.
    Yes(Note),
    /// No, for the reason in the note.
    No(Note),
    /// The input mentions it and leaves it unknown.
    Unknown(Note, Doubt),
}
