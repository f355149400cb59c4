//! The entry point of the room.

use super::path::{self, CrossingTable, Crossings, NetworkIndex};
use super::policy::PolicyEvaluator;
use super::{
    Exposure, ExposureGroup, Flow, FlowGroup, IsolationStatus, NamespaceIsolation, Party, Remark,
    Scope, Share, SteppingStones,
};
use super::{host_service, service};
use crate::model::{
    AddressSet, Direction, Enforced, Id, Namespace, Service, Traffic, Trail, Verdict, Workload,
    World,
};

/// Answers questions about one [`World`].
pub struct Engine<'w> {
    world: &'w World,
    evaluator: PolicyEvaluator<'w>,
    index: NetworkIndex<'w>,
    table: CrossingTable<'w>,
    share: Option<Share>,
}

impl<'w> Engine<'w> {
    /// An engine for `world`; what it derives is derived when it is asked for.
    #[must_use]
    pub fn new(world: &'w World) -> Self {
        Engine {
            world,
            evaluator: PolicyEvaluator::new(world),
            index: NetworkIndex::new(world),
            table: CrossingTable::default(),
            share: None,
        }
    }

    /// The same where it speaks for a share of the workloads only: crossings, flows and chains are theirs. Everything else of the
    /// world is there all the same.
    #[must_use]
    pub fn of_share(self, share: Option<Share>) -> Self {
        Engine { share, ..self }
    }

    /// The share that it speaks for; none where it speaks for all.
    #[must_use]
    pub fn share(&self) -> Option<Share> {
        self.share
    }

