//! Search, warehouses and data processing: OpenSearch, Redshift, EMR, Glue, MWAA, SageMaker.

use crate::ingest::aws::placement::{COMPUTE, PLAIN, Placement, SERVICE};

const SEARCH: Placement = Placement {
    noun: "search domain",
    subnets: &["vpc_options.subnet_ids"],
    groups: &["vpc_options.security_group_ids"],
    optional: true,
    ..SERVICE
};

/// The types.
pub const PLACEMENTS: &[Placement] = &[
    Placement {
        kind: "aws_opensearch_domain",
        ..SEARCH
    },
    Placement {
        kind: "aws_elasticsearch_domain",
        ..SEARCH
    },
    Placement {
        kind: "aws_redshift_cluster",
        noun: "data warehouse",
        subnet_group: Some(("cluster_subnet_group_name", "aws_redshift_subnet_group")),
        groups: &["vpc_security_group_ids"],
        ..SERVICE
    },
    Placement {
        kind: "aws_redshiftserverless_workgroup",
        noun: "data warehouse",
        subnets: &["subnet_ids"],
        groups: &["security_group_ids"],
        ..SERVICE
    },
    Placement {
        kind: "aws_emr_cluster",
        noun: "EMR cluster",
        subnets: &["ec2_attributes.subnet_id", "ec2_attributes.subnet_ids"],
        groups: &[
            "ec2_attributes.emr_managed_master_security_group",
            "ec2_attributes.emr_managed_slave_security_group",
            "ec2_attributes.additional_master_security_groups",
            "ec2_attributes.additional_slave_security_groups",
        ],
        ..COMPUTE
    },
    Placement {
        kind: "aws_glue_connection",
        noun: "Glue connection",
        subnets: &["physical_connection_requirements.subnet_id"],
        groups: &["physical_connection_requirements.security_group_id_list"],
        optional: true,
        ..PLAIN
    },
    Placement {
        kind: "aws_mwaa_environment",
        noun: "Airflow environment",
        subnets: &["network_configuration.subnet_ids"],
        groups: &["network_configuration.security_group_ids"],
        ..PLAIN
    },
    Placement {
        kind: "aws_sagemaker_notebook_instance",
        noun: "notebook instance",
        subnets: &["subnet_id"],
        groups: &["security_groups"],
        optional: true,
        ..COMPUTE
    },
    Placement {
        kind: "aws_sagemaker_model",
        noun: "model",
        subnets: &["vpc_config.subnets"],
        groups: &["vpc_config.security_group_ids"],
        optional: true,
        ..PLAIN
    },
];
