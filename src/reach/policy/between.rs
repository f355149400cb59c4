//! What passes from one workload to another of a cluster, by the policies of both, each answer once.

use super::cluster::ClusterPolicies;
use super::fold::{Decider, Judged};
use super::pods::ClassPlacement;
use super::program::RuleStep;
use super::verdicts::{ALL, in_some_placement, perhaps};
use crate::model::{Direction, Doubt, Id, Traffic, Verdict, Workload};

impl ClusterPolicies<'_> {
    fn between_placements(&self, from: &ClassPlacement, to: &ClassPlacement) -> u32 {
        let (egress, ingress) = (
            self.egress_between(from, to),
            self.ingress_between(from, to),
        );
        self.verdicts.borrow_mut().join(egress, ingress)
    }

    /// What the policies of one class of pods let out to another. Some engines do not hold them for what goes to the own node.
    fn egress_between(&self, from: &ClassPlacement, to: &ClassPlacement) -> u32 {
        let far = self.answer(Direction::Egress, from.class, to.class);
        let own = match self.to_own_node(from, to) {
            Some(own) if far != ALL => own,
            _ => return far,
        };
        let hits = |step: &RuleStep| self.hits_pod(step, Direction::Egress, to.class);
        let (everything, listener) = (Traffic::all(), &mut |_: Decider<'_>, _, _: &Traffic| {});
        let near = self.explained_by_own_node(
            (to, from.class),
            Direction::Egress,
            &everything,
            &hits,
            listener,
        );
        self.also(far, perhaps(near, own))
    }

    /// What the policies of one class of pods let in from another: all that comes from the own node, where no policy is about what it sends.
    fn ingress_between(&self, from: &ClassPlacement, to: &ClassPlacement) -> u32 {
        let far = self.answer(Direction::Ingress, to.class, from.class);
        if far == ALL || !self.may_share_node(from, to) {
            return far;
        }
        let hits = |step: &RuleStep| self.hits_pod(step, Direction::Ingress, from.class);
        let (everything, listener) = (Traffic::all(), &mut |_: Decider<'_>, _, _: &Traffic| {});
        let near = self.explained_by_own_node(
            (from, to.class),
            Direction::Ingress,
            &everything,
            &hits,
            listener,
        );
        self.also(far, near)
    }

    /// The number of what passes in some place, of which one is far and one is near.
    fn also(&self, far: u32, near: Judged<Traffic>) -> u32 {
        let either =
            in_some_placement(&[(self.verdict(far), Doubt::none()), (near, Doubt::none())]);
        self.verdicts.borrow_mut().number(either)
    }

    /// The number of what passes from one kind of workloads to another.
    pub(super) fn between_kinds(&self, from: usize, to: usize) -> u32 {
        let placements = |kind: usize| self.kinds.get(kind).map(Vec::as_slice).unwrap_or_default();
        if let ([from], [to]) = (placements(from), placements(to)) {
            return self.between_placements(from, to);
        }
        if let Some(known) = self.between.borrow().get(&(from, to)) {
            return *known;
        }
        let pairs = placements(from)
            .iter()
            .flat_map(|a| placements(to).iter().map(move |b| (a, b)));
        let outcomes: Vec<_> = pairs
            .map(|(a, b)| {
                let number = self.between_placements(a, b);
                (self.verdicts.borrow().get(number), a.doubt.and(&b.doubt))
            })
            .collect();
        let number = self
            .verdicts
            .borrow_mut()
            .number(in_some_placement(&outcomes));
        self.between.borrow_mut().insert((from, to), number);
        number
    }

    /// How surely one workload can open a connection to another, by the policies of both.
    pub(super) fn connects(&self, from: Id<Workload>, to: Id<Workload>) -> Verdict {
        let kinds = self.kind.get(&from).zip(self.kind.get(&to));
        let number = kinds.map_or(ALL, |(from, to)| self.between_kinds(*from, *to));
        self.verdicts.borrow().connects(number)
    }

    /// What passes from one workload to another, by the policies of both.
    pub(super) fn between(&self, from: Id<Workload>, to: Id<Workload>) -> Judged<Traffic> {
        let kinds = self.kind.get(&from).zip(self.kind.get(&to));
        let number = kinds.map_or(ALL, |(from, to)| self.between_kinds(*from, *to));
        self.verdicts.borrow().get(number)
    }
}
