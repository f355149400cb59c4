//! Whose addresses Cilium finds by groups and tags: which rules stand in the world for them.

use super::*;

/// Two VPCs: the cluster's, and one that the input holds beside it, with groups, instances and a database.
const RESOURCES: &str = r#"
    aws_vpc.app {"id": "vpc-1", "cidr_block": "10.20.0.0/16", "owner_id": "111122223333", "region": "eu-west-1"}
    aws_vpc.data {"id": "vpc-2", "cidr_block": "10.40.0.0/16", "owner_id": "111122223333", "region": "eu-west-1"}
    aws_vpc.far {"id": "vpc-3", "cidr_block": "10.60.0.0/16", "owner_id": "444455556666", "region": "eu-west-1"}
    aws_subnet.app {"id": "subnet-1", "vpc_id": "vpc-1", "cidr_block": "10.20.0.0/24"}
    aws_subnet.data {"id": "subnet-2", "vpc_id": "vpc-2", "cidr_block": "10.40.3.0/24"}
    aws_subnet.far {"id": "subnet-3", "vpc_id": "vpc-3", "cidr_block": "10.60.3.0/24"}
    aws_security_group.db {"id": "sg-db", "name": "db", "vpc_id": "vpc-2"}
    aws_security_group.other {"id": "sg-other", "name": "other", "vpc_id": "vpc-2"}
    aws_security_group.far {"id": "sg-far", "name": "db", "vpc_id": "vpc-3"}
    aws_instance.db {"subnet_id": "subnet-2", "private_ip": "10.40.3.7", "ipv6_addresses": ["2001:db8::7"], "vpc_security_group_ids": ["sg-db", "sg-other"], "tags": {"env": "prod", "tier": "db"}}
    aws_instance.other {"subnet_id": "subnet-2", "private_ip": "10.40.3.8", "vpc_security_group_ids": ["sg-other"], "tags": {"env": "prod"}}
    aws_instance.blind {"subnet_id": "subnet-2", "private_ip": "?c", "vpc_security_group_ids": ["sg-db"], "tags": {"env": "?"}}
    aws_instance.open {"subnet_id": "subnet-2", "private_ip": "10.40.3.9", "vpc_security_group_ids": "?"}
    aws_instance.foreign {"subnet_id": "subnet-2", "private_ip": "10.40.3.10", "vpc_security_group_ids": ["sg-else"]}
    aws_instance.far {"subnet_id": "subnet-3", "private_ip": "10.60.3.7", "vpc_security_group_ids": ["sg-far"]}
    aws_network_interface.spare {"subnet_id": "subnet-2", "private_ips": ["10.40.3.11"], "security_groups": ["sg-other"]}
    aws_db_instance.orders {"vpc_security_group_ids": ["sg-db"], "db_subnet_group_name": "orders"}
    aws_db_subnet_group.orders {"name": "orders", "subnet_ids": ["subnet-2"]}
    aws_eks_cluster.prod {"name": "prod", "vpc_config": [{"subnet_ids": ["subnet-1"], "cluster_security_group_id": "sg-c"}]}
"#;

/// The agent, and its operator with that image.
fn agent(image: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {{name: cilium, namespace: kube-system}}\nspec: {{template: {{spec: {{containers: [{{name: cilium-agent, image: cilium}}]}}}}}}\n---\n\
         apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: cilium-operator, namespace: kube-system}}\nspec: {{template: {{spec: {{containers: [{{name: cilium-operator, image: '{image}'}}]}}}}}}\n---\n"
    )
}

const OPERATOR: &str = "quay.io/cilium/operator-aws:v1.18.1@sha256:00";

/// A policy whose only rule has such an other end.
fn policy(rule: &str, aws: &str) -> String {
    let ends = if rule.starts_with("ingress") {
        "fromGroups"
    } else {
        "toGroups"
    };
    format!(
        "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {{name: p, namespace: shop}}\nspec:\n  endpointSelector: {{}}\n  {rule}: [{{{ends}: [{{aws: {aws}}}]}}]\n---"
    )
}

