//! Route tables, associations and routes.

use super::check;

const VPC: &str = r#"aws_vpc.a {"cidr_block": "10.0.0.0/16"}
aws_vpc.b {"cidr_block": "10.1.0.0/16"}
aws_vpc_peering_connection.p {"vpc_id": "@aws_vpc.a.id", "peer_vpc_id": "@aws_vpc.b.id", "auto_accept": true}
aws_subnet.s {"vpc_id": "@aws_vpc.a.id", "cidr_block": "10.0.1.0/24"}
aws_route_table.t {"vpc_id": "@aws_vpc.a.id"}
"#;

fn routes(more: &str, expected: &str) {
    check(
        &format!("{VPC}{more}"),
        &["table aws_route_table.t"],
        &format!("table aws_route_table.t\n10.0.0.0/16 -> local\n{expected}"),
    );
}

fn subnet(more: &str, tables: &str, mark: &str) {
    let expected = format!(
        "subnet aws_subnet.s of aws_vpc.a 10.0.1.0/24 by {tables} [default network ACL of aws_vpc.a]{mark}"
    );
    check(&format!("{VPC}{more}"), &["subnet aws_subnet.s"], &expected);
}

#[test]
fn which_table_a_subnet_uses() {
    let main = "main route table of aws_vpc.a";
    subnet("", main, "");
    subnet(
        r#"aws_route_table_association.x {"subnet_id": "@aws_subnet.s.id", "route_table_id": "@aws_route_table.t.id"}"#,
        "aws_route_table.t",
        "",
    );
    subnet(
        r#"aws_main_route_table_association.x {"vpc_id": "@aws_vpc.a.id", "route_table_id": "@aws_route_table.t.id"}"#,
        "aws_route_table.t",
        "",
    );
    subnet(
        r#"aws_default_route_table.d {"default_route_table_id": "@aws_vpc.a.default_route_table_id"}"#,
        "aws_default_route_table.d",
        "",
    );
    // What cannot be linked leaves every table of the VPC a candidate.
    subnet(
        r#"aws_route_table_association.x {"subnet_id": "@aws_subnet.s.id", "route_table_id": "?"}"#,
        "aws_route_table.t or main route table of aws_vpc.a",
        " ?",
    );
}

