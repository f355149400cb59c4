//! Amazon Web Services: resources of a [`Graph`] lowered into networks, filters, borders and endpoints.
//!
//! One file for each resource family; `families` holds them, by the stage to which each belongs.

mod address_target;
mod attachment;
mod base64;
mod channel;
mod client_vpn;
mod cloud_wan;
pub mod eks;
mod endpoint;
mod host_service;
mod instance;
mod instance_metadata;
pub mod launch_template;
mod load_balancer;
mod lowering;
mod named_subnet;
mod nat64;
mod nat_gateway;
mod network_acl;
mod on_demand;
mod outer_network;
mod owner;
mod packets;
mod peering;
mod placement;
mod prefix_list;
mod relay_service;
mod resource_gateway;
mod resource_type;
mod route;
mod route_table;
mod security_group;
mod security_group_rule;
mod stage;
mod subnet;
mod template;
mod transit_gateway;
mod vpc;
mod vpc_endpoint;

pub use attachment::{AttachmentSpec, Groups};
pub use base64::decoded as decoded_base64;
pub use instance_metadata::{LAUNCHED, MetadataOptions, Otherwise, Setting as MetadataSetting};
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
        networks: vec![vpc::family()],
        prefix_lists: vec![prefix_list::family()],
        subnets: vec![subnet::family()],
        security_groups: vec![security_group::family()],
        filters: vec![security_group_rule::family(), network_acl::family()],
        endpoints: vec![
            instance::family(),
            load_balancer::family(),
            vpc_endpoint::family(),
            endpoint::family(),
            nat_gateway::family(),
            resource_gateway::family(),
        ],
        borders: vec![
            peering::family(),
            outer_network::family(),
            transit_gateway::family(),
            cloud_wan::family(),
            client_vpn::family(),
        ],
        routes: vec![route_table::family()],
        rest: vec![
            relay_service::family(),
            nat64::family(),
            address_target::family(),
            channel::family(),
            resource_type::family(),
            host_service::family(),
        ],
    }
}

/// Beginnings of types that have neither an address nor a say in who may reach one.
const LEFT_OUT: &[&str] = &[
    "aws_acm",
    "aws_api_gateway_method",
    "aws_api_gateway_resource",
    "aws_appautoscaling",
    "aws_athena",
    "aws_backup",
    "aws_budgets",
    "aws_cloudfront",
    "aws_cloudtrail",
    "aws_cloudwatch",
    "aws_codecommit",
    "aws_cognito",
    "aws_config_",
    "aws_dynamodb",
    "aws_ecr",
    "aws_glue_catalog",
    "aws_guardduty",
    "aws_iam",
    "aws_inspector",
    "aws_kinesis_stream",
    "aws_kinesis_video",
    "aws_kms",
    "aws_lambda_permission",
    "aws_partition",
    "aws_s3",
    "aws_secretsmanager",
    "aws_securityhub",
    "aws_sns",
    "aws_sqs",
    "aws_ssm",
    "aws_waf",
];

/// What the reader of plans knows of AWS's resource types.
#[must_use]
pub fn resource_types() -> ProviderTypes {
    let mut families = families().resource_types();
    families.push(eks::resources());
    ProviderTypes {
        fronts: &["aws", "awscc"],
        left_out: LEFT_OUT,
        families,
    }
}

/// Lowers every AWS resource of the graph into the world, and tells which resource became what.
pub fn lower(graph: &Graph, world: &mut World) -> Lowered {
    families().lower(graph, world, At::default())
}
