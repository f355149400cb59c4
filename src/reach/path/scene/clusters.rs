//! Lines about pods, and the evaluator that says what they say.

use super::super::evidence::Evidence;
use super::super::pod_policies::{PodPolicies, Receivers};
use super::{Scene, block};
use crate::model::*;
use crate::reach::SteppingStones;
use crate::reach::policy::Judged;

impl Scene {
    pub(super) fn lets(&mut self, name: &str, direction: &str, flows: &FlowSet, doubtful: bool) {
        let direction = if direction == "egress" {
            Direction::Egress
        } else {
            Direction::Ingress
        };
        let key = (self.workload(name), direction);
        let own = self.lets.entry(key).or_default();
        own.may = own.may.union(flows);
        if !doubtful {
            own.must = own.must.union(flows);
        }
    }

    pub(super) fn workload(&self, name: &str) -> Id<Workload> {
        self.find("pods", name, &self.world.workloads).unwrap()
    }

    pub(super) fn pods(
        &mut self,
        name: &str,
        subnet: &str,
        at: &str,
        groups: &[&str],
        doubt: Doubt,
    ) {
        let pod = self.attachment(subnet, at, groups, Doubt::none());
        let note = Note {
            text: "its own".to_owned(),
            origin: None,
            assumed: false,
        };
        let enforced = Enforced::Yes(note.clone());
        let pod_placement = PodPlacement {
            name: name.to_owned(),
            pool: None,
            pod,
            node: None,
            translated: AddressSet::none(),
            source_address: note,
            enforced,
            doubt,
        };
        if let Some(id) = self.find("pods", name, &self.world.workloads) {
            self.world.workloads[id].pod_placements.push(pod_placement);
            return;
        }
        let place = Place {
            file: "scene".into(),
            line: 1,
            column: 1,
            length: 0,
        };
        let cluster = self.world.clusters.ids().next().unwrap();
        let namespace = Namespace {
            cluster,
            name: name.to_owned(),
            labels: Labels::new(),
            annotations: Labels::new(),
            declared: true,
            origin: None,
        };
        let workload = Workload {
            cluster,
            namespace: self.world.namespaces.push(namespace),
            name: name.to_owned(),
            kind: "Pod".to_owned(),
            labels: Labels::new(),
            annotations: Labels::new(),
            service_account: "default".to_owned(),
            service_account_labels: Labels::new(),
            named_ports: Vec::new(),
            host_network: false,
            outside: Doubt::none(),
            privileges: Default::default(),
            addresses: AddressSet::none(),
            pod_placements: vec![pod_placement].into(),
            origin: Origin {
                place,
                inner: None,
                address: name.into(),
                change: Change::None,
            },
        };
        let id = self.world.workloads.push(workload);
        self.enter("pods", name, id.index());
    }

    pub(super) fn entry_point(
        &mut self,
        name: &str,
        (protocol, port): (&str, &str),
        pods: &str,
        clients: &str,
        doubt: Doubt,
    ) {
        let place = Place {
            file: "scene".into(),
            line: 1,
            column: 1,
            length: 0,
        };
        let entry_point = EntryPoint {
            name: name.to_owned(),
            kind: "door",
            forwarders: Vec::new(),
            protocol: Protocol::parse(protocol).unwrap(),
            clients: block(clients),
            workloads: vec![self.workload(pods)],
            target: EntryPointTarget::Number(port.parse().unwrap()),
            doubt,
            origin: Origin {
                place,
                inner: None,
                address: name.into(),
                change: Change::None,
            },
        };
        let id = self.world.entry_points.push(entry_point);
        self.enter("door", name, id.index());
    }

    pub(super) fn forwarder(
        &mut self,
        entry_point: &str,
        (subnet, at): (&str, &str),
        port: &str,
        group: &str,
        more: &[&str],
    ) {
        let attachments = vec![self.attachment(subnet, at, &[group], Doubt::none())];
        let note = || Note {
            text: "handed on".to_owned(),
            origin: None,
            assumed: false,
        };
        let port: u16 = port.parse().unwrap();
        let says = |word: &str| more.contains(&word);
        let forwarder = Forwarder {
            name: "relay".to_owned(),
            attachments,
            ports: (port, port),
            destinations: more
                .iter()
                .find_map(|word| word.strip_prefix("as="))
                .map(block)
                .unwrap_or_default(),
            doubt: Doubt::none(),
            keeps_client: says("keeps"),
            sends: note(),
            admitted: says("admitted").then(note),
            own_pods: says("node").then(|| {
                if says("exempt") {
                    Enforced::No(note())
                } else {
                    Enforced::Yes(note())
                }
            }),
        };
        let id = self
            .find("door", entry_point, &self.world.entry_points)
            .unwrap();
        self.world.entry_points[id].forwarders.push(forwarder);
    }
}

