//! The table for Google Cloud (provider `hashicorp/google`, argument references).

use super::Class;

const fn class(kinds: &'static [&'static str], attributes: &'static [&'static str]) -> Class {
    Class {
        kinds,
        brought: &[],
        attributes,
    }
}

/// The classes. An attribute belongs to the first class that lists it.
pub const CLASSES: &[Class] = &[
    class(
        &["google_compute_network"],
        &[
            "network",
            "peer_network",
            "network_url",
            "private_network",
            "authorized_network",
            "vpc_network",
        ],
    ),
    class(
        &["google_compute_subnetwork"],
        &["subnetwork", "subnetworks", "nat_subnets"],
    ),
    class(&["google_container_cluster"], &["cluster"]),
    class(&["google_compute_router"], &["router"]),
    class(&["google_compute_instance"], &["next_hop_instance"]),
    class(
        &["google_compute_forwarding_rule"],
        &["next_hop_ilb", "target_service"],
    ),
    class(&["google_compute_service_attachment"], &["target"]),
    class(
        &["google_compute_vpn_tunnel"],
        &["next_hop_vpn_tunnel", "vpn_tunnel"],
    ),
    class(
        &[
            "google_compute_ha_vpn_gateway",
            "google_compute_vpn_gateway",
        ],
        &["vpn_gateway", "target_vpn_gateway", "peer_gcp_gateway"],
    ),
    class(
        &["google_compute_global_address", "google_compute_address"],
        &["reserved_peering_ranges", "nat_ips"],
    ),
    class(
        &[
            "google_compute_backend_service",
            "google_compute_region_backend_service",
        ],
        &["backend_service", "default_service"],
    ),
    class(
        &[
            "google_compute_firewall_policy",
            "google_compute_network_firewall_policy",
        ],
        &["firewall_policy"],
    ),
    class(
        &["google_service_account"],
        &["service_account", "service_account_email"],
    ),
];
