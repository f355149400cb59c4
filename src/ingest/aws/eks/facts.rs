//! What Terraform says of a cluster: its network, nodes, profiles and plugins.

use super::addon::{self, Plugins};
use super::fargate::{self, Profile};
use super::node_class;
use super::node_group;
use super::pool::{Family, Maker, NodeSubnet, Pool, System};
use super::self_managed;
use super::tie::Clusters;
use crate::ingest::aws::{Attribute, Lowering, is_set};
use crate::ingest::terraform::Resource;
use crate::model::{
    AddressSet, CredentialsControl, Doubt, GapKind, Id, Labels, Network, NodeCredentials, Note,
    Origin, ToPods,
};
use std::collections::BTreeSet;

/// What Terraform says of a cluster.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The VPC; the first of [`Facts::networks`] where it is not known which one it is.
    pub network: Id<Network>,
    /// The VPCs that it may be, ascending.
    pub networks: Vec<Id<Network>>,
    /// Why it is not known which of them it is.
    pub unsure: Doubt,
    /// The families that pod addresses may be of, with the doubt where there are two.
    pub families: Vec<(Family, Doubt)>,
    /// The subnets of the control plane.
    pub places: Vec<NodeSubnet>,
    /// Node groups of all kinds, and the nodes of EKS Auto Mode.
    pub pools: Vec<Pool>,
    /// Fargate profiles, the one that is taken first at the front.
    pub profiles: Vec<Profile>,
    /// Network plugins.
    pub plugins: Plugins,
    /// Hybrid nodes; none where the cluster has none.
    pub remote: Option<Remote>,
}

/// Nodes outside of the VPC, and their pods.
#[derive(Clone, Debug)]
pub struct Remote {
    /// Addresses of pods; all where they are not known.
    pub pods: AddressSet,
    /// Addresses of nodes; all where they are not known.
    pub nodes: AddressSet,
    /// That they are not judged.
    pub doubt: Doubt,
    /// The block that says so.
    pub origin: Origin,
}

/// Reads them.
pub fn read(lowering: &mut Lowering, clusters: &Clusters, cluster: Id<Resource>) -> Facts {
    let graph = lowering.graph;
    let resource = &graph.resources[cluster];
    let mut places = node_group::places(lowering, Attribute::of(resource, "vpc_config.subnet_ids"));
    let mut pools = node_group::read(lowering, clusters, cluster);
    let mut profiles = fargate::read(lowering, clusters, cluster);
    let known = network(lowering, resource, &places, &pools);
    pools.extend(self_managed::read(lowering, clusters, cluster, known));
    pools.extend(auto(lowering, cluster, &places));
    let remote = hybrid(lowering, resource);
    let network = known.unwrap_or_else(|| {
        let of_pools = pools.iter_mut().map(|pool| &mut pool.places);
        let of_profiles = profiles.iter_mut().map(|profile| &mut profile.places);
        let lists = std::iter::once(&mut places)
            .chain(of_pools)
            .chain(of_profiles);
        anywhere(lowering, resource, lists)
    });
    let of_pools = pools.iter().flat_map(|pool| &pool.places);
    let subnets = places.iter().chain(of_pools).filter_map(|own| own.subnet);
    let of_subnets = subnets.map(|subnet| lowering.world.subnets[subnet].network);
    let networks: BTreeSet<Id<Network>> = of_subnets.chain([network]).collect();
    let unsure = if networks.len() > 1 {
        in_each(lowering, &networks, &mut places);
        for pool in &mut pools {
            in_each(lowering, &networks, &mut pool.places);
        }
        which(lowering, resource)
    } else {
        Doubt::none()
    };
    Facts {
        network,
        networks: networks.into_iter().collect(),
        unsure,
        families: families(lowering, resource),
        profiles,
        plugins: addon::read(lowering, clusters, cluster),
        places,
        pools,
        remote,
    }
}

/// The cluster's network, by the subnets that it and its nodes stand in; none where nothing says which one it is.
fn network(
    lowering: &mut Lowering,
    resource: &Resource,
    places: &[NodeSubnet],
    pools: &[Pool],
) -> Option<Id<Network>> {
    let nodes = pools.iter().flat_map(|pool| &pool.places);
    let subnet = places.iter().chain(nodes).find_map(|place| place.subnet);
    if let Some(subnet) = subnet {
        return Some(lowering.world.subnets[subnet].network);
    }
    let at = Attribute::of(resource, "vpc_config.vpc_id");
    lowering.networks(at).first()
}

/// Puts nodes of which no subnet is known into each network that may be the cluster's, and tells the first of these.
fn anywhere<'p>(
    lowering: &mut Lowering,
    resource: &Resource,
    lists: impl Iterator<Item = &'p mut Vec<NodeSubnet>>,
) -> Id<Network> {
    let at = Attribute::of(resource, "vpc_config.subnet_ids");
    let doubt = which(lowering, resource);
    let name = format!("subnets of {}", resource.address);
    let subnets = lowering.subnets_anywhere(at, &name, &doubt);
    for list in lists {
        for place in std::mem::take(list) {
            if place.subnet.is_some() {
                list.push(place);
                continue;
            }
            list.extend(subnets.iter().map(|subnet| NodeSubnet {
                subnet: Some(*subnet),
                ..place.clone()
            }));
        }
    }
    match subnets.first() {
        Some(subnet) => lowering.world.subnets[*subnet].network,
        None => lowering.foreign_network(at, &format!("the VPC of {}", resource.address)),
    }
}

