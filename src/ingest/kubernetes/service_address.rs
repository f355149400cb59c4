//! Services as addresses inside the cluster, and whether the cluster's engine judges egress by them.
//! Source: Kubernetes documentation, "Service", "Virtual IPs and Service Proxies"; `engine/behaviour.rs` for what engines do.

use super::engine::behaviour::{Question, holds};
use super::engine::undecided;
use super::manifest_lowering::ManifestLowering;
use super::object::Object;
use super::{namespace, service, service_endpoints};
use crate::ingest::yaml::Node;
use crate::model::{
    AddressSet, Doubt, EntryPointTarget, GapKind, Id, Labels, Namespace, Origin, Policy,
    PolicyPeer, PolicyRule, Protocol, Selector, Service, ServiceAddressing, ServicePort, Traffic,
    Workload, World,
};
use std::collections::BTreeMap;

/// Kinds of policies that some engine enforces which judges by the address of a Service.
pub(super) const KINDS: &[&str] = &[
    "NetworkPolicy",
    "ApplicationNetworkPolicy",
    "ClusterNetworkPolicy",
];

/// Enters the Services of a cluster, and how its policies see them; after its policies.
pub(super) fn lower(lowering: &mut ManifestLowering<'_>) {
    let mut pods: BTreeMap<Id<Namespace>, Vec<Id<Workload>>> = BTreeMap::new();
    for (id, workload) in lowering.world.workloads.iter() {
        if workload.cluster == lowering.cluster {
            pods.entry(workload.namespace).or_default().push(id);
        }
    }
    let objects = lowering.objects;
    let mut services = Vec::new();
    for object in objects.iter().filter(|object| object.is("", "Service")) {
        let id = namespace::id(object.namespace_in(lowering.settings), lowering);
        let Some(id) = id.filter(|_| is_address(object)) else {
            continue;
        };
        let near = pods.get(&id).map(Vec::as_slice).unwrap_or_default();
        services.push(read(object, id, near, lowering));
    }
    if let Some(addressing) = addressing(&services, lowering) {
        let cluster = lowering.cluster;
        lowering
            .world
            .service_addressing
            .insert(cluster, addressing);
    }
    for service in services {
        lowering.world.services.push(service);
    }
}

/// Whether it has addresses at all; an `ExternalName` is a name.
pub(super) fn is_address(object: &Object) -> bool {
    object.unread.is_none() && object.node.get("spec.type").text() != Some("ExternalName")
}

fn read(
    object: &Object,
    namespace: Id<Namespace>,
    near: &[Id<Workload>],
    lowering: &mut ManifestLowering<'_>,
) -> Service {
    let mut doubt = Doubt::none();
    if lowering.is_contested(object) {
        let what = "is defined more than once with different content";
        doubt = doubt.and(&unsure(object, what, lowering));
    }
    let (workloads, unknown) = behind(object, namespace, near, lowering);
    let mut ports: Vec<ServicePort> = service::ports(object).into_iter().map(port).collect();
    if object
        .hidden
        .iter()
        .any(|path| path.starts_with("spec.ports"))
        || object.hides("spec.ports")
    {
        let what = "has ports that are not known yet";
        doubt = doubt.and(&unsure(object, what, lowering));
        ports = [Protocol::TCP, Protocol::UDP, Protocol::SCTP]
            .map(|protocol| ServicePort {
                protocol,
                ports: (1, u16::MAX),
                target: EntryPointTarget::Unknown,
            })
            .to_vec();
    }
    Service {
        cluster: lowering.cluster,
        namespace,
        name: object.name.clone(),
        selector: selector(object),
        addresses: addresses(object, lowering),
        ports,
        workloads,
        doubt: doubt.and(&unknown),
        origin: object.origin.clone(),
    }
}

fn unsure(object: &Object, what: &str, lowering: &mut ManifestLowering<'_>) -> Doubt {
    let what = format!("{} {what}", object.title());
    lowering
        .world
        .doubt(GapKind::NotJudged, what, Some(object.origin.clone()))
}

fn port(port: service::Port) -> ServicePort {
    ServicePort {
        protocol: port.protocol,
        ports: (port.port, port.port),
        target: port.target,
    }
}

