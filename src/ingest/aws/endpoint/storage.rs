//! File systems: EFS mount targets, FSx, DataSync, Transfer Family. Those that join a domain or a cluster also ask.

use crate::ingest::aws::placement::{DATA, Placement, SERVICE};

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
        ..DATA
    },
    Placement {
        kind: "aws_fsx_lustre_file_system",
        answers_only: true,
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
        answers_only: true,
        ..FSX
    },
    Placement {
        kind: "aws_file_cache",
        answers_only: true,
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
