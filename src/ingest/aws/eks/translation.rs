//! Towards which destinations a pod's packets leave with the node's address.
//! Source: amazon-vpc-cni-k8s README, `AWS_VPC_K8S_CNI_EXTERNALSNAT`, `AWS_VPC_K8S_CNI_EXCLUDE_SNAT_CIDRS`,
//! `ENABLE_V4_EGRESS`, `ENABLE_V6_EGRESS`; EKS user guide, "Enable outbound internet access for Pods".

use super::pod_network::{ClusterNetwork, Interface, PodInterface, Strictness, Translation};
use super::pool::{Family, Maker, System};
use crate::model::{AddressSet, Doubt, Enforced, Note, Origin, World};

/// Leaves packets to outside the network alone, where true.
pub const EXTERNAL: &str = "AWS_VPC_K8S_CNI_EXTERNALSNAT";
/// Destinations outside the network that packets keep their address towards, while [`EXTERNAL`] is false.
pub const EXCLUDED: &str = "AWS_VPC_K8S_CNI_EXCLUDE_SNAT_CIDRS";
/// Whether pods of an IPv6 cluster reach IPv4 destinations with their node's address.
const V4_EGRESS: &str = "ENABLE_V4_EGRESS";
/// Whether pods of an IPv4 cluster reach IPv6 destinations with their node's address.
const V6_EGRESS: &str = "ENABLE_V6_EGRESS";

/// The ways in which packets of a pod's own family may be translated: several where the settings are not known. For any
/// one destination the extremes are enough.
#[must_use]
pub fn translations(
    world: &World,
    cluster_network: &ClusterNetwork,
    pod_interface: &PodInterface,
) -> Vec<Translation> {
    let said = |text: &str, origin: Option<&Origin>| Note {
        text: text.to_owned(),
        origin: origin.cloned(),
        assumed: false,
    };
    let group = pod_interface
        .note
        .as_ref()
        .and_then(|note| note.origin.as_ref());
    let never = |note| {
        vec![Translation {
            towards: AddressSet::none(),
            note,
            doubt: Doubt::none(),
        }]
    };
    match &pod_interface.interface {
        Interface::Host => never(said(
            "the pod is on the host network and has its node's address",
            pod_interface.pool.origin.as_ref(),
        )),
        Interface::Pooled(pods) => vec![pods.translation()],
        _ if cluster_network.family == Family::V6 => never(said(
            "IPv6 packets keep the pod's address",
            pod_interface.pool.origin.as_ref(),
        )),
        Interface::Branch(_, _, Strictness::Strict) => never(said(
            "the pod has an interface of its own, and in strict mode its packets keep the pod's address",
            group,
        )),
        _ if pod_interface.pool.system == System::Windows => {
            let text = "packets to outside the VPC leave with the node's address on Windows nodes, whatever the settings";
            outside(
                world,
                cluster_network,
                said(text, pod_interface.pool.origin.as_ref()),
            )
        }
        _ if pod_interface.pool.maker == Maker::AutoMode => {
            auto(world, cluster_network, pod_interface)
        }
        _ => by_settings(world, cluster_network),
    }
}

/// Towards all IPv4 addresses outside the cluster's network; where its blocks are not all known, more than one reading.
pub fn outside(world: &World, cluster_network: &ClusterNetwork, note: Note) -> Vec<Translation> {
    let network = &world.networks[cluster_network.network];
    let inside = if AddressSet::all_v4().is_subset(&network.addresses) {
        AddressSet::none()
    } else {
        network.addresses.clone()
    };
    let towards = AddressSet::all_v4().difference(&inside);
    let mut out = vec![Translation {
        towards,
        note: note.clone(),
        doubt: network.doubt.clone(),
    }];
    if !network.doubt.is_certain() {
        out.push(Translation {
            towards: AddressSet::none(),
            note,
            doubt: network.doubt.clone(),
        });
    }
    out
}

