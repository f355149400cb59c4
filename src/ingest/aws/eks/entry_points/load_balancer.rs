//! Services of type LoadBalancer. Source: AWS Load Balancer Controller documentation, "Network Load Balancer"; Kubernetes
//! documentation, "Service", "type: LoadBalancer".

use super::balancer::{Asked, anyone, callers, list, subnet_term};
use super::{EntryPointContext, Way, by_load_balancer};
use crate::ingest::kubernetes::Object;
use crate::ingest::kubernetes::service::{Port, annotation, ports};
use crate::ingest::lowering::Blocks;
use crate::model::{Doubt, Note, Protocol};

/// What all annotations of such Services begin with.
const FRONT: &str = "service.beta.kubernetes.io/aws-load-balancer-";

/// Adds the load balancer of a Service.
pub fn lower(entry_context: &mut EntryPointContext, service: &Object) {
    if service.node.get("spec.type").text() != Some("LoadBalancer") {
        return;
    }
    for (maker, doubt) in makers(entry_context, service) {
        made(entry_context, service, maker, &doubt);
    }
}

/// Who may call a Service for which Kubernetes' own code makes a network load balancer, and why it may be somebody else who makes it; none where
/// it makes none.
pub fn in_tree(entry_context: &mut EntryPointContext, service: &Object) -> Option<(Blocks, Doubt)> {
    let is = |name: &str, value: &str| {
        annotation(service, &format!("{FRONT}{name}")).as_deref() == Some(value)
    };
    if service.node.get("spec.type").text() != Some("LoadBalancer") || !is("type", "nlb") {
        return None;
    }
    let (maker, doubt) = makers(entry_context, service)
        .into_iter()
        .find(|(maker, _)| *maker == Maker::InTree)?;
    Some((
        asked(entry_context, service, &ports(service), maker).clients,
        doubt,
    ))
}

/// Who makes the load balancer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Maker {
    /// The AWS Load Balancer Controller, or EKS Auto Mode: a network load balancer.
    Controller,
    /// Kubernetes' own code: a network load balancer, if it is told so, else a classic one.
    InTree,
}

/// Who makes the load balancer of a Service; both, in doubt, where that is not known. The controller takes Services that name no class by a
/// webhook, which its chart brings along unless it is told not to.
fn makers(entry_context: &EntryPointContext, service: &Object) -> Vec<(Maker, Doubt)> {
    let said = annotation(service, &format!("{FRONT}type"));
    let class = service
        .node
        .get("spec.loadBalancerClass")
        .text()
        .map(str::to_owned);
    if class.is_some() || said.is_some_and(|kind| kind == "external" || kind == "nlb-ip") {
        return vec![(Maker::Controller, Doubt::none())];
    }
    let hooks = entry_context
        .objects
        .iter()
        .filter(|object| object.kind == "MutatingWebhookConfiguration");
    let mut hooks = hooks.flat_map(|object| object.node.get("webhooks").items());
    if hooks.any(|hook| hook.get("name").text() == Some("mservice.elbv2.k8s.aws")) {
        return vec![(Maker::Controller, Doubt::none())];
    }
    match &entry_context.facts.plugins.webhook {
        None => vec![(Maker::InTree, Doubt::none())],
        Some(hook) if hook.doubt.is_certain() => vec![(
            if hook.on {
                Maker::Controller
            } else {
                Maker::InTree
            },
            Doubt::none(),
        )],
        Some(hook) => vec![
            (Maker::Controller, hook.doubt.clone()),
            (Maker::InTree, hook.doubt.clone()),
        ],
    }
}

fn made(entry_context: &mut EntryPointContext, service: &Object, maker: Maker, doubt: &Doubt) {
    let ports = ports(service);
    let asked = asked(entry_context, service, &ports, maker);
    let balancer = entry_context.balancer(&asked);
    for port in &ports {
        let keeps = keeps_client(service, port, &ports, maker);
        let way = Way {
            name: by_load_balancer(service),
            first: balancer.on((port.port, port.port), keeps, doubt.clone()),
            by_address: by_address(service),
            protocol: port.protocol,
            clients: callers(&asked.clients),
            origin: service.origin.clone(),
        };
        entry_context.lead(way, service, port);
    }
}

