//! One question answered by network policy alone.

use super::{Far, PolicyEvaluator};
use crate::model::{
    AddressSet, Bounds, Direction, Gap, Hop, HopKind, Id, Reason, Traffic, Trail, Verdict, Workload,
};
use crate::reach::Party;

impl PolicyEvaluator<'_> {
    /// What of `traffic` passes by policy alone, with the policies of the source's side and then those of the destination's
    /// as hops. Pods of two clusters are addresses outside to each other; what is known of their addresses counts.
    ///
    /// None where neither end is a workload.
    #[must_use]
    pub fn explain(&self, from: &Party, to: &Party, traffic: &Traffic) -> Option<Trail> {
        let (passing, hops) = match (from, to) {
            (Party::Workload(from), Party::Workload(to)) if from == to => {
                (Bounds::exact(traffic.clone()), vec![self.to_itself(*from)])
            }
            (Party::Workload(from), Party::Workload(to)) if self.same_cluster(*from, *to) => {
                let judged = self
                    .between(*from, *to)
                    .bounds
                    .map(|own| own.intersection(traffic));
                let out = self.hop(*from, Direction::Egress, None, Far::Workload(*to), traffic);
                let left = self
                    .side_of_pair(*from, Direction::Egress, *to)
                    .bounds
                    .may
                    .intersection(traffic);
                (
                    judged,
                    vec![
                        out,
                        self.hop(*to, Direction::Ingress, None, Far::Workload(*from), &left),
                    ],
                )
            }
            (Party::Workload(pod), Party::Addresses(far)) => {
                self.with_addresses(*pod, Direction::Egress, far, traffic)
            }
            (Party::Addresses(far), Party::Workload(pod)) => {
                self.with_addresses(*pod, Direction::Ingress, far, traffic)
            }
            _ => return None,
        };
        let (verdict, traffic) = match () {
            () if !passing.must.is_empty() => (Verdict::Reachable, passing.must),
            () if !passing.may.is_empty() => (Verdict::Possible, passing.may),
            () => (Verdict::Blocked, Traffic::none()),
        };
        Some(explained(verdict, traffic, hops))
    }

    /// A pod and itself: no packet of that leaves the pod (kubernetes.io "Network Policies": a pod cannot block access to itself).
    fn to_itself(&self, pod: Id<Workload>) -> Hop {
        Hop {
            kind: HopKind::PolicyEgress,
            verdict: Verdict::Reachable,
            reason: Reason::Itself(pod),
            origin: Some(self.world.workloads[pod].origin.clone()),
            assumed: false,
            gaps: Vec::new(),
        }
    }

    fn same_cluster(&self, one: Id<Workload>, other: Id<Workload>) -> bool {
        self.world.workloads[one].cluster == self.world.workloads[other].cluster
    }

    fn with_addresses(
        &self,
        pod: Id<Workload>,
        direction: Direction,
        far: &AddressSet,
        traffic: &Traffic,
    ) -> (Bounds<Traffic>, Vec<Hop>) {
        let judged = self
            .outside(pod, direction, None)
            .bounds
            .map(|flows| flows.any_of(far).intersection(traffic));
        (
            judged,
            vec![self.hop(pod, direction, None, Far::Outside(far), traffic)],
        )
    }
}

/// The trail: up to the first hop that stops the flow.
fn explained(verdict: Verdict, traffic: Traffic, mut hops: Vec<Hop>) -> Trail {
    if let Some(stop) = hops.iter().position(|hop| hop.verdict == Verdict::Blocked) {
        hops.truncate(stop + 1);
    }
    let mut gaps: Vec<Id<Gap>> = hops
        .iter()
        .flat_map(|hop| hop.gaps.iter().copied())
        .collect();
    gaps.sort_unstable();
    gaps.dedup();
    Trail {
        verdict,
        traffic,
        hops,
        gaps,
    }
}
