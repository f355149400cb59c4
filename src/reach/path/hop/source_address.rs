//! Which address a packet leaves with, and from which interface.
//!
//! Where a placement says that packets to a destination are translated, they leave with the node's address: then the node's
//! filters and subnet are those of the path.

use super::super::evidence::Evidence;
use super::super::location::Owner;
use super::super::packet_set::PacketSet;
use super::super::path_candidate::PathCandidate;
use crate::model::{AddressSet, Bounds, Doubt, Reason, Traffic, Verdict, Witness};

pub(in crate::reach::path) fn passes(path: &PathCandidate<'_, '_>) -> Option<Bounds<PacketSet>> {
    let place = path.from;
    if let Owner::Resource(id) = place.owner
        && path.index.world.endpoints[id].answers_only
    {
        return Some(Bounds::exact(PacketSet::none()));
    }
    let v6_settled = doubt_of_v6(path).is_certain();
    if let Owner::Unknown = place.owner
        && place.location.doubt.is_certain()
        && place.location.network.is_some()
        && v6_settled
    {
        return None;
    }
    let packets = PacketSet::of(
        place.location.addresses.clone(),
        place.destinations.clone(),
        Traffic::all(),
    );
    let placed = place.location.doubt.is_certain() && place.location.network.is_some();
    let must = match (placed, v6_settled) {
        (false, _) => PacketSet::none(),
        (true, true) => packets.clone(),
        (true, false) => packets.intersection(&v4()),
    };
    Some(Bounds { must, may: packets })
}

pub(in crate::reach::path) fn evidence(
    path: &PathCandidate<'_, '_>,
    packet: &Witness,
    verdict: Verdict,
) -> Evidence {
    let location = &path.from.location;
    let world = path.index.world;
    let evidence = match path.from.owner {
        Owner::Pods(_, Some((_, placement))) => {
            Evidence::noted(&placement.source_address, Reason::SourceAddress)
        }
        Owner::Pods(id, None) => Evidence::new(Reason::Unplaced(id)),
        Owner::Resource(id) if verdict == Verdict::Blocked => {
            Evidence::new(Reason::OnlyAnswers(id)).at(world.endpoints[id].origin.as_ref())
        }
        Owner::Resource(_) => {
            Evidence::new(Reason::OwnAddress(location.narrowest())).at(location.origin.as_ref())
        }
        Owner::NatGateway(id) => {
            Evidence::new(Reason::NatGateway(id)).at(world.endpoints[id].origin.as_ref())
        }
        Owner::Forwarder(_, entry_point, number) => match entry_point.forwarders.get(number) {
            Some(forwarder) => Evidence::noted(&forwarder.sends, Reason::SourceAddress),
            None => Evidence::new(Reason::Unproved),
        },
        Owner::Unknown => Evidence::new(Reason::BareAddress(packet.source, location.narrowest())),
    };
    let evidence = if packet.source.is_ipv6() {
        evidence.unless(&doubt_of_v6(path))
    } else {
        evidence
    };
    evidence.unless(&location.doubt)
}

/// All packets of IPv4.
pub(in crate::reach::path) fn v4() -> PacketSet {
    PacketSet::of(AddressSet::all_v4(), AddressSet::all_v4(), Traffic::all())
}

/// Why the IPv6 addresses of the networks at both ends are not certain.
pub(in crate::reach::path) fn doubt_of_v6(path: &PathCandidate<'_, '_>) -> Doubt {
    let world = path.index.world;
    let ends = [path.from.location.network, path.to.location.network]
        .into_iter()
        .flatten();
    ends.fold(Doubt::none(), |sum, network| {
        sum.and(&world.doubt_of_v6(network))
    })
}
