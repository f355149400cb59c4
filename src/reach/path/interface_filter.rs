//! Filters of the interfaces at both ends: what any of them allows, passes.

use super::filter_evidence::Asked;
use super::region::Region;
use super::way::{Evidence, Way};
use crate::model::{AddressSet, Bounds, Direction, Reason, Traffic, Verdict, Witness};

pub(super) fn passes_out(way: &Way<'_, '_>) -> Option<Bounds<Region>> {
    let filters = way.from.spot.filters.as_ref();
    let filters = filters.filter(|filters| !filters.is_empty())?;
    let ends = way.ends(Direction::Egress);
    Some((*way.fabric.any_of(filters, Direction::Egress, &ends)).clone())
}

pub(super) fn passes_in(way: &Way<'_, '_>) -> Option<Bounds<Region>> {
    let filters = way.to.spot.filters.as_ref();
    let filters = filters.filter(|filters| !filters.is_empty())?;
    let sender = way.from.owner.forwarder();
    if sender.is_some_and(|forwarder| forwarder.admitted.is_some()) {
        return Some(Bounds::exact(Region::of(
            AddressSet::all(),
            AddressSet::all(),
            Traffic::all(),
        )));
    }
    let ends = way.ends(Direction::Ingress);
    Some((*way.fabric.any_of(filters, Direction::Ingress, &ends)).clone())
}

pub(super) fn evidence_out(way: &Way<'_, '_>, packet: &Witness, verdict: Verdict) -> Evidence {
    let asked = Asked {
        fabric: way.fabric,
        direction: Direction::Egress,
        ends: &way.ends(Direction::Egress),
        packet,
    };
    let filters = way.from.spot.filters.as_deref();
    asked.any_of(filters.unwrap_or_default(), verdict)
}

pub(super) fn evidence_in(way: &Way<'_, '_>, packet: &Witness, verdict: Verdict) -> Evidence {
    let sender = way.from.owner.forwarder();
    if let Some(note) = sender.and_then(|forwarder| forwarder.admitted.as_ref()) {
        return Evidence::noted(note, Reason::Admitted);
    }
    let asked = Asked {
        fabric: way.fabric,
        direction: Direction::Ingress,
        ends: &way.ends(Direction::Ingress),
        packet,
    };
    let filters = way.to.spot.filters.as_deref();
    asked.any_of(filters.unwrap_or_default(), verdict)
}
