//! The ways in which a party may stand in the network.

use super::fabric::Fabric;
use crate::model::{
    AddressSet, Attachment, Door, Doubt, Endpoint, Filter, Footing, Id, Network, Origin, Relay,
    Subnet, Workload,
};
use crate::reach::Party;

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
}

/// Who stands somewhere.
#[derive(Clone, Copy, Debug)]
pub(super) enum Owner<'w> {
    /// Pods of a workload, in one of their ways by its position; none where nothing is known of how they stand.
    Pods(Id<Workload>, Option<(usize, &'w Footing)>),
    /// A resource.
    Resource(Id<Endpoint>),
    /// A translator that sends on what others sent it.
    Translator(Id<Endpoint>),
    /// What a connection through a door meets, by its position among the door's relays.
    Relay(&'w Door, usize),
    /// Nobody that is known.
    Unknown,
}

impl<'w> Owner<'w> {
    /// The relay, where it is one.
    pub fn relay(self) -> Option<&'w Relay> {
        if let Owner::Relay(door, number) = self {
            door.relays.get(number)
        } else {
            None
        }
    }
}

/// One of the ways in which a party may stand.
#[derive(Clone, Debug)]
pub(super) struct Standing<'w> {
    pub owner: Owner<'w>,
    pub spot: Spot,
    /// Destinations towards which packets leave from this spot; everything for a party that has one identity.
    pub speaks_to: AddressSet,
}

/// Where packets that the party sends may leave from.
pub(super) fn sources<'w>(fabric: &Fabric<'w>, party: &Party) -> Vec<Standing<'w>> {
    let Party::Workload(id) = party else {
        return destinations(fabric, party);
    };
    let workload = &fabric.world.workloads[*id];
    let mut out = Vec::new();
    for (number, footing) in workload.footings.iter().enumerate() {
        let translated = if footing.node.is_some() {
            footing.translated.clone()
        } else {
            AddressSet::none()
        };
        let own = AddressSet::all().difference(&translated);
        let stand = |attachment: &Attachment, speaks_to| {
            pods(*id, workload, (number, footing), attachment, speaks_to)
        };
        match &footing.node {
            Some(node) if workload.host_network => out.push(stand(node, AddressSet::all())),
            Some(node) => out.extend([stand(node, translated), stand(&footing.pod, own)]),
            None => out.push(stand(&footing.pod, own)),
        }
    }
    out.retain(|standing| !standing.speaks_to.is_empty());
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
            let stands = workload
                .footings
                .iter()
                .enumerate()
                .map(|(number, footing)| {
                    let node = footing.node.as_ref().filter(|_| workload.host_network);
                    pods(
                        *id,
                        workload,
                        (number, footing),
                        node.unwrap_or(&footing.pod),
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
                speaks_to: AddressSet::all(),
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
                speaks_to: AddressSet::all(),
            };
            places(fabric, addresses).into_iter().map(stand).collect()
        }
    }
}

fn pods<'w>(
    id: Id<Workload>,
    workload: &Workload,
    numbered: (usize, &'w Footing),
    at: &Attachment,
    speaks_to: AddressSet,
) -> Standing<'w> {
    let footing = numbered.1;
    let mut spot = Spot::attached(at);
    let known = spot.addresses.intersection(&workload.addresses);
    // Addresses that the input tells belong to the pods; they are the node's only where the pods have none of their own.
    if !known.is_empty() && (*at == footing.pod || workload.host_network) {
        spot.addresses = known;
    }
    spot.doubt = spot.doubt.and(&footing.doubt);
    Standing {
        owner: Owner::Pods(id, Some(numbered)),
        spot,
        speaks_to,
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
        speaks_to: AddressSet::all(),
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
