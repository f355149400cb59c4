//! Nodes that are made alike, and where they may stand: what node groups of every kind are read into.

use crate::model::{
    AddressSet, Attachment, Doubt, Filter, Id, Labels, Network, NodeCredentials, NodePool, Origin,
    Subnet, World,
};

/// What makes and names the nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Maker {
    /// A managed node group.
    Managed,
    /// An auto scaling group.
    SelfManaged,
    /// Karpenter.
    Karpenter,
    /// EKS Auto Mode: has a network of its own, which the settings of the VPC CNI plugin do not reach.
    AutoMode,
    /// Nobody in the input: nodes that must be somewhere, since pods run.
    Unseen,
}

/// The operating system of nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum System {
    /// Linux of any kind.
    Linux,
    /// Windows Server.
    Windows,
}

/// The family of the addresses that pods get. EKS user guide, "Learn about IPv6 addresses to clusters, pods, and services".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// IPv4, the default.
    V4,
    /// IPv6; nodes have an IPv4 address besides.
    V6,
}

impl Family {
    /// Every address of the family.
    #[must_use]
    pub fn all(self) -> AddressSet {
        match self {
            Family::V4 => AddressSet::all_v4(),
            Family::V6 => AddressSet::all_v6(),
        }
    }
}

/// A subnet in which nodes may stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeSubnet {
    /// The subnet; none where only the network is known.
    pub subnet: Option<Id<Subnet>>,
    /// Its availability zone, where known.
    pub zone: Option<String>,
    /// Whether interfaces get an IPv6 address there although the cluster is an IPv4 one.
    pub dual: bool,
    /// Why it is not certain.
    pub doubt: Doubt,
}

/// Nodes that are made alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    /// What they are, for the trail: ``node group `aws_eks_node_group.workers` ``.
    pub title: String,
    /// Value of their label `eks.amazonaws.com/nodegroup`, where they are of a managed node group and it is known.
    pub name: Option<String>,
    /// What makes them.
    pub maker: Maker,
    /// Their operating system.
    pub system: System,
    /// Labels that they surely carry.
    pub labels: Labels,
    /// Whether `labels` is all there is but for the well-known ones.
    pub labels_complete: bool,
    /// Whether some of them can have branch interfaces; not known: none.
    pub branches: Option<bool>,
    /// Where they may stand.
    pub places: Vec<NodeSubnet>,
    /// Security groups of their primary interface.
    pub filters: Vec<Id<Filter>>,
    /// Whether pods on them get their credentials.
    pub credentials: NodeCredentials,
    /// What they are in the model, once it holds them.
    pub node_pool: Option<Id<NodePool>>,
    /// What EKS Auto Mode says of their pods.
    pub auto: Option<AutoPods>,
    /// Why they are not certain.
    pub doubt: Doubt,
    /// Where they are declared.
    pub origin: Option<Origin>,
}

impl Pool {
    /// The same, as nodes of the model.
    #[must_use]
    pub fn in_model(self, world: &mut World) -> Self {
        let node_pool = world.node_pool(NodePool {
            name: self.title.clone(),
            credentials: self.credentials.clone(),
            origin: self.origin.clone(),
        });
        Pool {
            node_pool: Some(node_pool),
            ..self
        }
    }

    /// The primary interfaces of the nodes, wherever they may stand, without their addresses.
    pub fn nodes<'p>(
        &'p self,
        network: Id<Network>,
        world: &'p World,
    ) -> impl Iterator<Item = Attachment> + 'p {
        self.places.iter().map(move |place| Attachment {
            network: place
                .subnet
                .map_or(network, |own| world.subnets[own].network),
            subnet: place.subnet,
            addresses: AddressSet::none(),
            filters: self.filters.clone(),
            interface: 0,
            doubt: self.doubt.and(&place.doubt),
            origin: self.origin.clone(),
        })
    }
}

/// The network of pods under EKS Auto Mode. EKS user guide, "Create a Node Class for Amazon EKS".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AutoPods {
    /// Whether packets to outside the network leave with the node's address (`snatPolicy: Random`).
    pub translates: bool,
    /// Where pods stand, where not in their node's subnet.
    pub places: Option<Vec<NodeSubnet>>,
    /// Security groups of pods, where not their node's.
    pub filters: Option<Vec<Id<Filter>>>,
    /// Whether pods that no policy selects are closed (`networkPolicy: DefaultDeny`).
    pub closed: bool,
    /// The NodeClass, none for the one that EKS makes.
    pub origin: Option<Origin>,
}

impl NodeSubnet {
    /// The interface of something that stands here, with addresses of the given families.
    #[must_use]
    pub fn attachment(
        &self,
        world: &World,
        network: Id<Network>,
        families: &AddressSet,
        filters: &[Id<Filter>],
        origin: Option<Origin>,
    ) -> Attachment {
        let network = self
            .subnet
            .map_or(network, |subnet| world.subnets[subnet].network);
        let whole = self
            .subnet
            .map_or(&world.networks[network].addresses, |subnet| {
                &world.subnets[subnet].addresses
            });
        Attachment {
            network,
            subnet: self.subnet,
            addresses: whole.intersection(families),
            filters: filters.to_vec(),
            interface: 0,
            doubt: self.doubt.clone(),
            origin,
        }
    }
}
