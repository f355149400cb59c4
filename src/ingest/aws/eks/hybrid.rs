//! Hybrid nodes: machines elsewhere that join a cluster.

use super::facts::Remote;
use crate::model::{AddressSet, Attachment, Enforced, Note, PodPlacement, Workload, World};

/// Where pods stand on hybrid nodes: in each network behind a gateway that may have their addresses. EKS user guide, "Prepare
/// networking for hybrid nodes".
pub fn placements(
    remote: Option<&Remote>,
    workload: &Workload,
    world: &World,
) -> Vec<PodPlacement> {
    let Some(remote) = remote else {
        return Vec::new();
    };
    let outer = world
        .networks
        .iter()
        .filter(|(_, network)| !network.known && !network.addresses.is_disjoint(&remote.pods));
    let place = |network, addresses: &AddressSet| Attachment {
        network,
        subnet: None,
        addresses: addresses.clone(),
        filters: Vec::new(),
        interface: 0,
        doubt: remote.doubt.clone(),
        origin: Some(remote.origin.clone()),
    };
    let note = |text: &str| Note {
        text: text.to_owned(),
        origin: Some(remote.origin.clone()),
        assumed: false,
    };
    let on = |network, translated: AddressSet| PodPlacement {
        name: "hybrid nodes".to_owned(),
        pool: None,
        pod: place(
            network,
            if workload.host_network {
                &remote.nodes
            } else {
                &remote.pods
            },
        ),
        node: Some(place(network, &remote.nodes)),
        translated,
        source_address: note("pods on hybrid nodes have their own address or their node's"),
        enforced: Enforced::Unknown(
            note("what enforces policies on hybrid nodes is not judged"),
            remote.doubt.clone(),
        ),
        doubt: remote.doubt.clone(),
    };
    outer
        .flat_map(|(id, _)| [AddressSet::none(), AddressSet::all()].map(|set| on(id, set)))
        .collect()
}
