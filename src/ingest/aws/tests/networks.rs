//! VPCs, subnets, and what is only read or named.

use super::check;

#[test]
fn secondary_blocks_and_ipv6_are_the_vpcs_own() {
    check(
        r#"aws_vpc.a {"cidr_block": "10.0.0.0/16", "ipv6_cidr_block": "2001:db8::/56"}
           aws_vpc_ipv4_cidr_block_association.pods {"vpc_id": "@aws_vpc.a.id", "cidr_block": "100.64.0.0/16"}"#,
        &["network", "table", "gap"],
        "network aws_vpc.a 10.0.0.0/16, 100.64.0.0/16, 2001:db8::/56
         table main route table of aws_vpc.a
           10.0.0.0/16 -> local
           100.64.0.0/16 -> local
           2001:db8::/56 -> local",
    );
}

#[test]
fn an_ipv6_block_that_aws_will_choose_may_be_any_and_leaves_ipv4_certain() {
    check(
        r#"aws_vpc.a {"cidr_block": "10.0.0.0/16", "assign_generated_ipv6_cidr_block": true, "ipv6_cidr_block": "?c"}
           aws_subnet.a {"vpc_id": "@aws_vpc.a.id", "cidr_block": "10.0.1.0/24", "ipv6_cidr_block": "?"}
           aws_subnet.b {"vpc_id": "@aws_vpc.a.id", "cidr_block": "10.0.2.0/24"}
           aws_instance.i {"subnet_id": "@aws_subnet.a.id", "private_ip": "10.0.1.9", "ipv6_addresses": "?c"}"#,
        &["network", "subnet", "table", "endpoint", "gap"],
        "network aws_vpc.a 10.0.0.0/16, ::/0
         subnet aws_subnet.a of aws_vpc.a 10.0.1.0/24, ::/0 by main route table of aws_vpc.a [default network ACL of aws_vpc.a]
         subnet aws_subnet.b of aws_vpc.a 10.0.2.0/24 by main route table of aws_vpc.a [default network ACL of aws_vpc.a]
         table main route table of aws_vpc.a
           10.0.0.0/16 -> local
           ::/0 -> local ?
         endpoint aws_instance.i instance
           aws_subnet.a 10.0.1.9, ::/0 [default security group of aws_vpc.a]
         gap unknown-value the IPv6 block of `aws_vpc.a` is known only after apply: it may have any IPv6 address
         gap unknown-value `ipv6_cidr_block` of `aws_subnet.a` is known only after apply",
    );
}

/// It is one of those of its VPC, and nothing else is open.
#[test]
fn an_ipv6_block_of_a_subnet_that_is_not_known_is_one_of_its_vpc() {
    check(
        r#"aws_vpc.a {"cidr_block": "10.0.0.0/16", "ipv6_cidr_block": "2001:db8::/56"}
           aws_subnet.a {"vpc_id": "@aws_vpc.a.id", "cidr_block": "10.0.1.0/24", "ipv6_cidr_block": "?"}"#,
        &["network", "subnet"],
        "network aws_vpc.a 10.0.0.0/16, 2001:db8::/56
         subnet aws_subnet.a of aws_vpc.a 10.0.1.0/24, 2001:db8::/56 by main route table of aws_vpc.a [default network ACL of aws_vpc.a]",
    );
}

/// Two such VPCs do not overlap for that, and each may lead any IPv6 packet to the other.
#[test]
fn peers_whose_ipv6_blocks_aws_will_choose_are_joined_in_both_families() {
    check(
        r#"aws_vpc.a {"cidr_block": "10.0.0.0/16", "assign_generated_ipv6_cidr_block": true, "ipv6_cidr_block": "?c"}
           aws_vpc.b {"cidr_block": "10.1.0.0/16", "assign_generated_ipv6_cidr_block": true, "ipv6_cidr_block": "?c"}
           aws_vpc_peering_connection.p {"vpc_id": "@aws_vpc.a.id", "peer_vpc_id": "@aws_vpc.b.id", "accept_status": "active"}"#,
        &["link"],
        "link aws_vpc_peering_connection.p: active
         aws_vpc.a -> aws_vpc.b: 10.0.0.0/16, ::/0 -> 10.1.0.0/16, ::/0 members
         aws_vpc.b -> aws_vpc.a: 10.1.0.0/16, ::/0 -> 10.0.0.0/16, ::/0 members",
    );
}

