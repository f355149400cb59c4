//! All flows that network policy alone lets pass.

use super::Judge;
use super::fold::{Judged, Region};
use crate::model::{Direction, Gap, Id, Verdict, Workload};
use crate::reach::{Flow, Party};
use rustc_hash::FxHashMap;

/// What passes with one certainty; never nothing.
struct Grade<T> {
    passes: T,
    verdict: Verdict,
    gaps: Vec<Id<Gap>>,
}

/// What surely passes, then what possibly does beyond that.
fn graded<T: Region>(judged: Judged<T>) -> Vec<Grade<T>> {
    let beyond = judged.bounds.may.less(&judged.bounds.must);
    let certain = Grade {
        passes: judged.bounds.must,
        verdict: Verdict::Reachable,
        gaps: Vec::new(),
    };
    let possible = Grade {
        passes: beyond,
        verdict: Verdict::Possible,
        gaps: judged.doubt.gaps().to_vec(),
    };
    [certain, possible]
        .into_iter()
        .filter(|grade| !grade.passes.nothing())
        .collect()
}

impl Judge<'_> {
    /// Pods to pods of one cluster, then pods to and from addresses outside: once for each pair and certainty, a
    /// workload's flow to itself left out. In the order of the world: by source, then by destination.
    #[must_use]
    pub fn flows(&self) -> Vec<Flow> {
        let mut out = Vec::new();
        for cluster in &self.clusters {
            let mut known = FxHashMap::default();
            cluster.pairs(&mut |from, to, number| {
                let grades: &Vec<_> = known
                    .entry(number)
                    .or_insert_with(|| graded(cluster.verdict(number)));
                out.extend(grades.iter().map(|grade| Flow {
                    from: Party::Workload(from),
                    to: Party::Workload(to),
                    traffic: grade.passes.clone(),
                    verdict: grade.verdict,
                    crosses: Vec::new(),
                    gaps: grade.gaps.clone(),
                }));
            });
        }
        for id in self.world.workloads.ids() {
            Direction::BOTH
                .into_iter()
                .for_each(|direction| out.extend(self.outside_rows(id, direction)));
        }
        out
    }

    fn outside_rows(&self, workload: Id<Workload>, direction: Direction) -> Vec<Flow> {
        let grades = graded(self.outside(workload, direction, None));
        let parts = grades
            .iter()
            .flat_map(|grade| grade.passes.parts().iter().map(move |part| (grade, part)));
        let row = |(grade, (addresses, traffic)): (&Grade<_>, &(_, _))| {
            let (pod, far) = (
                Party::Workload(workload),
                Party::Addresses(Clone::clone(addresses)),
            );
            let (from, to) = if direction == Direction::Ingress {
                (far, pod)
            } else {
                (pod, far)
            };
            Flow {
                from,
                to,
                traffic: Clone::clone(traffic),
                verdict: grade.verdict,
                crosses: Vec::new(),
                gaps: grade.gaps.clone(),
            }
        };
        parts.map(row).collect()
    }
}
