//! Ingresses of which an application load balancer is made. Source: AWS Load Balancer Controller documentation, "Ingress
//! annotations", "IngressClass"; EKS user guide, "Create an IngressClass to configure an Application Load Balancer".

use super::balancer::{Asked, Balancer, clients, list};
use super::node_port::node_port;
use super::{Doorway, by_load_balancer};
use crate::ingest::kubernetes::Object;
use crate::ingest::kubernetes::service::{Port, annotation, ports};
use crate::ingest::yaml::Node;
use crate::model::{AddressSet, Door, Doubt, GapKind, Note, Protocol};

/// What all annotations of such Ingresses begin with.
const FRONT: &str = "alb.ingress.kubernetes.io/";

/// Controllers that make application load balancers: that of the open project, and that of EKS Auto Mode.
const CONTROLLERS: [&str; 2] = ["ingress.k8s.aws/alb", "eks.amazonaws.com/alb"];

/// Adds the load balancer of an Ingress.
pub fn lower(doorway: &mut Doorway, ingress: &Object) {
    let Some(class) = class(doorway, ingress) else { return };
    let said = |name: &str| annotation(ingress, &format!("{FRONT}{name}"));
    let listeners = listeners(said("listen-ports").as_deref(), said("certificate-arn").is_some());
    let groups = list(said("security-groups"));
    let scheme = class.scheme.or_else(|| said("scheme"));
    let sends = Note { text: "an application load balancer calls with its own address".to_owned(), origin: None, assumed: false };
    let asked = Asked {
        object: ingress,
        internal: scheme.is_none_or(|scheme| scheme == "internal"),
        subnets: list(said("subnets")),
        clients: if groups.is_empty() { clients(&list(said("inbound-cidrs"))) } else { AddressSet::all() },
        groups,
        manages: said("manage-backend-security-group-rules").as_deref() == Some("true"),
        listeners: listeners.iter().map(|port| (Protocol::TCP, *port)).collect(),
        keeps_client: (false, sends),
    };
    let balancer = doorway.balancer(&asked);
    let by_address = said("target-type").map_or(class.auto_mode, |kind| kind == "ip");
    let front = Front { balancer, listeners, clients: asked.clients.clone(), by_address };
    for (name, wanted) in backends(ingress) {
        backend(doorway, ingress, &front, &name, &wanted);
    }
}

/// The load balancer of an Ingress with its listeners.
struct Front {
    balancer: Balancer,
    listeners: Vec<u16>,
    clients: AddressSet,
    by_address: bool,
}

fn backend(doorway: &mut Doorway, ingress: &Object, front: &Front, name: &str, wanted: &str) {
    let namespace = ingress.namespace_in(doorway.settings).to_owned();
    let Some(service) = doorway.service(&namespace, name).cloned() else {
        let pods = doorway.in_namespace(&namespace);
        let what = format!("forwards to Service `{name}`, which is not in the input");
        doorway.undecided(ingress, &by_load_balancer(ingress), GapKind::NotInInput, &what, pods);
        return;
    };
    let workloads = doorway.behind(&service);
    for port in ports(&service).into_iter().filter(|port| is_wanted(port, wanted)) {
        for listener in &front.listeners {
            let mut relays = vec![front.balancer.on((*listener, *listener), Doubt::none())];
            if !front.by_address {
                let (range, doubt) = node_port(doorway, &service, &port, false);
                relays.push(doorway.nodes(&service, range, doubt));
            }
            doorway.open(Door {
                name: by_load_balancer(ingress),
                kind: "load balancer",
                relays,
                protocol: Protocol::TCP,
                clients: front.clients.clone(),
                workloads: workloads.clone(),
                target: port.target.clone(),
                doubt: Doubt::none(),
                origin: ingress.origin.clone(),
            });
        }
    }
}

/// Whether a port is the one that a reference means by name or number.
pub fn is_wanted(port: &Port, wanted: &str) -> bool {
    port.name.as_deref() == Some(wanted) || port.port.to_string() == wanted
}

/// What the class of an Ingress says.
struct Class {
    scheme: Option<String>,
    auto_mode: bool,
}

/// The class of an Ingress, where it is one of which an application load balancer is made: by name, or by its controller.
fn class(doorway: &Doorway, ingress: &Object) -> Option<Class> {
    let own = ingress.node.get("spec.ingressClassName").text().map(str::to_owned);
    let own = own.or_else(|| annotation(ingress, "kubernetes.io/ingress.class"));
    let is_default = |object: &&Object| annotation(object, "ingressclass.kubernetes.io/is-default-class").as_deref() == Some("true");
    let mut classes = doorway.objects.iter().filter(|object| object.is("networking.k8s.io", "IngressClass"));
    let object = match &own {
        Some(name) => classes.find(|object| object.name == *name),
        None => classes.find(is_default),
    };
    let Some(object) = object else { return (own.as_deref() == Some("alb")).then_some(Class { scheme: None, auto_mode: false }) };
    let controller = object.node.get("spec.controller").text().map(str::to_owned)?;
    let parameters = object.node.get("spec.parameters.name").text().map(str::to_owned);
    let scheme = doorway
        .objects
        .iter()
        .find(|one| one.kind == "IngressClassParams" && Some(&one.name) == parameters.as_ref())
        .and_then(|one| one.node.get("spec.scheme").text().map(str::to_owned));
    CONTROLLERS.contains(&controller.as_str()).then_some(Class { scheme, auto_mode: controller == CONTROLLERS[1] })
}

/// `[{"HTTP": 80}, {"HTTPS": 443}]`; by default 80, or 443 where there is a certificate.
fn listeners(text: Option<&str>, certificate: bool) -> Vec<u16> {
    let default = if certificate { 443 } else { 80 };
    let parsed: Option<Vec<std::collections::BTreeMap<String, u16>>> = text.and_then(|text| serde_json::from_str(text).ok());
    parsed.map_or_else(|| vec![default], |list| list.into_iter().flat_map(std::collections::BTreeMap::into_values).collect())
}

/// Names of Services and of their ports, each once; those of an action that an annotation describes among them.
fn backends(ingress: &Object) -> Vec<(String, String)> {
    let rules = ingress.node.get("spec.rules").items();
    let paths = rules.iter().flat_map(|rule| rule.get("http.paths").items()).map(|path| path.get("backend"));
    let mut out = Vec::new();
    for backend in std::iter::once(ingress.node.get("spec.defaultBackend")).chain(paths) {
        let port = backend.get("service.port");
        let wanted = port.get("name").text().map(str::to_owned).or_else(|| port.get("number").written().map(str::to_owned));
        if let (Some(name), Some(wanted)) = (backend.get("service.name").text(), wanted) {
            out.extend(if wanted == "use-annotation" { action(ingress, name) } else { vec![(name.to_owned(), wanted)] });
        }
    }
    out.sort();
    out.dedup();
    out
}

/// The Services that `alb.ingress.kubernetes.io/actions.NAME` forwards to.
fn action(ingress: &Object, name: &str) -> Vec<(String, String)> {
    let text = annotation(ingress, &format!("{FRONT}actions.{name}")).unwrap_or_default();
    let Ok(json) = serde_json::from_str::<serde_json::Value>(&text) else { return Vec::new() };
    let node = Node::from_json(&json, &ingress.origin.place);
    let groups = node.get("forwardConfig.targetGroups").items();
    let pair = |group: &Node| Some((group.get("serviceName").text()?.to_owned(), group.get("servicePort").written()?.to_owned()));
    groups.iter().filter_map(pair).collect()
}
