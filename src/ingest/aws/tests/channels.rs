//! Ways across beside the borders of the model, and what is not modelled: all named.

use super::check;

const VPC: &str = r#"aws_vpc.a {"cidr_block": "10.0.0.0/16"}
aws_subnet.s {"arn": "arn:aws:ec2:eu-west-1:1:subnet/subnet-1", "vpc_id": "@aws_vpc.a.id", "cidr_block": "10.0.1.0/24"}
"#;

#[test]
fn every_further_channel_is_named() {
    for (resource, gap) in [
        (
            r#"aws_vpclattice_service_network_vpc_association.x {"vpc_identifier": "@aws_vpc.a.id", "service_network_identifier": "sn-1"}"#,
            "not-modelled `aws_vpclattice_service_network_vpc_association.x` opens a way from `aws_vpc.a` to `sn-1` (VPC Lattice): another channel across the border, which is not judged",
        ),
        (
            r#"aws_networkmanager_vpc_attachment.x {"vpc_arn": "@aws_vpc.a.arn", "core_network_id": "core-network-1"}"#,
            "not-judged which of the networks that are attached to `core-network-1` may meet is not judged
             gap not-in-input what stands behind `core-network-1` is not in the input
             gap not-modelled `aws_networkmanager_vpc_attachment.x` opens a way from `aws_vpc.a` to `core-network-1` (Cloud WAN): another channel across the border, which is not judged",
        ),
        (
            r#"aws_ram_resource_association.x {"resource_arn": "@aws_subnet.s.arn", "resource_share_arn": "arn:share"}"#,
            "not-in-input `aws_subnet.s` is shared with other accounts: what they place in it is not in the input",
        ),
        (
            r#"aws_vpc_endpoint_service.x {"network_load_balancer_arns": ["arn:lb"]}"#,
            "not-judged `aws_vpc_endpoint_service.x` offers what stands behind its load balancers to other networks (PrivateLink): another channel across the border, whose consumers are not judged",
        ),
        (
            r#"aws_vpc_endpoint.x {"vpc_endpoint_type": "Interface", "vpc_id": "@aws_vpc.a.id", "subnet_ids": ["@aws_subnet.s.id"], "service_name": "com.amazonaws.vpce.eu-west-1.vpce-svc-1"}"#,
            "not-judged `aws_vpc_endpoint.x` leads to service `com.amazonaws.vpce.eu-west-1.vpce-svc-1` in another network (PrivateLink): another channel across the border, judged up to the endpoint",
        ),
        (
            r#"aws_networkfirewall_firewall.x {}"#,
            "not-modelled `aws_networkfirewall_firewall.x` filters what routes lead through it: `aws_networkfirewall_firewall` is not modelled",
        ),
        (
            r#"aws_newservice_vpc_thing.x {}"#,
            "not-modelled `aws_newservice_vpc_thing.x` may carry or filter traffic: `aws_newservice_vpc_thing` is not modelled",
        ),
    ] {
        check(&format!("{VPC}{resource}"), &["gap"], &format!("gap {gap}"));
    }
}

#[test]
fn a_share_of_something_else_a_bucket_and_a_service_of_aws_are_no_gaps() {
    check(
        &format!(
            r#"{VPC}aws_ram_resource_association.x {{"resource_arn": "arn:aws:ec2:eu-west-1:1:transit-gateway/tgw-1"}}"#
        ),
        &["gap"],
        "",
    );
    check(&format!("{VPC}aws_s3_bucket.x {{}}"), &["gap"], "");
    let own = r#"aws_vpc_endpoint.x {"vpc_endpoint_type": "Interface", "vpc_id": "@aws_vpc.a.id", "subnet_ids": ["@aws_subnet.s.id"], "service_name": "com.amazonaws.eu-west-1.ecr.api"}"#;
    check(&format!("{VPC}{own}"), &["gap"], "");
}

#[test]
fn a_route_into_cloud_wan_leads_out_of_the_input() {
    check(
        r#"aws_vpc.a {"cidr_block": "0.0.0.0/1"}
           aws_route.r {"route_table_id": "@aws_vpc.a.main_route_table_id", "destination_cidr_block": "192.0.0.0/8", "core_network_arn": "arn:core"}"#,
        &["link"],
        "link arn:core: not in the input
           aws_vpc.a -> far side of arn:core: 0.0.0.0/1 -> 128.0.0.0/1, ::/0 ?
           far side of arn:core -> aws_vpc.a: 128.0.0.0/1, ::/0 -> 0.0.0.0/1 ?",
    );
}

