//! Types that no family models: what they name by the attributes that they share with others is in doubt, and nothing else is.

use super::check;

const NETWORK: &str = r#"aws_vpc.a {"id": "vpc-a", "cidr_block": "10.0.0.0/16"}
aws_subnet.s {"id": "subnet-s", "vpc_id": "vpc-a", "cidr_block": "10.0.1.0/24"}
aws_route_table.r {"id": "rtb-r", "vpc_id": "vpc-a"}
aws_route_table.q {"id": "rtb-q", "vpc_id": "vpc-a"}
aws_security_group.g {"id": "sg-g", "vpc_id": "vpc-a"}
aws_security_group.h {"id": "sg-h", "vpc_id": "vpc-a"}
aws_network_acl.n {"id": "acl-n", "vpc_id": "vpc-a", "subnet_ids": ["subnet-s"]}
"#;

/// The tables, with the route that only one of them may have.
fn tables(resource: &str, perhaps: [&str; 2]) {
    let expected = format!(
        "table aws_route_table.r\n10.0.0.0/16 -> local\n{}\ntable aws_route_table.q\n10.0.0.0/16 -> local\n{}",
        perhaps[0], perhaps[1]
    );
    check(
        &format!("{NETWORK}{resource}"),
        &["table aws_route_table.r", "table aws_route_table.q"],
        &expected,
    );
}

const ANY: &str = "anything -> unknown ?";

