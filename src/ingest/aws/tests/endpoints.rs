//! What holds an address in a subnet.

use super::check;

const VPC: &str = r#"aws_vpc.a {"cidr_block": "10.0.0.0/16"}
aws_subnet.s {"vpc_id": "@aws_vpc.a.id", "cidr_block": "10.0.1.0/24"}
aws_subnet.t {"vpc_id": "@aws_vpc.a.id", "cidr_block": "10.0.2.0/24"}
aws_security_group.g {"vpc_id": "@aws_vpc.a.id"}
aws_db_subnet_group.x {"name": "db", "subnet_ids": ["@aws_subnet.s.id", "@aws_subnet.t.id"]}
aws_elasticache_subnet_group.x {"name": "db", "subnet_ids": ["@aws_subnet.t.id"]}
"#;

fn endpoint(more: &str, expected: &str) {
    check(&format!("{VPC}{more}"), &["endpoint"], expected);
}

const S: &str = "aws_subnet.s 10.0.1.0/24 [aws_security_group.g]";
const T: &str = "aws_subnet.t 10.0.2.0/24 [aws_security_group.g]";
const BOTH: &str = "aws_subnet.s 10.0.1.0/24 [aws_security_group.g]
aws_subnet.t 10.0.2.0/24 [aws_security_group.g]";
const DEFAULT: &str = "aws_subnet.s 10.0.1.0/24 [default security group of aws_vpc.a]";

/// Resources in which `"S"` and `"G"` stand for the subnet and the group, what they are, and where they stand.
fn each(rows: &[(&str, &str, &str)]) {
    for (resource, kind, places) in rows {
        let resource = resource
            .replace("\"G\"", "\"@aws_security_group.g.id\"")
            .replace("\"S\"", "\"@aws_subnet.s.id\"");
        let address = resource.split(' ').next().unwrap();
        endpoint(&resource, &format!("endpoint {address} {kind}\n{places}"));
    }
}

#[test]
fn services_stand_in_their_subnets_with_their_groups() {
    each(&[
        (
            r#"aws_db_instance.x {"db_subnet_group_name": "db", "vpc_security_group_ids": ["G"]}"#,
            "database instance (answers only)",
            BOTH,
        ),
        (
            r#"aws_db_instance.x {"db_subnet_group_name": "@aws_db_subnet_group.x.name", "vpc_security_group_ids": ["G"]}"#,
            "database instance (answers only)",
            BOTH,
        ),
        (
            r#"aws_rds_cluster.x {"db_subnet_group_name": "db", "vpc_security_group_ids": ["G"]}"#,
            "database cluster (answers only)",
            BOTH,
        ),
        (
            r#"aws_elasticache_replication_group.x {"subnet_group_name": "db", "security_group_ids": ["G"]}"#,
            "cache (answers only)",
            T,
        ),
        (
            r#"aws_opensearch_domain.x {"vpc_options": [{"subnet_ids": ["S"], "security_group_ids": ["G"]}]}"#,
            "search domain",
            S,
        ),
        (
            r#"aws_msk_cluster.x {"broker_node_group_info": [{"client_subnets": ["S"], "security_groups": ["G"]}]}"#,
            "Kafka cluster (answers only)",
            S,
        ),
        (
            r#"aws_redshiftserverless_workgroup.x {"subnet_ids": ["S"], "security_group_ids": ["G"]}"#,
            "data warehouse",
            S,
        ),
        (
            r#"aws_efs_mount_target.x {"subnet_id": "S", "security_groups": ["G"], "ip_address": "10.0.1.7"}"#,
            "mount target (answers only)",
            "aws_subnet.s 10.0.1.7 [aws_security_group.g]",
        ),
        (
            r#"aws_lambda_function.x {"vpc_config": [{"subnet_ids": ["S"], "security_group_ids": ["G"]}]}"#,
            "function (opens only)",
            S,
        ),
        (
            r#"aws_apprunner_vpc_connector.x {"subnets": ["S"], "security_groups": ["G"]}"#,
            "App Runner connector (opens only)",
            S,
        ),
        (
            r#"aws_synthetics_canary.x {"vpc_config": [{"subnet_ids": ["S"], "security_group_ids": ["G"]}]}"#,
            "canary (opens only)",
            S,
        ),
        (
            r#"aws_ecs_service.x {"network_configuration": [{"subnets": ["S"], "security_groups": []}]}"#,
            "ECS service",
            DEFAULT,
        ),
    ]);
}

