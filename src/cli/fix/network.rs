//! What changes of the network bear on beside what pods send and get, and how they are told.

use super::world::World;
use crate::fix::{Between, Means};
use crate::model::{AddressSet, Amendment};
use crate::reach::Engine;
use crate::report::NarrowedRow;

/// Whether resources reach each other as before a change of the network.
pub(super) fn resources_keep(
    by: Means,
    before: &Engine<'_>,
    amendments: &[Amendment],
    after: &World,
) -> Result<(), String> {
    if by == Means::Policy {
        return Ok(());
    }
    let between = Between::of(before, amendments);
    let between = between.ok_or(
        "so many resources stand behind it that what they send each other is not compared",
    )?;
    between
        .stays(&after.engine())
        .map_err(|why| why.to_string())
}

/// What a change of the network makes of a rule or route.
pub(super) fn narrowed(amendment: &Amendment) -> Option<NarrowedRow> {
    let words = |set: &AddressSet| {
        if set.is_empty() {
            String::new()
        } else {
            set.to_string()
        }
    };
    match amendment {
        Amendment::Restrict(own) => Some(NarrowedRow {
            rule: own.origin.address.to_string(),
            before: words(&own.before),
            after: words(&own.after),
        }),
        Amendment::Remove(_)
        | Amendment::Separate(_)
        | Amendment::Narrow(_)
        | Amendment::Enforce(_) => None,
    }
}
