//! Services of type LoadBalancer. Source: AWS Load Balancer Controller documentation, "Network Load Balancer"; Kubernetes
//! documentation, "Service", "type: LoadBalancer".

use super::balancer::{Asked, anyone, callers, list, subnet_term};
use super::node_port::node_port;
use super::opened::{self, Opened};
use super::{BalancerListener, EntryPointContext, by_load_balancer, controller};
use crate::ingest::kubernetes::Object;
use crate::ingest::kubernetes::service::{Port, annotation, has_node_ports, ports};
use crate::ingest::lowering::Blocks;
use crate::model::{Doubt, FilterPeer, Note, Protocol, Traffic};

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

/// Who makes the load balancer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Maker {
    /// The AWS Load Balancer Controller, or EKS Auto Mode: a network load balancer.
    Controller,
    /// Kubernetes' own code: a network load balancer where an annotation says so, else a classic one.
    InTree,
}

/// Who makes the load balancer of a Service; both, in doubt, where that is not known. The controller takes Services that name no class by a
/// webhook, which its chart brings along unless its values say not to.
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
    let without_group = without_group(entry_context, service, maker);
    for port in &ports {
        let keeps = keeps_client(service, port, &ports, maker);
        if opens_node_ports(service, maker) {
            let by = "the AWS cloud provider";
            open_targets(entry_context, service, port, (by, &asked.clients, doubt));
        } else if without_group && manages(service) {
            let sources = match keeps.0 {
                true => asked.clients.clone(),
                false => Blocks::of(balancer.addresses()),
            };
            let by = "the AWS Load Balancer Controller";
            open_targets(entry_context, service, port, (by, &sources, doubt));
        }
        let way = BalancerListener {
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

/// Whether the controller makes the load balancer without a security group: its targets are then open to the
/// clients themselves, or to the load balancer's subnets where these are hidden. Source: kubernetes-sigs/aws-load-balancer-controller,
/// documentation, "NLB annotations" (`aws-load-balancer-disable-nlb-sg`), and `buildTargetGroupBindingNetworkingLegacy`.
fn without_group(entry_context: &EntryPointContext, service: &Object, maker: Maker) -> bool {
    let said = |name: &str| annotation(service, &format!("{FRONT}{name}"));
    if maker != Maker::Controller || !list(said("security-groups")).is_empty() {
        return false;
    }
    if said("disable-nlb-sg").as_deref() == Some("true") {
        return true;
    }
    let class = service.node.get("spec.loadBalancerClass");
    let of_auto_mode = class.text() == Some("eks.amazonaws.com/nlb");
    !of_auto_mode && controller::is_without_groups(entry_context)
}

/// Whether the node port is open to whom the Service lets call, whether or not they come through the load balancer: so Kubernetes' own code for
/// AWS has it for a network load balancer. Source: Kubernetes documentation, "Service", "Network Load Balancer support on AWS";
/// kubernetes/cloud-provider-aws, `updateInstanceSecurityGroupsForNLB`.
fn opens_node_ports(service: &Object, maker: Maker) -> bool {
    let kind = annotation(service, &format!("{FRONT}type"));
    maker == Maker::InTree && kind.as_deref() == Some("nlb") && has_node_ports(service)
}

/// Whether the controller adds rules to the groups of the targets of a load balancer without a group.
fn manages(service: &Object) -> bool {
    let name = format!("{FRONT}manage-backend-security-group-rules");
    annotation(service, &name).as_deref() != Some("false")
}

/// The rules that somebody adds to the groups of the targets for some sources.
fn open_targets(
    entry_context: &mut EntryPointContext,
    service: &Object,
    port: &Port,
    (by, sources, why): (&str, &Blocks, &Doubt),
) {
    let pods = by_address(service).then(|| entry_context.behind(service).workloads);
    let (traffic, chosen) = match &pods {
        None => {
            let (ports, chosen) = node_port(entry_context, service, port, true);
            (Traffic::ports(port.protocol, ports.0, ports.1), chosen)
        }
        Some(pods) => (entry_context.target(port, pods), Doubt::none()),
    };
    let peer = FilterPeer::Addresses(callers(sources));
    let doubt = chosen.and(&sources.rest).and(why);
    entry_context.opened.push(Opened {
        name: format!("rules of {by} for {} port {}", service.title(), port.port),
        rules: vec![opened::rule(peer, traffic, doubt, &service.origin)],
        pods,
        origin: service.origin.clone(),
    });
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
    let is_internal = is_internal(service, maker);
    let without_group = without_group(entry_context, service, maker);
    let keeps = |port: &Port| keeps_client(service, port, ports, maker).0;
    // Nothing but the targets' groups looks at who calls.
    let hides_without_group = without_group && !ports.iter().all(keeps);
    Asked {
        object: service,
        internal: is_internal,
        subnets: list(said("subnets"))
            .iter()
            .map(|name| subnet_term(name))
            .collect(),
        // Groups that the object names say who may call, and its blocks do not.
        clients: if !groups.is_empty() || hides_without_group {
            anyone()
        } else if without_group && is_internal && blocks.is_empty() {
            within(entry_context)
        } else {
            entry_context.clients(&blocks, &lists, &service.origin)
        },
        groups,
        manages: said("manage-backend-security-group-rules").as_deref() == Some("true"),
        listeners: ports
            .iter()
            .map(|port| (port.protocol, port.port))
            .collect(),
    }
}

/// Those who may call an internal load balancer without a group of which nothing says who may: the VPC's own addresses.
fn within(entry_context: &EntryPointContext) -> Blocks {
    let networks = entry_context.facts.networks.iter();
    let own = networks.map(|id| entry_context.lowering.world.networks[*id].addresses.clone());
    Blocks::of(own.collect())
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

/// The controller makes internal ones unless an annotation says otherwise; Kubernetes' own code the other way round.
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
