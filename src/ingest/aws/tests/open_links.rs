//! Links of which only a likely target is known (`"@a.id|?"`), or none: each other thing that may be meant is in doubt too.

use super::check;

const VPC: &str = r#"aws_vpc.a {"cidr_block": "10.0.0.0/16"}
aws_subnet.s {"vpc_id": "@aws_vpc.a.id", "cidr_block": "10.0.1.0/24"}
aws_vpc.b {"cidr_block": "10.1.0.0/16"}
"#;

/// `what`: the sorts of lines that are compared.
fn drawn(more: &str, what: &[&str], expected: &str) {
    check(&format!("{VPC}{more}"), what, expected);
}

#[test]
fn a_route_whose_table_is_only_likely_may_be_in_any() {
    drawn(
        r#"aws_route_table.t {"vpc_id": "@aws_vpc.a.id"}
           aws_route_table.u {"vpc_id": "@aws_vpc.b.id"}
           aws_route.r {"route_table_id": "@aws_route_table.t.id|?", "destination_cidr_block": "0.0.0.0/0", "gateway_id": "igw-1"}"#,
        &["table aws_route_table.t", "table aws_route_table.u"],
        "table aws_route_table.t
           10.0.0.0/16 -> local
           0.0.0.0/0 -> internet gateway ?
         table aws_route_table.u
           10.1.0.0/16 -> local
           0.0.0.0/0 -> internet gateway ?",
    );
}

#[test]
fn a_rule_whose_group_is_only_likely_may_be_in_any() {
    let rule = |kind: &str, more: &str| {
        format!(
            r#"aws_security_group.g {{"vpc_id": "@aws_vpc.a.id"}}
               aws_eks_cluster.c {{"name": "c", "vpc_config": [{{"subnet_ids": ["@aws_subnet.s.id"]}}]}}
               {kind}.r {{"security_group_id": "@aws_security_group.g.id|?", {more}}}"#
        )
    };
    let rules = [
        rule(
            "aws_security_group_rule",
            r#""type": "ingress", "protocol": "tcp", "from_port": 5, "to_port": 5, "cidr_blocks": ["10.0.0.0/8"]"#,
        ),
        rule(
            "aws_vpc_security_group_ingress_rule",
            r#""ip_protocol": "tcp", "from_port": 5, "to_port": 5, "cidr_ipv4": "10.0.0.0/8""#,
        ),
    ];
    for rule in rules {
        drawn(
            &rule,
            &[
                "filter aws_security_group.g",
                "filter cluster security group of aws_eks_cluster.c",
                "filter default security group of aws_vpc.b",
            ],
            "filter aws_security_group.g
               in tcp 5, 10.0.0.0/8 ?
             filter default security group of aws_vpc.b
               in all traffic, members of default security group of aws_vpc.b
               in tcp 5, 10.0.0.0/8 ?
               out all traffic, any address
             filter cluster security group of aws_eks_cluster.c
               in all traffic, members of cluster security group of aws_eks_cluster.c
               in tcp 5, 10.0.0.0/8 ?
               out all traffic, any address",
        );
    }
}

#[test]
fn a_rule_whose_network_acl_is_only_likely_may_be_in_any() {
    drawn(
        r#"aws_network_acl.n {"vpc_id": "@aws_vpc.a.id"}
           aws_network_acl_rule.r {"network_acl_id": "@aws_network_acl.n.id|?", "rule_number": 5, "rule_action": "deny", "egress": false, "protocol": "-1", "cidr_block": "10.0.0.0/8"}"#,
        &[
            "filter aws_network_acl.n",
            "filter default network ACL of aws_vpc.b",
        ],
        "filter aws_network_acl.n
           in 5 deny all traffic, 10.0.0.0/8 ?
         filter default network ACL of aws_vpc.b
           in 5 deny all traffic, 10.0.0.0/8 ?
           in 100 all traffic, any address
           out 100 all traffic, any address",
    );
}

#[test]
fn a_table_whose_network_is_not_known_may_be_that_of_a_subnet() {
    drawn(
        r#"aws_route_table.t {"vpc_id": "?"}
           aws_route_table_association.x {"subnet_id": "@aws_subnet.s.id", "route_table_id": "?"}"#,
        &["table aws_route_table.t", "subnet aws_subnet.s"],
        "subnet aws_subnet.s of aws_vpc.a 10.0.1.0/24 by aws_route_table.t or main route table of aws_vpc.a [default network ACL of aws_vpc.a] ?
         table aws_route_table.t
           10.0.0.0/16 -> local ?
           10.1.0.0/16 -> local ?",
    );
}

#[test]
fn a_table_is_of_the_network_of_the_subnets_that_use_it() {
    drawn(
        r#"aws_route_table.t {"vpc_id": "?"}
           aws_route_table_association.x {"subnet_id": "@aws_subnet.s.id", "route_table_id": "@aws_route_table.t.id"}"#,
        &["table aws_route_table.t", "subnet aws_subnet.s"],
        "subnet aws_subnet.s of aws_vpc.a 10.0.1.0/24 by aws_route_table.t [default network ACL of aws_vpc.a]
         table aws_route_table.t
           10.0.0.0/16 -> local",
    );
}

