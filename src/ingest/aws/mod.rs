//! Amazon Web Services: resources of a [`Graph`] lowered into networks, filters, borders and endpoints.
//!
//! One file for each resource family; `FAMILIES` holds them in the order of their dependencies.

mod attachment;
mod base64;
mod channel;
mod client_vpn;
mod cloud_wan;
pub mod eks;
mod endpoint;
mod host_service;
mod instance;
pub mod launch_template;
mod load_balancer;
mod lowering;
mod named_subnet;
mod nat_gateway;
mod network_acl;
mod outer_network;
mod owner;
mod packets;
mod peering;
mod placement;
mod prefix_list;
mod relay_service;
mod resource_type;
mod route;
mod route_table;
mod security_group;
mod security_group_rule;
mod subnet;
mod transit_gateway;
mod vpc;
mod vpc_endpoint;

pub use attachment::{Groups, Stand};
pub use base64::decoded as decoded_base64;
pub use lowering::{Attribute, Foreign, Found, Lowered, Lowering, is_set};
pub use resource_type::standing;

#[cfg(test)]
mod tests;

use crate::ingest::lowering::{Family, run};
use crate::ingest::terraform::Graph;
use crate::model::World;

/// All families, each after those it builds on.
const FAMILIES: &[Family<Lowered>] = &[
    vpc::lower,
    prefix_list::lower,
    subnet::lower,
    security_group::lower,
    security_group_rule::lower,
    network_acl::lower,
    instance::lower,
    load_balancer::lower,
    vpc_endpoint::lower,
    placement::lower,
    nat_gateway::lower,
    peering::lower,
    outer_network::lower,
    transit_gateway::lower,
    cloud_wan::lower,
    client_vpn::lower,
    route_table::lower,
    relay_service::lower,
    channel::lower,
    resource_type::lower,
    host_service::lower,
];

/// Lowers every AWS resource of the graph into the world, and tells which resource became what.
pub fn lower(graph: &Graph, world: &mut World) -> Lowered {
    run(graph, world, Lowered::default(), FAMILIES)
}
