//! Places in the network, and who may stand there.

use crate::model::{
    AddressSet, Attachment, Doubt, Endpoint, EntryPoint, Filter, Forwarder, Id, Location, Network,
    Occupant, Origin, PodPlacement, Subnet, Workload,
};
use std::net::IpAddr;

/// A place in the network that packets leave from or arrive at, as routes and filters see it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct NetworkLocation {
    /// The network; none where the addresses are in no network of the input.
    pub network: Option<Id<Network>>,
    /// The subnet; none where only the network is known.
    pub subnet: Option<Id<Subnet>>,
    /// Addresses that it may have there.
    pub addresses: AddressSet,
    /// Filters of the interface; none where its owner is not known, so that none is judged.
    pub filters: Option<Vec<Id<Filter>>>,
    /// Why the place is not certain.
    pub doubt: Doubt,
    /// The line that says so.
    pub origin: Option<Origin>,
}

impl NetworkLocation {
    pub fn attached(attachment: &Attachment) -> Self {
        NetworkLocation {
            network: Some(attachment.network),
            subnet: attachment.subnet,
            addresses: attachment.addresses.clone(),
            filters: Some(attachment.filters.clone()),
            doubt: attachment.doubt.clone(),
            origin: attachment.origin.clone(),
        }
    }

    /// The narrowest part of the network that it is known to lie in.
    pub fn narrowest(&self) -> Location {
        match (self.network, self.subnet) {
            (_, Some(subnet)) => Location::Subnet(subnet),
            (Some(network), None) => Location::Network(network),
            (None, None) => Location::Nowhere,
        }
    }
}

/// Who stands somewhere.
#[derive(Clone, Copy, Debug)]
pub(super) enum Owner<'w> {
    /// Pods of a workload, with the position of their placement; none where no placement is known.
    Pods(Id<Workload>, Option<(usize, &'w PodPlacement)>),
    /// A resource.
    Resource(Id<Endpoint>),
    /// A NAT gateway that sends on what others sent it.
    NatGateway(Id<Endpoint>),
    /// What a connection through an entry point meets, by its position among the entry point's forwarders.
    Forwarder(Id<EntryPoint>, &'w EntryPoint, usize),
    /// An owner that is not known.
    Unknown,
}

impl<'w> Owner<'w> {
    /// The forwarder, where it is one.
    pub fn forwarder(self) -> Option<&'w Forwarder> {
        if let Owner::Forwarder(_, entry_point, number) = self {
            entry_point.forwarders.get(number)
        } else {
            None
        }
    }

    /// What it is in a proof; nobody that is known has the address of the packet.
    pub fn occupant(self, address: IpAddr) -> Occupant {
        match self {
            Owner::Pods(id, _) => Occupant::Workload(id),
            Owner::Resource(id) | Owner::NatGateway(id) => Occupant::Endpoint(id),
            Owner::Forwarder(id, _, number) => Occupant::Forwarder(id, number),
            Owner::Unknown => Occupant::Address(address),
        }
    }
}

/// A place in the network at which a party may be: a candidate for an end of a path.
#[derive(Clone, Debug)]
pub(super) struct EndCandidate<'w> {
    pub owner: Owner<'w>,
    pub location: NetworkLocation,
    /// Destinations towards which packets leave from this location; all for a party that sends with one address everywhere.
    pub destinations: AddressSet,
}
