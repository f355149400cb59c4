//! Channels across borders that take no route of a network: Private Service Connect,
//! serverless access, and what hands packets to other places. Each is a gap that names what it joins.
//! Source: cloud.google.com/vpc/docs/private-service-connect; cloud.google.com/vpc/docs/serverless-vpc-access.

use super::lowering::{Lowering, has};
use super::stage::AtRest;
use crate::ingest::lowering::{Channel, Family};
use crate::ingest::terraform::Mode;

const CONNECT: &str = "Private Service Connect";
const SERVERLESS: &str = "serverless VPC access";

/// All of them.
pub const CHANNELS: &[Channel] = &[
    Channel::new(
        "google_network_connectivity_policy_based_route",
        "policy-based routing",
        "network",
        "next_hop_ilb_ip",
    ),
    Channel::new(
        "google_network_connectivity_service_connection_policy",
        CONNECT,
        "network",
        "",
    ),
    Channel::new(
        "google_compute_service_attachment",
        CONNECT,
        "nat_subnets",
        "target_service",
    ),
    Channel::new(
        "google_compute_network_attachment",
        CONNECT,
        "subnetworks",
        "",
    ),
    Channel::new("google_vpc_access_connector", SERVERLESS, "network", ""),
    Channel::new(
        "google_cloud_run_v2_service",
        SERVERLESS,
        "template.vpc_access.network_interfaces.subnetwork",
        "",
    ),
    Channel::new(
        "google_cloudfunctions2_function",
        SERVERLESS,
        "service_config.vpc_connector",
        "",
    ),
    Channel::new(
        "google_cloudfunctions_function",
        SERVERLESS,
        "vpc_connector",
        "",
    ),
    Channel::new(
        "google_app_engine_flexible_app_version",
        SERVERLESS,
        "network.name",
        "",
    ),
    Channel::new(
        "google_compute_router_peer",
        "Cloud Router",
        "router",
        "router_appliance_instance",
    ),
    Channel::new(
        "google_compute_network_endpoint_group",
        "network endpoint group",
        "network",
        "",
    ),
    Channel::new(
        "google_network_services_gateway",
        "Secure Web Proxy",
        "network",
        "",
    ),
    Channel::new(
        "google_compute_packet_mirroring",
        "packet mirroring",
        "network.url",
        "collector_ilb.url",
    ),
    Channel::new("google_dns_peering_zone", "DNS peering", "", ""),
];

/// Further channels.
#[must_use]
pub fn family() -> Family<AtRest> {
    Family::without_types(lower)
}

/// Enters a gap for each.
fn lower(lowering: &mut Lowering<AtRest>) {
    let graph = lowering.graph;
    for channel in CHANNELS {
        for (_, resource) in graph
            .of(channel.kind)
            .filter(|(_, resource)| resource.mode == Mode::Managed)
        {
            let unset = channel.service == SERVERLESS
                && resource.values.get(channel.near).items().is_empty();
            let joins = channel.kind != "google_compute_router_peer" || has(resource, channel.far);
            if joins && !(unset && channel.kind != "google_vpc_access_connector") {
                lowering.note_channel(resource, channel);
            }
        }
    }
    for (_, resource) in graph
        .of("google_compute_forwarding_rule")
        .chain(graph.of("google_compute_global_forwarding_rule"))
    {
        let target = resource.values.get("target");
        let attached = !lowering
            .graph
            .follow(target, &["google_compute_service_attachment"])
            .targets
            .is_empty();
        if attached
            || target
                .text()
                .is_some_and(|text| text.contains("serviceAttachments"))
        {
            lowering.note_channel(resource, &Channel::new("", CONNECT, "network", "target"));
        }
    }
}
