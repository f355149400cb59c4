//! The places in which a party may stand in the network.

use super::location::{EndCandidate, NetworkLocation, Owner};
use super::network_index::NetworkIndex;
use crate::model::{AddressSet, Attachment, Doubt, Id, Network, PodPlacement, Workload};
use crate::reach::Party;

/// Where packets that the party sends may leave from.
pub(super) fn sources<'w>(index: &NetworkIndex<'w>, party: &Party) -> Vec<EndCandidate<'w>> {
    let Party::Workload(id) = party else {
        return destinations(index, party);
    };
    let workload = &index.world.workloads[*id];
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
    out.retain(|place| !place.destinations.is_empty());
    if out.is_empty() {
        vec![nowhere(*id, workload)]
    } else {
        out
    }
}

/// Where packets to the party may arrive.
pub(super) fn destinations<'w>(index: &NetworkIndex<'w>, party: &Party) -> Vec<EndCandidate<'w>> {
    match party {
        Party::Workload(id) => {
            let workload = &index.world.workloads[*id];
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
            let stand = |attachment| EndCandidate {
                owner: Owner::Resource(*id),
                location: NetworkLocation::attached(attachment),
                destinations: AddressSet::all(),
            };
            index.world.endpoints[*id]
                .attachments
                .iter()
                .map(stand)
                .collect()
        }
        Party::Addresses(addresses) => {
            let stand = |location| EndCandidate {
                owner: Owner::Unknown,
                location,
                destinations: AddressSet::all(),
            };
            places(index, addresses).into_iter().map(stand).collect()
        }
    }
}

fn pods<'w>(
    id: Id<Workload>,
    workload: &Workload,
    numbered: (usize, &'w PodPlacement),
    at: &Attachment,
    destinations: AddressSet,
) -> EndCandidate<'w> {
    let pod_placement = numbered.1;
    let mut location = NetworkLocation::attached(at);
    let known = location.addresses.intersection(&workload.addresses);
    // Addresses that the input tells belong to the pods; they are the node's only where the pods have none of their own.
    if !known.is_empty() && (*at == pod_placement.pod || workload.host_network) {
        location.addresses = known;
    }
    location.doubt = location.doubt.and(&pod_placement.doubt);
    EndCandidate {
        owner: Owner::Pods(id, Some(numbered)),
        location,
        destinations,
    }
}

/// Pods of which the input does not say where they stand.
fn nowhere<'w>(id: Id<Workload>, workload: &Workload) -> EndCandidate<'w> {
    let addresses = if workload.addresses.is_empty() {
        AddressSet::all()
    } else {
        workload.addresses.clone()
    };
    let location = NetworkLocation {
        network: None,
        subnet: None,
        addresses,
        filters: None,
        doubt: Doubt::none(),
        origin: None,
    };
    EndCandidate {
        owner: Owner::Pods(id, None),
        location,
        destinations: AddressSet::all(),
    }
}

/// The subnets that hold addresses; for what no subnet holds, the networks; for what no network holds, no place.
fn places(index: &NetworkIndex<'_>, addresses: &AddressSet) -> Vec<NetworkLocation> {
    let networks = index.world.networks.iter();
    let mut out: Vec<NetworkLocation> = networks
        .flat_map(|(id, _)| places_in(index, id, addresses))
        .collect();
    let rest = networks_apart(index, addresses);
    if !rest.is_empty() {
        out.push(NetworkLocation {
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

fn networks_apart(index: &NetworkIndex<'_>, addresses: &AddressSet) -> AddressSet {
    index
        .world
        .networks
        .ids()
        .fold(addresses.clone(), |rest, network| {
            rest.difference(&index.world.settled_addresses(network))
        })
}

/// The subnets of a network that hold addresses, then the network for what none of them holds.
pub(super) fn places_in(
    index: &NetworkIndex<'_>,
    id: Id<Network>,
    addresses: &AddressSet,
) -> Vec<NetworkLocation> {
    let network = &index.world.networks[id];
    let inside = addresses.intersection(&network.addresses);
    let place = |subnet, addresses, doubt| NetworkLocation {
        network: Some(id),
        subnet,
        addresses,
        filters: None,
        doubt,
        origin: None,
    };
    let mut loose = inside.clone();
    let mut out = Vec::new();
    for &subnet in index.subnets(id) {
        let own = &index.world.subnets[subnet];
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
