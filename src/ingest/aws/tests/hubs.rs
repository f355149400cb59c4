//! Transit gateways, virtual private gateways, Direct Connect.

use super::{check, drawn};

/// Three VPCs attached to a gateway without default tables.
const HUB: &str = r#"aws_vpc.a {"cidr_block": "10.0.0.0/16"}
aws_vpc.b {"cidr_block": "10.1.0.0/16"}
aws_vpc.c {"cidr_block": "10.2.0.0/16"}
aws_subnet.a {"vpc_id": "@aws_vpc.a.id", "cidr_block": "10.0.1.0/24"}
aws_subnet.b {"vpc_id": "@aws_vpc.b.id", "cidr_block": "10.1.1.0/24"}
aws_subnet.c {"vpc_id": "@aws_vpc.c.id", "cidr_block": "10.2.1.0/24"}
aws_ec2_transit_gateway_vpc_attachment.a {"transit_gateway_id": "@aws_ec2_transit_gateway.t.id", "vpc_id": "@aws_vpc.a.id", "subnet_ids": ["@aws_subnet.a.id"]}
aws_ec2_transit_gateway_vpc_attachment.b {"transit_gateway_id": "@aws_ec2_transit_gateway.t.id", "vpc_id": "@aws_vpc.b.id", "subnet_ids": ["@aws_subnet.b.id"]}
aws_ec2_transit_gateway_vpc_attachment.c {"transit_gateway_id": "@aws_ec2_transit_gateway.t.id", "vpc_id": "@aws_vpc.c.id", "subnet_ids": ["@aws_subnet.c.id"]}
"#;
const CLOSED: &str = r#"aws_ec2_transit_gateway.t {"default_route_table_association": "disable", "default_route_table_propagation": "disable"}
aws_ec2_transit_gateway_route_table.r {"transit_gateway_id": "@aws_ec2_transit_gateway.t.id"}
"#;

fn association(attachment: &str, table: &str) -> String {
    resource("association", attachment, table)
}

fn propagation(attachment: &str, table: &str) -> String {
    resource("propagation", attachment, table)
}

fn resource(kind: &str, attachment: &str, table: &str) -> String {
    format!(
        r#"aws_ec2_transit_gateway_route_table_{kind}.{attachment}{table} {{"transit_gateway_attachment_id": "@aws_ec2_transit_gateway_vpc_attachment.{attachment}.id", "transit_gateway_route_table_id": "@aws_ec2_transit_gateway_route_table.{table}.id"}}
"#
    )
}

fn legs(more: &str, expected: &str) {
    check(
        &format!("{HUB}{more}"),
        &["link aws_ec2_transit_gateway.t"],
        &format!("link aws_ec2_transit_gateway.t: active once applied\n{expected}"),
    );
}

/// A leg between two of the VPCs `a`, `b` and `c`.
fn leg(from: &str, to: &str, mark: &str, table: &str, kind: &str) -> String {
    let block = |name: &str| format!("10.{}.0.0/16", "abc".find(name).unwrap());
    let (source, target) = (block(from), block(to));
    format!(
        "aws_vpc.{from} -> aws_vpc.{to}: {source} -> {target}{mark}
         attached by `aws_ec2_transit_gateway_vpc_attachment.{from}`
         `{table}` leads {target} to `aws_ec2_transit_gateway_vpc_attachment.{to}` ({kind})\n"
    )
}

