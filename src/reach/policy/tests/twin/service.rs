//! What policies say of what is sent to the address of a Service.

use super::{Answer, Other, Twin, any, not};
use crate::model::*;

impl Twin<'_> {
    /// A rule for what is sent to a Service: its own port counts by address, the pods' port by selector, where the first of a range alone
    /// is looked up.
    pub(super) fn rule_for_service(
        &self,
        rule: &PolicyRule,
        own: Id<Workload>,
        other: Other<'_>,
    ) -> Answer {
        let Other::Service(_, _, (pod, target)) = other else {
            return Some(false);
        };
        if !rule.subject.holds(self.world.selected(own)) {
            return Some(false);
        }
        let by_port = rule.traffic.of(self.protocol).contains(self.port);
        let numbers = rule.traffic.of(self.protocol);
        let to_pods = Twin {
            port: target,
            ..*self
        };
        let named = PolicyRule {
            traffic: Traffic::none(),
            ..rule.clone()
        };
        let alone = numbers.ranges().contains(&(target, target));
        let by_target =
            if to_pods.packet(&named, Some(pod)) || numbers == self.protocol.details() || alone {
                Some(true)
            } else if numbers.contains(target) {
                None
            } else {
                Some(false)
            };
        let packet = match &rule.peer {
            PolicyPeer::Pods(_) => by_target,
            PolicyPeer::Not(_) | PolicyPeer::Any(_) | PolicyPeer::All(_) => {
                (by_target == Some(by_port)).then_some(by_port)
            }
            _ => Some(by_port),
        };
        let doubt = rule.doubt.is_certain().then_some(true);
        not(any(&[
            not(packet),
            not(self.peer(&rule.peer, own, other)),
            not(doubt),
        ]))
    }

    /// Whether a packet to this port of a pod passes the policies of the sender by the address of a Service before the pod.
    pub(super) fn by_service(
        &self,
        from: (Id<Workload>, Option<&PodPlacement>),
        to: Id<Workload>,
    ) -> Bounds<bool> {
        let mut out = Bounds::exact(false);
        let cluster = self.world.workloads[to].cluster;
        let Some(addressing) = self.world.service_addressing.get(&cluster) else {
            return out;
        };
        for (id, service) in self.world.services.iter() {
            if !service.workloads.contains(&to) {
                continue;
            }
            let pod = &self.world.workloads[to];
            let leads = |port: &&ServicePort| {
                port.protocol == self.protocol
                    && match &port.target {
                        EntryPointTarget::Number(number) => *number == self.port,
                        EntryPointTarget::Name(name) => pod.named_ports.iter().any(|own| {
                            own.name == *name
                                && own.protocol == self.protocol
                                && own.port == self.port
                        }),
                        EntryPointTarget::Unknown => true,
                    }
            };
            for port in service.ports.iter().filter(leads) {
                for address in &service.addresses {
                    let twin = Twin {
                        port: port.ports.0,
                        ..*self
                    };
                    let other = Other::Service(id, address, (to, self.port));
                    let own = twin.passes(from.0, from.1, other, Direction::Egress);
                    let sure = service.doubt.and(&addressing.doubt).is_certain();
                    out.must |= own.must && sure;
                    out.may |= own.may;
                }
            }
        }
        out
    }
}
