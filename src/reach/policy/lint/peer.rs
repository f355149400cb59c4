//! Rules that match no packet at all.

use super::super::peers;
use super::{Judge, Lint, LintKind, Spot, can_tell};
use crate::model::{Id, PolicyPeer, Selector, Workload};
use crate::reach::Direction;

/// Why a rule that pods meet matches nothing; none where the input cannot tell.
pub(super) fn lint(judge: &Judge<'_>, spot: Spot<'_>) -> Option<Lint> {
    let world = judge.world;
    let name = spot.name(world);
    let mut wanted = Vec::new();
    selectors(&spot.rule.peer, &mut wanted);
    let own = || {
        world
            .workloads
            .iter()
            .filter(|(_, workload)| workload.cluster == world.policies[spot.policy].cluster)
    };
    let chosen = |id: Id<Workload>| {
        wanted
            .iter()
            .any(|selector| selector.holds(world.selected(id)))
    };
    let someone = own().any(|(id, workload)| !workload.host_network && chosen(id))
        || !peers::outside(&spot.rule.peer).is_empty();
    let telling = wanted
        .iter()
        .all(|selector| can_tell(world, selector, own().map(|(_, workload)| workload)));
    let receivers_known =
        spot.direction == Direction::Ingress || someone && telling && !wanted.is_empty();
    if !spot.rule.named_ports.is_empty() && spot.rule.traffic.is_empty() && receivers_known {
        let ports: Vec<String> = spot
            .rule
            .named_ports
            .iter()
            .map(|port| format!("`{}`", port.name))
            .collect();
        let because = format!(
            "{name} matches nothing: no pod that receives its packets has a port named {}",
            ports.join(" or ")
        );
        return Some(spot.lint(LintKind::UnknownPort, because));
    }
    if someone || wanted.is_empty() {
        return None;
    }
    let foreign = world.workloads.iter().find(|(id, workload)| {
        workload.cluster != world.policies[spot.policy].cluster && chosen(*id)
    });
    if let Some((id, workload)) = foreign {
        let because = format!(
            "{name} matches nobody: only pods of another cluster have the labels, such as `{}`, and labels do not cross clusters; \
             name their addresses",
            world.workload_title(id)
        );
        let mut lint = spot.lint(LintKind::OtherCluster, because);
        lint.related = vec![workload.origin.clone()];
        return Some(lint);
    }
    telling.then(|| {
        spot.lint(
            LintKind::MatchesNobody,
            format!("{name} matches nobody: no pod has the labels that it names"),
        )
    })
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