/// How an address is matched: `surely`, `possibly` or `never`.
fn matched(world: &World, address: &str) -> &'static str {
    let (_, policy) = world
        .policies
        .iter()
        .find(|(_, policy)| policy.name == "p")
        .unwrap();
    let rules: Vec<_> = policy
        .ingress
        .iter()
        .chain(&policy.egress)
        .flat_map(|side| &side.rules)
        .collect();
    let holds = |peer: &PolicyPeer| match peer {
        PolicyPeer::All(parts) => parts.iter().all(|part| match part {
            PolicyPeer::World => true,
            PolicyPeer::AddressesOfPodsToo(set) => set.contains(address.parse().unwrap()),
            _ => false,
        }),
        _ => false,
    };
    let found: Vec<bool> = rules
        .iter()
        .filter(|rule| holds(&rule.peer))
        .map(|rule| rule.doubt.is_certain())
        .collect();
    match found.as_slice() {
        [] => "never",
        [true] => "surely",
        [false] => "possibly",
        _ => panic!("{address} is named twice"),
    }
}

/// The gaps of the policy, by what is special of each.
fn reasons(world: &World) -> Vec<&str> {
    world
        .gaps
        .iter()
        .filter_map(|(_, gap)| {
            gap.what
                .strip_prefix("CiliumNetworkPolicy shop/p names instances of AWS (")?
                .split_once("): ")
        })
        .map(|(_, why)| why)
        .collect()
}

/// Compares how addresses are matched, each side as `surely: A, B; possibly: C`.
fn check(resources: &str, image: &str, rule: &str, aws: &str, expected: &str) {
    let world = world(
        resources,
        &format!("{}{}{WEB}", agent(image), policy(rule, aws)),
        &Settings::default(),
    );
    for (how, addresses) in expected
        .split("; ")
        .map(|part| part.split_once(": ").unwrap())
    {
        for address in addresses.split(", ") {
            assert_eq!(
                matched(&world, address),
                how,
                "{address} by {aws} in {rule}\n{:#?}",
                reasons(&world)
            );
        }
    }
}