fn selector(object: &Object) -> Labels {
    let entries = object.node.get("spec.selector").entries().into_iter();
    entries
        .filter_map(|(key, value)| Some((key, value.written()?.to_owned())))
        .collect()
}

/// The pods behind a Service, among those of its namespace.
fn behind(
    object: &Object,
    namespace: Id<Namespace>,
    near: &[Id<Workload>],
    lowering: &mut ManifestLowering<'_>,
) -> (Vec<Id<Workload>>, Doubt) {
    let title = lowering.world.namespaces[namespace].name.clone();
    if object
        .hidden
        .iter()
        .any(|path| path.starts_with("spec.selector"))
        || object.hides("spec.selector")
    {
        let doubt = unsure(object, "has a selector that is not known yet", lowering);
        return (near.to_vec(), doubt);
    }
    let Some(pods) = service::selector(object, &title) else {
        return service_endpoints::behind(object, lowering);
    };
    let hidden = lowering.hidden.of_selector(&pods);
    if !hidden.is_certain() {
        return (near.to_vec(), hidden);
    }
    let world = &*lowering.world;
    let held = near.iter().copied();
    let held = held.filter(|id| pods.holds(world.selected(*id)));
    (held.collect(), Doubt::none())
}

/// Its cluster addresses, those that it is reached by from elsewhere, and those of its load balancer: the nodes turn each of them into the
/// address of a pod.
pub(super) fn addresses(object: &Object, lowering: &ManifestLowering<'_>) -> Vec<AddressSet> {
    let single = |node: &Node| {
        node.text()
            .and_then(|text| text.parse().ok())
            .map(AddressSet::single)
    };
    let spec = object.node.get("spec");
    let own = spec.get("clusterIP");
    let mut out: Vec<AddressSet> = spec
        .get("clusterIPs")
        .items()
        .iter()
        .chain([&own])
        .filter_map(single)
        .collect();
    if out.is_empty() && own.text() != Some("None") {
        let range = lowering.site.map(|site| site.service_addresses());
        out.push(range.unwrap_or_else(AddressSet::of_unresolved_pods));
    }
    let further = spec.get("externalIPs").items().into_iter();
    out.extend(further.filter_map(|node| single(&node)));
    let balancer = object.node.get("status.loadBalancer.ingress").items();
    out.extend(balancer.iter().filter_map(|node| single(&node.get("ip"))));
    out.sort();
    out.dedup();
    out
}

/// How the policies of the cluster see the Services; none where they surely see the pods behind.
fn addressing(
    services: &[Service],
    lowering: &mut ManifestLowering<'_>,
) -> Option<ServiceAddressing> {
    let seen = holds(
        &lowering.world.clusters[lowering.cluster].engine,
        Question::ServiceAddresses,
    );
    if seen == Some(false) || services.is_empty() {
        return None;
    }
    let sums = Sums::of(services, lowering);
    let Differences { differs, open } = differences(&sums, lowering);
    let mut out = ServiceAddressing::default();
    if seen.is_none() {
        let what = format!(
            "policy engines differ in whether rules for egress see the address of a Service or that of the pod behind it, and {}",
            undecided(&lowering.world.clusters[lowering.cluster].engine)
        );
        out.doubt = lowering
            .world
            .doubt(GapKind::NotJudged, what, Some(differs?));
    }
    if let Some(origin) = open {
        let what = "rules for egress by address may hold for Services whose addresses the input does not say";
        out.unresolved = lowering
            .world
            .doubt(GapKind::NotInInput, what, Some(origin));
    }
    Some(out)
}

/// The first rule that may hold for a Service and not for the pods behind it, and the first of which it is not known.
struct Differences {
    differs: Option<Origin>,
    open: Option<Origin>,
}

fn differences(sums: &Sums<'_>, lowering: &ManifestLowering<'_>) -> Differences {
    let about = |policy: &&Policy| {
        policy.cluster == lowering.cluster && policy.inert.is_none() && KINDS.contains(&policy.kind)
    };
    let policies = lowering.world.policies.iter().map(|(_, policy)| policy);
    let mut out = Differences {
        differs: None,
        open: None,
    };
    let sides = policies
        .filter(about)
        .filter_map(|policy| policy.egress.as_ref());
    for rule in sides.flat_map(|side| &side.rules) {
        if out.differs.is_none() && sums.differs(rule) {
            out.differs = Some(rule.origin.clone());
        }
        if out.open.is_none() && sums.open(&rule.peer) {
            out.open = Some(rule.origin.clone());
        }
    }
    out
}