#[test]
fn a_block_from_an_address_manager_may_be_any() {
    check(
        r#"aws_vpc.a {"cidr_block": "?c", "ipv4_ipam_pool_id": "ipam-pool-1"}"#,
        &["network", "table"],
        "network aws_vpc.a 0.0.0.0/0 ?
         table main route table of aws_vpc.a
           anything -> local ?",
    );
}

#[test]
fn a_vpc_read_by_one_root_is_the_one_that_another_manages() {
    check(
        r#"aws_vpc.a {"id": "vpc-1", "cidr_block": "10.0.0.0/16"}
           data aws_vpc.same {"id": "vpc-1", "cidr_block": "10.0.0.0/16"}
           data aws_vpc.other {"id": "vpc-2", "cidr_block": "10.9.0.0/16", "cidr_block_associations": [{"cidr_block": "10.8.0.0/16"}]}
           aws_subnet.a {"vpc_id": "@data.aws_vpc.same.id", "cidr_block": "10.0.1.0/24"}
           aws_subnet.named {"vpc_id": "vpc-3", "cidr_block": "10.7.1.0/24"}"#,
        &["network", "subnet"],
        "network aws_vpc.a 10.0.0.0/16
         network data.aws_vpc.other 10.8.0.0/15 not held ?
         network vpc-3 any address not held ?
         subnet aws_subnet.a of aws_vpc.a 10.0.1.0/24 by main route table of aws_vpc.a [default network ACL of aws_vpc.a]
         subnet aws_subnet.named of vpc-3 10.7.1.0/24 by main route table of vpc-3 [default network ACL of vpc-3]",
    );
}

#[test]
fn a_subnet_without_known_block_may_hold_all_of_its_vpc() {
    check(
        r#"aws_vpc.a {"cidr_block": "10.0.0.0/16"}
           aws_subnet.a {"vpc_id": "@aws_vpc.a.id", "cidr_block": "?"}"#,
        &["subnet"],
        "subnet aws_subnet.a of aws_vpc.a 10.0.0.0/16 by main route table of aws_vpc.a [default network ACL of aws_vpc.a] ?",
    );
}

#[test]
fn subnets_named_by_a_list_are_of_the_vpc_that_it_was_asked_about() {
    check(
        r#"aws_vpc.a {"id": "vpc-1", "cidr_block": "10.0.0.0/16"}
           data aws_subnets.a {"filter": [{"name": "vpc-id", "values": ["vpc-1"]}], "ids": ["subnet-1"]}
           aws_instance.a {"subnet_id": "subnet-1", "private_ip": "10.0.3.4"}"#,
        &["subnet", "endpoint"],
        "subnet subnet-1 of aws_vpc.a 10.0.0.0/16 by  [] ?
         endpoint aws_instance.a instance
           subnet-1 10.0.3.4 [default security group of aws_vpc.a]",
    );
}

#[test]
fn a_vpc_that_could_be_one_of_two_is_in_doubt() {
    check(
        r#"aws_vpc.a {"cidr_block": "10.0.0.0/16"}
           aws_vpc.b {"cidr_block": "10.1.0.0/16"}
           aws_subnet.s {"vpc_id": "@aws_vpc.a.id|aws_vpc.b.id", "cidr_block": "10.1.1.0/24"}"#,
        &["subnet", "gap"],
        "subnet aws_subnet.s of aws_vpc.b 10.1.1.0/24 by main route table of aws_vpc.b [default network ACL of aws_vpc.b] ?
         gap unlinked what `vpc_id` of `aws_subnet.s` points at cannot be resolved: `aws_vpc.a` or `aws_vpc.b`",
    );
}

#[test]
fn an_id_that_is_copied_through_another_resource_is_followed() {
    check(
        r#"aws_vpc.a {"cidr_block": "10.0.0.0/16"}
           aws_vpc_ipv4_cidr_block_association.x {"vpc_id": "@aws_vpc.a.id", "cidr_block": "10.5.0.0/16"}
           aws_subnet.s {"vpc_id": "@aws_vpc_ipv4_cidr_block_association.x.vpc_id", "cidr_block": "10.5.1.0/24"}"#,
        &["subnet", "gap"],
        "subnet aws_subnet.s of aws_vpc.a 10.5.1.0/24 by main route table of aws_vpc.a [default network ACL of aws_vpc.a]",
    );
}

