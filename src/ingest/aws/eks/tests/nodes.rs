//! Which nodes a cluster has, where they stand, and which of them a pod may run on.

use super::{CLUSTER, NETWORK, WEB, WORKERS, addon, check};

pub(super) fn of(resources: &str, manifests: &str, expected: &str) {
    check(
        &format!("{NETWORK}{CLUSTER}{resources}"),
        manifests,
        expected,
    );
}

const OUTSIDE: &str = "0.0.0.0/5, 8.0.0.0/7, 10.0.0.0/12, 10.16.0.0/14, 10.21.0.0/16, 10.22.0.0/15, 10.24.0.0/13, 10.32.0.0/11, 10.64.0.0/10, 10.128.0.0/9, 11.0.0.0/8, 12.0.0.0/6, 16.0.0.0/4, 32.0.0.0/3, 64.0.0.0/3, 96.0.0.0/6, 100.0.0.0/10, 100.65.0.0/16, 100.66.0.0/15, 100.68.0.0/14, 100.72.0.0/13, 100.80.0.0/12, 100.96.0.0/11, 100.128.0.0/9, 101.0.0.0/8, 102.0.0.0/7, 104.0.0.0/5, 112.0.0.0/4, 128.0.0.0/1";

/// Keeps pods' addresses towards everywhere, so that a line of a placement is short.
pub(super) fn plain() -> String {
    addon(&[("AWS_VPC_K8S_CNI_EXTERNALSNAT", "true")])
}

#[test]
fn by_default_packets_to_outside_the_vpc_leave_with_the_nodes_address() {
    let expected = format!(
        "shop/web on node group `aws_eks_node_group.workers`: pod a [nodes], node a [nodes] towards {OUTSIDE} by default"
    );
    of(WORKERS, WEB, &expected);
}

