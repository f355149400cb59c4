//! Address blocks and pods: engines differ in whether a block holds for a pod that has the address (kubernetes.io "Network Policies":
//! what `ipBlock` means of addresses inside of the cluster is not defined), and the input may not say which address that is.

use super::super::engine::behaviour::{Question, holds};
use super::super::engine::{named, undecided};
use super::super::manifest_lowering::ManifestLowering;
use crate::model::{AddressSet, GapKind, Policy, PolicyPeer, PolicyRule, PolicySide};

/// Has the blocks of the policies hold for pods as well where the engine is known to do so, and perhaps where engines differ.
pub(super) fn blocks(policies: &mut [Policy], lowering: &mut ManifestLowering<'_>) {
    let engine = lowering.world.clusters[lowering.cluster].engine.clone();
    let matched = holds(&engine, Question::BlocksMatchPods);
    // Objects without any cluster are judged by what the definition has: a block is for addresses outside.
    let alone = lowering.world.clusters[lowering.cluster].name.is_empty();
    if matched == Some(false) || alone && named(&engine).is_empty() {
        return;
    }
    for policy in policies {
        let name = policy.origin.address.clone();
        for side in policy.ingress.iter_mut().chain(&mut policy.egress) {
            if matched.is_some() {
                side.rules.iter_mut().for_each(for_pods_too);
            } else {
                for_pods_perhaps(side, &name, &engine, lowering);
            }
        }
    }
}

fn for_pods_too(rule: &mut PolicyRule) {
    if let PolicyPeer::Addresses(set) = &rule.peer {
        rule.peer = PolicyPeer::AddressesOfPodsToo(set.clone());
    }
}

/// Adds, beside each rule for addresses that pods may have, the same for pods, in doubt.
fn for_pods_perhaps(
    side: &mut PolicySide,
    policy: &str,
    engine: &str,
    lowering: &mut ManifestLowering<'_>,
) {
    for rule in std::mem::take(&mut side.rules) {
        let mut more = rule.clone();
        for_pods_too(&mut more);
        let is_block = more.peer != rule.peer;
        side.rules.push(rule);
        let PolicyPeer::AddressesOfPodsToo(set) = &more.peer else {
            continue;
        };
        if !is_block || !may_be_of_pods(set, lowering) {
            continue;
        }
        let what = format!(
            "{policy} names addresses that pods may have: policy engines differ in whether such a rule holds for pods, and {}",
            undecided(engine)
        );
        let origin = Some(more.origin.clone());
        let doubt = lowering.world.doubt(GapKind::NotJudged, what, origin);
        more.doubt = more.doubt.and(&doubt);
        side.rules.push(more);
    }
}

/// Whether a pod of the cluster may be at one of the addresses: at any, where a network of a cloud gives pods theirs.
fn may_be_of_pods(set: &AddressSet, lowering: &ManifestLowering<'_>) -> bool {
    let world = &*lowering.world;
    let mut pods = world.workloads.iter().map(|(_, own)| own);
    let is_placed = !world.clusters[lowering.cluster].name.is_empty();
    pods.any(|own| own.cluster == lowering.cluster)
        && (is_placed || !set.is_disjoint(&AddressSet::of_unresolved_pods()))
}