#[test]
fn load_balancers_and_machines_stand_in_their_subnets_with_their_groups() {
    each(&[
        (
            r#"aws_lb.x {"load_balancer_type": "application", "subnets": ["S"], "security_groups": ["G"]}"#,
            "load balancer",
            S,
        ),
        (
            r#"aws_lb.x {"load_balancer_type": "application", "subnets": ["S"]}"#,
            "load balancer",
            DEFAULT,
        ),
        (
            r#"aws_lb.x {"load_balancer_type": "network", "subnets": ["S"]}"#,
            "load balancer",
            "aws_subnet.s 10.0.1.0/24 []",
        ),
        (
            r#"aws_lb.x {"load_balancer_type": "network", "subnets": ["S"], "security_groups": []}"#,
            "load balancer",
            "aws_subnet.s 10.0.1.0/24 []",
        ),
        (
            r#"aws_lb.x {"load_balancer_type": "network", "subnet_mapping": [{"subnet_id": "S", "private_ipv4_address": "10.0.1.9"}]}"#,
            "load balancer",
            "aws_subnet.s 10.0.1.9 []",
        ),
        (
            r#"aws_elb.x {"subnets": ["S"], "security_groups": ["G"]}"#,
            "load balancer",
            S,
        ),
        (
            r#"aws_vpc_endpoint.x {"vpc_endpoint_type": "Interface", "service_name": "com.amazonaws.eu-west-1.sqs", "vpc_id": "@aws_vpc.a.id", "subnet_ids": ["S"], "security_group_ids": ["G"]}"#,
            "interface endpoint (answers only)",
            S,
        ),
        (
            r#"aws_instance.x {"subnet_id": "S", "vpc_security_group_ids": ["G"], "private_ip": "10.0.1.5", "secondary_private_ips": ["10.0.1.6"]}"#,
            "instance",
            "aws_subnet.s 10.0.1.5, 10.0.1.6 [aws_security_group.g]",
        ),
        (
            r#"aws_instance.x {"subnet_id": "S", "private_ip": "?c"}"#,
            "instance",
            DEFAULT,
        ),
        (
            r#"aws_nat_gateway.x {"subnet_id": "S", "connectivity_type": "private"}"#,
            "NAT gateway",
            "aws_subnet.s 10.0.1.0/24 []",
        ),
    ]);
}

