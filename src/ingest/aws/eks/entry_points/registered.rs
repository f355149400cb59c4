//! Load balancers of Terraform's in which Terraform registers nodes, by a group of them or one by one: they lead to node ports. Target
//! groups, and classic load balancers, which have their targets themselves.
//! Source: Elastic Load Balancing user guides, "Register targets"; EC2 Auto Scaling user guide, "Attach an Elastic Load Balancing
//! load balancer to your Auto Scaling group", "Traffic source".

use super::EntryPointContext;
use super::balancer::Balancer;
use super::target_group::{fronts, keeps_client};
use crate::ingest::aws::stage::Endpoints;
use crate::ingest::aws::{Attribute, is_set};
use crate::ingest::kubernetes::service::{Behind, has_node_ports, ports};
use crate::ingest::terraform::{Resource, Value};
use crate::model::{AddressSet, Doubt, EntryPoint, Forwarder, Id, Note, Protocol};

/// How nodes are registered in something of some types.
struct Sort {
    /// The types.
    kinds: &'static [&'static str],
    /// The attribute of an auto scaling group that lists it.
    listed: &'static str,
    /// The attributes of `aws_autoscaling_attachment` that name it.
    attached: &'static [&'static str],
    /// Types that register one target: type, the attribute that names what it is registered in, and the one that names the target.
    single: &'static [(&'static str, &'static str, &'static str)],
}

const TARGET_GROUP: Sort = Sort {
    kinds: &["aws_lb_target_group", "aws_alb_target_group"],
    listed: "target_group_arns",
    attached: &["lb_target_group_arn", "alb_target_group_arn"],
    single: &[
        (
            "aws_lb_target_group_attachment",
            "target_group_arn",
            "target_id",
        ),
        (
            "aws_alb_target_group_attachment",
            "target_group_arn",
            "target_id",
        ),
    ],
};

const CLASSIC: Sort = Sort {
    kinds: &["aws_elb"],
    listed: "load_balancers",
    attached: &["elb"],
    single: &[("aws_elb_attachment", "elb", "instance")],
};

/// That nodes are registered: on which port, where not on that of all of them, and why it may not be so.
#[derive(Clone, PartialEq, Eq)]
struct Registration {
    port: Option<u16>,
    doubt: Doubt,
}

/// A listener that hands on to nodes.
struct Listener<'r> {
    resource: &'r Resource,
    first: Forwarder,
    protocol: Protocol,
    /// The port of the nodes, where known.
    port: Option<u16>,
    doubt: Doubt,
}

/// Adds the ways in by everything that nodes are registered in. Call once.
pub fn lower(entry_context: &mut EntryPointContext) {
    let graph = entry_context.lowering.graph;
    for (id, group) in TARGET_GROUP.kinds.iter().flat_map(|kind| graph.of(kind)) {
        if group
            .values
            .get("target_type")
            .text()
            .is_none_or(|kind| kind == "instance")
        {
            let registrations = registrations(entry_context, id, &TARGET_GROUP);
            if !registrations.is_empty() {
                target_group(entry_context, (id, group), &registrations);
            }
        }
    }
    for (id, elb) in CLASSIC.kinds.iter().flat_map(|kind| graph.of(kind)) {
        let mut registrations = registrations(entry_context, id, &CLASSIC);
        if let Some(doubt) = is_node(entry_context, Attribute::of(elb, "instances")) {
            registrations.push(Registration { port: None, doubt });
        }
        if !registrations.is_empty() {
            classic(entry_context, (id, elb), &registrations);
        }
    }
}

fn target_group(
    entry_context: &mut EntryPointContext,
    (id, group): (Id<Resource>, &Resource),
    registrations: &[Registration],
) {
    let own = port(group.values.get("port"));
    for front in fronts(entry_context, &[id]) {
        for registration in registrations {
            let keeps = keeps_client(entry_context, &[id], &front, false);
            let balancer = Balancer::of(
                &entry_context.lowering.world.endpoints[front.endpoint],
                None,
            );
            let first = balancer.on(front.ports, keeps, front.doubt.clone());
            let (port, doubt) = (registration.port.or(own), registration.doubt.clone());
            services(
                entry_context,
                Listener {
                    resource: group,
                    first,
                    protocol: front.protocol,
                    port,
                    doubt,
                },
            );
        }
    }
}

