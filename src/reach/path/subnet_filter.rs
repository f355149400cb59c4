//! Filters at a subnet's edge (network ACLs): judged when a packet leaves or enters the subnet, each of
//! them, and inside it only where the subnet says so.

use super::filter_evidence::Asked;
use super::region::{self, Region};
use super::way::{Evidence, Way};
use crate::model::{Bounds, Direction, Id, Reason, Subnet, Verdict, Witness};

pub(super) fn passes_out(way: &Way<'_, '_>) -> Option<Bounds<Region>> {
    passes(way, way.from.spot.subnet, Direction::Egress)
}

pub(super) fn passes_in(way: &Way<'_, '_>) -> Option<Bounds<Region>> {
    if way.border.stands_in(way.to.spot.subnet) {
        return None;
    }
    passes(way, way.to.spot.subnet, Direction::Ingress)
}

fn passes(
    way: &Way<'_, '_>,
    subnet: Option<Id<Subnet>>,
    direction: Direction,
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
    let ends = way.ends(direction);
    let passes = way.fabric.each_of(&subnet.filters, direction, &ends);
    Some((*passes).clone())
}

pub(super) fn evidence_out(way: &Way<'_, '_>, packet: &Witness, verdict: Verdict) -> Evidence {
    evidence(
        way,
        way.from.spot.subnet,
        Direction::Egress,
        packet,
        verdict,
    )
}

pub(super) fn evidence_in(way: &Way<'_, '_>, packet: &Witness, verdict: Verdict) -> Evidence {
    evidence(way, way.to.spot.subnet, Direction::Ingress, packet, verdict)
}

fn evidence(
    way: &Way<'_, '_>,
    subnet: Option<Id<Subnet>>,
    direction: Direction,
    packet: &Witness,
    verdict: Verdict,
) -> Evidence {
    let Some(id) = subnet else {
        return Evidence::new(Reason::Unproved);
    };
    let subnet = &way.fabric.world.subnets[id];
    if !subnet.doubt.is_certain() {
        return Evidence::new(Reason::SubnetFiltersUnknown(id))
            .at(subnet.origin.as_ref())
            .unless(&subnet.doubt);
    }
    let asked = Asked {
        fabric: way.fabric,
        direction,
        ends: &way.ends(direction),
        packet,
    };
    asked.each_of(&subnet.filters, verdict)
}
