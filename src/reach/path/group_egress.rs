//! Filters of the source's interface (security groups): what any of them lets out, leaves.

use super::filter_text;
use super::region::Region;
use super::way::{Reason, Way};
use crate::model::{Bounds, Crossing, Verdict};
use crate::reach::Witness;

pub(super) fn passes(way: &Way<'_, '_>) -> Option<Bounds<Region>> {
    let filters = way
        .from
        .spot
        .filters
        .as_ref()
        .filter(|filters| !filters.is_empty())?;
    let ends = way.ends(Crossing::Egress);
    Some(way.fabric.any_of(filters, Crossing::Egress, &ends))
}

pub(super) fn reason(way: &Way<'_, '_>, packet: &Witness, _: Verdict) -> Reason {
    let ends = way.ends(Crossing::Egress);
    let filters = way.from.spot.filters.as_deref().unwrap_or_default();
    filter_text::any_of(way.fabric, filters, Crossing::Egress, &ends, packet)
}
