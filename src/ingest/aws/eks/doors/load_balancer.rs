//! Services of type LoadBalancer. Source: AWS Load Balancer Controller documentation, "Network Load Balancer"; Kubernetes
//! documentation, "Service", "type: LoadBalancer".

use super::balancer::{Asked, clients, list};
use super::node_port::node_port;
use super::{Doorway, by_load_balancer};
use crate::ingest::kubernetes::Object;
use crate::ingest::kubernetes::service::{annotation, ports};
use crate::model::{AddressSet, Door, Doubt, Note};

/// What all annotations of such Services begin with.
const FRONT: &str = "service.beta.kubernetes.io/aws-load-balancer-";

/// Adds the load balancer of a Service.
pub fn lower(doorway: &mut Doorway, service: &Object) {
    if service.node.get("spec.type").text() != Some("LoadBalancer") {
        return;
    }
    let ports = ports(service);
    let asked = asked(service, &ports);
    let balancer = doorway.balancer(&asked);
    let workloads = doorway.behind(service);
    for port in ports {
        let mut relays = vec![balancer.on((port.port, port.port), Doubt::none())];
        if !by_address(service) {
            let (range, doubt) = node_port(doorway, service, &port, false);
            relays.push(doorway.nodes(service, range, doubt));
        }
        doorway.open(Door {
            name: by_load_balancer(service),
            kind: "load balancer",
            relays,
            protocol: port.protocol,
            clients: asked.clients.clone(),
            workloads: workloads.clone(),
            target: port.target,
            doubt: Doubt::none(),
            origin: service.origin.clone(),
        });
    }
}

fn asked<'a>(service: &'a Object, ports: &[crate::ingest::kubernetes::service::Port]) -> Asked<'a> {
    let said = |name: &str| annotation(service, &format!("{FRONT}{name}"));
    let ranges = service.node.get("spec.loadBalancerSourceRanges").items();
    let mut blocks: Vec<String> = ranges.iter().filter_map(|range| range.text().map(|text| text.trim().to_owned())).collect();
    if blocks.is_empty() {
        blocks = list(said("source-ranges"));
    }
    let groups = list(said("security-groups"));
    Asked {
        object: service,
        internal: is_internal(service),
        subnets: list(said("subnets")),
        // Groups that the object names say who may call, and its blocks do not.
        clients: if groups.is_empty() { clients(&blocks) } else { AddressSet::all() },
        groups,
        manages: said("manage-backend-security-group-rules").as_deref() == Some("true"),
        listeners: ports.iter().map(|port| (port.protocol, port.port)).collect(),
        keeps_client: keeps_client(service),
    }
}

/// Whether the load balancer calls pods by their addresses; else it calls nodes.
fn by_address(service: &Object) -> bool {
    let said = |name: &str| annotation(service, &format!("{FRONT}{name}"));
    let auto_mode = service.node.get("spec.loadBalancerClass").text() == Some("eks.amazonaws.com/nlb");
    match said("nlb-target-type").as_deref() {
        Some(kind) => kind == "ip",
        None => said("type").as_deref() == Some("nlb-ip") || auto_mode,
    }
}

/// Whether a network load balancer is asked for, which can keep the client's address; a classic one never does.
fn is_layer_four(service: &Object) -> bool {
    annotation(service, &format!("{FRONT}type")).is_some() || service.node.get("spec.loadBalancerClass").text().is_some()
}

/// The controller makes internal ones unless it is told otherwise; Kubernetes' own code the other way round.
fn is_internal(service: &Object) -> bool {
    let said = |name: &str| annotation(service, &format!("{FRONT}{name}"));
    if let Some(scheme) = said("scheme") {
        return scheme == "internal";
    }
    let class = service.node.get("spec.loadBalancerClass").text().map(str::to_owned);
    let by_controller = class.is_some_and(|class| class == "service.k8s.aws/nlb" || class == "eks.amazonaws.com/nlb")
        || said("type").is_some_and(|kind| kind == "external" || kind == "nlb-ip");
    match said("internal").as_deref() {
        Some("true" | "0.0.0.0/0") => true,
        Some(_) => false,
        None => by_controller,
    }
}

/// Whether targets see the client: by default those that are nodes do, and those that are addresses do not, except over UDP.
/// Elastic Load Balancing user guide, "Client IP preservation".
fn keeps_client(service: &Object) -> (bool, Note) {
    let said = |name: &str| annotation(service, &format!("{FRONT}{name}"));
    let preserved = list(said("target-group-attributes"))
        .iter()
        .find_map(|part| part.strip_prefix("preserve_client_ip.enabled=").map(|on| on == "true"));
    let udp = ports(service).iter().any(|port| port.protocol == crate::model::Protocol::UDP);
    let keeps = is_layer_four(service) && preserved.unwrap_or(!by_address(service) || udp);
    let text = if keeps { "the load balancer keeps the client's address" } else { "the load balancer calls with its own address" };
    let assumed = preserved.is_none();
    (keeps, Note { text: text.to_owned(), origin: (!assumed).then(|| service.origin.clone()), assumed })
}
