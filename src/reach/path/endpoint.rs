//! The destination itself: whether it stands where the packet arrives.

use super::region::{self, Region};
use super::spot::Owner;
use super::way::{Reason, Way};
use crate::model::{Bounds, Verdict};
use crate::reach::Witness;

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

pub(super) fn reason(way: &Way<'_, '_>, packet: &Witness, _: Verdict) -> Reason {
    let world = way.fabric.world;
    let spot = &way.to.spot;
    let what = match way.to.owner {
        Owner::Pods(id, _) => format!("`{}`", world.workload_title(id)),
        Owner::Resource(id) | Owner::NatGateway(id) => format!("`{}`", world.endpoints[id].name),
        Owner::Forwarder(entry_point, number) => entry_point
            .forwarders
            .get(number)
            .map(|forwarder| forwarder.name.clone())
            .unwrap_or_default(),
        Owner::Unknown => packet.destination.to_string(),
    };
    let text = match (
        spot.network.map(|network| &world.networks[network]),
        spot.subnet,
    ) {
        (None, _) => format!("{what} is in no network of the input"),
        (Some(network), _) if !network.known => format!(
            "{what} would be in `{}`, which is not in the input",
            network.name
        ),
        (Some(network), None) => format!("{what} is in no known subnet of `{}`", network.name),
        (Some(_), Some(subnet)) => format!("{what} may stand in `{}`", world.subnets[subnet].name),
    };
    let network = spot
        .network
        .map(|network| world.networks[network].doubt.clone())
        .unwrap_or_default();
    Reason::new(text)
        .at(spot.origin.as_ref())
        .unless(&spot.doubt)
        .unless(&network)
}
