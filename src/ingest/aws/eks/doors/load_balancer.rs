//! Services of type LoadBalancer. Source: AWS Load Balancer Controller documentation, "Network Load Balancer"; Kubernetes
//! documentation, "Service", "type: LoadBalancer".

use super::Doorway;
use super::balancer::{Asked, clients, list};
use super::service::{annotation, is_local, ports};
use crate::ingest::kubernetes::Object;
use crate::model::{Door, Note};

/// What all annotations of such Services begin with.
const FRONT: &str = "service.beta.kubernetes.io/aws-load-balancer-";

/// Adds the load balancer of a Service.
pub fn lower(doorway: &mut Doorway, service: &Object) {
    if service.node.get("spec.type").text() != Some("LoadBalancer") {
        return;
    }
    let said = |name: &str| annotation(service, &format!("{FRONT}{name}"));
    if !is_internal(service) {
        doorway.unjudged(&service.title(), "asks for a load balancer that the internet reaches", &service.origin);
        return;
    }
    let ports = ports(service);
    let ranges = service.node.get("spec.loadBalancerSourceRanges").items();
    let mut blocks: Vec<String> = ranges.iter().filter_map(|range| range.text().map(|text| text.trim().to_owned())).collect();
    if blocks.is_empty() {
        blocks = list(said("source-ranges"));
    }
    let asked = Asked {
        object: service,
        subnets: list(said("subnets")),
        groups: list(said("security-groups")),
        clients: clients(&blocks),
        listeners: ports.iter().map(|port| (port.protocol, port.port)).collect(),
    };
    let (keeps_client, note) = keeps_client(service);
    let front = doorway.internal(&asked);
    let workloads = doorway.behind(service);
    for port in ports {
        doorway.open(Door {
            name: format!("{} by its load balancer", service.title()),
            front: front.clone(),
            protocol: port.protocol,
            port: port.port,
            workloads: workloads.clone(),
            target: port.target,
            keeps_client,
            clients: asked.clients.clone(),
            notes: vec![note.clone()],
            origin: service.origin.clone(),
        });
    }
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

/// Whether the pod sees the client: instance targets keep it as far as the node, address targets only where told to.
fn keeps_client(service: &Object) -> (bool, Note) {
    let said = |name: &str| annotation(service, &format!("{FRONT}{name}"));
    let by_address = said("nlb-target-type").as_deref() == Some("ip") || said("type").as_deref() == Some("nlb-ip");
    let preserved = list(said("target-group-attributes"))
        .iter()
        .find_map(|part| part.strip_prefix("preserve_client_ip.enabled=").map(|on| on == "true"));
    let layer_four = said("type").is_some() || service.node.get("spec.loadBalancerClass").text().is_some();
    let keeps = match (layer_four, by_address, preserved) {
        (false, ..) => false,
        (_, true, on) => on.unwrap_or(false),
        (_, false, on) => on.unwrap_or(true) && is_local(service),
    };
    let text = if keeps { "the load balancer keeps the client's address" } else { "the pod sees the load balancer's or a node's address" };
    (keeps, Note { text: text.to_owned(), origin: Some(service.origin.clone()), assumed: preserved.is_none() })
}
