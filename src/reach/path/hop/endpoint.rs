//! The destination itself: whether it stands where the packet arrives.

use super::super::evidence::Evidence;
use super::super::packet_set::{self, PacketSet};
use super::super::path_candidate::PathCandidate;
use crate::model::{Bounds, Reason, Verdict, Witness};

pub(in crate::reach::path) fn passes(path: &PathCandidate<'_, '_>) -> Option<Bounds<PacketSet>> {
    let location = &path.to.location;
    let placed = location
        .network
        .is_some_and(|network| path.index.world.networks[network].known)
        && location.subnet.is_some();
    if placed && location.doubt.is_certain() {
        None
    } else {
        Some(packet_set::unknown())
    }
}

pub(in crate::reach::path) fn evidence(
    path: &PathCandidate<'_, '_>,
    packet: &Witness,
    _: Verdict,
) -> Evidence {
    let world = path.index.world;
    let location = &path.to.location;
    let network = location
        .network
        .map(|network| world.networks[network].doubt.clone())
        .unwrap_or_default();
    Evidence::new(Reason::Destination(
        path.to.owner.occupant(packet.destination),
        location.narrowest(),
    ))
    .at(location.origin.as_ref())
    .unless(&location.doubt)
    .unless(&network)
}
