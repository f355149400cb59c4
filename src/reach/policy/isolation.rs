//! Isolation of one pod, without looking at any flow.
//!
//! A direction of a pod is isolated where some policy that selects it denies what no rule of its tier matches, or where
//! rules that deny anyone (of an administrator's or a baseline tier) leave nothing over. The isolation is empty where
//! rules let anyone outside send everything all the same.

use super::peers;
use crate::model::{
    AddressSet, Bounds, Direction, Doubt, Id, Policy, PolicyAction, PolicyPeer, PolicyRule,
    Protocol, Selected, Selector, Traffic, World,
};
use crate::reach::Nullified;
use std::collections::BTreeSet;

/// How the policies that select a pod leave one direction.
#[derive(Debug)]
pub(super) struct Isolation {
    pub(super) isolated: Bounds<bool>,
    pub(super) by: Vec<Id<Policy>>,
    pub(super) nullified: Option<Nullified>,
    pub(super) doubt: Doubt,
    /// What is not decided yet of packets to or from an unknown pod, and an unknown address.
    rest: [Traffic; 2],
    passed: [Traffic; 2],
    /// The policies that denied something of `rest`.
    deniers: BTreeSet<Id<Policy>>,
    /// What anyone outside may send.
    allowed: Traffic,
}

/// Which of an unknown pod and an unknown address (of IPv4) a peer surely holds for.
fn holds_for_anyone(peer: &PolicyPeer) -> [bool; 2] {
    [
        any_pod(peer),
        AddressSet::all_v4().is_subset(&peers::outside(peer)),
    ]
}

fn any_pod(peer: &PolicyPeer) -> bool {
    match peer {
        PolicyPeer::Anyone | PolicyPeer::Pods(Selector::Everything) => true,
        PolicyPeer::All(parts) => parts.iter().all(any_pod),
        PolicyPeer::Any(parts) => parts.iter().any(any_pod),
        _ => false,
    }
}

/// Every port of the protocols that policies can name.
fn every_port() -> Traffic {
    [Protocol::TCP, Protocol::UDP, Protocol::SCTP]
        .into_iter()
        .map(Traffic::protocol)
        .collect()
}

impl Isolation {
    /// Goes through the policies that select the pod, given in the order in which they decide.
    pub(super) fn of(
        world: &World,
        policies: &[Id<Policy>],
        pod: Selected<'_>,
        direction: Direction,
    ) -> Self {
        let everything = || [Traffic::all(), Traffic::all()];
        let mut out = Isolation {
            isolated: Bounds::exact(false),
            by: Vec::new(),
            nullified: None,
            doubt: Doubt::none(),
            rest: everything(),
            passed: Default::default(),
            deniers: BTreeSet::new(),
            allowed: Traffic::none(),
        };
        for tier in
            policies.chunk_by(|a, b| world.policies[*a].tier.rank == world.policies[*b].tier.rank)
        {
            out.tier(world, tier, pod, direction);
        }
        if out.by.is_empty() && out.rest.iter().all(Traffic::is_empty) {
            out.by.extend(std::mem::take(&mut out.deniers));
        }
        out.isolated.must = !out.by.is_empty();
        out.isolated.may |= out.isolated.must;
        out.nullified = out.nullified.filter(|_| out.isolated.may);
        out
    }

    fn tier(
        &mut self,
        world: &World,
        tier: &[Id<Policy>],
        pod: Selected<'_>,
        direction: Direction,
    ) {
        let mut rules = Vec::new();
        let before = self.by.len();
        for (place, id) in tier.iter().enumerate() {
            let policy = &world.policies[*id];
            if !policy.doubt.is_certain() {
                self.isolated.may = true;
                self.doubt = self.doubt.and(&policy.doubt);
                continue;
            }
            let Some(side) = policy.side(direction) else {
                continue;
            };
            self.by.extend(side.isolates.then_some(*id));
            let about = side
                .rules
                .iter()
                .enumerate()
                .filter(|(_, rule)| rule.subject.holds(pod));
            rules
                .extend(about.map(|(at, rule)| ((policy.order, rule.order, place, at), *id, rule)));
        }
        rules.sort_by_key(|(key, ..)| *key);
        rules
            .into_iter()
            .for_each(|(_, id, rule)| self.rule(id, rule));
        let passed = std::mem::take(&mut self.passed);
        let isolates = self.by.len() > before;
        for (rest, passed) in self.rest.iter_mut().zip(passed) {
            *rest = if isolates {
                passed
            } else {
                rest.union(&passed)
            };
        }
    }

    fn rule(&mut self, policy: Id<Policy>, rule: &PolicyRule) {
        let anyone = holds_for_anyone(&rule.peer);
        if !rule.doubt.is_certain() {
            if rule.action == PolicyAction::Deny {
                self.isolated.may |= anyone == [true, true];
                self.doubt = self.doubt.and(&rule.doubt);
            }
            return;
        }
        for (at, holds) in anyone.into_iter().enumerate() {
            let (Some(rest), Some(passed)) = (
                self.rest.get_mut(at).filter(|_| holds),
                self.passed.get_mut(at),
            ) else {
                continue;
            };
            let now = rest.intersection(&rule.traffic);
            *rest = rest.difference(&now);
            match rule.action {
                PolicyAction::Pass => *passed = passed.union(&now),
                PolicyAction::Deny if !now.is_empty() => self.deniers.extend([policy]),
                PolicyAction::Deny => {}
                PolicyAction::Allow if at == 1 => {
                    self.allowed = self.allowed.union(&now);
                    let whole = every_port().is_subset(&rule.traffic) && !now.is_empty();
                    if self.nullified.is_none() && (whole || every_port().is_subset(&self.allowed))
                    {
                        self.nullified = Some(Nullified {
                            policy,
                            origin: rule.origin.clone(),
                        });
                    }
                }
                PolicyAction::Allow => {}
            }
        }
    }
}
