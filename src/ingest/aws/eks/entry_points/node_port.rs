//! Services with node ports. Source: Kubernetes documentation, "Service", "type: NodePort".

use super::balancer::callers;
use super::{EntryPointContext, NODE_PORTS, load_balancer};
use crate::ingest::kubernetes::Object;
use crate::ingest::kubernetes::service::{Port, ports};
use crate::model::{
    AddressSet, Doubt, EntryPoint, Filter, FilterAction, FilterPeer, FilterRule, GapKind, Id,
    Traffic,
};

/// Adds the node ports of a Service.
pub fn lower(entry_context: &mut EntryPointContext, service: &Object) {
    if !has_node_ports(service) {
        return;
    }
    let behind = entry_context.behind(service);
    for port in ports(service) {
        let (range, doubt) = node_port(entry_context, service, &port, true);
        let opened = opened(entry_context, service, &port, (range, &doubt));
        let mut nodes = entry_context.nodes(service, range, doubt);
        for attachment in &mut nodes.attachments {
            // Where nothing filters nothing has to be opened.
            if !attachment.filters.is_empty() {
                attachment.filters.extend(opened);
            }
        }
        entry_context.open(EntryPoint {
            name: format!("{} by node port", service.title()),
            kind: "node port",
            forwarders: vec![nodes],
            protocol: port.protocol,
            clients: AddressSet::all(),
            workloads: behind.workloads.clone(),
            target: port.target,
            doubt: behind.doubt.clone(),
            origin: service.origin_at(service.node.get("spec.ports").place()),
        });
    }
}

/// The rules that Kubernetes' own code for AWS adds to the nodes' security group for a network load balancer: the node port is open to whom the
/// Service lets call, whether or not they come through the load balancer. None where it makes no such load balancer.
/// Source: Kubernetes documentation, "Service", "Network Load Balancer support on AWS"; kubernetes/cloud-provider-aws, `updateInstanceSecurityGroupsForNLB`.
fn opened(
    entry_context: &mut EntryPointContext,
    service: &Object,
    port: &Port,
    (range, chosen): ((u16, u16), &Doubt),
) -> Option<Id<Filter>> {
    let (clients, maker) = load_balancer::in_tree(entry_context, service)?;
    let origin = Some(service.origin.clone());
    let name = format!(
        "rules of the AWS cloud provider for {} port {}",
        service.title(),
        port.port
    );
    let rule = FilterRule {
        order: 0,
        action: FilterAction::Allow,
        peer: FilterPeer::Addresses(callers(&clients)),
        own: FilterPeer::anyone(),
        traffic: Traffic::ports(port.protocol, range.0, range.1),
        doubt: chosen.and(&maker).and(&clients.rest),
        origin: origin.clone(),
    };
    Some(entry_context.lowering.world.filters.push(Filter {
        name,
        kind: "security group",
        stateful: true,
        ingress: vec![rule],
        egress: Vec::new(),
        doubt: Doubt::none(),
        origin,
    }))
}

/// Whether nodes open ports for a Service. One of type LoadBalancer has them as well, unless it says otherwise.
pub fn has_node_ports(service: &Object) -> bool {
    let spec = service.node.get("spec");
    match spec.get("type").text() {
        Some("NodePort") => true,
        Some("LoadBalancer") => spec.get("allocateLoadBalancerNodePorts").boolean() != Some(false),
        _ => false,
    }
}

/// The node port of a port, as a range: where the object leaves it to the API server, one of those it chooses from. `front`:
/// clients call that port, so that which one it is decides; else a load balancer does, which knows it.
pub fn node_port(
    entry_context: &mut EntryPointContext,
    service: &Object,
    port: &Port,
    front: bool,
) -> ((u16, u16), Doubt) {
    match port.node_port {
        Some(number) => ((number, number), Doubt::none()),
        None if !front => (NODE_PORTS, Doubt::none()),
        None => {
            let what = format!(
                "which port of {}-{} every node opens for port {} of {} is chosen when it is applied",
                NODE_PORTS.0,
                NODE_PORTS.1,
                port.port,
                service.title()
            );
            (
                NODE_PORTS,
                entry_context.lowering.world.doubt(
                    GapKind::UnknownValue,
                    what,
                    Some(service.origin.clone()),
                ),
            )
        }
    }
}
