//! Rules that match no packet at all.

use super::super::peers;
use super::joined::Surroundings;
use super::{LocatedRule, PolicyEvaluator, Remark, RemarkKind};
use crate::model::{Cluster, Direction, Id, PolicyPeer, Selector};

/// Why a rule that pods meet matches nothing; none where the input cannot tell.
pub(super) fn remark(
    evaluator: &PolicyEvaluator<'_>,
    near: &Surroundings,
    located: LocatedRule<'_>,
) -> Option<Remark> {
    let world = evaluator.world;
    let mut wanted = Vec::new();
    selectors(&located.rule.peer, &mut wanted);
    let cluster = world.policies[located.policy].cluster;
    let here = |selector: &&Selector| {
        let mut pods = evaluator.workloads.chosen(cluster, selector);
        pods.any(|id| !world.workloads[id].host_network)
    };
    let someone = wanted.iter().any(here) || !peers::outside(&located.rule.peer).is_empty();
    let telling = wanted
        .iter()
        .all(|selector| evaluator.workloads.can_tell(cluster, selector));
    let receivers_known =
        located.direction == Direction::Ingress || someone && telling && !wanted.is_empty();
    if !located.rule.named_ports.is_empty() && located.rule.traffic.is_empty() && receivers_known {
        return Some(located.remark(RemarkKind::UnknownPort));
    }
    if someone || wanted.is_empty() {
        return None;
    }
    let foreign = |selector: &&Selector| {
        let chosen = |other: &Id<Cluster>| evaluator.workloads.chosen(*other, selector).next();
        near.others.iter().filter_map(chosen).min()
    };
    if let Some(id) = wanted.iter().filter_map(foreign).min() {
        let workload = &world.workloads[id];
        let mut remark = located.remark(RemarkKind::OtherCluster { workload: id });
        remark.related = vec![workload.origin.clone()];
        return Some(remark);
    }
    telling.then(|| located.remark(RemarkKind::MatchesNobody))
}

/// The selectors of pods in a peer that is made of nothing else; none where it is.
fn selectors<'p>(peer: &'p PolicyPeer, out: &mut Vec<&'p Selector>) {
    match peer {
        PolicyPeer::Pods(selector) => out.push(selector),
        PolicyPeer::Any(parts) => parts.iter().for_each(|part| selectors(part, out)),
        PolicyPeer::Anyone
        | PolicyPeer::NodesOfPods(_)
        | PolicyPeer::Nodes(_)
        | PolicyPeer::Addresses(_)
        | PolicyPeer::AddressesOfPodsToo(_)
        | PolicyPeer::World
        | PolicyPeer::Not(_)
        | PolicyPeer::All(_) => {}
    }
}
