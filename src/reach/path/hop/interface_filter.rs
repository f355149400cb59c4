//! Filters of the interfaces at both ends: what any of them allows, passes.

use super::super::evidence::Evidence;
use super::super::packet_set::PacketSet;
use super::super::path_candidate::PathCandidate;
use super::filter_evidence::Asked;
use crate::model::{AddressSet, Bounds, Direction, Reason, Traffic, Verdict, Witness};

pub(in crate::reach::path) fn passes_out(
    path: &PathCandidate<'_, '_>,
) -> Option<Bounds<PacketSet>> {
    let filters = path.from.location.filters.as_ref();
    let filters = filters.filter(|filters| !filters.is_empty())?;
    let ends = path.ends(Direction::Egress);
    Some((*path.index.any_of(filters, Direction::Egress, &ends)).clone())
}

pub(in crate::reach::path) fn passes_in(path: &PathCandidate<'_, '_>) -> Option<Bounds<PacketSet>> {
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
    Some((*path.index.any_of(filters, Direction::Ingress, &ends)).clone())
}

pub(in crate::reach::path) fn evidence_out(
    path: &PathCandidate<'_, '_>,
    packet: &Witness,
    verdict: Verdict,
) -> Evidence {
    let asked = Asked {
        index: path.index,
        direction: Direction::Egress,
        ends: &path.ends(Direction::Egress),
        packet,
    };
    let filters = path.from.location.filters.as_deref();
    asked.any_of(filters.unwrap_or_default(), verdict)
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
    let asked = Asked {
        index: path.index,
        direction: Direction::Ingress,
        ends: &path.ends(Direction::Ingress),
        packet,
    };
    let filters = path.to.location.filters.as_deref();
    asked.any_of(filters.unwrap_or_default(), verdict)
}