impl Scene {
    /// The world with policies that say what the `lets` lines say, for who asks the evaluator of policies itself.
    pub fn with_policies(&self) -> World {
        let mut world = self.world.clone();
        let doubt = world.doubt(GapKind::UnknownValue, "a rule of a policy", None);
        for ((workload, direction), flows) in &self.lets {
            let pods = &world.workloads[*workload];
            let side = side(flows, &doubt, &pods.origin);
            let (ingress, egress) = match direction {
                Direction::Ingress => (Some(side), None),
                Direction::Egress => (None, Some(side)),
            };
            let policy = Policy {
                cluster: pods.cluster,
                kind: "NetworkPolicy",
                name: pods.name.clone(),
                namespace: Some(pods.namespace),
                tier: Tier::namespaced(),
                order: 0,
                subject: Selector::InNamespace(pods.name.clone()),
                ingress,
                egress,
                inert: None,
                order_doubt: Doubt::none(),
                doubt: Doubt::none(),
                origin: pods.origin.clone(),
            };
            world.policies.push(policy);
        }
        world
    }
}

/// Rules that allow some flows, and others that are in doubt.
fn side(flows: &Bounds<FlowSet>, doubt: &Doubt, origin: &Origin) -> PolicySide {
    let rules = |flows: &FlowSet, doubt: &Doubt| {
        let parts = flows.parts().iter();
        let rules = parts.map(|(addresses, traffic)| PolicyRule {
            order: 0,
            action: PolicyAction::Allow,
            subject: Selector::Everything,
            peer: PolicyPeer::Addresses(addresses.clone()),
            traffic: traffic.clone(),
            named_ports: Vec::new(),
            doubt: doubt.clone(),
            origin: origin.clone(),
        });
        rules.collect::<Vec<_>>()
    };
    PolicySide {
        isolates: true,
        rules: [rules(&flows.must, &Doubt::none()), rules(&flows.may, doubt)].concat(),
        origin: origin.clone(),
    }
}

impl PodPolicies for Scene {
    fn outside(
        &self,
        workload: Id<Workload>,
        direction: Direction,
        _: Option<usize>,
    ) -> Judged<FlowSet> {
        let bounds = self
            .lets
            .get(&(workload, direction))
            .cloned()
            .unwrap_or_else(|| Bounds::exact(FlowSet::all()));
        Judged {
            bounds,
            doubt: Doubt::none(),
        }
    }

    fn by_node(
        &self,
        workload: Id<Workload>,
        pod_placement: Option<usize>,
        _: &AddressSet,
    ) -> Bounds<FlowSet> {
        self.outside(workload, Direction::Ingress, pod_placement)
            .bounds
    }

    fn connects(&self, from: Id<Workload>, to: Id<Workload>) -> Verdict {
        let calls = self.calls.get(&(from, to));
        calls.map_or(Verdict::Blocked, SteppingStones::connects)
    }

    fn receivers(&self, from: Id<Workload>) -> Option<Receivers<'_>> {
        let called = move |to: usize| {
            let mut calls = self.calls.keys();
            calls.any(|(one, other)| *one == from && other.index() == to)
        };
        Some(Box::new(called))
    }

    fn kind(&self, workload: Id<Workload>) -> Option<usize> {
        Some(workload.index())
    }

    fn evidence(
        &self,
        workload: Id<Workload>,
        direction: Direction,
        _: Option<usize>,
        packet: &Witness,
    ) -> Evidence {
        let address = match direction {
            Direction::Egress => packet.destination,
            Direction::Ingress => packet.source,
        };
        let passes = self.outside(workload, direction, None).bounds.may;
        let passes = passes.at(address).of(packet.protocol).contains(packet.port);
        Evidence::new(if passes {
            Reason::NoPolicy {
                workload,
                direction,
            }
        } else {
            Reason::Isolated {
                policies: Vec::new(),
                direction,
            }
        })
    }

    fn evidence_of_node(
        &self,
        workload: Id<Workload>,
        pod_placement: Option<usize>,
        packet: &Witness,
        _: Verdict,
    ) -> Evidence {
        self.evidence(workload, Direction::Ingress, pod_placement, packet)
    }
}
