//! Whether isolated pods may still ask for names.

use crate::model::{
    Cluster, Direction, Id, Namespace, Policy, PolicyAction, PolicyRule, Protocol, Traffic,
    Workload, World,
};
use crate::reach::Engine;
use rustc_hash::FxHashMap;

/// Workloads of a namespace whose policies let them send something, and nothing that could be a question for a name. (Pods of
/// which nothing may be sent need no names, and a rule that is not certain may be the one for DNS.)
pub(super) fn without_dns(namespace: Id<Namespace>, engine: &Engine<'_>) -> Vec<Id<Workload>> {
    let world = engine.world();
    let wide = wide_rules(world.namespaces[namespace].cluster, world);
    let mut known: FxHashMap<&[Id<Policy>], bool> = FxHashMap::default();
    let own = world.workloads.iter();
    let own = own.filter(|(_, workload)| workload.namespace == namespace && !workload.host_network);
    own.map(|(id, _)| id)
        .filter(|id| {
            let isolation_status = engine.isolation_status(*id, Direction::Egress);
            let by = isolation_status.by.as_slice();
            isolation_status.isolated.must
                && isolation_status.nullified.is_none()
                && *known
                    .entry(by)
                    .or_insert_with(|| lacks_dns(by, &wide, world))
        })
        .collect()
}

/// Whether policies that isolate pods, and those for the whole cluster, let pass something and no question for a name.
fn lacks_dns(by: &[Id<Policy>], wide: &[&PolicyRule], world: &World) -> bool {
    let own = by.iter().flat_map(|id| rules(&world.policies[*id]));
    let rules: Vec<&PolicyRule> = own.chain(wide.iter().copied()).collect();
    !rules.is_empty() && !rules.into_iter().any(may_be_dns)
}

/// The rules of policies of a cluster that belong to no namespace and so may speak for any workload.
fn wide_rules(cluster: Id<Cluster>, world: &World) -> Vec<&PolicyRule> {
    let all = world.policies.iter().map(|(_, policy)| policy);
    all.filter(|policy| policy.namespace.is_none() && policy.cluster == cluster)
        .flat_map(rules)
        .collect()
}

/// The rules for what is sent that let something pass.
fn rules(policy: &Policy) -> impl Iterator<Item = &PolicyRule> {
    let sides = policy.egress.iter();
    sides
        .flat_map(|side| &side.rules)
        .filter(|rule| rule.action != PolicyAction::Deny)
}

/// Whether a rule may let a question for a name pass: port 53, or a port by its name.
fn may_be_dns(rule: &PolicyRule) -> bool {
    let questions = [Protocol::UDP, Protocol::TCP].map(|protocol| Traffic::ports(protocol, 53, 53));
    let questions: Traffic = questions.into_iter().collect();
    !rule.named_ports.is_empty()
        || !rule.doubt.is_certain()
        || !rule.traffic.intersection(&questions).is_empty()
}
