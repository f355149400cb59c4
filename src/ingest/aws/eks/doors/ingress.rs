//! Ingresses of the class `alb`. Source: AWS Load Balancer Controller documentation, "Ingress annotations".

use super::Doorway;
use super::balancer::{Asked, clients, list};
use super::service::{annotation, ports};
use crate::ingest::kubernetes::Object;
use crate::ingest::yaml::Node;
use crate::model::{Door, Note, Protocol};

/// What all annotations of such Ingresses begin with.
const FRONT: &str = "alb.ingress.kubernetes.io/";

/// Adds the load balancer of an Ingress.
pub fn lower(doorway: &mut Doorway, ingress: &Object) {
    let class = ingress.node.get("spec.ingressClassName").text().map(str::to_owned);
    if class.or_else(|| annotation(ingress, "kubernetes.io/ingress.class")).as_deref() != Some("alb") {
        return;
    }
    let said = |name: &str| annotation(ingress, &format!("{FRONT}{name}"));
    if said("scheme").is_some_and(|scheme| scheme != "internal") {
        doorway.unjudged(&ingress.title(), "asks for a load balancer that the internet reaches", &ingress.origin);
        return;
    }
    let listeners = listeners(said("listen-ports").as_deref(), said("certificate-arn").is_some());
    let asked = Asked {
        object: ingress,
        subnets: list(said("subnets")),
        groups: list(said("security-groups")),
        clients: clients(&list(said("inbound-cidrs"))),
        listeners: listeners.iter().map(|port| (Protocol::TCP, *port)).collect(),
    };
    let front = doorway.internal(&asked);
    let namespace = ingress.namespace_in(doorway.settings).to_owned();
    for (name, wanted) in backends(&ingress.node) {
        let Some(service) = doorway.service(&namespace, &name).cloned() else {
            doorway.unjudged(&ingress.title(), &format!("forwards to Service `{name}`, which is not in the input"), &ingress.origin);
            continue;
        };
        let workloads = doorway.behind(&service);
        let serving = ports(&service).into_iter().filter(|port| port.name.as_ref() == Some(&wanted) || port.port.to_string() == wanted);
        for (port, listener) in serving.flat_map(|port| listeners.iter().map(move |listener| (port.clone(), *listener))) {
            doorway.open(Door {
                name: format!("{} by its load balancer", ingress.title()),
                front: front.clone(),
                protocol: Protocol::TCP,
                port: listener,
                workloads: workloads.clone(),
                target: port.target,
                keeps_client: false,
                clients: asked.clients.clone(),
                notes: vec![Note {
                    text: "an application load balancer calls with its own address".to_owned(),
                    origin: None,
                    assumed: false,
                }],
                origin: ingress.origin.clone(),
            });
        }
    }
}

/// `[{"HTTP": 80}, {"HTTPS": 443}]`; by default 80, or 443 where there is a certificate.
fn listeners(text: Option<&str>, certificate: bool) -> Vec<u16> {
    let default = if certificate { 443 } else { 80 };
    let parsed: Option<Vec<std::collections::BTreeMap<String, u16>>> = text.and_then(|text| serde_json::from_str(text).ok());
    parsed.map_or_else(|| vec![default], |list| list.into_iter().flat_map(std::collections::BTreeMap::into_values).collect())
}

/// Names of Services and of their ports, each once.
fn backends(node: &Node) -> Vec<(String, String)> {
    let rules = node.get("spec.rules").items();
    let paths = rules.iter().flat_map(|rule| rule.get("http.paths").items()).map(|path| path.get("backend"));
    let mut out = Vec::new();
    for backend in std::iter::once(node.get("spec.defaultBackend")).chain(paths) {
        let port = backend.get("service.port");
        let wanted = port.get("name").text().map(str::to_owned).or_else(|| port.get("number").written().map(str::to_owned));
        if let (Some(name), Some(wanted)) = (backend.get("service.name").text(), wanted) {
            let pair = (name.to_owned(), wanted);
            if !out.contains(&pair) {
                out.push(pair);
            }
        }
    }
    out
}
