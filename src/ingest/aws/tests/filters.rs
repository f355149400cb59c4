//! Security groups, network ACLs, and every form of rule.

use super::{check, world};
use crate::model::Filter;

const VPC: &str = r#"aws_vpc.a {"id": "vpc-1", "cidr_block": "10.0.0.0/16"}
aws_subnet.s {"vpc_id": "vpc-1", "cidr_block": "10.0.1.0/24"}
aws_subnet.t {"vpc_id": "vpc-1", "cidr_block": "10.0.2.0/24"}
aws_security_group.g {"id": "sg-1", "vpc_id": "vpc-1", "ingress": "?c", "egress": "?c"}
aws_security_group.h {"id": "sg-2", "vpc_id": "vpc-1"}
"#;

fn group(more: &str, expected: &str) {
    check(
        &format!("{VPC}{more}"),
        &["filter aws_security_group.g"],
        &format!("filter aws_security_group.g\n{expected}"),
    );
}

#[test]
fn protocol_forms() {
    for (words, expected) in [
        (
            r#""protocol": "-1", "from_port": 0, "to_port": 0"#,
            "all traffic",
        ),
        (r#""protocol": "all""#, "all traffic"),
        (
            r#""protocol": "tcp", "from_port": 443, "to_port": 443"#,
            "tcp 443",
        ),
        (
            r#""protocol": "6", "from_port": "8000", "to_port": "8080""#,
            "tcp 8000-8080",
        ),
        (
            r#""protocol": "TCP", "from_port": 0, "to_port": 65535"#,
            "tcp",
        ),
        (
            r#""protocol": "tcp", "from_port": 0, "to_port": 0"#,
            "no traffic",
        ),
        (
            r#""protocol": "udp", "from_port": 53, "to_port": 53"#,
            "udp 53",
        ),
        (
            r#""protocol": "icmp", "from_port": -1, "to_port": -1"#,
            "icmp",
        ),
        (
            r#""protocol": "1", "from_port": 8, "to_port": 0"#,
            "icmp 2048",
        ),
        (
            r#""protocol": "icmp", "from_port": 3, "to_port": -1"#,
            "icmp 768-1023",
        ),
        (
            r#""protocol": "icmpv6", "from_port": -1, "to_port": -1"#,
            "icmpv6",
        ),
        (r#""protocol": "50", "from_port": 0, "to_port": 0"#, "ip50"),
        (
            r#""protocol": "132", "from_port": 80, "to_port": 80"#,
            "sctp",
        ),
    ] {
        let rule = format!(
            r#"aws_security_group_rule.r {{"type": "ingress", "security_group_id": "sg-1", {words}, "cidr_blocks": ["10.9.0.0/16"]}}"#
        );
        group(&rule, &format!("in {expected}, 10.9.0.0/16"));
    }
}

#[test]
fn peer_forms() {
    let rule = |ends: &str| {
        format!(
            r#"aws_security_group_rule.r {{"type": "egress", "security_group_id": "sg-1", "protocol": "tcp", "from_port": 1, "to_port": 9, {ends}}}"#
        )
    };
    for (ends, expected) in [
        (
            r#""cidr_blocks": ["10.9.0.0/16"], "ipv6_cidr_blocks": ["2001:db8::/32"]"#,
            "out tcp 1-9, 10.9.0.0/16, 2001:db8::/32",
        ),
        (
            r#""self": true, "source_security_group_id": "?""#,
            "out tcp 1-9, members of aws_security_group.g",
        ),
        (
            r#""source_security_group_id": "sg-2""#,
            "out tcp 1-9, members of aws_security_group.h",
        ),
        (
            r#""source_security_group_id": "111122223333/sg-2""#,
            "out tcp 1-9, members of aws_security_group.h",
        ),
        (
            r#""source_security_group_id": "111122223333/sg-9""#,
            "out tcp 1-9, members of sg-9",
        ),
        (
            r#""source_security_group_id": "@aws_vpc.a.default_security_group_id""#,
            "out tcp 1-9, members of default security group of aws_vpc.a",
        ),
        (r#""cidr_blocks": ["?"]"#, "out tcp 1-9, 0.0.0.0/0 ?"),
        (
            r#""cidr_blocks": ["10.9.0.0/16"], "source_security_group_id": "?""#,
            "out tcp 1-9, 10.9.0.0/16",
        ),
        (
            r#""source_security_group_id": "?""#,
            "out tcp 1-9, any address ?",
        ),
        (
            r#""prefix_list_ids": ["pl-unknown"]"#,
            "out tcp 1-9, any address ?",
        ),
    ] {
        group(&rule(ends), expected);
    }
}

#[test]
fn single_rules_and_prefix_lists() {
    group(
        r#"aws_ec2_managed_prefix_list.l {"entry": [{"cidr": "10.8.0.0/16"}, {"cidr": "10.6.0.0/16"}]}
           aws_vpc_security_group_ingress_rule.a {"security_group_id": "sg-1", "ip_protocol": "-1", "prefix_list_id": "@aws_ec2_managed_prefix_list.l.id"}
           aws_vpc_security_group_ingress_rule.b {"security_group_id": "sg-1", "ip_protocol": "tcp", "from_port": 22, "to_port": 22, "referenced_security_group_id": "sg-2"}
           aws_vpc_security_group_egress_rule.c {"security_group_id": "sg-1", "ip_protocol": "-1", "cidr_ipv6": "::/0"}"#,
        "in all traffic, 10.6.0.0/16, 10.8.0.0/16
         in tcp 22, members of aws_security_group.h
         out all traffic, ::/0",
    );
}

/// As across a peering of two accounts, whether the id is known or not.
#[test]
fn a_group_may_be_written_with_its_account() {
    for peer in [
        "123456789012/sg-2",
        "~123456789012/<aws_security_group.h.id>",
        "~<?>/<aws_security_group.h.id>",
    ] {
        group(
            &format!(
                r#"aws_vpc_security_group_ingress_rule.b {{"security_group_id": "sg-1", "ip_protocol": "tcp", "from_port": 22, "to_port": 22, "referenced_security_group_id": "{peer}"}}
                aws_security_group_rule.c {{"security_group_id": "sg-1", "type": "ingress", "protocol": "tcp", "from_port": 23, "to_port": 23, "source_security_group_id": "{peer}"}}"#
            ),
            "in tcp 23, members of aws_security_group.h
             in tcp 22, members of aws_security_group.h",
        );
    }
}

#[test]
fn terraform_lets_nothing_out_that_is_not_declared() {
    group("", "");
}

#[test]
fn a_refreshed_group_lists_separate_rules_once_more() {
    check(
        r#"aws_security_group.g {"id": "sg-1", "ingress": [{"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["10.1.0.0/16", "10.9.0.0/16"], "self": true}], "egress": [{"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"], "ipv6_cidr_blocks": [], "security_groups": [], "self": false}]}
           aws_security_group_rule.r {"type": "ingress", "security_group_id": "sg-1", "protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["10.9.0.0/16"]}"#,
        &["filter aws_security_group.g"],
        "filter aws_security_group.g
           in tcp 22, 10.9.0.0/16
           in tcp 22, 10.1.0.0/16
           in tcp 22, members of aws_security_group.g
           out all traffic, 0.0.0.0/0",
    );
}

#[test]
fn a_rule_whose_group_cannot_be_told_may_be_in_any() {
    check(
        &format!(
            r#"{VPC}aws_security_group_rule.r {{"type": "ingress", "security_group_id": "?", "protocol": "-1", "self": true}}"#
        ),
        &["filter aws_security_group.g", "filter aws_security_group.h"],
        "filter aws_security_group.g
           in all traffic, members of aws_security_group.g ?
         filter aws_security_group.h
           in all traffic, members of aws_security_group.h ?",
    );
}

/// Of more than eight groups a rule that may be in any of them says next to nothing: all are open, that of AWS too.
#[test]
fn a_rule_that_may_be_in_any_of_many_groups_leaves_all_of_them_open() {
    let filters = |groups: usize| {
        let groups =
            (0..groups).map(|n| format!("aws_security_group.g{n} {{\"id\": \"sg-{n}\"}}\n"));
        let rules = ["r", "s"].map(|name| {
            format!(
                r#"aws_security_group_rule.{name} {{"type": "ingress", "security_group_id": "?", "protocol": "-1", "self": true}}
                "#
            )
        });
        let vpc = "aws_vpc.a {\"id\": \"vpc-1\", \"cidr_block\": \"10.0.0.0/16\"}\n";
        let world = world(&format!(
            "{vpc}{}{}",
            groups.collect::<String>(),
            rules.concat()
        ));
        let filters = world.filters.iter().map(|(_, own)| own.clone());
        let is_group = |own: &Filter| own.name.contains("security");
        filters.filter(is_group).collect::<Vec<_>>()
    };
    let few = filters(7);
    assert_eq!(few.len(), 8);
    for own in few {
        assert!(own.doubt.is_certain(), "{}", own.name);
        assert!(own.ingress.len() >= 2, "{}", own.name);
    }
    let many = filters(8);
    assert_eq!(many.len(), 9);
    for own in many {
        assert!(!own.doubt.is_certain(), "{}", own.name);
        assert!(own.ingress.len() <= 1, "{}", own.name);
    }
}

#[test]
fn a_block_of_unknown_content_may_allow_anything() {
    check(
        r#"aws_security_group.g {"id": "sg-1", "ingress": "?"}"#,
        &["filter aws_security_group.g"],
        "filter aws_security_group.g
           in all traffic, any address ?",
    );
}

#[test]
fn default_groups() {
    check(
        VPC,
        &["filter default security group of aws_vpc.a"],
        "filter default security group of aws_vpc.a
           in all traffic, members of default security group of aws_vpc.a
           out all traffic, any address",
    );
    // Adopting it removes all its rules.
    check(
        &format!(
            r#"{VPC}aws_default_security_group.d {{"vpc_id": "vpc-1", "ingress": [{{"protocol": "tcp", "from_port": 1, "to_port": 1, "self": true}}]}}"#
        ),
        &[
            "filter aws_default_security_group.d",
            "filter default security group of aws_vpc.a",
        ],
        "filter aws_default_security_group.d
           in tcp 1, members of aws_default_security_group.d",
    );
}

#[test]
fn the_group_of_a_cluster_takes_further_rules() {
    check(
        &format!(
            r#"{VPC}aws_eks_cluster.c {{"vpc_config": [{{"subnet_ids": ["@aws_subnet.s.id"]}}]}}
               aws_security_group_rule.r {{"type": "ingress", "security_group_id": "@aws_eks_cluster.c.vpc_config.cluster_security_group_id", "protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["10.9.0.0/16"]}}"#
        ),
        &["filter cluster security group of aws_eks_cluster.c"],
        "filter cluster security group of aws_eks_cluster.c
           in all traffic, members of cluster security group of aws_eks_cluster.c
           in tcp 443, 10.9.0.0/16
           out all traffic, any address",
    );
}

fn acls(more: &str, of_s: &str, of_t: &str) {
    let line = |name: &str, block: &str, acl: &str| {
        format!(
            "subnet aws_subnet.{name} of aws_vpc.a {block} by main route table of aws_vpc.a [{acl}"
        )
    };
    let closed = |acl: &str| {
        if acl.is_empty() {
            "] ?".to_owned()
        } else {
            format!("{acl}]")
        }
    };
    let expected = [
        line("s", "10.0.1.0/24", &closed(of_s)),
        line("t", "10.0.2.0/24", &closed(of_t)),
    ]
    .join("\n");
    check(&format!("{VPC}{more}"), &["subnet"], &expected);
}

#[test]
fn which_acl_a_subnet_has() {
    let default = "default network ACL of aws_vpc.a";
    acls("", default, default);
    acls(
        r#"aws_network_acl.n {"vpc_id": "vpc-1", "subnet_ids": ["@aws_subnet.s.id"]}"#,
        "aws_network_acl.n",
        default,
    );
    acls(
        r#"aws_network_acl.n {"vpc_id": "vpc-1"}
           aws_network_acl_association.x {"network_acl_id": "@aws_network_acl.n.id", "subnet_id": "@aws_subnet.t.id"}"#,
        default,
        "aws_network_acl.n",
    );
    let adopted = r#"aws_default_network_acl.d {"default_network_acl_id": "@aws_vpc.a.default_network_acl_id"}"#;
    acls(
        adopted,
        "aws_default_network_acl.d",
        "aws_default_network_acl.d",
    );
    acls(
        r#"aws_network_acl.n {"vpc_id": "vpc-1", "subnet_ids": ["@aws_subnet.s.id|aws_subnet.t.id"]}"#,
        "",
        "",
    );
}

#[test]
fn acl_rules_in_order_of_their_numbers() {
    check(
        r#"aws_network_acl.n {"id": "acl-1", "ingress": [{"rule_no": 200, "action": "allow", "protocol": "-1", "cidr_block": "0.0.0.0/0", "from_port": 0, "to_port": 0}, {"rule_no": 90, "action": "allow", "protocol": "6", "cidr_block": "10.0.0.0/8", "from_port": 1, "to_port": 2}]}
           aws_network_acl_rule.a {"network_acl_id": "acl-1", "rule_number": 90, "rule_action": "deny", "protocol": "tcp", "cidr_block": "10.0.0.0/8", "from_port": 1, "to_port": 2}
           aws_network_acl_rule.b {"network_acl_id": "acl-1", "rule_number": 5, "rule_action": "allow", "egress": true, "protocol": "icmp", "icmp_type": -1, "icmp_code": -1, "ipv6_cidr_block": "::/0"}
           aws_network_acl_rule.c {"network_acl_id": "acl-1", "rule_number": 6, "rule_action": "allow", "egress": true, "protocol": "icmp", "icmp_type": 300, "icmp_code": -1, "cidr_block": "10.0.0.0/8"}"#,
        &["filter aws_network_acl.n"],
        "filter aws_network_acl.n
           in 90 deny tcp 1-2, 10.0.0.0/8
           in 200 all traffic, 0.0.0.0/0
           out 5 icmp, ::/0
           out 6 icmp, 10.0.0.0/8 ?",
    );
    check(
        r#"aws_vpc.a {"cidr_block": "10.0.0.0/16"}"#,
        &["filter default network ACL of aws_vpc.a"],
        "filter default network ACL of aws_vpc.a
           in 100 all traffic, any address
           out 100 all traffic, any address",
    );
}

/// A cluster's id is its name, which another account or region may give as well.
#[test]
fn each_cluster_has_a_group_of_its_own() {
    let cluster = |name: &str, arn: &str| {
        format!(
            r#"{name} {{"id": "main", "name": "main", "arn": "arn:aws:eks:{arn}:cluster/main"}}"#
        )
    };
    let groups = |first: &str, second: &str| {
        let clusters = [
            cluster("aws_eks_cluster.a", first),
            cluster("data aws_eks_cluster.b", second),
        ];
        let all = "\nin all traffic, members of cluster security group of aws_eks_cluster.a\nout all traffic, any address";
        (
            clusters.join("\n"),
            format!("filter cluster security group of aws_eks_cluster.a{all}"),
        )
    };
    let (clusters, group) = groups("eu-west-1:111122223333", "eu-west-1:111122223333");
    check(&clusters, &["filter"], &group);
    for other in ["eu-west-1:444455556666", "us-east-1:111122223333"] {
        let (clusters, group) = groups("eu-west-1:111122223333", other);
        let second = group.replace("aws_eks_cluster.a", "data.aws_eks_cluster.b");
        check(&clusters, &["filter"], &format!("{group}\n{second}"));
    }
}

#[test]
fn an_acl_whose_subnets_are_not_told_may_be_that_of_any_that_has_none() {
    let default = "default network ACL of aws_vpc.a";
    let unresolved = r#"aws_network_acl.n {"vpc_id": "vpc-1", "subnet_ids": "?"}
"#;
    acls(unresolved, "", "");
    // One of the list is known: the other may be the rest.
    acls(
        r#"aws_network_acl.n {"vpc_id": "vpc-1", "subnet_ids": ["@aws_subnet.s.id", "?"]}"#,
        "aws_network_acl.n",
        "",
    );
    // A subnet has one ACL.
    let own = r#"aws_network_acl.o {"vpc_id": "vpc-1", "subnet_ids": ["@aws_subnet.s.id"]}"#;
    acls(&format!("{unresolved}{own}"), "aws_network_acl.o", "");
    let other = r#"aws_vpc.b {"id": "vpc-2", "cidr_block": "10.1.0.0/16"}
                   aws_network_acl.n {"vpc_id": "vpc-2", "subnet_ids": "?"}"#;
    acls(other, default, default);
}

#[test]
fn an_acl_rule_of_unknown_action_or_direction_is_both_in_doubt() {
    check(
        r#"aws_network_acl.n {"id": "acl-1"}
           aws_network_acl_rule.a {"network_acl_id": "acl-1", "rule_number": 5, "rule_action": "?", "egress": false, "protocol": "-1", "cidr_block": "0.0.0.0/0"}
           aws_network_acl_rule.b {"network_acl_id": "acl-1", "rule_number": 6, "rule_action": "allow", "egress": "?", "protocol": "-1", "cidr_block": "10.0.0.0/8"}"#,
        &["filter aws_network_acl.n"],
        "filter aws_network_acl.n
           in 5 deny all traffic, 0.0.0.0/0 ?
           in 5 all traffic, 0.0.0.0/0 ?
           in 6 all traffic, 10.0.0.0/8 ?
           out 6 all traffic, 10.0.0.0/8 ?",
    );
}

#[test]
fn a_group_on_an_interface_that_is_not_told_may_be_on_any() {
    let graph = |interface: &str| {
        format!(
            r#"{VPC}aws_instance.i {{"subnet_id": "@aws_subnet.s.id", "private_ip": "10.0.1.9", "vpc_security_group_ids": ["sg-1"]}}
               aws_network_interface_sg_attachment.x {{"security_group_id": "sg-2", "network_interface_id": "{interface}"}}"#
        )
    };
    let without = "endpoint aws_instance.i instance\naws_subnet.s 10.0.1.9 [aws_security_group.g]";
    let with = "aws_subnet.s 10.0.1.9 [aws_security_group.g, aws_security_group.h]";
    check(&graph("?"), &["endpoint"], &format!("{without}\n{with} ?"));
    let told = with.replace(
        "aws_subnet.s",
        "endpoint aws_instance.i instance\naws_subnet.s",
    );
    check(
        &graph("@aws_instance.i.primary_network_interface_id"),
        &["endpoint"],
        &told,
    );
}

/// A rule of an ACL is about some addresses, so where none is known it may be about any.
#[test]
fn addresses_of_a_rule_that_are_not_known_may_be_any() {
    for (block, expected) in [
        (r#""cidr_block": "?""#, "in 100 all traffic, 0.0.0.0/0 ?"),
        (
            r#""cidr_block": "?c", "ipv6_cidr_block": """#,
            "in 100 all traffic, 0.0.0.0/0 ?",
        ),
        (
            r#""cidr_block": "?c", "ipv6_cidr_block": "2001:db8::/32""#,
            "in 100 all traffic, 2001:db8::/32",
        ),
    ] {
        check(
            &format!(
                r#"aws_vpc.a {{"cidr_block": "10.0.0.0/16"}}
                aws_network_acl.n {{"vpc_id": "@aws_vpc.a.id", "ingress": [{{"rule_no": 100, "action": "allow", "protocol": "-1", "from_port": 0, "to_port": 0, {block}}}]}}"#
            ),
            &["filter aws_network_acl.n"],
            &format!("filter aws_network_acl.n\n{expected}"),
        );
    }
}

/// No provider chooses ports, so those that a plan without its configuration does not know may be any.
#[test]
fn ports_that_are_not_known_may_be_any() {
    for (ports, expected) in [
        (
            r#""from_port": "?c", "to_port": 443"#,
            "in tcp, 10.0.0.0/8 ?",
        ),
        (
            r#""from_port": 443, "to_port": "?c""#,
            "in tcp, 10.0.0.0/8 ?",
        ),
        (
            r#""from_port": 443, "to_port": 443"#,
            "in tcp 443, 10.0.0.0/8",
        ),
    ] {
        check(
            &format!(
                r#"aws_security_group.g {{"id": "sg-1"}}
                aws_security_group_rule.r {{"security_group_id": "sg-1", "type": "ingress", "protocol": "tcp", "cidr_blocks": ["10.0.0.0/8"], {ports}}}"#
            ),
            &["filter aws_security_group.g"],
            &format!("filter aws_security_group.g\n{expected}"),
        );
    }
}