#[test]
fn addresses_by_groups_and_tags() {
    // In the group's VPC whatever has no known address of its own may have the group; another VPC's private addresses cannot.
    let by_id = "surely: 10.40.3.7; possibly: 10.40.0.1, 10.40.3.9, 10.40.3.11, 10.40.3.200, 192.0.2.1, 2001:db8::7; \
                 never: 10.40.3.8, 10.40.3.10, 10.20.0.7, 10.60.3.7, 192.168.0.1, fd00::1";
    for (aws, expected) in [
        ("{securityGroupsIds: [sg-db]}", by_id),
        ("{securityGroupsIds: [sg-db], region: eu-west-1}", by_id),
        // Old versions ask elsewhere, later ones do not heed it.
        (
            "{securityGroupsIds: [sg-db], region: us-east-1}",
            "possibly: 10.40.3.7, 10.40.0.1; never: 10.40.3.8, 10.20.0.7",
        ),
        (
            "{securityGroupsIds: [sg-other]}",
            "surely: 10.40.3.7, 10.40.3.8; possibly: 10.40.3.9, 10.40.3.11; never: 10.40.3.10, 10.20.0.7",
        ),
        (
            "{securityGroupsIds: [sg-other, sg-far]}",
            "surely: 10.40.3.7, 10.40.3.8; possibly: 10.40.3.9, 10.60.3.7, 10.60.0.1; never: 10.40.3.10, 10.20.0.7",
        ),
        // Another account's instance is not among those that are asked of this one.
        (
            "{securityGroupsIds: [sg-far]}",
            "possibly: 10.60.3.7, 10.60.0.1; never: 10.40.3.7, 10.20.0.7",
        ),
        // One that only an instance names is of that instance's VPC.
        (
            "{securityGroupsIds: [sg-else]}",
            "surely: 10.40.3.10; possibly: 10.40.3.9, 10.40.0.1; never: 10.40.3.7, 10.20.0.7",
        ),
        // Nobody tells where it is.
        (
            "{securityGroupsIds: [sg-gone]}",
            "possibly: 10.40.3.7, 10.20.0.7, 192.168.0.1, 2001:db8::7",
        ),
        (
            "{securityGroupsIds: [sg-gone, sg-db]}",
            "surely: 10.40.3.7; possibly: 10.40.3.8, 10.20.0.7, 192.168.0.1",
        ),
        // Any VPC may have a group of that name.
        (
            "{securityGroupsNames: [db]}",
            "surely: 10.40.3.7; possibly: 10.40.3.8, 10.60.3.7, 10.20.0.7, 192.168.0.1",
        ),
        (
            "{securityGroupsIds: [sg-other], securityGroupsNames: [db]}",
            "surely: 10.40.3.7; possibly: 10.40.0.1; never: 10.20.0.7",
        ),
        (
            "{labels: {env: prod}}",
            "surely: 10.40.3.7, 10.40.3.8; possibly: 10.40.3.9, 10.20.0.7, 192.168.0.1",
        ),
        (
            "{labels: {env: prod, tier: db}}",
            "surely: 10.40.3.7; possibly: 10.40.3.8, 10.20.0.7",
        ),
        // Instances with both by any version; with one of them by some.
        (
            "{securityGroupsIds: [sg-db], labels: {env: prod}}",
            "surely: 10.40.3.7; possibly: 10.40.3.8, 10.40.3.200, 10.20.0.7",
        ),
        ("{}", "possibly: 10.40.3.7, 10.20.0.7"),
    ] {
        for rule in ["egress", "ingress", "egressDeny", "ingressDeny"] {
            check(RESOURCES, OPERATOR, rule, aws, expected);
        }
    }
}

#[test]
fn what_asks_for_them() {
    let by_id = "{securityGroupsIds: [sg-db]}";
    let (sure, open) = (
        "surely: 10.40.3.7; never: 10.40.3.8",
        "possibly: 10.40.3.7; never: 10.40.3.8",
    );
    for (image, allow, deny) in [
        ("quay.io/cilium/operator:v1.18.1", sure, sure),
        ("operator-aws-ci", sure, sure),
        // An image of one's own does not tell: an allow is taken at its word, a deny is not.
        ("registry.example:5000/base/ours:1", sure, open),
        ("quay.io/cilium/operator-generic:v1.18.1", open, open),
    ] {
        check(RESOURCES, image, "egress", by_id, allow);
        check(RESOURCES, image, "ingressDeny", by_id, deny);
    }
}

#[test]
fn what_may_have_a_group_unseen() {
    let by_id = "{securityGroupsIds: [sg-db]}";
    for (more, expected) in [
        // Put on an interface that is not known, which may be that of the instance without the group.
        (
            r#"aws_network_interface_sg_attachment.a {"security_group_id": "sg-db", "network_interface_id": "?"}"#,
            "surely: 10.40.3.7; possibly: 10.40.3.8",
        ),
        (
            r#"aws_network_interface_sg_attachment.a {"security_group_id": "sg-db", "network_interface_id": "@aws_instance.other.primary_network_interface_id"}"#,
            "surely: 10.40.3.7, 10.40.3.8",
        ),
        (
            r#"aws_vpc_security_group_vpc_association.a {"security_group_id": "sg-db", "vpc_id": "vpc-1"}"#,
            "surely: 10.40.3.7; possibly: 10.20.0.7",
        ),
        (
            r#"aws_vpc_security_group_vpc_association.a {"security_group_id": "sg-other", "vpc_id": "vpc-1"}"#,
            "surely: 10.40.3.7; never: 10.20.0.7",
        ),
        // A group whose id is read while applying may be that one.
        (
            "data aws_security_group.read {\"id\": \"?c\"}\n    aws_instance.reader {\"subnet_id\": \"subnet-2\", \"private_ip\": \"10.40.3.12\", \"vpc_security_group_ids\": [\"@data.aws_security_group.read.id\"]}",
            "possibly: 10.40.3.12",
        ),
        (
            r#"aws_vpc_ipv4_cidr_block_association.more {"vpc_id": "vpc-2", "cidr_block": "?"}"#,
            "surely: 10.40.3.7; possibly: 10.20.0.7",
        ),
    ] {
        check(
            &format!("{RESOURCES}{more}"),
            OPERATOR,
            "egress",
            by_id,
            expected,
        );
    }
}

