//! Azure: resources of a [`Graph`] lowered into networks, filters, borders and endpoints.
//!
//! One file for each resource family; `families` holds them in the order of their dependencies. Sources are Microsoft's
//! documentation (learn.microsoft.com/azure, by page) and the reference of the `azurerm` provider.

mod address_target;
mod admin_rule;
pub mod aks;
mod application_security_group;
mod attachment;
mod channel;
mod connected_group;
mod gateway;
mod host_service;
mod lowering;
mod network_interface;
mod network_security_group;
mod on_demand;
mod peering;
mod peering_side;
mod placement;
mod private_endpoint;
mod private_route;
mod relay_service;
mod resource_type;
mod route;
mod route_server;
mod route_table;
mod rule;
mod security_rule;
mod service_tag;
mod stage;
mod subnet;
mod template;
mod virtual_hub;
mod virtual_network;

pub use lowering::{Lowered, Lowering};
pub use resource_type::TYPES;

#[cfg(test)]
mod tests;

use self::lowering::At;
use self::stage::Families;
use crate::ingest::terraform::{Graph, ProviderTypes};
use crate::model::World;

fn families() -> Families {
    Families {
        networks: vec![virtual_network::family()],
        subnets: vec![subnet::family()],
        application_groups: vec![application_security_group::family()],
        peerings: vec![peering::family(), connected_group::family()],
        gateways: vec![
            gateway::family(),
            route_server::family(),
            virtual_hub::family(),
        ],
        routes: vec![route_table::family()],
        admin_rules: vec![admin_rule::family()],
        security_groups: vec![network_security_group::family()],
        endpoints: vec![
            network_security_group::of_subnets(),
            network_interface::family(),
            placement::family(),
            private_endpoint::family(),
        ],
        rest: vec![
            relay_service::family(),
            address_target::family(),
            private_route::family(),
            channel::family(),
            resource_type::family(),
            host_service::family(),
        ],
    }
}

/// Beginnings of types that have neither an address nor a say in who may reach one.
const LEFT_OUT: &[&str] = &[
    "azurerm_key_vault_secret",
    "azurerm_log",
    "azurerm_monitor",
    "azurerm_policy",
    "azurerm_role",
];

/// Azure's resource types, for the reader of plans.
#[must_use]
pub fn resource_types() -> ProviderTypes {
    let mut families = families().resource_types();
    families.push(aks::resources());
    ProviderTypes {
        fronts: &["azurerm", "azapi"],
        left_out: LEFT_OUT,
        families,
    }
}

/// Lowers every Azure resource of the graph into the world. Returns which resource became what.
pub fn lower(graph: &Graph, world: &mut World) -> Lowered {
    let mut at = At::default();
    at.on_demand.foreign_subnets = world.subnets.len();
    families().lower(graph, world, at)
}
