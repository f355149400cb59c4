//! Whether isolated pods may still ask for names.

use crate::model::{
    Cluster, Direction, Id, Policy, PolicyAction, PolicyRule, Protocol, Traffic, Workload,
};
use crate::reach::Engine;
use rustc_hash::FxHashMap;

/// What policies let pass of questions for names.
pub(super) struct DnsNeed<'e, 'w> {
    engine: &'e Engine<'w>,
    /// Of each cluster, the rules of policies that belong to no namespace and so may speak for any workload.
    wide: FxHashMap<Id<Cluster>, Vec<&'w PolicyRule>>,
}

impl<'e, 'w> DnsNeed<'e, 'w> {
    /// That of a world.
    pub(super) fn new(engine: &'e Engine<'w>) -> Self {
        let mut wide: FxHashMap<_, Vec<_>> = FxHashMap::default();
        for (_, policy) in engine.world().policies.iter() {
            if policy.namespace.is_none() {
                let own = wide.entry(policy.cluster).or_default();
                own.extend(rules(policy));
            }
        }
        DnsNeed { engine, wide }
    }

    /// Those of the workloads of one namespace whose policies let them send something, and nothing that could be a question for
    /// a name. (Pods of which nothing may be sent need no names, and a rule that is not certain may be the one for DNS.)
    pub(super) fn unmet(&self, workloads: &[Id<Workload>]) -> Vec<Id<Workload>> {
        let mut known: FxHashMap<&[Id<Policy>], bool> = FxHashMap::default();
        let lacks = |id: &Id<Workload>| {
            let isolation_status = self.engine.isolation_status(*id, Direction::Egress);
            let by = isolation_status.by.as_slice();
            isolation_status.isolated.must
                && isolation_status.nullified.is_none()
                && *known.entry(by).or_insert_with(|| self.lacks_dns(*id, by))
        };
        let world = self.engine.world();
        let own = workloads.iter().copied();
        own.filter(|id| !world.workloads[*id].host_network)
            .filter(lacks)
            .collect()
    }

    /// Whether policies that isolate a workload, and those for its whole cluster, let pass something and no question for a name.
    fn lacks_dns(&self, workload: Id<Workload>, by: &[Id<Policy>]) -> bool {
        let world = self.engine.world();
        let cluster = world.namespaces[world.workloads[workload].namespace].cluster;
        let wide = self.wide.get(&cluster).into_iter().flatten().copied();
        let own = by.iter().flat_map(|id| rules(&world.policies[*id]));
        let rules: Vec<&PolicyRule> = own.chain(wide).collect();
        !rules.is_empty() && !rules.into_iter().any(may_be_dns)
    }
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
