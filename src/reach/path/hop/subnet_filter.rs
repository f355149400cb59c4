//! Filters at a subnet's edge (network ACLs): judged when a packet leaves or enters the subnet, each of
//! them, and inside it only where the subnet says so. A relay that stands in the subnet, or may, is inside of it, and so may be what
//! is not judged and carries packets from one network to another.

use super::super::evidence::Evidence;
use super::super::packet_set::{self, PacketSet};
use super::super::path_candidate::{PathCandidate, PathKind};
use super::filter_evidence::Asked;
use super::route;
use crate::model::{
    AddressSet, Bounds, Direction, Filter, Id, Reason, Subnet, Traffic, Verdict, Witness,
};

pub(in crate::reach::path) fn passes_out(
    path: &PathCandidate<'_, '_>,
) -> Option<Bounds<PacketSet>> {
    passes(path, path.from.location.subnet, Direction::Egress)
}

pub(in crate::reach::path) fn passes_in(path: &PathCandidate<'_, '_>) -> Option<Bounds<PacketSet>> {
    if path.border.stands_in(path.to.location.subnet) {
        return None;
    }
    let passes = passes(path, path.to.location.subnet, Direction::Ingress)?;
    Some(match path.may_bypass() {
        Some(_) => Bounds {
            must: passes.must,
            ..packet_set::unknown()
        },
        None => passes,
    })
}

fn passes(
    path: &PathCandidate<'_, '_>,
    subnet: Option<Id<Subnet>>,
    direction: Direction,
) -> Option<Bounds<PacketSet>> {
    let subnet = &path.index.world.subnets[subnet?];
    if path.same_subnet() && !subnet.filters_inside {
        return None;
    }
    if !subnet.doubt.is_certain() {
        return Some(packet_set::unknown());
    }
    if subnet.filters.is_empty() {
        return None;
    }
    let ends = path.ends(direction);
    let passes = path.index.each_of(&subnet.filters, direction, &ends);
    Some(match inside(path, subnet, direction) {
        Some(inside) => Bounds {
            must: passes.must.clone(),
            may: passes.may.union(&inside),
        },
        None => (*passes).clone(),
    })
}

/// What may go between the end of a way in a subnet and something inside of it that takes packets up, past what filters at the edge.
fn inside(
    path: &PathCandidate<'_, '_>,
    subnet: &Subnet,
    direction: Direction,
) -> Option<PacketSet> {
    if subnet.filters_inside {
        return None;
    }
    let relay = path.border.relay();
    let is_taken = || route::passes(path).is_none_or(|passes| !passes.may.is_empty());
    if relay.is_none() && !(path.may_hide_source() && is_taken()) {
        return None;
    }
    let all = AddressSet::all();
    let (sources, destinations) = match (direction, relay) {
        (Direction::Egress, Some(relay)) => (all, relay.listens.intersection(&subnet.addresses)),
        (Direction::Egress, None) => (all.clone(), all),
        (Direction::Ingress, Some(relay)) => (relay.sends.intersection(&subnet.addresses), all),
        (Direction::Ingress, None) => (subnet.addresses.clone(), all),
    };
    Some(PacketSet::of(sources, destinations, Traffic::all()))
}

pub(in crate::reach::path) fn evidence_out(
    path: &PathCandidate<'_, '_>,
    packet: &Witness,
    verdict: Verdict,
) -> Evidence {
    evidence(
        path,
        path.from.location.subnet,
        Direction::Egress,
        packet,
        verdict,
    )
}

pub(in crate::reach::path) fn evidence_in(
    path: &PathCandidate<'_, '_>,
    packet: &Witness,
    verdict: Verdict,
) -> Evidence {
    if let (Some((border, doubt)), Verdict::Possible) = (path.may_bypass(), verdict) {
        return Evidence::new(Reason::PastFilters(border)).unless(doubt);
    }
    evidence(
        path,
        path.to.location.subnet,
        Direction::Ingress,
        packet,
        verdict,
    )
}

fn evidence(
    path: &PathCandidate<'_, '_>,
    subnet: Option<Id<Subnet>>,
    direction: Direction,
    packet: &Witness,
    verdict: Verdict,
) -> Evidence {
    let Some(id) = subnet else {
        return Evidence::new(Reason::Unproved);
    };
    let subnet = &path.index.world.subnets[id];
    if !subnet.doubt.is_certain() {
        return Evidence::new(Reason::SubnetFiltersUnknown(id))
            .at(subnet.origin.as_ref())
            .unless(&subnet.doubt);
    }
    let asked = Asked {
        index: path.index,
        direction,
        ends: &path.ends(direction),
        packet,
    };
    let stops = |filter: &Id<Filter>| asked.answer(*filter) == Verdict::Blocked;
    if verdict == Verdict::Blocked || !subnet.filters.iter().any(stops) {
        return asked.each_of(&subnet.filters, verdict);
    }
    match path.border {
        PathKind::Over(border, _, leg) => {
            Evidence::new(Reason::PastFilters(border)).unless(&leg.doubt)
        }
        _ => Evidence::new(Reason::SubnetFiltersUnknown(id)).at(subnet.origin.as_ref()),
    }
}
