//! Which address a packet leaves with, and from which interface.
//!
//! Where a placement says that packets to a destination are translated, they leave with the node's address: then the node's
//! filters and subnet are those of the path.

use super::region::Region;
use super::spot::Owner;
use super::way::{Evidence, Way};
use crate::model::{AddressSet, Bounds, Doubt, Reason, Traffic, Verdict, Witness};

pub(super) fn passes(way: &Way<'_, '_>) -> Option<Bounds<Region>> {
    let standing = way.from;
    if let Owner::Resource(id) = standing.owner
        && way.fabric.world.endpoints[id].answers_only
    {
        return Some(Bounds::exact(Region::none()));
    }
    let v6_settled = doubt_of_v6(way).is_certain();
    if let Owner::Unknown = standing.owner
        && standing.spot.doubt.is_certain()
        && standing.spot.network.is_some()
        && v6_settled
    {
        return None;
    }
    let region = Region::of(
        standing.spot.addresses.clone(),
        standing.destinations.clone(),
        Traffic::all(),
    );
    let placed = standing.spot.doubt.is_certain() && standing.spot.network.is_some();
    let must = match (placed, v6_settled) {
        (false, _) => Region::none(),
        (true, true) => region.clone(),
        (true, false) => region.intersection(&v4()),
    };
    Some(Bounds { must, may: region })
}

pub(super) fn evidence(way: &Way<'_, '_>, packet: &Witness, verdict: Verdict) -> Evidence {
    let spot = &way.from.spot;
    let world = way.fabric.world;
    let evidence = match way.from.owner {
        Owner::Pods(_, Some((_, placement))) => {
            Evidence::noted(&placement.identity, Reason::SourceAddress)
        }
        Owner::Pods(id, None) => Evidence::new(Reason::Unplaced(id)),
        Owner::Resource(id) if verdict == Verdict::Blocked => {
            Evidence::new(Reason::OnlyAnswers(id)).at(world.endpoints[id].origin.as_ref())
        }
        Owner::Resource(_) => {
            Evidence::new(Reason::OwnAddress(spot.location())).at(spot.origin.as_ref())
        }
        Owner::NatGateway(id) => {
            Evidence::new(Reason::NatGateway(id)).at(world.endpoints[id].origin.as_ref())
        }
        Owner::Forwarder(_, entry_point, number) => match entry_point.forwarders.get(number) {
            Some(forwarder) => Evidence::noted(&forwarder.sends, Reason::SourceAddress),
            None => Evidence::new(Reason::Unproved),
        },
        Owner::Unknown => Evidence::new(Reason::BareAddress(packet.source, spot.location())),
    };
    let evidence = if packet.source.is_ipv6() {
        evidence.unless(&doubt_of_v6(way))
    } else {
        evidence
    };
    evidence.unless(&spot.doubt)
}

/// All packets of IPv4.
pub(super) fn v4() -> Region {
    Region::of(AddressSet::all_v4(), AddressSet::all_v4(), Traffic::all())
}

/// Why the IPv6 addresses of the networks at both ends are not certain.
pub(super) fn doubt_of_v6(way: &Way<'_, '_>) -> Doubt {
    let world = way.fabric.world;
    let ends = [way.from.spot.network, way.to.spot.network]
        .into_iter()
        .flatten();
    ends.fold(Doubt::none(), |sum, network| {
        sum.and(&world.doubt_of_v6(network))
    })
}
