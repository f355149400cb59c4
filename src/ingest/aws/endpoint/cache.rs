//! Caches: ElastiCache, MemoryDB, DAX.

use crate::ingest::aws::placement::{DATA, Placement};

const ELASTICACHE: Placement = Placement {
    noun: "cache",
    subnet_group: Some(("subnet_group_name", "aws_elasticache_subnet_group")),
    groups: &["security_group_ids"],
    ..DATA
};

/// The types.
pub const PLACEMENTS: &[Placement] = &[
    Placement {
        kind: "aws_elasticache_cluster",
        parent: Some(("replication_group_id", "aws_elasticache_replication_group")),
        ..ELASTICACHE
    },
    Placement {
        kind: "aws_elasticache_replication_group",
        ..ELASTICACHE
    },
    Placement {
        kind: "aws_elasticache_serverless_cache",
        noun: "cache",
        subnets: &["subnet_ids"],
        groups: &["security_group_ids"],
        ..DATA
    },
    Placement {
        kind: "aws_memorydb_cluster",
        subnet_group: Some(("subnet_group_name", "aws_memorydb_subnet_group")),
        ..ELASTICACHE
    },
    Placement {
        kind: "aws_dax_cluster",
        subnet_group: Some(("subnet_group_name", "aws_dax_subnet_group")),
        ..ELASTICACHE
    },
];