#[test]
fn what_needs_no_vpc_stands_in_none() {
    endpoint(r#"aws_lambda_function.x {"vpc_config": []}"#, "");
    endpoint(r#"aws_opensearch_domain.x {}"#, "");
    endpoint(
        r#"aws_vpc_endpoint.x {"vpc_endpoint_type": "Gateway", "service_name": "com.amazonaws.eu-west-1.s3"}"#,
        "",
    );
}

#[test]
fn a_cluster_instance_stands_with_its_cluster() {
    endpoint(
        r#"aws_rds_cluster.c {"cluster_identifier": "main", "id": "main", "db_subnet_group_name": "db", "vpc_security_group_ids": ["@aws_security_group.g.id"]}
           aws_rds_cluster_instance.i {"cluster_identifier": "@aws_rds_cluster.c.id", "db_subnet_group_name": "?c"}"#,
        "endpoint aws_rds_cluster.c database cluster (answers only)
           aws_subnet.s 10.0.1.0/24 [aws_security_group.g]
           aws_subnet.t 10.0.2.0/24 [aws_security_group.g]
         endpoint aws_rds_cluster_instance.i database instance (answers only)
           aws_subnet.s 10.0.1.0/24 [aws_security_group.g]
           aws_subnet.t 10.0.2.0/24 [aws_security_group.g]",
    );
}

#[test]
fn interfaces_and_launch_templates_of_instances() {
    endpoint(
        r#"aws_network_interface.e {"subnet_id": "@aws_subnet.t.id", "security_groups": ["@aws_security_group.g.id"], "private_ips": ["10.0.2.2"]}
           aws_network_interface_attachment.e {"instance_id": "@aws_instance.i.id", "network_interface_id": "@aws_network_interface.e.id"}
           aws_instance.i {"subnet_id": "@aws_subnet.s.id"}
           aws_network_interface_sg_attachment.m {"network_interface_id": "@aws_instance.i.primary_network_interface_id", "security_group_id": "@aws_security_group.g.id"}
           aws_launch_template.l {"vpc_security_group_ids": ["@aws_security_group.g.id"]}
           aws_instance.j {"subnet_id": "@aws_subnet.s.id", "launch_template": [{"id": "@aws_launch_template.l.id", "name": "?c"}]}
           aws_autoscaling_group.k {"vpc_zone_identifier": ["@aws_subnet.t.id"], "launch_template": [{"id": "@aws_launch_template.l.id"}]}"#,
        "endpoint aws_network_interface.e network interface
           aws_subnet.t 10.0.2.2 [aws_security_group.g]
         endpoint aws_instance.i instance
           aws_subnet.s 10.0.1.0/24 [default security group of aws_vpc.a, aws_security_group.g]
           aws_subnet.t 10.0.2.2 [aws_security_group.g]
         endpoint aws_instance.j instance
           aws_subnet.s 10.0.1.0/24 [aws_security_group.g]
         endpoint aws_autoscaling_group.k auto scaling group
           aws_subnet.t 10.0.2.0/24 [aws_security_group.g]",
    );
}

#[test]
fn an_instance_stands_where_each_template_says_that_may_be_its() {
    endpoint(
        r#"aws_launch_template.l {"network_interfaces": [{"subnet_id": "@aws_subnet.s.id", "security_groups": ["@aws_security_group.g.id"]}]}
           aws_launch_template.m {"network_interfaces": [{"subnet_id": "@aws_subnet.t.id", "security_groups": ["@aws_security_group.g.id"]}]}
           aws_instance.i {"launch_template": [{"id": "@aws_launch_template.l.id|aws_launch_template.m.id", "name": "?c"}]}"#,
        "endpoint aws_instance.i instance
           aws_subnet.s 10.0.1.0/24 [aws_security_group.g] ?
           aws_subnet.t 10.0.2.0/24 [aws_security_group.g] ?",
    );
}

#[test]
fn what_cannot_be_told_is_in_doubt_and_never_absent() {
    endpoint(
        r#"aws_db_instance.nowhere {"vpc_security_group_ids": []}
           aws_db_instance.by_group {"vpc_security_group_ids": ["@aws_security_group.g.id"]}
           aws_instance.group {"subnet_id": "@aws_subnet.s.id", "vpc_security_group_ids": ["?"]}
           aws_instance.assumed {"subnet_id": "@aws_subnet.s.id", "vpc_security_group_ids": ["@aws_security_group.g.id|?"]}"#,
        "endpoint aws_instance.group instance
           aws_subnet.s 10.0.1.0/24 [unknown security group 1] ?
         endpoint aws_instance.assumed instance
           aws_subnet.s 10.0.1.0/24 [aws_security_group.g, unknown security group 2] ?
         endpoint aws_db_instance.nowhere database instance (answers only)
           somewhere in aws_vpc.a 10.0.0.0/16 [default security group of aws_vpc.a] ?
         endpoint aws_db_instance.by_group database instance (answers only)
           somewhere in aws_vpc.a 10.0.0.0/16 [aws_security_group.g] ?",
    );
}
