//! Routes of transit gateways that may drop what they are for.

use super::drawn;

/// What of the way from one network to the other is carried when a half of the far block has a route of its own.
fn carried(black: &str) -> Vec<String> {
    let graph = format!(
        r#"aws_vpc.a {{"cidr_block": "10.0.0.0/16"}}
        aws_vpc.b {{"cidr_block": "10.1.0.0/16"}}
        aws_subnet.a {{"vpc_id": "@aws_vpc.a.id", "cidr_block": "10.0.1.0/24"}}
        aws_subnet.b {{"vpc_id": "@aws_vpc.b.id", "cidr_block": "10.1.1.0/24"}}
        aws_ec2_transit_gateway.t {{"default_route_table_association": "disable", "default_route_table_propagation": "disable"}}
        aws_ec2_transit_gateway_route_table.r {{"transit_gateway_id": "@aws_ec2_transit_gateway.t.id"}}
        aws_ec2_transit_gateway_vpc_attachment.a {{"transit_gateway_id": "@aws_ec2_transit_gateway.t.id", "vpc_id": "@aws_vpc.a.id", "subnet_ids": ["@aws_subnet.a.id"]}}
        aws_ec2_transit_gateway_vpc_attachment.b {{"transit_gateway_id": "@aws_ec2_transit_gateway.t.id", "vpc_id": "@aws_vpc.b.id", "subnet_ids": ["@aws_subnet.b.id"]}}
        aws_ec2_transit_gateway_route_table_association.a {{"transit_gateway_attachment_id": "@aws_ec2_transit_gateway_vpc_attachment.a.id", "transit_gateway_route_table_id": "@aws_ec2_transit_gateway_route_table.r.id"}}
        aws_ec2_transit_gateway_route_table_propagation.b {{"transit_gateway_attachment_id": "@aws_ec2_transit_gateway_vpc_attachment.b.id", "transit_gateway_route_table_id": "@aws_ec2_transit_gateway_route_table.r.id"}}
        aws_ec2_transit_gateway_route.s {{"transit_gateway_route_table_id": "@aws_ec2_transit_gateway_route_table.r.id", "destination_cidr_block": "10.1.0.0/17", "transit_gateway_attachment_id": "@aws_ec2_transit_gateway_vpc_attachment.b.id", "blackhole": {black}}}"#
    );
    let drawn = drawn(&graph);
    let ways = drawn
        .lines()
        .filter(|line| line.contains("aws_vpc.a -> aws_vpc.b"));
    let to = ways.filter_map(|line| line.rsplit_once("-> "));
    to.map(|(_, to)| to.to_owned()).collect()
}

/// Source: Transit Gateway guide, "Transit gateway route tables": a route is chosen by its block alone, so it hides less specific ones
/// whatever it does.
#[test]
fn a_route_that_may_be_a_black_hole_may_lead_on_and_hides_others() {
    assert_eq!(carried("false"), ["10.1.0.0/17", "10.1.128.0/17"]);
    assert_eq!(carried(r#""?""#), ["10.1.0.0/17 ?", "10.1.128.0/17"]);
    assert_eq!(carried("true"), ["10.1.128.0/17"]);
}
