//! Azure: resources of a [`Graph`] lowered into networks, filters, borders and endpoints.
//!
//! One file for each resource family; `FAMILIES` holds them in the order of their dependencies. Sources are Microsoft's
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
use crate::ingest::terraform::Graph;
use crate::model::World;

/// All families, each after those it builds on.
const FAMILIES: &[Family<Lowered>] = &[
    virtual_network::lower,
    subnet::lower,
    application_security_group::lower,
    peering::lower,
    connected_group::lower,
    gateway::lower,
    route_server::lower,
    virtual_hub::lower,
    route_table::lower,
    admin_rule::lower,
    network_security_group::lower,
    network_interface::lower,
    placement::lower,
    private_endpoint::lower,
    relay_service::lower,
    channel::lower,
    resource_type::lower,
    host_service::lower,
];

/// Lowers every Azure resource of the graph into the world, and tells which resource became what.
pub fn lower(graph: &Graph, world: &mut World) -> Lowered {
    let lowered = Lowered {
        foreign_subnets: world.subnets.len(),
        ..Lowered::default()
    };
    run(graph, world, lowered, FAMILIES)
}
