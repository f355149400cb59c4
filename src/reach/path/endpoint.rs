//! The destination itself: whether it stands where the packet arrives.

use super::region::{self, Region};
use super::way::{Evidence, Way};
use crate::model::{Bounds, Reason, Verdict, Witness};

pub(super) fn passes(way: &Way<'_, '_>) -> Option<Bounds<Region>> {
    let spot = &way.to.spot;
    let placed = spot
        .network
        .is_some_and(|network| way.fabric.world.networks[network].known)
        && spot.subnet.is_some();
    if placed && spot.doubt.is_certain() {
        None
    } else {
        Some(region::unknown())
    }
}

pub(super) fn evidence(way: &Way<'_, '_>, packet: &Witness, _: Verdict) -> Evidence {
    let world = way.fabric.world;
    let spot = &way.to.spot;
    let network = spot
        .network
        .map(|network| world.networks[network].doubt.clone())
        .unwrap_or_default();
    Evidence::new(Reason::Destination(
        way.to.owner.occupant(packet.destination),
        spot.location(),
    ))
    .at(spot.origin.as_ref())
    .unless(&spot.doubt)
    .unless(&network)
}
