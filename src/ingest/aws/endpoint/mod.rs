//! Resources that hold an address in a subnet, one file for each sort of service.

mod analytics;
mod cache;
mod compute;
mod database;
mod messaging;
mod network;
mod relay;
mod storage;

use super::lowering::Lowering;
use super::placement::{Placement, place};
use crate::ingest::aws::stage::AtEndpoints;
use crate::ingest::lowering::Family;
use crate::ingest::terraform::{Mode, NamedBy, ResourceFamily};

/// All resource types that only differ in the names of their attributes.
const PLACEMENTS: &[&[Placement]] = &[
    database::PLACEMENTS,
    cache::PLACEMENTS,
    analytics::PLACEMENTS,
    messaging::PLACEMENTS,
    storage::PLACEMENTS,
    compute::PLACEMENTS,
    network::PLACEMENTS,
    relay::PLACEMENTS,
];

/// Types that list the subnets of others.
const SUBNET_GROUPS: &[&str] = &[
    "aws_dax_subnet_group",
    "aws_db_subnet_group",
    "aws_dms_replication_subnet_group",
    "aws_docdb_subnet_group",
    "aws_elasticache_subnet_group",
    "aws_memorydb_subnet_group",
    "aws_neptune_subnet_group",
    "aws_redshift_subnet_group",
];

/// Services that put interfaces into the subnets that they are given.
#[must_use]
pub fn family() -> Family<AtEndpoints> {
    Family {
        resources: ResourceFamily {
            types: types(),
            references: vec![
                NamedBy::new(&["aws_ecs_cluster"], &["cluster"]),
                NamedBy::new(&["aws_db_subnet_group"], &["db_subnet_group_name"]),
                NamedBy::new(
                    &["aws_redshift_subnet_group"],
                    &["cluster_subnet_group_name"],
                ),
                NamedBy::new(
                    &[
                        "aws_elasticache_subnet_group",
                        "aws_memorydb_subnet_group",
                        "aws_dax_subnet_group",
                        "aws_redshift_subnet_group",
                    ],
                    &["subnet_group_name"],
                ),
                NamedBy::new(
                    &[
                        "aws_rds_cluster",
                        "aws_docdb_cluster",
                        "aws_neptune_cluster",
                    ],
                    &["cluster_identifier"],
                ),
            ],
            ..ResourceFamily::default()
        },
        lower,
    }
}

fn placements() -> impl Iterator<Item = &'static Placement> {
    PLACEMENTS.iter().copied().flatten()
}

fn types() -> Vec<&'static str> {
    let groups = SUBNET_GROUPS.iter().copied();
    placements()
        .map(|placement| placement.kind)
        .chain(groups)
        .collect()
}

/// Lowers every resource of every placement.
fn lower(lowering: &mut Lowering<AtEndpoints>) {
    let graph = lowering.graph;
    for placement in placements() {
        for (id, resource) in graph
            .of(placement.kind)
            .filter(|(_, resource)| resource.mode == Mode::Managed)
        {
            place(lowering, id, resource, placement);
        }
    }
}
