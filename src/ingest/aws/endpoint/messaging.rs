//! Brokers: MSK, Amazon MQ.

use crate::ingest::aws::placement::{DATA, PLAIN, Placement, SERVICE};

/// The types.
pub const PLACEMENTS: &[Placement] = &[
    Placement {
        kind: "aws_msk_cluster",
        noun: "Kafka cluster",
        subnets: &["broker_node_group_info.client_subnets"],
        groups: &["broker_node_group_info.security_groups"],
        ..DATA
    },
    Placement {
        kind: "aws_msk_serverless_cluster",
        noun: "Kafka cluster",
        subnets: &["vpc_config.subnet_ids"],
        groups: &["vpc_config.security_group_ids"],
        ..DATA
    },
    Placement {
        kind: "aws_mskconnect_connector",
        noun: "Kafka connector",
        subnets: &["kafka_cluster.apache_kafka_cluster.vpc.subnets"],
        groups: &["kafka_cluster.apache_kafka_cluster.vpc.security_groups"],
        ..PLAIN
    },
    Placement {
        kind: "aws_mq_broker",
        noun: "message broker",
        subnets: &["subnet_ids"],
        groups: &["security_groups"],
        ..SERVICE
    },
];
