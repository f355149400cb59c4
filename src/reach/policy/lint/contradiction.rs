//! Policies of equal rank that disagree.

use super::{Judge, Lint, LintKind, about_policy, words};
use crate::model::Policy;

/// Reading policies doubts both of a pair whose order is not defined, for one and the same gap.
pub(super) fn lints(judge: &Judge<'_>) -> Vec<Lint> {
    let world = judge.world;
    let mut out = Vec::new();
    for (id, policy) in world.policies.iter() {
        for (before, other) in world
            .policies
            .iter()
            .take_while(|(before, _)| *before < id)
            .filter(|(_, other)| tie(policy, other))
        {
            let (one, two) = (words::policy(world, before), words::policy(world, id));
            let because = format!(
                "{one} and {two} disagree at the same priority, and which of them decides is not defined"
            );
            let mut lint = about_policy(world, LintKind::Contradiction, id, because);
            lint.related = vec![other.origin.clone()];
            out.push(lint);
        }
    }
    out
}

fn tie(one: &Policy, other: &Policy) -> bool {
    let equal = one.cluster == other.cluster && one.tier == other.tier && one.order == other.order;
    // Parts of one object share what is wrong with it, and are no two policies.
    equal
        && one.origin != other.origin
        && one
            .doubt
            .gaps()
            .iter()
            .any(|gap| other.doubt.gaps().contains(gap))
}
