//! What becomes of each resource type: modelled, a gap, or of no bearing on who can reach whom.

use super::channel::CHANNELS;
use super::template::TEMPLATES;
use crate::ingest::aws::stage::AtRest;
use crate::ingest::lowering::{Family, TypeLists};

/// Types that are not modelled although they may bear on reachability, each with what it does.
const GAPS: &[(&str, &str)] = &[
    (
        "aws_cloudformation_stack",
        "may make resources that the plan does not show",
    ),
    (
        "aws_cloudformation_stack_set",
        "may make resources that the plan does not show",
    ),
    (
        "aws_cloudformation_stack_set_instance",
        "may make resources that the plan does not show",
    ),
    (
        "aws_cloudcontrolapi_resource",
        "may be any resource, of which the plan shows a text",
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
    (
        "aws_serverlessapplicationrepository_cloudformation_stack",
        "may make resources that the plan does not show",
    ),
    (
        "aws_servicecatalog_provisioned_product",
        "may make resources that the plan does not show",
    ),
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
    "aws_vpc_security_group_rules_exclusive",
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
    "awscc_ec2_eip",
    "awscc_ec2_flow_log",
    "awscc_ec2_vpcdhcp_options_association",
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

/// Types that name networks for other ends than to carry packets: names, access, addresses.
const NAMING: &[&str] = &["aws_route53", "aws_service_discovery", "aws_ram_"];

/// What is said of types that no family models.
pub const TYPES: TypeLists = TypeLists {
    is_own: |kind| kind.starts_with("aws_") || kind.starts_with("awscc_"),
    gaps: GAPS,
    channels: CHANNELS,
    templates: &TEMPLATES,
    harmless: HARMLESS,
    suspect: SUSPECT,
    access: &[],
    naming: NAMING,
    attributes: NAMES,
};

/// All types that are not modelled.
#[must_use]
pub fn family() -> Family<AtRest> {
    Family::without_types(|lowering| lowering.note_types(&TYPES))
}
