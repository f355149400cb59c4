//! Further channels across borders that no route tells of: VPC Lattice, Cloud WAN, shared subnets. Each is a gap that names
//! what it joins. Source: VPC Lattice user guide, "How VPC Lattice works"; Cloud WAN user guide, "What is AWS Cloud WAN";
//! VPC user guide, "Share your VPC subnets with other accounts".

use super::lowering::{Attribute, Lowering};
use crate::ingest::aws::stage::{AtRest, Subnets};
use crate::ingest::lowering::{Channel, Family};
use crate::ingest::terraform::{Mode, NamedBy, Resource, ResourceFamily};
use crate::model::GapKind;

/// All of them.
pub const CHANNELS: &[Channel] = &[
    Channel::new(
        "aws_vpclattice_service_network_vpc_association",
        "VPC Lattice",
        "vpc_identifier",
        "service_network_identifier",
    ),
    Channel::new(
        "aws_vpclattice_service_network_service_association",
        "VPC Lattice",
        "service_identifier",
        "service_network_identifier",
    ),
    Channel::new(
        "aws_vpclattice_service_network_resource_association",
        "VPC Lattice",
        "resource_configuration_identifier",
        "service_network_identifier",
    ),
    Channel::new(
        "aws_vpclattice_target_group",
        "VPC Lattice",
        "config.vpc_identifier",
        "",
    ),
    Channel::new(
        "aws_vpclattice_target_group_attachment",
        "VPC Lattice",
        "target.id",
        "target_group_identifier",
    ),
    Channel::new(
        "aws_vpclattice_resource_gateway",
        "VPC Lattice",
        "vpc_id",
        "",
    ),
    Channel::new(
        "aws_vpclattice_resource_configuration",
        "VPC Lattice",
        "resource_gateway_identifier",
        "",
    ),
    Channel::new("aws_vpclattice_service", "VPC Lattice", "", ""),
    Channel::new(
        "aws_networkmanager_vpc_attachment",
        "Cloud WAN",
        "vpc_arn",
        "core_network_id",
    ),
    Channel::new(
        "aws_networkmanager_core_network",
        "Cloud WAN",
        "",
        "global_network_id",
    ),
    Channel::new(
        "aws_networkmanager_core_network_policy_attachment",
        "Cloud WAN",
        "core_network_id",
        "",
    ),
    Channel::new(
        "aws_networkmanager_site_to_site_vpn_attachment",
        "Cloud WAN",
        "vpn_connection_arn",
        "core_network_id",
    ),
    Channel::new(
        "aws_networkmanager_dx_gateway_attachment",
        "Cloud WAN",
        "direct_connect_gateway_arn",
        "core_network_id",
    ),
    Channel::new(
        "aws_networkmanager_connect_attachment",
        "Cloud WAN",
        "transport_attachment_id",
        "core_network_id",
    ),
    Channel::new(
        "aws_networkmanager_transit_gateway_peering",
        "Cloud WAN",
        "transit_gateway_arn",
        "core_network_id",
    ),
    Channel::new(
        "aws_networkmanager_transit_gateway_route_table_attachment",
        "Cloud WAN",
        "transit_gateway_route_table_arn",
        "peering_id",
    ),
    Channel::new(
        "aws_vpc_endpoint_connection_accepter",
        "PrivateLink",
        "vpc_endpoint_service_id",
        "vpc_endpoint_id",
    ),
    Channel::new(
        "aws_vpc_endpoint_service_allowed_principal",
        "PrivateLink",
        "vpc_endpoint_service_id",
        "principal_arn",
    ),
    Channel::new(
        "aws_msk_vpc_connection",
        "PrivateLink",
        "vpc_id",
        "target_cluster_arn",
    ),
    Channel::new(
        "aws_opensearch_vpc_endpoint",
        "PrivateLink",
        "vpc_options.subnet_ids",
        "domain_arn",
    ),
    Channel::new(
        "aws_elasticsearch_vpc_endpoint",
        "PrivateLink",
        "vpc_options.subnet_ids",
        "domain_arn",
    ),
    Channel::new(
        "aws_redshift_endpoint_access",
        "PrivateLink",
        "subnet_group_name",
        "cluster_identifier",
    ),
    Channel::new(
        "aws_redshiftserverless_endpoint_access",
        "PrivateLink",
        "subnet_ids",
        "workgroup_name",
    ),
    Channel::new("aws_api_gateway_vpc_link", "API Gateway", "target_arns", ""),
    Channel::new("aws_apigatewayv2_vpc_link", "API Gateway", "subnet_ids", ""),
    Channel::new(
        "aws_globalaccelerator_endpoint_group",
        "Global Accelerator",
        "endpoint_configuration.endpoint_id",
        "listener_arn",
    ),
    Channel::new(
        "aws_ec2_client_vpn_network_association",
        "Client VPN",
        "subnet_id",
        "client_vpn_endpoint_id",
    ),
    Channel::new(
        "aws_verifiedaccess_endpoint",
        "Verified Access",
        "load_balancer_options.subnet_ids",
        "verified_access_group_id",
    ),
    Channel::new(
        "aws_cloudfront_vpc_origin",
        "CloudFront",
        "vpc_origin_endpoint_config.arn",
        "",
    ),
    Channel::new(
        "aws_ram_resource_association",
        "Resource Access Manager",
        "resource_arn",
        "resource_share_arn",
    ),
];

/// Further channels.
#[must_use]
pub fn family() -> Family<AtRest> {
    Family {
        resources: ResourceFamily {
            references: vec![NamedBy::new(
                &["aws_ram_resource_share"],
                &["resource_share_arn"],
            )],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Enters a gap for each.
fn lower(lowering: &mut Lowering<AtRest>) {
    let graph = lowering.graph;
    for channel in CHANNELS {
        for (_, resource) in graph
            .of(channel.kind)
            .filter(|(_, resource)| resource.mode == Mode::Managed)
        {
            match channel.kind {
                "aws_ram_resource_association" => share(lowering, resource),
                _ => lowering.note_channel(resource, channel),
            }
        }
    }
}

/// A share matters here where it shares a subnet: other accounts then place things in the owner's network.
fn share(lowering: &mut Lowering<AtRest>, resource: &Resource) {
    let at = Attribute::of(resource, "resource_arn");
    let links = lowering.graph.follow(at.value, &[]);
    let subnets: Vec<_> = links
        .targets
        .iter()
        .filter_map(|target| lowering.seen::<Subnets>().of.get(&target.resource).copied())
        .collect();
    let text = at.value.text().unwrap_or_default();
    if subnets.is_empty() && !text.contains(":subnet/") {
        return;
    }
    let names: Vec<String> = subnets
        .iter()
        .map(|subnet| format!("`{}`", lowering.world.subnets[*subnet].name))
        .collect();
    let names = if names.is_empty() {
        format!("`{text}`")
    } else {
        names.join(", ")
    };
    let what =
        format!("{names} is shared with other accounts: what they place in it is not in the input");
    lowering
        .world
        .doubt(GapKind::NotInInput, what, Some(resource.origin.clone()));
}
