//! What policies let pass between pods and addresses that are neither pod nor node of the cluster: addresses that the same rules match are
//! judged once, so that the cost is that of the rules that meet, not of all at each address.

use super::cluster::ClusterPolicies;
use super::fold::{Fold, Judged, Listener, settled};
use super::pods::ClassPlacement;
use super::program::{Program, RuleStep, Step};
use super::regime::Regime;
use super::verdicts::either;
use crate::model::{AddressSet, Bounds, Direction, Doubt, FlowSet, Traffic};

/// Addresses with the steps of a program that bear on them, in order.
pub(super) type Part<'p> = (AddressSet, Vec<&'p Step>);

impl<'w> ClusterPolicies<'w> {
    /// What passes between a class of pods and addresses outside, by the pods' policies.
    pub(super) fn outside_of(&self, own: &ClassPlacement, direction: Direction) -> Judged<FlowSet> {
        let Some(regime) = self.side(direction).regime(own.class) else {
            return Judged::exact(FlowSet::all());
        };
        let judged = || self.outside_by_regime(direction, regime);
        regime.outside.get_or_init(judged).clone()
    }

    fn outside_by_regime(&self, direction: Direction, regime: &Regime) -> Judged<FlowSet> {
        let run = |program: usize| {
            let program = self.programs(direction).get(program)?;
            Some(self.outside_by(direction, program))
        };
        let Some(judged) = run(regime.program) else {
            return Judged::exact(FlowSet::all());
        };
        let other = regime.or.as_ref();
        let other = other.and_then(|(program, doubt)| Some((run(*program)?, doubt)));
        other.map_or(judged.clone(), |(other, doubt)| {
            either(&judged, &other, doubt)
        })
    }

    /// What a program lets pass.
    fn outside_by(&self, direction: Direction, program: &Program) -> Judged<FlowSet> {
        let (mut must, mut may, mut doubt) = (Vec::new(), Vec::new(), Doubt::none());
        for part in self.outside_parts(program) {
            let judged = self.at_part(direction, &part, &mut |_, _, _| {});
            must.push((part.0.clone(), judged.bounds.must));
            may.push((part.0, judged.bounds.may));
            doubt = doubt.and(&judged.doubt);
        }
        let bounds = Bounds {
            must: FlowSet::of_parts(must),
            may: FlowSet::of_parts(may),
        };
        settled(Judged { bounds, doubt })
    }

    /// What the steps of a part let pass between pods and its addresses, with every doubt that was met.
    pub(super) fn at_part<'p>(
        &self,
        direction: Direction,
        (addresses, steps): &Part<'p>,
        listener: Listener<'_, 'p, Traffic>,
    ) -> Judged<Traffic> {
        // Those of a part are alike to every rule.
        let any = addresses.first();
        let hits = |step: &RuleStep| {
            let peer = self.peers.all.get(step.peer);
            let held = peer
                .zip(any)
                .is_some_and(|(peer, any)| peer.outside.contains(any));
            Bounds::exact(if held {
                step.traffic.clone()
            } else {
                Traffic::none()
            })
        };
        let steps = steps.iter().copied();
        Fold::over(
            self.world,
            direction,
            steps,
            &Traffic::all(),
            &hits,
            listener,
        )
    }

    /// All addresses, in parts.
    pub(super) fn outside_parts<'p>(&self, program: &'p Program) -> Vec<Part<'p>> {
        let all = AddressSet::all();
        // The address sets that part addresses, each with the position of its step where that is left out elsewhere.
        let mut sets: Vec<(&AddressSet, Option<usize>)> = vec![(&all, None)];
        let outside = |step: &RuleStep| self.peers.all.get(step.peer).map(|peer| &peer.outside);
        for (at, step) in program.iter().enumerate() {
            match step {
                Step::Rule(rule) => sets.extend(outside(rule).map(|set| (set, Some(at)))),
                Step::Perhaps(rules, _) => {
                    sets.extend(rules.iter().filter_map(outside).map(|set| (set, None)));
                }
                Step::Unclear(_) | Step::End(_) => {}
            }
        }
        let always = program.iter().enumerate();
        let always: Vec<usize> = always
            .filter(|(_, step)| !matches!(step, Step::Rule(_)))
            .map(|(at, _)| at)
            .collect();
        let part = |(addresses, holding): (AddressSet, Vec<usize>)| {
            let own = holding.into_iter().filter_map(|number| sets.get(number)?.1);
            let mut steps: Vec<usize> = own.chain(always.iter().copied()).collect();
            steps.sort_unstable();
            let steps = steps.into_iter().filter_map(|at| program.get(at));
            (addresses, steps.collect())
        };
        let parts = AddressSet::overlay(sets.iter().map(|(set, _)| *set));
        parts.into_iter().map(part).collect()
    }
}
