//! What may be one thing or another: launch templates, clusters with names that are not known yet, selector terms.

use super::{CLUSTER, NETWORK, WEB, WORKERS, addon, check, world};
use crate::ingest::Settings;
use crate::model::PodPlacement;
use std::collections::BTreeSet;

const ON: &str = "shop/web on node group `aws_eks_node_group.w`: pod a";

fn of(resources: &str, manifests: &str, expected: &str) {
    let plain = addon(&[("AWS_VPC_K8S_CNI_EXTERNALSNAT", "true")]);
    check(
        &format!("{NETWORK}{CLUSTER}{resources}\n{plain}"),
        manifests,
        expected,
    );
}

/// Either template may be the right one: that with a group of its own, or that without, whose nodes have the cluster's group.
#[test]
fn of_two_launch_templates_each_may_be_the_nodes() {
    let group = |id: &str| {
        format!(
            r#"
            aws_launch_template.l {{"name": "l", "vpc_security_group_ids": ["sg-n"]}}
            aws_launch_template.m {{"name": "m"}}
            aws_eks_node_group.w {{"cluster_name": "prod", "subnet_ids": ["subnet-a"], "launch_template": [{{"id": "{id}"}}]}}"#
        )
    };
    let [l, m, other] = [
        "nodes",
        "cluster security group of aws_eks_cluster.prod",
        "unknown security groups of aws_eks_node_group.w",
    ]
    .map(|group| format!("{ON} [{group}] ?\n"));
    of(
        &group("@aws_launch_template.l.id|aws_launch_template.m.id"),
        WEB,
        &format!("{l}{m}"),
    );
    of(
        &group("@aws_launch_template.l.id|aws_launch_template.m.id|?"),
        WEB,
        &format!("{l}{m}{other}"),
    );
    of(
        &group("@aws_launch_template.l.id"),
        WEB,
        &format!("{ON} [nodes]"),
    );
}

/// A dynamic block names a template that the plan's configuration does not tell: the nodes need not have the cluster's group.
#[test]
fn a_launch_template_without_a_name_in_the_configuration_may_be_any() {
    let group = r#"aws_eks_node_group.w {"cluster_name": "prod", "subnet_ids": ["subnet-a"], "launch_template": [{"version": "1"}]}"#;
    let other = "unknown security groups of aws_eks_node_group.w";
    of(group, WEB, &format!("{ON} [{other}] ?"));
}

/// What one template is merely assumed to be may be one that the input does not hold.
#[test]
fn a_launch_template_that_is_merely_assumed_may_be_another() {
    let template = r#"aws_launch_template.l {"name": "l", "vpc_security_group_ids": ["sg-n"]}"#;
    let tag = r#""tag": [{"key": "kubernetes.io/cluster/prod", "value": "owned"}]"#;
    let asg = format!(
        r#"{template}
        aws_autoscaling_group.g {{"vpc_zone_identifier": ["subnet-a"], "launch_template": [{{"id": "@aws_launch_template.l.id|?"}}], {tag}}}"#
    );
    let on = "shop/web on self-managed nodes `aws_autoscaling_group.g`: pod a";
    of(
        &asg,
        WEB,
        &format!("{on} [nodes] ?\n{on} [unknown security groups of aws_autoscaling_group.g] ?"),
    );
}

/// Nodes of an override with a template of its own stand beside those of the first one, which is in use only while some
/// override has none.
#[test]
fn overrides_of_a_mixed_instances_policy_bring_their_own_launch_templates() {
    let asg = |overrides: &str| {
        format!(
            r#"
            aws_launch_template.l {{"id": "lt-1", "vpc_security_group_ids": ["sg-n"]}}
            aws_launch_template.o {{"id": "lt-2", "vpc_security_group_ids": ["sg-o"]}}
            aws_autoscaling_group.g {{"vpc_zone_identifier": ["subnet-a"], "tag": [{{"key": "kubernetes.io/cluster/prod"}}], "mixed_instances_policy": [{{"launch_template": [{{"launch_template_specification": [{{"launch_template_id": "lt-1"}}], "override": [{overrides}]}}]}}]}}"#
        )
    };
    let own = r#"{"instance_type": "m5.large", "launch_template_specification": [{"launch_template_id": "lt-2"}]}"#;
    let plain = r#"{"instance_type": "m5.large", "launch_template_specification": []}"#;
    let on = |group: &str| {
        format!("shop/web on self-managed nodes `aws_autoscaling_group.g`: pod a [{group}]\n")
    };
    of(&asg(own), WEB, &on("own"));
    of(
        &asg(&format!("{own}, {plain}")),
        WEB,
        &format!("{}{}", on("nodes"), on("own")),
    );
    of(&asg(plain), WEB, &on("nodes"));
}

