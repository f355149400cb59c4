//! What controllers open of the targets of load balancers, for others than the load balancer.

use super::entry_points::service;
use super::{CLUSTER, NETWORK, WEB, WORKERS, addon, world};
use crate::ingest::Settings;
use crate::model::*;

const FRONT: &str = "service.beta.kubernetes.io/aws-load-balancer";
const PORTS: &str = "  ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }]\n";

/// One line for each rule that a filter of an interface has beside those of Terraform's groups: `pods TCP 8080 from BLOCKS`, and
/// for nodes what they open as entry points. `?` marks a rule in doubt.
fn check(resources: &str, manifests: &str, expected: &[&str]) {
    let plain = addon(&[("AWS_VPC_K8S_CNI_EXTERNALSNAT", "true")]);
    let world = world(
        &format!("{NETWORK}{CLUSTER}{WORKERS}{plain}\n{resources}"),
        &format!("{WEB}---\n{manifests}"),
        &Settings::default(),
    );
    let mut found = Vec::new();
    for (_, pod) in world.workloads.iter() {
        let own = pod.pod_placements.iter();
        own.for_each(|placement| draw(&world, "pods", &placement.pod, &mut found));
    }
    for (_, way) in world.entry_points.iter() {
        let nodes = way.forwarders.iter().filter(|own| own.own_pods.is_some());
        nodes
            .flat_map(|own| &own.attachments)
            .for_each(|at| draw(&world, "nodes", at, &mut found));
    }
    found.sort();
    found.dedup();
    assert_eq!(found, expected, "{manifests}");
}

fn draw(world: &World, whose: &str, at: &Attachment, out: &mut Vec<String>) {
    let own = at.filters.iter().map(|id| &world.filters[*id]);
    let made = own.filter(|filter| filter.name.starts_with("rules of "));
    for rule in made.flat_map(|filter| &filter.ingress) {
        let peer = match &rule.peer {
            FilterPeer::Addresses(set) if *set == AddressSet::all() => "anywhere".to_owned(),
            FilterPeer::Addresses(set) => set.to_string(),
            FilterPeer::Members(group) => world.filters[*group].name.clone(),
        };
        let doubt = if rule.doubt.is_certain() { "" } else { " ?" };
        out.push(format!("{whose} {} from {peer}{doubt}", rule.traffic));
    }
}

/// A Service of the controller, in subnet `b` (10.20.1.0/24), with further annotations.
fn balanced(more: &str, spec: &str) -> String {
    let annotations = format!(
        "{FRONT}-type: external, {FRONT}-subnets: subnet-b{}",
        more.replace('^', FRONT)
    );
    service("LoadBalancer", &annotations, &format!("{spec}{PORTS}"))
}

const PUBLIC: &str = ", ^-scheme: internet-facing";
const RANGES: &str = "  loadBalancerSourceRanges: [10.40.0.0/16]\n";

#[test]
fn the_cloud_provider_opens_node_ports_of_every_pod_and_node_with_the_nodes_groups() {
    let in_tree = |spec: &str| {
        service(
            "LoadBalancer",
            &format!("{FRONT}-type: nlb"),
            &format!("{spec}{PORTS}"),
        )
    };
    check(
        "",
        &in_tree(""),
        &[
            "nodes tcp 30080 from anywhere",
            "pods tcp 30080 from anywhere",
        ],
    );
    check(
        "",
        &in_tree(RANGES),
        &[
            "nodes tcp 30080 from 10.40.0.0/16",
            "pods tcp 30080 from 10.40.0.0/16",
        ],
    );
}

/// Instances as targets see the client, so the client is let in; addresses as targets see the load balancer, unless an attribute says so.
#[test]
fn a_network_load_balancer_without_a_group_opens_its_targets_to_those_whom_they_see() {
    let off = ", ^-disable-nlb-sg: 'true'";
    let by_address = ", ^-nlb-target-type: ip";
    let keeps = ", ^-target-group-attributes: preserve_client_ip.enabled=true";
    for (more, spec, expected) in [
        (PUBLIC.to_owned(), "", &[][..]),
        (
            format!("{PUBLIC}{off}"),
            "",
            &[
                "nodes tcp 30080 from anywhere",
                "pods tcp 30080 from anywhere",
            ],
        ),
        (
            format!("{PUBLIC}{off}"),
            RANGES,
            &[
                "nodes tcp 30080 from 10.40.0.0/16",
                "pods tcp 30080 from 10.40.0.0/16",
            ],
        ),
        // An internal one lets in the VPC, whose blocks are these.
        (
            off.to_owned(),
            "",
            &[
                "nodes tcp 30080 from 10.20.0.0/16, 100.64.0.0/16",
                "pods tcp 30080 from 10.20.0.0/16, 100.64.0.0/16",
            ],
        ),
        (
            format!("{PUBLIC}{off}{by_address}"),
            RANGES,
            &[
                "nodes tcp 8080 from 10.20.1.0/24",
                "pods tcp 8080 from 10.20.1.0/24",
            ],
        ),
        (
            format!("{PUBLIC}{off}{by_address}{keeps}"),
            "",
            &[
                "nodes tcp 8080 from anywhere",
                "pods tcp 8080 from anywhere",
            ],
        ),
        (
            format!("{PUBLIC}{off}, ^-manage-backend-security-group-rules: 'false'"),
            "",
            &[],
        ),
        (format!("{PUBLIC}{off}, ^-security-groups: sg-o"), "", &[]),
    ] {
        check("", &balanced(&more, spec), expected);
    }
}