/// Two VPCs with a subnet each, and a database in the second.
const TWO: &str = r#"aws_vpc.a {"cidr_block": "10.1.0.0/16"}
aws_subnet.a {"vpc_id": "@aws_vpc.a.id", "cidr_block": "10.1.0.0/24"}
aws_vpc.b {"cidr_block": "10.2.0.0/16"}
aws_subnet.b {"vpc_id": "@aws_vpc.b.id", "cidr_block": "10.2.0.0/24"}
"#;

const LATTICE: &str = r#"aws_vpclattice_service_network.n {}
aws_vpclattice_service_network_vpc_association.a {"vpc_identifier": "@aws_vpc.a.id", "service_network_identifier": "@aws_vpclattice_service_network.n.id"}
aws_vpclattice_resource_gateway.g {"vpc_id": "@aws_vpc.b.id", "subnet_ids": ["@aws_subnet.b.id"]}
aws_vpclattice_resource_configuration.c {"resource_gateway_identifier": "@aws_vpclattice_resource_gateway.g.id"}
"#;

const JOINED: &str = r#"aws_vpclattice_service_network_resource_association.r {"resource_configuration_identifier": "@aws_vpclattice_resource_configuration.c.id", "service_network_identifier": "@aws_vpclattice_service_network.n.id"}
"#;

#[test]
fn a_service_network_joins_its_clients_with_what_is_behind_its_gateways() {
    check(
        &format!("{TWO}{LATTICE}{JOINED}"),
        &["link", "endpoint"],
        "link aws_vpclattice_service_network.n: takes connections up and opens them anew in the other network
           aws_vpc.a -> aws_vpc.b: 10.1.0.0/16 -> 10.2.0.0/16 ?
         endpoint aws_vpclattice_resource_gateway.g resource gateway
           aws_subnet.b 10.2.0.0/24 [default security group of aws_vpc.b]",
    );
    // A configuration that no service network has joins nothing.
    check(&format!("{TWO}{LATTICE}"), &["link"], "");
}

#[test]
fn a_service_network_that_is_not_known_may_be_any() {
    check(
        &format!(
            "{TWO}{LATTICE}{}",
            JOINED.replace("\"@aws_vpclattice_service_network.n.id\"", "\"?\"")
        ),
        &["link"],
        "link aws_vpclattice_service_network.n: takes connections up and opens them anew in the other network
           aws_vpc.a -> aws_vpc.b: 10.1.0.0/16 -> 10.2.0.0/16 ?",
    );
}

#[test]
fn service_networks_that_share_nothing_join_nothing() {
    let other = r#"aws_vpc.c {"cidr_block": "10.3.0.0/16"}
aws_vpclattice_service_network.m {}
aws_vpclattice_service_network_vpc_association.c {"vpc_identifier": "@aws_vpc.c.id", "service_network_identifier": "@aws_vpclattice_service_network.m.id"}
"#;
    check(
        &format!("{TWO}{LATTICE}{JOINED}{other}"),
        &["link"],
        "link aws_vpclattice_service_network.n: takes connections up and opens them anew in the other network
           aws_vpc.a -> aws_vpc.b: 10.1.0.0/16 -> 10.2.0.0/16 ?",
    );
}

#[test]
fn a_service_forwards_to_the_network_of_its_target_group() {
    check(
        &format!(
            r#"{TWO}aws_vpclattice_service_network.n {{}}
aws_vpclattice_service.s {{}}
aws_vpclattice_service_network_vpc_association.a {{"vpc_identifier": "@aws_vpc.a.id", "service_network_identifier": "@aws_vpclattice_service_network.n.id"}}
aws_vpclattice_service_network_service_association.s {{"service_identifier": "@aws_vpclattice_service.s.id", "service_network_identifier": "@aws_vpclattice_service_network.n.id"}}
aws_vpclattice_target_group.t {{"config": [{{"vpc_identifier": "@aws_vpc.b.id"}}]}}
aws_vpclattice_listener.l {{"service_identifier": "@aws_vpclattice_service.s.id", "default_action": [{{"forward": [{{"target_groups": [{{"target_group_identifier": "@aws_vpclattice_target_group.t.id"}}]}}]}}]}}
"#
        ),
        &["link"],
        "link aws_vpclattice_service_network.n: takes connections up and opens them anew in the other network
           aws_vpc.a -> aws_vpc.b: 10.1.0.0/16 -> 10.2.0.0/16 ?",
    );
}

