//! Services that lead from a network of their clients to what stands in another one.

use super::check;

const NETWORKS: &str = r#"aws_vpc.a {"id": "vpc-a", "cidr_block": "10.0.0.0/16"}
aws_vpc.b {"id": "vpc-b", "cidr_block": "10.1.0.0/16"}
aws_subnet.a {"id": "subnet-a", "vpc_id": "vpc-a", "cidr_block": "10.0.1.0/24"}
aws_subnet.b {"id": "subnet-b", "vpc_id": "vpc-b", "cidr_block": "10.1.1.0/24"}
aws_redshift_subnet_group.a {"id": "near", "name": "near", "subnet_ids": ["subnet-a"]}
aws_redshift_subnet_group.b {"id": "far", "name": "far", "subnet_ids": ["subnet-b"]}
"#;

/// The way that the resources make from the one network to the other, by the name of what is reached.
fn leads(resources: &str, name: &str) {
    let expected = format!(
        "link {name}: takes connections up and opens them anew in the other network
         aws_vpc.a -> aws_vpc.b: 10.0.0.0/16 -> 10.1.0.0/16 [default security group of aws_vpc.a at {name} in aws_vpc.a Ingress] ?"
    );
    check(&format!("{NETWORKS}{resources}"), &["link"], &expected);
}

/// As the provider tells it once it is made: a text, which no reference tells.
#[test]
fn an_endpoint_knows_its_service_by_its_name() {
    leads(
        r#"aws_lb.l {"id": "arn:l", "arn": "arn:l", "load_balancer_type": "network", "subnets": ["subnet-b"]}
        aws_vpc_endpoint_service.s {"id": "vpce-svc-1", "service_name": "com.amazonaws.vpce.r.vpce-svc-1", "network_load_balancer_arns": ["arn:l"]}
        aws_vpc_endpoint.e {"vpc_id": "vpc-a", "vpc_endpoint_type": "Interface", "service_name": "com.amazonaws.vpce.r.vpce-svc-1", "subnet_ids": ["subnet-a"]}"#,
        "aws_vpc_endpoint_service.s",
    );
}

#[test]
fn a_proxy_is_reached_by_endpoints_in_other_networks() {
    leads(
        r#"aws_db_proxy.p {"id": "p", "name": "p", "vpc_subnet_ids": ["subnet-b"]}
        aws_db_proxy_endpoint.e {"db_proxy_name": "p", "vpc_subnet_ids": ["subnet-a"]}"#,
        "aws_db_proxy.p",
    );
    let own = r#"aws_db_proxy.p {"id": "p", "name": "p", "vpc_subnet_ids": ["subnet-a"]}
        aws_db_proxy_endpoint.e {"db_proxy_name": "p", "vpc_subnet_ids": ["subnet-a"]}"#;
    check(&format!("{NETWORKS}{own}"), &["link"], "");
}

#[test]
fn a_managed_service_is_reached_by_its_endpoints_in_other_networks() {
    leads(
        r#"aws_opensearch_domain.d {"arn": "arn:d", "vpc_options": [{"subnet_ids": ["subnet-b"]}]}
        aws_opensearch_vpc_endpoint.e {"domain_arn": "arn:d", "vpc_options": [{"subnet_ids": ["subnet-a"]}]}"#,
        "aws_opensearch_vpc_endpoint.e",
    );
    leads(
        r#"aws_redshift_cluster.w {"id": "w", "cluster_subnet_group_name": "far"}
        aws_redshift_endpoint_access.e {"cluster_identifier": "w", "subnet_group_name": "near"}"#,
        "aws_redshift_endpoint_access.e",
    );
}
