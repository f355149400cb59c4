//! The policies of one side as a hop of a trail, and as the permission that a finding names.

use super::account::{Account, Event, Far};
use super::fold::{Decider, Fate};
use super::peers;
use super::program::{rule, side};
use super::{Judge, words};
use crate::model::{
    AddressSet, Enforced, Hop, HopKind, Id, Note, Origin, Policy, Traffic, Verdict, Workload,
};
use crate::reach::{Direction, Permission};

impl Judge<'_> {
    /// What the policies of a workload's cluster say of `traffic` between it and the far side, as a hop: the verdict, the
    /// reason tier by tier, and the line that decides. `pod_placement` as in [`Judge::outside`].
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
            let because = format!(
                "`{}` runs on the host network, outside of network policy",
                self.world.workload_title(workload)
            );
            let origin = Some(self.world.workloads[workload].origin.clone());
            return Hop {
                kind,
                verdict: Verdict::Reachable,
                because,
                origin,
                assumed: false,
                gaps: Vec::new(),
            };
        };
        let gaps = account.doubt.gaps().to_vec();
        let (because, origin, assumed) = self.reason(workload, direction, &account);
        Hop {
            kind,
            verdict: account.verdict,
            because,
            origin,
            assumed,
            gaps,
        }
    }

    /// Why the policies let `traffic` pass; none where they stop it. `pod_placement` as in [`Judge::outside`].
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
        let speaks = |id: &Id<_>| side(&self.world.policies[*id], direction).is_some();
        match account.enforced {
            Enforced::No(_) if !self.selecting(workload).iter().any(speaks) => {
                return Some(Permission::NoPolicy);
            }
            Enforced::No(note) => return Some(Permission::NotEnforced(note.clone())),
            Enforced::Unknown(note, _) if account.verdict == Verdict::Possible => {
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
    ) -> (String, Option<Origin>, bool) {
        let policies = || self.by_policies(workload, direction, account);
        match account.enforced {
            Enforced::Yes(_) => policies(),
            // Whatever the engine does, those that hold apart from it decide.
            Enforced::Unknown(..) if account.verdict != Verdict::Possible => policies(),
            Enforced::Unknown(note, _) => {
                let (because, origin, _) = policies();
                (
                    format!(
                        "it is not known whether policies hold: {}; if they do, {because}",
                        note.text
                    ),
                    origin,
                    note.assumed,
                )
            }
            Enforced::No(_) if account.verdict != Verdict::Reachable => policies(),
            Enforced::No(note) => self.not_enforced(workload, direction, note),
        }
    }

    fn not_enforced(
        &self,
        workload: Id<Workload>,
        direction: Direction,
        note: &Note,
    ) -> (String, Option<Origin>, bool) {
        let idle = |policy: &Policy| !policy.tier.apart && side(policy, direction).is_some();
        let idle = self
            .selecting(workload)
            .into_iter()
            .find(|id| idle(&self.world.policies[*id]));
        let idle = idle
            .map(|id| format!("; {} has no effect", words::policy(self.world, id)))
            .unwrap_or_default();
        (
            format!("policies do not hold: {}{idle}", note.text),
            note.origin.clone(),
            note.assumed,
        )
    }

    /// The reason by policies alone: what passed the flow on from tier to tier, and what decided.
    fn by_policies(
        &self,
        workload: Id<Workload>,
        direction: Direction,
        account: &Account<'_>,
    ) -> (String, Option<Origin>, bool) {
        let Some(last) = self.decisive(direction, account) else {
            return (
                format!(
                    "no policy selects `{}` for {direction}",
                    self.world.workload_title(workload)
                ),
                None,
                false,
            );
        };
        let before = account
            .events
            .iter()
            .take_while(|event| !std::ptr::eq(*event, last));
        let (text, origin) = self
            .told(direction, last, None)
            .unwrap_or_else(|| (self.by_default(workload, direction), None));
        let (file, goes_on) = (origin.as_ref().map(|origin| &*origin.place.file), |fate| {
            matches!(fate, Fate::Passed | Fate::Denied)
        });
        let told = before
            .filter(|event| goes_on(event.fate))
            .filter_map(|event| self.told(direction, event, file));
        let mut parts: Vec<String> = told.map(|(text, _)| text).collect();
        parts.push(text);
        (parts.join("; "), origin, false)
    }

    /// Who isolates: three of them by name.
    fn isolating(&self, policies: &[Id<Policy>]) -> String {
        // Parts of one object go by one name.
        let mut all: Vec<String> = policies
            .iter()
            .map(|id| words::policy(self.world, *id))
            .collect();
        all.dedup();
        let names = all.get(..all.len().min(3)).unwrap_or_default();
        match (all.len() - names.len(), names.split_last()) {
            (0, Some((last, []))) => format!("{last} isolates"),
            (0, Some((last, front))) => format!("{} and {last} isolate", front.join(", ")),
            (more, _) => format!("{} and {more} more isolate", names.join(", ")),
        }
    }

    fn by_default(&self, workload: Id<Workload>, direction: Direction) -> String {
        let title = self.world.workload_title(workload);
        let speaks = |id: &Id<_>| side(&self.world.policies[*id], direction).is_some();
        match self.selecting(workload).into_iter().find(speaks) {
            Some(id) => {
                format!(
                    "{} and others leave it open, and nothing isolates `{title}` for {direction}",
                    words::policy(self.world, id)
                )
            }
            None => format!("no policy selects `{title}` for {direction}"),
        }
    }

    /// The sentence for an event and the line it stands on; none for the default after the last tier. `file`: where the line of the last
    /// sentence stands, which is shown beside it, so that only another file needs to be named.
    fn told(
        &self,
        direction: Direction,
        event: &Event<'_>,
        file: Option<&str>,
    ) -> Option<(String, Option<Origin>)> {
        match event.decider {
            Decider::Rule(step) => {
                let written = rule(self.world, step, direction)?;
                let verb = match (event.fate, written.doubt.is_certain()) {
                    (Fate::Denied, true) => "denies it",
                    (Fate::Denied, false) => "may deny it",
                    (Fate::Passed, true) => "passes it on",
                    (Fate::Passed, false) => "may pass it on",
                    (Fate::Allowed | Fate::Unclear, true) => "allows it",
                    (Fate::Allowed | Fate::Unclear, false) => "may allow it",
                };
                let own = &written.origin.place;
                let place = match own.line {
                    0 => direction.to_string(),
                    line if file.is_some_and(|file| file != &*own.file) => {
                        format!("{direction}, `{}` line {line}", own.file)
                    }
                    line => format!("{direction}, line {line}"),
                };
                Some((
                    format!(
                        "{} {verb} ({place})",
                        words::policy(self.world, step.policy)
                    ),
                    Some(written.origin.clone()),
                ))
            }
            Decider::Policy(id) => {
                let text = format!(
                    "{} is not understood and may decide anything",
                    words::policy(self.world, id)
                );
                Some((text, Some(self.world.policies[id].origin.clone())))
            }
            Decider::Isolation(policies) => {
                let first = *policies.first()?;
                let origin =
                    side(&self.world.policies[first], direction).map(|side| side.origin.clone());
                Some((
                    format!(
                        "{} for {direction}, and no rule matches",
                        self.isolating(policies)
                    ),
                    origin,
                ))
            }
            Decider::Default => None,
        }
    }

    /// Whether what an event tells is certain.
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
