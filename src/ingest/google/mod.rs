//! Google Cloud: resources of a [`Graph`] lowered into networks, filters, borders and endpoints.
//!
//! One file for each resource family; `FAMILIES` holds them in the order of their dependencies.

mod account;
mod ancestry;
mod channel;
mod class;
mod class_filter;
mod exchange;
mod firewall;
mod firewall_policy;
mod forwarding_rule;
pub mod gke;
mod host_service;
mod instance;
mod listener;
mod lowering;
mod network;
mod packets;
mod peered;
mod peering;
mod produced;
mod ranges;
mod relay_service;
mod resource_type;
mod route;
mod rule;
mod rule_order;
mod service_connection;
mod spoke;
mod subnetwork;
mod tunnel;

pub use lowering::{Attribute, Found, Lowered, Lowering, Shape, is_set};
pub use resource_type::standing;

#[cfg(test)]
mod tests;

use crate::ingest::lowering::{Family, run};
use crate::ingest::terraform::Graph;
use crate::model::World;

/// All families, each after those it builds on.
const FAMILIES: &[Family<Lowered>] = &[
    network::lower,
    subnetwork::lower,
    instance::lower,
    gke::lower,
    forwarding_rule::lower,
    service_connection::lower,
    produced::lower,
    peering::lower,
    tunnel::lower,
    spoke::lower,
    route::lower,
    exchange::lower,
    rule_order::lower,
    relay_service::lower,
    channel::lower,
    resource_type::lower,
    host_service::lower,
];

/// Lowers every Google Cloud resource of the graph into the world, and tells which resource became what.
pub fn lower(graph: &Graph, world: &mut World) -> Lowered {
    run(graph, world, Lowered::default(), FAMILIES)
}
