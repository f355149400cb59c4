//! Services that lead from a network of their clients to what stands in another one.

use super::check;
use crate::model::AddressSet;

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

/// Packets do not cross a service: clients call its endpoint, and it calls what answers from addresses of its own.
#[test]
fn clients_of_a_service_call_its_endpoint() {
    let world = super::world(&format!(
        r#"{NETWORKS}aws_db_proxy.p {{"id": "p", "name": "p", "vpc_subnet_ids": ["subnet-b"]}}
        aws_db_proxy_endpoint.e {{"db_proxy_name": "p", "vpc_subnet_ids": ["subnet-a"]}}"#
    ));
    let legs = world.borders.iter().flat_map(|(_, border)| &border.legs);
    let relays: Vec<_> = legs.map(|leg| leg.relay.as_ref()).collect();
    let [Some(relay)] = relays.as_slice() else {
        panic!("{relays:?}");
    };
    assert_eq!(relay.listens.to_string(), "10.0.1.0/24");
    assert_eq!(relay.sends, AddressSet::all());
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

/// A balancer of `a` with a target by address.
fn targets(target: &str, more: &str) -> String {
    format!(
        r#"{NETWORKS}aws_lb.l {{"id": "arn:l", "arn": "arn:l", "load_balancer_type": "network", "subnets": ["subnet-a"]}}
        aws_lb_target_group.t {{"id": "arn:t", "arn": "arn:t", "target_type": "ip", "vpc_id": "vpc-a"}}
        aws_lb_listener.l {{"id": "arn:i", "arn": "arn:i", "load_balancer_arn": "arn:l", "default_action": [{{"target_group_arn": "arn:t"}}]}}
        aws_lb_target_group_attachment.x {{"target_group_arn": "arn:t", "target_id": "{target}"}}
        {more}"#
    )
}

const LEADS: &str =
    "link targets of aws_lb.l: takes connections up and opens them anew to its targets\n";

#[test]
fn a_balancer_leads_to_addresses_of_other_networks() {
    let leads = |target: &str, to: &str| {
        let leg = format!("aws_vpc.a -> aws_vpc.b: 10.0.0.0/16 -> {to} ?");
        check(&targets(target, ""), &["link"], &format!("{LEADS}{leg}"));
    };
    leads("10.1.1.9", "10.1.1.9");
    leads("?", "10.1.0.0/16");
    // Of its own network, and outside of all.
    check(&targets("10.0.1.9", ""), &["link"], "");
    check(&targets("192.0.2.9", ""), &["link"], "");
    // What a listener does not lead to, no client reaches by it.
    let unused = targets("10.1.1.9", "").replace(
        "\"default_action\": [{\"target_group_arn\": \"arn:t\"}]",
        "\"port\": 80",
    );
    check(&unused, &["link"], "");
    let by_rule = r#"aws_lb_listener_rule.r {"listener_arn": "arn:i", "action": [{"forward": [{"target_group": [{"arn": "arn:t"}]}]}]}"#;
    check(
        &format!("{unused}{by_rule}"),
        &["link"],
        &format!("{LEADS}aws_vpc.a -> aws_vpc.b: 10.0.0.0/16 -> 10.1.1.9 ?"),
    );
}

#[test]
fn clients_of_a_peered_network_get_on_by_a_balancer_as_well() {
    let peered = r#"aws_vpc.c {"id": "vpc-c", "cidr_block": "10.2.0.0/16"}
        aws_vpc_peering_connection.p {"id": "pcx-1", "vpc_id": "vpc-c", "peer_vpc_id": "vpc-a", "auto_accept": true}"#;
    check(
        &targets("10.1.1.9", peered),
        &["link targets of aws_lb.l"],
        &format!(
            "{LEADS}aws_vpc.a -> aws_vpc.b: 10.0.0.0/16 -> 10.1.1.9 ?
             aws_vpc.c -> aws_vpc.b: 10.2.0.0/16 -> 10.1.1.9 ?"
        ),
    );
}

/// Source: VPC user guide, "DNS64 and NAT64".
#[test]
fn a_nat_gateway_translates_for_whom_it_is_led_the_prefix() {
    let graph = |block: &str, more: &str| {
        format!(
            r#"aws_vpc.a {{"id": "vpc-a", "cidr_block": "10.0.0.0/16", "ipv6_cidr_block": "2001:db8:a::/56"}}
            aws_vpc.b {{"id": "vpc-b", "cidr_block": "10.1.0.0/16"}}
            aws_vpc.c {{"id": "vpc-c", "cidr_block": "10.2.0.0/16"}}
            aws_subnet.six {{"id": "subnet-six", "vpc_id": "vpc-a", "ipv6_cidr_block": "2001:db8:a:1::/64", "ipv6_native": true}}
            aws_subnet.nat {{"id": "subnet-nat", "vpc_id": "vpc-a", "cidr_block": "10.0.2.0/24"}}
            aws_nat_gateway.n {{"id": "nat-1", "subnet_id": "subnet-nat", "private_ip": "10.0.2.9"}}
            aws_vpc_peering_connection.p {{"id": "pcx-1", "vpc_id": "vpc-a", "peer_vpc_id": "vpc-b", "auto_accept": true}}
            aws_route_table.six {{"id": "rtb-six", "vpc_id": "vpc-a", "route": [{{"ipv6_cidr_block": "{block}", "nat_gateway_id": "nat-1"}}]}}
            aws_route_table_association.six {{"subnet_id": "subnet-six", "route_table_id": "rtb-six"}}
            {more}"#
        )
    };
    let leads = "link translation by aws_nat_gateway.n: takes up IPv6 and goes on as IPv4
        aws_vpc.a -> aws_vpc.b: 2001:db8:a:1::/64 -> 10.1.0.0/16 ?";
    let own = &["link translation by aws_nat_gateway.n"];
    check(&graph("64:ff9b::/96", ""), own, leads);
    check(&graph("64:ff9b::a01:0/112", ""), own, leads);
    check(&graph("2001:db8:f::/48", ""), own, "");
    // Clients of another network, which is led to the gateway's over a peering.
    let far = r#"aws_vpc.d {"id": "vpc-d", "cidr_block": "10.3.0.0/16", "ipv6_cidr_block": "2001:db8:d::/56"}
        aws_subnet.d {"id": "subnet-d", "vpc_id": "vpc-d", "ipv6_cidr_block": "2001:db8:d:1::/64"}
        aws_vpc_peering_connection.q {"id": "pcx-2", "vpc_id": "vpc-d", "peer_vpc_id": "vpc-a", "auto_accept": true}
        aws_route_table.d {"id": "rtb-d", "vpc_id": "vpc-d", "route": [{"ipv6_cidr_block": "64:ff9b::/96", "vpc_peering_connection_id": "pcx-2"}]}
        aws_route_table_association.d {"subnet_id": "subnet-d", "route_table_id": "rtb-d"}"#;
    check(
        &graph("2001:db8:f::/48", far),
        own,
        "link translation by aws_nat_gateway.n: takes up IPv6 and goes on as IPv4
         aws_vpc.d -> aws_vpc.a: 2001:db8:d:1::/64 -> 10.0.0.0/16 ?
         aws_vpc.d -> aws_vpc.b: 2001:db8:d:1::/64 -> 10.1.0.0/16 ?",
    );
}
