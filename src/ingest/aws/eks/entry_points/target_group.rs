//! Target groups of Terraform's load balancers that a TargetGroupBinding fills with the pods of a Service.
//! Source: AWS Load Balancer Controller documentation, "TargetGroupBinding"; Elastic Load Balancing user guides, "Target
//! groups for your Network Load Balancers", "Client IP preservation".

use super::balancer::Balancer;
use super::ingress::is_wanted;
use super::opened::{self, Opened};
use super::{ANY_PORT, BalancerListener, EntryPointContext, by_load_balancer};
use crate::ingest::aws::stage::Endpoints;
use crate::ingest::aws::{Attribute, is_set};
use crate::ingest::kubernetes::Object;
use crate::ingest::kubernetes::service::ports;
use crate::ingest::terraform::{Resource, Value};
use crate::ingest::yaml::Node;
use crate::model::{AddressSet, Doubt, Endpoint, FilterPeer, GapKind, Id, Note, Protocol, Traffic};

/// Adds the ways in by the listeners that forward to the target group of a binding.
pub fn lower(entry_context: &mut EntryPointContext, binding: &Object) {
    let namespace = binding.namespace_in(entry_context.settings).to_owned();
    let spec = binding.node.get("spec");
    let name = spec
        .get("serviceRef.name")
        .text()
        .unwrap_or_default()
        .to_owned();
    let wanted = spec
        .get("serviceRef.port")
        .written()
        .unwrap_or_default()
        .to_owned();
    let text = ["targetGroupARN", "targetGroupName"]
        .iter()
        .find_map(|key| spec.get(key).text().map(str::to_owned));
    let groups = text.map_or_else(Vec::new, |text| groups(entry_context, &text));
    let fronts = fronts(entry_context, &groups);
    let service = entry_context.service(&namespace, &name).cloned();
    let kind = spec
        .get("targetType")
        .text()
        .map(str::to_owned)
        .or_else(|| target_type(entry_context, &groups));
    open_targets(entry_context, binding, (kind.as_deref(), service.as_ref()));
    let (Some(service), false) = (&service, fronts.is_empty()) else {
        let pods = service.map_or_else(
            || entry_context.in_namespace(&namespace),
            |service| entry_context.behind(&service).workloads,
        );
        entry_context.undecided(
            binding,
            &by_load_balancer(binding),
            GapKind::NotInInput,
            "fills a target group whose load balancer or Service is not in the input",
            pods,
        );
        return;
    };
    let networking = binding.node.get("spec.networking");
    for port in ports(service)
        .into_iter()
        .filter(|port| is_wanted(port, &wanted))
    {
        for front in &fronts {
            let by_address = kind.as_deref() == Some("ip");
            let keeps = keeps_client(entry_context, &groups, front, by_address);
            let admitted = (!networking.is_unset()).then(|| Note {
                text: "the controller that fills the target group opens the targets' security groups to the load balancer".to_owned(),
                origin: Some(binding.origin_at(networking.place())),
                assumed: false,
            });
            let balancer = Balancer::of(
                &entry_context.lowering.world.endpoints[front.endpoint],
                admitted,
            );
            let way = BalancerListener {
                name: by_load_balancer(binding),
                first: balancer.on(front.ports, keeps, front.doubt.clone()),
                by_address,
                protocol: front.protocol,
                clients: AddressSet::all(),
                origin: binding.origin.clone(),
            };
            entry_context.lead(way, service, &port);
        }
    }
}

/// What `networking` opens of the targets, and for whom: the pods of the Service where addresses are the targets, else all nodes.
fn open_targets(
    entry_context: &mut EntryPointContext,
    binding: &Object,
    (kind, service): (Option<&str>, Option<&Object>),
) {
    let pods = service.map(|service| entry_context.behind(service).workloads);
    let pods = (kind == Some("ip")).then(|| pods.unwrap_or_default());
    let listed = binding.node.get("spec.networking.ingress").items();
    let mut rules = Vec::new();
    for own in &listed {
        let traffic = opened_ports(&own.get("ports").items());
        for from in own.get("from").items() {
            let origin = binding.origin_at(from.place());
            let block = from.get("ipBlock.cidr");
            let group = from.get("securityGroup.groupID");
            let peer = match (block.text().map(AddressSet::parse), group.text()) {
                (Some(Ok(block)), _) => FilterPeer::Addresses(block),
                (_, Some(group)) => {
                    let group = entry_context.lowering.absent_group(group, origin.clone());
                    FilterPeer::Members(group)
                }
                _ => continue,
            };
            rules.push(opened::rule(peer, traffic.clone(), Doubt::none(), &origin));
        }
    }
    if !rules.is_empty() {
        entry_context.opened.push(Opened {
            name: format!("rules of the controller for {}", binding.title()),
            rules,
            pods,
            origin: binding.origin.clone(),
        });
    }
}

/// The ports of an `ingress` rule: all over TCP where it lists none. One by name is looked up in the pods: it may be any.
fn opened_ports(ports: &[Node]) -> Traffic {
    if ports.is_empty() {
        return Traffic::protocol(Protocol::TCP);
    }
    let one = |port: &Node| {
        let protocol = port.get("protocol");
        let protocol = protocol.text().and_then(Protocol::parse);
        let protocol = protocol.unwrap_or(Protocol::TCP);
        let number = port.get("port").integer();
        match number.and_then(|number| u16::try_from(number).ok()) {
            Some(number) => Traffic::ports(protocol, number, number),
            None => Traffic::protocol(protocol),
        }
    };
    ports.iter().map(one).collect()
}

