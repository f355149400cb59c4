//! Ways across borders beside links, and what is not modelled: all named.

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
            "not-modelled `aws_networkmanager_vpc_attachment.x` opens a way from `aws_vpc.a` to `core-network-1` (Cloud WAN): another channel across the border, which is not judged",
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
fn a_share_of_something_else_and_a_bucket_are_no_gaps() {
    check(
        &format!(
            r#"{VPC}aws_ram_resource_association.x {{"resource_arn": "arn:aws:ec2:eu-west-1:1:transit-gateway/tgw-1"}}"#
        ),
        &["gap"],
        "",
    );
    check(&format!("{VPC}aws_s3_bucket.x {{}}"), &["gap"], "");
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
