//! What in sources can be judged by a plan alone: borders, clusters, and calls of modules whose files are not there.

use super::directory::Declared;
use super::tree::{Module, SourceTree};
use crate::ingest::terraform::mode::Mode;
use crate::model::{Origin, Place};

/// How the types of borders and clusters begin.
const NEEDS: &[&str] = &[
    "aws_customer_gateway",
    "aws_dx_",
    "aws_ec2_client_vpn_",
    "aws_ec2_transit_gateway",
    "aws_eks_",
    "aws_networkmanager_",
    "aws_vpc_endpoint",
    "aws_vpc_peering_connection",
    "aws_vpclattice_",
    "aws_vpn_",
    "awscc_ec2_client_vpn",
    "awscc_ec2_transit_gateway",
    "awscc_ec2_vpc_endpoint",
    "awscc_ec2_vpc_peering_connection",
    "awscc_ec2_vpn_",
    "awscc_eks_",
    "awscc_networkmanager_",
    "awscc_vpclattice_",
    "azurerm_express_route_",
    "azurerm_kubernetes_",
    "azurerm_local_network_gateway",
    "azurerm_network_manager_connectivity_configuration",
    "azurerm_point_to_site_vpn_gateway",
    "azurerm_private_endpoint",
    "azurerm_private_link_service",
    "azurerm_virtual_hub",
    "azurerm_virtual_network_gateway",
    "azurerm_virtual_network_peering",
    "azurerm_virtual_wan",
    "azurerm_vpn_",
    "google_compute_external_vpn_gateway",
    "google_compute_ha_vpn_gateway",
    "google_compute_interconnect_attachment",
    "google_compute_network_peering",
    "google_compute_service_attachment",
    "google_compute_vpn_",
    "google_container_cluster",
    "google_container_node_pool",
    "google_network_connectivity_",
    "google_service_networking_connection",
];

/// Words in the types of resources that `azapi_resource` makes, in lower case (Azure, "Microsoft.Network resource types").
const AZURE_NEEDS: &[&str] = &[
    "managedclusters",
    "virtualnetworkpeerings",
    "virtualhubs",
    "virtualwans",
    "vpngateways",
    "virtualnetworkgateways",
    "expressroute",
    "microsoft.network/connections",
    "privateendpoints",
    "privatelinkservices",
];

impl SourceTree {
    /// The first block, by place, that only a plan lets judge: a border, a cluster, or a call of a module whose files are not
    /// in the input. None where there is no such block.
    #[must_use]
    pub fn needs_plan(&self) -> Option<Origin> {
        self.modules
            .iter()
            .flat_map(|(key, module)| self.needs_of(key, module))
            .min_by(|a, b| (&a.place, &a.address).cmp(&(&b.place, &b.address)))
    }

    /// The directories of its modules, the root's too.
    pub fn directories(&self) -> impl Iterator<Item = &str> {
        self.modules.values().map(|module| module.path.as_str())
    }

    fn needs_of(&self, key: &str, module: &Module) -> Vec<Origin> {
        let directory = &module.directory;
        let resources = directory.resources.iter();
        let resources = resources
            .filter(|((mode, kind, _), declared)| *mode == Mode::Managed && needs(kind, declared))
            .map(|((_, kind, name), declared)| (format!("{kind}.{name}"), declared));
        let missing = directory
            .calls
            .iter()
            .filter(|(name, _)| !self.modules.contains_key(&child(key, name)))
            .map(|(name, declared)| (format!("module.{name}"), declared));
        let above: String = key
            .split('.')
            .filter(|name| !name.is_empty())
            .map(|name| format!("module.{name}."))
            .collect();
        resources
            .chain(missing)
            .filter_map(|(own, declared)| {
                Some(Origin {
                    place: self.shown(key, module, declared)?,
                    inner: None,
                    address: format!("{above}{own}").into(),
                    change: Default::default(),
                })
            })
            .collect()
    }

    /// Where a block is shown: for one of a downloaded module at the call in the root module that leads to it.
    fn shown(&self, key: &str, module: &Module, declared: &Declared) -> Option<Place> {
        let first = key.split('.').next().filter(|_| module.downloaded);
        let outer = first.and_then(|name| self.modules.get("")?.directory.calls.get(name));
        let declared = outer.unwrap_or(declared);
        declared.document.block(&declared.block).cloned()
    }
}

fn child(key: &str, name: &str) -> String {
    if key.is_empty() {
        name.to_owned()
    } else {
        format!("{key}.{name}")
    }
}

fn needs(kind: &str, declared: &Declared) -> bool {
    if kind == "azapi_resource" {
        let made = declared
            .attribute("type")
            .map(|(_, own)| own.value.to_string());
        let made = made.unwrap_or_default().to_ascii_lowercase();
        return AZURE_NEEDS.iter().any(|part| made.contains(part));
    }
    NEEDS.iter().any(|front| kind.starts_with(front))
}
