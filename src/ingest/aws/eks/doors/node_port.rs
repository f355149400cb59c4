//! Services with node ports. Source: Kubernetes documentation, "Service", "type: NodePort".

use super::{Doorway, NODE_PORTS};
use crate::ingest::kubernetes::Object;
use crate::ingest::kubernetes::service::{Port, ports};
use crate::model::{AddressSet, Door, Doubt, GapKind};

/// Adds the node ports of a Service.
pub fn lower(doorway: &mut Doorway, service: &Object) {
    if !has_node_ports(service) {
        return;
    }
    let workloads = doorway.behind(service);
    for port in ports(service) {
        let (range, doubt) = node_port(doorway, service, &port, true);
        let nodes = doorway.nodes(service, range, doubt);
        doorway.open(Door {
            name: format!("{} by node port", service.title()),
            kind: "node port",
            relays: vec![nodes],
            protocol: port.protocol,
            clients: AddressSet::all(),
            workloads: workloads.clone(),
            target: port.target,
            doubt: Doubt::none(),
            origin: service.origin_at(service.node.get("spec.ports").place()),
        });
    }
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
    doorway: &mut Doorway,
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
                doorway.lowering.world.doubt(
                    GapKind::UnknownValue,
                    what,
                    Some(service.origin.clone()),
                ),
            )
        }
    }
}
