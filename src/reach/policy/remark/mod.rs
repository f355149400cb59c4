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
use crate::model::{Direction, Id, Policy, PolicyRule, World};
use crate::reach::{Remark, RemarkKind};

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
