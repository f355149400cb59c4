//! Egress gateways: packets of some pods leave by a gateway node, with its address.
//! Source: Cilium user guide, "Egress Gateway".

use super::Object;
use crate::model::{
    AddressSet, Attachment, Cluster, GapKind, Id, Note, PodPlacement, Workload, World,
};

/// Lets pods of the cluster leave by any node of it too, in doubt, towards the destinations of each policy. Which pods a policy
/// selects and which node is the gateway are not judged; its address may even be one that no node of the input has.
pub fn lower(objects: &[Object], cluster: Id<Cluster>, world: &mut World) {
    for policy in objects
        .iter()
        .filter(|object| object.is("cilium.io", "CiliumEgressGatewayPolicy"))
    {
        let nodes = nodes(world, cluster);
        let what = format!(
            "{} sends packets of pods out by a gateway node: which pods and which node is not judged",
            policy.title()
        );
        let doubt = world.doubt(GapKind::NotJudged, what, Some(policy.origin.clone()));
        let towards = destinations(policy);
        let text = format!(
            "{} may send it out with a gateway node's address",
            policy.title()
        );
        let source_address = Note {
            text,
            origin: Some(policy.origin.clone()),
            assumed: false,
        };
        for id in pods(world, cluster) {
            let Some(first) = world.workloads[id].pod_placements.first().cloned() else {
                continue;
            };
            let by = |node: &Attachment| PodPlacement {
                node: Some(Attachment {
                    doubt: node.doubt.and(&doubt),
                    ..node.clone()
                }),
                translated: towards.clone(),
                source_address: source_address.clone(),
                doubt: first.doubt.and(&doubt),
                ..first.clone()
            };
            let more: Vec<PodPlacement> = nodes.iter().map(by).collect();
            world.workloads[id].pod_placements.extend(more);
        }
    }
}

/// `destinationCIDRs`; everything where they cannot be read.
fn destinations(policy: &Object) -> AddressSet {
    let blocks = policy.node.get("spec.destinationCIDRs").items();
    let parsed: Option<Vec<AddressSet>> = blocks
        .iter()
        .map(|block| AddressSet::parse(block.text()?).ok())
        .collect();
    parsed
        .filter(|blocks| !blocks.is_empty())
        .map_or_else(AddressSet::all, |blocks| blocks.into_iter().collect())
}

/// The cluster's workloads that are not on the host network.
fn pods(world: &World, cluster: Id<Cluster>) -> Vec<Id<Workload>> {
    world
        .workloads
        .iter()
        .filter(|(_, own)| own.cluster == cluster && !own.host_network)
        .map(|(id, _)| id)
        .collect()
}

/// Where nodes of the cluster stand, each place once.
fn nodes(world: &World, cluster: Id<Cluster>) -> Vec<Attachment> {
    let pod_placements = world
        .workloads
        .iter()
        .filter(|(_, own)| own.cluster == cluster)
        .flat_map(|(_, own)| &own.pod_placements);
    let alike = |a: &Attachment, b: &Attachment| {
        (a.network, a.subnet, &a.filters, &a.addresses)
            == (b.network, b.subnet, &b.filters, &b.addresses)
    };
    let mut out: Vec<Attachment> = Vec::new();
    for node in pod_placements.filter_map(|own| own.node.as_ref()) {
        if !out.iter().any(|known| alike(known, node)) {
            out.push(node.clone());
        }
    }
    out
}
