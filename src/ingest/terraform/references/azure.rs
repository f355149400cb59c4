//! The table for Azure (provider `hashicorp/azurerm`, argument references).

use super::Class;

const fn class(kinds: &'static [&'static str], attributes: &'static [&'static str]) -> Class {
    Class {
        kinds,
        brought: &[],
        attributes,
    }
}

/// The classes. An attribute belongs to the first class that lists it.
pub const CLASSES: &[Class] = &[
    class(
        &["azurerm_virtual_network"],
        &[
            "virtual_network_name",
            "virtual_network_id",
            "remote_virtual_network_id",
            "vnet_id",
        ],
    ),
    class(
        &["azurerm_subnet"],
        &[
            "subnet_id",
            "subnet_ids",
            "vnet_subnet_id",
            "pod_subnet_id",
            "virtual_network_subnet_ids",
            "delegated_subnet_id",
            "virtual_network_subnet_id",
        ],
    ),
    class(
        &["azurerm_network_security_group"],
        &[
            "network_security_group_id",
            "network_security_group_name",
            "security_group",
        ],
    ),
    class(
        &["azurerm_route_table"],
        &["route_table_id", "route_table_name"],
    ),
    class(
        &["azurerm_network_interface"],
        &["network_interface_id", "network_interface_ids"],
    ),
    class(
        &["azurerm_application_security_group"],
        &[
            "application_security_group_id",
            "application_security_group_ids",
            "source_application_security_group_ids",
            "destination_application_security_group_ids",
        ],
    ),
    class(&["azurerm_kubernetes_cluster"], &["kubernetes_cluster_id"]),
    class(&["azurerm_nat_gateway"], &["nat_gateway_id"]),
    class(&["azurerm_virtual_hub"], &["virtual_hub_id"]),
    class(
        &["azurerm_virtual_network_gateway"],
        &[
            "virtual_network_gateway_id",
            "peer_virtual_network_gateway_id",
        ],
    ),
    class(
        &["azurerm_local_network_gateway"],
        &["local_network_gateway_id"],
    ),
    class(&["azurerm_firewall_policy"], &["firewall_policy_id"]),
    class(
        &["azurerm_public_ip"],
        &["public_ip_address_id", "public_ip_address_ids"],
    ),
    class(
        &["azurerm_private_link_service"],
        &["private_connection_resource_id"],
    ),
    class(&["azurerm_private_dns_zone"], &["private_dns_zone_id"]),
    class(&["azurerm_lb"], &["loadbalancer_id"]),
];
