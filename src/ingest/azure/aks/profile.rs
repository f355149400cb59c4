//! How the pods of a cluster get their addresses. Source: "CNI networking overview" (aks/concepts-network-cni-overview):
//! overlay networks hide pods behind their nodes, flat ones give them addresses of the virtual network.

use crate::ingest::azure::lowering::{Attribute, Lowering, is_set};
use crate::ingest::azure::stage::Routes;
use crate::ingest::terraform::Resource;
use crate::model::{
    AddressSet, Doubt, Id, IpNet, Network, NetworkOwner, Origin, Route, RouteTable, Subnet, Target,
};

/// Addresses of pods that have none of the virtual network, where the input names no other.
/// azurerm provider, `azurerm_kubernetes_cluster` (`pod_cidr`).
const POD_BLOCK: &str = "10.244.0.0/16";

/// Where pods' addresses are from.
#[derive(Clone, Debug)]
pub enum Addresses {
    /// From subnets of the virtual network.
    Flat,
    /// From a space of the cluster's own: packets to outside the cluster leave with the node's address.
    Own(Id<Network>, Id<Subnet>),
    /// One or the other: the input leaves it open.
    Unknown(Id<Network>, Id<Subnet>, Doubt),
}

/// What `network_profile` says.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Where pods' addresses are from.
    pub addresses: Addresses,
    /// The word for it, for the trail.
    pub plugin: String,
    /// The line that says so; none where nothing does.
    pub origin: Option<Origin>,
}

/// Reads it.
pub fn read(lowering: &mut Lowering, resource: &Resource, address: &str) -> Profile {
    let block = resource.values.get("network_profile");
    let (plugin, mode) = (
        block.get("network_plugin"),
        block.get("network_plugin_mode"),
    );
    let origin = is_set(plugin).then(|| resource.origin_of("network_profile.network_plugin"));
    let at = |path, value| Attribute {
        resource,
        path,
        value,
    };
    let own = |lowering: &mut Lowering| {
        space(
            lowering,
            at("network_profile.pod_cidr", block.get("pod_cidr")),
            address,
        )
    };
    let (addresses, word) = match (plugin.text(), mode.text()) {
        _ if plugin.is_unknown() || mode.is_unknown() => {
            let doubt = lowering.unknown(at("network_profile.network_plugin", plugin));
            let (network, subnet) = own(lowering);
            (
                Addresses::Unknown(network, subnet, doubt),
                "a plugin that is not known".to_owned(),
            )
        }
        (Some("azure"), Some("overlay")) => {
            let (network, subnet) = own(lowering);
            (
                Addresses::Own(network, subnet),
                "Azure CNI Overlay".to_owned(),
            )
        }
        (Some("azure"), _) => (Addresses::Flat, "Azure CNI".to_owned()),
        (Some("kubenet"), _) => {
            let (network, subnet) = own(lowering);
            (Addresses::Own(network, subnet), "kubenet".to_owned())
        }
        (Some("none"), _) => {
            let what = "what gives pods their addresses, since `network_plugin` is `none`";
            let doubt =
                lowering
                    .world
                    .doubt(crate::model::GapKind::NotInInput, what, origin.clone());
            let (network, subnet) = own(lowering);
            (
                Addresses::Unknown(network, subnet, doubt),
                "a plugin of its own".to_owned(),
            )
        }
        // Newer API versions make Azure CNI Overlay the default, older ones kubenet: both hide pods behind their nodes.
        _ => {
            let (network, subnet) = own(lowering);
            (
                Addresses::Own(network, subnet),
                "the default plugin, which hides pods behind their nodes".to_owned(),
            )
        }
    };
    Profile {
        addresses,
        plugin: word,
        origin,
    }
}

/// The cluster's own address space as a network that nothing routes to.
fn space(lowering: &mut Lowering, at: Attribute, address: &str) -> (Id<Network>, Id<Subnet>) {
    let mut blocks = lowering.blocks(at);
    if let Some(more) = at
        .resource
        .values
        .get("network_profile")
        .get("pod_cidrs")
        .items()
        .first()
        .filter(|_| blocks.addresses.is_empty())
    {
        blocks = lowering.blocks(at.with(more));
    }
    let default = AddressSet::parse(POD_BLOCK).unwrap_or_default();
    let addresses = if blocks.addresses.is_empty() {
        default
    } else {
        blocks.addresses
    };
    let name = format!("pod addresses of {address}");
    let origin = Some(at.resource.origin_of("network_profile.pod_cidr"));
    let doubt = Doubt::none();
    let network = Network {
        name: name.clone(),
        addresses: addresses.clone(),
        owner: NetworkOwner::default(),
        known: true,
        doubt: doubt.clone(),
        origin: origin.clone(),
    };
    let network = lowering.world.networks.push(network);
    let table = RouteTable {
        name: format!("routes of the {name}"),
        routes: Vec::new(),
        origin: origin.clone(),
    };
    let tables = vec![lowering.world.route_tables.push(table)];
    let subnet = Subnet {
        name,
        network,
        addresses: addresses.clone(),
        tables,
        filters: Vec::new(),
        filters_inside: false,
        doubt,
        origin,
    };
    let subnet = lowering.world.subnets.push(subnet);
    // kubenet has routes of its own for the nodes' shares of the space, which user-defined routes may hold.
    if at
        .resource
        .values
        .get("network_profile.network_plugin")
        .text()
        != Some("kubenet")
    {
        close(lowering, &addresses);
    }
    (network, subnet)
}

/// Pods of an overlay cannot be called from outside their cluster ("Azure CNI Overlay networking", aks/azure-cni-overlay).
fn close(lowering: &mut Lowering, addresses: &AddressSet) {
    let closed = lowering
        .world
        .networks
        .iter()
        .filter(|(_, network)| network.known && network.addresses.is_disjoint(addresses));
    let closed: Vec<Id<Network>> = closed.map(|(id, _)| id).collect();
    let tables = lowering
        .seen::<Routes>()
        .of
        .iter()
        .map(|((_, network), table)| (*network, *table));
    let system = lowering
        .seen::<Routes>()
        .system
        .iter()
        .map(|(network, table)| (*network, *table));
    let tables: Vec<_> = tables
        .chain(system)
        .filter(|(network, _)| closed.contains(network))
        .map(|(_, table)| table)
        .collect();
    for table in tables {
        for block in addresses.blocks() {
            let target = Target::Drop(
                "pods of an overlay network cannot be called from outside their cluster".to_owned(),
            );
            let same = |route: &Route| {
                route.destination == Some(block) && route.rank <= super::super::route::SYSTEM
            };
            let own = &mut lowering.world.route_tables[table].routes;
            if !own.iter().any(same) {
                let destination: Option<IpNet> = Some(block);
                own.push(Route {
                    destination,
                    target,
                    rank: super::super::route::SYSTEM,
                    doubt: Doubt::none(),
                    origin: None,
                });
            }
        }
    }
}
