//! Policies of equal priority that are about the same pods: which one decides is not defined.

use super::super::manifest_lowering::ManifestLowering;
use super::BASELINE;
use crate::model::{GapKind, Policy, PolicyAction, PolicySide, Workload};
use std::cell::OnceCell;

/// The kinds whose priorities leave open which of two equal ones decides.
const NAMED: &[&str] = &[
    "AdminNetworkPolicy",
    "BaselineAdminNetworkPolicy",
    "ClusterNetworkPolicy",
];

/// Enters a gap for every pair of the API's cluster-wide policies of one tier and priority that select a pod in common and have rules in the same
/// direction that could disagree, and doubts the places of both (network-policy-api, `Priority`: "the implementation can apply any of the matching policies").
pub(super) fn doubt(policies: &mut [Policy], lowering: &mut ManifestLowering<'_>) {
    let (mut pairs, subjects) = (Vec::new(), Subjects::of(policies));
    let wide: Vec<(usize, &Policy)> = policies
        .iter()
        .enumerate()
        .filter(|(_, policy)| NAMED.contains(&policy.kind))
        .collect();
    for (at, (position, a)) in wide.iter().enumerate() {
        let equal = |b: &Policy| {
            a.namespace.is_none() && b.namespace.is_none() && a.tier == b.tier && a.order == b.order
        };
        let open = |other: usize, b: &Policy| {
            equal(b) && disagree(a, b) && subjects.meet(*position, other, lowering)
        };
        let later = wide
            .iter()
            .skip(at + 1)
            .filter(|(other, b)| open(*other, b));
        pairs.extend(later.map(|(other, _)| (*position, *other)));
    }
    for (a, b) in pairs {
        let Some([first, second]) = policies.get_disjoint_mut([a, b]).ok() else {
            continue;
        };
        let what = format!(
            "{} and {} have the same priority {} and are about the same pods: which decides is not defined, give them different priorities",
            first.origin.address, second.origin.address, first.order
        );
        let doubt = lowering
            .world
            .doubt(GapKind::NotJudged, what, Some(second.origin.clone()));
        first.order_doubt = first.order_doubt.and(&doubt);
        second.order_doubt = second.order_doubt.and(&doubt);
    }
}

pub(super) fn disagree(a: &Policy, b: &Policy) -> bool {
    // Allow and pass are the same in the last tier, but for what would come after: nothing does.
    let actions = |side: &PolicySide| {
        side.rules
            .iter()
            .map(|rule| {
                if a.tier.rank == BASELINE && rule.action == PolicyAction::Pass {
                    PolicyAction::Allow
                } else {
                    rule.action
                }
            })
            .collect::<Vec<_>>()
    };
    let differ = |own: &Option<PolicySide>, other: &Option<PolicySide>| match (own, other) {
        (Some(own), Some(other)) => actions(own)
            .iter()
            .any(|action| actions(other).iter().any(|theirs| theirs != action)),
        _ => false,
    };
    differ(&a.ingress, &b.ingress) || differ(&a.egress, &b.egress)
}

/// The pods that policies are about, looked up once for each policy that is asked for.
pub(super) struct Subjects<'p> {
    policies: &'p [Policy],
    /// A bit for each workload of the cluster, in the order of the world.
    pods: Vec<OnceCell<Vec<u64>>>,
}

impl<'p> Subjects<'p> {
    /// Those of some policies of one cluster.
    pub(super) fn of(policies: &'p [Policy]) -> Self {
        Subjects {
            policies,
            pods: policies.iter().map(|_| OnceCell::new()).collect(),
        }
    }

    /// Whether two of the policies, given by position, are about a pod in common.
    pub(super) fn meet(&self, one: usize, other: usize, lowering: &ManifestLowering<'_>) -> bool {
        let namespace = |at: usize| self.policies.get(at).and_then(|policy| policy.namespace);
        if namespace(one)
            .zip(namespace(other))
            .is_some_and(|(one, other)| one != other)
        {
            return false;
        }
        let (own, others) = (self.pods(one, lowering), self.pods(other, lowering));
        own.iter().zip(others).any(|(own, other)| own & other != 0)
    }

    fn pods(&self, at: usize, lowering: &ManifestLowering<'_>) -> &[u64] {
        let Some((policy, known)) = self.policies.get(at).zip(self.pods.get(at)) else {
            return &[];
        };
        known.get_or_init(|| {
            let world = &*lowering.world;
            let of_cluster = |(_, workload): &(_, &Workload)| workload.cluster == lowering.cluster;
            let held: Vec<bool> = world
                .workloads
                .iter()
                .filter(of_cluster)
                .map(|(id, _)| policy.subject.holds(world.selected(id)))
                .collect();
            let word = |bits: &[bool]| {
                bits.iter()
                    .enumerate()
                    .fold(0, |word, (at, bit)| word | u64::from(*bit) << at)
            };
            held.chunks(64).map(word).collect()
        })
    }
}
