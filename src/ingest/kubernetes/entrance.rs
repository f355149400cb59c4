//! Entrances at layer 7 as typed views: Ingress objects, and Gateways with the routes attached to them
//! (kubernetes/api `networking/v1`, kubernetes-sigs/gateway-api `apis/v1`).

use super::object::Object;
use crate::ingest::Settings;
use crate::ingest::yaml::Node;
use crate::model::{DoorTarget, Labels, Origin, Protocol};

/// A Service behind an entrance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backend {
    /// Namespace of the Service.
    pub namespace: String,
    /// Its name.
    pub service: String,
    /// Its port (not the pods'), by number or name; none where it is not written or no port.
    pub port: Option<DoorTarget>,
    /// The line that names it.
    pub origin: Origin,
}

/// An Ingress, or a Gateway with its routes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entrance {
    /// Kind of the object: `Ingress`, `Gateway`.
    pub kind: &'static str,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Class: what makes it real. None means the cluster's default class.
    pub class: Option<String>,
    /// Annotations, by which controllers are told more.
    pub annotations: Labels,
    /// Ports at which it listens. An Ingress: 80, and 443 where it has `tls`.
    pub ports: Vec<(Protocol, u16)>,
    /// The Services that it forwards to, by place.
    pub backends: Vec<Backend>,
    /// The object.
    pub origin: Origin,
}

const GATEWAY: &str = "gateway.networking.k8s.io";
const ROUTES: &[&str] = &["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"];

/// All entrances among the objects, in their order.
#[must_use]
pub fn entrances(objects: &[Object], settings: &Settings) -> Vec<Entrance> {
    let one = |object: &Object| {
        let is_ingress = object.kind == "Ingress" && matches!(object.group.as_str(), "networking.k8s.io" | "extensions");
        if is_ingress { Some(ingress(object, settings)) } else { object.is(GATEWAY, "Gateway").then(|| gateway(object, objects, settings)) }
    };
    objects.iter().filter_map(one).collect()
}

fn blank(kind: &'static str, object: &Object, settings: &Settings) -> Entrance {
    let annotations = object.node.get("metadata.annotations").entries();
    Entrance {
        kind,
        namespace: object.namespace_in(settings).to_owned(),
        name: object.name.clone(),
        class: None,
        annotations: annotations.into_iter().filter_map(|(key, value)| Some((key, value.written()?.to_owned()))).collect(),
        ports: Vec::new(),
        backends: Vec::new(),
        origin: object.origin.clone(),
    }
}

fn ingress(object: &Object, settings: &Settings) -> Entrance {
    let mut out = blank("Ingress", object, settings);
    let spec = object.node.get("spec");
    let class = spec.get("ingressClassName").text().map(str::to_owned);
    out.class = class.or_else(|| out.annotations.get("kubernetes.io/ingress.class").cloned());
    out.ports.push((Protocol::TCP, 80));
    if !spec.get("tls").items().is_empty() {
        out.ports.push((Protocol::TCP, 443));
    }
    let mut found = vec![spec.get("defaultBackend"), spec.get("backend")];
    let paths = spec.get("rules").items().into_iter().flat_map(|rule| rule.get("http.paths").items());
    found.extend(paths.map(|path| path.get("backend")));
    let namespace = out.namespace.clone();
    out.backends = found.iter().filter_map(|node| ingress_backend(object, node, &namespace)).collect();
    out
}

/// `service.name`, `service.port`, or `serviceName`, `servicePort` as versions before `v1` write it.
fn ingress_backend(object: &Object, node: &Node, namespace: &str) -> Option<Backend> {
    let (name, old) = (node.get("service.name"), node.get("serviceName"));
    let service = name.text().or(old.text())?.to_owned();
    let ports = [node.get("service.port.number"), node.get("service.port.name"), node.get("servicePort")];
    let port = ports.iter().find(|node| !node.is_unset()).and_then(target);
    let place = if name.is_absent() { old.place() } else { name.place() };
    Some(Backend { namespace: namespace.to_owned(), service, port, origin: object.origin_at(place) })
}

fn target(node: &Node) -> Option<DoorTarget> {
    match node.text() {
        Some(name) => Some(name.parse().map_or_else(|_| DoorTarget::Name(name.to_owned()), DoorTarget::Number)),
        None => node.integer().and_then(|number| u16::try_from(number).ok()).map(DoorTarget::Number),
    }
}

fn gateway(object: &Object, objects: &[Object], settings: &Settings) -> Entrance {
    let mut out = blank("Gateway", object, settings);
    let spec = object.node.get("spec");
    out.class = spec.get("gatewayClassName").text().map(str::to_owned);
    for listener in spec.get("listeners").items() {
        let protocol = if listener.get("protocol").text() == Some("UDP") { Protocol::UDP } else { Protocol::TCP };
        let port = listener.get("port").integer().and_then(|port| u16::try_from(port).ok());
        out.ports.extend(port.map(|port| (protocol, port)));
    }
    out.ports.sort_unstable();
    out.ports.dedup();
    let routes = objects.iter().filter(|route| route.group == GATEWAY && ROUTES.contains(&route.kind.as_str()));
    let attached = routes.filter(|route| attaches(route, &out, settings));
    out.backends = attached.flat_map(|route| route_backends(route, settings)).collect();
    out
}

/// Whether a route names the gateway as a parent. Whether the gateway admits it is not asked: what may be attached is reachable so.
fn attaches(route: &Object, gateway: &Entrance, settings: &Settings) -> bool {
    route.node.get("spec.parentRefs").items().iter().any(|parent| {
        let kind = parent.get("kind").text().unwrap_or("Gateway").to_owned();
        let namespace = parent.get("namespace").text().unwrap_or(route.namespace_in(settings)).to_owned();
        kind == "Gateway" && namespace == gateway.namespace && parent.get("name").text() == Some(gateway.name.as_str())
    })
}

fn route_backends(route: &Object, settings: &Settings) -> Vec<Backend> {
    let references = route.node.get("spec.rules").items().into_iter().flat_map(|rule| rule.get("backendRefs").items());
    let backend = |node: Node| {
        let name = node.get("name");
        let is_service =
            node.get("kind").text().unwrap_or("Service") == "Service" && node.get("group").text().unwrap_or_default().is_empty();
        let service = name.text().filter(|_| is_service)?.to_owned();
        let namespace = node.get("namespace").text().unwrap_or(route.namespace_in(settings)).to_owned();
        Some(Backend { namespace, service, port: target(&node.get("port")), origin: route.origin_at(name.place()) })
    };
    references.filter_map(backend).collect()
}