/// Whoever made it may have given it a table that is not in the input either: none is set.
#[test]
fn a_subnet_that_is_only_named_is_of_the_vpc_that_its_user_is_of() {
    // Whether the ACLs come before what names the subnet makes no difference: it is in doubt.
    let subnet = |more: &str, acl: &str| {
        check(
            &format!(
                r#"aws_vpc.a {{"id": "vpc-a", "cidr_block": "10.0.0.0/16"}}
                   aws_vpc.b {{"id": "vpc-b", "cidr_block": "10.1.0.0/16"}}
                   aws_security_group.g {{"id": "sg-1", "vpc_id": "vpc-b"}}
                   {more}"#
            ),
            &["subnet subnet-1"],
            &format!("subnet subnet-1 of aws_vpc.b 10.1.0.0/16 by  [{acl}] ?"),
        );
    };
    subnet(
        r#"aws_instance.i {"subnet_id": "subnet-1", "vpc_security_group_ids": ["sg-1"]}"#,
        "",
    );
    subnet(
        r#"aws_instance.i {"subnet_id": "subnet-1", "private_ip": "10.1.2.3"}"#,
        "",
    );
    subnet(
        r#"aws_eks_cluster.c {"name": "c", "vpc_config": [{"subnet_ids": ["subnet-1"], "vpc_id": "vpc-b"}]}"#,
        "default network ACL of aws_vpc.b",
    );
    subnet(
        r#"aws_eks_cluster.c {"name": "c", "vpc_config": [{"subnet_ids": ["subnet-9"], "vpc_id": "vpc-b"}]}
           aws_eks_node_group.n {"cluster_name": "@aws_eks_cluster.c.name", "subnet_ids": ["subnet-1"]}
           aws_instance.i {"subnet_id": "subnet-1"}"#,
        "",
    );
    subnet(
        r#"aws_subnet.s {"id": "subnet-2", "vpc_id": "vpc-b", "cidr_block": "10.1.1.0/24"}
           aws_db_subnet_group.d {"name": "d", "subnet_ids": ["subnet-1", "subnet-2"]}
           aws_instance.i {"subnet_id": "subnet-1"}"#,
        "",
    );
}

#[test]
fn the_table_that_a_named_subnet_is_associated_with_tells_its_vpc() {
    check(
        r#"aws_vpc.b {"id": "vpc-b", "cidr_block": "10.1.0.0/16"}
           aws_vpc.a {"id": "vpc-a", "cidr_block": "10.0.0.0/16"}
           aws_route_table.t {"id": "rtb-1", "vpc_id": "vpc-b"}
           aws_route_table_association.x {"subnet_id": "subnet-1", "route_table_id": "rtb-1"}"#,
        &["subnet"],
        "subnet subnet-1 of aws_vpc.b 10.1.0.0/16 by aws_route_table.t [] ?",
    );
}

#[test]
fn a_subnet_of_which_nothing_tells_the_vpc_may_be_in_any() {
    check(
        r#"aws_vpc.a {"id": "vpc-a", "cidr_block": "10.0.0.0/16"}
           aws_vpc.b {"id": "vpc-b", "cidr_block": "10.1.0.0/16"}
           aws_instance.i {"subnet_id": "subnet-1"}"#,
        &["endpoint"],
        "endpoint aws_instance.i instance
           subnet-1 in aws_vpc.a 10.0.0.0/16 [default security group of aws_vpc.a] ?
           subnet-1 in aws_vpc.b 10.1.0.0/16 [default security group of aws_vpc.b] ?
           subnet-1 in the VPC of subnet-1 any address [default security group of the VPC of subnet-1] ?",
    );
}

/// Two VPCs and a third that cannot hold the subnet; one subnet whose VPC nothing tells.
fn subnet_in(vpc_id: &str, expected: &str) {
    let graph = format!(
        r#"aws_vpc.a {{"cidr_block": "10.0.0.0/16"}}
           aws_vpc.b {{"cidr_block": "10.0.0.0/8"}}
           aws_vpc.c {{"cidr_block": "10.3.0.0/16"}}
           aws_subnet.s {{"vpc_id": {vpc_id}, "cidr_block": "10.0.1.0/24"}}"#
    );
    check(&graph, &["subnet"], expected);
}

