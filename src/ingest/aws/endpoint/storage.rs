//! File systems: EFS mount targets, FSx, DataSync, Transfer Family.

use crate::ingest::aws::placement::{Placement, SERVICE};

const FSX: Placement = Placement {
    noun: "file system",
    subnets: &["subnet_ids"],
    groups: &["security_group_ids"],
    ..SERVICE
};

/// The types.
pub const PLACEMENTS: &[Placement] = &[
    Placement {
        kind: "aws_efs_mount_target",
        noun: "mount target",
        subnets: &["subnet_id"],
        groups: &["security_groups"],
        addresses: &["ip_address"],
        ..SERVICE
    },
    Placement {
        kind: "aws_fsx_lustre_file_system",
        ..FSX
    },
    Placement {
        kind: "aws_fsx_windows_file_system",
        ..FSX
    },
    Placement {
        kind: "aws_fsx_ontap_file_system",
        ..FSX
    },
    Placement {
        kind: "aws_fsx_openzfs_file_system",
        ..FSX
    },
    Placement {
        kind: "aws_file_cache",
        ..FSX
    },
    Placement {
        kind: "aws_transfer_server",
        noun: "transfer server",
        subnets: &["endpoint_details.subnet_ids"],
        groups: &["endpoint_details.security_group_ids"],
        optional: true,
        ..SERVICE
    },
];