#[test]
fn an_endpoint_answers_for_a_service_of_the_input() {
    let balancer = r#"aws_lb.l {"load_balancer_type": "network", "internal": true, "subnets": ["@aws_subnet.b.id"]}
aws_vpc_endpoint_service.s {"network_load_balancer_arns": ["@aws_lb.l.arn"]}
aws_vpc_endpoint.e {"vpc_endpoint_type": "Interface", "vpc_id": "@aws_vpc.a.id", "subnet_ids": ["@aws_subnet.a.id"], "service_name": "@aws_vpc_endpoint_service.s.service_name"}
"#;
    let expected = "link aws_vpc_endpoint_service.s: takes connections up and opens them anew in the other network
           aws_vpc.a -> aws_vpc.b: 10.1.0.0/16 -> 10.2.0.0/16 [default security group of aws_vpc.a at aws_vpc_endpoint_service.s in aws_vpc.a Ingress] ?";
    check(&format!("{TWO}{balancer}"), &["link"], expected);
    // Amazon's own services are behind endpoints of their own.
    let own = balancer.replace(
        "\"@aws_vpc_endpoint_service.s.service_name\"",
        "\"com.amazonaws.eu-west-1.ecr.api\"",
    );
    check(&format!("{TWO}{own}"), &["link"], "");
    // A gateway endpoint leads to one of those, whichever it is.
    let service = r#""service_name": "@aws_vpc_endpoint_service.s.service_name""#;
    let open = balancer.replace(service, r#""service_name": "?""#);
    check(&format!("{TWO}{open}"), &["link"], expected);
    let gateway = open.replace(r#""Interface""#, r#""Gateway""#);
    check(&format!("{TWO}{gateway}"), &["link"], "");
}

#[test]
fn a_core_network_joins_what_is_attached_to_it() {
    let attached = r#"aws_networkmanager_core_network.w {}
aws_networkmanager_vpc_attachment.a {"vpc_arn": "@aws_vpc.a.arn", "core_network_id": "@aws_networkmanager_core_network.w.id"}
aws_networkmanager_vpc_attachment.b {"vpc_arn": "@aws_vpc.b.arn", "core_network_id": "@aws_networkmanager_core_network.w.id"}
aws_route.r {"route_table_id": "@aws_vpc.a.main_route_table_id", "destination_cidr_block": "10.2.0.0/16", "core_network_arn": "@aws_networkmanager_core_network.w.arn"}
"#;
    check(
        &format!("{TWO}{attached}"),
        &["link", "table"],
        "table main route table of aws_vpc.a
           10.1.0.0/16 -> local
           10.2.0.0/16 -> aws_networkmanager_core_network.w
         table main route table of aws_vpc.b
           10.2.0.0/16 -> local
         table main route table of aws_networkmanager_core_network.w
           anything -> local ?
           anything -> aws_networkmanager_core_network.w ?
           anything -> unknown ?
         link aws_networkmanager_core_network.w: connects as its policy says, which is not judged
           aws_vpc.a -> aws_vpc.b: 10.1.0.0/16 -> 10.2.0.0/16 ?
           aws_vpc.b -> aws_vpc.a: 10.2.0.0/16 -> 10.1.0.0/16 ?
           aws_vpc.a -> aws_networkmanager_core_network.w: 10.1.0.0/16 -> all but 10.1.0.0/16, 10.2.0.0/16 ?
           aws_networkmanager_core_network.w -> aws_vpc.a: all but 10.1.0.0/16, 10.2.0.0/16 -> 10.1.0.0/16 ?
           aws_vpc.b -> aws_networkmanager_core_network.w: 10.2.0.0/16 -> all but 10.1.0.0/16, 10.2.0.0/16 ?
           aws_networkmanager_core_network.w -> aws_vpc.b: all but 10.1.0.0/16, 10.2.0.0/16 -> 10.2.0.0/16 ?",
    );
}

#[test]
fn clients_that_dial_in_reach_the_network_of_the_association() {
    let dialled = r#"aws_ec2_client_vpn_endpoint.v {"client_cidr_block": "10.99.0.0/22"}
aws_ec2_client_vpn_network_association.a {"client_vpn_endpoint_id": "@aws_ec2_client_vpn_endpoint.v.id", "subnet_id": "@aws_subnet.a.id"}
"#;
    check(
        &format!("{TWO}{dialled}"),
        &["link"],
        "link aws_ec2_client_vpn_endpoint.v: lets clients in with an address of its own
           clients of aws_ec2_client_vpn_endpoint.v -> aws_vpc.a: 10.99.0.0/22 -> 10.1.0.0/16 ?",
    );
}

/// A type that no list knows is seen by its shape: by what it names, at any depth; what it only may name is none.
#[test]
fn an_unknown_type_that_names_subnets_or_groups_is_a_gap() {
    for (values, path) in [
        (
            r#"{"subnet_ids": ["@aws_subnet.s.id"]}"#,
            Some("subnet_ids"),
        ),
        (
            r#"{"settings": [{"vpc_config": [{"x": "y"}]}]}"#,
            Some("settings.vpc_config"),
        ),
        (
            r#"{"vpc_security_group_ids": "?"}"#,
            Some("vpc_security_group_ids"),
        ),
        (
            r#"{"subnet_ids": [], "security_group_ids": "?c", "name": "x"}"#,
            None,
        ),
    ] {
        let expected = path.map_or(String::new(), |path| {
            format!("gap not-modelled `aws_newservice_store.x` names a part of a network in `{path}`, so it may stand there or filter there: `aws_newservice_store` is not modelled")
        });
        check(
            &format!("{VPC}aws_newservice_store.x {values}"),
            &["gap"],
            &expected,
        );
    }
    // Logs of a subnet's traffic stand nowhere.
    check(
        &format!(r#"{VPC}aws_flow_log.x {{"subnet_id": "@aws_subnet.s.id"}}"#),
        &["gap"],
        "",
    );
}

/// Who calls an endpoint passes its groups; what refers to members of a group may be any client.
#[test]
fn the_groups_of_an_endpoint_stand_before_the_service() {
    let link = |more: &str| {
        format!(
            r#"{VPC}aws_vpc.far {{"cidr_block": "10.9.0.0/16"}}
            aws_subnet.far {{"vpc_id": "@aws_vpc.far.id", "cidr_block": "10.9.1.0/24"}}
            aws_security_group.g {{"vpc_id": "@aws_vpc.a.id", "ingress": [{{"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["10.0.0.0/16"]}}]}}
            aws_security_group.h {{"vpc_id": "@aws_vpc.a.id", "ingress": [{{"protocol": "tcp", "from_port": 80, "to_port": 80, "security_groups": ["@aws_security_group.g.id"]}}]}}
            aws_lb.n {{"load_balancer_type": "network", "subnets": ["@aws_subnet.far.id"]}}
            aws_vpc_endpoint_service.s {{"network_load_balancer_arns": ["@aws_lb.n.arn"]}}
            aws_vpc_endpoint.e {{"vpc_endpoint_type": "Interface", "vpc_id": "@aws_vpc.a.id", "subnet_ids": ["@aws_subnet.s.id"], "service_name": "@aws_vpc_endpoint_service.s.service_name", {more}}}"#
        )
    };
    let leg = "link aws_vpc_endpoint_service.s: takes connections up and opens them anew in the other network
        aws_vpc.a -> aws_vpc.far: 10.0.0.0/16 -> 10.9.0.0/16";
    let by = |groups: &str| format!("{groups} at aws_vpc_endpoint_service.s in aws_vpc.a");
    for (groups, name, rules) in [
        (
            r#""security_group_ids": ["@aws_security_group.g.id"]"#,
            "aws_security_group.g",
            "in tcp 443, 10.0.0.0/16",
        ),
        (
            r#""security_group_ids": ["@aws_security_group.h.id"]"#,
            "aws_security_group.h",
            "in tcp 80, 10.0.0.0/16",
        ),
        (
            r#""security_group_ids": ["@aws_security_group.g.id", "@aws_security_group.h.id"]"#,
            "aws_security_group.g and aws_security_group.h",
            "in tcp 443, 10.0.0.0/16
             in tcp 80, 10.0.0.0/16",
        ),
    ] {
        check(
            &link(groups),
            &["link", &format!("filter {}", by(name))],
            &format!(
                "filter {}\n{rules}\n{leg} [{} Ingress] ?",
                by(name),
                by(name)
            ),
        );
    }
    // Which groups it has is not known: any may be open.
    for groups in [
        r#""security_group_ids": "?""#,
        r#""security_group_ids": ["@aws_security_group.g.id", "?"]"#,
    ] {
        check(&link(groups), &["link"], &format!("{leg} ?"));
    }
}