/// A listener of a load balancer that forwards to a target group.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Front {
    /// The load balancer.
    pub endpoint: Id<Endpoint>,
    /// Whether it is an application load balancer.
    pub layer_seven: bool,
    /// Protocol.
    pub protocol: Protocol,
    /// Its port, or all where it is not known.
    pub ports: (u16, u16),
    /// Why it is not.
    pub doubt: Doubt,
}

/// The target groups with an ARN or a name.
fn groups(entry_context: &EntryPointContext, text: &str) -> Vec<Id<Resource>> {
    let graph = entry_context.lowering.graph;
    let held = graph.holding(text).iter().map(|target| target.resource);
    held.filter(|id| graph.resources[*id].kind.ends_with("lb_target_group"))
        .collect()
}

fn target_type(entry_context: &EntryPointContext, groups: &[Id<Resource>]) -> Option<String> {
    groups.iter().find_map(|id| {
        entry_context.lowering.graph.resources[*id]
            .values
            .get("target_type")
            .text()
            .map(str::to_owned)
    })
}

/// Whether the load balancer keeps the client's address: an application load balancer never does; a network load balancer does
/// by default for targets that are instances, and always for target groups that take UDP.
pub fn keeps_client(
    entry_context: &EntryPointContext,
    groups: &[Id<Resource>],
    front: &Front,
    by_address: bool,
) -> (bool, Note) {
    let resources = groups
        .iter()
        .map(|id| &entry_context.lowering.graph.resources[*id]);
    let said = resources.clone().find_map(|resource| {
        let value = resource.values.get("preserve_client_ip");
        let on = value
            .boolean()
            .or_else(|| value.text().and_then(|text| text.parse().ok()));
        on.map(|on: bool| (on, resource.origin_of("preserve_client_ip")))
    });
    let mut protocols = resources.map(|resource| resource.values.get("protocol").text());
    let udp = front.protocol == Protocol::UDP
        || protocols.any(|protocol| matches!(protocol, Some("UDP" | "TCP_UDP")));
    let keeps = !front.layer_seven && (udp || said.as_ref().map_or(!by_address, |(on, _)| *on));
    let text = if keeps {
        "the load balancer keeps the client's address"
    } else {
        "the load balancer calls with its own address"
    };
    let assumed = said.is_none() && !front.layer_seven;
    (
        keeps,
        Note {
            text: text.to_owned(),
            origin: said.map(|(_, origin)| origin),
            assumed,
        },
    )
}

/// The listeners that forward to one of the target groups, themselves or by a rule.
pub fn fronts(entry_context: &mut EntryPointContext, groups: &[Id<Resource>]) -> Vec<Front> {
    let graph = entry_context.lowering.graph;
    let kinds = ["aws_lb_target_group", "aws_alb_target_group"];
    let meant = |value: &Value| {
        is_set(value)
            && graph
                .follow(value, &kinds)
                .targets
                .iter()
                .any(|target| groups.contains(&target.resource))
    };
    let forwards = |resource: &Resource, path: &str| {
        resource.values.get(path).items().iter().any(|action| {
            let several = action
                .get("forward")
                .items()
                .iter()
                .flat_map(|forward| forward.get("target_group").items());
            meant(action.get("target_group_arn"))
                || several.into_iter().any(|group| meant(group.get("arn")))
        })
    };
    let listeners: Vec<_> = graph
        .of("aws_lb_listener")
        .chain(graph.of("aws_alb_listener"))
        .collect();
    let rules = graph
        .of("aws_lb_listener_rule")
        .chain(graph.of("aws_alb_listener_rule"));
    let by_rule: Vec<Id<Resource>> = rules
        .filter(|(_, rule)| forwards(rule, "action"))
        .flat_map(|(_, rule)| {
            graph
                .follow(
                    rule.values.get("listener_arn"),
                    &["aws_lb_listener", "aws_alb_listener"],
                )
                .targets
        })
        .map(|target| target.resource)
        .collect();
    let mut out = Vec::new();
    for (id, listener) in listeners {
        if forwards(listener, "default_action") || by_rule.contains(&id) {
            out.extend(front(entry_context, listener));
        }
    }
    out.sort();
    out.dedup();
    out
}

fn front(entry_context: &mut EntryPointContext, listener: &Resource) -> Vec<Front> {
    let graph = entry_context.lowering.graph;
    let protocols: &[Protocol] = match listener.values.get("protocol").text() {
        Some("UDP") => &[Protocol::UDP],
        Some("TCP_UDP") => &[Protocol::TCP, Protocol::UDP],
        _ => &[Protocol::TCP],
    };
    let port = listener
        .values
        .get("port")
        .integer()
        .and_then(|port| u16::try_from(port).ok());
    let (ports, doubt) = match port {
        Some(port) => ((port, port), Doubt::none()),
        None => (
            ANY_PORT,
            entry_context
                .lowering
                .unknown(Attribute::of(listener, "port")),
        ),
    };
    let balancers = graph.follow(
        listener.values.get("load_balancer_arn"),
        &["aws_lb", "aws_alb"],
    );
    let mut out = Vec::new();
    for target in &balancers.targets {
        let Some(endpoint) = entry_context
            .lowering
            .seen::<Endpoints>()
            .of
            .get(&target.resource)
            .copied()
        else {
            continue;
        };
        let kind = graph.resources[target.resource]
            .values
            .get("load_balancer_type");
        let layer_seven = !matches!(kind.text(), Some("network" | "gateway"));
        out.extend(protocols.iter().map(|protocol| Front {
            endpoint,
            layer_seven,
            protocol: *protocol,
            ports,
            doubt: doubt.clone(),
        }));
    }
    out
}