fn asked<'a>(
    entry_context: &mut EntryPointContext,
    service: &'a Object,
    ports: &[Port],
    maker: Maker,
) -> Asked<'a> {
    let said = |name: &str| annotation(service, &format!("{FRONT}{name}"));
    let ranges = service.node.get("spec.loadBalancerSourceRanges").items();
    let mut blocks: Vec<String> = ranges
        .iter()
        .filter_map(|range| range.text().map(|text| text.trim().to_owned()))
        .collect();
    if blocks.is_empty() {
        blocks = list(said("source-ranges"));
    }
    let groups = list(said("security-groups"));
    let lists = if maker == Maker::Controller {
        list(said("security-group-prefix-lists"))
    } else {
        Vec::new()
    };
    Asked {
        object: service,
        internal: is_internal(service, maker),
        subnets: list(said("subnets"))
            .iter()
            .map(|name| subnet_term(name))
            .collect(),
        // Groups that the object names say who may call, and its blocks do not.
        clients: if groups.is_empty() {
            entry_context.clients(&blocks, &lists, &service.origin)
        } else {
            anyone()
        },
        groups,
        manages: said("manage-backend-security-group-rules").as_deref() == Some("true"),
        listeners: ports
            .iter()
            .map(|port| (port.protocol, port.port))
            .collect(),
    }
}

/// Whether the load balancer calls pods by their addresses; else it calls nodes.
fn by_address(service: &Object) -> bool {
    let said = |name: &str| annotation(service, &format!("{FRONT}{name}"));
    let auto_mode =
        service.node.get("spec.loadBalancerClass").text() == Some("eks.amazonaws.com/nlb");
    match said("nlb-target-type").as_deref() {
        Some(kind) => kind == "ip",
        None => said("type").as_deref() == Some("nlb-ip") || auto_mode,
    }
}

/// Whether a network load balancer is asked for, which can keep the client's address; a classic one never does.
fn is_layer_four(service: &Object, maker: Maker) -> bool {
    maker == Maker::Controller || annotation(service, &format!("{FRONT}type")).is_some()
}

/// The controller makes internal ones unless it is told otherwise; Kubernetes' own code the other way round.
fn is_internal(service: &Object, maker: Maker) -> bool {
    let said = |name: &str| annotation(service, &format!("{FRONT}{name}"));
    if let Some(scheme) = said("scheme") {
        return scheme == "internal";
    }
    match said("internal").as_deref() {
        Some("true" | "0.0.0.0/0") => true,
        Some(_) => false,
        None => maker == Maker::Controller,
    }
}

/// Whether targets see the client: by default those that are nodes do, and those that are addresses do not. Over UDP they always do, and
/// so they do over TCP where one listener takes both. Elastic Load Balancing user guide, "Client IP preservation".
fn keeps_client(service: &Object, port: &Port, ports: &[Port], maker: Maker) -> (bool, Note) {
    let said = |name: &str| annotation(service, &format!("{FRONT}{name}"));
    let preserved = list(said("target-group-attributes"))
        .iter()
        .find_map(|part| {
            part.strip_prefix("preserve_client_ip.enabled=")
                .map(|on| on == "true")
        });
    let both = said("enable-tcp-udp-listener").as_deref() == Some("true");
    let udp = ports
        .iter()
        .any(|own| own.protocol == Protocol::UDP && own.port == port.port && (both || own == port));
    let keeps = is_layer_four(service, maker) && (udp || preserved.unwrap_or(!by_address(service)));
    let text = if keeps {
        "the load balancer keeps the client's address"
    } else {
        "the load balancer calls with its own address"
    };
    let assumed = preserved.is_none();
    (
        keeps,
        Note {
            text: text.to_owned(),
            origin: (!assumed).then(|| service.origin.clone()),
            assumed,
        },
    )
}
