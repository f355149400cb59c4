//! Packets to an address of a Service: they go to one of the pods behind it, on the port of the pods. Judged by policy alone, as all between
//! pods of a cluster (kubernetes.io "Virtual IPs and Service Proxies").

use super::Party;
use super::policy::{Far, PolicyEvaluator};
use crate::model::{
    AddressSet, Direction, Hop, HopKind, Id, Reason, Service, ServicePort, Traffic, Trail, Verdict,
    Workload, World,
};

/// The Services of the source's cluster that one of the addresses surely is of, and that lead to pods of the input; none where the source is no
/// workload: from outside of the cluster these addresses lead elsewhere, or to an entry point.
pub(super) fn of(world: &World, from: &Party, to: &AddressSet) -> Vec<Id<Service>> {
    let Party::Workload(from) = from else {
        return Vec::new();
    };
    let cluster = world.workloads[*from].cluster;
    let held = |(_, service): &(Id<Service>, &Service)| {
        let own = |address: &AddressSet| address.is_single() && address.is_subset(to);
        service.cluster == cluster
            && !service.workloads.is_empty()
            && service.addresses.iter().any(own)
    };
    let found = world.services.iter().filter(held);
    found.map(|(id, _)| id).collect()
}

/// Whether the addresses are those of the Services and no others.
pub(super) fn are_all(world: &World, services: &[Id<Service>], to: &AddressSet) -> bool {
    let each = services
        .iter()
        .flat_map(|id| &world.services[*id].addresses);
    let own: AddressSet = each.filter(|own| own.is_single()).cloned().collect();
    to.is_subset(&own)
}

/// Whether pods of `from` can send any of `traffic` to the addresses of the Services: the best of all ways through them.
pub(super) fn explain(
    evaluator: &PolicyEvaluator<'_>,
    from: Id<Workload>,
    services: &[Id<Service>],
    traffic: &Traffic,
) -> Trail {
    let world = evaluator.world();
    let mut best: Option<Trail> = None;
    for id in services {
        for port in &world.services[*id].ports {
            let sent = traffic.intersection(&port.traffic());
            if sent.is_empty() {
                continue;
            }
            for workload in &world.services[*id].workloads {
                let backend = ServiceBackend {
                    service: *id,
                    port,
                    to: *workload,
                };
                best = better(best, backend.trail(evaluator, from, &sent));
            }
        }
    }
    best.unwrap_or_else(|| refused(world, services))
}

/// The better of two trails; what passes by both where they are equal.
fn better(best: Option<Trail>, other: Trail) -> Option<Trail> {
    match best {
        Some(mut best) if best.verdict == other.verdict => {
            best.traffic = best.traffic.union(&other.traffic);
            Some(best)
        }
        Some(best) if best.verdict > other.verdict => Some(best),
        _ => Some(other),
    }
}

/// No Service has a port for it.
fn refused(world: &World, services: &[Id<Service>]) -> Trail {
    let hop = services.first().map(|id| Hop {
        kind: HopKind::EntryPoint,
        verdict: Verdict::Blocked,
        reason: Reason::NoServicePort(*id),
        origin: Some(world.services[*id].origin.clone()),
        assumed: false,
        gaps: Vec::new(),
    });
    Trail {
        verdict: Verdict::Blocked,
        traffic: Traffic::none(),
        hops: hop.into_iter().collect(),
        gaps: Vec::new(),
    }
}

/// One port of a Service and one of the workloads behind it.
struct ServiceBackend<'w> {
    service: Id<Service>,
    port: &'w ServicePort,
    to: Id<Workload>,
}

impl ServiceBackend<'_> {
    /// What becomes of what is sent to the port.
    fn trail(&self, evaluator: &PolicyEvaluator<'_>, from: Id<Workload>, sent: &Traffic) -> Trail {
        let world = evaluator.world();
        let target = self.port.pods(&world.workloads[self.to].named_ports);
        let mut hops = vec![
            evaluator.hop(
                from,
                Direction::Egress,
                None,
                Far::Service(self.service, self.to),
                &target,
            ),
            self.entry(world, &target),
            evaluator.hop(
                self.to,
                Direction::Ingress,
                None,
                Far::Workload(from),
                &target,
            ),
        ];
        if let Some(stop) = hops.iter().position(|hop| hop.verdict == Verdict::Blocked) {
            hops.truncate(stop + 1);
        }
        let verdict = hops.iter().map(|hop| hop.verdict).min();
        let verdict = verdict.unwrap_or(Verdict::Blocked);
        let mut gaps: Vec<_> = hops.iter().flat_map(|hop| hop.gaps.clone()).collect();
        gaps.sort_unstable();
        gaps.dedup();
        Trail {
            verdict,
            traffic: if verdict == Verdict::Blocked {
                Traffic::none()
            } else {
                sent.clone()
            },
            hops,
            gaps,
        }
    }

    /// The Service itself: a port by a name that the pods do not give leads nowhere.
    fn entry(&self, world: &World, target: &Traffic) -> Hop {
        let service = &world.services[self.service];
        let (verdict, reason) = if target.is_empty() {
            (Verdict::Blocked, Reason::NoServicePort(self.service))
        } else {
            let verdict = if service.doubt.is_certain() {
                Verdict::Reachable
            } else {
                Verdict::Possible
            };
            (verdict, Reason::Service(self.service, self.to))
        };
        Hop {
            kind: HopKind::EntryPoint,
            verdict,
            reason,
            origin: Some(service.origin.clone()),
            assumed: false,
            gaps: service.doubt.gaps().to_vec(),
        }
    }
}
