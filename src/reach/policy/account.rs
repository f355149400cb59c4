//! Why policies let a flow pass or stop it: the fold of the judgement once more, with a listener that notes each step.

use super::PolicyEvaluator;
use super::cluster::ClusterPolicies;
use super::fold::{Decider, Fate, Judged, SetOperations};
use super::pods::ClassPlacement;
use super::program::RuleStep;
use super::verdicts::perhaps;
use crate::model::{
    AddressSet, Bounds, Direction, Doubt, Enforced, FlowSet, Id, Service, Traffic, Verdict,
    Workload,
};

/// The other end of a flow, as policies see it.
#[derive(Clone, Copy, Debug)]
pub enum Far<'a> {
    /// Pods of the same cluster.
    Workload(Id<Workload>),
    /// Pods of the same cluster, by the address of a Service before them.
    Service(Id<Service>, Id<Workload>),
    /// A node of the cluster, with one of the addresses (none: nothing is known of them).
    Node(&'a AddressSet),
    /// Neither pod nor node of the cluster, with one of the addresses.
    Outside(&'a AddressSet),
}

/// One thing that happened on the way through the tiers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Event<'p> {
    /// Who decided.
    pub(super) decider: Decider<'p>,
    /// What became of the packets.
    pub(super) fate: Fate,
    /// Whether some of the packets surely pass in the end.
    pub(super) passes: bool,
}

/// Whether policies hold for the packets of an account.
#[derive(Clone, Copy, Debug)]
pub(super) enum Enforcement<'p> {
    /// As the placement of the pods says.
    Placed(&'p Enforced),
    /// They do not: the packets come from the pods' own node.
    OwnNode,
}

/// All that is to be said about one side of a flow.
#[derive(Debug)]
pub(super) struct Account<'p> {
    /// The answer.
    pub(super) verdict: Verdict,
    /// What the policies alone say, as if they were enforced.
    pub(super) events: Vec<Event<'p>>,
    /// Whether policies hold.
    pub(super) enforced: Enforcement<'p>,
    /// Why the answer is not certain.
    pub(super) doubt: Doubt,
    /// The Service by whose address it is judged; none where it is by the other end's own.
    pub(super) service: Option<Id<Service>>,
}

impl<'w> PolicyEvaluator<'w> {
    /// The account of the place, among those that `pod_placement` leaves, in which most passes; none for a workload of no cluster.
    pub(super) fn account(
        &self,
        workload: Id<Workload>,
        direction: Direction,
        pod_placement: Option<usize>,
        far: Far<'_>,
        traffic: &Traffic,
    ) -> Option<Account<'_>> {
        let cluster = self.cluster(workload)?;
        let (placements, pod_placements) = (
            cluster.placements(workload, pod_placement),
            &self.world.workloads[workload].pod_placements,
        );
        let of_cluster = &self.world.clusters[self.world.workloads[workload].cluster].enforced;
        let accounts = placements.iter().enumerate().map(|(at, placement)| {
            let enforced = pod_placements
                .get(pod_placement.unwrap_or(at))
                .map_or(of_cluster, |pod_placement| &pod_placement.enforced);
            FlowEnd {
                cluster,
                placement,
                direction,
                enforced,
            }
            .account(far, traffic)
        });
        accounts.reduce(|best, other| {
            if other.verdict > best.verdict {
                other
            } else {
                best
            }
        })
    }
}

/// One end of a flow at one place.
struct FlowEnd<'p, 'a, 'w> {
    cluster: &'p ClusterPolicies<'w>,
    placement: &'a ClassPlacement,
    direction: Direction,
    enforced: &'p Enforced,
}