/// The VPC of a subnet may be each one that can hold its block, and one that the input does not hold.
#[test]
fn a_subnet_of_an_unknown_vpc_may_be_in_each_that_holds_its_block() {
    let line = |name: &str, vpc: &str| {
        format!(
            "subnet {name} of {vpc} 10.0.1.0/24 by main route table of {vpc} [default network ACL of {vpc}]"
        )
    };
    let perhaps = |vpc: &str| format!("{} ?", line(&format!("aws_subnet.s in {vpc}"), vpc));
    let all = ["aws_vpc.a", "aws_vpc.b", "the VPC of aws_subnet.s"].map(perhaps);
    subnet_in(r#""?""#, &all.join("\n"));
    // One of two, of which one cannot hold it.
    let first = line("aws_subnet.s", "aws_vpc.a");
    subnet_in(r#""@aws_vpc.a.id|aws_vpc.c.id""#, &format!("{first} ?"));
    subnet_in(r#""@aws_vpc.c.id""#, &line("aws_subnet.s", "aws_vpc.c"));
}

/// Before it is there no attribute of a default subnet names its VPC, which no `aws_vpc` makes.
#[test]
fn a_default_subnet_is_of_the_default_vpc() {
    for (vpc, name) in [
        (
            r#"aws_default_vpc.d {"cidr_block": "172.31.0.0/16"}"#,
            "aws_default_vpc.d",
        ),
        (
            r#"data aws_vpc.d {"cidr_block": "172.31.0.0/16", "default": true}"#,
            "data.aws_vpc.d",
        ),
    ] {
        let subnet = r#"aws_default_subnet.s {"vpc_id": "?c", "cidr_block": "?c"}"#;
        let text = super::drawn(&format!(
            "aws_vpc.other {{\"cidr_block\": \"10.0.0.0/16\"}}\n{vpc}\n{subnet}"
        ));
        let found: Vec<&str> = text
            .lines()
            .filter_map(|line| {
                line.strip_prefix("subnet aws_default_subnet.s in ")?
                    .split(" of ")
                    .next()
            })
            .collect();
        let outside = "the VPC";
        assert_eq!(found, [name, outside], "{text}");
    }
}

/// A default subnet of another region is of none of them.
#[test]
fn a_default_subnet_is_of_its_own_region() {
    let text = super::drawn(
        r#"aws_default_vpc.d {"cidr_block": "172.31.0.0/16", "region": "eu-west-1"}
           aws_default_subnet.s {"vpc_id": "?c", "cidr_block": "?c", "region": "eu-west-2"}"#,
    );
    assert!(
        text.contains("subnet aws_default_subnet.s of the VPC of aws_default_subnet.s"),
        "{text}"
    );
}

/// A further block of a VPC that is not known may be each VPC's.
#[test]
fn a_further_block_whose_vpc_is_not_known_may_be_of_any() {
    let networks = |vpc: &str| {
        let graph = format!(
            r#"aws_vpc.a {{"cidr_block": "10.0.0.0/16"}}
               aws_vpc.b {{"cidr_block": "10.1.0.0/16"}}
               aws_vpc_ipv4_cidr_block_association.x {{{vpc}"cidr_block": "100.64.0.0/16"}}"#
        );
        let drawn = super::drawn(&graph);
        let of = |name: &str| {
            let mut lines = drawn.lines().map(str::trim);
            lines
                .find(|line| line.starts_with(name))
                .unwrap()
                .to_owned()
        };
        [of("network aws_vpc.a "), of("network aws_vpc.b ")]
    };
    for vpc in [r#""vpc_id": "?", "#, ""] {
        let found = networks(vpc);
        assert!(
            found.iter().all(|line| line.contains("100.64.0.0/16")),
            "{found:?}"
        );
    }
    let [a, b] = networks(r#""vpc_id": "@aws_vpc.a.id", "#);
    assert!(a.contains("100.64.0.0/16") && !b.contains("100.64.0.0/16"));
}
