//! What becomes of each resource type: modelled, a gap, or of no bearing on who can reach whom.

use super::channel::CHANNELS;
use super::stage::AtRest;
use super::template::{AZAPI, TEMPLATES};
use crate::ingest::lowering::{Family, TypeLists};
use crate::ingest::terraform::Resource;

/// Types that are not modelled although they may bear on reachability, each with what it does.
const GAPS: &[(&str, &str)] = &[
    ("azurerm_batch_pool", "may place machines in a subnet"),
    (
        "azurerm_firewall_network_rule_collection",
        "filters what routes lead through a firewall",
    ),
    (
        "azurerm_firewall_policy_rule_collection_group",
        "filters what routes lead through a firewall",
    ),
    (
        "azurerm_lb_rule",
        "forwards to machines behind a load balancer",
    ),
    (
        "azurerm_lb_nat_rule",
        "forwards to a machine behind a load balancer",
    ),
    (
        "azurerm_resource_group_template_deployment",
        "may make resources that the plan does not show",
    ),
    (
        "azurerm_management_group_template_deployment",
        "may make resources that the plan does not show",
    ),
    (
        "azurerm_managed_application",
        "may make resources that the plan does not show",
    ),
    (
        "azurerm_subscription_template_deployment",
        "may make resources that the plan does not show",
    ),
    (
        "azurerm_template_deployment",
        "may make resources that the plan does not show",
    ),
    (
        "azurerm_tenant_template_deployment",
        "may make resources that the plan does not show",
    ),
    (
        "azurerm_virtual_desktop_host_pool",
        "may place desktops in a subnet",
    ),
    (
        "azurerm_virtual_network_gateway_nat_rule",
        "translates what passes a gateway",
    ),
];

/// Types whose names sound of networks and that carry and filter nothing between private addresses.
const HARMLESS: &[&str] = &[
    "azurerm_express_route_circuit",
    "azurerm_express_route_circuit_authorization",
    "azurerm_express_route_port",
    "azurerm_firewall_policy",
    "azurerm_firewall_application_rule_collection",
    "azurerm_nat_gateway",
    "azurerm_nat_gateway_public_ip_association",
    "azurerm_nat_gateway_public_ip_prefix_association",
    "azurerm_network_connection_monitor",
    "azurerm_network_ddos_protection_plan",
    "azurerm_network_manager",
    "azurerm_network_manager_deployment",
    "azurerm_network_manager_network_group",
    "azurerm_network_manager_scope_connection",
    "azurerm_network_watcher",
    "azurerm_network_watcher_flow_log",
    "azurerm_private_dns_zone_virtual_network_link",
    "azurerm_subnet_nat_gateway_association",
    "azurerm_subnet_service_endpoint_storage_policy",
    "azurerm_virtual_network_dns_servers",
    "azurerm_virtual_wan",
    // Who may use a service by its public address.
    "azurerm_cosmosdb_postgresql_firewall_rule",
    "azurerm_data_lake_analytics_firewall_rule",
    "azurerm_data_lake_store_firewall_rule",
    "azurerm_mariadb_firewall_rule",
    "azurerm_mongo_cluster_firewall_rule",
    "azurerm_mssql_firewall_rule",
    "azurerm_mysql_firewall_rule",
    "azurerm_mysql_flexible_server_firewall_rule",
    "azurerm_postgresql_firewall_rule",
    "azurerm_postgresql_flexible_server_firewall_rule",
    "azurerm_redis_firewall_rule",
    "azurerm_sql_firewall_rule",
    "azurerm_synapse_firewall_rule",
];

/// Parts of names that tell of networks: a type that is in none of the lists and has one of them is a gap.
const SUSPECT: &[&str] = &[
    "_virtual_network",
    "subnet",
    "_network_",
    "security_group",
    "security_rule",
    "route",
    "peering",
    "vpn_",
    "_vpn",
    "virtual_hub",
    "firewall",
    "private_link",
    "private_endpoint",
    "virtual_appliance",
    "bastion",
    "application_gateway",
    "_managed_instance",
    AZAPI,
];

/// Attributes that name subnets, networks or what filters there: a type that no list knows and that sets one is a gap.
const NAMES: &[&str] = &[
    "subnet_id",
    "subnet_ids",
    "vnet_subnet_id",
    "delegated_subnet_id",
    "infrastructure_subnet_id",
    "virtual_network_id",
    "virtual_network_subnet_id",
    "network_security_group_id",
    "network_interface_id",
    "network_interface_ids",
];

/// Types that name networks for other ends than to carry packets: names, access.
const NAMING: &[&str] = &["azurerm_dns", "azurerm_private_dns"];

/// What is said of types that no family models.
pub const TYPES: TypeLists = TypeLists {
    is_own: |kind| kind.starts_with("azurerm_") || kind == AZAPI,
    gaps: GAPS,
    channels: CHANNELS,
    templates: &TEMPLATES,
    harmless: HARMLESS,
    suspect: SUSPECT,
    access: &["_virtual_network_rule"],
    naming: NAMING,
    attributes: NAMES,
};

/// Whether a resource by [`AZAPI`] is a part of one of a sort (`routeTables`), in lower or capital letters.
#[must_use]
pub fn is_part(resource: &Resource, of: &str) -> bool {
    let kind = resource.values.get("type").text().unwrap_or_default();
    let parts: Vec<&str> = kind.split('/').collect();
    matches!(parts.as_slice(), [_, owner, _] if owner.eq_ignore_ascii_case(of))
}

/// All types that are not modelled.
#[must_use]
pub fn family() -> Family<AtRest> {
    Family::without_types(|lowering| lowering.note_types(&TYPES))
}
