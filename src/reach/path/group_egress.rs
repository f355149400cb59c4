//! Filters of the source's interface (security groups): what any of them lets out, leaves.

use super::filter_text;
use super::region::Region;
use super::way::{Reason, Way};
use crate::model::{Bounds, Crossing, Verdict};
use crate::reach::Witness;

pub(super) fn passes(way: &Way<'_, '_>) -> Option<Bounds<Region>> {
    let filters = way.from.spot.filters.as_ref().filter(|filters| !filters.is_empty())?;
    let peer = way.fabric.peer(&way.to.spot, way.border.keeps_members());
    Some(way.fabric.any_of(filters, Crossing::Egress, &peer).map(Region::towards))
}

pub(super) fn reason(way: &Way<'_, '_>, packet: &Witness, _: Verdict) -> Reason {
    let peer = way.fabric.peer(&way.to.spot, way.border.keeps_members());
    let filters = way.from.spot.filters.as_deref().unwrap_or_default();
    filter_text::any_of(way.fabric, filters, Crossing::Egress, &peer, packet)
}