fn auto(
    world: &World,
    cluster_network: &ClusterNetwork,
    pod_interface: &PodInterface,
) -> Vec<Translation> {
    let pods = pod_interface.pool.auto.as_ref();
    let origin = pods.and_then(|pods| pods.origin.clone());
    if pods.is_none_or(|pods| pods.translates) {
        let assumed = origin.is_none();
        let text = "packets to outside the VPC leave with the node's address in EKS Auto Mode unless `snatPolicy` is `Disabled`".to_owned();
        return outside(
            world,
            cluster_network,
            Note {
                text,
                origin,
                assumed,
            },
        );
    }
    let note = Note {
        text: "packets keep the pod's address, since `snatPolicy` is `Disabled`".to_owned(),
        origin,
        assumed: false,
    };
    vec![Translation {
        towards: AddressSet::none(),
        note,
        doubt: Doubt::none(),
    }]
}

fn by_settings(world: &World, cluster_network: &ClusterNetwork) -> Vec<Translation> {
    let external = cluster_network.settings.flag(EXTERNAL, false);
    let excluded = cluster_network.settings.blocks(EXCLUDED);
    let mut out = Vec::new();
    if external.may_be(&true) {
        let text = format!("packets keep the pod's address: {}", external.note.text);
        let note = Note {
            text,
            ..external.note.clone()
        };
        out.push(Translation {
            towards: AddressSet::none(),
            note,
            doubt: external.doubt.clone(),
        });
    }
    if external.may_be(&false) {
        for exclude in &excluded.values {
            let mut text = format!(
                "packets to outside the VPC leave with the node's address: {}",
                external.note.text
            );
            if !exclude.is_empty() {
                text = format!("{text}; {}", excluded.note.text);
            }
            let note = Note {
                text,
                origin: external
                    .note
                    .origin
                    .clone()
                    .or_else(|| excluded.note.origin.clone()),
                assumed: external.note.assumed,
            };
            for whole in outside(world, cluster_network, note) {
                let doubt = whole.doubt.and(&external.doubt).and(&excluded.doubt);
                out.push(Translation {
                    towards: whole.towards.difference(exclude),
                    doubt,
                    ..whole
                });
            }
        }
    }
    let mut seen: Vec<AddressSet> = Vec::new();
    out.retain(|one: &Translation| {
        let new = !seen.contains(&one.towards);
        seen.push(one.towards.clone());
        new
    });
    out
}

/// How a pod reaches destinations of the family that its own address is not of: by an interface inside the node, always
/// with the node's address, and no network policy holds there. None where it does not.
#[must_use]
pub fn other_family(
    cluster_network: &ClusterNetwork,
    pod_interface: &PodInterface,
) -> Option<(Translation, Enforced)> {
    if matches!(
        pod_interface.interface,
        Interface::Host | Interface::Pooled(_)
    ) || pod_interface.pool.system == System::Windows
    {
        return None;
    }
    let (name, default, towards, word) = match cluster_network.family {
        Family::V6 => (V4_EGRESS, true, AddressSet::all_v4(), "IPv4"),
        Family::V4 => (V6_EGRESS, false, AddressSet::all_v6(), "IPv6"),
    };
    let setting = cluster_network.settings.flag(name, default);
    if !setting.may_be(&true)
        || (pod_interface.pool.maker == Maker::AutoMode && cluster_network.family == Family::V4)
    {
        return None;
    }
    let text = format!(
        "packets to {word} destinations leave with the node's address: {}",
        setting.note.text
    );
    let note = Note {
        text,
        ..setting.note.clone()
    };
    let no = Note {
        text: format!(
            "network policies do not hold for what pods send to {word} destinations by their node"
        ),
        ..setting.note
    };
    Some((
        Translation {
            towards,
            note,
            doubt: setting.doubt,
        },
        Enforced::No(no),
    ))
}
