//! Filters of the interfaces at both ends: what any of them allows, passes.

use super::super::evidence::Evidence;
use super::super::location::Owner;
use super::super::packet_set::{self, PacketSet};
use super::super::path_candidate::PathCandidate;
use super::filter_evidence::Asked;
use crate::model::{
    AddressSet, Bounds, Direction, Endpoint, Id, Reason, Traffic, Verdict, Witness,
};

pub(in crate::reach::path) fn passes_out(
    path: &PathCandidate<'_, '_>,
) -> Option<Bounds<PacketSet>> {
    let filters = path.from.location.filters.as_ref();
    let filters = filters.filter(|filters| !filters.is_empty())?;
    let ends = path.ends(Direction::Egress);
    Some((*path.index.any_of(filters, Direction::Egress, &ends)).clone())
}

pub(in crate::reach::path) fn passes_in(path: &PathCandidate<'_, '_>) -> Option<Bounds<PacketSet>> {
    if opens_only(path).is_some() {
        return Some(Bounds::exact(PacketSet::none()));
    }
    let filters = path.to.location.filters.as_ref();
    let filters = filters.filter(|filters| !filters.is_empty())?;
    let sender = path.from.owner.forwarder();
    if sender.is_some_and(|forwarder| forwarder.admitted.is_some()) {
        return Some(Bounds::exact(PacketSet::of(
            AddressSet::all(),
            AddressSet::all(),
            Traffic::all(),
        )));
    }
    let ends = path.ends(Direction::Ingress);
    let passes = (*path.index.any_of(filters, Direction::Ingress, &ends)).clone();
    Some(match path.may_bypass() {
        Some(_) => Bounds {
            must: passes.must,
            ..packet_set::unknown()
        },
        None => passes,
    })
}

pub(in crate::reach::path) fn evidence_out(
    path: &PathCandidate<'_, '_>,
    packet: &Witness,
    verdict: Verdict,
) -> Evidence {
    evidence(path, Direction::Egress, packet, verdict)
}

pub(in crate::reach::path) fn evidence_in(
    path: &PathCandidate<'_, '_>,
    packet: &Witness,
    verdict: Verdict,
) -> Evidence {
    let sender = path.from.owner.forwarder();
    if let Some(note) = sender.and_then(|forwarder| forwarder.admitted.as_ref()) {
        return Evidence::noted(note, Reason::Admitted);
    }
    if let Some(id) = opens_only(path) {
        let origin = path.index.world.endpoints[id].origin.as_ref();
        return Evidence::new(Reason::OnlyOpens(id)).at(origin);
    }
    if let (Some((border, doubt)), Verdict::Possible) = (path.may_bypass(), verdict) {
        return Evidence::new(Reason::PastFilters(border)).unless(doubt);
    }
    evidence(path, Direction::Ingress, packet, verdict)
}

/// The resource at the far end, where it takes no connections.
fn opens_only(path: &PathCandidate<'_, '_>) -> Option<Id<Endpoint>> {
    match path.to.owner {
        Owner::Resource(id) if path.index.world.endpoints[id].opens_only => Some(id),
        _ => None,
    }
}

/// What decides at the interface that a packet leaves by or arrives at.
fn evidence(
    path: &PathCandidate<'_, '_>,
    direction: Direction,
    packet: &Witness,
    verdict: Verdict,
) -> Evidence {
    let own = match direction {
        Direction::Egress => path.from,
        Direction::Ingress => path.to,
    };
    let asked = Asked {
        index: path.index,
        direction,
        ends: &path.ends(direction),
        packet,
    };
    asked.any_of(own.location.filters.as_deref().unwrap_or_default(), verdict)
}
