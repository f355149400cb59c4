//! Policies of equal rank that disagree.

use super::{PolicyEvaluator, Remark, RemarkKind, about_policy};
use crate::model::{Doubt, Id, Policy};

/// Reading policies doubts both of a pair whose order is not defined, for one and the same gap.
pub(super) fn remarks(evaluator: &PolicyEvaluator<'_>) -> Vec<Remark> {
    let world = evaluator.world;
    let mut out = Vec::new();
    let doubted = world.policies.iter();
    let doubted: Vec<(Id<Policy>, &Policy)> = doubted
        .filter(|(_, policy)| !doubts(policy).is_certain())
        .collect();
    for (at, (id, policy)) in doubted.iter().enumerate() {
        let earlier = doubted.iter().take(at);
        for (before, other) in earlier.filter(|(_, other)| tie(policy, other)) {
            let kind = RemarkKind::Contradiction { other: *before };
            let mut remark = about_policy(world, kind, *id);
            remark.related = vec![other.origin.clone()];
            out.push(remark);
        }
    }
    out
}

fn doubts(policy: &Policy) -> Doubt {
    policy.doubt.and(&policy.order_doubt)
}

fn tie(one: &Policy, other: &Policy) -> bool {
    let equal = one.cluster == other.cluster && one.tier == other.tier && one.order == other.order;
    // Parts of one object share what is wrong with it, and are no two policies.
    equal
        && one.origin != other.origin
        && doubts(one)
            .gaps()
            .iter()
            .any(|gap| doubts(other).gaps().contains(gap))
}
