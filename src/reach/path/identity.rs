//! Which address a packet leaves with, and from which interface.
//!
//! Where a placement says that packets to a destination are translated, they leave with the node's address: then the node's
//! filters and subnet are those of the path.

use super::region::Region;
use super::spot::Owner;
use super::way::{Reason, Way};
use crate::model::{AddressSet, Bounds, Doubt, Traffic, Verdict};
use crate::reach::Witness;

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

pub(super) fn reason(way: &Way<'_, '_>, packet: &Witness, verdict: Verdict) -> Reason {
    let spot = &way.from.spot;
    let world = way.fabric.world;
    let place = spot.subnet.map_or_else(
        || {
            spot.network
                .map(|network| format!(" in `{}`", world.networks[network].name))
                .unwrap_or_default()
        },
        |subnet| format!(" in `{}`", world.subnets[subnet].name),
    );
    let reason = match way.from.owner {
        Owner::Pods(_, Some((_, pod_placement))) => Reason::note(&pod_placement.identity),
        Owner::Pods(_, None) => Reason::new("the input does not say where the pods stand"),
        Owner::Resource(id) if verdict == Verdict::Blocked => Reason::new(format!(
            "`{}` only answers and opens no connections",
            world.endpoints[id].name
        ))
        .at(world.endpoints[id].origin.as_ref()),
        Owner::NatGateway(id) => {
            let own = &world.endpoints[id];
            Reason::new(format!(
                "`{}` puts its own address in place of the source's",
                own.name
            ))
            .at(own.origin.as_ref())
        }
        Owner::Forwarder(entry_point, number) => entry_point
            .forwarders
            .get(number)
            .map(|forwarder| Reason::note(&forwarder.sends))
            .unwrap_or_default(),
        Owner::Resource(_) => Reason::new(format!("its own{place}")).at(spot.origin.as_ref()),
        Owner::Unknown if spot.network.is_none() => {
            Reason::new(format!("{} is in no network of the input", packet.source))
        }
        Owner::Unknown => Reason::new(format!("{}{place}", packet.source)),
    };
    let reason = if packet.source.is_ipv6() {
        reason.unless(&doubt_of_v6(way))
    } else {
        reason
    };
    reason.unless(&spot.doubt)
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
