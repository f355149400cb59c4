//! Filters at a subnet's edge (network ACLs): judged when a packet leaves or enters the subnet, each of
//! them, and inside it only where the subnet says so.

use super::filter_text;
use super::region::{self, Region};
use super::way::{Reason, Way};
use crate::model::{Bounds, Crossing, Id, Subnet, Verdict};
use crate::reach::Witness;

pub(super) fn passes_out(way: &Way<'_, '_>) -> Option<Bounds<Region>> {
    passes(way, way.from.spot.subnet, Crossing::Egress)
}

pub(super) fn passes_in(way: &Way<'_, '_>) -> Option<Bounds<Region>> {
    if way.border.stands_in(way.to.spot.subnet) {
        return None;
    }
    passes(way, way.to.spot.subnet, Crossing::Ingress)
}

fn passes(
    way: &Way<'_, '_>,
    subnet: Option<Id<Subnet>>,
    crossing: Crossing,
) -> Option<Bounds<Region>> {
    let subnet = &way.fabric.world.subnets[subnet?];
    if way.same_subnet() && !subnet.filters_inside {
        return None;
    }
    if !subnet.doubt.is_certain() {
        return Some(region::unknown());
    }
    if subnet.filters.is_empty() {
        return None;
    }
    Some(
        way.fabric
            .each_of(&subnet.filters, crossing, &way.ends(crossing), |_| true),
    )
}

pub(super) fn reason_out(way: &Way<'_, '_>, packet: &Witness, verdict: Verdict) -> Reason {
    reason(way, way.from.spot.subnet, Crossing::Egress, packet, verdict)
}

pub(super) fn reason_in(way: &Way<'_, '_>, packet: &Witness, verdict: Verdict) -> Reason {
    reason(way, way.to.spot.subnet, Crossing::Ingress, packet, verdict)
}

fn reason(
    way: &Way<'_, '_>,
    subnet: Option<Id<Subnet>>,
    crossing: Crossing,
    packet: &Witness,
    verdict: Verdict,
) -> Reason {
    let Some(subnet) = subnet.map(|id| &way.fabric.world.subnets[id]) else {
        return Reason::default();
    };
    if !subnet.doubt.is_certain() {
        return Reason::new(format!("what `{}` filters is not certain", subnet.name))
            .at(subnet.origin.as_ref())
            .unless(&subnet.doubt);
    }
    filter_text::each_of(
        way.fabric,
        &subnet.filters,
        crossing,
        &way.ends(crossing),
        packet,
        verdict,
    )
}
