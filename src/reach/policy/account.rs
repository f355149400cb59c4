//! Why policies let a flow pass or stop it: the same fold as the judgement, told step by step.

use super::Judge;
use super::cluster::ClusterPolicies;
use super::fold::{Decider, Fate, Judged, Region};
use super::pods::Place;
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

impl<'w> Judge<'w> {
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
        let (places, pod_placements) = (
            cluster.places(workload, pod_placement),
            &self.world.workloads[workload].pod_placements,
        );
        let of_cluster = &self.world.clusters[self.world.workloads[workload].cluster].enforced;
        let accounts = places.iter().enumerate().map(|(at, place)| {
            let enforced = pod_placements
                .get(pod_placement.unwrap_or(at))
                .map_or(of_cluster, |pod_placement| &pod_placement.enforced);
            Side {
                cluster,
                place,
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
struct Side<'p, 'a, 'w> {
    cluster: &'p ClusterPolicies<'w>,
    place: &'a Place,
    direction: Direction,
    enforced: &'p Enforced,
}

impl<'p> Side<'p, '_, '_> {
    fn account(&self, far: Far<'_>, traffic: &Traffic) -> Account<'p> {
        match far {
            Far::Service(service, other) => self.account_of_service(service, other, traffic),
            Far::Workload(other) => {
                let places = self.cluster.places(other, None);
                let accounts = places.iter().flat_map(|place| {
                    let hits =
                        |step: &RuleStep| self.cluster.hits_pod(step, self.direction, place.stand);
                    let near = match self.direction {
                        Direction::Ingress => self.cluster.may_share_node(place, self.place),
                        Direction::Egress => self.cluster.to_own_node(self.place, place).is_some(),
                    };
                    let near = near.then(|| self.told_of_own_node(place, traffic, &hits));
                    let far = self.told(traffic, &hits, &place.doubt);
                    let by_service = self.told_of_services(other, place, traffic);
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
                    self.told(&Traffic::none(), &|_| Bounds::default(), &Doubt::none())
                })
            }
            Far::Node(addresses) => self.told(
                traffic,
                &|step| self.cluster.hits_node(step, addresses),
                &Doubt::none(),
            ),
            Far::Outside(addresses) => {
                let everything = FlowSet::of(addresses.clone(), traffic.clone());
                self.told(
                    &everything,
                    &|step| Bounds::exact(self.cluster.hits_outside(step)),
                    &Doubt::none(),
                )
            }
        }
    }

    fn told<T: Region>(
        &self,
        everything: &T,
        hits: &dyn Fn(&RuleStep) -> Bounds<T>,
        far: &Doubt,
    ) -> Account<'p> {
        let mut heard: Vec<(Decider<'p>, Fate, T)> = Vec::new();
        let mut listener = |decider, fate, set: &T| heard.push((decider, fate, set.clone()));
        let judged = self
            .cluster
            .told(self.place, self.direction, everything, hits, &mut listener);
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
        let places = self.cluster.places(other, None);
        let all = places
            .iter()
            .flat_map(|place| self.told_of_services(other, place, traffic));
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
    fn told_of_services(
        &self,
        other: Id<Workload>,
        place: &Place,
        traffic: &Traffic,
    ) -> Vec<Account<'p>> {
        if self.direction == Direction::Ingress {
            return Vec::new();
        }
        let ways = self.cluster.services_to(other, place.stand, traffic);
        let told = ways.into_iter().map(|(service, way)| {
            let mut heard: Vec<(Decider<'p>, Fate, Traffic)> = Vec::new();
            let mut listener =
                |decider, fate, set: &Traffic| heard.push((decider, fate, set.clone()));
            let to = (&way, place.stand);
            let judged = self.cluster.told_of_service(self.place, to, &mut listener);
            let enforced = Enforcement::Placed(self.enforced);
            Account {
                service: Some(service),
                ..self.sum(judged, heard, enforced, &place.doubt)
            }
        });
        told.collect()
    }

    fn told_of_own_node(
        &self,
        from: &Place,
        everything: &Traffic,
        hits: &dyn Fn(&RuleStep) -> Bounds<Traffic>,
    ) -> Account<'p> {
        let mut heard: Vec<(Decider<'p>, Fate, Traffic)> = Vec::new();
        let mut listener = |decider, fate, set: &Traffic| heard.push((decider, fate, set.clone()));
        let mut judged = self.cluster.told_of_own_node(
            (from, self.place.stand),
            self.direction,
            everything,
            hits,
            &mut listener,
        );
        let mut hold = Enforcement::OwnNode;
        if self.direction == Direction::Egress
            && let Some(own) = self.cluster.to_own_node(self.place, from)
        {
            judged = perhaps(judged, own);
            hold = Enforcement::Placed(own);
        }
        self.sum(judged, heard, hold, &from.doubt)
    }

    /// The account of what was judged and heard.
    fn sum<T: Region>(
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
            doubt.and(&self.place.doubt).and(far)
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