/// A cluster whose name is known only after apply has nodes all the same: those whose tag takes the cluster's name, surely; those
/// whose tag is not known either, or names some cluster, perhaps; those with tags that say nothing of clusters, not.
#[test]
fn nodes_of_a_cluster_with_an_unknown_name() {
    let nodes = |name: &str, tag: &str| {
        let cluster = CLUSTER.replace(r#""name": "prod""#, &format!(r#""name": "{name}""#));
        let plain = addon(&[("AWS_VPC_K8S_CNI_EXTERNALSNAT", "true")])
            .replace(r#""prod""#, r#""@aws_eks_cluster.prod.name""#);
        format!(
            r#"{NETWORK}{cluster}{plain}
            aws_launch_template.l {{"id": "lt-1", "vpc_security_group_ids": ["sg-n"]}}
            aws_autoscaling_group.g {{"vpc_zone_identifier": ["subnet-a"], "launch_template": [{{"id": "lt-1"}}], "tag": [{{"key": "{tag}"}}]}}
            aws_eks_node_group.w {{"cluster_name": "@aws_eks_cluster.prod.name", "subnet_ids": ["subnet-b"]}}"#
        )
    };
    let managed = "shop/web on node group `aws_eks_node_group.w`: pod b [cluster security group of aws_eks_cluster.prod]\n";
    let on = "shop/web on self-managed nodes `aws_autoscaling_group.g`: pod a [nodes]";
    for (name, tag, expected) in [
        ("?", "@aws_eks_cluster.prod.name", format!("{managed}{on}")),
        ("?", "?", format!("{managed}{on} ?")),
        (
            "?",
            "kubernetes.io/cluster/prod",
            format!("{managed}{on} ?"),
        ),
        ("?", "Name", managed.to_owned()),
        (
            "prod",
            "kubernetes.io/cluster/prod",
            format!("{managed}{on}"),
        ),
        ("prod", "kubernetes.io/cluster/staging", managed.to_owned()),
    ] {
        check(&nodes(name, tag), WEB, &expected);
    }
}

/// An instance that joins the cluster is a node of it, with the groups of its own interface.
#[test]
fn instances_that_join_the_cluster_are_nodes() {
    let instance = |more: &str| {
        format!(
            r#"{WORKERS}aws_instance.n {{"id": "i-1", "subnet_id": "subnet-b", "vpc_security_group_ids": ["sg-o"], {more}}}"#
        )
    };
    let managed = "shop/web on node group `aws_eks_node_group.workers`: pod a [nodes]\n";
    let on = "shop/web on self-managed nodes `aws_instance.n`: pod b [own]";
    for (more, expected) in [
        (
            r#""tags": {"kubernetes.io/cluster/prod": "owned"}"#,
            format!("{managed}{on}"),
        ),
        (
            r#""user_data": "/etc/eks/bootstrap.sh prod""#,
            format!("{managed}{on}"),
        ),
        (
            r#""user_data": "@aws_eks_cluster.prod.endpoint|?""#,
            format!("{managed}{on} ?"),
        ),
        // What is known of a script is enough, and what is not known of it is not.
        (
            r#""user_data": "~/etc/eks/bootstrap.sh prod --apiserver-endpoint '<aws_eks_cluster.prod.endpoint>'""#,
            format!("{managed}{on}"),
        ),
        (
            r#""user_data": "~/etc/eks/bootstrap.sh <?>""#,
            managed.to_owned(),
        ),
        (r#""user_data": "?""#, managed.to_owned()),
        (
            r#""tags": {"kubernetes.io/cluster/staging": "owned"}"#,
            managed.to_owned(),
        ),
        (r#""tags": {"Name": "web"}"#, managed.to_owned()),
    ] {
        of(&instance(more), WEB, &expected);
    }
}

/// Each term adds what it selects: one that selects nothing of the input selects something else.
#[test]
fn a_selector_term_without_a_match_is_not_dropped_for_one_with() {
    let class = |subnets: &str, groups: &str| {
        format!(
            "{WEB}---\napiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nmetadata: {{ name: d }}\nspec:\n  subnetSelectorTerms: [{subnets}]\n  securityGroupSelectorTerms: [{groups}]\n"
        )
    };
    let on = "shop/web on nodes of EC2NodeClass `d`: pod";
    let unknown = "unknown security groups of nodes of EC2NodeClass `d`";
    for (subnets, groups, expected) in [
        (
            "{ id: subnet-a }",
            "{ id: sg-n }, { id: sg-elsewhere }",
            format!("{on} a [nodes, sg-elsewhere]"),
        ),
        (
            "{ id: subnet-a }",
            "{ id: sg-n }, { name: elsewhere }",
            format!("{on} a [nodes, {unknown}]"),
        ),
        (
            "{ id: subnet-a }, { id: subnet-elsewhere }",
            "{ id: sg-n }",
            format!("{on} a [nodes]\n{on} anywhere [nodes]?"),
        ),
        (
            "{ id: subnet-a }, { tags: { team: shop } }",
            "{ id: sg-n }",
            format!("{on} a [nodes]\n{on} anywhere [nodes]?"),
        ),
        (
            "{ id: subnet-a }, { id: subnet-b }",
            "{ id: sg-n }, { id: sg-o }",
            format!("{on} a [nodes, own]\n{on} b [nodes, own]"),
        ),
    ] {
        of("", &class(subnets, groups), &expected);
    }
}

/// So it is with the names of subnets that a load balancer is put into.
#[test]
fn a_subnet_name_without_a_match_is_not_dropped_for_one_with() {
    let named = r#"aws_subnet.edge {"id": "subnet-e", "vpc_id": "vpc-1", "cidr_block": "10.20.9.0/24", "tags": {"Name": "edge"}}"#;
    let front = "service.beta.kubernetes.io/aws-load-balancer";
    let annotations = |subnets: &str| {
        format!("{front}-type: external, {front}-nlb-target-type: ip, {front}-subnets: '{subnets}'")
    };
    let service = |subnets: &str| {
        let more = "  allocateLoadBalancerNodePorts: false\n  ports: [{ port: 80 }]\n";
        super::entry_points::service("LoadBalancer", &annotations(subnets), more)
    };
    let to = "80 hides+ > TCP 80 of shop/web, from anywhere";
    super::entry_points::check(
        named,
        &service("edge"),
        &format!("the load balancer of Service shop/web in edge {to}"),
    );
    super::entry_points::check(
        named,
        &service("edge, elsewhere"),
        &format!(
            "the load balancer of Service shop/web in edge+anywhere? {to}
            gap the subnets of the load balancer of Service shop/web cannot be resolved"
        ),
    );
}

/// A subnet that may be of another VPC leaves open which one the cluster is in, so nodes of which no subnet is known may stand in each.
#[test]
fn nodes_of_unknown_subnets_may_stand_in_each_network_that_may_be_the_clusters() {
    for (vpc, expected) in [
        ("@aws_vpc.a.id", &["aws_vpc.a"][..]),
        ("@aws_vpc.a.id|?", &["aws_vpc.a", "aws_vpc.b"]),
    ] {
        let resources = format!(
            r#"
            aws_vpc.a {{"id": "vpc-a", "cidr_block": "10.20.0.0/16"}}
            aws_vpc.b {{"id": "vpc-b", "cidr_block": "10.40.0.0/16"}}
            aws_subnet.a {{"id": "subnet-a", "vpc_id": "{vpc}", "cidr_block": "?"}}
            aws_subnet.b {{"id": "subnet-b", "vpc_id": "vpc-b", "cidr_block": "10.40.1.0/24"}}
            aws_eks_cluster.prod {{"name": "prod", "vpc_config": [{{"subnet_ids": ["subnet-a"]}}]}}
            aws_eks_node_group.w {{"cluster_name": "prod", "subnet_ids": "?"}}"#
        );
        let world = world(&resources, WEB, &Settings::default());
        let places = world.workloads.iter();
        let places = places.flat_map(|(_, pod)| &pod.pod_placements);
        let networks = places.map(|place| &world.networks[place.pod.network]);
        let found: BTreeSet<&str> = networks
            .filter(|network| network.known)
            .map(|network| network.name.as_str())
            .collect();
        assert_eq!(Vec::from_iter(found), expected, "{vpc}");
    }
}

/// Without built-in node pools Auto Mode has nodes only where a NodePool of the manifests asks for them.
#[test]
fn node_pools_of_auto_mode_that_are_not_known_may_be_there() {
    let pools = |pools: &str| {
        format!(
            r#"{NETWORK}
            aws_eks_cluster.prod {{"name": "prod", "compute_config": [{{"enabled": true, "node_pools": {pools}}}], "vpc_config": [{{"subnet_ids": ["subnet-a"]}}]}}
            {WORKERS}{}"#,
            addon(&[("AWS_VPC_K8S_CNI_EXTERNALSNAT", "true")])
        )
    };
    let placed = |graph: &str| -> BTreeSet<(String, bool)> {
        let world = world(graph, WEB, &Settings::default());
        let web = world.workloads.iter().next().unwrap().1;
        let of = |own: &PodPlacement| (own.name.clone(), own.doubt.is_certain());
        web.pod_placements.iter().map(of).collect()
    };
    let group = ("node group `aws_eks_node_group.workers`".to_owned(), true);
    let auto = |sure| {
        (
            "EKS Auto Mode nodes of `aws_eks_cluster.prod`".to_owned(),
            sure,
        )
    };
    let sorted = |all: &[&(String, bool)]| all.iter().map(|own| (*own).clone()).collect();
    let both: BTreeSet<_> = sorted(&[&group, &auto(true)]);
    assert_eq!(placed(&pools(r#"["general-purpose"]"#)), both);
    let both: BTreeSet<_> = sorted(&[&group, &auto(false)]);
    assert_eq!(placed(&pools(r#""?""#)), both);
    let one: BTreeSet<_> = sorted(&[&group]);
    assert_eq!(placed(&pools("[]")), one);
}

/// Several plans may each have a cluster of one name, in different regions or accounts.
#[test]
fn a_cluster_of_the_same_plan_is_meant_before_one_of_the_same_name_in_another() {
    let placed = |input: u8| {
        let group = format!(
            r#"{NETWORK}{CLUSTER}
            aws_eks_cluster.zone {{"input": 1, "name": "prod", "vpc_config": [{{"subnet_ids": ["subnet-b"]}}]}}
            aws_eks_node_group.w {{"input": {input}, "cluster_name": "prod", "subnet_ids": ["subnet-a"]}}"#
        );
        // The manifests are those of the first cluster.
        let world = world(&group, WEB, &Settings::default());
        let web = world.workloads.iter().next().unwrap().1;
        web.pod_placements
            .iter()
            .map(|own| own.name.clone())
            .collect::<BTreeSet<String>>()
    };
    let group = BTreeSet::from(["node group `aws_eks_node_group.w`".to_owned()]);
    assert_eq!(placed(0), group);
    // A third plan does not say which it means.
    assert_eq!(placed(2), group);
    // These are nodes of the other cluster, so that the first has none in the input.
    assert!(placed(1).is_disjoint(&group));
}

/// Sources: IAM and EKS name things apart, so that a role may be called what the cluster is.
#[test]
fn a_cluster_that_is_only_read_is_not_taken_for_what_has_its_name() {
    let cluster = CLUSTER
        .trim_start()
        .replace("aws_eks_cluster", "data aws_eks_cluster");
    let role = r#"aws_iam_role.x {"name": "prod"}
        aws_eks_node_group.w {"cluster_name": "prod", "subnet_ids": ["subnet-a"]}"#;
    let plain = addon(&[("AWS_VPC_K8S_CNI_EXTERNALSNAT", "true")]);
    check(
        &format!("{NETWORK}{cluster}{role}\n{plain}"),
        WEB,
        &format!("{ON} [cluster security group of data.aws_eks_cluster.prod]"),
    );
}
