//! Google Cloud: resources of a [`Graph`] lowered into networks, filters, borders and endpoints.
//!
//! One file for each resource family; `families` holds them in the order of their dependencies.

mod account;
mod address_target;
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
mod on_demand;
mod packets;
mod peered;
mod peering;
mod policy_based_route;
mod produced;
mod ranges;
mod relay_service;
mod resource_type;
mod route;
mod rule;
mod rule_order;
mod service_connection;
mod spoke;
mod stage;
mod subnetwork;
mod template;
mod tunnel;

pub use lowering::{Attribute, Found, Lowered, Lowering, is_set};
pub use resource_type::TYPES;

#[cfg(test)]
mod tests;

use self::lowering::At;
use self::stage::Families;
use crate::ingest::terraform::{Graph, ProviderTypes};
use crate::model::World;

fn families() -> Families {
    Families {
        networks: vec![network::family()],
        subnets: vec![subnetwork::family()],
        machines: vec![instance::family(), gke::family(), forwarding_rule::family()],
        connections: vec![service_connection::family()],
        services: vec![produced::family()],
        peerings: vec![peering::family()],
        tunnels: vec![tunnel::family()],
        spokes: vec![spoke::family()],
        routes: vec![route::family()],
        rest: vec![
            exchange::family(),
            policy_based_route::family(),
            rule_order::family(),
            relay_service::family(),
            address_target::family(),
            channel::family(),
            resource_type::family(),
            host_service::family(),
        ],
    }
}

/// Beginnings of types that have neither an address nor a say in who may reach one.
const LEFT_OUT: &[&str] = &[
    "google_bigquery",
    "google_kms",
    "google_logging",
    "google_monitoring",
    "google_project_iam",
    "google_project_service",
    "google_pubsub",
    "google_secret",
    "google_storage",
];

/// Google Cloud's resource types, for the reader of plans.
#[must_use]
pub fn resource_types() -> ProviderTypes {
    let families = families().resource_types();
    ProviderTypes {
        fronts: &["google"],
        left_out: LEFT_OUT,
        families,
    }
}

/// Lowers every Google Cloud resource of the graph into the world. Returns which resource became what.
pub fn lower(graph: &Graph, world: &mut World) -> Lowered {
    families().lower(graph, world, At::default())
}