/// Before its version 2.6 the controller made none with a group; since then a gate may close that.
#[test]
fn an_older_controller_makes_load_balancers_without_groups() {
    let release = |more: &str| {
        format!(r#"helm_release.lbc {{"chart": "aws-load-balancer-controller"{more}}}"#)
    };
    let opened = &[
        "nodes tcp 30080 from anywhere",
        "pods tcp 30080 from anywhere",
    ][..];
    let closed = r#", "set": [{"name": "controllerConfig.featureGates.NLBSecurityGroup", "value": "false"}]"#;
    for (more, expected) in [
        ("", &[][..]),
        (r#", "version": "1.6.0""#, &[]),
        (r#", "version": "1.5.5""#, opened),
        (closed, opened),
    ] {
        check(&release(more), &balanced(PUBLIC, ""), expected);
    }
    let deployment = |image: &str, argument: &str| {
        format!(
            "{}---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{ name: lbc, namespace: kube-system }}\nspec:\n  selector: {{ matchLabels: {{ app: lbc }} }}\n  template:\n    metadata: {{ labels: {{ app: lbc }} }}\n    spec: {{ containers: [{{ name: c, image: '{image}', args: ['{argument}'] }}] }}\n",
            balanced(PUBLIC, "")
        )
    };
    let image = "public.ecr.aws/eks/aws-load-balancer-controller";
    for (image, argument, expected) in [
        (format!("{image}:v2.6.1"), "--cluster-name=prod", &[][..]),
        (format!("{image}:v2.4.7"), "--cluster-name=prod", opened),
        (
            format!("{image}:v2.8.0"),
            "--feature-gates=NLBSecurityGroup=false,A=true",
            opened,
        ),
        (
            "example.com/other:v1.0.0".to_owned(),
            "--cluster-name=prod",
            &[],
        ),
    ] {
        check("", &deployment(&image, argument), expected);
    }
}

#[test]
fn a_target_group_binding_opens_what_its_networking_says() {
    let binding = |spec: &str| {
        format!(
            "{}---\napiVersion: elbv2.k8s.aws/v1beta1\nkind: TargetGroupBinding\nmetadata: {{ name: web, namespace: shop }}\nspec: {{ targetGroupARN: 'arn:tg', serviceRef: {{ name: web, port: 80 }}{spec} }}\n",
            service("NodePort", "", PORTS)
        )
    };
    let from = |from: &str, ports: &str| {
        format!(", networking: {{ ingress: [{{ from: [{from}], ports: [{ports}] }}] }}")
    };
    let block = "{ ipBlock: { cidr: 10.40.0.0/16 } }";
    let node_port = "{ protocol: TCP, port: 30080 }";
    for (spec, expected) in [
        (String::new(), &[][..]),
        (
            from(block, node_port),
            &[
                "nodes tcp 30080 from 10.40.0.0/16",
                "pods tcp 30080 from 10.40.0.0/16",
            ],
        ),
        (
            from("{ securityGroup: { groupID: sg-o } }", ""),
            &[
                "nodes tcp from aws_security_group.own",
                "pods tcp from aws_security_group.own",
            ],
        ),
        (
            format!(
                ", targetType: ip{}",
                from(block, "{ protocol: UDP, port: 53 }")
            ),
            &[
                "nodes udp 53 from 10.40.0.0/16",
                "pods udp 53 from 10.40.0.0/16",
            ],
        ),
    ] {
        check("", &binding(&spec), expected);
    }
}

/// A pod with groups of its own is no target by its node, and stays as closed as it is.
#[test]
fn interfaces_with_other_groups_stay_as_they_are() {
    let other = r#"aws_launch_template.o {"id": "lt-2", "vpc_security_group_ids": ["sg-o"]}
        aws_instance.x {"id": "i-x", "subnet_id": "subnet-b", "vpc_security_group_ids": ["sg-o"]}
        aws_instance.y {"id": "i-y", "subnet_id": "subnet-b", "vpc_security_group_ids": ["sg-n"]}"#;
    let world = world(
        &format!("{NETWORK}{CLUSTER}{WORKERS}{other}"),
        &format!(
            "{WEB}---\n{}",
            service("LoadBalancer", &format!("{FRONT}-type: nlb"), PORTS)
        ),
        &Settings::default(),
    );
    let groups = |name: &str| {
        let (_, own) = world
            .endpoints
            .iter()
            .find(|(_, own)| own.name == name)
            .unwrap();
        own.attachments[0].filters.len()
    };
    assert_eq!(groups("aws_instance.x"), 1);
    assert_eq!(groups("aws_instance.y"), 2);
}