impl<'p> FlowEnd<'p, '_, '_> {
    fn account(&self, far: Far<'_>, traffic: &Traffic) -> Account<'p> {
        match far {
            Far::Service(service, other) => self.account_of_service(service, other, traffic),
            Far::Workload(other) => {
                let placements = self.cluster.placements(other, None);
                let accounts = placements.iter().flat_map(|placement| {
                    let hits = |step: &RuleStep| {
                        self.cluster.hits_pod(step, self.direction, placement.class)
                    };
                    let near = match self.direction {
                        Direction::Ingress => {
                            self.cluster.may_share_node(placement, self.placement)
                        }
                        Direction::Egress => self
                            .cluster
                            .to_own_node(self.placement, placement)
                            .is_some(),
                    };
                    let near = near.then(|| self.explained_by_own_node(placement, traffic, &hits));
                    let far = self.explained(traffic, &hits, &placement.doubt);
                    let by_service = self.explained_by_services(other, placement, traffic);
                    [Some(far), near].into_iter().flatten().chain(by_service)
                });
                let best = accounts.reduce(|best, other| {
                    if other.verdict > best.verdict {
                        other
                    } else {
                        best
                    }
                });
                best.unwrap_or_else(|| {
                    self.explained(&Traffic::none(), &|_| Bounds::default(), &Doubt::none())
                })
            }
            Far::Node(addresses) => self.explained(
                traffic,
                &|step| self.cluster.hits_node(step, addresses),
                &Doubt::none(),
            ),
            Far::Outside(addresses) => {
                let everything = FlowSet::of(addresses.clone(), traffic.clone());
                self.explained(
                    &everything,
                    &|step| Bounds::exact(self.cluster.hits_outside(step)),
                    &Doubt::none(),
                )
            }
        }
    }

    fn explained<T: SetOperations>(
        &self,
        everything: &T,
        hits: &dyn Fn(&RuleStep) -> Bounds<T>,
        far: &Doubt,
    ) -> Account<'p> {
        let mut heard: Vec<(Decider<'p>, Fate, T)> = Vec::new();
        let mut listener = |decider, fate, set: &T| heard.push((decider, fate, set.clone()));
        let judged = self.cluster.explained(
            self.placement,
            self.direction,
            everything,
            hits,
            &mut listener,
        );
        self.sum(judged, heard, Enforcement::Placed(self.enforced), far)
    }

    /// The account of what is sent to the address of a Service: by that address where policies see it, else by those of the pods behind.
    fn account_of_service(
        &self,
        service: Id<Service>,
        other: Id<Workload>,
        traffic: &Traffic,
    ) -> Account<'p> {
        let direct = || self.account(Far::Workload(other), traffic);
        let seen = self.cluster.addressing();
        if !seen.is_some_and(|seen| seen.doubt.is_certain()) {
            return direct();
        }
        let placements = self.cluster.placements(other, None);
        let all = placements
            .iter()
            .flat_map(|placement| self.explained_by_services(other, placement, traffic));
        let own = all.filter(|account| account.service == Some(service));
        let best = own.reduce(|best, other| {
            if other.verdict > best.verdict {
                other
            } else {
                best
            }
        });
        best.unwrap_or_else(direct)
    }

    /// The accounts of what is sent to the Services before the far pods, where policies see them.
    fn explained_by_services(
        &self,
        other: Id<Workload>,
        placement: &ClassPlacement,
        traffic: &Traffic,
    ) -> Vec<Account<'p>> {
        if self.direction == Direction::Ingress {
            return Vec::new();
        }
        let ways = self.cluster.services_to(other, placement.class, traffic);
        let explained = ways.into_iter().map(|(service, way)| {
            let mut heard: Vec<(Decider<'p>, Fate, Traffic)> = Vec::new();
            let mut listener =
                |decider, fate, set: &Traffic| heard.push((decider, fate, set.clone()));
            let to = (&way, placement.class);
            let judged = self
                .cluster
                .explained_by_service(self.placement, to, &mut listener);
            let enforced = Enforcement::Placed(self.enforced);
            Account {
                service: Some(service),
                ..self.sum(judged, heard, enforced, &placement.doubt)
            }
        });
        explained.collect()
    }

    fn explained_by_own_node(
        &self,
        from: &ClassPlacement,
        everything: &Traffic,
        hits: &dyn Fn(&RuleStep) -> Bounds<Traffic>,
    ) -> Account<'p> {
        let mut heard: Vec<(Decider<'p>, Fate, Traffic)> = Vec::new();
        let mut listener = |decider, fate, set: &Traffic| heard.push((decider, fate, set.clone()));
        let mut judged = self.cluster.explained_by_own_node(
            (from, self.placement.class),
            self.direction,
            everything,
            hits,
            &mut listener,
        );
        let mut enforcement = Enforcement::OwnNode;
        if self.direction == Direction::Egress
            && let Some(own) = self.cluster.to_own_node(self.placement, from)
        {
            judged = perhaps(judged, own);
            enforcement = Enforcement::Placed(own);
        }
        self.sum(judged, heard, enforcement, &from.doubt)
    }

    /// The account of what was judged and heard.
    fn sum<T: SetOperations>(
        &self,
        judged: Judged<T>,
        heard: Vec<(Decider<'p>, Fate, T)>,
        enforced: Enforcement<'p>,
        far: &Doubt,
    ) -> Account<'p> {
        let Judged { bounds, doubt } = judged;
        let verdict = match () {
            () if !bounds.must.nothing() => Verdict::Reachable,
            () if !bounds.may.nothing() => Verdict::Possible,
            () => Verdict::Blocked,
        };
        let event = |(decider, fate, set): (Decider<'p>, Fate, T)| Event {
            decider,
            fate,
            passes: !set.and(&bounds.must).nothing(),
        };
        let doubt = if verdict == Verdict::Possible {
            doubt.and(&self.placement.doubt).and(far)
        } else {
            Doubt::none()
        };
        Account {
            verdict,
            events: heard.into_iter().map(event).collect(),
            enforced,
            doubt,
            service: None,
        }
    }
}