#[test]
fn a_type_that_names_a_route_table_may_add_routes() {
    // A route server enters what its peers announce: VPC user guide, "Dynamic routing in your VPC using VPC Route Server".
    let server = r#"aws_vpc_route_server_propagation.x {"route_server_id": "rs-1", "route_table_id": "rtb-r"}"#;
    tables(server, [ANY, ""]);
    tables(
        r#"awscc_ec2_route.x {"route_table_id": "rtb-q"}"#,
        ["", ANY],
    );
    tables(
        r#"aws_newservice.x {"part": [{"route_table_ids": ["rtb-r", "rtb-q"]}]}"#,
        [ANY, ANY],
    );
    // What cannot be resolved may be any table.
    tables(r#"aws_newservice.x {"route_table_id": "?"}"#, [ANY, ANY]);
    // A gateway endpoint adds routes to the service's public addresses only.
    tables(
        r#"aws_vpc_endpoint_route_table_association.x {"route_table_id": "rtb-r"}"#,
        ["", ""],
    );
}

/// The groups and the ACL, each with the mark of doubt or without.
fn filters(resource: &str, marks: [&str; 3]) {
    let names = [
        "aws_security_group.g",
        "aws_security_group.h",
        "aws_network_acl.n",
    ];
    let expected: Vec<String> = names
        .iter()
        .zip(marks)
        .map(|(name, mark)| format!("filter {name}{mark}"))
        .collect();
    let what = names.map(|name| format!("filter {name}"));
    check(
        &format!("{NETWORK}{resource}"),
        &what.each_ref().map(String::as_str),
        &expected.join("\n"),
    );
}

#[test]
fn a_type_that_names_one_filter_may_add_rules() {
    filters(
        r#"awscc_ec2_security_group_ingress.x {"group_id": "sg-g", "cidr_ip": "10.0.0.0/8"}"#,
        [" ?", "", ""],
    );
    filters(
        r#"aws_vpc_security_group_newrule.x {"security_group_id": "@aws_security_group.h.id"}"#,
        ["", " ?", ""],
    );
    filters(
        r#"aws_newservice.x {"security_group_id": "?"}"#,
        [" ?", " ?", ""],
    );
    filters(
        r#"aws_network_acl_newrule.x {"network_acl_id": "acl-n"}"#,
        ["", "", " ?"],
    );
    // What names several groups stands in them, and another kind of group is none of these.
    filters(
        r#"aws_newservice.x {"security_group_ids": ["sg-g"], "group_id": "sg-h"}"#,
        ["", "", ""],
    );
}

#[test]
fn a_type_that_names_several_networks_may_join_them() {
    let two = |resource: &str| {
        format!(
            r#"{NETWORK}aws_vpc.b {{"id": "vpc-b", "cidr_block": "10.1.0.0/16"}}
            {resource}"#
        )
    };
    let joined = "link aws_newservice.x: may carry packets between the networks that it names
        aws_vpc.a -> aws_vpc.b: 10.0.0.0/16 -> 10.1.0.0/16 ?
        aws_vpc.b -> aws_vpc.a: 10.1.0.0/16 -> 10.0.0.0/16 ?";
    for (resource, expected) in [
        (
            r#"aws_newservice.x {"vpc_ids": ["vpc-a", "vpc-b"]}"#,
            joined,
        ),
        (
            r#"aws_newservice.x {"near": "vpc-a", "far": [{"vpc": "vpc-b"}]}"#,
            joined,
        ),
        (r#"aws_newservice.x {"vpc_id": "vpc-a"}"#, ""),
        // Names are looked up in both networks, and nothing else passes.
        (
            r#"aws_route53_zone.x {"vpc": [{"vpc_id": "vpc-a"}, {"vpc_id": "vpc-b"}]}"#,
            "",
        ),
    ] {
        check(&two(resource), &["link aws_newservice.x"], expected);
    }
}

#[test]
fn a_peering_that_names_one_network_leads_to_an_unknown_one() {
    let joined = "link aws_odb_network_peering_connection.x: may carry packets between the networks that it names
        aws_vpc.a -> far end of aws_odb_network_peering_connection.x: 10.0.0.0/16 -> all but 10.0.0.0/16 ?
        far end of aws_odb_network_peering_connection.x -> aws_vpc.a: all but 10.0.0.0/16 -> 10.0.0.0/16 ?";
    let resource = r#"aws_odb_network_peering_connection.x {"odb_network_id": "odbnet-1", "peer_network_id": "vpc-a"}"#;
    check(&format!("{NETWORK}{resource}"), &["link"], joined);
    let other = r#"aws_odb_network.x {"id": "odbnet-1", "vpc_id": "vpc-a"}"#;
    check(&format!("{NETWORK}{other}"), &["link"], "");
}

#[test]
fn a_type_that_names_a_transit_gateways_table_may_add_routes_to_it() {
    let graph = |more: &str| {
        format!(
            r#"{NETWORK}aws_vpc.b {{"id": "vpc-b", "cidr_block": "10.1.0.0/16"}}
            aws_ec2_transit_gateway.t {{"id": "tgw-1", "default_route_table_association": "disable", "default_route_table_propagation": "disable"}}
            aws_ec2_transit_gateway_route_table.r {{"id": "tgw-rtb-1", "transit_gateway_id": "tgw-1"}}
            aws_ec2_transit_gateway_vpc_attachment.a {{"id": "tgw-attach-a", "transit_gateway_id": "tgw-1", "vpc_id": "vpc-a"}}
            aws_ec2_transit_gateway_vpc_attachment.b {{"id": "tgw-attach-b", "transit_gateway_id": "tgw-1", "vpc_id": "vpc-b"}}
            aws_ec2_transit_gateway_route_table_association.a {{"transit_gateway_route_table_id": "tgw-rtb-1", "transit_gateway_attachment_id": "tgw-attach-a"}}
            {more}"#
        )
    };
    let leads = |more: &str| {
        super::drawn(&graph(more)).contains("aws_vpc.a -> aws_vpc.b: 10.0.0.0/16 -> 10.1.0.0/16 ?")
    };
    assert!(!leads(""));
    assert!(leads(
        r#"awscc_ec2_transit_gateway_newroute.x {"transit_gateway_route_table_id": "tgw-rtb-1"}"#
    ));
}

/// What may change by a template: the two tables, then the two groups and the ACL.
fn changed(resource: &str) -> [bool; 5] {
    let text = super::drawn(&format!("{NETWORK}{resource}"));
    let mut table = "";
    let mut out = [false; 5];
    for line in text.lines() {
        table = line.strip_prefix("table ").unwrap_or(table);
        let at = ["aws_route_table.r", "aws_route_table.q"];
        if let (true, Some(at)) = (
            line.trim() == ANY,
            at.iter().position(|name| *name == table),
        ) {
            out[at] = true;
        }
        let names = [
            "aws_security_group.g",
            "aws_security_group.h",
            "aws_network_acl.n",
        ];
        for (at, name) in names.iter().enumerate() {
            out[2 + at] |= line == format!("filter {name} ?");
        }
    }
    out
}

#[test]
fn a_template_may_change_what_its_text_names() {
    let stack = |more: &str| format!(r#"aws_cloudformation_stack.x {{"name": "x", {more}}}"#);
    let none = [false; 5];
    let all = [true; 5];
    let cases = [
        (
            stack(
                r#""template_body": "Resources:\n  R:\n    Type: AWS::EC2::Route\n    Properties:\n      RouteTableId: rtb-r\n""#,
            ),
            [true, false, false, false, false],
        ),
        (
            stack(
                r#""template_body": "{\"Type\":\"AWS::EC2::SecurityGroupIngress\",\"GroupId\":\"sg-h\"}""#,
            ),
            [false, false, false, true, false],
        ),
        (
            stack(
                r#""template_body": "Type: AWS::EC2::NetworkAclEntry\nNetworkAclId: !Ref Acl", "parameters": {"Acl": "acl-n"}"#,
            ),
            [false, false, false, false, true],
        ),
        // A subnet may be given another table and another ACL.
        (
            stack(
                r#""template_body": "Type: AWS::EC2::SubnetRouteTableAssociation\nSubnetId: subnet-s""#,
            ),
            [true, true, false, false, true],
        ),
        // What the text takes from elsewhere, or where it stands itself, may be anything.
        (
            stack(
                r#""template_body": "Type: AWS::EC2::Route\nRouteTableId: !ImportValue table""#,
            ),
            all,
        ),
        (stack(r#""template_url": "https://s3/x.yaml""#), all),
        (stack(r#""template_body": "?""#), all),
        // Nothing of networks.
        (
            stack(
                r#""template_body": "Type: AWS::SQS::Queue\nRouteTableId: rtb-r\nX: !ImportValue y""#,
            ),
            none,
        ),
        (
            r#"aws_cloudcontrolapi_resource.x {"type_name": "AWS::EC2::Route", "desired_state": "{\"RouteTableId\":\"rtb-q\"}"}"#
                .to_owned(),
            [false, true, false, false, false],
        ),
        (
            r#"aws_cloudcontrolapi_resource.x {"type_name": "AWS::EC2::Route", "desired_state": "@aws_route_table.q.id"}"#
                .to_owned(),
            [false, true, false, false, false],
        ),
        (
            r#"aws_cloudcontrolapi_resource.x {"type_name": "AWS::SQS::Queue", "desired_state": "{}"}"#
                .to_owned(),
            none,
        ),
    ];
    for (resource, expected) in cases {
        assert_eq!(changed(&resource), expected, "{resource}");
    }
}

#[test]
fn a_template_that_names_several_networks_may_join_them() {
    let joined = |body: &str| {
        let text = super::drawn(&format!(
            r#"{NETWORK}aws_vpc.b {{"id": "vpc-b", "cidr_block": "10.1.0.0/16"}}
            aws_cloudformation_stack.x {{"name": "x", "template_body": "{body}"}}"#
        ));
        text.contains("aws_vpc.a -> aws_vpc.b") && text.contains("aws_vpc.b -> aws_vpc.a")
    };
    assert!(joined(
        "Type: AWS::EC2::VPCPeeringConnection\\nVpcId: vpc-a\\nPeerVpcId: vpc-b"
    ));
    assert!(joined(
        "Type: AWS::EC2::TransitGatewayAttachment\\nVpcId: vpc-b\\nSubnetIds: [subnet-s]"
    ));
    assert!(joined(
        "Type: AWS::EC2::VPCPeeringConnection\\nVpcId: '{{resolve:ssm:vpc}}'"
    ));
    assert!(!joined(
        "Type: AWS::EC2::VPCPeeringConnection\\nVpcId: vpc-a"
    ));
    // One that may name anything is not held to the networks of its own plan.
    let text = super::drawn(&format!(
        r#"{NETWORK}aws_vpc.b {{"id": "vpc-b", "cidr_block": "10.1.0.0/16", "input": 1}}
        aws_cloudformation_stack.x {{"name": "x", "template_url": "https://s3/x.yaml"}}"#
    ));
    assert!(text.contains("aws_vpc.a -> aws_vpc.b"), "{text}");
    // A type that no table lists, with both in a text.
    let text = super::drawn(&format!(
        r#"{NETWORK}aws_vpc.b {{"id": "vpc-b", "cidr_block": "10.1.0.0/16"}}
        aws_newservice.x {{"body": "{{\"ends\":[\"vpc-a\",\"vpc-b\"]}}"}}"#
    ));
    assert!(text.contains("aws_vpc.a -> aws_vpc.b"), "{text}");
}
