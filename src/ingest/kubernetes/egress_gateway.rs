//! Egress gateways: packets of some pods leave by a gateway node, with its address.
//! Sources: Cilium user guide, "Egress Gateway"; Isovalent documentation, "Egress Gateway HA"; Antrea documentation, "Egress";
//! OVN-Kubernetes documentation, "Egress IP", "Egress Service", "Admin Policy Based External Route"; Calico Enterprise documentation, "Egress
//! gateways"; Kube-OVN documentation, "VPC Egress Gateway"; EgressGateway of Spidernet, "EgressPolicy".

use super::Object;
use crate::model::{
    AddressSet, Attachment, Cluster, GapKind, Id, Note, PodPlacement, Workload, World,
};

/// Kinds that say so: group, kind, and the field of the destinations; empty where that field is not read, and any may be meant.
const KINDS: &[(&str, &str, &str)] = &[
    (
        "cilium.io",
        "CiliumEgressGatewayPolicy",
        "spec.destinationCIDRs",
    ),
    ("crd.antrea.io", "Egress", ""),
    ("crd.projectcalico.org", "EgressGatewayPolicy", ""),
    (
        "egressgateway.spidernet.io",
        "EgressClusterPolicy",
        "spec.destSubnet",
    ),
    (
        "egressgateway.spidernet.io",
        "EgressPolicy",
        "spec.destSubnet",
    ),
    (
        "isovalent.com",
        "IsovalentEgressGatewayPolicy",
        "spec.destinationCIDRs",
    ),
    ("k8s.ovn.org", "AdminPolicyBasedExternalRoute", ""),
    ("k8s.ovn.org", "EgressIP", ""),
    ("k8s.ovn.org", "EgressService", ""),
    ("kubeovn.io", "VpcEgressGateway", ""),
    ("projectcalico.org", "EgressGatewayPolicy", ""),
];

/// The field of the destinations of an object that is of one of the kinds.
fn field(object: &Object) -> Option<&'static str> {
    let row = KINDS.iter().find(|row| object.is(row.0, row.1));
    row.map(|row| row.2)
}

/// Whether an object sends packets of pods out by a gateway node.
#[must_use]
pub fn is_one(object: &Object) -> bool {
    field(object).is_some()
}

/// Lets pods of the cluster leave by any node of it too, in doubt, towards the destinations of each policy. Which pods a policy
/// selects and which node is the gateway are not judged; its address may even be one that no node of the input has.
pub fn lower(objects: &[Object], cluster: Id<Cluster>, world: &mut World) {
    for (policy, field) in objects
        .iter()
        .filter_map(|object| Some((object, field(object)?)))
    {
        let nodes = nodes(world, cluster);
        let what = format!(
            "{} sends packets of pods out by a gateway node: which pods and which node is not judged",
            policy.title()
        );
        let doubt = world.doubt(GapKind::NotJudged, what, Some(policy.origin.clone()));
        let towards = destinations(policy, field);
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

/// Its destinations; everything where they cannot be read.
fn destinations(policy: &Object, field: &str) -> AddressSet {
    if field.is_empty() {
        return AddressSet::all();
    }
    let blocks = policy.node.get(field).items();
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
