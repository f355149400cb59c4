//! Policies that are about nothing.

use super::{Judge, Lint, LintKind, about_policy, can_tell, words};
use crate::model::{Id, Policy};

pub(super) fn lints(judge: &Judge<'_>) -> Vec<Lint> {
    judge
        .world
        .policies
        .iter()
        .filter_map(|(id, policy)| lint(judge, id, policy))
        .collect()
}

fn lint(judge: &Judge<'_>, id: Id<Policy>, policy: &Policy) -> Option<Lint> {
    let world = judge.world;
    if let Some(why) = &policy.inert {
        let because = format!("{} has no effect: {why}", words::policy(world, id));
        return Some(about_policy(world, LintKind::Inert, id, because));
    }
    let own = || {
        world
            .workloads
            .iter()
            .filter(|(_, workload)| workload.cluster == policy.cluster)
    };
    let chosen: Vec<_> = own()
        .filter(|(id, _)| policy.subject.holds(world.selected(*id)))
        .collect();
    let telling = policy.doubt.is_certain()
        && can_tell(world, &policy.subject, own().map(|(_, workload)| workload));
    let name = words::policy(world, id);
    if chosen.is_empty() && telling {
        let because = format!("{name} selects no pod: none in its namespace has the labels");
        return Some(about_policy(world, LintKind::SelectsNothing, id, because));
    }
    let on_host = !chosen.is_empty() && chosen.iter().all(|(_, workload)| workload.host_network);
    on_host.then(|| {
        let because =
            format!("{name} selects only pods on the host network, which are outside of policy");
        let mut lint = about_policy(world, LintKind::SelectsNothing, id, because);
        lint.related = chosen
            .iter()
            .map(|(_, workload)| workload.origin.clone())
            .collect();
        lint
    })
}
