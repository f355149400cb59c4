//! What becomes of each resource type: modelled, a gap, or of no bearing on who can reach whom.

use super::channel::CHANNELS;
use super::stage::AtRest;
use super::template::TEMPLATES;
use crate::ingest::lowering::{Family, TypeLists};

/// Types that are not modelled although they may bear on reachability, each with what it does.
const GAPS: &[(&str, &str)] = &[
    (
        "google_cloud_run_service",
        "may open connections into a network",
    ),
    (
        "google_compute_global_forwarding_rule",
        "may be an internal load balancer",
    ),
    (
        "google_compute_target_instance",
        "forwards packets to an instance",
    ),
    (
        "google_composer_environment",
        "makes a cluster and instances in a network",
    ),
    ("google_data_fusion_instance", "peers with a network"),
    (
        "google_datastream_private_connection",
        "peers with a network",
    ),
    ("google_dataproc_cluster", "makes instances in a network"),
    ("google_dataflow_job", "makes instances in a network"),
    (
        "google_deployment_manager_deployment",
        "may make resources that the plan does not show",
    ),
    (
        "google_edgecontainer_vpn_connection",
        "joins a network to machines elsewhere",
    ),
    (
        "google_gke_hub_feature",
        "may join clusters with each other",
    ),
    (
        "google_infra_manager_deployment",
        "may make resources that the plan does not show",
    ),
    ("google_looker_instance", "peers with a network"),
    (
        "google_netapp_storage_pool",
        "stands in a network that peers with the user's",
    ),
    ("google_notebooks_instance", "is an instance in a network"),
    (
        "google_redis_cluster",
        "is reached by Private Service Connect",
    ),
    (
        "google_memorystore_instance",
        "is reached by Private Service Connect",
    ),
    (
        "google_service_networking_vpc_service_controls",
        "changes the routes of a private connection",
    ),
    ("google_tpu_node", "peers with a network"),
    ("google_tpu_v2_vm", "is an instance in a network"),
    ("google_vertex_ai_index_endpoint", "peers with a network"),
    (
        "google_vmwareengine_network_peering",
        "peers with a network",
    ),
    (
        "google_vmwareengine_private_cloud",
        "stands in a network of its own",
    ),
    ("google_workbench_instance", "is an instance in a network"),
    (
        "google_workstations_workstation_cluster",
        "stands in a subnet",
    ),
];

/// Types that tell of networks by their names and have no say in who reaches whom: translation towards the internet, access
/// rights, health checks, names, and projects that share a network, which changes nothing of it.
const HARMLESS: &[&str] = &[
    "google_compute_router_nat",
    "google_compute_router_nat_address",
    "google_compute_router_interface",
    "google_compute_shared_vpc_host_project",
    "google_compute_shared_vpc_service_project",
    "google_compute_subnetwork_iam_binding",
    "google_compute_subnetwork_iam_member",
    "google_compute_subnetwork_iam_policy",
    "google_compute_network_endpoint",
    "google_compute_network_firewall_policy_packet_mirroring_rule",
    "google_compute_network_endpoints",
    "google_compute_global_network_endpoint",
    "google_compute_global_network_endpoint_group",
    "google_compute_region_network_endpoint_group",
    "google_compute_networks",
    "google_compute_subnetworks",
    "google_service_networking_peered_dns_domain",
    "google_network_management_connectivity_test",
];

/// Parts of names that tell of networks: a type that is in none of the lists and has one of them is a gap.
const SUSPECT: &[&str] = &[
    "_vpc",
    "vpn",
    "subnet",
    "firewall",
    "peering",
    "interconnect",
    "network_attachment",
    "network_connectivity",
    "network_security",
    "network_services_",
    "private_connection",
    "vmwareengine",
    "google_compute_network",
    "google_compute_router",
];

/// Attributes that name subnets, networks or what filters there: a type that no list knows and that sets one is a gap.
const NAMES: &[&str] = &[
    "network",
    "subnetwork",
    "subnetworks",
    "private_network",
    "authorized_network",
    "vpc_network",
    "network_interface",
    "network_attachment",
];

/// Types that name networks for other ends than to carry packets: names, access, tests.
const NAMING: &[&str] = &[
    "google_access_context_manager",
    "google_dns",
    "google_network_management",
    "google_tags",
];

/// What is said of types that no family models.
pub const TYPES: TypeLists = TypeLists {
    is_own: |kind| kind.starts_with("google_"),
    gaps: GAPS,
    channels: CHANNELS,
    templates: &TEMPLATES,
    harmless: HARMLESS,
    suspect: SUSPECT,
    access: &["_iam_"],
    naming: NAMING,
    attributes: NAMES,
};

/// All types that are not modelled.
#[must_use]
pub fn family() -> Family<AtRest> {
    Family::without_types(|lowering| lowering.note_types(&TYPES))
}
