//! Code that runs in subnets without instances of its own: Lambda, ECS services, Batch, CodeBuild, App Runner.
//!
//! A function's interfaces take no connections, so that nobody goes on from there; a canary runs as a function. Source: AWS
//! Lambda FAQs, "What restrictions apply to AWS Lambda function code": inbound network connections are blocked. A connector
//! of App Runner is for what its services send: App Runner guide, "Enabling VPC access for outgoing traffic".

use crate::ingest::aws::placement::{COMPUTE, PLAIN, Placement, SENDER};

/// The types.
pub const PLACEMENTS: &[Placement] = &[
    Placement {
        kind: "aws_lambda_function",
        noun: "function",
        subnets: &["vpc_config.subnet_ids"],
        groups: &["vpc_config.security_group_ids"],
        optional: true,
        ..SENDER
    },
    Placement {
        kind: "aws_ecs_service",
        noun: "ECS service",
        subnets: &["network_configuration.subnets"],
        groups: &["network_configuration.security_groups"],
        optional: true,
        ..COMPUTE
    },
    Placement {
        kind: "aws_batch_compute_environment",
        noun: "compute environment",
        subnets: &["compute_resources.subnets"],
        groups: &["compute_resources.security_group_ids"],
        optional: true,
        ..COMPUTE
    },
    Placement {
        kind: "aws_codebuild_project",
        noun: "build project",
        subnets: &["vpc_config.subnets"],
        groups: &["vpc_config.security_group_ids"],
        optional: true,
        ..PLAIN
    },
    Placement {
        kind: "aws_apprunner_vpc_connector",
        noun: "App Runner connector",
        subnets: &["subnets"],
        groups: &["security_groups"],
        ..SENDER
    },
    Placement {
        kind: "aws_synthetics_canary",
        noun: "canary",
        subnets: &["vpc_config.subnet_ids"],
        groups: &["vpc_config.security_group_ids"],
        optional: true,
        ..SENDER
    },
    Placement {
        kind: "aws_spot_instance_request",
        noun: "instance",
        subnets: &["subnet_id"],
        groups: &["vpc_security_group_ids", "security_groups"],
        addresses: &["private_ip", "ipv6_addresses"],
        ..COMPUTE
    },
];
