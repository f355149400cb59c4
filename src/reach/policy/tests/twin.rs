//! The slow twin: judges one packet at a time, straight from the definitions.
//!
//! It knows no sets, classes or programs: for one packet it collects every outcome that the unknowns allow.

mod service;

use crate::model::{
    AddressSet, Bounds, Direction, Enforced, Id, PodPlacement, Policy, PolicyAction, PolicyPeer,
    PolicyRule, PolicySide, Protocol, Selector, Service, Workload, World,
};
use std::collections::BTreeSet;
use std::net::IpAddr;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Allow,
    Deny,
    Next,
}

/// Yes, no, or none where it is not known.
type Answer = Option<bool>;

/// Who stands at the other end.
#[derive(Clone, Copy)]
pub(super) enum Other<'a> {
    Pod(Id<Workload>, Option<&'a PodPlacement>),
    Node(&'a AddressSet),
    Outside(IpAddr),
    /// A Service at one of the addresses; its port leads to that port of the pods of the workload.
    Service(Id<Service>, &'a AddressSet, (Id<Workload>, u16)),
}

#[derive(Clone, Copy)]
pub(super) struct Twin<'w> {
    pub world: &'w World,
    pub protocol: Protocol,
    pub port: u16,
}

fn not(answer: Answer) -> Answer {
    answer.map(|own| !own)
}

fn any(answers: &[Answer]) -> Answer {
    if answers.contains(&Some(true)) {
        Some(true)
    } else if answers.contains(&None) {
        None
    } else {
        Some(false)
    }
}

/// Whether something with one of the addresses is in the block; nothing is known where there is none.
fn inside(addresses: &AddressSet, block: &AddressSet) -> Answer {
    let (first, some, all) = (
        addresses.first(),
        !addresses.is_disjoint(block),
        addresses.is_subset(block),
    );
    if first.is_none() || !some {
        Some(false)
    } else if all {
        Some(true)
    } else {
        None
    }
}

/// Whether an address that is not known is in the block.
fn anywhere(block: &AddressSet) -> Answer {
    if block.is_empty() {
        Some(false)
    } else {
        (*block == AddressSet::all()).then_some(true)
    }
}

impl Twin<'_> {
    fn addresses(&self, id: Id<Workload>, pod_placement: Option<&PodPlacement>) -> AddressSet {
        let workload = &self.world.workloads[id];
        match pod_placement {
            _ if !workload.addresses.is_empty() => workload.addresses.clone(),
            Some(PodPlacement {
                node: Some(node), ..
            }) if workload.host_network => node.addresses.clone(),
            Some(pod_placement) => pod_placement.pod.addresses.clone(),
            None => AddressSet::none(),
        }
    }

    fn is_node(&self, other: Other<'_>) -> bool {
        match other {
            Other::Pod(id, _) => self.world.workloads[id].host_network,
            Other::Node(_) => true,
            Other::Outside(_) | Other::Service(..) => false,
        }
    }

    fn is_unresolved(&self, other: Other<'_>) -> bool {
        match other {
            Other::Pod(id, pod_placement) => self.addresses(id, pod_placement).is_empty(),
            Other::Node(addresses) => addresses.is_empty(),
            Other::Outside(_) | Other::Service(..) => false,
        }
    }

    fn peer(&self, peer: &PolicyPeer, own: Id<Workload>, other: Other<'_>) -> Answer {
        let by_address = |block: &AddressSet| match other {
            Other::Pod(id, pod_placement) => inside(&self.addresses(id, pod_placement), block),
            Other::Node(addresses) => inside(addresses, block),
            Other::Outside(address) => Some(block.contains(address)),
            Other::Service(_, addresses, _) => inside(addresses, block),
        };
        match peer {
            PolicyPeer::Anyone => Some(true),
            PolicyPeer::World => Some(matches!(other, Other::Outside(_))),
            PolicyPeer::Pods(selector) => match other {
                Other::Pod(id, _) => {
                    Some(!self.is_node(other) && selector.holds(self.world.selected(id)))
                }
                Other::Service(id, ..) => {
                    Some(selector.holds(self.world.selected_service(&self.world.services[id])))
                }
                Other::Node(_) | Other::Outside(_) => Some(false),
            },
            PolicyPeer::NodesOfPods(selector) => Some(match other {
                Other::Pod(id, pod_placement) => {
                    let near = |(host, _): (Id<Workload>, &Workload)| {
                        selector.holds(self.world.selected(host))
                            && self
                                .places(host)
                                .into_iter()
                                .any(|(own, _)| host == id || may_be_one_node(own, pod_placement))
                    };
                    let mut hosts = self.world.workloads.iter();
                    self.is_node(other)
                        && hosts.any(|(host, own)| own.host_network && near((host, own)))
                }
                Other::Node(_) => true,
                Other::Outside(_) | Other::Service(..) => false,
            }),
            PolicyPeer::Nodes(_) if !self.is_node(other) => Some(false),
            PolicyPeer::Nodes(Selector::Everything) => Some(true),
            PolicyPeer::Nodes(Selector::Nothing) => Some(false),
            PolicyPeer::Nodes(_) => None,
            PolicyPeer::Addresses(block) => {
                let matched =
                    self.world.clusters[self.world.workloads[own].cluster].blocks_match_pods;
                if matched || matches!(other, Other::Outside(_) | Other::Service(..)) {
                    by_address(block)
                } else {
                    Some(false)
                }
            }
            PolicyPeer::AddressesOfPodsToo(block)
                if self.is_unresolved(other) && self.is_node(other) =>
            {
                anywhere(block)
            }
            PolicyPeer::AddressesOfPodsToo(block) if self.is_unresolved(other) => {
                inside(&AddressSet::of_unresolved_pods(), block)
            }
            PolicyPeer::AddressesOfPodsToo(block) => by_address(block),
            PolicyPeer::Not(inner) => not(self.peer(inner, own, other)),
            PolicyPeer::Any(parts) => any(&parts
                .iter()
                .map(|part| self.peer(part, own, other))
                .collect::<Vec<_>>()),
            PolicyPeer::All(parts) => not(any(&parts
                .iter()
                .map(|part| not(self.peer(part, own, other)))
                .collect::<Vec<_>>())),
        }
    }

    /// Whether the packet is one of the rule's, where it is sent to a port of `destination`.
    fn packet(&self, rule: &PolicyRule, destination: Option<Id<Workload>>) -> bool {
        let ports = destination
            .map(|id| self.world.workloads[id].named_ports.as_slice())
            .unwrap_or_default();
        let named = rule.named_ports.iter().any(|name| {
            ports.iter().any(|port| {
                let meant = port.name == name.name
                    && name
                        .protocol
                        .is_none_or(|protocol| protocol == port.protocol);
                meant && port.protocol == self.protocol && port.port == self.port
            })
        });
        named || rule.traffic.of(self.protocol).contains(self.port)
    }

    fn rule(
        &self,
        rule: &PolicyRule,
        own: Id<Workload>,
        other: Other<'_>,
        direction: Direction,
    ) -> Answer {
        let destination = match (direction, other) {
            (Direction::Ingress, _) => Some(own),
            (Direction::Egress, Other::Pod(id, _)) => Some(id),
            (Direction::Egress, _) => None,
        };
        if let Other::Service(..) = other {
            return self.rule_for_service(rule, own, other);
        }
        if !self.packet(rule, destination) || !rule.subject.holds(self.world.selected(own)) {
            return Some(false);
        }
        match self.peer(&rule.peer, own, other) {
            Some(true) if !rule.doubt.is_certain() => None,
            answer => answer,
        }
    }

    fn side(policy: &Policy, direction: Direction) -> Option<&PolicySide> {
        if direction == Direction::Ingress {
            policy.ingress.as_ref()
        } else {
            policy.egress.as_ref()
        }
    }

    fn tier(
        &self,
        policies: &[&Policy],
        own: Id<Workload>,
        other: Other<'_>,
        direction: Direction,
    ) -> BTreeSet<Outcome> {
        let mut out = BTreeSet::new();
        let mut orders: Vec<i64> = policies.iter().map(|policy| policy.order).collect();
        orders.sort_unstable();
        orders.dedup();
        for order in orders {
            let equal = policies.iter().filter(|policy| policy.order == order);
            for unclear in equal.clone().filter(|policy| !policy.doubt.is_certain()) {
                // What a tier of its own lets pass still has to pass the others.
                out.extend([
                    if unclear.tier.enforced_by_mesh {
                        Outcome::Next
                    } else {
                        Outcome::Allow
                    },
                    Outcome::Deny,
                ]);
            }
            let certain = equal.filter(|policy| policy.doubt.is_certain());
            let mut rules: Vec<_> = certain
                .flat_map(|policy| Self::side(policy, direction))
                .flat_map(|side| &side.rules)
                .collect();
            rules.sort_by_key(|rule| rule.order);
            for rule in rules {
                let outcome = match rule.action {
                    PolicyAction::Allow => Outcome::Allow,
                    PolicyAction::Deny => Outcome::Deny,
                    PolicyAction::Pass => Outcome::Next,
                };
                match self.rule(rule, own, other, direction) {
                    Some(false) => {}
                    None => out.extend([outcome]),
                    Some(true) => {
                        out.insert(outcome);
                        return out;
                    }
                }
            }
        }
        let certain = policies.iter().filter(|policy| policy.doubt.is_certain());
        let isolates = certain
            .flat_map(|policy| Self::side(policy, direction))
            .any(|side| side.isolates);
        out.insert(if isolates {
            Outcome::Deny
        } else {
            Outcome::Next
        });
        out
    }

    /// Whether the packet passes one end, surely and possibly.
    fn passes(
        &self,
        own: Id<Workload>,
        pod_placement: Option<&PodPlacement>,
        other: Other<'_>,
        direction: Direction,
    ) -> Bounds<bool> {
        let workload = &self.world.workloads[own];
        let enforced = pod_placement.map_or(
            &self.world.clusters[workload.cluster].enforced,
            |pod_placement| &pod_placement.enforced,
        );
        if workload.host_network {
            return Bounds::exact(true);
        }
        let [all, enforced_by_mesh] =
            [true, false].map(|engine| self.outcomes(own, other, direction, engine));
        let outcomes = match enforced {
            Enforced::Yes(_) if !workload.outside.is_certain() => &all | &enforced_by_mesh,
            Enforced::Yes(_) => all,
            Enforced::No(_) => enforced_by_mesh,
            Enforced::Unknown(..) => &all | &enforced_by_mesh,
        };
        bounds(&outcomes)
    }

    /// What may become of the packet at one end, with the policies that the cluster's engine enforces or without.
    fn outcomes(
        &self,
        own: Id<Workload>,
        other: Other<'_>,
        direction: Direction,
        engine: bool,
    ) -> BTreeSet<Outcome> {
        let (cluster, pod) = (self.world.workloads[own].cluster, self.world.selected(own));
        let holds =
            |policy: &Policy| policy.inert.is_none() && (engine || policy.tier.enforced_by_mesh);
        let about = |policy: &&Policy| {
            policy.cluster == cluster && holds(policy) && policy.subject.holds(pod)
        };
        let mut policies: Vec<&Policy> = self
            .world
            .policies
            .iter()
            .map(|(_, policy)| policy)
            .filter(about)
            .collect();
        policies.sort_by(|a, b| (a.tier.rank, &a.name).cmp(&(b.tier.rank, &b.name)));
        let mut out = BTreeSet::from([Outcome::Next]);
        for tier in policies.chunk_by(|a, b| a.tier.rank == b.tier.rank) {
            if out.remove(&Outcome::Next) {
                out.extend(self.tier(tier, own, other, direction));
            }
        }
        out
    }

    /// The places of a workload, each with whether it is certain.
    fn places(&self, id: Id<Workload>) -> Vec<(Option<&PodPlacement>, bool)> {
        let pod_placements = &self.world.workloads[id].pod_placements;
        if pod_placements.is_empty() {
            vec![(None, true)]
        } else {
            pod_placements
                .iter()
                .map(|own| (Some(own), own.doubt.is_certain()))
                .collect()
        }
    }

    pub fn alone(&self, own: Id<Workload>, other: Other<'_>, direction: Direction) -> Bounds<bool> {
        let each = self
            .places(own)
            .into_iter()
            .map(|(pod_placement, certain)| {
                (self.passes(own, pod_placement, other, direction), certain)
            });
        in_some(&each.collect::<Vec<_>>())
    }

    pub fn between(&self, from: Id<Workload>, to: Id<Workload>) -> Bounds<bool> {
        let mut each = Vec::new();
        for (source, one) in self.places(from) {
            for (destination, other) in self.places(to) {
                let mut egress =
                    self.passes(from, source, Other::Pod(to, destination), Direction::Egress);
                let by_service = self.by_service((from, source), to);
                egress = egress.zip(&by_service, |direct, by| *direct || *by);
                let enforcement =
                    &self.world.clusters[self.world.workloads[from].cluster].to_own_node;
                if let Some(enforcement) = enforcement
                    && self.world.workloads[to].host_network
                    && may_be_one_node(source, destination)
                {
                    let far = Other::Pod(to, destination);
                    let near = bounds(&self.outcomes(from, far, Direction::Egress, false));
                    let near = Bounds {
                        must: near.must && matches!(enforcement, Enforced::No(_)),
                        may: near.may && !matches!(enforcement, Enforced::Yes(_)),
                    };
                    egress = egress.zip(&near, |far, near| *far || *near);
                }
                let mut ingress = self.passes(
                    to,
                    destination,
                    Other::Pod(from, source),
                    Direction::Ingress,
                );
                if self.world.workloads[from].host_network && may_be_one_node(source, destination) {
                    let near = bounds(&self.outcomes(
                        to,
                        Other::Pod(from, source),
                        Direction::Ingress,
                        false,
                    ));
                    ingress = ingress.zip(&near, |far, near| *far || *near);
                }
                each.push((egress.zip(&ingress, |a, b| *a && *b), one && other));
            }
        }
        in_some(&each)
    }
}

fn bounds(outcomes: &BTreeSet<Outcome>) -> Bounds<bool> {
    Bounds {
        must: !outcomes.contains(&Outcome::Deny),
        may: outcomes.iter().any(|outcome| *outcome != Outcome::Deny),
    }
}

/// Whether pods that stand so may run on the same node: not where one of them has none, or they are of different pools.
fn may_be_one_node(one: Option<&PodPlacement>, other: Option<&PodPlacement>) -> bool {
    let has_node = |pod_placement: Option<&PodPlacement>| {
        pod_placement.is_none_or(|pod_placement| pod_placement.node.is_some())
    };
    let same = one
        .zip(other)
        .is_none_or(|(one, other)| one.name == other.name && one.node == other.node);
    has_node(one) && has_node(other) && same
}

fn in_some(each: &[(Bounds<bool>, bool)]) -> Bounds<bool> {
    let sure = each.iter().any(|(_, certain)| *certain);
    let must = if sure {
        each.iter().any(|(own, certain)| *certain && own.must)
    } else {
        each.iter().all(|(own, _)| own.must)
    };
    Bounds {
        must,
        may: each.iter().any(|(own, _)| own.may),
    }
}
