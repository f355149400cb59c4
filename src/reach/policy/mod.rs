//! What network policies of a cluster let pass, exactly and with both bounds.

use crate::model::World;

/// Judges by network policy alone, for all clusters of a world.
pub struct Judge<'w> {
    world: &'w World,
}

impl<'w> Judge<'w> {
    /// A judge for `world`.
    #[must_use]
    pub fn new(world: &'w World) -> Self {
        Judge { world }
    }

    /// The world that it judges.
    #[must_use]
    pub fn world(&self) -> &'w World {
        self.world
    }
}
