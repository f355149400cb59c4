//! Services with node ports. Source: Kubernetes documentation, "Service", "type: NodePort".

use super::{EntryPointContext, NODE_PORTS};
use crate::ingest::kubernetes::Object;
use crate::ingest::kubernetes::service::{Port, has_node_ports, ports};
use crate::model::{Doubt, GapKind};

/// Adds the node ports of a Service.
pub fn lower(entry_context: &mut EntryPointContext, service: &Object) {
    if !has_node_ports(service) {
        return;
    }
    let behind = entry_context.behind(service);
    for port in ports(service) {
        let (range, doubt) = node_port(entry_context, service, &port, true);
        let nodes = entry_context.nodes(service, range, doubt);
        let origin = service.origin_at(service.node.get("spec.ports").place());
        entry_context.open_on_nodes(
            (service, &port, &behind),
            ("node port", "node port"),
            nodes,
            origin,
        );
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