/// A classic load balancer calls with its own address, over TCP.
fn classic(
    entry_context: &mut EntryPointContext,
    (id, elb): (Id<Resource>, &Resource),
    registrations: &[Registration],
) {
    let Some(endpoint) = entry_context
        .lowering
        .seen::<Endpoints>()
        .of
        .get(&id)
        .copied()
    else {
        return;
    };
    for listener in elb.values.get("listener").items() {
        let unsure = match port(listener.get("lb_port")) {
            Some(port) => ((port, port), Doubt::none()),
            None => (
                super::ANY_PORT,
                entry_context
                    .lowering
                    .unknown(Attribute::of(elb, "listener")),
            ),
        };
        for registration in registrations {
            let sends = Note {
                text: "a classic load balancer calls with its own address".to_owned(),
                origin: None,
                assumed: false,
            };
            let balancer = Balancer::of(&entry_context.lowering.world.endpoints[endpoint], None);
            let first = balancer.on(unsure.0, (false, sends), unsure.1.clone());
            let (port, doubt) = (
                port(listener.get("instance_port")),
                registration.doubt.clone(),
            );
            services(
                entry_context,
                Listener {
                    resource: elb,
                    first,
                    protocol: Protocol::TCP,
                    port,
                    doubt,
                },
            );
        }
    }
}

fn port(value: &Value) -> Option<u16> {
    value.integer().and_then(|port| u16::try_from(port).ok())
}

/// How nodes of the cluster are registered in a resource.
fn registrations(
    entry_context: &mut EntryPointContext,
    id: Id<Resource>,
    sort: &Sort,
) -> Vec<Registration> {
    let graph = entry_context.lowering.graph;
    let source = "traffic_source.identifier";
    let mut out = Vec::new();
    for (_, attachment) in graph.of("aws_autoscaling_attachment") {
        for path in sort.attached {
            out.push((
                None,
                registered(
                    entry_context,
                    (attachment, path),
                    "autoscaling_group_name",
                    id,
                    sort,
                ),
            ));
        }
    }
    for (_, attachment) in graph.of("aws_autoscaling_traffic_source_attachment") {
        out.push((
            None,
            registered(
                entry_context,
                (attachment, source),
                "autoscaling_group_name",
                id,
                sort,
            ),
        ));
    }
    for (kind, named, target) in sort.single {
        for (_, attachment) in graph.of(kind) {
            out.push((
                port(attachment.values.get("port")),
                registered(entry_context, (attachment, named), target, id, sort),
            ));
        }
    }
    for (_, group) in graph
        .of("aws_autoscaling_group")
        .filter(|(_, group)| is_pool(entry_context, group))
        .collect::<Vec<_>>()
    {
        out.push((
            None,
            names(
                entry_context,
                Attribute::of(group, sort.listed),
                id,
                sort.kinds,
            ),
        ));
        for one in group.values.get("traffic_source").items() {
            let at = Attribute {
                resource: group,
                path: source,
                value: one.get("identifier"),
            };
            out.push((None, names(entry_context, at, id, sort.kinds)));
        }
    }
    let mut all: Vec<Registration> = Vec::new();
    for (port, doubt) in out {
        let one = doubt.map(|doubt| Registration { port, doubt });
        all.extend(one.filter(|one| !all.contains(one)));
    }
    all
}

/// Whether a resource registers a node of the cluster there.
fn registered(
    entry_context: &mut EntryPointContext,
    (resource, named): (&Resource, &str),
    target: &str,
    id: Id<Resource>,
    sort: &Sort,
) -> Option<Doubt> {
    let there = names(
        entry_context,
        Attribute::of(resource, named),
        id,
        sort.kinds,
    )?;
    Some(there.and(&is_node(entry_context, Attribute::of(resource, target))?))
}

