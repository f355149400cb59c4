//! All flows that network policy alone lets pass.

use super::Judge;
use super::fold::{Judged, Region};
use crate::model::{AddressSet, Doubt, Id, Traffic, Verdict, Workload};
use crate::reach::{Direction, Flow, Party};

impl Judge<'_> {
    /// Pods to pods of one cluster, then pods to and from addresses outside: once for each pair and certainty, a
    /// workload's flow to itself left out. In the order of the world: by source, then by destination.
    #[must_use]
    pub fn flows(&self) -> Vec<Flow> {
        let mut out = Vec::new();
        for cluster in &self.clusters {
            for (from, to, number) in cluster.pairs() {
                let (from, to) = (Party::Workload(from), Party::Workload(to));
                out.extend(rows(cluster.verdict(number), |traffic| vec![(from.clone(), to.clone(), traffic.clone())]));
            }
        }
        for id in self.world.workloads.ids() {
            Direction::BOTH.into_iter().for_each(|direction| out.extend(self.outside_rows(id, direction)));
        }
        out
    }

    fn outside_rows(&self, workload: Id<Workload>, direction: Direction) -> Vec<Flow> {
        let judged = self.outside(workload, direction, None);
        let part = |(addresses, traffic): &(AddressSet, Traffic)| {
            let (pod, far) = (Party::Workload(workload), Party::Addresses(addresses.clone()));
            match direction {
                Direction::Ingress => (far, pod, traffic.clone()),
                Direction::Egress => (pod, far, traffic.clone()),
            }
        };
        rows(judged, |flows| flows.parts().iter().map(part).collect())
    }
}

/// The rows of what surely passes, then of what possibly does beyond that.
fn rows<T: Region>(judged: Judged<T>, parts: impl Fn(&T) -> Vec<(Party, Party, Traffic)>) -> Vec<Flow> {
    let row = |(from, to, traffic): (Party, Party, Traffic), verdict, doubt: &Doubt| {
        (!traffic.is_empty()).then(|| Flow { from, to, traffic, verdict, crosses: Vec::new(), gaps: doubt.gaps().to_vec() })
    };
    let beyond = judged.bounds.may.less(&judged.bounds.must);
    let certain: Vec<_> = parts(&judged.bounds.must).into_iter().filter_map(|part| row(part, Verdict::Reachable, &Doubt::none())).collect();
    certain.into_iter().chain(parts(&beyond).into_iter().filter_map(|part| row(part, Verdict::Possible, &judged.doubt))).collect()
}