#[test]
fn where_a_route_leads() {
    let route = |attribute: &str| {
        format!(
            r#"aws_route.r {{"route_table_id": "@aws_route_table.t.id", "destination_cidr_block": "10.9.0.0/16", {attribute}}}"#
        )
    };
    for (attribute, more, expected) in [
        (
            r#""vpc_peering_connection_id": "@aws_vpc_peering_connection.p.id""#,
            "",
            "aws_vpc_peering_connection.p",
        ),
        (
            r#""gateway_id": "@aws_internet_gateway.i.id""#,
            "aws_internet_gateway.i",
            "internet gateway",
        ),
        (r#""gateway_id": "igw-1""#, "", "internet gateway"),
        (r#""gateway_id": "local""#, "", "local"),
        (r#""gateway_id": "vpce-1""#, "", "gateway endpoint"),
        (
            r#""egress_only_gateway_id": "eigw-1""#,
            "",
            "egress-only internet gateway",
        ),
        (
            r#""nat_gateway_id": "@aws_nat_gateway.n.id""#,
            r#"aws_nat_gateway.n {"subnet_id": "@aws_subnet.s.id"}"#,
            "translated by aws_nat_gateway.n",
        ),
        (r#""network_interface_id": "eni-1""#, "", "unknown ?"),
        (r#""vpc_endpoint_id": "vpce-1""#, "", "unknown ?"),
        (
            r#""gateway_id": "@aws_internet_gateway.i.id", "state": "blackhole""#,
            "aws_internet_gateway.i",
            "drop (blackhole)",
        ),
        (
            r#""vpc_peering_connection_id": "?", "network_interface_id": "?c""#,
            "",
            "unknown ?",
        ),
    ] {
        routes(
            &format!("{more}\n{}", route(attribute)),
            &format!("10.9.0.0/16 -> {expected}"),
        );
    }
}

#[test]
fn a_refreshed_table_lists_separate_routes_once_more() {
    check(
        r#"aws_vpc.a {"id": "vpc-1", "cidr_block": "10.0.0.0/16"}
           aws_vpc_peering_connection.p {"id": "pcx-1", "vpc_id": "vpc-1", "peer_vpc_id": "vpc-2", "accept_status": "active"}
           aws_route_table.t {"id": "rtb-1", "vpc_id": "vpc-1", "route": [{"cidr_block": "10.9.0.0/16", "gateway_id": "", "vpc_peering_connection_id": "pcx-1"}, {"cidr_block": "", "ipv6_cidr_block": "::/0", "egress_only_gateway_id": "eigw-1"}]}
           aws_route.r {"route_table_id": "rtb-1", "destination_cidr_block": "10.9.0.0/16", "vpc_peering_connection_id": "pcx-1"}"#,
        &["table aws_route_table.t"],
        "table aws_route_table.t
           10.0.0.0/16 -> local
           10.9.0.0/16 -> aws_vpc_peering_connection.p
           ::/0 -> egress-only internet gateway",
    );
}

#[test]
fn prefix_lists_are_their_blocks_and_lose_against_a_block() {
    routes(
        r#"aws_ec2_managed_prefix_list.l {"entry": [{"cidr": "10.8.0.0/16"}]}
           aws_ec2_managed_prefix_list_entry.e {"prefix_list_id": "@aws_ec2_managed_prefix_list.l.id", "cidr": "10.6.0.0/16"}
           aws_route.r {"route_table_id": "@aws_route_table.t.id", "destination_prefix_list_id": "@aws_ec2_managed_prefix_list.l.id", "vpc_peering_connection_id": "@aws_vpc_peering_connection.p.id"}"#,
        "10.6.0.0/16 -> aws_vpc_peering_connection.p rank 1
         10.8.0.0/16 -> aws_vpc_peering_connection.p rank 1",
    );
    routes(
        r#"aws_route.r {"route_table_id": "@aws_route_table.t.id", "destination_prefix_list_id": "pl-1", "vpc_peering_connection_id": "@aws_vpc_peering_connection.p.id"}"#,
        "anything -> aws_vpc_peering_connection.p rank 1 ?",
    );
}

#[test]
fn a_route_whose_table_cannot_be_told_may_be_in_any() {
    check(
        &format!(
            r#"{VPC}aws_route.r {{"route_table_id": "?", "destination_cidr_block": "10.1.0.0/16", "vpc_peering_connection_id": "@aws_vpc_peering_connection.p.id"}}"#
        ),
        &["table"],
        "table aws_route_table.t
           10.0.0.0/16 -> local
           10.1.0.0/16 -> aws_vpc_peering_connection.p ?
         table main route table of aws_vpc.a
           10.0.0.0/16 -> local
           10.1.0.0/16 -> aws_vpc_peering_connection.p ?
         table main route table of aws_vpc.b
           10.1.0.0/16 -> local
           10.1.0.0/16 -> aws_vpc_peering_connection.p ?",
    );
}

#[test]
fn a_peering_that_is_only_named_leads_out_of_the_input() {
    check(
        r#"aws_vpc.a {"cidr_block": "0.0.0.0/1"}
           aws_route.r {"route_table_id": "@aws_vpc.a.main_route_table_id", "destination_cidr_block": "192.0.0.0/8", "vpc_peering_connection_id": "pcx-1"}"#,
        &["network", "link", "table main route table of aws_vpc.a"],
        "network aws_vpc.a 0.0.0.0/1
         network far side of pcx-1 any address not held ?
         table main route table of aws_vpc.a
           0.0.0.0/1 -> local
           192.0.0.0/8 -> pcx-1
         link pcx-1: not in the input
           aws_vpc.a -> far side of pcx-1: 0.0.0.0/1 -> 128.0.0.0/1, ::/0 ?
           far side of pcx-1 -> aws_vpc.a: 128.0.0.0/1, ::/0 -> 0.0.0.0/1 ?",
    );
}

#[test]
fn a_table_of_a_vpc_that_is_only_read_may_hold_anything() {
    check(
        r#"data aws_vpc.a {"id": "vpc-1", "cidr_block": "10.0.0.0/16"}
           aws_vpc.b {"cidr_block": "10.1.0.0/16"}
           aws_vpc_peering_connection.p {"vpc_id": "@data.aws_vpc.a.id", "peer_vpc_id": "@aws_vpc.b.id", "auto_accept": true}"#,
        &["table main route table of data.aws_vpc.a"],
        "table main route table of data.aws_vpc.a
           10.0.0.0/16 -> local
           anything -> aws_vpc_peering_connection.p ?
           anything -> unknown ?",
    );
}

#[test]
fn a_peering_whose_far_end_cannot_be_told_may_join_any_network() {
    check(
        r#"aws_vpc.a {"cidr_block": "0.0.0.0/1"}
           aws_vpc_peering_connection.p {"vpc_id": "@aws_vpc.a.id", "peer_vpc_id": "?", "accept_status": "active"}
           aws_vpc_peering_connection.q {"vpc_id": "?", "peer_vpc_id": "?", "accept_status": "active"}
           aws_route.p {"route_table_id": "@aws_vpc.a.main_route_table_id", "destination_cidr_block": "192.0.0.0/8", "vpc_peering_connection_id": "@aws_vpc_peering_connection.p.id"}
           aws_route.q {"route_table_id": "@aws_vpc.a.main_route_table_id", "destination_cidr_block": "193.0.0.0/8", "vpc_peering_connection_id": "@aws_vpc_peering_connection.q.id"}"#,
        &["link", "table main route table of aws_vpc.a"],
        "table main route table of aws_vpc.a
           0.0.0.0/1 -> local
           192.0.0.0/8 -> aws_vpc_peering_connection.p
           192.0.0.0/8 -> unknown ?
           193.0.0.0/8 -> unknown ?
         link aws_vpc_peering_connection.p: active
           aws_vpc.a -> accepter VPC of aws_vpc_peering_connection.p: 0.0.0.0/1 -> 128.0.0.0/1, ::/0 members ?
           accepter VPC of aws_vpc_peering_connection.p -> aws_vpc.a: 128.0.0.0/1, ::/0 -> 0.0.0.0/1 members ?
         link aws_vpc_peering_connection.q: what it joins cannot be resolved",
    );
}

#[test]
fn very_many_candidates_are_one_doubt() {
    let tables: String = (0..12)
        .map(|n| format!("aws_route_table.t{n} {{\"vpc_id\": \"@aws_vpc.a.id\"}}\n"))
        .collect();
    check(
        &format!(
            r#"aws_vpc.a {{"cidr_block": "10.0.0.0/16"}}
               {tables}
               aws_route.r {{"route_table_id": "?", "destination_cidr_block": "10.1.0.0/16", "gateway_id": "igw-1"}}
               aws_route.s {{"route_table_id": "?", "destination_cidr_block": "10.2.0.0/16", "gateway_id": "igw-1"}}"#
        ),
        &["table aws_route_table.t7"],
        "table aws_route_table.t7
           10.0.0.0/16 -> local
           anything -> unknown ?",
    );
}

#[test]
fn an_association_whose_subnet_is_not_told_may_be_for_any_that_has_none() {
    let unresolved = r#"aws_route_table_association.x {"subnet_id": "?", "route_table_id": "@aws_route_table.t.id"}
"#;
    subnet(
        unresolved,
        "aws_route_table.t or main route table of aws_vpc.a",
        " ?",
    );
    // A subnet has one association.
    let own = r#"aws_route_table.u {"vpc_id": "@aws_vpc.a.id"}
                 aws_route_table_association.y {"subnet_id": "@aws_subnet.s.id", "route_table_id": "@aws_route_table.u.id"}"#;
    subnet(&format!("{unresolved}{own}"), "aws_route_table.u", "");
    // The table is of another VPC.
    let other = r#"aws_route_table.u {"vpc_id": "@aws_vpc.b.id"}
                   aws_route_table_association.x {"subnet_id": "?", "route_table_id": "@aws_route_table.u.id"}"#;
    subnet(other, "main route table of aws_vpc.a", "");
}

#[test]
fn a_main_table_that_is_not_told_may_be_any_of_the_vpc() {
    let main = |vpc: &str, table: &str| {
        format!(
            r#"aws_main_route_table_association.x {{"vpc_id": "{vpc}", "route_table_id": "{table}"}}"#
        )
    };
    let either = "aws_route_table.t or main route table of aws_vpc.a";
    subnet(&main("?", "@aws_route_table.t.id"), either, " ?");
    subnet(&main("@aws_vpc.a.id", "?"), either, " ?");
    // The table is of another VPC.
    let other = format!(
        "aws_route_table.u {{\"vpc_id\": \"@aws_vpc.b.id\"}}\n{}",
        main("?", "@aws_route_table.u.id")
    );
    subnet(&other, "main route table of aws_vpc.a", "");
}

#[test]
fn a_nat_gateway_that_is_read_or_only_named_translates() {
    let route = |gateway: &str| {
        format!(
            r#"aws_route.r {{"route_table_id": "@aws_route_table.t.id", "destination_cidr_block": "0.0.0.0/0", "nat_gateway_id": "{gateway}"}}
"#
        )
    };
    let read = r#"data aws_nat_gateway.n {"id": "nat-1", "subnet_id": "@aws_subnet.s.id", "private_ip": "10.0.1.7"}"#;
    check(
        &format!("{VPC}{}{read}", route("@data.aws_nat_gateway.n.id")),
        &["table aws_route_table.t", "endpoint"],
        "table aws_route_table.t
           10.0.0.0/16 -> local
           0.0.0.0/0 -> translated by data.aws_nat_gateway.n
         endpoint data.aws_nat_gateway.n NAT gateway
           aws_subnet.s 10.0.1.7 []",
    );
    check(
        &format!("{VPC}{}", route("nat-9")),
        &["table aws_route_table.t", "endpoint"],
        "table aws_route_table.t
           10.0.0.0/16 -> local
           0.0.0.0/0 -> translated by nat-9
         endpoint nat-9 NAT gateway
           somewhere in aws_vpc.a 10.0.0.0/16 [] ?",
    );
}

/// A route has a destination, so where none is known it may be any.
#[test]
fn a_destination_that_is_not_known_may_be_any() {
    let peering = r#""vpc_peering_connection_id": "@aws_vpc_peering_connection.p.id""#;
    for destination in ["?", "?c"] {
        routes(
            &format!(
                r#"aws_route.r {{"route_table_id": "@aws_route_table.t.id", "destination_cidr_block": "{destination}", {peering}}}"#
            ),
            "anything -> aws_vpc_peering_connection.p ?",
        );
    }
    routes(
        &format!(
            r#"aws_route.r {{"route_table_id": "@aws_route_table.t.id", "destination_cidr_block": "?c", "destination_ipv6_cidr_block": "2001:db8::/32", {peering}}}"#
        ),
        "2001:db8::/32 -> aws_vpc_peering_connection.p",
    );
}

/// A block of the table leads wherever the same route by itself does.
#[test]
fn a_block_to_a_peering_with_a_far_side_that_is_not_known_may_lead_anywhere() {
    let network = r#"aws_vpc.a {"cidr_block": "10.0.0.0/16"}
        aws_vpc_peering_connection.p {"vpc_id": "@aws_vpc.a.id", "peer_vpc_id": "?", "auto_accept": true}
        "#;
    let inline = r#"aws_route_table.t {"vpc_id": "@aws_vpc.a.id", "route": [{"cidr_block": "10.9.0.0/16", "vpc_peering_connection_id": "@aws_vpc_peering_connection.p.id"}]}"#;
    let separate = r#"aws_route_table.t {"vpc_id": "@aws_vpc.a.id"}
        aws_route.r {"route_table_id": "@aws_route_table.t.id", "destination_cidr_block": "10.9.0.0/16", "vpc_peering_connection_id": "@aws_vpc_peering_connection.p.id"}"#;
    for table in [inline, separate] {
        check(
            &format!("{network}{table}"),
            &["table aws_route_table.t"],
            "table aws_route_table.t
             10.0.0.0/16 -> local
             10.9.0.0/16 -> aws_vpc_peering_connection.p
             10.9.0.0/16 -> unknown ?",
        );
    }
}

#[test]
fn a_route_to_an_interface_alone_leads_through_an_appliance() {
    let route = r#"aws_route.r {"route_table_id": "@aws_route_table.t.id", "destination_cidr_block": "10.9.0.0/16", "network_interface_id": "eni-1"}"#;
    check(
        &format!("{VPC}{route}"),
        &["gap"],
        "gap not-judged the route of `aws_route.r` leads through an appliance (`network_interface_id`), which is not analysed",
    );
}
