//! Interfaces beside those of the cluster's network: a pool may give its nodes and pods some in other networks. What filters
//! them, and which pods have one, is not judged. Source: cloud.google.com/kubernetes-engine/docs/how-to/setup-multinetwork-support-for-pods;
//! Terraform provider, `google_container_node_pool`, `network_config`.

use crate::ingest::google::lowering::{Attribute, Lowering};
use crate::ingest::google::stage::AtMachines;
use crate::ingest::terraform::{Resource, Value};
use crate::model::{
    AddressSet, Attachment, Doubt, Enforced, GapKind, Id, Network, Note, PodPlacement, Workload,
    World,
};

/// The annotation by which pods ask for further interfaces.
const INTERFACES: &str = "networking.gke.io/interfaces";

const BLOCKS: &[(&str, &str)] = &[
    (
        "additional_node_network_configs",
        "network_config.additional_node_network_configs.subnetwork",
    ),
    (
        "additional_pod_network_configs",
        "network_config.additional_pod_network_configs.subnetwork",
    ),
];

/// The further interfaces that a pool's `network_config` gives.
pub fn read(
    lowering: &mut Lowering<AtMachines>,
    resource: &Resource,
    config: &Value,
) -> Vec<Attachment> {
    let mut out = Vec::new();
    for (block, path) in BLOCKS {
        for own in config.get(block).items() {
            let what = format!(
                "`{}` gives its nodes further interfaces by `{block}`: what filters them is not judged",
                resource.address
            );
            let origin = Some(resource.origin_of("network_config"));
            let doubt = lowering.world.doubt(GapKind::NotJudged, what, origin);
            let at = Attribute {
                resource,
                path,
                value: own.get("subnetwork"),
            };
            let found = lowering.subnets(at, None);
            for subnet in found.all() {
                let place = &lowering.world.subnets[subnet];
                out.push(Attachment {
                    network: place.network,
                    subnet: Some(subnet),
                    addresses: place.addresses.clone(),
                    filters: Vec::new(),
                    interface: 0,
                    doubt: doubt.clone(),
                    origin: Some(resource.origin.clone()),
                });
            }
            if found.items.is_empty() || !found.rest.is_certain() {
                out.extend(anywhere(lowering.world, resource, &doubt.and(&found.rest)));
            }
        }
    }
    out
}

/// In any network, where it is not known in which.
fn anywhere(world: &World, resource: &Resource, doubt: &Doubt) -> Vec<Attachment> {
    let known = world.networks.iter().filter(|(_, own)| own.known);
    let place = |(network, own): (Id<Network>, &Network)| Attachment {
        network,
        subnet: None,
        addresses: own.addresses.clone(),
        filters: Vec::new(),
        interface: 0,
        doubt: doubt.clone(),
        origin: Some(resource.origin.clone()),
    };
    known.map(place).collect()
}

/// The placements that a workload may have by further interfaces: of the node, where it is on the host network, else of its
/// own, where it asks for some.
pub fn placements(
    workload: &Workload,
    further: &[Attachment],
    like: &PodPlacement,
    world: &mut World,
) -> Vec<PodPlacement> {
    let asks = workload.annotations.contains_key(INTERFACES);
    if further.is_empty() || !(asks || workload.host_network) {
        return Vec::new();
    }
    let title = &workload.origin.address;
    let what = format!(
        "{title} may have further interfaces in other networks: whether policies hold for them is not judged"
    );
    let origin = Some(workload.origin.clone());
    let doubt = world.doubt(GapKind::NotJudged, what.clone(), origin.clone());
    let note = |text: String| Note {
        text,
        origin: origin.clone(),
        assumed: false,
    };
    let place = |own: &Attachment| PodPlacement {
        name: format!("a further interface on {}", like.name),
        pool: like.pool,
        pod: own.clone(),
        node: Some(own.clone()),
        translated: AddressSet::none(),
        source_address: note("a further interface has an address of its own".to_owned()),
        enforced: unjudged(&like.enforced, note(what.clone()), &doubt),
        doubt: like.doubt.and(&doubt),
    };
    further.iter().map(place).collect()
}

/// What holds for no interface holds for no further one.
fn unjudged(own: &Enforced, note: Note, doubt: &Doubt) -> Enforced {
    match own {
        Enforced::No(_) => own.clone(),
        _ => Enforced::Unknown(note, doubt.clone()),
    }
}
