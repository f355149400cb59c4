//! Services: their ports and the pods behind them. Source: Kubernetes documentation, "Service".

use super::Object;
use crate::ingest::Settings;
use crate::ingest::yaml::Node;
use crate::model::{
    Cluster, Doubt, EntryPointTarget, Id, LabelsOf, Protocol, Selector, Workload, World,
};

/// A port of a Service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// Protocol.
    pub protocol: Protocol,
    /// The Service's own port.
    pub port: u16,
    /// The pods' port.
    pub target: EntryPointTarget,
    /// The port on every node, where the object says it.
    pub node_port: Option<u16>,
}

/// The ports of a Service; what is no port drops out, as the API server refuses it. Which ports of pods those of a Service without a
/// selector lead to, its endpoints say.
#[must_use]
pub fn ports(service: &Object) -> Vec<Port> {
    let selects = !service.node.get("spec.selector").entries().is_empty();
    let listed = service.node.get("spec.ports").items();
    let target = |port: Port| match selects {
        true => port,
        false => Port {
            target: EntryPointTarget::Unknown,
            ..port
        },
    };
    listed.iter().filter_map(port).map(target).collect()
}

fn port(node: &Node) -> Option<Port> {
    let number = |node: &Node| {
        node.integer()
            .and_then(|number| u16::try_from(number).ok())
            .filter(|number| *number > 0)
    };
    let port = number(&node.get("port"))?;
    let target = node.get("targetPort");
    let target = match target.text() {
        Some(name) => EntryPointTarget::Name(name.to_owned()),
        None => EntryPointTarget::Number(number(&target).unwrap_or(port)),
    };
    Some(Port {
        name: node.get("name").text().map(str::to_owned),
        protocol: node
            .get("protocol")
            .text()
            .and_then(Protocol::parse)
            .unwrap_or(Protocol::TCP),
        port,
        target,
        node_port: number(&node.get("nodePort")),
    })
}

/// Whether nodes open ports for a Service. One of type LoadBalancer has them as well, unless it says otherwise.
#[must_use]
pub fn has_node_ports(service: &Object) -> bool {
    let spec = service.node.get("spec");
    match spec.get("type").text() {
        Some("NodePort") => true,
        Some("LoadBalancer") => spec.get("allocateLoadBalancerNodePorts").boolean() != Some(false),
        _ => false,
    }
}

/// Whether replies and clients stay on their node, so that pods see who calls (`externalTrafficPolicy: Local`).
#[must_use]
pub fn is_local(service: &Object) -> bool {
    service.node.get("spec.externalTrafficPolicy").text() == Some("Local")
}

/// An annotation of an object.
#[must_use]
pub fn annotation(object: &Object, key: &str) -> Option<String> {
    object
        .node
        .get("metadata.annotations")
        .child(key)
        .written()
        .map(|text| text.trim().to_owned())
}

/// The Service of a name in a namespace.
#[must_use]
pub fn service<'o>(
    objects: &'o [Object],
    settings: &Settings,
    namespace: &str,
    name: &str,
) -> Option<&'o Object> {
    let services = objects
        .iter()
        .filter(|object| object.is("", "Service") && object.name == name);
    services
        .into_iter()
        .find(|object| object.namespace_in(settings) == namespace)
}

/// The pods that a Service of a namespace selects, whatever their cluster; none where it has no selector.
#[must_use]
pub fn selector(service: &Object, namespace: &str) -> Option<Selector> {
    let entries = service.node.get("spec.selector").entries();
    let each = entries.into_iter().map(|(key, value)| {
        let values = value.written().map(str::to_owned).into_iter().collect();
        Selector::In(LabelsOf::Pod, key, values)
    });
    let parts: Vec<Selector> = std::iter::once(Selector::InNamespace(namespace.to_owned()))
        .chain(each)
        .collect();
    (parts.len() > 1).then_some(Selector::All(parts))
}

/// The pods behind a Service, and why there may be others or fewer.
#[derive(Clone, Debug, Default)]
pub struct Behind {
    /// The pods.
    pub workloads: Vec<Id<Workload>>,
    /// Why it is not certain that all of them are behind it.
    pub doubt: Doubt,
}

/// The pods of a cluster behind a Service, as `service_address` found them.
#[must_use]
pub fn behind(
    world: &World,
    cluster: Id<Cluster>,
    settings: &Settings,
    service: &Object,
) -> Behind {
    let namespace = service.namespace_in(settings);
    let mut known = world.services.iter().filter(|(_, own)| {
        own.cluster == cluster
            && own.name == service.name
            && world.namespaces[own.namespace].name == namespace
    });
    known
        .next()
        .map_or_else(Behind::default, |(_, own)| Behind {
            workloads: own.workloads.clone(),
            doubt: own.doubt.clone(),
        })
}
