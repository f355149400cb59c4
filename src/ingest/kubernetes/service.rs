//! Services: their ports and the pods behind them. Source: Kubernetes documentation, "Service".

use super::Object;
use crate::ingest::Settings;
use crate::ingest::yaml::Node;
use crate::model::{
    Cluster, EntryPointTarget, Id, Labels, LabelsOf, Protocol, Selector, Workload, World,
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

/// The ports of a Service; what is no port drops out, as the API server refuses it.
#[must_use]
pub fn ports(service: &Object) -> Vec<Port> {
    service
        .node
        .get("spec.ports")
        .items()
        .iter()
        .filter_map(port)
        .collect()
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

/// The pods of a cluster that a Service selects; none where it has no selector.
#[must_use]
pub fn behind(
    world: &World,
    cluster: Id<Cluster>,
    settings: &Settings,
    service: &Object,
) -> Vec<Id<Workload>> {
    let selector = service.node.get("spec.selector").entries().into_iter();
    let wanted: Labels = selector
        .filter_map(|(key, value)| Some((key, value.written()?.to_owned())))
        .collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let namespace = service.namespace_in(settings);
    let here = world.workloads.iter().filter(|(_, own)| {
        own.cluster == cluster && world.namespaces[own.namespace].name == namespace
    });
    here.filter(|(_, own)| {
        wanted
            .iter()
            .all(|(key, value)| own.labels.get(key) == Some(value))
    })
    .map(|(id, _)| id)
    .collect()
}
