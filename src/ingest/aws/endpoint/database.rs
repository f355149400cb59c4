//! Databases: RDS, Aurora, DocumentDB, Neptune, and what stands before them. They only answer; a replication instance also asks.

use crate::ingest::aws::placement::{DATA, Placement, SERVICE};

const GROUPS: &[&str] = &["vpc_security_group_ids"];
const SUBNET_GROUP: Option<(&str, &str)> = Some(("db_subnet_group_name", "aws_db_subnet_group"));
const CLUSTER: Placement = Placement {
    noun: "database cluster",
    groups: GROUPS,
    ..DATA
};
const INSTANCE: Placement = Placement {
    noun: "database instance",
    ..CLUSTER
};

/// The types.
pub const PLACEMENTS: &[Placement] = &[
    Placement {
        kind: "aws_db_instance",
        subnet_group: SUBNET_GROUP,
        parent: Some(("replicate_source_db", "aws_db_instance")),
        ..INSTANCE
    },
    Placement {
        kind: "aws_rds_cluster",
        subnet_group: SUBNET_GROUP,
        ..CLUSTER
    },
    Placement {
        kind: "aws_rds_cluster_instance",
        subnet_group: SUBNET_GROUP,
        parent: Some(("cluster_identifier", "aws_rds_cluster")),
        ..INSTANCE
    },
    Placement {
        kind: "aws_docdb_cluster",
        subnet_group: Some(("db_subnet_group_name", "aws_docdb_subnet_group")),
        ..CLUSTER
    },
    Placement {
        kind: "aws_docdb_cluster_instance",
        subnet_group: Some(("db_subnet_group_name", "aws_docdb_subnet_group")),
        parent: Some(("cluster_identifier", "aws_docdb_cluster")),
        ..INSTANCE
    },
    Placement {
        kind: "aws_docdbelastic_cluster",
        subnets: &["subnet_ids"],
        ..CLUSTER
    },
    Placement {
        kind: "aws_neptune_cluster",
        subnet_group: Some(("neptune_subnet_group_name", "aws_neptune_subnet_group")),
        ..CLUSTER
    },
    Placement {
        kind: "aws_neptune_cluster_instance",
        subnet_group: Some(("neptune_subnet_group_name", "aws_neptune_subnet_group")),
        parent: Some(("cluster_identifier", "aws_neptune_cluster")),
        ..INSTANCE
    },
    Placement {
        kind: "aws_db_proxy",
        noun: "database proxy",
        subnets: &["vpc_subnet_ids"],
        groups: GROUPS,
        ..DATA
    },
    Placement {
        kind: "aws_dms_replication_instance",
        noun: "replication instance",
        subnet_group: Some((
            "replication_subnet_group_id",
            "aws_dms_replication_subnet_group",
        )),
        groups: GROUPS,
        addresses: &["replication_instance_private_ips"],
        ..SERVICE
    },
];
