//! Node ports: kube-proxy opens them on every node. Source: Kubernetes documentation, "Service", "type: NodePort".

use super::Doorway;
use super::service::{annotation, is_local, ports};
use crate::ingest::kubernetes::Object;
use crate::model::{AddressSet, Door, Front, Note};

/// Adds the node ports of a Service.
pub fn lower(doorway: &mut Doorway, service: &Object) {
    let spec = service.node.get("spec");
    let balanced = spec.get("type").text() == Some("LoadBalancer") && spec.get("allocateLoadBalancerNodePorts").boolean() != Some(false);
    if spec.get("type").text() != Some("NodePort") && !balanced {
        return;
    }
    let workloads = doorway.behind(service);
    let local = is_local(service);
    for port in ports(service) {
        let Some(number) = port.node_port else {
            let by_address = annotation(service, "service.beta.kubernetes.io/aws-load-balancer-nlb-target-type").as_deref() == Some("ip");
            if !by_address {
                doorway.unjudged(
                    &service.title(),
                    &format!("opens a port of 30000-32767 on every node for port {}", port.port),
                    &service.origin,
                );
            }
            continue;
        };
        let text = if local {
            "the node keeps the client's address, since `externalTrafficPolicy` is `Local`"
        } else {
            "the node puts its own address in place of the client's, since `externalTrafficPolicy` is `Cluster`"
        };
        let assumed = spec.get("externalTrafficPolicy").is_unset();
        doorway.open(Door {
            name: format!("{} by node port", service.title()),
            front: Front::Nodes,
            protocol: port.protocol,
            port: number,
            workloads: workloads.clone(),
            target: port.target,
            keeps_client: local,
            clients: AddressSet::all(),
            notes: vec![Note { text: text.to_owned(), origin: (!assumed).then(|| service.origin.clone()), assumed }],
            origin: service.origin_at(service.node.get("spec.ports").place()),
        });
    }
}