/// Whether an attribute names a resource, or one of several of its elements does: none where it does not, else why it may not.
fn names(
    entry_context: &mut EntryPointContext,
    at: Attribute,
    wanted: Id<Resource>,
    kinds: &[&str],
) -> Option<Doubt> {
    let graph = entry_context.lowering.graph;
    let mut out: Option<Doubt> = None;
    for value in at.value.items().iter().filter(|value| is_set(value)) {
        let links = graph.follow(value, kinds);
        let hit = links.targets.iter().any(|target| target.resource == wanted);
        let one = match (hit, value.text()) {
            (true, _) if links.exact => Some(Doubt::none()),
            (false, Some(_)) => None,
            (false, None) if links.closed => None,
            _ => Some(entry_context.lowering.unlinked(at, &[], links.by)),
        };
        out = match (out, one) {
            (Some(own), Some(one)) => Some(if one.is_certain() { one } else { own }),
            (own, one) => own.or(one),
        };
    }
    out
}

/// Whether an attribute names nodes of the cluster: none where it names something else, else why they may be others.
fn is_node(entry_context: &mut EntryPointContext, at: Attribute) -> Option<Doubt> {
    let graph = entry_context.lowering.graph;
    let kinds = [
        "aws_autoscaling_group",
        "aws_eks_node_group",
        "aws_instance",
        "aws_lb",
        "aws_alb",
        "aws_lambda_function",
    ];
    let mut out = None;
    for value in at.value.items().iter().filter(|value| is_set(value)) {
        let links = graph.follow(value, &kinds);
        if links
            .targets
            .iter()
            .any(|target| is_pool(entry_context, &graph.resources[target.resource]))
            || is_group_of_pool(entry_context, value)
        {
            return Some(if links.exact {
                Doubt::none()
            } else {
                entry_context.lowering.unlinked(at, &[], links.by)
            });
        }
        if links.targets.is_empty() {
            out = Some(match value.text() {
                Some(id) => entry_context.lowering.not_in_input(at, id),
                None => entry_context.lowering.unlinked(at, &[], links.by),
            });
        }
    }
    out
}

fn is_pool(entry_context: &EntryPointContext, resource: &Resource) -> bool {
    entry_context.pools.iter().any(|pool| {
        pool.origin
            .as_ref()
            .is_some_and(|origin| *origin.address == *resource.address)
    })
}

/// Whether a value is the name of the auto scaling group that EKS made for a node group.
fn is_group_of_pool(entry_context: &EntryPointContext, value: &Value) -> bool {
    let graph = entry_context.lowering.graph;
    let made = |group: &Resource| {
        let resources = group
            .values
            .get("resources")
            .items()
            .iter()
            .flat_map(|one| one.get("autoscaling_groups").items());
        resources.into_iter().any(|one| {
            one.get("name")
                .text()
                .is_some_and(|name| value.text() == Some(name))
        })
    };
    graph
        .of("aws_eks_node_group")
        .any(|(_, group)| is_pool(entry_context, group) && made(group))
}

/// The Services whose node port a listener calls.
fn services(entry_context: &mut EntryPointContext, listener: Listener) {
    let group = listener.resource;
    for service in entry_context
        .objects
        .iter()
        .filter(|object| object.is("", "Service"))
    {
        if !has_node_ports(service) {
            continue;
        }
        for port in ports(service)
            .into_iter()
            .filter(|port| port.protocol == listener.protocol)
        {
            let doubt = match (port.node_port, listener.port) {
                (Some(own), Some(wanted)) if own != wanted => continue,
                (Some(_), Some(_)) => Doubt::none(),
                (None, Some(wanted))
                    if !(super::NODE_PORTS.0..=super::NODE_PORTS.1).contains(&wanted) =>
                {
                    continue;
                }
                (_, None) => entry_context.lowering.unknown(Attribute::of(group, "port")),
                (None, Some(_)) => {
                    super::node_port::node_port(entry_context, service, &port, true).1
                }
            };
            let number = listener
                .port
                .or(port.node_port)
                .map_or(super::NODE_PORTS, |number| (number, number));
            let forwarders = vec![
                listener.first.clone(),
                entry_context.nodes(service, number, Doubt::none()),
            ];
            let Behind {
                workloads,
                doubt: unsure,
            } = entry_context.behind(service);
            entry_context.open(EntryPoint {
                name: format!("{} by `{}`", service.title(), group.address),
                kind: "load balancer",
                forwarders,
                protocol: listener.protocol,
                clients: AddressSet::all(),
                workloads,
                target: port.target,
                doubt: doubt.and(&listener.doubt).and(&unsure),
                origin: group.origin.clone(),
            });
        }
    }
}