#[test]
fn default_tables_join_everything() {
    let table = "default route table of aws_ec2_transit_gateway.t";
    let all: Vec<String> = [
        ("a", "b"),
        ("a", "c"),
        ("b", "a"),
        ("b", "c"),
        ("c", "a"),
        ("c", "b"),
    ]
    .iter()
    .map(|(from, to)| leg(from, to, "", table, "propagated"))
    .collect();
    let mut drawn = all.join("");
    // Equal prefix lengths are visited in the order of attachments.
    drawn = drawn.replace("\n\n", "\n");
    legs(r#"aws_ec2_transit_gateway.t {}"#, &drawn);
}

#[test]
fn who_is_neither_associated_nor_propagated_reaches_nobody() {
    legs(CLOSED, "");
    legs(&format!("{CLOSED}{}", propagation("b", "r")), "");
    legs(
        &format!("{CLOSED}{}{}", association("a", "r"), propagation("b", "r")),
        &leg(
            "a",
            "b",
            "",
            "aws_ec2_transit_gateway_route_table.r",
            "propagated",
        ),
    );
}

#[test]
fn longest_prefix_first_then_static_over_propagated() {
    let table = "aws_ec2_transit_gateway_route_table.r";
    let with = |route: &str| {
        format!(
            r#"{CLOSED}{}{}aws_ec2_transit_gateway_route.s {{"transit_gateway_route_table_id": "@{table}.id", {route}}}"#,
            association("a", "r"),
            propagation("b", "r")
        )
    };
    let attached = "attached by `aws_ec2_transit_gateway_vpc_attachment.a`";
    let to_b = format!(
        "{attached}\n`{table}` leads 10.1.0.0/16 to `aws_ec2_transit_gateway_vpc_attachment.b` (propagated)"
    );
    legs(
        &with(r#""destination_cidr_block": "10.1.0.0/17", "blackhole": true"#),
        &format!("aws_vpc.a -> aws_vpc.b: 10.0.0.0/16 -> 10.1.128.0/17\n{to_b}"),
    );
    // The same block by hand: a black hole hides the propagated route.
    legs(
        &with(r#""destination_cidr_block": "10.1.0.0/16", "blackhole": true"#),
        "",
    );
    // A route whose block is not known may hide the other.
    legs(
        &with(r#""destination_cidr_block": "?", "blackhole": true"#),
        &format!("aws_vpc.a -> aws_vpc.b: 10.0.0.0/16 -> 10.1.0.0/16 ?\n{to_b}"),
    );
    legs(
        &with(
            r#""destination_cidr_block": "10.2.0.0/16", "transit_gateway_attachment_id": "@aws_ec2_transit_gateway_vpc_attachment.c.id""#,
        ),
        &format!(
            "{}{}",
            leg("a", "c", "", table, "static"),
            leg("a", "b", "", table, "propagated")
        ),
    );
}

#[test]
fn a_default_route_into_a_vpc_may_be_carried_on_there() {
    let table = "aws_ec2_transit_gateway_route_table.r";
    legs(
        &format!(
            r#"{CLOSED}{}aws_ec2_transit_gateway_route.s {{"transit_gateway_route_table_id": "@{table}.id", "destination_cidr_block": "0.0.0.0/0", "transit_gateway_attachment_id": "@aws_ec2_transit_gateway_vpc_attachment.b.id"}}"#,
            association("a", "r")
        ),
        "aws_vpc.a -> aws_vpc.c: 10.0.0.0/16 -> 10.2.0.0/16 ?
           attached by `aws_ec2_transit_gateway_vpc_attachment.a`
           `aws_ec2_transit_gateway_route_table.r` leads 0.0.0.0/0 to `aws_ec2_transit_gateway_vpc_attachment.b` (static)
         aws_vpc.a -> aws_vpc.b: 10.0.0.0/16 -> 10.1.0.0/16
           attached by `aws_ec2_transit_gateway_vpc_attachment.a`
           `aws_ec2_transit_gateway_route_table.r` leads 0.0.0.0/0 to `aws_ec2_transit_gateway_vpc_attachment.b` (static)",
    );
}

#[test]
fn prefix_list_references_and_attachments_that_cannot_be_told() {
    let table = "aws_ec2_transit_gateway_route_table.r";
    let reference = |attachment: &str| {
        format!(
            r#"{CLOSED}{}aws_ec2_managed_prefix_list.l {{"entry": [{{"cidr": "10.1.0.0/16"}}]}}
               aws_ec2_transit_gateway_prefix_list_reference.s {{"transit_gateway_route_table_id": "@{table}.id", "prefix_list_id": "@aws_ec2_managed_prefix_list.l.id", {attachment}}}"#,
            association("a", "r")
        )
    };
    legs(
        &reference(
            r#""transit_gateway_attachment_id": "@aws_ec2_transit_gateway_vpc_attachment.b.id""#,
        ),
        &leg("a", "b", "", table, "static"),
    );
    legs(&reference(r#""blackhole": true"#), "");
    let carried = leg("a", "b", " ?", table, "static").replace(
        "leads 10.1.0.0/16 to `aws_ec2_transit_gateway_vpc_attachment.b`",
        "leads 10.1.0.0/16 to `aws_ec2_transit_gateway_vpc_attachment.c`",
    );
    legs(
        &reference(r#""transit_gateway_attachment_id": "?""#),
        &format!("{}{carried}", leg("a", "b", " ?", table, "static")),
    );
}

/// Which of its hubs an attachment is of may be open: what it attaches is known nevertheless.
#[test]
fn an_attachment_whose_gateway_is_not_known_brings_its_own_network_alone() {
    let more = r#"aws_ec2_transit_gateway.t {}
aws_vpc.d {"cidr_block": "10.3.0.0/16"}
aws_vpc.e {"cidr_block": "10.4.0.0/16"}
aws_subnet.d {"vpc_id": "@aws_vpc.d.id", "cidr_block": "10.3.1.0/24"}
aws_ec2_transit_gateway_vpc_attachment.d {"transit_gateway_id": "?", "vpc_id": "@aws_vpc.d.id", "subnet_ids": ["@aws_subnet.d.id"]}"#;
    let drawn = drawn(&format!("{HUB}{more}"));
    let leg = |to: &str| drawn.contains(&format!("aws_vpc.a -> aws_vpc.{to}:"));
    assert!(leg("d"), "{drawn}");
    assert!(!leg("e"), "{drawn}");
}

#[test]
fn group_references_hold_in_inbound_rules_where_gateway_and_attachments_support_them() {
    let two = |gateway: &str| {
        format!(
            r#"aws_vpc.a {{"cidr_block": "10.0.0.0/16"}}
               aws_vpc.b {{"cidr_block": "10.1.0.0/16"}}
               aws_ec2_transit_gateway.t {{{gateway}}}
               aws_ec2_transit_gateway_vpc_attachment.a {{"transit_gateway_id": "@aws_ec2_transit_gateway.t.id", "vpc_id": "@aws_vpc.a.id", "transit_gateway_default_route_table_association": true}}
               aws_ec2_transit_gateway_vpc_attachment.b {{"transit_gateway_id": "@aws_ec2_transit_gateway.t.id", "vpc_id": "@aws_vpc.b.id", "transit_gateway_default_route_table_association": false, "appliance_mode_support": "enable"}}"#
        )
    };
    let expected = |mark: &str| {
        format!(
            "link aws_ec2_transit_gateway.t: active once applied
             {}appliance mode keeps both directions of a flow in one zone",
            leg(
                "a",
                "b",
                mark,
                "default route table of aws_ec2_transit_gateway.t",
                "propagated"
            )
        )
    };
    let link = &["link aws_ec2_transit_gateway.t"];
    check(&two(""), link, &expected(""));
    check(
        &two(r#""security_group_referencing_support": "enable""#),
        link,
        &expected(" members in"),
    );
}

#[test]
fn zones_and_acls_of_the_attachments_subnets() {
    check(
        r#"aws_vpc.a {"cidr_block": "10.0.0.0/16"}
           aws_vpc.b {"cidr_block": "10.1.0.0/16"}
           aws_subnet.a1 {"vpc_id": "@aws_vpc.a.id", "cidr_block": "10.0.1.0/24", "availability_zone": "x"}
           aws_subnet.a2 {"vpc_id": "@aws_vpc.a.id", "cidr_block": "10.0.2.0/24", "availability_zone": "y"}
           aws_subnet.b1 {"vpc_id": "@aws_vpc.b.id", "cidr_block": "10.1.1.0/24", "availability_zone": "x"}
           aws_network_acl.b {"vpc_id": "@aws_vpc.b.id", "subnet_ids": ["@aws_subnet.b1.id"]}
           aws_ec2_transit_gateway.t {}
           aws_ec2_transit_gateway_vpc_attachment.a {"transit_gateway_id": "@aws_ec2_transit_gateway.t.id", "vpc_id": "@aws_vpc.a.id", "subnet_ids": ["@aws_subnet.a1.id"]}
           aws_ec2_transit_gateway_vpc_attachment.b {"transit_gateway_id": "@aws_ec2_transit_gateway.t.id", "vpc_id": "@aws_vpc.b.id", "subnet_ids": ["@aws_subnet.b1.id"]}"#,
        &["link"],
        "link aws_ec2_transit_gateway.t: active once applied
         aws_vpc.a by aws_subnet.a1 -> aws_vpc.b: 10.0.0.0/16 -> 10.1.1.0/24 unjudged in aws_subnet.b1
           attached by `aws_ec2_transit_gateway_vpc_attachment.a`
           `default route table of aws_ec2_transit_gateway.t` leads 10.1.0.0/16 to `aws_ec2_transit_gateway_vpc_attachment.b` (propagated)
         aws_vpc.a by aws_subnet.a1 -> aws_vpc.b: 10.0.0.0/16 -> 10.1.0.0/24, 10.1.2.0/23, 10.1.4.0/22, 10.1.8.0/21, 10.1.16.0/20, 10.1.32.0/19, 10.1.64.0/18, 10.1.128.0/17 [aws_network_acl.b Egress]
           attached by `aws_ec2_transit_gateway_vpc_attachment.a`
           `default route table of aws_ec2_transit_gateway.t` leads 10.1.0.0/16 to `aws_ec2_transit_gateway_vpc_attachment.b` (propagated)
         aws_vpc.b by aws_subnet.b1 -> aws_vpc.a: 10.1.0.0/16 -> 10.0.0.0/16 [aws_network_acl.b Ingress]
           attached by `aws_ec2_transit_gateway_vpc_attachment.b`
           `default route table of aws_ec2_transit_gateway.t` leads 10.0.0.0/16 to `aws_ec2_transit_gateway_vpc_attachment.a` (propagated)",
    );
}

#[test]
fn gateways_joined_by_static_routes() {
    let joined = |accepter: &str| {
        format!(
            r#"aws_vpc.a {{"cidr_block": "10.0.0.0/16"}}
               aws_vpc.b {{"cidr_block": "10.1.0.0/16"}}
               aws_ec2_transit_gateway.x {{}}
               aws_ec2_transit_gateway.y {{}}
               aws_ec2_transit_gateway_vpc_attachment.a {{"transit_gateway_id": "@aws_ec2_transit_gateway.x.id", "vpc_id": "@aws_vpc.a.id"}}
               aws_ec2_transit_gateway_vpc_attachment.b {{"transit_gateway_id": "@aws_ec2_transit_gateway.y.id", "vpc_id": "@aws_vpc.b.id"}}
               aws_ec2_transit_gateway_peering_attachment.p {{"transit_gateway_id": "@aws_ec2_transit_gateway.x.id", "peer_transit_gateway_id": "@aws_ec2_transit_gateway.y.id"}}
               aws_ec2_transit_gateway_route.x {{"transit_gateway_route_table_id": "@aws_ec2_transit_gateway.x.association_default_route_table_id", "destination_cidr_block": "10.1.0.0/17", "transit_gateway_attachment_id": "@aws_ec2_transit_gateway_peering_attachment.p.id"}}
               {accepter}"#
        )
    };
    let expected = |mark: &str| {
        format!(
            "link aws_ec2_transit_gateway.x: active once applied
             aws_vpc.a -> aws_vpc.b: 10.0.0.0/16 -> 10.1.0.0/17{mark}
               attached by `aws_ec2_transit_gateway_vpc_attachment.a`
               `default route table of aws_ec2_transit_gateway.x` leads 10.1.0.0/17 to `aws_ec2_transit_gateway_peering_attachment.p` (static)
               `default route table of aws_ec2_transit_gateway.y` leads 10.1.0.0/16 to `aws_ec2_transit_gateway_vpc_attachment.b` (propagated)
             link aws_ec2_transit_gateway.y: active once applied"
        )
    };
    let accepter = r#"aws_ec2_transit_gateway_peering_attachment_accepter.p {"transit_gateway_attachment_id": "@aws_ec2_transit_gateway_peering_attachment.p.id"}"#;
    check(&joined(accepter), &["link"], &expected(""));
    check(&joined(""), &["link"], &expected(" ?"));
}

#[test]
fn an_attachment_of_another_account_waits_for_acceptance() {
    let two = |gateway: &str, accepter: &str| {
        format!(
            r#"aws_vpc.a {{"cidr_block": "10.0.0.0/16"}}
               aws_vpc.b {{"cidr_block": "10.1.0.0/16"}}
               aws_ec2_transit_gateway.t {{"owner_id": "111111111111"{gateway}}}
               aws_ec2_transit_gateway_vpc_attachment.a {{"transit_gateway_id": "@aws_ec2_transit_gateway.t.id", "vpc_id": "@aws_vpc.a.id", "transit_gateway_default_route_table_propagation": false}}
               aws_ec2_transit_gateway_vpc_attachment.b {{"transit_gateway_id": "@aws_ec2_transit_gateway.t.id", "vpc_id": "@aws_vpc.b.id", "vpc_owner_id": "222222222222", "transit_gateway_default_route_table_association": false}}
               {accepter}"#
        )
    };
    let table = "default route table of aws_ec2_transit_gateway.t";
    let expected = |mark: &str| {
        format!(
            "link aws_ec2_transit_gateway.t: active once applied\n{}",
            leg("a", "b", mark, table, "propagated")
        )
    };
    check(&two("", ""), &["link"], &expected(" ?"));
    check(
        &two(r#", "auto_accept_shared_attachments": "enable""#, ""),
        &["link"],
        &expected(""),
    );
    let accepter = r#"aws_ec2_transit_gateway_vpc_attachment_accepter.b {"transit_gateway_attachment_id": "@aws_ec2_transit_gateway_vpc_attachment.b.id"}"#;
    check(&two("", accepter), &["link"], &expected(""));
}

#[test]
fn a_gateway_that_is_only_named_may_lead_anywhere() {
    check(
        r#"aws_vpc.a {"cidr_block": "0.0.0.0/1"}
           aws_ec2_transit_gateway_vpc_attachment.a {"transit_gateway_id": "tgw-1", "vpc_id": "@aws_vpc.a.id"}
           aws_route.r {"route_table_id": "@aws_vpc.a.main_route_table_id", "destination_cidr_block": "192.0.0.0/8", "transit_gateway_id": "tgw-1"}"#,
        &["link", "table main route table of aws_vpc.a"],
        "table main route table of aws_vpc.a
           0.0.0.0/1 -> local
           192.0.0.0/8 -> tgw-1
         link tgw-1: not in the input
           aws_vpc.a -> far side of tgw-1: 0.0.0.0/1 -> 128.0.0.0/1, ::/0 ?
           far side of tgw-1 -> aws_vpc.a: 128.0.0.0/1, ::/0 -> 0.0.0.0/1 ?",
    );
}

#[test]
fn networks_behind_vpn_and_direct_connect() {
    check(
        r#"aws_vpc.a {"cidr_block": "0.0.0.0/1"}
           aws_vpn_gateway.v {"vpc_id": "@aws_vpc.a.id"}
           aws_vpn_connection.c {"vpn_gateway_id": "@aws_vpn_gateway.v.id", "transit_gateway_id": null}
           aws_route_table.r {"vpc_id": "@aws_vpc.a.id", "propagating_vgws": ["@aws_vpn_gateway.v.id"]}
           aws_route_table.s {"vpc_id": "@aws_vpc.a.id", "route": [{"cidr_block": "192.168.0.0/16", "gateway_id": "@aws_vpn_gateway.v.id"}]}"#,
        &[
            "network",
            "link",
            "table aws_route_table.r",
            "table aws_route_table.s",
        ],
        "network aws_vpc.a 0.0.0.0/1
         network aws_vpn_connection.c 128.0.0.0/1, ::/0 not held ?
         table aws_route_table.r
           0.0.0.0/1 -> local
           128.0.0.0/1 -> aws_vpn_gateway.v rank 2 ?
           ::/0 -> aws_vpn_gateway.v rank 2 ?
         table aws_route_table.s
           0.0.0.0/1 -> local
           192.168.0.0/16 -> aws_vpn_gateway.v
         link aws_vpn_gateway.v: active once applied
           aws_vpc.a -> aws_vpn_connection.c: 0.0.0.0/1 -> 128.0.0.0/1, ::/0 ?
           aws_vpn_connection.c -> aws_vpc.a: 128.0.0.0/1, ::/0 -> 0.0.0.0/1 ?",
    );
    check(
        r#"aws_vpc.a {"cidr_block": "0.0.0.0/1"}
           aws_ec2_transit_gateway.t {}
           aws_ec2_transit_gateway_vpc_attachment.a {"transit_gateway_id": "@aws_ec2_transit_gateway.t.id", "vpc_id": "@aws_vpc.a.id"}
           aws_dx_gateway.d {}
           aws_dx_gateway_association.d {"associated_gateway_id": "@aws_ec2_transit_gateway.t.id", "dx_gateway_id": "@aws_dx_gateway.d.id"}"#,
        &["link"],
        "link aws_ec2_transit_gateway.t: active once applied
           aws_vpc.a -> aws_dx_gateway.d: 0.0.0.0/1 -> 128.0.0.0/1 ?
             attached by `aws_ec2_transit_gateway_vpc_attachment.a`
             `default route table of aws_ec2_transit_gateway.t` leads 128.0.0.0/1 to `aws_dx_gateway_association.d` (propagated)
           aws_vpc.a -> aws_dx_gateway.d: 0.0.0.0/1 -> ::/0 ?
             attached by `aws_ec2_transit_gateway_vpc_attachment.a`
             `default route table of aws_ec2_transit_gateway.t` leads ::/0 to `aws_dx_gateway_association.d` (propagated)
           aws_dx_gateway.d -> aws_vpc.a: 128.0.0.0/1, ::/0 -> 0.0.0.0/1 ?
             attached by `aws_dx_gateway_association.d`
             `default route table of aws_ec2_transit_gateway.t` leads 0.0.0.0/1 to `aws_ec2_transit_gateway_vpc_attachment.a` (propagated)",
    );
}

/// An attachment by two subnets, of which the second has the ACL that AWS makes; `zones` gives the zones of the first, the
/// second, and a third subnet that is not attached.
fn entered(zones: [&str; 3]) -> Vec<String> {
    let subnet = |number: usize, zone: &str| {
        let zone = match zone {
            "" => String::new(),
            zone => format!(r#", "availability_zone": "{zone}""#),
        };
        format!(
            r#"aws_subnet.b{number} {{"vpc_id": "@aws_vpc.b.id", "cidr_block": "10.1.{number}.0/24"{zone}}}"#
        )
    };
    let [first, second, third] = zones;
    let graph = format!(
        r#"aws_vpc.a {{"cidr_block": "10.0.0.0/16"}}
           aws_subnet.a1 {{"vpc_id": "@aws_vpc.a.id", "cidr_block": "10.0.1.0/24"}}
           aws_vpc.b {{"cidr_block": "10.1.0.0/16"}}
           {}
           {}
           {}
           aws_network_acl.b {{"vpc_id": "@aws_vpc.b.id", "subnet_ids": ["@aws_subnet.b1.id"]}}
           aws_ec2_transit_gateway.t {{}}
           aws_ec2_transit_gateway_vpc_attachment.a {{"transit_gateway_id": "@aws_ec2_transit_gateway.t.id", "vpc_id": "@aws_vpc.a.id", "subnet_ids": ["@aws_subnet.a1.id"]}}
           aws_ec2_transit_gateway_vpc_attachment.b {{"transit_gateway_id": "@aws_ec2_transit_gateway.t.id", "vpc_id": "@aws_vpc.b.id", "subnet_ids": ["@aws_subnet.b1.id", "@aws_subnet.b2.id"]}}"#,
        subnet(1, first),
        subnet(2, second),
        subnet(3, third)
    );
    let drawn = super::drawn(&graph);
    let legs = drawn.lines().map(str::trim);
    let out = legs.filter(|line| line.starts_with("aws_vpc.b") && line.contains("-> aws_vpc.a"));
    out.map(|line| line.replace("aws_subnet.", "")).collect()
}

#[test]
fn what_is_in_a_subnet_of_the_attachment_enters_by_that_very_subnet() {
    let leg = |by: &str, acl: &str| {
        format!("aws_vpc.b by {by} -> aws_vpc.a: 10.1.0.0/16 -> 10.0.0.0/16{acl}")
    };
    let acl = " [aws_network_acl.b Ingress]";
    // Zones that are not known change nothing: an attachment has one subnet a zone.
    assert_eq!(
        entered(["", "", ""]),
        [leg("b1, b3", acl), leg("b2, b3", "")]
    );
    assert_eq!(
        entered(["x", "y", "x"]),
        [leg("b1, b3", acl), leg("b2", "")]
    );
    assert_eq!(
        entered(["x", "y", "y"]),
        [leg("b1", acl), leg("b2, b3", "")]
    );
    // What is in the zone of one subnet of the attachment does not enter by another one, whose zone is not known.
    assert_eq!(entered(["", "y", "y"]), [leg("b1", acl), leg("b2, b3", "")]);
    assert_eq!(entered(["x", "y", "z"]), [leg("b1", acl), leg("b2", "")]);
}

/// An attachment of another account waits for acceptance; one whose account is not known may be of another.
#[test]
fn an_account_that_is_not_known_may_have_to_be_accepted() {
    let doubt = |gateway: &str, attachment: &str| {
        let drawn = drawn(&format!(
            r#"aws_vpc.a {{"cidr_block": "10.0.0.0/16"}}
aws_vpc.b {{"cidr_block": "10.1.0.0/16"}}
aws_ec2_transit_gateway.t {{{gateway}}}
aws_ec2_transit_gateway_vpc_attachment.a {{"vpc_id": "@aws_vpc.a.id", "transit_gateway_id": "@aws_ec2_transit_gateway.t.id", "subnet_ids": []}}
aws_ec2_transit_gateway_vpc_attachment.b {{"vpc_id": "@aws_vpc.b.id", "transit_gateway_id": "@aws_ec2_transit_gateway.t.id", "subnet_ids": []{attachment}}}"#
        ));
        let mut legs = drawn
            .lines()
            .map(str::trim)
            .filter(|line| line.starts_with("aws_vpc.a -> aws_vpc.b"));
        legs.next().unwrap().ends_with('?')
    };
    let other = r#", "provider": "peer""#;
    assert!(!doubt("", ""), "one provider");
    assert!(doubt("", other), "two providers");
    assert!(!doubt(
        r#""owner_id": "111122223333""#,
        r#", "provider": "peer", "vpc_owner_id": "111122223333""#
    ));
    assert!(doubt(
        r#""owner_id": "111122223333""#,
        r#", "provider": "peer", "vpc_owner_id": "444455556666""#
    ));
    assert!(!doubt(
        r#""auto_accept_shared_attachments": "enable""#,
        other
    ));
}

/// Which table a policy table chooses is not shown: it may be any of the gateway. Without one the attachments have none.
#[test]
fn a_policy_table_may_choose_any_table_of_its_gateway() {
    let joined = |more: &str| {
        let table = format!("{CLOSED}{}{}", propagation("a", "r"), propagation("b", "r"));
        let text = drawn(&format!("{HUB}{table}{more}"));
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let leads = |leg: &&&str| leg.starts_with("aws_vpc.a -> aws_vpc.b: ");
        lines.iter().find(leads).map(|leg| (*leg).to_owned())
    };
    let policy = |attachment: &str| {
        format!(
            r#"aws_ec2_transit_gateway_policy_table_association.{attachment} {{"transit_gateway_policy_table_id": "tgw-ptb-1", "transit_gateway_attachment_id": "{}"}}
            "#,
            format_args!("@aws_ec2_transit_gateway_vpc_attachment.{attachment}.id")
        )
    };
    assert_eq!(joined(""), None);
    assert_eq!(joined(&policy("c")), None);
    let leg = joined(&policy("a"));
    assert!(
        leg.as_ref().is_some_and(|leg| leg.ends_with('?')),
        "{leg:?}"
    );
}
