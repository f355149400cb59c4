//! Policies that are about nothing.

use super::{PolicyEvaluator, Remark, RemarkKind, about_policy};
use crate::model::{Id, Policy, Workload};

pub(super) fn remarks(evaluator: &PolicyEvaluator<'_>) -> Vec<Remark> {
    evaluator
        .world
        .policies
        .iter()
        .filter_map(|(id, policy)| remark(evaluator, id, policy))
        .collect()
}

fn remark(evaluator: &PolicyEvaluator<'_>, id: Id<Policy>, policy: &Policy) -> Option<Remark> {
    let world = evaluator.world;
    if policy.inert.is_some() {
        return Some(about_policy(world, RemarkKind::Inert, id));
    }
    let chosen: Vec<&Workload> = evaluator
        .workloads
        .chosen(policy.cluster, &policy.subject)
        .map(|id| &world.workloads[id])
        .collect();
    let telling = policy.doubt.is_certain()
        && evaluator
            .workloads
            .can_tell(policy.cluster, &policy.subject);
    if chosen.is_empty() && telling {
        let kind = RemarkKind::SelectsNothing {
            host_network: false,
        };
        return Some(about_policy(world, kind, id));
    }
    let on_host = !chosen.is_empty() && chosen.iter().all(|workload| workload.host_network);
    on_host.then(|| {
        let mut remark = about_policy(world, RemarkKind::SelectsNothing { host_network: true }, id);
        remark.related = chosen
            .iter()
            .map(|workload| workload.origin.clone())
            .collect();
        remark
    })
}
