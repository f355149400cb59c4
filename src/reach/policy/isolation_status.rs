//! Whether policies isolate workloads and namespaces: what the checks for missing policies ask.

use super::PolicyEvaluator;
use super::isolation::Isolation;
use crate::model::{
    Bounds, Direction, Doubt, Enforced, Id, Labels, Namespace, Policy, Selected, Workload,
};
use crate::reach::{DirectionIsolation, IsolationStatus, NamespaceIsolation};

impl PolicyEvaluator<'_> {
    /// The policies with an effect that select the pods of a workload, in the order in which they decide; none for pods
    /// on the host network.
    #[must_use]
    pub fn selecting(&self, workload: Id<Workload>) -> Vec<Id<Policy>> {
        let Some(cluster) = self
            .cluster(workload)
            .filter(|_| !self.world.workloads[workload].host_network)
        else {
            return Vec::new();
        };
        let traits = cluster.pods.traits_of(workload);
        let selecting = traits.and_then(|at| cluster.selecting.get(at));
        let subjects = selecting.into_iter().flatten();
        subjects
            .filter_map(|at| cluster.subjects.get(*at))
            .map(|subject| subject.id)
            .collect()
    }

    /// Those of them that count as policies.
    fn objects_selecting(&self, workload: Id<Workload>) -> Vec<Id<Policy>> {
        let mut all = self.selecting(workload);
        all.retain(|id| counts(&self.world.policies[*id]));
        all
    }

    /// Whether policies isolate the pods of a workload in one direction; pods on the host network are never isolated.
    #[must_use]
    pub fn isolation_status(
        &self,
        workload: Id<Workload>,
        direction: Direction,
    ) -> &IsolationStatus {
        let known = self.cluster(workload).and_then(|cluster| {
            let traits = cluster.pods.traits_of(workload)?;
            cluster.isolation_statuses(direction).get(traits)
        });
        let Some(known) = known else {
            return &self.free;
        };
        known.get_or_init(|| {
            let Isolation {
                isolated,
                by,
                nullified,
                doubt,
                ..
            } = Isolation::of(
                self.world,
                &self.objects_selecting(workload),
                self.world.selected(workload),
                direction,
            );
            IsolationStatus {
                isolated,
                by,
                nullified,
                doubt,
            }
        })
    }

    /// Whether policies are enforced, for each placement of the pods of a workload, without repetition.
    #[must_use]
    pub fn enforcement(&self, workload: Id<Workload>) -> Vec<&Enforced> {
        let workload = &self.world.workloads[workload];
        let mut out: Vec<&Enforced> = Vec::new();
        for pod_placement in &workload.pod_placements {
            if !out.contains(&&pod_placement.enforced) {
                out.push(&pod_placement.enforced);
            }
        }
        if out.is_empty() {
            out.push(&self.world.clusters[workload.cluster].enforced);
        }
        out
    }

    /// Whether a namespace has policies and isolates its pods.
    #[must_use]
    pub fn namespace_isolation(&self, namespace: Id<Namespace>) -> NamespaceIsolation {
        let (cluster, name) = {
            let own = &self.world.namespaces[namespace];
            (own.cluster, own.name.as_str())
        };
        let own = self.workloads.within(cluster, name).iter().copied();
        let (host, judged): (Vec<_>, Vec<_>) =
            own.partition(|id| self.world.workloads[*id].host_network);
        let new_pod = NewPod::of(self, namespace);
        let mut policies: Vec<Id<Policy>> = judged
            .iter()
            .flat_map(|id| self.objects_selecting(*id))
            .collect();
        if judged.is_empty() {
            policies.clone_from(&new_pod.policies);
        }
        policies.sort_unstable();
        policies.dedup();
        policies.sort_by_key(|id| {
            (
                self.world.policies[*id].kind,
                &self.world.policies[*id].name,
                *id,
            )
        });
        let side = |direction| self.direction_isolation(&judged, &new_pod, direction);
        let (ingress, egress) = (side(Direction::Ingress), side(Direction::Egress));
        NamespaceIsolation {
            policies,
            ingress,
            egress,
            host_network: host,
            empty: judged.is_empty(),
        }
    }

    fn direction_isolation(
        &self,
        judged: &[Id<Workload>],
        new_pod: &NewPod<'_>,
        direction: Direction,
    ) -> DirectionIsolation {
        let new = Isolation::of(self.world, &new_pod.policies, new_pod.selected(), direction);
        let none = || DirectionIsolation {
            open: Vec::new(),
            uncertain: Vec::new(),
            new_pods_isolated: Bounds::exact(false),
            nullified: Vec::new(),
            doubt: Doubt::none(),
        };
        let mut out = DirectionIsolation {
            new_pods_isolated: new.isolated,
            doubt: new.doubt,
            ..none()
        };
        if judged.is_empty() {
            out.nullified.extend(new.nullified);
        }
        for id in judged {
            let isolation_status = self.isolation_status(*id, direction);
            match isolation_status.isolated {
                Bounds { must: true, .. } => {}
                Bounds { may: true, .. } => out.uncertain.push(*id),
                Bounds { .. } => out.open.push(*id),
            }
            out.doubt = out.doubt.and(&isolation_status.doubt);
            let further = isolation_status
                .nullified
                .as_ref()
                .filter(|own| !out.nullified.contains(own));
            out.nullified.extend(further.cloned());
        }
        out
    }
}

/// Whether a policy is an object that says what pods may do, or isolates: an object of another kind that bears on them is none that a
/// namespace could be said to have.
fn counts(policy: &Policy) -> bool {
    let mut sides = policy.ingress.iter().chain(&policy.egress);
    policy.kind != Policy::NO_OBJECT || sides.any(|side| side.isolates)
}

/// A pod without labels that someone may add to a namespace.
struct NewPod<'w> {
    namespace: &'w Namespace,
    policies: Vec<Id<Policy>>,
    labels: Labels,
}

impl<'w> NewPod<'w> {
    fn of(evaluator: &PolicyEvaluator<'w>, id: Id<Namespace>) -> Self {
        let namespace = &evaluator.world.namespaces[id];
        let mut out = NewPod {
            namespace,
            policies: Vec::new(),
            labels: Labels::new(),
        };
        let subjects = evaluator
            .clusters
            .get(namespace.cluster.index())
            .map(|cluster| cluster.subjects_near(&namespace.name))
            .unwrap_or_default();
        let selecting = subjects
            .into_iter()
            .filter(|subject| counts(subject.policy))
            .filter(|subject| subject.policy.subject.holds(out.selected()))
            .map(|subject| subject.id);
        out.policies = selecting.collect();
        out
    }

    fn selected(&self) -> Selected<'_> {
        Selected {
            pod: &self.labels,
            namespace: &self.namespace.name,
            namespace_labels: &self.namespace.labels,
            service_account: "default",
            service_account_labels: &self.labels,
        }
    }
}
