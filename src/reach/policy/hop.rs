//! The policies of one side as a hop of a trail, and as the permission that a finding names.

use super::PolicyEvaluator;
use super::account::{Account, Enforcement, Event, Far};
use super::fold::{Decider, Fate};
use super::peers;
use super::program::rule;
use crate::model::{
    AddressSet, Direction, Enforced, Hop, HopKind, Id, Note, Origin, Policy, Reason, RuleOutcome,
    Traffic, Verdict, Workload,
};
use crate::reach::Permission;

impl PolicyEvaluator<'_> {
    /// What the policies of a workload's cluster say of `traffic` between it and the far side, as a hop: the verdict, the
    /// reason tier by tier, and the line that decides. `pod_placement` as in [`PolicyEvaluator::outside`].
    #[must_use]
    pub fn hop(
        &self,
        workload: Id<Workload>,
        direction: Direction,
        pod_placement: Option<usize>,
        far: Far<'_>,
        traffic: &Traffic,
    ) -> Hop {
        let kind = match direction {
            Direction::Egress => HopKind::PolicyEgress,
            Direction::Ingress => HopKind::PolicyIngress,
        };
        let account = self.account(workload, direction, pod_placement, far, traffic);
        let Some(account) = account.filter(|_| !self.world.workloads[workload].host_network) else {
            return Hop {
                kind,
                verdict: Verdict::Reachable,
                reason: Reason::HostNetwork(workload),
                origin: Some(self.world.workloads[workload].origin.clone()),
                assumed: false,
                gaps: Vec::new(),
            };
        };
        let Explained {
            reason,
            origin,
            assumed,
        } = self.reason(workload, direction, &account);
        let reason = match account.service {
            Some(service) => Reason::ByService {
                service,
                reason: Box::new(reason),
            },
            None => reason,
        };
        Hop {
            kind,
            verdict: account.verdict,
            reason,
            origin,
            assumed,
            gaps: account.doubt.gaps().to_vec(),
        }
    }

    /// Why the policies let `traffic` pass; none where they stop it. `pod_placement` as in [`PolicyEvaluator::outside`].
    #[must_use]
    pub fn permission(
        &self,
        workload: Id<Workload>,
        direction: Direction,
        pod_placement: Option<usize>,
        far: Far<'_>,
        traffic: &Traffic,
    ) -> Option<Permission> {
        if self.world.workloads[workload].host_network {
            return Some(Permission::HostNetwork);
        }
        let account = self
            .account(workload, direction, pod_placement, far, traffic)
            .filter(|account| account.verdict != Verdict::Blocked)?;
        let speaks = |id: &Id<_>| self.world.policies[*id].side(direction).is_some();
        match account.enforced {
            Enforcement::Placed(Enforced::No(_))
                if !self.selecting(workload).iter().any(speaks) =>
            {
                return Some(Permission::NoPolicy);
            }
            Enforcement::Placed(Enforced::No(note)) => {
                return Some(Permission::NotEnforced(note.clone()));
            }
            Enforcement::Placed(Enforced::Unknown(note, _))
                if account.verdict == Verdict::Possible =>
            {
                return Some(Permission::NotEnforced(note.clone()));
            }
            _ => {}
        }
        match self.decisive(direction, &account)?.decider {
            Decider::Rule(step) => {
                let (policy, written) = (step.policy, rule(self.world, step, direction)?);
                let origin = written.origin.clone();
                let anyone = AddressSet::all_v4().is_subset(&peers::outside(&written.peer));
                Some(if anyone {
                    Permission::Everything { policy, origin }
                } else {
                    Permission::Named { policy, origin }
                })
            }
            Decider::Policy(policy) => Some(Permission::Unclear {
                policy,
                origin: self.world.policies[policy].origin.clone(),
            }),
            Decider::Isolation(_) | Decider::Default => Some(Permission::NoPolicy),
        }
    }

    fn reason(
        &self,
        workload: Id<Workload>,
        direction: Direction,
        account: &Account<'_>,
    ) -> Explained {
        let policies = || self.by_policies(workload, direction, account);
        match account.enforced {
            Enforcement::OwnNode if account.verdict == Verdict::Blocked => policies(),
            Enforcement::OwnNode => Explained {
                assumed: true,
                ..Explained::new(Reason::OwnNode)
            },
            // Whatever the engine does, those that hold apart from it decide.
            Enforcement::Placed(Enforced::Yes(_) | Enforced::Unknown(..))
                if account.verdict != Verdict::Possible =>
            {
                policies()
            }
            Enforcement::Placed(Enforced::Yes(_)) => policies().unless_outside(),
            Enforcement::Placed(Enforced::Unknown(note, _)) => policies().unless(note),
            Enforcement::Placed(Enforced::No(_)) if account.verdict != Verdict::Reachable => {
                policies()
            }
            Enforcement::Placed(Enforced::No(note)) => {
                let idle = |policy: &Policy| {
                    !policy.tier.enforced_by_mesh && policy.side(direction).is_some()
                };
                let mut selecting = self.selecting(workload).into_iter();
                let idle = selecting.find(|id| idle(&self.world.policies[*id]));
                Explained {
                    reason: Reason::NotEnforced {
                        note: note.clone(),
                        idle,
                    },
                    origin: note.origin.clone(),
                    assumed: note.assumed,
                }
            }
        }
    }

    /// The reason by policies alone: what passed the flow on from tier to tier, and what decided.
    fn by_policies(
        &self,
        workload: Id<Workload>,
        direction: Direction,
        account: &Account<'_>,
    ) -> Explained {
        let Some(last) = self.decisive(direction, account) else {
            return Explained::new(Reason::NoPolicy {
                workload,
                direction,
            });
        };
        let before = account
            .events
            .iter()
            .take_while(|event| !std::ptr::eq(*event, last))
            .filter(|event| matches!(event.fate, Fate::Passed | Fate::Denied));
        let before: Vec<Reason> = before
            .filter_map(|event| self.explained(direction, event))
            .map(|explained| explained.reason)
            .collect();
        let mut explained = self
            .explained(direction, last)
            .unwrap_or_else(|| Explained::new(self.by_default(workload, direction)));
        if !before.is_empty() {
            explained.reason = Reason::Tiers {
                before,
                last: Box::new(explained.reason),
            };
        }
        explained
    }

    fn by_default(&self, workload: Id<Workload>, direction: Direction) -> Reason {
        let speaks = |id: &Id<_>| self.world.policies[*id].side(direction).is_some();
        match self.selecting(workload).into_iter().find(speaks) {
            Some(policy) => Reason::NotIsolated {
                policy,
                workload,
                direction,
            },
            None => Reason::NoPolicy {
                workload,
                direction,
            },
        }
    }

    /// The reason that an event gives, and its line; none for the default after the last tier.
    fn explained(&self, direction: Direction, event: &Event<'_>) -> Option<Explained> {
        let (reason, origin) = match event.decider {
            Decider::Rule(step) => {
                let written = rule(self.world, step, direction)?;
                let reason = Reason::PolicyRule {
                    action: match event.fate {
                        Fate::Denied => RuleOutcome::Denies,
                        Fate::Passed => RuleOutcome::Passes,
                        Fate::Allowed | Fate::Unclear => RuleOutcome::Allows,
                    },
                    policy: step.policy,
                    direction,
                    rule: step.rule,
                };
                (reason, Some(written.origin.clone()))
            }
            Decider::Policy(id) => (
                Reason::PolicyUnclear(id),
                Some(self.world.policies[id].origin.clone()),
            ),
            Decider::Isolation(policies) => {
                let side = self.world.policies[*policies.first()?].side(direction);
                let reason = Reason::Isolated {
                    policies: policies.to_vec(),
                    direction,
                };
                (reason, side.map(|side| side.origin.clone()))
            }
            Decider::Default => return None,
        };
        Some(Explained {
            reason,
            origin,
            assumed: false,
        })
    }

    /// Whether an event is certain.
    fn is_sure(&self, direction: Direction, event: &Event<'_>) -> bool {
        match event.decider {
            Decider::Rule(step) => {
                rule(self.world, step, direction).is_some_and(|rule| rule.doubt.is_certain())
            }
            Decider::Policy(_) => false,
            Decider::Isolation(_) | Decider::Default => true,
        }
    }

    /// The event that the answer rests on; none where there was none.
    fn decisive<'a, 'p>(
        &self,
        direction: Direction,
        account: &'a Account<'p>,
    ) -> Option<&'a Event<'p>> {
        let mut events = account.events.iter();
        let denied = || {
            account
                .events
                .iter()
                .filter(|event| event.fate == Fate::Denied)
        };
        let stops = || {
            denied()
                .find(|event| self.is_sure(direction, event))
                .or_else(|| denied().next())
        };
        match account.verdict {
            Verdict::Reachable => events.find(|event| event.fate == Fate::Allowed && event.passes),
            Verdict::Possible => events
                .find(|event| matches!(event.fate, Fate::Allowed | Fate::Unclear))
                .or_else(stops),
            Verdict::Blocked => stops(),
        }
    }
}

/// A reason with its line.
struct Explained {
    reason: Reason,
    origin: Option<Origin>,
    /// Whether it is a default that the input does not mention.
    assumed: bool,
}

impl Explained {
    fn new(reason: Reason) -> Self {
        Explained {
            reason,
            origin: None,
            assumed: false,
        }
    }

    /// Where it is not known whether policies hold.
    fn unless(self, note: &Note) -> Self {
        Explained {
            reason: Reason::EnforcementUnknown {
                note: Some(note.clone()),
                if_enforced: Box::new(self.reason),
            },
            origin: self.origin,
            assumed: note.assumed,
        }
    }

    /// What policies stop passes all the same where the pods are on the host network after all.
    fn unless_outside(self) -> Self {
        if !self.reason.stops() {
            return self;
        }
        Explained {
            reason: Reason::EnforcementUnknown {
                note: None,
                if_enforced: Box::new(self.reason),
            },
            ..self
        }
    }
}
