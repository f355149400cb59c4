//! The table for AWS (provider `hashicorp/aws`, argument and attribute references of each resource).

use super::Class;

const fn class(kinds: &'static [&'static str], attributes: &'static [&'static str]) -> Class {
    Class {
        kinds,
        brought: &[],
        attributes,
    }
}

const fn with(brought: &'static [(&'static str, &'static str)], class: Class) -> Class {
    Class { brought, ..class }
}

/// The classes. An attribute belongs to the first class that lists it.
pub const CLASSES: &[Class] = &[
    class(
        &["aws_vpc", "aws_default_vpc", "aws_vpcs"],
        &[
            "vpc_id",
            "peer_vpc_id",
            "requester_vpc_id",
            "accepter_vpc_id",
            "vpc_identifier",
            "vpc_arn",
            "primary_vpc_id",
        ],
    ),
    class(
        &[
            "aws_subnet",
            "aws_default_subnet",
            "aws_subnets",
            "aws_subnet_ids",
        ],
        &[
            "subnet_id",
            "subnet_ids",
            "subnets",
            "vpc_zone_identifier",
            "private_subnet_ids",
            "public_subnet_ids",
            "client_subnets",
            "subnet_arns",
            "associated_subnet_ids",
        ],
    ),
    with(
        &[
            ("aws_vpc", "default_security_group_id"),
            ("aws_eks_cluster", "vpc_config.cluster_security_group_id"),
        ],
        class(
            &[
                "aws_security_group",
                "aws_default_security_group",
                "aws_security_groups",
            ],
            &[
                "security_group_id",
                "security_group_ids",
                "security_groups",
                "vpc_security_group_ids",
                "source_security_group_id",
                "source_security_group_ids",
                "referenced_security_group_id",
                "cluster_security_group_id",
                "default_security_group_id",
                "additional_security_group_ids",
            ],
        ),
    ),
    with(
        &[
            ("aws_vpc", "main_route_table_id"),
            ("aws_vpc", "default_route_table_id"),
        ],
        class(
            &[
                "aws_route_table",
                "aws_default_route_table",
                "aws_route_tables",
            ],
            &[
                "route_table_id",
                "route_table_ids",
                "default_route_table_id",
                "main_route_table_id",
            ],
        ),
    ),
    with(
        &[("aws_vpc", "default_network_acl_id")],
        class(
            &[
                "aws_network_acl",
                "aws_default_network_acl",
                "aws_network_acls",
            ],
            &["network_acl_id", "default_network_acl_id"],
        ),
    ),
    class(
        &[
            "aws_vpc_peering_connection",
            "aws_vpc_peering_connection_accepter",
            "aws_vpc_peering_connection_options",
            "aws_vpc_peering_connections",
        ],
        &["vpc_peering_connection_id"],
    ),
    class(
        &["aws_nat_gateway", "aws_nat_gateways"],
        &["nat_gateway_id"],
    ),
    class(
        &["aws_egress_only_internet_gateway"],
        &["egress_only_gateway_id"],
    ),
    class(&["aws_ec2_carrier_gateway"], &["carrier_gateway_id"]),
    class(&["aws_ec2_local_gateway"], &["local_gateway_id"]),
    class(&["aws_customer_gateway"], &["customer_gateway_id"]),
    class(
        &["aws_vpn_gateway", "aws_vpn_gateway_attachment"],
        &["vpn_gateway_id", "propagating_vgws"],
    ),
    class(&["aws_dx_gateway"], &["dx_gateway_id"]),
    class(
        &["aws_ec2_transit_gateway"],
        &["peer_transit_gateway_id", "transit_gateway_id"],
    ),
    class(
        &["aws_ec2_transit_gateway", "aws_vpn_gateway"],
        &["associated_gateway_id"],
    ),
    class(&["aws_internet_gateway"], &["internet_gateway_id"]),
    class(
        &[
            "aws_internet_gateway",
            "aws_vpn_gateway",
            "aws_nat_gateway",
            "aws_vpc_endpoint",
            "aws_ec2_carrier_gateway",
        ],
        &["gateway_id"],
    ),
    with(
        &[("aws_vpn_connection", "transit_gateway_attachment_id")],
        class(
            &[
                "aws_ec2_transit_gateway_vpc_attachment",
                "aws_ec2_transit_gateway_peering_attachment",
                "aws_ec2_transit_gateway_connect",
                "aws_dx_gateway_association",
                "aws_ec2_transit_gateway_vpc_attachment_accepter",
                "aws_ec2_transit_gateway_peering_attachment_accepter",
                "aws_ec2_transit_gateway_attachment",
                "aws_ec2_transit_gateway_vpn_attachment",
                "aws_ec2_transit_gateway_dx_gateway_attachment",
                "aws_ec2_transit_gateway_vpc_attachments",
            ],
            &["transit_gateway_attachment_id", "transport_attachment_id"],
        ),
    ),
    with(
        &[
            (
                "aws_ec2_transit_gateway",
                "association_default_route_table_id",
            ),
            (
                "aws_ec2_transit_gateway",
                "propagation_default_route_table_id",
            ),
        ],
        class(
            &[
                "aws_ec2_transit_gateway_route_table",
                "aws_ec2_transit_gateway_route_tables",
            ],
            &[
                "transit_gateway_route_table_id",
                "association_default_route_table_id",
                "propagation_default_route_table_id",
            ],
        ),
    ),
    class(
        &[
            "aws_ec2_managed_prefix_list",
            "aws_prefix_list",
            "aws_ec2_managed_prefix_lists",
        ],
        &[
            "prefix_list_id",
            "prefix_list_ids",
            "destination_prefix_list_id",
        ],
    ),
    with(
        &[
            ("aws_instance", "primary_network_interface_id"),
            ("aws_nat_gateway", "network_interface_id"),
        ],
        class(
            &["aws_network_interface", "aws_network_interfaces"],
            &["network_interface_id", "network_interface_ids"],
        ),
    ),
    class(
        &["aws_instance", "aws_spot_instance_request", "aws_instances"],
        &["instance_id"],
    ),
    class(
        &["aws_instance", "aws_lb", "aws_alb", "aws_lambda_function"],
        &["target_id"],
    ),
    class(&["aws_vpc_endpoint"], &["vpc_endpoint_id"]),
    with(
        &[("aws_vpc_endpoint_service", "service_name")],
        class(
            &["aws_vpc_endpoint_service"],
            &["service_name", "vpc_endpoint_service_id"],
        ),
    ),
    class(&["aws_eip"], &["allocation_id"]),
    class(&["aws_vpc_dhcp_options"], &["dhcp_options_id"]),
    with(
        &[
            ("aws_eks_cluster", "endpoint"),
            ("aws_eks_cluster", "certificate_authority"),
            ("aws_eks_cluster", "certificate_authority.data"),
        ],
        class(&["aws_eks_cluster"], &["cluster_name"]),
    ),
    class(&["aws_ecs_cluster"], &["cluster"]),
    class(
        &["aws_launch_template"],
        &[
            "launch_template_id",
            "launch_template.id",
            "launch_template.name",
            "launch_template_specification.launch_template_id",
        ],
    ),
    class(&["aws_launch_configuration"], &["launch_configuration"]),
    class(&["aws_autoscaling_group"], &["autoscaling_group_name"]),
    class(&["aws_db_subnet_group"], &["db_subnet_group_name"]),
    class(
        &["aws_redshift_subnet_group"],
        &["cluster_subnet_group_name"],
    ),
    class(
        &[
            "aws_elasticache_subnet_group",
            "aws_memorydb_subnet_group",
            "aws_dax_subnet_group",
        ],
        &["subnet_group_name"],
    ),
    class(
        &[
            "aws_rds_cluster",
            "aws_docdb_cluster",
            "aws_neptune_cluster",
        ],
        &["cluster_identifier"],
    ),
    class(
        &["aws_lb", "aws_alb"],
        &[
            "load_balancer_arn",
            "load_balancer_arns",
            "network_load_balancer_arns",
            "gateway_load_balancer_arns",
        ],
    ),
    class(
        &["aws_lb_target_group", "aws_alb_target_group"],
        &[
            "target_group_arn",
            "target_group_arns",
            "lb_target_group_arn",
            "alb_target_group_arn",
        ],
    ),
    class(
        &["aws_lb_target_group", "aws_alb_target_group", "aws_elb"],
        &["traffic_source.identifier"],
    ),
    class(&["aws_elb"], &["load_balancers", "elb"]),
    class(&["aws_ram_resource_share"], &["resource_share_arn"]),
    class(
        &["aws_vpclattice_service_network"],
        &["service_network_identifier", "service_network_arn"],
    ),
    class(&["aws_vpclattice_service"], &["service_identifier"]),
    class(
        &["aws_vpclattice_target_group"],
        &["target_group_identifier"],
    ),
    class(
        &["aws_vpclattice_resource_gateway"],
        &["resource_gateway_identifier"],
    ),
    class(
        &["aws_vpclattice_resource_configuration"],
        &[
            "resource_configuration_identifier",
            "resource_configuration_group_id",
            "resource_configuration_arn",
        ],
    ),
    class(
        &["aws_ec2_client_vpn_endpoint"],
        &["client_vpn_endpoint_id"],
    ),
    class(
        &["aws_networkmanager_core_network"],
        &["core_network_id", "core_network_arn"],
    ),
];
