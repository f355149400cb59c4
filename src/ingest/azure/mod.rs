//! Azure: resources of a [`Graph`] lowered into networks, filters, borders and endpoints.
//!
//! One file for each resource family; `families` holds them in the order of their dependencies. Sources are Microsoft's
//! documentation (learn.microsoft.com/azure, by page) and the reference of the `azurerm` provider.

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
mod peering;
mod peering_side;
mod placement;
mod private_endpoint;
mod relay_service;
mod resource_type;
mod route;
mod route_server;
mod route_table;
mod rule;
mod security_rule;
mod service_tag;
mod subnet;
mod virtual_hub;
mod virtual_network;

pub use lowering::{Lowered, Lowering};
pub use resource_type::standing;

#[cfg(test)]
mod tests;

use crate::ingest::lowering::{Family, run};
use crate::ingest::terraform::{Graph, ProviderTypes};
use crate::model::World;

/// All families, each after those it builds on.
fn families() -> Vec<Family<Lowered>> {
    vec![
        virtual_network::family(),
        subnet::family(),
        application_security_group::family(),
        peering::family(),
        connected_group::family(),
        gateway::family(),
        route_server::family(),
        virtual_hub::family(),
        route_table::family(),
        admin_rule::family(),
        network_security_group::family(),
        network_interface::family(),
        placement::family(),
        private_endpoint::family(),
        relay_service::family(),
        channel::family(),
        resource_type::family(),
        host_service::family(),
    ]
}

/// Beginnings of types that have neither an address nor a say in who may reach one.
const LEFT_OUT: &[&str] = &[
    "azurerm_key_vault_secret",
    "azurerm_log",
    "azurerm_monitor",
    "azurerm_policy",
    "azurerm_role",
];

/// What the reader of plans is told of Azure's resource types.
#[must_use]
pub fn resource_types() -> ProviderTypes {
    ProviderTypes {
        fronts: &["azurerm", "azapi"],
        left_out: LEFT_OUT,
        families: families()
            .into_iter()
            .map(|family| family.resources)
            .chain([aks::resources()])
            .collect(),
    }
}

/// Lowers every Azure resource of the graph into the world, and tells which resource became what.
pub fn lower(graph: &Graph, world: &mut World) -> Lowered {
    let lowered = Lowered {
        foreign_subnets: world.subnets.len(),
        ..Lowered::default()
    };
    run(graph, world, lowered, &families())
}
