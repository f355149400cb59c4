//! Services as typed views: what they select, and at which ports they answer (kubernetes/api `core/v1`, `ServiceSpec`).

use super::fault::Faults;
use super::label::labels;
use super::object::Object;
use super::port;
use crate::ingest::Settings;
use crate::ingest::yaml::Node;
use crate::model::{AddressSet, Cluster, DoorTarget, Id, Labels, Origin, Protocol, Workload, World};

/// How a Service is reached from outside of the cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ServiceKind {
    /// Not at all: an address inside, or none (headless).
    ClusterIp,
    /// At a port of every node.
    NodePort,
    /// At a load balancer; at a port of every node too, unless `allocateNodePorts` is false.
    LoadBalancer,
    /// It is another name for something outside.
    ExternalName,
}

/// One port of a Service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServicePort {
    /// Its name; empty where it has none.
    pub name: String,
    /// Its protocol.
    pub protocol: Protocol,
    /// The port at which the Service (and a load balancer) answers.
    pub port: u16,
    /// The pods' port: by default the same number.
    pub target: DoorTarget,
    /// The port of every node, where the object names it; else the cluster picks one from its range (30000-32767 by default).
    pub node_port: Option<u16>,
    /// The entry of `ports`.
    pub origin: Origin,
}

/// A Service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// How it is reached from outside.
    pub kind: ServiceKind,
    /// Labels of the pods behind it, in its namespace; none or empty means that it picks no pods by itself.
    pub selector: Option<Labels>,
    /// Its ports.
    pub ports: Vec<ServicePort>,
    /// Whether it has no address of its own (`clusterIP: None`).
    pub headless: bool,
    /// Whether nodes forward to their own pods only, and so keep the client's address (`externalTrafficPolicy: Local`).
    pub local: bool,
    /// Whether a load balancer's Service has node ports too.
    pub node_ports: bool,
    /// Clients that a load balancer lets in (`loadBalancerSourceRanges`); none means all.
    pub source_ranges: Option<AddressSet>,
    /// `loadBalancerClass`.
    pub class: Option<String>,
    /// Its annotations.
    pub annotations: Labels,
    /// Addresses of nodes or of the outside at which the cluster takes packets for it as well (`externalIPs`).
    pub external: AddressSet,
    /// The object.
    pub origin: Origin,
}

impl Service {
    /// Reads a Service; none where the object is something else. What the API server would refuse is in `faults`, and left out.
    pub fn read(object: &Object, settings: &Settings, faults: &mut Faults) -> Option<Service> {
        if !object.is("", "Service") || object.version != "v1" {
            return None;
        }
        let spec = object.node.get("spec");
        let selector = spec.get("selector");
        let text = |field: &str| spec.get(field).text().map(str::to_owned);
        Some(Service {
            namespace: object.namespace_in(settings).to_owned(),
            name: object.name.clone(),
            kind: kind(&spec.get("type"), faults),
            selector: (!selector.is_unset()).then(|| labels(&selector, faults)),
            ports: faults.list(&spec.get("ports"), "ports").iter().filter_map(|entry| service_port(object, entry, faults)).collect(),
            headless: text("clusterIP").as_deref() == Some("None"),
            local: text("externalTrafficPolicy").as_deref() == Some("Local"),
            node_ports: spec.get("allocateNodePorts").boolean() != Some(false),
            source_ranges: addresses(&spec.get("loadBalancerSourceRanges"), "loadBalancerSourceRanges", faults),
            class: text("loadBalancerClass"),
            annotations: labels(&object.node.get("metadata.annotations"), faults),
            external: addresses(&spec.get("externalIPs"), "externalIPs", faults).unwrap_or_default(),
            origin: object.origin.clone(),
        })
    }

    /// The workloads whose pods it picks, in order.
    #[must_use]
    pub fn workloads(&self, cluster: Id<Cluster>, world: &World) -> Vec<Id<Workload>> {
        let Some(selector) = self.selector.as_ref().filter(|selector| !selector.is_empty()) else { return Vec::new() };
        let picks = |workload: &Workload| {
            let here = workload.cluster == cluster && world.namespaces[workload.namespace].name == self.namespace;
            here && selector.iter().all(|(key, value)| workload.labels.get(key) == Some(value))
        };
        world.workloads.iter().filter(|(_, workload)| picks(workload)).map(|(id, _)| id).collect()
    }
}

fn kind(node: &Node, faults: &mut Faults) -> ServiceKind {
    match node.text() {
        None if node.is_unset() => ServiceKind::ClusterIp,
        Some("ClusterIP") => ServiceKind::ClusterIp,
        Some("NodePort") => ServiceKind::NodePort,
        Some("LoadBalancer") => ServiceKind::LoadBalancer,
        Some("ExternalName") => ServiceKind::ExternalName,
        // A type that is not known is read as the one that opens most.
        _ => {
            faults.mismatch(node, "type", "ClusterIP, NodePort, LoadBalancer or ExternalName");
            ServiceKind::LoadBalancer
        }
    }
}

fn service_port(object: &Object, node: &Node, faults: &mut Faults) -> Option<ServicePort> {
    let protocol = faults.keep(port::protocol(&node.get("protocol")))?;
    let number = faults.keep(port::number(&node.get("port"), "port"))?;
    let target = node.get("targetPort");
    let target = match target.text() {
        // Zero is what an empty field of a typed client is written as.
        None if target.is_unset() || target.integer() == Some(0) => DoorTarget::Number(number),
        None => DoorTarget::Number(faults.keep(port::number(&target, "targetPort"))?),
        Some(name) => name.parse().map_or_else(|_| DoorTarget::Name(name.to_owned()), DoorTarget::Number),
    };
    let own = node.get("nodePort");
    let node_port = if own.is_unset() || own.integer() == Some(0) { None } else { faults.keep(port::number(&own, "nodePort")) };
    let name = node.get("name").text().unwrap_or_default().to_owned();
    Some(ServicePort { name, protocol, port: number, target, node_port, origin: object.origin_at(node.place()) })
}

fn addresses(node: &Node, field: &str, faults: &mut Faults) -> Option<AddressSet> {
    let items = faults.list(node, field);
    let mut out = Vec::new();
    for item in &items {
        match item.text().and_then(|text| AddressSet::parse(text.trim()).ok()) {
            Some(set) => out.push(set),
            None => faults.mismatch(item, field, "an address or an address block"),
        }
    }
    (!items.is_empty()).then(|| out.into_iter().collect())
}