#[test]
fn the_gaps_name_what_is_open() {
    let of = |aws: &str| {
        world(
            RESOURCES,
            &format!("{}{}{WEB}", agent(OPERATOR), policy("egress", aws)),
            &Settings::default(),
        )
    };
    assert_eq!(
        reasons(&of("{securityGroupsIds: [sg-db, sg-gone]}")),
        [
            "further ones may stand outside of the input",
            "the input does not say whether, and at which addresses, it finds `aws_db_instance.orders`, `aws_instance.blind`",
            "no resource of the input has the id `sg-gone`",
        ]
    );
    assert_eq!(
        reasons(&of("{securityGroupsIds: [sg-far], region: us-east-1}")),
        [
            "further ones may stand outside of the input",
            "it names region `us-east-1`, where only old versions ask, and the cluster may stand in another",
            "it asks in the account and region of the cluster, which may not be those of `aws_instance.far`",
        ]
    );
    assert_eq!(
        reasons(&of("{labels: {env: prod, tier: db}}")),
        ["further ones may stand outside of the input"],
        "an instance whose tag is not known lacks the other"
    );
    assert_eq!(
        reasons(&of("{labels: {env: prod}}"))[1],
        "the input does not say whether, and at which addresses, it finds `aws_instance.blind`"
    );
}

#[test]
fn the_plan_of_a_first_apply_knows_names_and_no_ids() {
    let fresh = r#"
    aws_vpc.app {"id": "?c", "cidr_block": "10.20.0.0/16"}
    aws_subnet.app {"id": "?c", "vpc_id": "@aws_vpc.app.id", "cidr_block": "10.20.0.0/24"}
    aws_security_group.db {"id": "?c", "name": "db", "vpc_id": "@aws_vpc.app.id"}
    aws_instance.db {"subnet_id": "@aws_subnet.app.id", "private_ip": "10.20.0.7", "vpc_security_group_ids": ["@aws_security_group.db.id"]}
    aws_instance.plain {"subnet_id": "@aws_subnet.app.id", "private_ip": "10.20.0.8"}
    aws_instance.late {"subnet_id": "@aws_subnet.app.id", "private_ip": "?c", "vpc_security_group_ids": ["@aws_security_group.db.id"]}
    aws_eks_cluster.prod {"name": "prod", "vpc_config": [{"subnet_ids": ["@aws_subnet.app.id"]}]}
    "#;
    for (aws, expected) in [
        // Neither account nor region are known; what stands in the cluster's own VPC is asked all the same.
        (
            "{securityGroupsNames: [db]}",
            "surely: 10.20.0.7; possibly: 10.20.0.8, 10.20.0.9, 10.40.0.1",
        ),
        (
            "{securityGroupsNames: [default]}",
            "surely: 10.20.0.8; possibly: 10.20.0.7, 10.20.0.9, 10.40.0.1",
        ),
        (
            "{securityGroupsIds: [sg-db]}",
            "possibly: 10.20.0.7, 10.20.0.8, 10.40.0.1",
        ),
    ] {
        check(fresh, OPERATOR, "egress", aws, expected);
        check(fresh, OPERATOR, "egressDeny", aws, expected);
    }
}
