//! Ways between networks that take no route of the model. Each is a gap that names the networks it joins.
//! Source: azurerm provider, argument references; "What is Azure Private Link service?".

use super::lowering::Lowering;
use super::stage::AtRest;
use crate::ingest::lowering::{Channel, Family};
use crate::ingest::terraform::{Mode, NamedBy, ResourceFamily};

/// All of them.
pub const CHANNELS: &[Channel] = &[
    Channel::new(
        "azurerm_app_service_virtual_network_swift_connection",
        "App Service",
        "subnet_id",
        "app_service_id",
    ),
    Channel::new(
        "azurerm_cdn_frontdoor_origin",
        "Front Door",
        "private_link.private_link_target_id",
        "",
    ),
    Channel::new(
        "azurerm_express_route_circuit_peering",
        "ExpressRoute",
        "express_route_circuit_name",
        "",
    ),
    Channel::new(
        "azurerm_express_route_connection",
        "ExpressRoute",
        "express_route_gateway_id",
        "express_route_circuit_peering_id",
    ),
    Channel::new(
        "azurerm_point_to_site_vpn_gateway",
        "Virtual WAN",
        "virtual_hub_id",
        "",
    ),
    Channel::new(
        "azurerm_private_link_service",
        "Private Link",
        "load_balancer_frontend_ip_configuration_ids",
        "",
    ),
    Channel::new(
        "azurerm_virtual_hub_route_table_route",
        "Virtual WAN",
        "route_table_id",
        "next_hop",
    ),
    Channel::new(
        "azurerm_vmware_express_route_authorization",
        "VMware Solution",
        "private_cloud_id",
        "",
    ),
    Channel::new(
        "azurerm_vpn_gateway_connection",
        "Virtual WAN",
        "vpn_gateway_id",
        "remote_vpn_site_id",
    ),
];

/// Further channels.
#[must_use]
pub fn family() -> Family<AtRest> {
    Family {
        resources: ResourceFamily {
            references: vec![NamedBy::new(
                &["azurerm_firewall_policy"],
                &["firewall_policy_id"],
            )],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Enters a gap for each.
fn lower(lowering: &mut Lowering<AtRest>) {
    let graph = lowering.graph;
    for channel in CHANNELS {
        for (_, resource) in graph
            .of(channel.kind)
            .filter(|(_, resource)| resource.mode == Mode::Managed)
        {
            lowering.note_channel(resource, channel);
        }
    }
}
