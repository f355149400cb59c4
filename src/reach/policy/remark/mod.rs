//! Remarks about policies and rules that do not do what they say.
//!
//! A remark is made only where the input can tell: it may hold a part of the cluster's manifests, so that pods are missed
//! only in namespaces of which it holds pods.

mod contradiction;
mod network;
mod peer;
mod shadow;
mod subject;

use super::Judge;
use crate::model::{Direction, Id, LabelsOf, Policy, PolicyRule, Selector, Workload, World};
use crate::reach::{Remark, RemarkKind};
use std::collections::BTreeSet;

impl Judge<'_> {
    /// All remarks, by policy in the order of the world, then by direction and rule.
    #[must_use]
    pub fn remarks(&self) -> Vec<Remark> {
        let mut out = subject::remarks(self);
        out.extend(contradiction::remarks(self));
        for cluster in &self.clusters {
            for direction in Direction::BOTH {
                out.extend(shadow::remarks(self, cluster, direction));
                out.extend(network::remarks(self, cluster, direction));
            }
        }
        out.sort_by_key(|remark| {
            (
                remark.policy,
                remark.direction,
                remark.rule,
                remark.kind.clone(),
            )
        });
        out
    }
}

/// A remark about a policy as a whole.
fn about_policy(world: &World, kind: RemarkKind, policy: Id<Policy>) -> Remark {
    let origin = world.policies[policy].origin.clone();
    Remark {
        kind,
        policy,
        direction: None,
        rule: None,
        origin,
        related: Vec::new(),
    }
}

/// A rule with its place, as remarks name it.
#[derive(Clone, Copy, Debug)]
struct Spot<'w> {
    policy: Id<Policy>,
    direction: Direction,
    at: usize,
    rule: &'w PolicyRule,
}

impl Spot<'_> {
    /// A remark about the rule.
    fn remark(&self, kind: RemarkKind) -> Remark {
        let (direction, rule, origin) = (
            Some(self.direction),
            Some(self.at),
            self.rule.origin.clone(),
        );
        Remark {
            kind,
            policy: self.policy,
            direction,
            rule,
            origin,
            related: Vec::new(),
        }
    }
}

/// Names of the namespaces that a pod must be in for the selector to hold; none where it may be in any.
fn confined(selector: &Selector) -> Option<BTreeSet<&str>> {
    match selector {
        Selector::InNamespace(name) => Some([name.as_str()].into()),
        Selector::In(LabelsOf::Namespace, key, values) if key == "kubernetes.io/metadata.name" => {
            Some(values.iter().map(String::as_str).collect())
        }
        Selector::All(parts) => parts
            .iter()
            .filter_map(confined)
            .reduce(|a, b| a.intersection(&b).copied().collect()),
        Selector::Any(parts) => {
            let each: Option<Vec<_>> = parts.iter().map(confined).collect();
            each.map(|sets| sets.into_iter().flatten().collect())
        }
        _ => None,
    }
}

/// Whether the input holds pods of every namespace that the selector is confined to, so that it can tell that none is meant; whatever it
/// holds, where the selector holds for nobody.
fn can_tell<'w>(
    world: &World,
    selector: &Selector,
    workloads: impl Iterator<Item = &'w Workload>,
) -> bool {
    if *selector == Selector::Nothing {
        return true;
    }
    let Some(names) = confined(selector).filter(|names| !names.is_empty()) else {
        return false;
    };
    let held: BTreeSet<&str> = workloads
        .map(|workload| world.namespaces[workload.namespace].name.as_str())
        .collect();
    names.is_subset(&held)
}
