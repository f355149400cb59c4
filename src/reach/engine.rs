//! The door of the room.

use super::policy::Judge;
use super::{Direction, NamespaceStanding, Standing};
use crate::model::{Id, Namespace, Workload, World};

/// Answers questions about one [`World`].
pub struct Engine<'w> {
    world: &'w World,
    judge: Judge<'w>,
}

impl<'w> Engine<'w> {
    /// An engine for `world`; what it derives is derived when it is asked for.
    #[must_use]
    pub fn new(world: &'w World) -> Self {
        Engine { world, judge: Judge::new(world) }
    }

    /// The world that it answers for.
    #[must_use]
    pub fn world(&self) -> &'w World {
        self.world
    }

    /// The judge by network policy alone.
    #[must_use]
    pub fn judge(&self) -> &Judge<'w> {
        &self.judge
    }

    /// How one direction of a workload's pods stands under policy.
    #[must_use]
    pub fn standing(&self, workload: Id<Workload>, direction: Direction) -> Standing {
        self.judge.standing(workload, direction)
    }

    /// How a namespace stands under policy.
    #[must_use]
    pub fn namespace_standing(&self, namespace: Id<Namespace>) -> NamespaceStanding {
        self.judge.namespace_standing(namespace)
    }
}
