//! All flows that network policy alone lets pass.

use super::PolicyEvaluator;
use super::fold::{Judged, SetOperations};
use crate::model::{Direction, Gap, Id, Traffic, Verdict, Workload};
use crate::reach::{FlowGroup, Party};
use std::rc::Rc;
use std::sync::Arc;

/// What passes with one certainty; never nothing.
struct Grade<T> {
    passes: T,
    verdict: Verdict,
    gaps: Rc<[Id<Gap>]>,
}

/// What surely passes, then what possibly does beyond that.
fn graded<T: SetOperations>(judged: Judged<T>) -> Vec<Grade<T>> {
    let beyond = judged.bounds.may.less(&judged.bounds.must);
    let certain = Grade {
        passes: judged.bounds.must,
        verdict: Verdict::Reachable,
        gaps: Rc::default(),
    };
    let possible = Grade {
        passes: beyond,
        verdict: Verdict::Possible,
        gaps: judged.doubt.gaps().into(),
    };
    [certain, possible]
        .into_iter()
        .filter(|grade| !grade.passes.nothing())
        .collect()
}

/// Parties on either side, as rows share them.
type Parties = Rc<[Party]>;

impl PolicyEvaluator<'_> {
    /// Pods to pods of one cluster, then pods to and from addresses outside; those that policies do not tell apart together.
    #[must_use]
    pub fn flow_groups(&self) -> Vec<FlowGroup> {
        let mut out = Vec::new();
        for cluster in &self.clusters {
            let kinds = cluster.of_kinds();
            let ends = |ids: &[Id<Workload>]| ids.iter().copied().map(Party::Workload).collect();
            let all: Vec<Parties> = kinds.iter().map(|ids| ends(ids)).collect();
            for group in cluster.pairs() {
                let of = |kinds: &[usize]| -> Parties {
                    match kinds {
                        [one] => all.get(*one).cloned().unwrap_or_default(),
                        _ => kinds
                            .iter()
                            .filter_map(|kind| all.get(*kind))
                            .flat_map(|own| own.iter().cloned())
                            .collect(),
                    }
                };
                let (from, to) = (of(&group.from), of(&group.to));
                let grades = graded(cluster.verdict(group.number)).into_iter();
                out.extend(grades.map(|grade| grade.row(&from, &to)));
            }
            for (ids, own) in kinds.iter().zip(&all) {
                if let Some(first) = ids.first() {
                    let both = Direction::BOTH.into_iter();
                    both.for_each(|direction| {
                        out.extend(self.outside_rows(*first, own, direction))
                    });
                }
            }
        }
        out
    }

    /// The rows between workloads, which are alike to the first of them, and addresses outside.
    fn outside_rows(
        &self,
        first: Id<Workload>,
        own: &Parties,
        direction: Direction,
    ) -> Vec<FlowGroup> {
        let mut out = Vec::new();
        for grade in graded(self.outside(first, direction, None)) {
            for (addresses, traffic) in grade.passes.parts() {
                let far: Parties = [Party::Addresses(addresses.clone())].into();
                let (from, to) = match direction {
                    Direction::Ingress => (&far, own),
                    Direction::Egress => (own, &far),
                };
                let part = Grade {
                    passes: traffic.clone(),
                    verdict: grade.verdict,
                    gaps: grade.gaps.clone(),
                };
                out.push(part.row(from, to));
            }
        }
        out
    }
}

impl Grade<Traffic> {
    fn row(self, from: &Parties, to: &Parties) -> FlowGroup {
        FlowGroup {
            from: Rc::clone(from),
            to: Rc::clone(to),
            traffic: Arc::new(self.passes),
            verdict: self.verdict,
            crosses: Rc::default(),
            gaps: self.gaps,
        }
    }
}