/// What rules are compared with: all Services of a cluster together.
struct Sums<'a> {
    services: &'a [Service],
    /// Addresses that some Service may have.
    addresses: AddressSet,
    /// The same of those whose address is not known.
    unresolved: AddressSet,
    /// The ports of Services with those of the pods that they lead to, where they are not the same.
    translated: Vec<(Traffic, Traffic)>,
    world: &'a World,
}

impl<'a> Sums<'a> {
    fn of(services: &'a [Service], lowering: &'a ManifestLowering<'_>) -> Self {
        let world = &*lowering.world;
        let each = || services.iter().flat_map(|service| &service.addresses);
        let unresolved = |set: &&AddressSet| !set.is_single();
        let mut translated: Vec<(Traffic, Traffic)> = Vec::new();
        for service in services.iter().filter(|own| !own.workloads.is_empty()) {
            for port in &service.ports {
                let own = port.traffic();
                let pods = target(port, service, world);
                if own != pods {
                    translated.push((own, pods));
                }
            }
        }
        Sums {
            services,
            addresses: each().cloned().collect(),
            unresolved: each().filter(unresolved).cloned().collect(),
            translated,
            world,
        }
    }

    /// Whether a rule may hold for a Service and not for the pods behind it, or the other way round.
    fn differs(&self, rule: &PolicyRule) -> bool {
        let by_port = || {
            let held = |(own, pods): &(Traffic, Traffic)| {
                !own.intersection(&rule.traffic).is_empty() && !pods.is_subset(&rule.traffic)
            };
            rule.traffic != Traffic::all() && self.translated.iter().any(held)
        };
        self.by_peer(&rule.peer) || !matches!(rule.peer, PolicyPeer::Pods(_)) && by_port()
    }

    fn by_peer(&self, peer: &PolicyPeer) -> bool {
        match peer {
            PolicyPeer::Addresses(set) | PolicyPeer::AddressesOfPodsToo(set) => {
                *set != AddressSet::all() && !set.is_disjoint(&self.addresses)
            }
            PolicyPeer::Pods(selector) => negates(selector) && self.holds_for_fewer_pods(selector),
            PolicyPeer::Not(_) => true,
            PolicyPeer::All(parts) | PolicyPeer::Any(parts) => {
                parts.iter().any(|part| self.by_peer(part))
            }
            _ => false,
        }
    }

    /// Whether a selector holds for the selector of a Service and not for all pods behind it.
    fn holds_for_fewer_pods(&self, selector: &Selector) -> bool {
        self.services.iter().any(|service| {
            let held = |id: &Id<Workload>| selector.holds(self.world.selected(*id));
            selector.holds(self.world.selected_service(service))
                && !service.workloads.iter().all(held)
        })
    }

    /// Whether a peer by address may hold for a Service whose address is not known.
    fn open(&self, peer: &PolicyPeer) -> bool {
        match peer {
            PolicyPeer::Addresses(set) | PolicyPeer::AddressesOfPodsToo(set) => {
                !set.is_disjoint(&self.unresolved) && !self.unresolved.is_subset(set)
            }
            PolicyPeer::Not(inner) => self.open(inner),
            PolicyPeer::All(parts) | PolicyPeer::Any(parts) => {
                parts.iter().any(|part| self.open(part))
            }
            _ => false,
        }
    }
}

/// Whether a selector may hold for labels and not for more of them.
fn negates(selector: &Selector) -> bool {
    match selector {
        Selector::Not(_) => true,
        Selector::All(parts) | Selector::Any(parts) => parts.iter().any(negates),
        _ => false,
    }
}

/// The ports of the pods behind a Service that a port of it leads to.
fn target(port: &ServicePort, service: &Service, world: &World) -> Traffic {
    let pods = service.workloads.iter();
    pods.map(|id| port.pods(&world.workloads[*id].named_ports))
        .collect()
}
