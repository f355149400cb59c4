//! Interfaces of network services: resolvers, Client VPN.

use crate::ingest::aws::placement::{Placement, SERVICE};

/// The types.
pub const PLACEMENTS: &[Placement] = &[
    Placement {
        kind: "aws_route53_resolver_endpoint",
        noun: "resolver endpoint",
        subnets: &["ip_address.subnet_id"],
        groups: &["security_group_ids"],
        ..SERVICE
    },
    Placement {
        kind: "aws_elb",
        noun: "load balancer",
        subnets: &["subnets"],
        groups: &["security_groups"],
        ..SERVICE
    },
    Placement {
        kind: "aws_ec2_instance_connect_endpoint",
        noun: "instance connect endpoint",
        subnets: &["subnet_id"],
        groups: &["security_group_ids"],
        ..SERVICE
    },
];
