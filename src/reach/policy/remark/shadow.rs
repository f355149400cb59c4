//! Rules that match packets, and never decide about one: others do before.

use super::super::cluster::ClusterPolicies;
use super::super::fold::{Decider, Fold, SetOperations};
use super::super::program::{Program, RuleStep, rules};
use super::joined::Surroundings;
use super::{LocatedRule, PolicyEvaluator, Remark, RemarkKind, peer};
use crate::model::{AddressSet, Bounds, Direction, FlowSet, Id, Policy, Traffic};
use std::collections::BTreeMap;

/// What became of a rule over all pods that meet it and everyone they meet.
#[derive(Debug, Default)]
struct Record {
    /// Whether it matches any packet.
    matches: bool,
    /// Whether it decides about one.
    decides: bool,
    /// Whose rule (and which) decides about its packets, where another does.
    before: Option<(Id<Policy>, Option<usize>)>,
}

/// The records of all rules of a direction that some pod meets.
type Records = BTreeMap<(Id<Policy>, usize), Record>;

/// Remarks about rules that never decide: those that match nobody, and those that others shadow.
pub(super) fn remarks(
    evaluator: &PolicyEvaluator<'_>,
    near: &Surroundings,
    cluster: &ClusterPolicies<'_>,
    direction: Direction,
) -> Vec<Remark> {
    let mut records = Records::new();
    for program in cluster.programs(direction) {
        let mut meeting = Meeting {
            evaluator,
            direction,
            program,
            records: &mut records,
        };
        if meeting.all_decide(cluster) {
            continue;
        }
        for other in cluster.groups(program, direction).each() {
            meeting.run(&Traffic::all(), &|step| {
                cluster.hits_pod(step, direction, other)
            });
        }
        meeting.run(&Traffic::all(), &|step| {
            cluster.hits_node(step, &AddressSet::none())
        });
        meeting.run(&FlowSet::all(), &|step| {
            Bounds::exact(cluster.hits_outside(step))
        });
    }
    let idle = records.into_iter().filter(|(_, record)| !record.decides);
    idle.filter_map(|((policy, at), record)| {
        remark((evaluator, near), direction, policy, at, &record)
    })
    .collect()
}

/// One program against one other end.
struct Meeting<'a, 'w> {
    evaluator: &'a PolicyEvaluator<'w>,
    direction: Direction,
    program: &'a Program,
    records: &'a mut Records,
}

impl Meeting<'_, '_> {
    /// Whether each rule decides about something, or matches nothing at all, as a look at outside addresses, a node and one class of pods
    /// for each rule tells: most often it does, and nobody else need be looked at.
    fn all_decide(&mut self, cluster: &ClusterPolicies<'_>) -> bool {
        for step in rules(self.program) {
            self.records.entry((step.policy, step.rule)).or_default();
        }
        if self.undecided().next().is_some() {
            for part in cluster.outside_parts(self.program) {
                let mut decide = Vec::new();
                let mut listener = |decider: Decider<'_>, _, _: &Traffic| {
                    decide.extend(rule_of(decider));
                };
                cluster.at_part(self.direction, &part, &mut listener);
                self.mark(&decide);
            }
            self.look(&|step| cluster.hits_node(step, &AddressSet::none()));
        }
        let firsts: Vec<usize> = self
            .undecided()
            .filter_map(|step| cluster.peers.all.get(step.peer)?.pods.may.iter().next())
            .collect();
        let direction = self.direction;
        for other in firsts {
            self.look(&|step| cluster.hits_pod(step, direction, other));
        }
        let matches = |step: &RuleStep| {
            let peer = cluster.peers.all.get(step.peer);
            let some = peer.is_some_and(|peer| {
                !peer.outside.is_empty() || peer.pods.may.iter().next().is_some()
            });
            some || !cluster.hits_node(step, &AddressSet::none()).may.is_empty()
        };
        !self.undecided().any(matches)
    }

    /// The rules of which it is not known that they decide about something.
    fn undecided(&self) -> impl Iterator<Item = &RuleStep> {
        rules(self.program).filter(|step| {
            let record = self.records.get(&(step.policy, step.rule));
            record.is_none_or(|record| !record.decides)
        })
    }

    /// Marks the rules that decide about what one other end may send or get.
    fn look(&mut self, hits: &dyn Fn(&RuleStep) -> Bounds<Traffic>) {
        let mut decide = Vec::new();
        let mut listener = |decider: Decider<'_>, _, _: &Traffic| {
            decide.extend(rule_of(decider));
        };
        Fold::run(
            self.evaluator.world,
            self.direction,
            self.program,
            &Traffic::all(),
            hits,
            &mut listener,
        );
        self.mark(&decide);
    }

    fn mark(&mut self, rules: &[(Id<Policy>, usize)]) {
        for rule in rules {
            if let Some(record) = self.records.get_mut(rule) {
                (record.decides, record.matches) = (true, true);
            }
        }
    }

    fn run<T: SetOperations>(&mut self, everything: &T, hits: &dyn Fn(&RuleStep) -> Bounds<T>) {
        let mut heard: Vec<(Decider<'_>, T)> = Vec::new();
        let mut listener = |decider, _, set: &T| heard.push((decider, set.clone()));
        Fold::run(
            self.evaluator.world,
            self.direction,
            self.program,
            everything,
            hits,
            &mut listener,
        );
        for step in rules(self.program) {
            let record = self.records.entry((step.policy, step.rule)).or_default();
            let may = hits(step).may;
            record.matches |= !may.nothing();
            record.decides |= heard
                .iter()
                .any(|(decider, _)| *decider == Decider::Rule(step));
            if record.before.is_none() && !record.decides {
                record.before = heard
                    .iter()
                    .find(|(_, set)| !set.and(&may).nothing())
                    .and_then(|(decider, _)| named(decider));
            }
        }
    }
}

/// The policy and position of a rule that decides.
fn rule_of(decider: Decider<'_>) -> Option<(Id<Policy>, usize)> {
    match decider {
        Decider::Rule(step) => Some((step.policy, step.rule)),
        Decider::Policy(_) | Decider::Isolation(_) | Decider::Default => None,
    }
}

fn named(decider: &Decider<'_>) -> Option<(Id<Policy>, Option<usize>)> {
    match decider {
        Decider::Rule(step) => Some((step.policy, Some(step.rule))),
        Decider::Policy(policy) => Some((*policy, None)),
        Decider::Isolation(policies) => policies.first().map(|policy| (*policy, None)),
        Decider::Default => None,
    }
}

fn remark(
    (evaluator, near): (&PolicyEvaluator<'_>, &Surroundings),
    direction: Direction,
    policy: Id<Policy>,
    at: usize,
    record: &Record,
) -> Option<Remark> {
    let located = LocatedRule {
        policy,
        direction,
        at,
        rule: evaluator.world.policies[policy]
            .side(direction)?
            .rules
            .get(at)?,
    };
    if !record.matches {
        return peer::remark(evaluator, near, located);
    }
    if !located.rule.doubt.is_certain() {
        // What it would do is not known: it may stand for something that the others do not.
        return None;
    }
    let (policy, other) = record.before?;
    let before = other.and_then(|at| {
        let side = evaluator.world.policies[policy].side(direction)?;
        side.rules.get(at)
    });
    let mut remark = located.remark(RemarkKind::Shadowed {
        by: policy,
        rule: other,
    });
    remark.related = vec![before.map_or_else(
        || evaluator.world.policies[policy].origin.clone(),
        |rule| rule.origin.clone(),
    )];
    Some(remark)
}
