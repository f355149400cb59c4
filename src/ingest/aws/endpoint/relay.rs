//! Interfaces that a service puts into a network of its clients, and by which it leads to what stands in another one
//! ([`crate::ingest::aws::relay_service`]). Sources: RDS user guide, "Working with Amazon RDS Proxy endpoints"; OpenSearch
//! Service guide, "Access Amazon OpenSearch Service using an OpenSearch Service-managed VPC endpoint"; Redshift management
//! guide, "Working with Redshift-managed VPC endpoints"; MSK guide, "Amazon MSK multi-VPC private connectivity".

use crate::ingest::aws::placement::{DATA, Placement};

const WAY_IN: Placement = Placement {
    noun: "interface endpoint",
    ..DATA
};
const SEARCH: Placement = Placement {
    subnets: &["vpc_options.subnet_ids"],
    groups: &["vpc_options.security_group_ids"],
    ..WAY_IN
};

/// The types.
pub const PLACEMENTS: &[Placement] = &[
    Placement {
        kind: "aws_db_proxy_endpoint",
        noun: "database proxy endpoint",
        subnets: &["vpc_subnet_ids"],
        groups: &["vpc_security_group_ids"],
        ..DATA
    },
    Placement {
        kind: "aws_opensearch_vpc_endpoint",
        ..SEARCH
    },
    Placement {
        kind: "aws_elasticsearch_vpc_endpoint",
        ..SEARCH
    },
    Placement {
        kind: "aws_opensearchserverless_vpc_endpoint",
        subnets: &["subnet_ids"],
        groups: &["security_group_ids"],
        ..WAY_IN
    },
    Placement {
        kind: "aws_msk_vpc_connection",
        subnets: &["client_subnets"],
        groups: &["security_groups"],
        ..WAY_IN
    },
    Placement {
        kind: "aws_redshift_endpoint_access",
        subnet_group: Some(("subnet_group_name", "aws_redshift_subnet_group")),
        groups: &["vpc_security_group_ids"],
        ..WAY_IN
    },
    Placement {
        kind: "aws_redshiftserverless_endpoint_access",
        subnets: &["subnet_ids"],
        groups: &["vpc_security_group_ids"],
        ..WAY_IN
    },
];
