//! Transit gateways of which the input does not say everything: what is not known may join any network, and what is known stays
//! certain.

use super::{check, drawn};

/// VPCs `a` and `b`, and a gateway that the input manages, without default tables.
const TWO: &str = r#"aws_vpc.a {"id": "vpc-a", "cidr_block": "10.0.0.0/16"}
aws_vpc.b {"id": "vpc-b", "cidr_block": "10.1.0.0/16"}
"#;
const MANAGED: &str = r#"aws_ec2_transit_gateway.t {"id": "tgw-1", "default_route_table_association": "disable", "default_route_table_propagation": "disable"}
aws_ec2_transit_gateway_route_table.r {"id": "tgw-rtb-1", "transit_gateway_id": "tgw-1"}
"#;

fn attachment(vpc: &str) -> String {
    format!(
        r#"aws_ec2_transit_gateway_vpc_attachment.{vpc} {{"id": "tgw-attach-{vpc}", "transit_gateway_id": "tgw-1", "vpc_id": "vpc-{vpc}", "transit_gateway_default_route_table_association": false, "transit_gateway_default_route_table_propagation": false}}
"#
    )
}

/// Association and propagation of an attachment, each to a table.
fn in_table(vpc: &str, table: &str) -> String {
    ["association", "propagation"]
        .map(|kind| {
            format!(r#"aws_ec2_transit_gateway_route_table_{kind}.{vpc} {{"transit_gateway_route_table_id": "{table}", "transit_gateway_attachment_id": "tgw-attach-{vpc}"}}
"#)
        })
        .concat()
}

/// The legs between `a` and `b` without the lines that make them, sorted; what leads elsewhere is left out.
fn legs(graph: &str, expected: &[&str]) {
    let text = drawn(&format!("{TWO}{graph}"));
    let ours = |line: &&str| {
        line.contains("10.0.0.0/16 -> 10.1.0.0/16") || line.contains("10.1.0.0/16 -> 10.0.0.0/16")
    };
    let mut found: Vec<&str> = text.lines().map(str::trim).filter(ours).collect();
    found.sort_unstable();
    found.dedup();
    assert_eq!(found, expected, "\n--- all of it:\n{text}");
}

const THERE: &str = "aws_vpc.a -> aws_vpc.b: 10.0.0.0/16 -> 10.1.0.0/16";
const BACK: &str = "aws_vpc.b -> aws_vpc.a: 10.1.0.0/16 -> 10.0.0.0/16";

fn doubtful(graph: &str) {
    legs(graph, &[&format!("{THERE} ?"), &format!("{BACK} ?")]);
}

#[test]
fn all_that_is_told_is_certain() {
    legs(
        &[
            MANAGED,
            &attachment("a"),
            &attachment("b"),
            &in_table("a", "tgw-rtb-1"),
            &in_table("b", "tgw-rtb-1"),
        ]
        .concat(),
        &[THERE, BACK],
    );
    // Without an association neither leads anywhere: the input manages the gateway.
    legs(&[MANAGED, &attachment("a"), &attachment("b")].concat(), &[]);
}

#[test]
fn what_the_owner_of_a_gateway_associates_is_not_known() {
    doubtful(&[attachment("a"), attachment("b")].concat());
    let read = r#"data aws_ec2_transit_gateway.t {"id": "tgw-1", "default_route_table_association": "disable"}
"#;
    doubtful(&[read.to_owned(), attachment("a"), attachment("b")].concat());
}

#[test]
fn a_table_that_is_not_in_the_input_may_lead_anywhere() {
    let with = |table: &str| {
        [
            MANAGED,
            table,
            &attachment("a"),
            &attachment("b"),
            &in_table("a", "tgw-rtb-9"),
            &in_table("b", "tgw-rtb-9"),
        ]
        .concat()
    };
    doubtful(&with(""));
    // Read, but not known of which gateway.
    doubtful(&with(
        "data aws_ec2_transit_gateway_route_table.n {\"id\": \"tgw-rtb-9\", \"transit_gateway_id\": \"?\"}\n",
    ));
    doubtful(&with(
        "data aws_ec2_transit_gateway_route_table.n {\"id\": \"tgw-rtb-9\"}\n",
    ));
    // Only what is associated with it: `b` is with one that the input manages and that propagates `a` to it.
    let known = [
        MANAGED,
        &attachment("a"),
        &attachment("b"),
        &in_table("a", "tgw-rtb-9"),
        &in_table("b", "tgw-rtb-1"),
    ]
    .concat();
    legs(&known, &[&format!("{THERE} ?")]);
}

#[test]
fn an_attachment_that_is_not_told_may_be_to_any_vpc_that_has_none() {
    let tables = [in_table("a", "tgw-rtb-1"), in_table("b", "tgw-rtb-1")].concat();
    // Only named by its id.
    doubtful(&[MANAGED, &attachment("b"), &tables].concat());
    doubtful(&[MANAGED, &attachment("a"), &tables].concat());
    // Its VPC is known only after apply.
    let unresolved = attachment("b").replace("\"vpc-b\"", "\"?\"");
    doubtful(&[MANAGED, &attachment("a"), &unresolved, &tables].concat());
    // An accepter tells all of it only after apply.
    let accepter = r#"aws_ec2_transit_gateway_vpc_attachment_accepter.a {"transit_gateway_attachment_id": "tgw-attach-a", "vpc_id": "?c", "transit_gateway_id": "?c", "subnet_ids": "?c"}
"#;
    doubtful(&[MANAGED, accepter, &attachment("b"), &tables].concat());
}

/// Two gateways, each with a VPC; routes name their peering.
fn peered(peering: &str, table: &str) -> String {
    let of = |gateway: &str, vpc: &str, table: &str, far: &str| {
        format!(
            r#"aws_ec2_transit_gateway.{gateway} {{"id": "tgw-{gateway}", "default_route_table_association": "disable", "default_route_table_propagation": "disable"}}
               aws_ec2_transit_gateway_vpc_attachment.{vpc} {{"id": "tgw-attach-{vpc}", "transit_gateway_id": "tgw-{gateway}", "vpc_id": "vpc-{vpc}"}}
               {}
               aws_ec2_transit_gateway_route_table_association.{vpc}p {{"transit_gateway_route_table_id": "{table}", "transit_gateway_attachment_id": "tgw-attach-p"}}
               aws_ec2_transit_gateway_route.{vpc} {{"transit_gateway_route_table_id": "{table}", "destination_cidr_block": "{far}", "transit_gateway_attachment_id": "tgw-attach-p"}}
"#,
            in_table(vpc, table)
        )
    };
    let tables = r#"aws_ec2_transit_gateway_route_table.h {"id": "tgw-rtb-h", "transit_gateway_id": "tgw-h"}
"#;
    [
        of("g", "a", "tgw-rtb-g", "10.1.0.0/16"),
        of("h", "b", "tgw-rtb-h", "10.0.0.0/16"),
        tables.to_owned(),
        table.to_owned(),
        peering.to_owned(),
    ]
    .concat()
}

#[test]
fn a_table_that_may_lead_anywhere_leads_to_the_peered_gateway_too() {
    let peering = r#"aws_ec2_transit_gateway_peering_attachment.p {"id": "tgw-attach-p", "transit_gateway_id": "tgw-g", "peer_transit_gateway_id": "tgw-h", "state": "available"}
"#;
    let table = |mode: &str| {
        format!(
            "{mode}aws_ec2_transit_gateway_route_table.g {{\"id\": \"tgw-rtb-g\", \"transit_gateway_id\": \"tgw-g\"}}\n"
        )
    };
    legs(&peered(peering, &table("")), &[THERE, BACK]);
    doubtful(&peered(peering, &table("data ")));
    doubtful(&peered(peering, ""));
    // Known only by its id, or by an accepter that tells its ends after apply.
    doubtful(&peered("", &table("")));
    let accepter = r#"aws_ec2_transit_gateway_peering_attachment_accepter.p {"transit_gateway_attachment_id": "tgw-attach-p", "transit_gateway_id": "?c", "peer_transit_gateway_id": "?c"}
"#;
    doubtful(&peered(accepter, &table("")));
}

#[test]
fn settings_that_are_known_only_after_apply_may_be_either() {
    let open = |gateway: &str, of_attachment: &str| {
        let attachments = ["a", "b"].map(|vpc| {
            format!(r#"aws_ec2_transit_gateway_vpc_attachment.{vpc} {{"transit_gateway_id": "@aws_ec2_transit_gateway.t.id", "vpc_id": "vpc-{vpc}"{of_attachment}}}
"#)
        });
        format!(
            "aws_ec2_transit_gateway.t {{{gateway}}}\n{}",
            attachments.concat()
        )
    };
    legs(&open("", ""), &[THERE, BACK]);
    doubtful(&open(r#""default_route_table_association": "?""#, ""));
    doubtful(&open(r#""default_route_table_propagation": "?""#, ""));
    doubtful(&open(
        "",
        r#", "transit_gateway_default_route_table_association": "?""#,
    ));
    doubtful(&open(
        "",
        r#", "transit_gateway_default_route_table_propagation": "?""#,
    ));
    // What needs no reference to a group is certain in any case.
    let marks = [" members in ?", ""].map(|mark| [THERE, BACK].map(|leg| format!("{leg}{mark}")));
    let [unsure, sure] = marks;
    legs(
        &open(r#""security_group_referencing_support": "?""#, ""),
        &[&sure[0], &unsure[0], &sure[1], &unsure[1]],
    );
}

#[test]
fn ipv6_over_an_attachment_without_support_for_it_is_in_doubt() {
    let graph = |support: &str| {
        format!(
            r#"aws_vpc.c {{"cidr_block": "10.2.0.0/16", "ipv6_cidr_block": "2001:db8:c::/56"}}
               aws_vpc.d {{"cidr_block": "10.3.0.0/16", "ipv6_cidr_block": "2001:db8:d::/56"}}
               aws_ec2_transit_gateway.t {{}}
               aws_ec2_transit_gateway_vpc_attachment.c {{"transit_gateway_id": "@aws_ec2_transit_gateway.t.id", "vpc_id": "@aws_vpc.c.id", "transit_gateway_default_route_table_propagation": false, "ipv6_support": "enable"}}
               aws_ec2_transit_gateway_vpc_attachment.d {{"transit_gateway_id": "@aws_ec2_transit_gateway.t.id", "vpc_id": "@aws_vpc.d.id", "transit_gateway_default_route_table_association": false, "ipv6_support": "{support}"}}"#
        )
    };
    let expected = |mark: &str| {
        let line = |block: &str, mark: &str| {
            format!(
                "aws_vpc.c -> aws_vpc.d: 10.2.0.0/16, 2001:db8:c::/56 -> {block}{mark}
                 attached by `aws_ec2_transit_gateway_vpc_attachment.c`
                 `default route table of aws_ec2_transit_gateway.t` leads {block} to `aws_ec2_transit_gateway_vpc_attachment.d` (propagated)\n"
            )
        };
        // The longer prefix comes first.
        format!(
            "link aws_ec2_transit_gateway.t: active once applied\n{}{}",
            line("2001:db8:d::/56", mark),
            line("10.3.0.0/16", "")
        )
    };
    check(&graph("enable"), &["link"], &expected(""));
    check(&graph("disable"), &["link"], &expected(" ?"));
}

#[test]
fn a_zones_name_and_a_zones_id_are_not_compared() {
    let graph = |pods: &str| {
        format!(
            r#"aws_vpc.a {{"id": "vpc-a", "cidr_block": "10.0.0.0/16"}}
               aws_vpc.b {{"id": "vpc-b", "cidr_block": "10.1.0.0/16"}}
               aws_subnet.gate {{"vpc_id": "vpc-a", "cidr_block": "10.0.1.0/24", "availability_zone": "us-east-1a", "availability_zone_id": "?"}}
               aws_subnet.pods {{"vpc_id": "vpc-a", "cidr_block": "10.0.2.0/24", {pods}}}
               aws_ec2_transit_gateway.t {{}}
               aws_ec2_transit_gateway_vpc_attachment.a {{"transit_gateway_id": "@aws_ec2_transit_gateway.t.id", "vpc_id": "vpc-a", "subnet_ids": ["@aws_subnet.gate.id"]}}
               aws_ec2_transit_gateway_vpc_attachment.b {{"transit_gateway_id": "@aws_ec2_transit_gateway.t.id", "vpc_id": "vpc-b", "transit_gateway_default_route_table_association": false}}"#
        )
    };
    let leg = |by: &str, mark: &str| {
        format!(
            "aws_vpc.a by {by} -> aws_vpc.b: 10.0.0.0/16 -> 10.1.0.0/16{mark}
             attached by `aws_ec2_transit_gateway_vpc_attachment.a`
             `default route table of aws_ec2_transit_gateway.t` leads 10.1.0.0/16 to `aws_ec2_transit_gateway_vpc_attachment.b` (propagated)\n"
        )
    };
    let expected =
        |legs: String| format!("link aws_ec2_transit_gateway.t: active once applied\n{legs}");
    let link = &["link"];
    check(
        &graph(r#""availability_zone": "us-east-1a""#),
        link,
        &expected(leg("aws_subnet.gate, aws_subnet.pods", "")),
    );
    check(
        &graph(r#""availability_zone": "us-east-1b""#),
        link,
        &expected(leg("aws_subnet.gate", "")),
    );
    let unsure = leg("aws_subnet.gate", "") + &leg("aws_subnet.pods", " ?");
    check(
        &graph(r#""availability_zone_id": "use1-az1""#),
        link,
        &expected(unsure),
    );
}

/// Two gateways are peered once: an attachment of which the far side is not known is none beside one that is.
#[test]
fn a_peering_whose_far_side_is_not_known_may_be_with_each_gateway_that_has_none() {
    let tables = r#"aws_ec2_transit_gateway_route_table.g {"id": "tgw-rtb-g", "transit_gateway_id": "tgw-g"}
"#;
    let open = r#"aws_ec2_transit_gateway_peering_attachment.p {"id": "tgw-attach-p", "transit_gateway_id": "tgw-g", "peer_transit_gateway_id": "?", "state": "available"}
"#;
    doubtful(&peered(open, tables));
    let known = r#"aws_ec2_transit_gateway_peering_attachment.q {"id": "tgw-attach-q", "transit_gateway_id": "tgw-g", "peer_transit_gateway_id": "tgw-h", "state": "available"}
"#;
    legs(&peered(&format!("{open}{known}"), tables), &[]);
}

/// Associations hold the id of the attachment as well; they are other resources.
#[test]
fn an_accepter_may_tell_what_its_attachment_joins() {
    let accepter = r#"aws_ec2_transit_gateway_vpc_attachment_accepter.a {"id": "tgw-attach-a", "transit_gateway_attachment_id": "tgw-attach-a", "vpc_id": "vpc-a", "transit_gateway_id": "tgw-1"}
"#;
    let tables = [in_table("a", "tgw-rtb-1"), in_table("b", "tgw-rtb-1")].concat();
    let with = |own: &str| [MANAGED, own, &attachment("b"), &tables].concat();
    legs(&with(accepter), &[THERE, BACK]);
    // So may a data source that reads it, of which it is not known whether its account has accepted it.
    doubtful(&with(&format!("data {}", attachment("a"))));
}

/// So many gateways, each peered with the next, from VPC `a` at the first to `b` at the last; each sends on by a static route, and
/// the last as `end` says.
fn chain(gateways: usize, end: &str) -> String {
    let of = |n: usize| {
        let gateway = format!(
            r#"aws_ec2_transit_gateway.g{n} {{"id": "tgw-{n}", "default_route_table_association": "disable", "default_route_table_propagation": "disable"}}
               aws_ec2_transit_gateway_route_table.g{n} {{"id": "tgw-rtb-{n}", "transit_gateway_id": "tgw-{n}"}}
"#
        );
        let next = n + 1;
        let peering = format!(
            r#"aws_ec2_transit_gateway_peering_attachment.p{n} {{"id": "tgw-attach-{n}", "transit_gateway_id": "tgw-{n}", "peer_transit_gateway_id": "tgw-{next}", "state": "available"}}
               aws_ec2_transit_gateway_route_table_association.n{n} {{"transit_gateway_route_table_id": "tgw-rtb-{n}", "transit_gateway_attachment_id": "tgw-attach-{n}"}}
               aws_ec2_transit_gateway_route_table_association.p{n} {{"transit_gateway_route_table_id": "tgw-rtb-{next}", "transit_gateway_attachment_id": "tgw-attach-{n}"}}
               aws_ec2_transit_gateway_route.p{n} {{"transit_gateway_route_table_id": "tgw-rtb-{n}", "destination_cidr_block": "10.1.0.0/16", "transit_gateway_attachment_id": "tgw-attach-{n}"}}
"#
        );
        let is_last = next == gateways;
        gateway + if is_last { "" } else { &peering }
    };
    let attached = |vpc: &str, n: usize| {
        format!(
            r#"aws_ec2_transit_gateway_vpc_attachment.{vpc} {{"id": "tgw-attach-{vpc}", "transit_gateway_id": "tgw-{n}", "vpc_id": "vpc-{vpc}"}}
"#
        )
    };
    let all: String = (0..gateways).map(of).collect();
    let (first, last) = (attached("a", 0), attached("b", gateways - 1));
    let table = format!("tgw-rtb-{}", gateways - 1);
    let route = format!(
        r#"aws_ec2_transit_gateway_route.last {{"transit_gateway_route_table_id": "{table}", "destination_cidr_block": "10.1.0.0/16", "transit_gateway_attachment_id": "{end}"}}
"#
    );
    [all, first, in_table("a", "tgw-rtb-0"), last, route].concat()
}

#[test]
fn a_way_over_more_peerings_than_are_followed_is_in_doubt() {
    let unsure = format!("{THERE} ?");
    for gateways in 2..8 {
        let expected = if gateways <= 5 { THERE } else { &unsure };
        legs(&chain(gateways, "tgw-attach-b"), &[expected]);
    }
}

/// Two gateways that send the same destinations to each other: these come to nobody.
#[test]
fn packets_that_go_round_between_gateways_come_to_nobody() {
    legs(&chain(2, "tgw-attach-0"), &[]);
    legs(&chain(4, "tgw-attach-2"), &[]);
}
