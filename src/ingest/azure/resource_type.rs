//! What becomes of each resource type: modelled, a gap, or of no bearing on who can reach whom.

use super::channel::CHANNELS;
use super::lowering::Lowering;
use super::stage::AtRest;
use super::template::{AZAPI, TEMPLATES};
use crate::ingest::lowering::{Family, TypeCoverage, is_channel};
use crate::ingest::terraform::{Resource, ResourceTypes};

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

/// What becomes of a resource type; `types`: those that the families model.
#[must_use]
pub fn type_coverage(types: &ResourceTypes, kind: &str) -> TypeCoverage {
    if types.is_modelled(kind) {
        return TypeCoverage::Modelled;
    }
    if HARMLESS.contains(&kind) {
        return TypeCoverage::Irrelevant;
    }
    let named = is_channel(CHANNELS, kind) || GAPS.iter().any(|(own, _)| *own == kind);
    let rule = kind.ends_with("_firewall_rule") || kind.ends_with("_virtual_network_rule");
    let suspect =
        kind.starts_with("azurerm_") && !rule && SUSPECT.iter().any(|part| kind.contains(part));
    if named || suspect || kind == AZAPI {
        TypeCoverage::Gap
    } else {
        TypeCoverage::Irrelevant
    }
}

/// Types that name networks for other ends than to carry packets: names, access.
const NAMING: &[&str] = &["azurerm_dns", "azurerm_private_dns"];

/// Whether a type is Azure's and in none of the lists: what it adds to, only its attributes tell.
#[must_use]
pub fn is_unlisted(types: &ResourceTypes, kind: &str) -> bool {
    let listed = types.is_modelled(kind)
        || HARMLESS.contains(&kind)
        || is_channel(CHANNELS, kind)
        || GAPS.iter().any(|(own, _)| *own == kind);
    let named = NAMING.iter().any(|front| kind.starts_with(front));
    let own = kind.starts_with("azurerm_") || kind == AZAPI;
    own && !listed && !named && !kind.ends_with("_virtual_network_rule")
}

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
    Family::without_types(lower)
}

/// Enters a gap for each managed resource that is not modelled and may bear on reachability.
fn lower(lowering: &mut Lowering<AtRest>) {
    let types = lowering.graph.types;
    lowering.note_not_modelled(
        |kind| type_coverage(types, kind) == TypeCoverage::Gap && !is_channel(CHANNELS, kind),
        GAPS,
    );
    lowering.note_by_shape("azurerm_", NAMES, |kind| {
        HARMLESS.contains(&kind)
            || type_coverage(types, kind) != TypeCoverage::Irrelevant
            || kind.ends_with("_virtual_network_rule")
    });
    lowering.bridges(|kind| is_unlisted(types, kind));
    lowering.template_bridges(&TEMPLATES);
    lowering.half_known_peerings(|kind| {
        type_coverage(types, kind) == TypeCoverage::Gap && !is_channel(CHANNELS, kind)
    });
}
