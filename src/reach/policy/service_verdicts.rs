//! What policies that see Services let out to them.

use super::cluster::ClusterPolicies;
use super::fold::{Hits, Judged, Listener};
use super::pods::ClassPlacement;
use super::program::{RuleStep, resolved, rule};
use super::verdicts::in_some_placement;
use crate::model::{
    Bounds, Direction, Doubt, EntryPointTarget, Id, NamedPort, PolicyPeer, Protocol, Service,
    ServiceAddressing, ServicePort, Traffic, Workload,
};

/// A port of a Service with the ports of some pods behind it that it leads to.
#[derive(Clone, Debug)]
pub(super) struct ServicePortTarget {
    class: usize,
    /// What is sent to the Service.
    own: Traffic,
    /// What comes to the pods.
    pods: Traffic,
    /// Whether both are single ports, or as many as the pods give a name.
    exact: bool,
}

impl ClusterPolicies<'_> {
    /// Whether policies see some Services.
    pub(super) fn has_services(&self) -> bool {
        self.services.len() > 0
    }

    /// How the policies see Services; none where they see the pods behind.
    pub(super) fn addressing(&self) -> Option<&ServiceAddressing> {
        self.world.service_addressing.get(&self.cluster)
    }

    fn ways(&self, class: usize, ports: &[NamedPort]) -> Vec<ServicePortTarget> {
        let Some(view) = self.services.views.get(class) else {
            return Vec::new();
        };
        let way = |port: &ServicePort| ServicePortTarget {
            class,
            own: port.traffic(),
            pods: port.pods(ports),
            exact: port.ports.0 == port.ports.1 && port.target != EntryPointTarget::Unknown,
        };
        view.ports
            .iter()
            .map(way)
            .filter(|way| !way.pods.is_empty())
            .collect()
    }

    /// The Services that lead to ports of a workload among some traffic, with the way through each.
    pub(super) fn services_to(
        &self,
        workload: Id<Workload>,
        pod_class: usize,
        traffic: &Traffic,
    ) -> Vec<(Id<Service>, ServicePortTarget)> {
        let all = self.services.of.get(&workload).into_iter().flatten();
        let ways = all.flat_map(|(service, class)| {
            let ways = self.ways(*class, self.ports(pod_class)).into_iter();
            ways.map(|way| (*service, way))
        });
        ways.filter(|(_, way)| !way.pods.intersection(traffic).is_empty())
            .collect()
    }

    /// What a class of pods may send to one port of a Service, in the ports of the Service. The listener hears each step.
    pub(super) fn explained_by_service<'p>(
        &'p self,
        from: &ClassPlacement,
        (way, other): (&ServicePortTarget, usize),
        listener: Listener<'_, 'p, Traffic>,
    ) -> Judged<Traffic> {
        let hits = |step: &RuleStep| self.hits_service(step, way, other);
        let judged = self.explained(from, Direction::Egress, &way.own, &hits, listener);
        self.unless(judged, way)
    }

    /// What passes where it is not certain that there is such a Service, that it is seen, or which ports it has.
    fn unless(&self, judged: Judged<Traffic>, way: &ServicePortTarget) -> Judged<Traffic> {
        let Some(view) = self.services.views.get(way.class) else {
            return judged;
        };
        let Judged { bounds, mut doubt } = judged;
        if bounds.must != bounds.may {
            doubt = doubt.and(&self.services.unresolved);
        }
        if view.doubt.is_certain() && way.exact {
            return Judged { bounds, doubt };
        }
        Judged {
            bounds: Bounds {
                must: Traffic::none(),
                may: bounds.may,
            },
            doubt: doubt.and(&view.doubt),
        }
    }

    /// Adds to what a regime lets out to a class of pods what it lets out to the Services before them.
    pub(super) fn or_by_service(
        &self,
        direct: Judged<Traffic>,
        other: usize,
        evaluator: &dyn Fn(&Traffic, Hits<'_>) -> Judged<Traffic>,
    ) -> Judged<Traffic> {
        let classes = self.service_classes(other);
        if classes.is_empty() || direct.bounds.must.is_all() {
            return direct;
        }
        let mut outcomes = vec![(direct, Doubt::none())];
        for class in classes {
            for way in self.ways(*class, self.ports(other)) {
                let judged = evaluator(&way.own, &|step| self.hits_service(step, &way, other));
                let Judged { bounds, doubt } = self.unless(judged, &way);
                let bounds = bounds.map(|own| {
                    if own.is_empty() {
                        Traffic::none()
                    } else {
                        way.pods.clone()
                    }
                });
                outcomes.push((Judged { bounds, doubt }, Doubt::none()));
            }
        }
        in_some_placement(&outcomes)
    }

    /// What a rule matches of what is sent to a port of a Service.
    fn hits_service(
        &self,
        step: &RuleStep,
        way: &ServicePortTarget,
        other: usize,
    ) -> Bounds<Traffic> {
        let Some(peer) = self.peers.all.get(step.peer) else {
            return Bounds::default();
        };
        let written = rule(self.world, step, Direction::Egress).filter(|_| step.names);
        let named = written
            .map(|rule| resolved(&rule.named_ports, self.ports(other)))
            .unwrap_or_default();
        let by_port = way.own.intersection(&step.traffic);
        let by_target = by_target(way, [&step.traffic, &named]);
        let hit = match peer.written {
            PolicyPeer::Pods(_) => by_target,
            PolicyPeer::Not(_) | PolicyPeer::All(_) | PolicyPeer::Any(_) => Bounds {
                must: by_target.must.intersection(&by_port),
                may: by_target.may.union(&by_port),
            },
            _ => Bounds::exact(by_port),
        };
        let held = |held: bool, traffic: Traffic| if held { traffic } else { Traffic::none() };
        Bounds {
            must: held(peer.services.must.contains(way.class), hit.must),
            may: held(peer.services.may.contains(way.class), hit.may),
        }
    }
}

/// What of a Service's port a rule matches by the ports of the pods: surely where it names each of them as such, or all ports. The controller
/// looks up the first port of a range only. `written`: ports by number and by name, apart since together they may read as one range.
fn by_target(way: &ServicePortTarget, written: [&Traffic; 2]) -> Bounds<Traffic> {
    let parts = way.pods.parts();
    let names = |protocol: Protocol, one: &(u16, u16)| {
        written.iter().any(|traffic| {
            let own = traffic.of(protocol);
            own == protocol.details() || own.ranges().contains(one)
        })
    };
    let exactly = parts
        .iter()
        .all(|(protocol, ports)| ports.ranges().iter().all(|one| names(*protocol, one)));
    let any = written
        .iter()
        .any(|traffic| !way.pods.intersection(traffic).is_empty());
    let hit = |held: bool| {
        if held {
            way.own.clone()
        } else {
            Traffic::none()
        }
    };
    Bounds {
        must: hit(exactly),
        may: hit(any),
    }
}
