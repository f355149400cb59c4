//! What policies say.

use super::Words;
use crate::model::{Direction, Id, Policy, PolicySide, Reason, RuleOutcome};

/// Most policies that a sentence names as isolating.
const MOST_POLICIES: usize = 3;

impl Words<'_> {
    /// What policies say. `file`: that of the line which is shown beside the sentence, so that only another file is named.
    pub fn policy(&self, reason: &Reason, file: Option<&str>) -> String {
        match reason {
            Reason::HostNetwork(id) => format!(
                "`{}` runs on the host network, outside of network policy",
                self.world.workload_title(*id)
            ),
            Reason::Itself(id) => format!(
                "a pod of `{}` always reaches itself, whatever its policies say",
                self.world.workload_title(*id)
            ),
            Reason::OwnNode => {
                "policies do not hold here: what comes from a pod's own node is always let in, and pods on the host network may run there"
                    .to_owned()
            }
            Reason::NoPolicy {
                workload,
                direction,
            } => format!(
                "no policy selects `{}` for {direction}",
                self.world.workload_title(*workload)
            ),
            Reason::NotIsolated {
                policy,
                workload,
                direction,
            } => format!(
                "{} and others leave it open, and nothing isolates `{}` for {direction}",
                self.named(*policy),
                self.world.workload_title(*workload)
            ),
            Reason::PolicyRule {
                action,
                policy,
                direction,
                rule,
            } => self.policy_rule(*action, *policy, (*direction, *rule), file),
            Reason::PolicyUnclear(id) => {
                format!("{} cannot be resolved and may decide anything", self.named(*id))
            }
            Reason::Isolated {
                policies,
                direction,
            } => format!(
                "{} for {direction}, and no rule matches",
                self.isolating(policies)
            ),
            Reason::NotEnforced { note, idle } => {
                let idle = idle
                    .map(|id| format!("; {} has no effect here", self.named(id)))
                    .unwrap_or_default();
                format!("policies do not hold here: {}{idle}", note.text)
            }
            Reason::EnforcementUnknown { note, if_enforced } => {
                let why = note.as_ref().map_or(
                    "the pods may be on the host network after all",
                    |note| note.text.as_str(),
                );
                let held = self.policy(if_enforced, file);
                format!("it is not known whether policies are enforced: {why}; if they are, {held}")
            }
            Reason::Tiers { before, last } => self.tiers(before, last),
            Reason::ByService { service, reason } => format!(
                "judged by the address of Service `{}`, before it becomes that of a pod: {}",
                self.world.service_title(*service),
                self.policy(reason, file)
            ),
            _ => String::new(),
        }
    }

    fn tiers(&self, before: &[Reason], last: &Reason) -> String {
        let file = self
            .hop
            .origin
            .as_ref()
            .map(|origin| &*origin.place.file)
            .filter(|_| !matches!(last, Reason::NotIsolated { .. } | Reason::NoPolicy { .. }));
        let mut parts: Vec<String> = before
            .iter()
            .map(|reason| self.policy(reason, file))
            .collect();
        parts.push(self.policy(last, None));
        parts.join("; ")
    }

    /// ``NetworkPolicy `shop/default-deny` ``.
    fn named(&self, id: Id<Policy>) -> String {
        format!(
            "{} `{}`",
            self.world.policies[id].kind,
            self.world.policy_name(id)
        )
    }

    fn side(&self, policy: Id<Policy>, direction: Direction) -> Option<&PolicySide> {
        self.world.policies[policy].side(direction)
    }

    fn policy_rule(
        &self,
        action: RuleOutcome,
        policy: Id<Policy>,
        (direction, rule): (Direction, usize),
        file: Option<&str>,
    ) -> String {
        let rule = self
            .side(policy, direction)
            .and_then(|side| side.rules.get(rule));
        let certain = rule.is_none_or(|rule| rule.doubt.is_certain());
        let verb = match (action, certain) {
            (RuleOutcome::Denies, true) => "denies it",
            (RuleOutcome::Denies, false) => "may deny it",
            (RuleOutcome::Passes, true) => "passes it on",
            (RuleOutcome::Passes, false) => "may pass it on",
            (RuleOutcome::Allows, true) => "allows it",
            (RuleOutcome::Allows, false) => "may allow it",
        };
        let place = match rule.map(|rule| &rule.origin.place) {
            Some(own) if own.line > 0 => match file {
                Some(file) if *file != *own.file => {
                    format!("{direction}, `{}` line {}", own.file, own.line)
                }
                _ => format!("{direction}, line {}", own.line),
            },
            _ => direction.to_string(),
        };
        format!("{} {verb} ({place})", self.named(policy))
    }

    /// Who isolates: the first few by name.
    fn isolating(&self, policies: &[Id<Policy>]) -> String {
        // Parts of one object go by one name.
        let mut all: Vec<String> = policies.iter().map(|id| self.named(*id)).collect();
        all.dedup();
        let names = all.get(..all.len().min(MOST_POLICIES)).unwrap_or_default();
        match (all.len() - names.len(), names.split_last()) {
            (0, Some((last, []))) => format!("{last} isolates"),
            (0, Some((last, front))) => format!("{} and {last} isolate", front.join(", ")),
            (more, _) => format!("{} and {more} more isolate", names.join(", ")),
        }
    }
}
