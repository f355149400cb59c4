//! What becomes of each resource type: modelled, a gap, or of no bearing on who can reach whom.

use super::channel::CHANNELS;
use super::endpoint::PLACEMENTS;
use super::lowering::Lowering;
use crate::ingest::lowering::{Standing, is_channel};

/// Types that are lowered beside the placements and channels.
const MODELLED: &[&str] = &[
    "aws_alb",
    "aws_alb_target_group_attachment",
    "aws_autoscaling_group",
    "aws_autoscaling_traffic_source_attachment",
    "aws_customer_gateway",
    "aws_db_subnet_group",
    "aws_dax_subnet_group",
    "aws_default_network_acl",
    "aws_default_route_table",
    "aws_default_security_group",
    "aws_default_subnet",
    "aws_default_vpc",
    "aws_dms_replication_subnet_group",
    "aws_docdb_subnet_group",
    "aws_dx_gateway",
    "aws_dx_gateway_association",
    "aws_ec2_managed_prefix_list",
    "aws_ec2_managed_prefix_list_entry",
    "aws_ec2_transit_gateway",
    "aws_ec2_transit_gateway_connect",
    "aws_ec2_transit_gateway_default_route_table_association",
    "aws_ec2_transit_gateway_default_route_table_propagation",
    "aws_ec2_transit_gateway_dx_gateway_attachment",
    "aws_ec2_transit_gateway_peering_attachment",
    "aws_ec2_transit_gateway_peering_attachment_accepter",
    "aws_ec2_transit_gateway_prefix_list_reference",
    "aws_ec2_transit_gateway_route",
    "aws_ec2_transit_gateway_route_table",
    "aws_ec2_transit_gateway_route_table_association",
    "aws_ec2_transit_gateway_route_table_propagation",
    "aws_ec2_transit_gateway_vpc_attachment",
    "aws_ec2_transit_gateway_vpc_attachment_accepter",
    "aws_ec2_transit_gateway_vpn_attachment",
    "aws_egress_only_internet_gateway",
    "aws_eks_addon",
    "aws_eks_cluster",
    "aws_eks_fargate_profile",
    "aws_eks_node_group",
    "aws_elasticache_subnet_group",
    "aws_elb_attachment",
    "aws_instance",
    "aws_internet_gateway",
    "aws_launch_configuration",
    "aws_launch_template",
    "aws_lb",
    "aws_lb_target_group_attachment",
    "aws_autoscaling_attachment",
    "aws_lb_listener",
    "aws_lb_listener_rule",
    "aws_alb_listener_rule",
    "aws_alb_listener",
    "aws_lb_target_group",
    "aws_alb_target_group",
    "aws_main_route_table_association",
    "aws_memorydb_subnet_group",
    "aws_nat_gateway",
    "aws_neptune_subnet_group",
    "aws_network_acl",
    "aws_network_acl_association",
    "aws_network_acl_rule",
    "aws_network_interface",
    "aws_network_interface_attachment",
    "aws_network_interface_sg_attachment",
    "aws_prefix_list",
    "aws_redshift_subnet_group",
    "aws_route",
    "aws_route_table",
    "aws_route_table_association",
    "aws_security_group",
    "aws_security_group_rule",
    "aws_subnet",
    "aws_subnet_ids",
    "aws_subnets",
    "aws_vpc",
    "aws_vpc_endpoint",
    "aws_vpc_endpoint_service",
    "aws_vpc_endpoint_subnet_association",
    "aws_vpc_endpoint_security_group_association",
    "aws_vpc_ipv4_cidr_block_association",
    "aws_vpc_ipv6_cidr_block_association",
    "aws_vpc_peering_connection",
    "aws_vpc_peering_connection_accepter",
    "aws_vpc_peering_connection_options",
    "aws_vpc_security_group_egress_rule",
    "aws_vpc_security_group_ingress_rule",
    "aws_vpn_connection",
    "aws_vpn_gateway",
    "aws_vpn_gateway_attachment",
    "aws_vpn_gateway_route_propagation",
];

