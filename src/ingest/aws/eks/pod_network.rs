//! The nouns of pods' addresses: what holds one, what all placements of a cluster have in common, and how packets are translated.

use super::pool::{Family, NodeSubnet, Pool};
use super::setting::Settings;
use crate::model::{AddressSet, Doubt, Enforced, Filter, Id, Network, Note};

/// What holds a pod's own address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Interface {
    /// The pod is on the host network: it has its node's addresses.
    Host,
    /// An interface of the node, in the node's subnet and with the groups of its primary interface.
    Shared,
    /// An interface of the node in a subnet and with groups of the pods' own (custom networking, EKS Auto Mode). No groups
    /// given: those of the node's primary interface.
    Apart(NodeSubnet, Option<Vec<Id<Filter>>>),
    /// None: the pod has an address of a pool that the network does not know, and shares its node's interfaces.
    Pooled(Box<PodPool>),
    /// A branch interface with security groups of its own (security groups for pods).
    Branch(NodeSubnet, Vec<Id<Filter>>, Strictness),
}

/// `POD_SECURITY_GROUP_ENFORCING_MODE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strictness {
    /// All traffic of the pod goes by its branch interface; nothing is translated.
    Strict,
    /// Traffic to outside the network is translated and leaves by the node's primary interface.
    Standard,
}

/// What all placements of a cluster have in common.
#[derive(Clone, Debug)]
pub struct ClusterNetwork<'a> {
    /// The cluster's network.
    pub network: Id<Network>,
    /// Family of pod addresses.
    pub family: Family,
    /// Settings of the VPC CNI plugin.
    pub settings: &'a Settings,
    /// Cilium as the pods' network, where it is there.
    pub cilium_overlay: Option<&'a Overlay>,
    /// The policy engine in one word.
    pub engine: &'a str,
    /// Whether it enforces for ordinary pods.
    pub enforced: &'a Enforced,
}

/// A pod on a node of a pool: where the node stands, and what holds the pod's address.
#[derive(Clone, Debug)]
pub struct PodInterface<'a> {
    /// The pool.
    pub pool: &'a Pool,
    /// Where the node stands.
    pub place: &'a NodeSubnet,
    /// What holds the pod's address.
    pub interface: Interface,
    /// Who says so, where anybody does.
    pub note: Option<Note>,
    /// Why the pod may not sit so.
    pub doubt: Doubt,
}

/// One pool of addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodPool {
    /// Its addresses.
    pub addresses: AddressSet,
    /// Destinations towards which its pods leave with their node's address.
    pub towards: AddressSet,
    /// What the trail says of that.
    pub note: Note,
    /// Why that may be otherwise.
    pub doubt: Doubt,
}

/// How Cilium makes the network of a cluster; none where it is not there.
#[derive(Clone, Debug)]
pub struct Overlay {
    /// What its chart and ConfigMap set.
    pub settings: Settings,
    /// Why the settings are not known at all: only the agent is in the input.
    pub blind: Doubt,
}

/// One way in which packets may be translated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Translation {
    /// Destinations towards which the node's address is used.
    pub towards: AddressSet,
    /// What the trail says.
    pub note: Note,
    /// Why it may be otherwise.
    pub doubt: Doubt,
}
