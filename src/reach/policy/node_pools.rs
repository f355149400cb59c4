//! On which nodes pods may run.

use crate::model::{Attachment, PodPlacement, Workload};
use rustc_hash::FxHashMap;

/// On which nodes pods may run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum PossibleNodes {
    /// On any, as far as the input says.
    Any,
    /// On those of a pool, by number.
    Pool(usize),
    /// On none: the provider runs them without nodes.
    None,
}

impl PossibleNodes {
    /// Whether both may be on one node.
    pub(super) fn meets(self, other: PossibleNodes) -> bool {
        match (self, other) {
            (PossibleNodes::None, _) | (_, PossibleNodes::None) => false,
            (PossibleNodes::Pool(own), PossibleNodes::Pool(other)) => own == other,
            (PossibleNodes::Any, _) | (_, PossibleNodes::Any) => true,
        }
    }
}

/// Pools of nodes, by their name and place in the network.
#[derive(Debug, Default)]
pub(super) struct Pools<'w> {
    /// Whether it matters where pods run: some are on the host network.
    matter: bool,
    numbers: FxHashMap<(&'w str, &'w Attachment), usize>,
}

impl<'w> Pools<'w> {
    /// The pools of these workloads.
    pub(super) fn of(mut workloads: impl Iterator<Item = &'w Workload>) -> Self {
        Pools {
            matter: workloads
                .any(|workload| workload.host_network || !workload.outside.is_certain()),
            numbers: FxHashMap::default(),
        }
    }

    /// Where pods of a placement run.
    pub(super) fn node_pools(&mut self, pod_placement: Option<&'w PodPlacement>) -> PossibleNodes {
        let Some(pod_placement) = pod_placement.filter(|_| self.matter) else {
            return PossibleNodes::Any;
        };
        let Some(node) = &pod_placement.node else {
            return PossibleNodes::None;
        };
        let next = self.numbers.len();
        PossibleNodes::Pool(
            *self
                .numbers
                .entry((pod_placement.name.as_str(), node))
                .or_insert(next),
        )
    }
}