/// Types that are not modelled although they may bear on reachability, each with what it does.
const GAPS: &[(&str, &str)] = &[
    (
        "aws_cloudformation_stack",
        "may make resources that the plan does not show",
    ),
    (
        "aws_cloudformation_stack_set_instance",
        "may make resources that the plan does not show",
    ),
    ("aws_cloudhsm_v2_cluster", "stands in subnets"),
    ("aws_datasync_agent", "may stand in subnets"),
    (
        "aws_db_security_group",
        "filters traffic to databases outside of a VPC",
    ),
    (
        "aws_directory_service_directory",
        "stands in subnets with a group of its own",
    ),
    ("aws_dms_replication_config", "stands in subnets"),
    ("aws_ec2_client_vpn_endpoint", "lets clients into subnets"),
    ("aws_ec2_fleet", "makes instances"),
    (
        "aws_ec2_transit_gateway_policy_table",
        "chooses route tables by other things than the destination",
    ),
    (
        "aws_elastic_beanstalk_environment",
        "makes instances and load balancers",
    ),
    (
        "aws_elasticache_security_group",
        "filters traffic to caches outside of a VPC",
    ),
    (
        "aws_networkfirewall_firewall",
        "filters what routes lead through it",
    ),
    (
        "aws_networkfirewall_firewall_policy",
        "filters what routes lead through a firewall",
    ),
    (
        "aws_networkfirewall_rule_group",
        "filters what routes lead through a firewall",
    ),
    ("aws_opsworks_instance", "makes instances"),
    (
        "aws_redshift_security_group",
        "filters traffic to warehouses outside of a VPC",
    ),
    ("aws_sagemaker_domain", "may stand in subnets"),
    ("aws_spot_fleet_request", "makes instances"),
    ("aws_timestreaminfluxdb_db_instance", "stands in subnets"),
    ("aws_workspaces_directory", "places desktops in subnets"),
    ("aws_workspaces_workspace", "stands in a subnet"),
];

/// Types whose names sound of networks and that carry and filter nothing between private addresses.
const HARMLESS: &[&str] = &[
    "aws_flow_log",
    "aws_eip",
    "aws_lambda_alias",
    "aws_db_proxy_endpoint",
    "aws_dms_endpoint",
    "aws_eip_association",
    "aws_ec2_network_insights_analysis",
    "aws_ec2_network_insights_path",
    "aws_internet_gateway_attachment",
    "aws_networkfirewall_logging_configuration",
    "aws_networkmanager_global_network",
    "aws_networkmanager_site",
    "aws_networkmanager_device",
    "aws_vpc_dhcp_options",
    "aws_vpc_security_group_vpc_association",
    "aws_vpc_dhcp_options_association",
    "aws_vpc_endpoint_policy",
    "aws_vpc_endpoint_route_table_association",
    "aws_vpc_endpoint_private_dns",
    "aws_vpc_endpoint_connection_notification",
    "aws_vpc_block_public_access_options",
    "aws_vpc_block_public_access_exclusion",
    "aws_subnet_cidr_reservation",
    "aws_ec2_subnet_cidr_reservation",
    "aws_vpc_ipam",
    "aws_vpc_ipam_pool",
    "aws_vpc_ipam_pool_cidr",
    "aws_vpc_ipam_scope",
    "aws_vpc_network_performance_metric_subscription",
    "aws_network_interface_permission",
    "aws_vpcs",
    "aws_security_groups",
    "aws_network_interfaces",
    "aws_route_tables",
    "aws_vpc_ipam_preview_next_cidr",
    "aws_networkmanager_core_network_policy_document",
];

/// Parts of names that tell of networks: a type that is in none of the lists and has one of them is a gap.
const SUSPECT: &[&str] = &[
    "_vpc",
    "subnet",
    "security_group",
    "network_acl",
    "route_table",
    "route_server",
    "transit_gateway",
    "local_gateway",
    "carrier_gateway",
    "nat_gateway",
    "vpn_",
    "_vpn",
    "peering",
    "network_interface",
    "networkfirewall",
    "networkmanager",
    "vpclattice",
    "verifiedaccess",
    "_dx_gateway",
    "network_fabric",
];

/// Attributes that name subnets, networks or what filters there: a type that no list knows and that sets one is a gap.
const NAMES: &[&str] = &[
    "subnet_id",
    "subnet_ids",
    "subnets",
    "vpc_subnet_ids",
    "subnet_mapping",
    "subnet_group_name",
    "security_group_id",
    "security_group_ids",
    "security_groups",
    "vpc_security_group_ids",
    "vpc_config",
    "vpc_configuration",
    "network_interface_id",
    "network_interface_ids",
];

/// What becomes of a resource type.
#[must_use]
pub fn standing(kind: &str) -> Standing {
    let placed = PLACEMENTS
        .iter()
        .copied()
        .flatten()
        .any(|placement| placement.kind == kind);
    if placed || MODELLED.contains(&kind) {
        return Standing::Modelled;
    }
    if HARMLESS.contains(&kind) {
        return Standing::Irrelevant;
    }
    let named = is_channel(CHANNELS, kind) || GAPS.iter().any(|(own, _)| *own == kind);
    let suspect = kind.starts_with("aws_") && SUSPECT.iter().any(|part| kind.contains(part));
    if named || suspect {
        Standing::Gap
    } else {
        Standing::Irrelevant
    }
}

/// Enters a gap for each managed resource that is not modelled and may bear on reachability.
pub fn lower(lowering: &mut Lowering) {
    lowering.note_not_modelled(
        |kind| standing(kind) == Standing::Gap && !is_channel(CHANNELS, kind),
        GAPS,
    );
    lowering.note_by_shape("aws_", NAMES, |kind| {
        HARMLESS.contains(&kind) || standing(kind) != Standing::Irrelevant
    });
}
