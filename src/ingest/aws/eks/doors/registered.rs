//! Target groups of Terraform's load balancers in which Terraform registers nodes, by a group of them or one by one: they
//! lead to node ports. Source: Elastic Load Balancing user guides, "Register targets"; EC2 Auto Scaling user guide, "Attach an
//! Elastic Load Balancing load balancer to your Auto Scaling group".

use super::Doorway;
use super::balancer::Balancer;
use super::target_group::{Front, fronts, keeps_client};
use crate::ingest::aws::{Attribute, is_set};
use crate::ingest::kubernetes::service::ports;
use crate::ingest::terraform::{Resource, Value};
use crate::model::{AddressSet, Door, Doubt, Id};

/// Adds the ways in by every target group that holds nodes. Call once.
pub fn lower(doorway: &mut Doorway) {
    let graph = doorway.lowering.graph;
    let groups: Vec<(Id<Resource>, &Resource)> = graph.of("aws_lb_target_group").chain(graph.of("aws_alb_target_group")).collect();
    for (id, group) in groups {
        let by_instance = group.values.get("target_type").text().is_none_or(|kind| kind == "instance");
        if by_instance && holds_nodes(doorway, id) {
            let fronts = fronts(doorway, &[id]);
            for front in fronts {
                services(doorway, (id, group), &front);
            }
        }
    }
}

/// Whether nodes of the cluster are registered in a target group, as far as the input tells: what it does not tell may be one.
fn holds_nodes(doorway: &Doorway, group: Id<Resource>) -> bool {
    let graph = doorway.lowering.graph;
    let meant = |value: &Value| {
        is_set(value)
            && graph.follow(value, &["aws_lb_target_group", "aws_alb_target_group"]).targets.iter().any(|target| target.resource == group)
    };
    let is_pool = |value: &Value| {
        let kinds = ["aws_autoscaling_group", "aws_eks_node_group", "aws_instance"];
        let targets = graph.follow(value, &kinds).targets;
        let of_pool =
            |address: &str| doorway.pools.iter().any(|pool| pool.origin.as_ref().is_some_and(|origin| &*origin.address == address));
        is_set(value) && (targets.is_empty() || targets.iter().any(|target| of_pool(&graph.resources[target.resource].address)))
    };
    let attached = graph.of("aws_autoscaling_attachment").any(|(_, own)| {
        let named = ["lb_target_group_arn", "alb_target_group_arn"].iter().any(|path| meant(own.values.get(path)));
        named && is_pool(own.values.get("autoscaling_group_name"))
    });
    let grouped = graph.of("aws_autoscaling_group").any(|(_, own)| {
        let of_pool = doorway.pools.iter().any(|pool| pool.origin.as_ref().is_some_and(|origin| *origin.address == *own.address));
        let value = own.values.get("target_group_arns");
        of_pool && (meant(value) || value.items().iter().any(&meant))
    });
    attached || grouped
}

/// The Services whose node port a target group calls.
fn services(doorway: &mut Doorway, (id, group): (Id<Resource>, &Resource), front: &Front) {
    let wanted = group.values.get("port").integer().and_then(|port| u16::try_from(port).ok());
    for service in doorway.objects.iter().filter(|object| object.is("", "Service")) {
        if !super::node_port::has_node_ports(service) {
            continue;
        }
        for port in ports(service).into_iter().filter(|port| port.protocol == front.protocol) {
            let doubt = match (port.node_port, wanted) {
                (Some(own), Some(wanted)) if own != wanted => continue,
                (Some(_), Some(_)) => Doubt::none(),
                (None, Some(wanted)) if !(super::NODE_PORTS.0..=super::NODE_PORTS.1).contains(&wanted) => continue,
                (_, None) => doorway.lowering.unknown(Attribute::of(group, "port")),
                (None, Some(_)) => super::node_port::node_port(doorway, service, &port, true).1,
            };
            let number = wanted.or(port.node_port).map_or(super::NODE_PORTS, |number| (number, number));
            let keeps = keeps_client(doorway, &[id], front, false);
            let balancer = Balancer::of(&doorway.lowering.world.endpoints[front.endpoint], keeps, None);
            let relays = vec![balancer.on(front.ports, front.doubt.clone()), doorway.nodes(service, number, Doubt::none())];
            let workloads = doorway.behind(service);
            doorway.open(Door {
                name: format!("{} by `{}`", service.title(), group.address),
                kind: "load balancer",
                relays,
                protocol: front.protocol,
                clients: AddressSet::all(),
                workloads,
                target: port.target,
                doubt,
                origin: group.origin.clone(),
            });
        }
    }
}
