//! Whether isolated pods may still ask for names.

use crate::model::{
    Direction, Id, Namespace, Policy, PolicyAction, PolicyRule, Protocol, Traffic, Workload, World,
};
use crate::reach::Engine;

/// Workloads of a namespace whose policies let them send something, and nothing that could be a question for a name. (Pods of
/// which nothing may be sent need no names, and a rule that is not certain may be the one for DNS.)
pub(super) fn without_dns(namespace: Id<Namespace>, engine: &Engine<'_>) -> Vec<Id<Workload>> {
    let world = engine.world();
    let own = world.workloads.iter();
    let own = own.filter(|(_, workload)| workload.namespace == namespace && !workload.host_network);
    own.map(|(id, _)| id)
        .filter(|id| lacks_dns(*id, engine))
        .collect()
}

fn lacks_dns(workload: Id<Workload>, engine: &Engine<'_>) -> bool {
    let standing = engine.standing(workload, Direction::Egress);
    if !standing.isolated.must || standing.nullified.is_some() {
        return false;
    }
    let world = engine.world();
    let wide = wide_policies(workload, world);
    let rules: Vec<&PolicyRule> = standing
        .by
        .iter()
        .copied()
        .chain(wide)
        .filter_map(|id| world.policies[id].egress.as_ref())
        .flat_map(|side| &side.rules)
        .filter(|rule| rule.action != PolicyAction::Deny)
        .collect();
    !rules.is_empty() && !rules.iter().any(|rule| may_be_dns(rule))
}

/// Policies of the cluster that belong to no namespace and so may speak for the workload.
fn wide_policies(workload: Id<Workload>, world: &World) -> impl Iterator<Item = Id<Policy>> {
    let cluster = world.workloads[workload].cluster;
    let all = world.policies.iter();
    all.filter(move |(_, policy)| policy.namespace.is_none() && policy.cluster == cluster)
        .map(|(id, _)| id)
}

/// Whether a rule may let a question for a name pass: port 53, or a port by its name.
fn may_be_dns(rule: &PolicyRule) -> bool {
    let questions = [Protocol::UDP, Protocol::TCP].map(|protocol| Traffic::ports(protocol, 53, 53));
    let questions: Traffic = questions.into_iter().collect();
    !rule.named_ports.is_empty()
        || !rule.doubt.is_certain()
        || !rule.traffic.intersection(&questions).is_empty()
}
