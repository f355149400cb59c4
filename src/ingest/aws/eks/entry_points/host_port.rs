//! Ports of nodes that pods have for themselves (`hostPort`): a node hands on what comes there to its own pod, past the security groups of
//! an interface that the pod may have for itself, and under the port of the pod's own.
//! Source: Kubernetes documentation, "Network Plugins", "Support hostPort"; amazon-vpc-cni-k8s README (chained plugin `portmap`).

use super::EntryPointContext;
use crate::ingest::kubernetes::pod_spec;
use crate::model::{
    AddressSet, Attachment, Doubt, EntryPoint, EntryPointTarget, Id, Origin, Protocol, Workload,
};

/// A port of a node that a pod has.
struct HostPort {
    node: u16,
    pod: u16,
    protocol: Protocol,
    origin: Origin,
}

/// Adds the way in by every such port. Call once.
pub fn lower(entry_context: &mut EntryPointContext) {
    for object in entry_context.objects {
        let ports = ports(object);
        if ports.is_empty() {
            continue;
        }
        let world = &entry_context.lowering.world;
        let own = world.workloads.iter().filter(|(_, own)| {
            own.cluster == entry_context.cluster && own.origin == object.origin && !own.host_network
        });
        let own: Vec<Id<Workload>> = own.map(|(id, _)| id).collect();
        for workload in own {
            let nodes = nodes(entry_context, workload);
            for port in ports.iter().filter(|_| !nodes.is_empty()) {
                let forwarder = entry_context.hosts(nodes.clone(), port.node);
                let title = entry_context.lowering.world.workload_title(workload);
                entry_context.open(EntryPoint {
                    name: format!("host port {} of {title}", port.node),
                    kind: "node port",
                    forwarders: vec![forwarder],
                    protocol: port.protocol,
                    clients: AddressSet::all(),
                    workloads: vec![workload],
                    target: EntryPointTarget::Number(port.pod),
                    doubt: Doubt::none(),
                    origin: port.origin.clone(),
                });
            }
        }
    }
}

/// Primary interfaces of the nodes that may run the pods.
fn nodes(entry_context: &EntryPointContext, workload: Id<Workload>) -> Vec<Attachment> {
    let mut out: Vec<Attachment> = Vec::new();
    for pod_placement in &entry_context.lowering.world.workloads[workload].pod_placements {
        let node = pod_placement.node.clone().map(|node| Attachment {
            doubt: node.doubt.and(&pod_placement.doubt),
            ..node
        });
        out.extend(node.filter(|node| !out.contains(node)));
    }
    out
}

/// The host ports of an object's pods, but for those that only the node itself can call.
fn ports(object: &crate::ingest::kubernetes::Object) -> Vec<HostPort> {
    let spec = pod_spec(object);
    let mut out = Vec::new();
    for container in ["containers", "initContainers"]
        .iter()
        .flat_map(|list| spec.get(list).items())
    {
        for port in container.get("ports").items() {
            let number = |name: &str| {
                port.get(name)
                    .integer()
                    .and_then(|number| u16::try_from(number).ok())
                    .filter(|number| *number > 0)
            };
            let loopback = port
                .get("hostIP")
                .text()
                .is_some_and(|address| address.starts_with("127.") || address == "::1");
            if let (Some(node), Some(pod), false) =
                (number("hostPort"), number("containerPort"), loopback)
            {
                let protocol = port
                    .get("protocol")
                    .text()
                    .and_then(Protocol::parse)
                    .unwrap_or(Protocol::TCP);
                out.push(HostPort {
                    node,
                    pod,
                    protocol,
                    origin: object.origin_at(port.place()),
                });
            }
        }
    }
    out
}
