//! Filters of the destination's interface (security groups): what any of them admits, arrives.

use super::filter_text;
use super::region::Region;
use super::way::{Reason, Way};
use crate::model::{AddressSet, Bounds, Crossing, Traffic, Verdict};
use crate::reach::Witness;

pub(super) fn passes(way: &Way<'_, '_>) -> Option<Bounds<Region>> {
    let filters = way
        .to
        .spot
        .filters
        .as_ref()
        .filter(|filters| !filters.is_empty())?;
    if way
        .from
        .owner
        .forwarder()
        .is_some_and(|forwarder| forwarder.admitted.is_some())
    {
        return Some(Bounds::exact(Region::of(
            AddressSet::all(),
            AddressSet::all(),
            Traffic::all(),
        )));
    }
    let ends = way.ends(Crossing::Ingress);
    Some(way.fabric.any_of(filters, Crossing::Ingress, &ends))
}

pub(super) fn reason(way: &Way<'_, '_>, packet: &Witness, _: Verdict) -> Reason {
    if let Some(note) = way
        .from
        .owner
        .forwarder()
        .and_then(|forwarder| forwarder.admitted.as_ref())
    {
        return Reason::note(note);
    }
    let ends = way.ends(Crossing::Ingress);
    let filters = way.to.spot.filters.as_deref().unwrap_or_default();
    filter_text::any_of(way.fabric, filters, Crossing::Ingress, &ends, packet)
}
