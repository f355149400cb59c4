//! What the resources of a graph became, shared by all clusters of the graph.

use super::Lowering;
use crate::ingest::terraform::Graph;
use crate::model::World;
use std::cell::RefCell;
use std::rc::Rc;

/// What the resources of a graph became. Clones share it: what one cluster enters, the others see.
#[derive(Clone, Debug)]
pub struct SharedLowered<'g, L> {
    graph: &'g Graph,
    lowered: Rc<RefCell<L>>,
}

impl<'g, L: Default> SharedLowered<'g, L> {
    /// What they became once all families have run.
    #[must_use]
    pub fn new(graph: &'g Graph, lowered: L) -> Self {
        SharedLowered {
            graph,
            lowered: Rc::new(RefCell::new(lowered)),
        }
    }

    /// Runs something that looks things up among the resources, and may enter more. It must not come back here.
    pub fn with<T>(&self, world: &mut World, run: impl FnOnce(&mut Lowering<'_, L>) -> T) -> T {
        let mut lowering = Lowering {
            graph: self.graph,
            world,
            lowered: self.lowered.take(),
        };
        let out = run(&mut lowering);
        self.lowered.replace(lowering.lowered);
        out
    }
}
