//! Address blocks under an engine that matches pods by their addresses: such a block may hold for a pod whose address the input does not say.

use super::super::engine::behaviour::{Question, holds};
use super::super::engine::named;
use crate::model::{Policy, PolicyPeer};

/// Whether one of the engines that may be in use is known to match pods by their addresses.
fn matches_pods(engine: &str) -> bool {
    let one = |engine: &str| holds(engine, Question::BlocksMatchPods) == Some(true);
    named(engine).into_iter().any(one)
}

/// Has the blocks of the policies hold for pods as well, where the engine is known to do so.
pub(super) fn blocks(engine: &str, policies: &mut [Policy]) {
    if !matches_pods(engine) {
        return;
    }
    for policy in policies {
        let sides = policy.ingress.iter_mut().chain(&mut policy.egress);
        for rule in sides.flat_map(|side| &mut side.rules) {
            if let PolicyPeer::Addresses(set) = &rule.peer {
                rule.peer = PolicyPeer::AddressesOfPodsToo(set.clone());
            }
        }
    }
}