/// Adds to a place of which no subnet is known each subnet of the networks that may be the cluster's.
fn in_each(lowering: &Lowering, networks: &BTreeSet<Id<Network>>, list: &mut Vec<NodeSubnet>) {
    let Some(open) = list.iter().find(|place| place.subnet.is_none()).cloned() else {
        return;
    };
    let subnets = lowering.world.subnets.iter();
    let own = subnets.filter(|(_, subnet)| networks.contains(&subnet.network));
    list.extend(own.map(|(subnet, _)| NodeSubnet {
        subnet: Some(subnet),
        ..open.clone()
    }));
}

/// Doubt about which VPC a cluster is in.
fn which(lowering: &mut Lowering, resource: &Resource) -> Doubt {
    let what = format!("which VPC `{}` is in is not known", resource.address);
    let origin = Some(resource.origin_of("vpc_config.subnet_ids"));
    lowering.world.doubt(GapKind::Unlinked, what, origin)
}

fn families(lowering: &mut Lowering, resource: &Resource) -> Vec<(Family, Doubt)> {
    let path = "kubernetes_network_config.ip_family";
    let value = resource.values.get(path);
    match value.text() {
        Some("ipv6") => vec![(Family::V6, Doubt::none())],
        None if value.is_unknown() => {
            let doubt = lowering.unknown(Attribute::of(resource, path));
            vec![(Family::V4, doubt.clone()), (Family::V6, doubt)]
        }
        _ => vec![(Family::V4, Doubt::none())],
    }
}

/// The nodes of EKS Auto Mode's own node pools.
fn auto(lowering: &mut Lowering, cluster: Id<Resource>, places: &[NodeSubnet]) -> Option<Pool> {
    let graph = lowering.graph;
    let resource = &graph.resources[cluster];
    let enabled = resource.values.get("compute_config.enabled");
    let built_in = resource.values.get("compute_config.node_pools");
    let no_pools = !is_set(built_in) || built_in.items().is_empty();
    if enabled.boolean() == Some(false) || !is_set(enabled) || (no_pools && !built_in.is_unknown())
    {
        return None;
    }
    let mut pool = node_class::default_pool(lowering, cluster, places.to_vec());
    if enabled.boolean().is_none() {
        pool.doubt = lowering.unknown(Attribute::of(resource, "compute_config.enabled"));
    }
    if built_in.is_unknown() {
        let unsure = lowering.unknown(Attribute::of(resource, "compute_config.node_pools"));
        pool.doubt = pool.doubt.and(&unsure);
    }
    Some(pool)
}

/// Hybrid nodes stand outside the VPC. EKS user guide, "Amazon EKS Hybrid Nodes overview".
fn hybrid(lowering: &mut Lowering, resource: &Resource) -> Option<Remote> {
    let path = "remote_network_config";
    let block = resource.values.get(path);
    if block.items().is_empty() {
        return None;
    }
    let what = format!(
        "pods of `{}` on hybrid nodes, which stand outside the VPC, are not judged",
        resource.address
    );
    let origin = resource.origin_of(path);
    let doubt = lowering
        .world
        .doubt(GapKind::NotJudged, what, Some(origin.clone()));
    let mut known = |path: &str| {
        let found = lowering.blocks(Attribute::of(resource, path));
        match found.addresses.is_empty() || !found.rest.is_certain() {
            true => AddressSet::all(),
            false => found.addresses,
        }
    };
    Some(Remote {
        pods: known("remote_network_config.remote_pod_networks.cidrs"),
        nodes: known("remote_network_config.remote_node_networks.cidrs"),
        doubt,
        origin,
    })
}

/// Nodes that no resource of the input makes, and that must be somewhere, since pods run.
pub fn unseen(lowering: &mut Lowering, cluster: Id<Resource>, facts: &Facts) -> Pool {
    let graph = lowering.graph;
    let resource = &graph.resources[cluster];
    let what = format!(
        "the input holds no nodes of `{}` that its pods could run on: where they stand and what filters them is not known",
        resource.address
    );
    let doubt = lowering
        .world
        .doubt(GapKind::NotInInput, what, Some(resource.origin.clone()));
    let mut places = facts.places.clone();
    places.push(NodeSubnet {
        subnet: None,
        zone: None,
        dual: true,
        doubt: doubt.clone(),
    });
    let title = format!("nodes of `{}` that are not in the input", resource.address);
    let name = format!(
        "unknown security groups of the nodes of {}",
        resource.address
    );
    let filters = vec![lowering.hidden_group(name, doubt.clone(), resource.origin.clone())];
    Pool {
        title,
        name: None,
        maker: Maker::Unseen,
        system: System::Linux,
        labels: Labels::new(),
        labels_complete: false,
        branches: None,
        places,
        filters,
        credentials: NodeCredentials {
            to_pods: ToPods::Unknown(doubt.clone()),
            control: CredentialsControl::HopLimit,
            note: Note {
                text: "the input holds no nodes that these pods could run on".to_owned(),
                origin: Some(resource.origin.clone()),
                assumed: false,
            },
        },
        node_pool: None,
        auto: None,
        doubt,
        origin: Some(resource.origin.clone()),
    }
}
