//! Which address a packet leaves with, and from which interface.
//!
//! Where a footing says that packets to a destination are translated, they leave with the node's address: then the node's
//! filters and subnet are those of the path.

use super::region::Region;
use super::spot::Owner;
use super::way::{Reason, Way};
use crate::model::{Bounds, Traffic, Verdict};
use crate::reach::Witness;

pub(super) fn passes(way: &Way<'_, '_>) -> Option<Bounds<Region>> {
    let standing = way.from;
    if let Owner::Resource(id) = standing.owner
        && way.fabric.world.endpoints[id].answers_only
    {
        return Some(Bounds::exact(Region::none()));
    }
    if let Owner::Unknown = standing.owner
        && standing.spot.doubt.is_certain()
        && standing.spot.network.is_some()
    {
        return None;
    }
    let region = Region::of(standing.spot.addresses.clone(), standing.speaks_to.clone(), Traffic::all());
    let placed = standing.spot.doubt.is_certain() && standing.spot.network.is_some();
    Some(Bounds { must: if placed { region.clone() } else { Region::none() }, may: region })
}

pub(super) fn reason(way: &Way<'_, '_>, packet: &Witness, verdict: Verdict) -> Reason {
    let spot = &way.from.spot;
    let world = way.fabric.world;
    let place = spot.subnet.map_or_else(
        || spot.network.map(|network| format!(" in `{}`", world.networks[network].name)).unwrap_or_default(),
        |subnet| format!(" in `{}`", world.subnets[subnet].name),
    );
    let reason = match way.from.owner {
        Owner::Pods(_, Some((_, footing))) => Reason::note(&footing.identity),
        Owner::Pods(_, None) => Reason::new("the input does not say where the pods stand"),
        Owner::Resource(id) if verdict == Verdict::Blocked => {
            Reason::new(format!("`{}` only answers and opens no connections", world.endpoints[id].name))
                .at(world.endpoints[id].origin.as_ref())
        }
        Owner::Translator(id) => {
            let own = &world.endpoints[id];
            Reason::new(format!("`{}` puts its own address in place of the source's", own.name)).at(own.origin.as_ref())
        }
        Owner::Relay(door, number) => door.relays.get(number).map(|relay| Reason::note(&relay.sends)).unwrap_or_default(),
        Owner::Resource(_) => Reason::new(format!("its own{place}")).at(spot.origin.as_ref()),
        Owner::Unknown if spot.network.is_none() => Reason::new(format!("{} is in no network of the input", packet.source)),
        Owner::Unknown => Reason::new(format!("{}{place}", packet.source)),
    };
    reason.unless(&spot.doubt)
}
