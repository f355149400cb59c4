//! How workloads and namespaces stand: what the checks for missing policies ask.

use super::Judge;
use super::isolation::Isolation;
use crate::model::{
    Bounds, Direction, Doubt, Enforced, Id, Labels, Namespace, Policy, Selected, Workload,
};
use crate::reach::{DirectionStanding, NamespaceStanding, Nullified, Standing};

impl Judge<'_> {
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

    /// How one direction of a workload's pods stands; pods on the host network are never isolated.
    #[must_use]
    pub fn standing(&self, workload: Id<Workload>, direction: Direction) -> Standing {
        let isolation = Isolation::of(
            self.world,
            &self.selecting(workload),
            self.world.selected(workload),
            direction,
        );
        let Isolation {
            isolated,
            by,
            nullified,
            doubt,
            ..
        } = isolation;
        Standing {
            isolated,
            by,
            nullified,
            enforced: self.enforced(workload),
            doubt,
        }
    }

    fn enforced(&self, workload: Id<Workload>) -> Vec<Enforced> {
        let workload = &self.world.workloads[workload];
        let mut out: Vec<Enforced> = Vec::new();
        for pod_placement in &workload.pod_placements {
            if !out.contains(&pod_placement.enforced) {
                out.push(pod_placement.enforced.clone());
            }
        }
        if out.is_empty() {
            vec![self.world.clusters[workload.cluster].enforced.clone()]
        } else {
            out
        }
    }

    /// How a namespace stands.
    #[must_use]
    pub fn namespace_standing(&self, namespace: Id<Namespace>) -> NamespaceStanding {
        let (cluster, name) = {
            let own = &self.world.namespaces[namespace];
            (own.cluster, own.name.as_str())
        };
        let own = self.workloads.within(cluster, name).iter().copied();
        let (host, judged): (Vec<_>, Vec<_>) =
            own.partition(|id| self.world.workloads[*id].host_network);
        let new_pod = NewPod::of(self, namespace);
        let mut policies: Vec<Id<Policy>> =
            judged.iter().flat_map(|id| self.selecting(*id)).collect();
        if judged.is_empty() {
            policies.clone_from(&new_pod.policies);
        }
        policies.sort_by_key(|id| {
            (
                self.world.policies[*id].kind,
                &self.world.policies[*id].name,
                *id,
            )
        });
        policies.dedup();
        let side = |direction| self.direction_standing(&judged, &new_pod, direction);
        let (ingress, egress) = (side(Direction::Ingress), side(Direction::Egress));
        NamespaceStanding {
            policies,
            ingress,
            egress,
            host_network: host,
            empty: judged.is_empty(),
        }
    }

    fn direction_standing(
        &self,
        judged: &[Id<Workload>],
        new_pod: &NewPod<'_>,
        direction: Direction,
    ) -> DirectionStanding {
        let new = Isolation::of(self.world, &new_pod.policies, new_pod.selected(), direction);
        let none = || DirectionStanding {
            open: Vec::new(),
            uncertain: Vec::new(),
            new_pods_isolated: Bounds::exact(false),
            nullified: Vec::new(),
            doubt: Doubt::none(),
        };
        let mut out = DirectionStanding {
            new_pods_isolated: new.isolated,
            doubt: new.doubt,
            ..none()
        };
        if judged.is_empty() {
            out.nullified.extend(new.nullified);
        }
        for id in judged {
            let standing = self.standing(*id, direction);
            match standing.isolated {
                Bounds { must: true, .. } => {}
                Bounds { may: true, .. } => out.uncertain.push(*id),
                Bounds { .. } => out.open.push(*id),
            }
            out.doubt = out.doubt.and(&standing.doubt);
            let known = |own: &Nullified| out.nullified.contains(own);
            let further: Vec<_> = standing
                .nullified
                .into_iter()
                .filter(|own| !known(own))
                .collect();
            out.nullified.extend(further);
        }
        out
    }
}

/// A pod without labels that someone may add to a namespace.
struct NewPod<'w> {
    namespace: &'w Namespace,
    policies: Vec<Id<Policy>>,
    labels: Labels,
}

impl<'w> NewPod<'w> {
    fn of(judge: &Judge<'w>, id: Id<Namespace>) -> Self {
        let namespace = &judge.world.namespaces[id];
        let mut out = NewPod {
            namespace,
            policies: Vec::new(),
            labels: Labels::new(),
        };
        let subjects = judge
            .clusters
            .get(namespace.cluster.index())
            .map(|cluster| cluster.subjects_near(&namespace.name))
            .unwrap_or_default();
        let selecting = subjects
            .into_iter()
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