#[test]
fn a_node_group_without_groups_in_its_template_has_the_clusters_group() {
    let group = |more: &str| {
        format!(
            r#"aws_eks_node_group.w {{"cluster_name": "@aws_eks_cluster.prod.name", "node_group_name": "w", "subnet_ids": ["subnet-a", "subnet-b"]{more}}}"#
        )
    };
    let both = "
        shop/web on node group `aws_eks_node_group.w`: pod a [cluster security group of aws_eks_cluster.prod]
        shop/web on node group `aws_eks_node_group.w`: pod b [cluster security group of aws_eks_cluster.prod]";
    of(&format!("{}\n{}", group(""), plain()), WEB, both);
    let template = r#"aws_launch_template.t {"id": "lt-1", "name": "t", "image_id": "ami-1"}"#;
    of(
        &format!(
            "{template}\n{}\n{}",
            group(r#", "launch_template": [{"name": "t"}]"#),
            plain()
        ),
        WEB,
        both,
    );
    of(
        &format!("{}\n{}", group(r#", "remote_access": [{"ec2_ssh_key": "k", "source_security_group_ids": ["sg-o"]}]"#), plain()),
        WEB,
        "
        shop/web on node group `aws_eks_node_group.w`: pod a [cluster security group of aws_eks_cluster.prod, remote access security group of aws_eks_node_group.w]
        shop/web on node group `aws_eks_node_group.w`: pod b [cluster security group of aws_eks_cluster.prod, remote access security group of aws_eks_node_group.w]",
    );
}

#[test]
fn a_template_names_groups_by_interface_too() {
    of(
        &format!(
            r#"
            aws_launch_template.t {{"id": "lt-1", "name": "t", "network_interfaces": [{{"security_groups": ["@aws_security_group.nodes.id", "sg-o"]}}]}}
            aws_eks_node_group.w {{"cluster_name": "prod", "subnet_ids": ["subnet-a"], "launch_template": [{{"id": "@aws_launch_template.t.id"}}]}}
            {}"#,
            plain()
        ),
        WEB,
        "shop/web on node group `aws_eks_node_group.w`: pod a [nodes, own]",
    );
}

#[test]
fn what_is_not_known_of_a_node_group_is_in_doubt() {
    of(
        &format!(
            r#"aws_eks_node_group.w {{"cluster_name": "prod", "subnet_ids": "?", "launch_template": [{{"id": "lt-9"}}]}}
            {}"#,
            plain()
        ),
        WEB,
        "
        shop/web on node group `aws_eks_node_group.w`: pod anywhere [unknown security groups of aws_eks_node_group.w]? ?
        gap `lt-9` is not in the input: add the plan or state that holds it
        gap what `subnet_ids` of `aws_eks_node_group.w` points at cannot be resolved: no resource could be found for it",
    );
}

#[test]
fn a_cluster_without_nodes_in_the_input() {
    of(
        &plain(),
        WEB,
        "
        shop/web on nodes of `aws_eks_cluster.prod` that are not in the input: pod a [unknown security groups of the nodes of aws_eks_cluster.prod] ?
        shop/web on nodes of `aws_eks_cluster.prod` that are not in the input: pod anywhere [unknown security groups of the nodes of aws_eks_cluster.prod]? ?",
    );
}

#[test]
fn a_node_group_of_another_cluster_is_not_of_this_one() {
    let other =
        r#"aws_eks_node_group.other {"cluster_name": "staging", "subnet_ids": ["subnet-b"]}"#;
    of(
        &format!("{WORKERS}{other}\n{}", plain()),
        WEB,
        "shop/web on node group `aws_eks_node_group.workers`: pod a [nodes]",
    );
}

#[test]
fn self_managed_nodes_are_tied_by_tag_or_script() {
    let asg = |more: &str| {
        format!(
            r#"
            aws_launch_template.s {{"id": "lt-7", "name": "s", "vpc_security_group_ids": ["sg-n"], "user_data": "IyEvYmluL2Jhc2gKL2V0Yy9la3MvYm9vdHN0cmFwLnNoIHByb2QK"}}
            aws_launch_template.u {{"id": "lt-2", "name": "u", "vpc_security_group_ids": ["sg-n"]}}
            aws_autoscaling_group.g {{"vpc_zone_identifier": ["subnet-b"], {more}}}
            {}
            {WORKERS}"#,
            plain()
        )
    };
    let managed = "shop/web on node group `aws_eks_node_group.workers`: pod a [nodes]";
    let both = format!(
        "{managed}\nshop/web on self-managed nodes `aws_autoscaling_group.g`: pod b [nodes]"
    );
    let doubt = format!(
        "{managed}\nshop/web on self-managed nodes `aws_autoscaling_group.g`: pod b [nodes] ?"
    );
    for (more, expected) in [
        (
            r#""launch_template": [{"id": "lt-2"}], "tag": [{"key": "kubernetes.io/cluster/prod", "value": "owned"}]"#,
            both.as_str(),
        ),
        (
            r#""launch_template": [{"id": "lt-2"}], "tag": [{"key": "kubernetes.io/cluster/staging", "value": "owned"}]"#,
            managed,
        ),
        (
            r#""launch_template": [{"id": "lt-2"}], "tag": [{"key": "Name", "value": "web"}]"#,
            managed,
        ),
        (r#""launch_template": [{"id": "lt-7"}]"#, both.as_str()),
        (
            r#""mixed_instances_policy": [{"launch_template": [{"launch_template_specification": [{"launch_template_name": "u"}]}]}], "tags": {"k8s.io/cluster/prod": "owned"}"#,
            both.as_str(),
        ),
        (
            r#""launch_template": [{"id": "lt-2"}], "tag": "?""#,
            doubt.as_str(),
        ),
    ] {
        of(&asg(more), WEB, expected);
    }
}

#[test]
fn node_selectors_narrow_to_what_may_carry_the_labels() {
    let groups = r#"
        aws_eks_node_group.one {"cluster_name": "prod", "node_group_name": "one", "subnet_ids": ["subnet-a"], "labels": {"disk": "fast"}}
        aws_eks_node_group.two {"cluster_name": "prod", "node_group_name": "two", "subnet_ids": ["subnet-b"]}
        aws_eks_node_group.win {"cluster_name": "prod", "node_group_name": "win", "subnet_ids": ["subnet-b"], "ami_type": "WINDOWS_CORE_2019_x86_64"}
    "#;
    let on = |name: &str, subnet: &str, doubt: &str| {
        format!(
            "shop/web on node group `aws_eks_node_group.{name}`: pod {subnet} [cluster security group of aws_eks_cluster.prod]{doubt}\n"
        )
    };
    let windows = |doubt: &str| {
        format!(
            "shop/web on node group `aws_eks_node_group.win`: pod b [cluster security group of aws_eks_cluster.prod], node b [cluster security group of aws_eks_cluster.prod] towards {OUTSIDE}{doubt}\n"
        )
    };
    for (selector, expected) in [
        ("disk: fast", on("one", "a", "")),
        ("eks.amazonaws.com/nodegroup: two", on("two", "b", "")),
        (
            "kubernetes.io/os: linux",
            on("one", "a", "") + &on("two", "b", ""),
        ),
        ("kubernetes.io/os: windows", windows("")),
        (
            "topology.kubernetes.io/zone: eu-west-1a, kubernetes.io/os: linux",
            on("one", "a", "") + &on("two", "b", ""),
        ),
        (
            "disk: none",
            on("one", "a", " ?") + &on("two", "b", " ?") + &windows(" ?"),
        ),
    ] {
        let web = WEB.replace(
            "spec: { containers",
            &format!("spec: {{ nodeSelector: {{ {selector} }}, containers"),
        );
        of(&format!("{groups}{}", plain()), &web, &expected);
    }
}

/// Instances that cannot have branch interfaces cannot run a pod with groups of its own.
#[test]
fn pods_with_groups_of_their_own_stand_where_nodes_can_have_branch_interfaces() {
    let own = format!(
        "{WEB}---\napiVersion: vpcresources.k8s.aws/v1beta1\nkind: SecurityGroupPolicy\nmetadata: {{ name: own, namespace: shop }}\nspec: {{ podSelector: {{ matchLabels: {{ app: web }} }}, securityGroups: {{ groupIds: [sg-o, sg-p] }} }}\n"
    );
    let small = r#"aws_eks_node_group.small {"cluster_name": "prod", "node_group_name": "small", "subnet_ids": ["subnet-b"], "instance_types": ["t3.large"]}"#;
    let on = addon(&[("ENABLE_POD_ENI", "true")]);
    of(
        &format!("{WORKERS}{small}\n{on}"),
        &own,
        "shop/web on node group `aws_eks_node_group.workers`: pod a [pods, own]",
    );
    of(
        &format!("{small}\n{on}"),
        &own,
        "shop/web on node group `aws_eks_node_group.small`: pod b [pods, own] ?",
    );
    let off = plain();
    of(
        &format!("{WORKERS}{off}"),
        &own,
        "shop/web on node group `aws_eks_node_group.workers`: pod a [nodes]",
    );
    let foreign = own.replace("sg-o, sg-p", "sg-99");
    of(
        &format!("{WORKERS}{on}"),
        &foreign,
        "
        shop/web on node group `aws_eks_node_group.workers`: pod a [sg-99]
        gap `sg-99` is not in the input: add the plan or state that holds it",
    );
}

#[test]
fn unknown_settings_leave_every_reading() {
    let unknown = r#"aws_eks_addon.cni {"cluster_name": "prod", "addon_name": "vpc-cni", "configuration_values": "?"}"#;
    let web = WEB.replace(
        "spec: { containers",
        "spec: { hostNetwork: true, containers",
    );
    of(
        &format!("{WORKERS}{unknown}"),
        &web,
        "shop/web on node group `aws_eks_node_group.workers`: pod a [nodes]",
    );
    let expected = format!(
        "
        shop/web on node group `aws_eks_node_group.workers`: pod a [nodes] ?
        shop/web on node group `aws_eks_node_group.workers`: pod a [nodes], node a [nodes] towards {OUTSIDE} ?
        shop/web on node group `aws_eks_node_group.workers`: pod nowhere [nodes], node a [nodes] towards ::/0 ?
        shop/web on node group `aws_eks_node_group.workers`: pod anywhere [unknown security groups of pods on node group `aws_eks_node_group.workers`]? ?
        shop/web on node group `aws_eks_node_group.workers`: pod anywhere [unknown security groups of pods on node group `aws_eks_node_group.workers`]?, node a [nodes] towards {OUTSIDE} ?
        shop/web on node group `aws_eks_node_group.workers`: pod nowhere [unknown security groups of pods on node group `aws_eks_node_group.workers`]?, node a [nodes] towards ::/0 ?"
    );
    of(&format!("{WORKERS}{unknown}"), WEB, &expected);
}

#[test]
fn eni_configs_hold_by_zone_label_or_default() {
    let configs = |names: [&str; 2]| {
        let one = |name: &str, subnet: &str| {
            format!(
                "---\napiVersion: crd.k8s.amazonaws.com/v1alpha1\nkind: ENIConfig\nmetadata: {{ name: {name} }}\nspec: {{ subnet: {subnet}, securityGroups: [sg-p] }}\n"
            )
        };
        format!(
            "{WEB}{}{}",
            one(names[0], "subnet-p"),
            one(names[1], "subnet-b")
        )
    };
    let custom = |label: &str| {
        addon(&[
            ("AWS_VPC_K8S_CNI_EXTERNALSNAT", "true"),
            ("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "true"),
            ("ENI_CONFIG_LABEL_DEF", label),
        ])
    };
    let plain_group = r#"aws_eks_node_group.w {"cluster_name": "prod", "subnet_ids": ["subnet-a"], "labels": {"pods": "second"}}"#;
    let at = |subnet: &str, doubt: &str| {
        format!("shop/web on node group `aws_eks_node_group.w`: pod {subnet} [pods]{doubt}\n")
    };
    for (label, names, expected) in [
        (
            "topology.kubernetes.io/zone",
            ["eu-west-1a", "eu-west-1b"],
            at("pods", ""),
        ),
        (
            "topology.kubernetes.io/zone",
            ["eu-west-1b", "eu-west-1a"],
            at("b", ""),
        ),
        ("pods", ["first", "second"], at("b", "")),
        ("other", ["default", "second"], at("pods", "")),
        (
            "other",
            ["first", "second"],
            at("pods", " ?") + &at("b", " ?"),
        ),
    ] {
        of(
            &format!("{plain_group}\n{}", custom(label)),
            &configs(names),
            &expected,
        );
    }
    // A label that is not known may name the other.
    let late = plain_group.replace(r#"{"pods": "second"}"#, r#""?""#);
    of(
        &format!("{late}\n{}", custom("pods")),
        &configs(["default", "second"]),
        &(at("pods", " ?") + &at("b", " ?")),
    );
}

#[test]
fn eni_configs_may_come_with_the_add_on() {
    let values = r#"{\"env\":{\"AWS_VPC_K8S_CNI_EXTERNALSNAT\":\"true\",\"AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG\":\"true\",\"ENI_CONFIG_LABEL_DEF\":\"topology.kubernetes.io/zone\"},\"eniConfig\":{\"create\":true,\"subnets\":{\"eu-west-1a\":{\"id\":\"subnet-p\",\"securityGroups\":[\"sg-p\"]}}}}"#;
    let addon = format!(
        r#"aws_eks_addon.cni {{"cluster_name": "prod", "addon_name": "vpc-cni", "configuration_values": "{values}"}}"#
    );
    of(
        &format!("{WORKERS}{addon}"),
        WEB,
        "shop/web on node group `aws_eks_node_group.workers`: pod pods [pods]",
    );
}

/// The add-on that makes it may be another one, or another cluster's.
#[test]
fn an_eni_config_of_an_unsure_add_on_may_not_be_there() {
    let settings = addon(&[
        ("AWS_VPC_K8S_CNI_EXTERNALSNAT", "true"),
        ("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "true"),
        ("ENI_CONFIG_LABEL_DEF", "topology.kubernetes.io/zone"),
    ]);
    let values = r#"{\"eniConfig\":{\"create\":true,\"subnets\":{\"eu-west-1a\":{\"id\":\"subnet-p\",\"securityGroups\":[\"sg-p\"]}}}}"#;
    let made = |name: &str| {
        format!(
            r#"aws_eks_addon.more {{"cluster_name": "prod", "addon_name": "{name}", "configuration_values": "{values}"}}"#
        )
    };
    let pods = "shop/web on node group `aws_eks_node_group.workers`: pod";
    of(
        &format!("{WORKERS}{settings}\n{}", made("vpc-cni")),
        WEB,
        &format!("{pods} pods [pods]"),
    );
    of(
        &format!("{WORKERS}{settings}\n{}", made("?")),
        WEB,
        &format!(
            "{pods} pods [pods] ?
             {pods} anywhere [unknown security groups of pods on node group `aws_eks_node_group.workers`]? ?"
        ),
    );
}

#[test]
fn subnets_tagged_for_the_plugin_take_further_interfaces_of_their_zone() {
    let tagged = NETWORK.replace(
        r#"{"id": "subnet-p","#,
        r#"{"id": "subnet-p", "tags": {"kubernetes.io/role/cni": "1"},"#,
    );
    check(
        &format!("{tagged}{CLUSTER}{WORKERS}{}", plain()),
        WEB,
        "
        shop/web on node group `aws_eks_node_group.workers`: pod a [nodes]
        shop/web on node group `aws_eks_node_group.workers`: pod pods [nodes]",
    );
}

const AUTO: &str = r#"
    aws_eks_cluster.prod {"name": "prod", "compute_config": [{"enabled": true, "node_pools": ["general-purpose"]}], "vpc_config": [{"subnet_ids": ["subnet-a"]}]}
"#;

#[test]
fn auto_mode_has_a_network_of_its_own() {
    let ignored = addon(&[
        ("AWS_VPC_K8S_CNI_EXTERNALSNAT", "true"),
        ("ENABLE_POD_ENI", "true"),
    ]);
    let group = "cluster security group of aws_eks_cluster.prod";
    let expected = format!(
        "shop/web on EKS Auto Mode nodes of `aws_eks_cluster.prod`: pod a [{group}], node a [{group}] towards {OUTSIDE} by default"
    );
    check(&format!("{NETWORK}{AUTO}{ignored}"), WEB, &expected);
    let class = format!(
        "{WEB}---\napiVersion: eks.amazonaws.com/v1\nkind: NodeClass\nmetadata: {{ name: own }}\nspec:\n  snatPolicy: Disabled\n  subnetSelectorTerms: [{{ id: subnet-a }}]\n  securityGroupSelectorTerms: [{{ id: sg-n }}]\n  podSubnetSelectorTerms: [{{ id: subnet-p }}]\n  podSecurityGroupSelectorTerms: [{{ id: sg-p }}]\n"
    );
    check(
        &format!("{NETWORK}{CLUSTER}"),
        &class,
        "shop/web on nodes of NodeClass `own`: pod pods [pods]",
    );
}

#[test]
fn karpenter_nodes_are_found_by_tags() {
    let tagged = NETWORK
        .replace(
            r#"{"id": "subnet-a","#,
            r#"{"id": "subnet-a", "tags": {"karpenter.sh/discovery": "prod"},"#,
        )
        .replace(
            r#"{"id": "sg-n","#,
            r#"{"id": "sg-n", "tags_all": {"karpenter.sh/discovery": "prod"},"#,
        );
    let class = |tag: &str| {
        format!(
            "{WEB}---\napiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nmetadata: {{ name: default }}\nspec:\n  subnetSelectorTerms: [{{ tags: {{ karpenter.sh/discovery: {tag} }} }}]\n  securityGroupSelectorTerms: [{{ tags: {{ karpenter.sh/discovery: {tag} }} }}]\n"
        )
    };
    check(
        &format!("{tagged}{CLUSTER}{}", plain()),
        &class("prod"),
        "shop/web on nodes of EC2NodeClass `default`: pod a [nodes]",
    );
    check(
        &format!("{tagged}{CLUSTER}{}", plain()),
        &class("elsewhere"),
        "shop/web on nodes of EC2NodeClass `default`: pod anywhere [unknown security groups of nodes of EC2NodeClass `default`]?",
    );
}

/// A data source that reads a cluster of the input is that cluster, whether or not its name is known yet.
#[test]
fn a_cluster_that_is_read_and_managed_is_one() {
    let clusters = |data: &str, more: &str| {
        let graph = crate::ingest::aws::tests::graph(&format!(
            "{NETWORK}{CLUSTER}{more}\ndata aws_eks_cluster.read {data}"
        ));
        super::super::tie::Clusters::of(&graph).all().len()
    };
    let other = r#"aws_eks_cluster.other {"name": "other"}"#;
    assert_eq!(clusters(r#"{"name": "prod"}"#, ""), 1);
    assert_eq!(
        clusters(r#"{"name": "@aws_eks_cluster.prod.name"}"#, other),
        2
    );
    assert_eq!(clusters(r#"{"name": "?"}"#, ""), 1);
    assert_eq!(clusters("{}", ""), 1);
    assert_eq!(clusters(r#"{"name": "third"}"#, other), 3);
}

/// A variable that the DaemonSet takes from another object, or that it may take with a whole one, is not known; and `set` of a Helm
/// release writes a comma of a value with a backslash before it.
#[test]
fn settings_taken_from_elsewhere_are_not_the_default() {
    let daemon_set = |container: &str| {
        format!(
            "{WEB}---\napiVersion: apps/v1\nkind: DaemonSet\nmetadata: {{ name: aws-node, namespace: kube-system }}\nspec: {{ template: {{ spec: {{ hostNetwork: true, containers: [{{ name: aws-node, image: cni, {container} }}] }} }} }}\n"
        )
    };
    let on = "shop/web on node group `aws_eks_node_group.workers`: pod a [nodes]";
    let agent = "kube-system/aws-node on node group `aws_eks_node_group.workers`: pod a [nodes]";
    let reference = "valueFrom: { configMapKeyRef: { name: cni, key: snat } }";
    for (container, gap) in [
        (
            format!("env: [{{ name: AWS_VPC_K8S_CNI_EXTERNALSNAT, {reference} }}]"),
            "gap `AWS_VPC_K8S_CNI_EXTERNALSNAT` of DaemonSet kube-system/aws-node is taken from somewhere else, which is not read",
        ),
        (
            "env: [{ name: AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG, value: 'false' }, { name: ENABLE_IPV6, value: 'false' }, { name: ENABLE_V6_EGRESS, value: 'false' }], envFrom: [{ configMapRef: { name: cni } }]".to_owned(),
            "gap which variables DaemonSet kube-system/aws-node takes from other objects (`envFrom`) is not read",
        ),
    ] {
        of(WORKERS, &daemon_set(&container), &format!("{agent}\n{on} ?\n{on}, node a [nodes] towards {OUTSIDE} ?\n{gap}"));
    }
    of(
        WORKERS,
        &daemon_set("env: [{ name: AWS_VPC_K8S_CNI_EXTERNALSNAT, value: 'true' }]"),
        &format!("{agent}\n{on}"),
    );
    let release = r#"helm_release.cni {"chart": "aws-vpc-cni", "set": [{"name": "env.AWS_VPC_K8S_CNI_EXCLUDE_SNAT_CIDRS", "value": "0.0.0.0/1\\,128.0.0.0/1"}]}"#;
    of(
        &format!("{WORKERS}{release}"),
        WEB,
        &format!("{on} by default"),
    );
}
