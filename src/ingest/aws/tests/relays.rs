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

/// What clients call a service by are connections of the service's own, which its groups may not judge; those of a load balancer do
/// unless it says otherwise.
#[test]
fn a_managed_service_may_be_reached_past_its_own_groups() {
    let past = |resources: &str| {
        let world = super::world(&format!("{NETWORKS}{GROUP}{resources}"));
        let legs = world.borders.iter().flat_map(|(_, border)| &border.legs);
        let filters = legs.flat_map(|leg| &leg.may_bypass);
        let names: Vec<String> = filters
            .map(|filter| world.filters[*filter].name.clone())
            .collect();
        names
    };
    const GROUP: &str = r#"aws_security_group.g {"id": "sg-1", "vpc_id": "vpc-b"}
    "#;
    let named = ["aws_security_group.g"];
    assert_eq!(
        past(
            r#"aws_opensearch_domain.d {"arn": "arn:d", "vpc_options": [{"subnet_ids": ["subnet-b"], "security_group_ids": ["sg-1"]}]}
            aws_opensearch_vpc_endpoint.e {"domain_arn": "arn:d", "vpc_options": [{"subnet_ids": ["subnet-a"]}]}"#
        ),
        named
    );
    let cluster = r#"aws_msk_cluster.k {"arn": "arn:k", "broker_node_group_info": [{"client_subnets": ["subnet-b"], "security_groups": ["sg-1"]}]}
        "#;
    for target in ["@aws_msk_cluster.k.arn", "arn:k", "?"] {
        let connection = format!(
            r#"aws_msk_vpc_connection.e {{"target_cluster_arn": "{target}", "vpc_id": "vpc-a", "client_subnets": ["subnet-a"]}}"#
        );
        assert_eq!(past(&format!("{cluster}{connection}")), named, "{target}");
    }
    let balanced = |switch: &str| {
        past(&format!(
            r#"aws_lb.l {{"id": "arn:l", "arn": "arn:l", "load_balancer_type": "network", "subnets": ["subnet-b"], "security_groups": ["sg-1"]{switch}}}
            aws_vpc_endpoint_service.s {{"service_name": "com.amazonaws.vpce.r.vpce-svc-1", "network_load_balancer_arns": ["arn:l"]}}
            aws_vpc_endpoint.e {{"vpc_id": "vpc-a", "vpc_endpoint_type": "Interface", "service_name": "com.amazonaws.vpce.r.vpce-svc-1", "subnet_ids": ["subnet-a"]}}"#
        ))
    };
    let switch = |value: &str| {
        let name = "enforce_security_group_inbound_rules_on_private_link_traffic";
        format!(r#", "{name}": "{value}""#)
    };
    assert!(balanced("").is_empty() && balanced(&switch("on")).is_empty());
    assert_eq!(balanced(&switch("off")), named);
    assert_eq!(balanced(&switch("?")), named);
}
