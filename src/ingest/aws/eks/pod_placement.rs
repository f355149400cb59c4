//! Which address and which security groups the packets of a pod have: the ways in which pods stand on a node of a pool.
//! Source: EKS user guide, "Enable outbound internet access for Pods" (source address translation), "Assign security
//! groups to individual Pods", "Deploy Pods in alternate subnets with custom networking"; amazon-vpc-cni-k8s README,
//! `AWS_VPC_K8S_CNI_EXTERNALSNAT`, `POD_SECURITY_GROUP_ENFORCING_MODE`, `ENABLE_V4_EGRESS`, `ENABLE_V6_EGRESS`.

use super::pod_network::{ClusterNetwork, Interface, PodInterface, Strictness, Translation};
use super::pool::{Family, Maker, NodeSubnet, System};
use super::translation::{other_family, translations};
use crate::model::{
    AddressSet, Attachment, Doubt, Enforced, Filter, Id, Note, Origin, PodPlacement, World,
};

/// The placements of a pod that sits there: one for each way in which its packets may be translated.
#[must_use]
pub fn pod_placements(
    world: &mut World,
    cluster_network: &ClusterNetwork,
    pod_interface: &PodInterface,
) -> Vec<PodPlacement> {
    let node = node(world, cluster_network, pod_interface);
    let pod = pod(world, cluster_network, pod_interface, &node);
    let mut out = Vec::new();
    if let Some(ways) = cluster_network.cilium_overlay.and_then(|cilium_overlay| {
        cilium_overlay.translations(world, cluster_network, pod_interface)
    }) {
        for (within, translation) in ways {
            let addresses = if within {
                pod.addresses.clone()
            } else {
                AddressSet::none()
            };
            out.push(pod_placement(
                pod_interface,
                &Attachment {
                    addresses,
                    ..pod.clone()
                },
                &node,
                translation,
                enforced(cluster_network, pod_interface),
            ));
        }
        return out;
    }
    for translation in translations(world, cluster_network, pod_interface) {
        out.push(pod_placement(
            pod_interface,
            &pod,
            &node,
            translation,
            enforced(cluster_network, pod_interface),
        ));
    }
    if let Some((translation, enforced)) = other_family(cluster_network, pod_interface) {
        let nowhere = Attachment {
            addresses: AddressSet::none(),
            ..pod
        };
        out.push(pod_placement(
            pod_interface,
            &nowhere,
            &node,
            translation,
            enforced,
        ));
    }
    out
}

fn pod_placement(
    pod_interface: &PodInterface,
    pod: &Attachment,
    node: &Attachment,
    translation: Translation,
    enforced: Enforced,
) -> PodPlacement {
    PodPlacement {
        name: pod_interface.pool.title.clone(),
        pool: pod_interface.pool.node_pool,
        pod: pod.clone(),
        node: Some(node.clone()),
        translated: translation.towards,
        source_address: translation.note,
        enforced,
        doubt: pod_interface
            .pool
            .doubt
            .and(&pod_interface.doubt)
            .and(&translation.doubt),
    }
}

/// A node's primary interface: IPv4 always, IPv6 in an IPv6 cluster and where the subnet gives every interface one.
fn node(
    world: &World,
    cluster_network: &ClusterNetwork,
    pod_interface: &PodInterface,
) -> Attachment {
    let six = cluster_network.family == Family::V6 || pod_interface.place.dual;
    let families = if six {
        AddressSet::all()
    } else {
        AddressSet::all_v4()
    };
    pod_interface.place.attachment(
        world,
        cluster_network.network,
        &families,
        &pod_interface.pool.filters,
        pod_interface.pool.origin.clone(),
    )
}

fn pod(
    world: &World,
    cluster_network: &ClusterNetwork,
    pod_interface: &PodInterface,
    node: &Attachment,
) -> Attachment {
    let family = cluster_network.family.all();
    let own = |place: &NodeSubnet, filters: &[Id<Filter>], origin: Option<Origin>| {
        place.attachment(world, cluster_network.network, &family, filters, origin)
    };
    let origin = pod_interface
        .note
        .as_ref()
        .and_then(|note| note.origin.clone())
        .or_else(|| pod_interface.pool.origin.clone());
    match &pod_interface.interface {
        Interface::Host => node.clone(),
        Interface::Shared => own(
            pod_interface.place,
            &pod_interface.pool.filters,
            pod_interface.pool.origin.clone(),
        ),
        Interface::Apart(place, filters) => own(
            place,
            filters.as_deref().unwrap_or(&pod_interface.pool.filters),
            origin,
        ),
        Interface::Branch(place, filters, _) => own(place, filters, origin),
        Interface::Pooled(pods) => Attachment {
            subnet: None,
            addresses: pods.addresses.clone(),
            origin,
            ..node.clone()
        },
    }
}

/// Whether policies hold for a pod that sits there.
fn enforced(cluster_network: &ClusterNetwork, pod_interface: &PodInterface) -> Enforced {
    let no = |text: &str| {
        Enforced::No(Note {
            text: text.to_owned(),
            origin: pod_interface.pool.origin.clone(),
            assumed: false,
        })
    };
    match (&pod_interface.interface, cluster_network.engine) {
        (Interface::Host, _) => no("network policies do not hold for pods on the host network"),
        _ if pod_interface.pool.system == System::Windows => {
            no("network policies do not hold for pods on Windows nodes")
        }
        (Interface::Branch(_, _, Strictness::Strict), "calico") => no(
            "Calico does not see the traffic of pods with security groups of their own in strict mode",
        ),
        (_, engine) if pod_interface.pool.maker == Maker::AutoMode && engine != "vpc-cni" => {
            no("nodes of EKS Auto Mode enforce network policies by their own plugin only")
        }
        _ => cluster_network.enforced.clone(),
    }
}

/// The placement of a pod on Fargate: an interface of its own, nothing translated, no policy engine.
/// EKS user guide, "Simplify compute management with AWS Fargate".
#[must_use]
pub fn fargate(
    world: &World,
    cluster_network: &ClusterNetwork,
    name: String,
    place: &NodeSubnet,
    filters: &[Id<Filter>],
    note: Note,
    doubt: Doubt,
) -> PodPlacement {
    let family = cluster_network.family.all();
    let no = Note {
        text: "network policies do not hold for pods on Fargate".to_owned(),
        origin: note.origin.clone(),
        assumed: false,
    };
    PodPlacement {
        name,
        pool: None,
        pod: place.attachment(
            world,
            cluster_network.network,
            &family,
            filters,
            note.origin.clone(),
        ),
        node: None,
        translated: AddressSet::none(),
        source_address: note,
        enforced: Enforced::No(no),
        doubt,
    }
}