#[test]
fn what_adopts_the_defaults_of_a_network_that_is_not_known_may_adopt_those_of_any() {
    drawn(
        r#"aws_default_route_table.d {"default_route_table_id": "?", "route": [{"cidr_block": "0.0.0.0/0", "gateway_id": "igw-1"}]}"#,
        &["table aws_default_route_table.d", "subnet aws_subnet.s"],
        "subnet aws_subnet.s of aws_vpc.a 10.0.1.0/24 by aws_default_route_table.d or main route table of aws_vpc.a [default network ACL of aws_vpc.a] ?
         table aws_default_route_table.d
           10.0.0.0/16 -> local ?
           10.1.0.0/16 -> local ?
           0.0.0.0/0 -> internet gateway",
    );
    drawn(
        r#"aws_default_network_acl.d {"default_network_acl_id": "?"}
           aws_default_security_group.d {"vpc_id": "?"}"#,
        &[
            "filter aws_default_security_group.d",
            "filter aws_default_network_acl.d",
        ],
        "filter aws_default_security_group.d ?
         filter aws_default_network_acl.d ?",
    );
}

#[test]
fn an_inline_route_over_a_border_that_may_lead_anywhere_may_too() {
    drawn(
        r#"aws_vpc_peering_connection.p {"vpc_id": "@aws_vpc.a.id", "peer_vpc_id": "?", "accept_status": "active"}
           aws_route_table.t {"vpc_id": "@aws_vpc.a.id", "route": [{"cidr_block": "10.1.0.0/24", "vpc_peering_connection_id": "@aws_vpc_peering_connection.p.id"}]}"#,
        &["table aws_route_table.t"],
        "table aws_route_table.t
           10.0.0.0/16 -> local
           10.1.0.0/24 -> aws_vpc_peering_connection.p
           10.1.0.0/24 -> unknown ?",
    );
}

/// Into the subnet of the attachment no ACL is asked; where that is not known, it may be any.
#[test]
fn an_attachment_in_a_subnet_that_is_not_known_may_deliver_past_any_acl() {
    let graph = |subnets: &str, acl: &str| {
        format!(
            r#"aws_subnet.t {{"vpc_id": "@aws_vpc.b.id", "cidr_block": "10.1.1.0/24"}}
               aws_ec2_transit_gateway.g {{"id": "tgw-1", "amazon_side_asn": 64512}}
               aws_ec2_transit_gateway_vpc_attachment.a {{"transit_gateway_id": "tgw-1", "vpc_id": "@aws_vpc.a.id", "subnet_ids": ["@aws_subnet.s.id"]}}
               aws_ec2_transit_gateway_vpc_attachment.b {{"transit_gateway_id": "tgw-1", "vpc_id": "@aws_vpc.b.id", "subnet_ids": {subnets}}}
               {acl}"#
        )
    };
    let acl =
        r#"aws_network_acl.n {"vpc_id": "@aws_vpc.b.id", "subnet_ids": ["@aws_subnet.t.id"]}"#;
    let there = |graph: &str| {
        let text = super::drawn(&format!("{VPC}{graph}"));
        let lines = text.lines().map(str::trim);
        let own = lines.filter(|line| line.starts_with("aws_vpc.a -> aws_vpc.b: "));
        own.map(str::to_owned).collect::<Vec<_>>().join("\n")
    };
    let drawn = there(&graph("\"?\"", acl));
    assert!(
        drawn.contains("unjudged in aws_subnet.t") && drawn.ends_with('?'),
        "{drawn}"
    );
    // Where AWS's own ACL stands everywhere, it does not matter which subnet it is.
    assert!(!there(&graph("\"?\"", "")).contains('?'));
}

/// The groups of an endpoint tell its network only where they are all known.
#[test]
fn an_endpoint_with_likely_groups_and_unknown_subnets_may_stand_in_any_network() {
    let networks = |groups: &str| {
        let text = super::drawn(&format!(
            r#"{VPC}aws_security_group.g {{"vpc_id": "@aws_vpc.a.id"}}
               aws_instance.i {{"subnet_id": "?", "vpc_security_group_ids": [{groups}]}}"#
        ));
        let of_instance = text
            .lines()
            .skip_while(|line| *line != "endpoint aws_instance.i instance");
        let own = of_instance.skip(1).take_while(|line| line.starts_with(' '));
        let named = ["aws_vpc.a", "aws_vpc.b"].map(|network| (network, own.clone()));
        named.map(|(network, mut own)| own.any(|line| line.contains(network)))
    };
    assert_eq!(networks(r#""@aws_security_group.g.id""#), [true, false]);
    assert_eq!(networks(r#""@aws_security_group.g.id|?""#), [true, true]);
}

/// A block that cannot be read may be any: a rule that allows it may allow all, one that denies it may deny nothing.
#[test]
fn a_block_that_cannot_be_read_may_be_any() {
    let rule = |action: &str, block: &str| {
        format!(
            r#"aws_vpc.a {{"cidr_block": "10.0.0.0/16"}}
            aws_network_acl.n {{"vpc_id": "@aws_vpc.a.id", "ingress": [{{"rule_no": 100, "action": "{action}", "protocol": "-1", "from_port": 0, "to_port": 0, "cidr_block": "{block}"}}]}}"#
        )
    };
    for (action, word) in [("allow", "in 100"), ("deny", "in 100 deny")] {
        check(
            &rule(action, "10.9.0.0/33"),
            &["filter aws_network_acl.n"],
            &format!("filter aws_network_acl.n\n{word} all traffic, 0.0.0.0/0 ?"),
        );
    }
}
