//! Policies of equal priority that are about the same pods: which one decides is not defined.

use super::super::lower::Lowering;
use super::BASELINE;
use crate::model::{GapKind, Policy, PolicyAction, PolicySide};

/// The kinds whose priorities leave open which of two equal ones decides.
const NAMED: &[&str] = &["AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy"];

/// Enters a gap for every pair of the API's cluster-wide policies of one tier and priority that select a pod in common and have rules in the same
/// direction that could disagree, and doubts both (network-policy-api, `Priority`: "the implementation can apply any of the matching policies").
pub(super) fn doubt(policies: &mut [Policy], lowering: &mut Lowering<'_>) {
    let mut pairs = Vec::new();
    let wide: Vec<(usize, &Policy)> = policies.iter().enumerate().filter(|(_, policy)| NAMED.contains(&policy.kind)).collect();
    for (at, (position, a)) in wide.iter().enumerate() {
        let equal = |b: &Policy| a.namespace.is_none() && b.namespace.is_none() && a.tier == b.tier && a.order == b.order;
        let later = wide.iter().skip(at + 1).filter(|(_, b)| equal(b) && disagree(a, b) && meet(a, b, lowering));
        pairs.extend(later.map(|(other, _)| (*position, *other)));
    }
    for (a, b) in pairs {
        let Some([first, second]) = policies.get_disjoint_mut([a, b]).ok() else { continue };
        let what = format!(
            "{} and {} have the same priority {} and are about the same pods: which decides is not defined, give them different priorities",
            first.origin.address, second.origin.address, first.order
        );
        let doubt = lowering.world.doubt(GapKind::NotJudged, what, Some(second.origin.clone()));
        first.doubt = first.doubt.and(&doubt);
        second.doubt = second.doubt.and(&doubt);
    }
}

pub(super) fn disagree(a: &Policy, b: &Policy) -> bool {
    // Allow and pass are the same in the last tier, but for what would come after: nothing does.
    let actions = |side: &PolicySide| {
        side.rules
            .iter()
            .map(|rule| if a.tier.rank == BASELINE && rule.action == PolicyAction::Pass { PolicyAction::Allow } else { rule.action })
            .collect::<Vec<_>>()
    };
    let differ = |own: &Option<PolicySide>, other: &Option<PolicySide>| match (own, other) {
        (Some(own), Some(other)) => actions(own).iter().any(|action| actions(other).iter().any(|theirs| theirs != action)),
        _ => false,
    };
    differ(&a.ingress, &b.ingress) || differ(&a.egress, &b.egress)
}

pub(super) fn meet(a: &Policy, b: &Policy, lowering: &Lowering<'_>) -> bool {
    let world = &lowering.world;
    world.workloads.ids().any(|id| a.subject.holds(world.selected(id)) && b.subject.holds(world.selected(id)))
}
