//! What network policies of a cluster let pass, exactly and with both bounds.
//!
//! Semantics: the tiers of [`Policy`](crate::model::Policy); a connection between two pods needs egress of the one and
//! ingress of the other; replies always pass. Pods on the host network are outside of policy, and as peers they are nodes
//! (kubernetes.io "Network Policies"), which the pods of the same node always let in. Where nothing enforces policies, they let everything pass.
//!
//! Pods that no policy can tell apart are one class (`pods`). Each selector and peer is looked up once for all classes
//! (`peers`); each class has a program of steps per direction (`program`); a fold over the steps decides for all
//! packets at once (`fold`).

mod account;
mod between;
mod bits;
mod cluster;
mod flows;
mod fold;
mod groups;
mod hop;
mod inwards;
mod isolation;
mod isolation_status;
mod membership;
mod node_pools;
mod outside;
mod own_node;
mod pairs;
mod peers;
mod pods;
mod program;
mod regime;
mod remark;
mod selector_index;
mod service_verdicts;
mod services;
#[cfg(test)]
mod tests;
mod trail;
mod verdicts;
mod vocabulary;
mod workload_index;

use crate::model::{
    AddressSet, Bounds, Direction, Doubt, FlowSet, Id, Traffic, Verdict, Workload, World,
};
use crate::reach::IsolationStatus;
pub use account::Far;
use cluster::ClusterPolicies;
pub use fold::Judged;
use verdicts::in_some_placement;
use workload_index::WorkloadIndex;

/// Judges by network policy alone, for all clusters of a world.
pub struct PolicyEvaluator<'w> {
    world: &'w World,
    clusters: Vec<ClusterPolicies<'w>>,
    workloads: WorkloadIndex<'w>,
    /// That of pods that no policy can select.
    free: IsolationStatus,
}

impl<'w> PolicyEvaluator<'w> {
    /// A judge for `world`.
    #[must_use]
    pub fn new(world: &'w World) -> Self {
        PolicyEvaluator {
            world,
            clusters: world
                .clusters
                .ids()
                .map(|id| ClusterPolicies::new(world, id))
                .collect(),
            workloads: WorkloadIndex::new(world),
            free: IsolationStatus {
                isolated: Bounds::exact(false),
                by: Vec::new(),
                nullified: None,
                doubt: Doubt::none(),
            },
        }
    }

    /// The world that it judges.
    #[must_use]
    pub fn world(&self) -> &'w World {
        self.world
    }

    /// The number of the workload's kind in its cluster: workloads of one kind are alike to all policies.
    pub(in crate::reach) fn kind(&self, workload: Id<Workload>) -> Option<usize> {
        self.cluster(workload)
            .and_then(|cluster| cluster.kind_of(workload))
    }

    /// How surely one workload can open a connection to another of the same cluster, by the policies of both.
    pub(in crate::reach) fn connects(&self, from: Id<Workload>, to: Id<Workload>) -> Verdict {
        self.cluster(from)
            .map_or(Verdict::Reachable, |cluster| cluster.connects(from, to))
    }

    /// A test whether a workload may send anything to workloads of a kind of its cluster; none where policies exclude no kind.
    pub(in crate::reach) fn receivers(
        &self,
        from: Id<Workload>,
    ) -> Option<Box<dyn Fn(usize) -> bool + '_>> {
        let cluster = self.cluster(from)?;
        let kinds = cluster.receivers(cluster.kind_of(from)?)?;
        Some(Box::new(move |kind| kinds.contains(kind)))
    }

    fn cluster(&self, workload: Id<Workload>) -> Option<&ClusterPolicies<'w>> {
        self.clusters
            .get(self.world.workloads[workload].cluster.index())
    }

    /// What the policies of a workload's cluster let pass between it and addresses that are neither pod nor node of the
    /// cluster. `pod_placement`: only where the pods stand so (position in [`Workload::pod_placements`]); none: in some place that the
    /// pods may have.
    #[must_use]
    pub fn outside(
        &self,
        workload: Id<Workload>,
        direction: Direction,
        pod_placement: Option<usize>,
    ) -> Judged<FlowSet> {
        let Some(cluster) = self.cluster(workload) else {
            return Judged::default();
        };
        let placements = cluster.placements(workload, pod_placement);
        let outcomes: Vec<_> = placements
            .iter()
            .map(|placement| {
                (
                    cluster.outside_of(placement, direction),
                    placement.doubt.clone(),
                )
            })
            .collect();
        in_some_placement(&outcomes)
    }

    /// What passes towards addresses outside, by destination; as [`PolicyEvaluator::outside`].
    #[must_use]
    pub fn egress(&self, workload: Id<Workload>) -> Bounds<FlowSet> {
        self.outside(workload, Direction::Egress, None).bounds
    }

    /// What passes from addresses outside, by source; as [`PolicyEvaluator::outside`].
    #[must_use]
    pub fn ingress(&self, workload: Id<Workload>) -> Bounds<FlowSet> {
        self.outside(workload, Direction::Ingress, None).bounds
    }

    /// What passes between a workload and a node of its cluster that has one of the addresses (none: nothing is known of
    /// them); `pod_placement` as in [`PolicyEvaluator::outside`].
    #[must_use]
    pub fn with_node(
        &self,
        workload: Id<Workload>,
        direction: Direction,
        pod_placement: Option<usize>,
        node: &AddressSet,
    ) -> Judged<Traffic> {
        let Some(cluster) = self.cluster(workload) else {
            return Judged::default();
        };
        let placements = cluster.placements(workload, pod_placement);
        let outcomes: Vec<_> = placements
            .iter()
            .map(|placement| {
                (
                    cluster.with_node(placement, direction, node),
                    placement.doubt.clone(),
                )
            })
            .collect();
        in_some_placement(&outcomes)
    }

    /// What passes from one workload to another of the same cluster, by the policies of both; nothing where the clusters
    /// differ, since a pod of another cluster is an address outside.
    #[must_use]
    pub fn between(&self, from: Id<Workload>, to: Id<Workload>) -> Judged<Traffic> {
        let same = self.world.workloads[from].cluster == self.world.workloads[to].cluster;
        self.cluster(from)
            .filter(|_| same)
            .map(|cluster| cluster.between(from, to))
            .unwrap_or_default()
    }

    /// What one workload's policies alone let pass between it and another of its cluster.
    fn side_of_pair(
        &self,
        own: Id<Workload>,
        direction: Direction,
        other: Id<Workload>,
    ) -> Judged<Traffic> {
        let Some(cluster) = self.cluster(own) else {
            return Judged::default();
        };
        let (placements, others) = (
            cluster.placements(own, None),
            cluster.placements(other, None),
        );
        let pairs = placements
            .iter()
            .flat_map(|a| others.iter().map(move |b| (a, b)));
        let outcomes: Vec<_> = pairs
            .map(|(a, b)| {
                (
                    cluster.verdict(cluster.answer(direction, a.class, b.class)),
                    a.doubt.and(&b.doubt),
                )
            })
            .collect();
        in_some_placement(&outcomes)
    }
}
