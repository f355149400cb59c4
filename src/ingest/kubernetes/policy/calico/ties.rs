//! Policies of equal order. Calico lets their names decide, and its versions have compared different names: up to 3.30 the name with the
//! namespace before and the tier in it, later name, namespace and kind (projectcalico/calico `felix/calc/policy_sorter.go`).

use super::super::super::manifest_lowering::ManifestLowering;
use super::super::overlap::{Subjects, disagree};
use super::{GLOBAL, NAMESPACED, is_own};
use crate::model::{GapKind, Policy, World};
use std::cmp::Ordering;

/// Doubts the places of both of a pair of equal order where the versions differ in which decides, and it matters.
pub(in crate::ingest::kubernetes::policy) fn doubt(
    policies: &mut [Policy],
    lowering: &mut ManifestLowering<'_>,
) {
    let (mut pairs, subjects) = (Vec::new(), Subjects::of(policies));
    for (at, a) in policies
        .iter()
        .enumerate()
        .filter(|(_, policy)| is_own(policy))
    {
        let others = policies
            .iter()
            .enumerate()
            .filter(|(other, b)| *other > at || !is_own(b));
        let tied = others.filter(|(_, b)| a.order == b.order && a.tier == b.tier);
        // What is cheapest to know first: there may be a great many pairs.
        let open = tied.filter(|(other, b)| {
            subjects.meet(at, *other, lowering) && disagree(a, b) && !settled(lowering.world, a, b)
        });
        pairs.extend(open.map(|(other, _)| (at.min(other), at.max(other))));
    }
    for (a, b) in pairs {
        let Ok([first, second]) = policies.get_disjoint_mut([a, b]) else {
            continue;
        };
        let (one, two) = (&first.origin.address, &second.origin.address);
        let what = format!(
            "{one} and {two} have the same order and are about the same pods: which decides depends on the version of Calico, give them different orders"
        );
        let doubt = lowering
            .world
            .doubt(GapKind::NotJudged, what, Some(second.origin.clone()));
        first.order_doubt = first.order_doubt.and(&doubt);
        second.order_doubt = second.order_doubt.and(&doubt);
    }
}

/// Whether all versions put the two into the order in which policies are judged here: by name, then by namespace.
fn settled(world: &World, a: &Policy, b: &Policy) -> bool {
    let namespace = |policy: &Policy| policy.namespace.map(|id| world.namespaces[id].name.clone());
    let tier = if a.tier.name == "NetworkPolicy" {
        "default"
    } else {
        &a.tier.name
    };
    let before = |policy: &Policy| {
        let front = namespace(policy)
            .map(|name| format!("{name}/"))
            .unwrap_or_default();
        let kubernetes = if is_own(policy) { "" } else { "knp." };
        format!("{front}{kubernetes}{tier}.{}", policy.name)
    };
    let later = |policy: &Policy| {
        let kind = match policy.kind {
            NAMESPACED => "NetworkPolicy",
            GLOBAL => GLOBAL,
            _ => "KubernetesNetworkPolicy",
        };
        format!(
            "{}/{}/{kind}",
            policy.name,
            namespace(policy).unwrap_or_default()
        )
    };
    let here = (&a.name, namespace(a), a.kind).cmp(&(&b.name, namespace(b), b.kind));
    here != Ordering::Equal && before(a).cmp(&before(b)) == here && later(a).cmp(&later(b)) == here
}
