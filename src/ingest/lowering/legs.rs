//! The legs of a border.

use super::Lowering;
use crate::model::{AddressSet, Border, Doubt, Id, Leg, Network};

impl<L> Lowering<'_, L> {
    /// Adds legs both ways between two networks, each with the addresses that it has on this border.
    pub fn join(
        &mut self,
        border: Id<Border>,
        near: (Id<Network>, &AddressSet),
        far: (Id<Network>, &AddressSet),
        doubt: &Doubt,
    ) {
        let leg = |(from, sources): (_, &AddressSet), (to, destinations): (_, &AddressSet)| Leg {
            from,
            entry: None,
            to,
            sources: sources.clone(),
            destinations: destinations.clone(),
            filters: Vec::new(),
            unjudged: Vec::new(),
            may_bypass: Vec::new(),
            keeps_members: Vec::new(),
            doubt: doubt.clone(),
            relay: None,
            because: Vec::new(),
        };
        let legs = [leg(near, far), leg(far, near)];
        self.world.borders[border].legs.extend(legs);
    }
}
