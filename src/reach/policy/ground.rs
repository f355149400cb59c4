//! On which nodes pods may run.

use crate::model::{Attachment, PodPlacement, Workload};
use rustc_hash::FxHashMap;

/// On which nodes pods may run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Ground {
    /// On any, as far as the input tells.
    Any,
    /// On those of a pool, by number.
    Pool(usize),
    /// On none: the provider runs them without nodes.
    None,
}

impl Ground {
    /// Whether both may be on one node.
    pub(super) fn meets(self, other: Ground) -> bool {
        match (self, other) {
            (Ground::None, _) | (_, Ground::None) => false,
            (Ground::Pool(own), Ground::Pool(other)) => own == other,
            (Ground::Any, _) | (_, Ground::Any) => true,
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
    pub(super) fn ground(&mut self, pod_placement: Option<&'w PodPlacement>) -> Ground {
        let Some(pod_placement) = pod_placement.filter(|_| self.matter) else {
            return Ground::Any;
        };
        let Some(node) = &pod_placement.node else {
            return Ground::None;
        };
        let next = self.numbers.len();
        Ground::Pool(
            *self
                .numbers
                .entry((pod_placement.name.as_str(), node))
                .or_insert(next),
        )
    }
}