    /// The world that it answers for.
    #[must_use]
    pub fn world(&self) -> &'w World {
        self.world
    }

    /// Evaluates network policies alone.
    #[must_use]
    pub fn evaluator(&self) -> &PolicyEvaluator<'w> {
        &self.evaluator
    }

    /// Whether policies isolate the pods of a workload in one direction.
    #[must_use]
    pub fn isolation_status(
        &self,
        workload: Id<Workload>,
        direction: Direction,
    ) -> &IsolationStatus {
        self.evaluator.isolation_status(workload, direction)
    }

    /// Whether policies are enforced, for each placement of the pods of a workload, without repetition.
    #[must_use]
    pub fn enforcement(&self, workload: Id<Workload>) -> Vec<&Enforced> {
        self.evaluator.enforcement(workload)
    }

    /// Whether a namespace has policies and isolates its pods.
    #[must_use]
    pub fn namespace_isolation(&self, namespace: Id<Namespace>) -> NamespaceIsolation {
        self.evaluator.namespace_isolation(namespace)
    }

    /// Whether `from` can send any of `traffic` to `to`, and how: one verdict with its hops.
    ///
    /// Pods of one cluster, and any parties where the input holds no network, are judged by policy alone.
    #[must_use]
    pub fn explain(&self, from: &Party, to: &Party, traffic: &Traffic) -> Trail {
        let Party::Addresses(addresses) = to else {
            return self.explain_far(from, to, traffic);
        };
        let answers = host_service::of(self.world, from, addresses);
        let by_host = host_service::explain(&self.evaluator, from, &answers, traffic);
        let Some(by_host) = by_host else {
            return self.explain_addresses(from, (to, addresses), traffic);
        };
        let own: AddressSet = answers.into_iter().map(|own| own.at).collect();
        let rest = addresses.difference(&own);
        if rest.is_empty() {
            return by_host;
        }
        let further = Party::Addresses(rest.clone());
        let further = self.explain_addresses(from, (&further, &rest), traffic);
        if by_host.verdict > further.verdict {
            by_host
        } else {
            further
        }
    }

    /// As [`Engine::explain`], for addresses that no host answers itself.
    fn explain_addresses(
        &self,
        from: &Party,
        (to, addresses): (&Party, &AddressSet),
        traffic: &Traffic,
    ) -> Trail {
        if let Party::Workload(pod) = from {
            let services = service::of(self.world, from, addresses);
            if !services.is_empty() {
                return self.explain_service((*pod, &services), from, (to, addresses), traffic);
            }
        }
        self.explain_far(from, to, traffic)
    }

    /// As [`Engine::explain`], for addresses among which are those of Services: the better of what Services and other addresses say.
    fn explain_service(
        &self,
        (pod, services): (Id<Workload>, &[Id<Service>]),
        from: &Party,
        (to, addresses): (&Party, &AddressSet),
        traffic: &Traffic,
    ) -> Trail {
        let by_service = service::explain(&self.evaluator, pod, services, traffic);
        if by_service.verdict == Verdict::Reachable
            || service::are_all(self.world, services, addresses)
        {
            return by_service;
        }
        let further = self.explain_far(from, to, traffic);
        if further.verdict > by_service.verdict {
            further
        } else {
            by_service
        }
    }

    /// As [`Engine::explain`], for addresses that no Service and no host answers.
    fn explain_far(&self, from: &Party, to: &Party, traffic: &Traffic) -> Trail {
        let alone = self.world.networks.is_empty() || self.same_cluster(from, to);
        let by_policy = if alone {
            self.evaluator.explain(from, to, traffic)
        } else {
            None
        };
        by_policy.unwrap_or_else(|| path::explain(&self.crossings(), from, to, traffic))
    }

    /// The flows of a scope, those of parties that are alike together. Where the input holds no network, nothing crosses a border.
    #[must_use]
    pub fn flow_groups(&self, scope: Scope) -> Vec<FlowGroup> {
        let by_policy = if scope == Scope::Border {
            Vec::new()
        } else {
            self.evaluator.flow_groups()
        };
        let over_borders = if scope == Scope::Cluster {
            Vec::new()
        } else {
            path::flow_groups(&self.crossings())
        };
        by_policy.into_iter().chain(over_borders).collect()
    }

    /// The flows of a scope, one for each pair and certainty.
    #[must_use]
    pub fn flows(&self, scope: Scope) -> Vec<Flow> {
        let groups = self.flow_groups(scope);
        let flows = groups.iter().flat_map(|group| group.flows(self.world));
        flows.collect()
    }

    /// What crosses a border to or from workloads, with its proof; workloads that are alike together.
    #[must_use]
    pub fn exposure_groups(&self) -> Vec<ExposureGroup> {
        path::exposure_groups(&self.crossings(), &self.evaluator)
    }

    /// What crosses a border to or from each workload, in the order of the world: what it sends before what it gets.
    #[must_use]
    pub fn exposures(&self) -> Vec<Exposure> {
        let groups = self.exposure_groups();
        let mut out: Vec<Exposure> = groups.iter().flat_map(ExposureGroup::each).collect();
        out.sort_by_key(|own| (own.workload, own.proof.direction == Direction::Ingress));
        out
    }

    /// Far sides that pods cannot send to themselves, but that they come to by way of other pods and resources: for each
    /// workload and far side the shortest chain, of at most `longest` steps (the last of which crosses the border).
    #[must_use]
    pub fn stepping_stones(&self, longest: usize) -> Vec<SteppingStones> {
        path::stepping_stones(&self.crossings(), longest)
    }

    fn crossings(&self) -> Crossings<'_, 'w> {
        Crossings::new(&self.index, &self.evaluator, &self.table).of_share(self.share)
    }

    fn same_cluster(&self, from: &Party, to: &Party) -> bool {
        let cluster = |party: &Party| match party {
            Party::Workload(id) => Some(self.world.workloads[*id].cluster),
            _ => None,
        };
        cluster(from).is_some_and(|own| cluster(to) == Some(own))
    }

    /// Remarks about policies and rules that do not do what they say, in the order of the world.
    #[must_use]
    pub fn remarks(&self) -> Vec<Remark> {
        self.evaluator.remarks()
    }
}
