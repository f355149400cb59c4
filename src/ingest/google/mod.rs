//! Google Cloud: resources of a [`Graph`] lowered into networks, filters, borders and endpoints.
//!
//! One file for each resource family; `families` holds them in the order of their dependencies.

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
use crate::ingest::terraform::{Graph, ProviderTypes};
use crate::model::World;

/// All families, each after those it builds on.
fn families() -> Vec<Family<Lowered>> {
    vec![
        network::family(),
        subnetwork::family(),
        instance::family(),
        gke::family(),
        forwarding_rule::family(),
        service_connection::family(),
        produced::family(),
        peering::family(),
        tunnel::family(),
        spoke::family(),
        route::family(),
        exchange::family(),
        rule_order::family(),
        relay_service::family(),
        channel::family(),
        resource_type::family(),
        host_service::family(),
    ]
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

/// What the reader of plans is told of Google Cloud's resource types.
#[must_use]
pub fn resource_types() -> ProviderTypes {
    ProviderTypes {
        fronts: &["google"],
        left_out: LEFT_OUT,
        families: families()
            .into_iter()
            .map(|family| family.resources)
            .collect(),
    }
}

/// Lowers every Google Cloud resource of the graph into the world, and tells which resource became what.
pub fn lower(graph: &Graph, world: &mut World) -> Lowered {
    run(graph, world, Lowered::default(), &families())
}
