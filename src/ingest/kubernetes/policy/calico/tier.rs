//! Tiers, and where policies stand in them (projectcalico/calico `tier.go`, `felix/calc/policy_sorter.go`).

use super::super::super::manifest_lowering::ManifestLowering;
use super::super::super::object::Object;
use super::super::{ADMIN, BASELINE, MESH, Reading, sortable, tier};
use super::is_calico;
use crate::ingest::yaml::{Node, Shape};
use crate::model::{Doubt, GapKind, Policy, Tier};

/// Where a policy stands.
pub(super) struct TierPosition {
    /// Its tier.
    pub(super) tier: Tier,
    /// Whether what none of the tier's rules matches is denied.
    pub(super) isolates: bool,
    /// Why it may stand elsewhere, or not be enforced at all.
    pub(super) doubt: Doubt,
}

/// The tiers that are always there: name, order, rank.
const FIXED: [(&str, f64, u32); 5] = [
    ("adminnetworkpolicy", 1e3, ADMIN),
    ("kube-admin", 1e3, ADMIN),
    ("default", 1e6, Tier::NAMESPACED),
    ("baselineadminnetworkpolicy", 1e7, BASELINE),
    ("kube-baseline", 1e7, BASELINE),
];

/// Rank of tiers that may stand anywhere: before all others of Calico's.
pub(in crate::ingest::kubernetes::policy) const FIRST: u32 = MESH + 1;

/// Place of a policy or tier without an order: after all that have one.
const LAST: i64 = i64::MAX;

/// The order of a policy or a tier, which may be fractional and negative. What is no number may be any, and so the first.
pub(super) fn order(node: &Node, reading: &mut Reading<'_, '_>) -> i64 {
    if node.is_unset() {
        return LAST;
    }
    let number = node
        .written()
        .filter(|_| node.shape() == Shape::Number)
        .and_then(|text| text.parse::<f64>().ok());
    if number.is_none_or(|number| !number.is_finite()) {
        reading.faults.mismatch(node, "order", "a number");
    }
    number
        .filter(|number| number.is_finite())
        .map_or(i64::MIN, sortable)
}

/// The tier that a policy names. The default one is that of Kubernetes' own policies; a tier that is not in the input may stand anywhere.
pub(super) fn stage(policy: &Object, spec: &Node, reading: &mut Reading<'_, '_>) -> TierPosition {
    let node = spec.get("tier");
    if !node.is_unset() && node.text().is_none() {
        reading.faults.mismatch(&node, "tier", "the name of a Tier");
        return TierPosition {
            tier: tier("unknown", FIRST),
            isolates: false,
            doubt: Doubt::none(),
        };
    }
    let name = node
        .text()
        .filter(|name| !name.is_empty())
        .unwrap_or("default")
        .to_owned();
    let fixed = FIXED
        .iter()
        .find(|known| known.0 == name)
        .map(|known| known.2);
    let mut objects: Vec<&Object> = declared(reading)
        .into_iter()
        .filter(|object| object.name == name)
        .collect();
    objects.dedup_by(|a, b| a.node.same_as(&b.node));
    let said = objects.first().map(|object| passes(object, reading));
    let passes = said.unwrap_or(fixed == Some(ADMIN) || fixed == Some(BASELINE));
    let stage = |rank, doubt| TierPosition {
        tier: tier(
            if name == "default" {
                "NetworkPolicy"
            } else {
                &name
            },
            rank,
        ),
        isolates: !passes,
        doubt,
    };
    match (objects.as_slice(), fixed) {
        ([] | [_], Some(rank)) => stage(rank, Doubt::none()),
        ([one], None) => stage(rank(one, reading), Doubt::none()),
        _ => {
            let what = format!(
                "{} stands in the tier `{name}`, of which the input holds {}: where it decides is not known",
                policy.title(),
                match objects.len() {
                    0 => "none".to_owned(),
                    several => format!("{several} versions"),
                }
            );
            stage(
                FIRST,
                reading.lowering.world.doubt(
                    GapKind::NotInInput,
                    what,
                    Some(policy.origin_at(node.place())),
                ),
            )
        }
    }
}

/// Whether the input says of a tier that what none of its rules matches goes on to the next.
fn passes(object: &Object, reading: &mut Reading<'_, '_>) -> bool {
    let node = object.node.get("spec.defaultAction");
    match node.text() {
        Some("Pass") => true,
        Some("Deny") => false,
        _ => {
            if !node.is_unset() {
                reading
                    .faults
                    .mismatch(&node, "defaultAction", "Deny or Pass");
            }
            false
        }
    }
}

fn declared<'w>(reading: &Reading<'_, 'w>) -> Vec<&'w Object> {
    reading
        .lowering
        .objects
        .iter()
        .copied()
        .filter(|object| is_calico(object) && object.kind == "Tier")
        .collect()
}

/// The rank of a tier that is not one of the fixed ones: behind the last fixed one that decides before it, by its place among its neighbours.
fn rank(own: &Object, reading: &mut Reading<'_, '_>) -> u32 {
    let key = |object: &Object, reading: &mut Reading<'_, '_>| {
        (
            order(&object.node.get("spec.order"), reading),
            object.name.clone(),
        )
    };
    let own = key(own, reading);
    let before = |known: &(&str, f64, u32)| (sortable(known.1), known.0) < (own.0, own.1.as_str());
    let floor = FIXED
        .iter()
        .filter(|known| before(known))
        .map(|known| known.2)
        .max()
        .unwrap_or_default();
    let first = FIXED
        .iter()
        .filter(|known| known.2 == floor)
        .map(|known| (sortable(known.1), known.0.to_owned()))
        .max();
    let mut between: Vec<(i64, String)> = declared(reading)
        .into_iter()
        .map(|object| key(object, reading))
        .collect();
    between.retain(|other| {
        *other < own
            && first.as_ref().is_none_or(|first| other > first)
            && !FIXED.iter().any(|known| known.0 == other.1)
    });
    between.sort();
    between.dedup();
    let room = if floor == 0 {
        ADMIN - FIRST - 1
    } else {
        u32::MAX - floor
    };
    let floor = floor.max(FIRST);
    floor
        + u32::try_from(between.len() + 1)
            .unwrap_or(u32::MAX)
            .min(room)
}

/// Takes isolation from the policies of the default tier, Kubernetes' own among them, where the input has Calico pass on what its rules do not
/// match.
pub(in crate::ingest::kubernetes::policy) fn default_passes(
    policies: &mut [Policy],
    lowering: &ManifestLowering<'_>,
) {
    let says =
        |object: &&Object| is_calico(object) && object.kind == "Tier" && object.name == "default";
    let passes = |object: &Object| object.node.get("spec.defaultAction").text() == Some("Pass");
    let engine = lowering.world.clusters[lowering.cluster].engine.as_str();
    let enforced = engine == "calico" || engine.is_empty() || engine.starts_with("unknown");
    if !enforced || !lowering.objects.iter().copied().filter(says).any(passes) {
        return;
    }
    let reads = |policy: &Policy| policy.kind == "NetworkPolicy" || super::is_own(policy);
    for policy in policies
        .iter_mut()
        .filter(|policy| policy.tier.rank == Tier::NAMESPACED && reads(policy))
    {
        policy
            .ingress
            .iter_mut()
            .chain(&mut policy.egress)
            .for_each(|side| side.isolates = false);
    }
}
