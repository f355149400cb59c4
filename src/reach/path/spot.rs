//! The ways in which a party may stand in the network.

use super::fabric::Fabric;
use crate::model::{
    AddressSet, Attachment, Doubt, Endpoint, EntryPoint, Filter, Forwarder, Id, Location, Network,
    Occupant, Origin, PodPlacement, Subnet, Workload,
};
use crate::reach::Party;
use std::net::IpAddr;

/// A place in the network that packets leave from or arrive at, as routes and filters see it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Spot {
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

impl Spot {
    pub fn attached(attachment: &Attachment) -> Self {
        Spot {
            network: Some(attachment.network),
            subnet: attachment.subnet,
            addresses: attachment.addresses.clone(),
            filters: Some(attachment.filters.clone()),
            doubt: attachment.doubt.clone(),
            origin: attachment.origin.clone(),
        }
    }

    /// The narrowest part of the network that it is known to lie in.
    pub fn location(&self) -> Location {
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
    /// Pods of a workload, in one of their ways by its position; none where nothing is known of how they stand.
    Pods(Id<Workload>, Option<(usize, &'w PodPlacement)>),
    /// A resource.
    Resource(Id<Endpoint>),
    /// A NAT gateway that sends on what others sent it.
    NatGateway(Id<Endpoint>),
    /// What a connection through an entry point meets, by its position among the entry point's forwarders.
    Forwarder(Id<EntryPoint>, &'w EntryPoint, usize),
    /// Nobody that is known.
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

/// One of the ways in which a party may stand.
#[derive(Clone, Debug)]
pub(super) struct Standing<'w> {
    pub owner: Owner<'w>,
    pub spot: Spot,
    /// Destinations towards which packets leave from this spot; everything for a party that has one identity.
    pub destinations: AddressSet,
}

/// Where packets that the party sends may leave from.
pub(super) fn sources<'w>(fabric: &Fabric<'w>, party: &Party) -> Vec<Standing<'w>> {
    let Party::Workload(id) = party else {
        return destinations(fabric, party);
    };
    let workload = &fabric.world.workloads[*id];
    let mut out = Vec::new();
    for (number, pod_placement) in workload.pod_placements.iter().enumerate() {
        let translated = if pod_placement.node.is_some() {
            pod_placement.translated.clone()
        } else {
            AddressSet::none()
        };
        let own = AddressSet::all().difference(&translated);
        let stand = |attachment: &Attachment, destinations| {
            pods(
                *id,
                workload,
                (number, pod_placement),
                attachment,
                destinations,
            )
        };
        match &pod_placement.node {
            Some(node) if workload.host_network => out.push(stand(node, AddressSet::all())),
            Some(node) => out.extend([stand(node, translated), stand(&pod_placement.pod, own)]),
            None => out.push(stand(&pod_placement.pod, own)),
        }
    }
    out.retain(|standing| !standing.destinations.is_empty());
    if out.is_empty() {
        vec![nowhere(*id, workload)]
    } else {
        out
    }
}

/// Where packets to the party may arrive.
pub(super) fn destinations<'w>(fabric: &Fabric<'w>, party: &Party) -> Vec<Standing<'w>> {
    match party {
        Party::Workload(id) => {
            let workload = &fabric.world.workloads[*id];
            let stands =
                workload
                    .pod_placements
                    .iter()
                    .enumerate()
                    .map(|(number, pod_placement)| {
                        let node = pod_placement
                            .node
                            .as_ref()
                            .filter(|_| workload.host_network);
                        pods(
                            *id,
                            workload,
                            (number, pod_placement),
                            node.unwrap_or(&pod_placement.pod),
                            AddressSet::all(),
                        )
                    });
            let out: Vec<_> = stands.collect();
            if out.is_empty() {
                vec![nowhere(*id, workload)]
            } else {
                out
            }
        }
        Party::Endpoint(id) => {
            let stand = |attachment| Standing {
                owner: Owner::Resource(*id),
                spot: Spot::attached(attachment),
                destinations: AddressSet::all(),
            };
            fabric.world.endpoints[*id]
                .attachments
                .iter()
                .map(stand)
                .collect()
        }
        Party::Addresses(addresses) => {
            let stand = |spot| Standing {
                owner: Owner::Unknown,
                spot,
                destinations: AddressSet::all(),
            };
            places(fabric, addresses).into_iter().map(stand).collect()
        }
    }
}

fn pods<'w>(
    id: Id<Workload>,
    workload: &Workload,
    numbered: (usize, &'w PodPlacement),
    at: &Attachment,
    destinations: AddressSet,
) -> Standing<'w> {
    let pod_placement = numbered.1;
    let mut spot = Spot::attached(at);
    let known = spot.addresses.intersection(&workload.addresses);
    // Addresses that the input tells belong to the pods; they are the node's only where the pods have none of their own.
    if !known.is_empty() && (*at == pod_placement.pod || workload.host_network) {
        spot.addresses = known;
    }
    spot.doubt = spot.doubt.and(&pod_placement.doubt);
    Standing {
        owner: Owner::Pods(id, Some(numbered)),
        spot,
        destinations,
    }
}

/// Pods of which the input does not say where they stand.
fn nowhere<'w>(id: Id<Workload>, workload: &Workload) -> Standing<'w> {
    let addresses = if workload.addresses.is_empty() {
        AddressSet::all()
    } else {
        workload.addresses.clone()
    };
    let spot = Spot {
        network: None,
        subnet: None,
        addresses,
        filters: None,
        doubt: Doubt::none(),
        origin: None,
    };
    Standing {
        owner: Owner::Pods(id, None),
        spot,
        destinations: AddressSet::all(),
    }
}

/// The subnets that hold addresses; for what no subnet holds, the networks; for what no network holds, no place.
fn places(fabric: &Fabric<'_>, addresses: &AddressSet) -> Vec<Spot> {
    let networks = fabric.world.networks.iter();
    let mut out: Vec<Spot> = networks
        .flat_map(|(id, _)| places_in(fabric, id, addresses))
        .collect();
    let rest = networks_apart(fabric, addresses);
    if !rest.is_empty() {
        out.push(Spot {
            network: None,
            subnet: None,
            addresses: rest,
            filters: None,
            doubt: Doubt::none(),
            origin: None,
        });
    }
    out
}

fn networks_apart(fabric: &Fabric<'_>, addresses: &AddressSet) -> AddressSet {
    fabric
        .world
        .networks
        .ids()
        .fold(addresses.clone(), |rest, network| {
            rest.difference(&fabric.world.settled_addresses(network))
        })
}

/// The subnets of a network that hold addresses, then the network for what none of them holds.
pub(super) fn places_in(fabric: &Fabric<'_>, id: Id<Network>, addresses: &AddressSet) -> Vec<Spot> {
    let network = &fabric.world.networks[id];
    let inside = addresses.intersection(&network.addresses);
    let place = |subnet, addresses, doubt| Spot {
        network: Some(id),
        subnet,
        addresses,
        filters: None,
        doubt,
        origin: None,
    };
    let mut loose = inside.clone();
    let mut out = Vec::new();
    for &subnet in fabric.subnets(id) {
        let own = &fabric.world.subnets[subnet];
        let here = inside.intersection(&own.addresses);
        if here.is_empty() {
            continue;
        }
        let doubt = own.doubt.and(&network.doubt);
        // A subnet whose addresses are not known holds this one only perhaps.
        if doubt.is_certain() {
            loose = loose.difference(&own.addresses);
        }
        out.push(place(Some(subnet), here, doubt));
    }
    if !loose.is_empty() {
        out.push(place(None, loose, network.doubt.clone()));
    }
    out
}
