//! What paths ask of network policies.

use super::evidence::Evidence;
use crate::model::{
    AddressSet, Bounds, Direction, FlowSet, Hop, Id, Traffic, Verdict, Witness, Workload,
};
use crate::reach::policy::{Far, Judged, PolicyEvaluator};

/// Whether workloads of a [`PodPolicies::kind`] may be sent anything.
pub(in crate::reach) type Receivers<'e> = Box<dyn Fn(usize) -> bool + 'e>;

/// What network policies say about pods. ([`PolicyEvaluator`]; tests put something simpler in its place.)
pub(in crate::reach) trait PodPolicies {
    /// What passes between pods and addresses outside their cluster, by the address; where the pods stand in the way of
    /// that position among [`Workload::pod_placements`], or in some.
    fn outside(
        &self,
        workload: Id<Workload>,
        direction: Direction,
        pod_placement: Option<usize>,
    ) -> Judged<FlowSet>;

    /// What passes from a node of the cluster, which has one of the addresses, to pods that stand so; by the address.
    fn by_node(
        &self,
        workload: Id<Workload>,
        pod_placement: Option<usize>,
        node: &AddressSet,
    ) -> Bounds<FlowSet>;

    /// How surely one workload's pods can open a connection to another's of the same cluster.
    fn connects(&self, from: Id<Workload>, to: Id<Workload>) -> Verdict;

    /// A test by [`PodPolicies::kind`] whether workloads of the same cluster may be sent anything; none where policies exclude none.
    fn receivers(&self, from: Id<Workload>) -> Option<Receivers<'_>>;

    /// Workloads of one cluster with the same number are alike to its policies; none for one that is like no other.
    fn kind(&self, workload: Id<Workload>) -> Option<usize>;

    /// Why a packet from or to such an address passes or does not.
    fn evidence(
        &self,
        workload: Id<Workload>,
        direction: Direction,
        pod_placement: Option<usize>,
        packet: &Witness,
    ) -> Evidence;

    /// Why a packet from a node of the cluster passes (as the verdict says) or does not.
    fn evidence_of_node(
        &self,
        workload: Id<Workload>,
        pod_placement: Option<usize>,
        packet: &Witness,
        verdict: Verdict,
    ) -> Evidence;
}

impl PodPolicies for PolicyEvaluator<'_> {
    fn outside(
        &self,
        workload: Id<Workload>,
        direction: Direction,
        pod_placement: Option<usize>,
    ) -> Judged<FlowSet> {
        PolicyEvaluator::outside(self, workload, direction, pod_placement)
    }

    fn connects(&self, from: Id<Workload>, to: Id<Workload>) -> Verdict {
        PolicyEvaluator::connects(self, from, to)
    }

    fn receivers(&self, from: Id<Workload>) -> Option<Receivers<'_>> {
        PolicyEvaluator::receivers(self, from)
    }

    fn kind(&self, workload: Id<Workload>) -> Option<usize> {
        PolicyEvaluator::kind(self, workload)
    }

    fn evidence(
        &self,
        workload: Id<Workload>,
        direction: Direction,
        pod_placement: Option<usize>,
        packet: &Witness,
    ) -> Evidence {
        let far = AddressSet::single(if direction == Direction::Egress {
            packet.destination
        } else {
            packet.source
        });
        let traffic = Traffic::ports(packet.protocol, packet.port, packet.port);
        of_hop(self.hop(
            workload,
            direction,
            pod_placement,
            Far::Outside(&far),
            &traffic,
        ))
    }

    fn by_node(
        &self,
        workload: Id<Workload>,
        pod_placement: Option<usize>,
        node: &AddressSet,
    ) -> Bounds<FlowSet> {
        let as_node = self
            .with_node(workload, Direction::Ingress, pod_placement, node)
            .bounds;
        let as_address =
            PolicyEvaluator::outside(self, workload, Direction::Ingress, pod_placement)
                .bounds
                .must;
        let from_any = |traffic: &Traffic| FlowSet::of(AddressSet::all(), traffic.clone());
        let may = from_any(&as_node.may);
        // Rules that name addresses tell one node from another, rules that name nodes do not: what passes by both passes.
        let must = as_address
            .intersection(&may)
            .union(&from_any(&as_node.must));
        Bounds { must, may }
    }

    fn evidence_of_node(
        &self,
        workload: Id<Workload>,
        pod_placement: Option<usize>,
        packet: &Witness,
        verdict: Verdict,
    ) -> Evidence {
        let node = AddressSet::single(packet.source);
        let traffic = Traffic::ports(packet.protocol, packet.port, packet.port);
        let as_node = self.hop(
            workload,
            Direction::Ingress,
            pod_placement,
            Far::Node(&node),
            &traffic,
        );
        if as_node.verdict < verdict {
            self.evidence(workload, Direction::Ingress, pod_placement, packet)
        } else {
            of_hop(as_node)
        }
    }
}

fn of_hop(hop: Hop) -> Evidence {
    Evidence {
        reason: hop.reason,
        origin: hop.origin,
        assumed: hop.assumed,
        doubt: hop.gaps.into_iter().collect(),
    }
}
