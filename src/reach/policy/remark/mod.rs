//! Remarks about policies and rules that do not do what they say.
//!
//! A remark is made only where the input can tell: it may hold a part of the cluster's manifests, so that pods are missed
//! only in namespaces of which it holds pods.

mod contradiction;
mod joined;
mod network;
mod peer;
mod shadow;
mod subject;

use super::PolicyEvaluator;
use crate::model::{Direction, Id, Policy, PolicyRule, World};
use crate::reach::{Remark, RemarkKind};
use joined::Joined;

impl PolicyEvaluator<'_> {
    /// All remarks, by policy in the order of the world, then by direction and rule.
    #[must_use]
    pub fn remarks(&self) -> Vec<Remark> {
        let joined = Joined::of(self.world);
        let mut out = subject::remarks(self);
        out.extend(contradiction::remarks(self));
        for (id, cluster) in self.world.clusters.ids().zip(&self.clusters) {
            let near = joined.with(id);
            for direction in Direction::BOTH {
                out.extend(shadow::remarks(self, &near, cluster, direction));
                out.extend(network::remarks(self, &near, cluster, direction));
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
struct LocatedRule<'w> {
    policy: Id<Policy>,
    direction: Direction,
    at: usize,
    rule: &'w PolicyRule,
}

impl LocatedRule<'_> {
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
