//! Rules that match no packet at all.

use super::super::peers;
use super::{Judge, Remark, RemarkKind, Spot};
use crate::model::{Direction, Id, PolicyPeer, Selector, Workload};

/// Why a rule that pods meet matches nothing; none where the input cannot tell.
pub(super) fn remark(judge: &Judge<'_>, spot: Spot<'_>) -> Option<Remark> {
    let world = judge.world;
    let mut wanted = Vec::new();
    selectors(&spot.rule.peer, &mut wanted);
    let cluster = world.policies[spot.policy].cluster;
    let here = |selector: &&Selector| {
        let mut pods = judge.workloads.chosen(cluster, selector);
        pods.any(|id| !world.workloads[id].host_network)
    };
    let someone = wanted.iter().any(here) || !peers::outside(&spot.rule.peer).is_empty();
    let telling = wanted
        .iter()
        .all(|selector| judge.workloads.can_tell(cluster, selector));
    let receivers_known =
        spot.direction == Direction::Ingress || someone && telling && !wanted.is_empty();
    if !spot.rule.named_ports.is_empty() && spot.rule.traffic.is_empty() && receivers_known {
        return Some(spot.remark(RemarkKind::UnknownPort));
    }
    if someone || wanted.is_empty() {
        return None;
    }
    let chosen = |id: Id<Workload>| {
        wanted
            .iter()
            .any(|selector| selector.holds(world.selected(id)))
    };
    let elsewhere = world.clusters.len() > 1;
    let mut others = world.workloads.iter().filter(|_| elsewhere);
    let foreign = others.find(|(id, workload)| workload.cluster != cluster && chosen(*id));
    if let Some((id, workload)) = foreign {
        let mut remark = spot.remark(RemarkKind::OtherCluster { workload: id });
        remark.related = vec![workload.origin.clone()];
        return Some(remark);
    }
    telling.then(|| spot.remark(RemarkKind::MatchesNobody))
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
