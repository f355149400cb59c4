//! What the readers of all policy kinds work with: ranks and orders, and policies, tiers and sides to begin with.

use super::super::fault::Faults;
use super::super::manifest_lowering::ManifestLowering;
use super::super::namespace;
use super::super::object::Object;
use crate::ingest::yaml::Node;
use crate::model::{Doubt, Policy, PolicySide, Selector, Tier};

/// The rank of what a service mesh decides, besides all other policies: what it lets pass goes on to them.
pub const MESH: u32 = 0;
/// The rank of what an engine does before any policy.
pub const OWN_NODE: u32 = 1;
/// The rank of cluster-wide policies that decide before NetworkPolicy; Calico keeps its tiers by the same numbers.
pub const ADMIN: u32 = 1_000;
/// The rank of cluster-wide policies that decide after NetworkPolicy.
pub const BASELINE: u32 = 10_000_000;
/// The place of NetworkPolicy among the policies of its tier (Calico's order for it).
pub const NETWORK_POLICY_ORDER: i64 = sortable(1_000.0);
/// [`crate::model::PolicyRule::order`] of rules of a tier in which every deny beats every allow.
pub const DENY_FIRST: u32 = 0;
/// [`crate::model::PolicyRule::order`] of all other rules.
pub const ALLOW: u32 = 1;

/// An order that may be fractional as a whole number that sorts the same way.
#[must_use]
pub const fn sortable(order: f64) -> i64 {
    let bits = (order + 0.0).to_bits().cast_signed();
    if bits < 0 { bits ^ i64::MAX } else { bits }
}

/// What reading one policy object works on.
pub struct Reading<'a, 'w> {
    /// What the API server would refuse; a policy with faults is not understood as a whole.
    pub faults: Faults,
    /// The cluster's lowering.
    pub lowering: &'a mut ManifestLowering<'w>,
}

/// A policy of the object's namespace (of every pod, where the kind has none) that says nothing yet.
pub fn blank(object: &Object, kind: &'static str, tier: Tier, reading: &Reading<'_, '_>) -> Policy {
    named(object, kind, tier, reading.lowering)
}

/// As [`blank`], where no object is being read.
pub(super) fn named(
    object: &Object,
    kind: &'static str,
    tier: Tier,
    lowering: &ManifestLowering<'_>,
) -> Policy {
    let namespaced = !object.is_cluster_scoped();
    let name = namespaced.then(|| object.namespace_in(lowering.settings));
    Policy {
        cluster: lowering.cluster,
        kind,
        name: object.name.clone(),
        namespace: name.and_then(|name| namespace::id(name, lowering)),
        tier,
        order: NETWORK_POLICY_ORDER,
        subject: name.map_or(Selector::Everything, |name| {
            Selector::InNamespace(name.to_owned())
        }),
        ingress: None,
        egress: None,
        inert: None,
        order_doubt: Doubt::none(),
        doubt: Doubt::none(),
        origin: object.origin.clone(),
    }
}

/// A tier that the cluster's engine enforces.
#[must_use]
pub fn tier(name: &str, rank: u32) -> Tier {
    Tier {
        rank,
        name: name.to_owned(),
        enforced_by_mesh: false,
    }
}

/// Both selectors together.
#[must_use]
pub fn both(a: Selector, b: Selector) -> Selector {
    match (a, b) {
        (Selector::Everything, other) | (other, Selector::Everything) => other,
        (a, b) => Selector::All(vec![a, b]),
    }
}

/// A side without rules.
#[must_use]
pub fn side(object: &Object, node: &Node, isolates: bool) -> PolicySide {
    PolicySide {
        isolates,
        rules: Vec::new(),
        origin: object.origin_at(node.key_place()),
    }
}
