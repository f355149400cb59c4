//! Every combination of the settings and objects that bear on which address and which security groups a pod's packets have,
//! against the table of the EKS user guide and the plugin's README, written out below.

use super::{CLUSTER, NETWORK, WORKERS, addon, world};
use crate::ingest::Settings;
use crate::model::*;
use std::net::IpAddr;

/// Where a packet goes.
#[derive(Clone, Copy, Debug, PartialEq)]
enum To {
    /// Inside the VPC, its secondary block too.
    Inside,
    /// Outside the VPC.
    Outside,
    /// Outside, and `AWS_VPC_K8S_CNI_EXTERNALSNAT` is true or `AWS_VPC_K8S_CNI_EXCLUDE_SNAT_CIDRS` holds it.
    Kept,
}

/// Row: what the pod is. Columns as [`To`]: whose address, and whose security groups: of the interface of `nodes`, of `pods`
/// (ENIConfig), `own` (SecurityGroupPolicy), or `cluster`. And the groups that hold for packets to the pod's own address.
const TABLE: &[(&str, [&str; 3], &str)] = &[
    (
        "ordinary",
        ["pod nodes", "node nodes", "pod nodes"],
        "nodes",
    ),
    (
        "own groups, strict",
        ["pod own", "pod own", "pod own"],
        "own",
    ),
    (
        "own groups, standard",
        ["pod own", "node nodes", "pod own"],
        "own",
    ),
    (
        "custom networking",
        ["pod pods", "node nodes", "pod pods"],
        "pods",
    ),
    (
        "custom networking without groups",
        ["pod nodes", "node nodes", "pod nodes"],
        "nodes",
    ),
    (
        "host network",
        ["node nodes", "node nodes", "node nodes"],
        "nodes",
    ),
    (
        "Fargate",
        ["pod cluster", "pod cluster", "pod cluster"],
        "cluster",
    ),
    (
        "Fargate, own groups",
        ["pod own", "pod own", "pod own"],
        "own",
    ),
    (
        "Windows",
        ["pod nodes", "node nodes", "node nodes"],
        "nodes",
    ),
    ("IPv6", ["pod nodes", "pod nodes", "pod nodes"], "nodes"),
    ("IPv6, own groups", ["pod own", "pod own", "pod own"], "own"),
];

/// One combination.
#[derive(Clone, Copy, Debug)]
struct Case {
    external: Option<bool>,
    excluded: Option<&'static str>,
    mode: Option<&'static str>,
    /// Custom networking, and whether the ENIConfig names groups.
    custom: Option<bool>,
    pod_eni: bool,
    own_groups: bool,
    host: bool,
    windows: bool,
    six: bool,
    fargate: bool,
}

fn cases() -> Vec<Case> {
    let mut out = Vec::new();
    for external in [None, Some(false), Some(true)] {
        for excluded in [None, Some("10.40.0.0/16"), Some("10.99.0.0/16")] {
            for mode in [None, Some("strict"), Some("standard")] {
                for custom in [None, Some(true), Some(false)] {
                    for bits in 0..64u32 {
                        let bit = |n: u32| bits >> n & 1 == 1;
                        let case = Case {
                            external,
                            excluded,
                            mode,
                            custom,
                            pod_eni: bit(0),
                            own_groups: bit(1),
                            host: bit(2),
                            windows: bit(3),
                            six: bit(4),
                            fargate: bit(5),
                        };
                        out.push(case);
                    }
                }
            }
        }
    }
    // IPv6 clusters have no Windows nodes and no custom networking; Fargate has no Windows pods and no host network.
    out.retain(|case| !(case.six && (case.windows || case.custom.is_some())));
    out.retain(|case| !(case.fargate && (case.windows || case.host)));
    // A default that is written out is tried with ordinary pods only.
    let written = |case: &Case| case.external == Some(false) || case.mode == Some("strict");
    out.retain(|case| !(written(case) && (case.fargate || case.windows || case.six || case.host)));
    out
}

/// The row of the table that a combination is in: the first that applies, as the user guide says what overrides what.
fn row(case: &Case) -> &'static str {
    let branch = case.own_groups && case.pod_eni;
    match case {
        Case { host: true, .. } => "host network",
        Case {
            fargate: true,
            own_groups: true,
            ..
        } => "Fargate, own groups",
        Case { fargate: true, .. } => "Fargate",
        Case { windows: true, .. } => "Windows",
        Case { six: true, .. } if branch => "IPv6, own groups",
        Case { six: true, .. } => "IPv6",
        Case {
            mode: Some("standard"),
            ..
        } if branch => "own groups, standard",
        _ if branch => "own groups, strict",
        Case {
            custom: Some(true), ..
        } => "custom networking",
        Case {
            custom: Some(false),
            ..
        } => "custom networking without groups",
        _ => "ordinary",
    }
}

fn resources(case: &Case) -> String {
    let mut variables = vec![(
        "ENABLE_POD_ENI",
        if case.pod_eni { "true" } else { "false" },
    )];
    variables.extend(case.external.map(|on| {
        (
            "AWS_VPC_K8S_CNI_EXTERNALSNAT",
            if on { "true" } else { "false" },
        )
    }));
    variables.extend(
        case.excluded
            .map(|block| ("AWS_VPC_K8S_CNI_EXCLUDE_SNAT_CIDRS", block)),
    );
    variables.extend(
        case.mode
            .map(|mode| ("POD_SECURITY_GROUP_ENFORCING_MODE", mode)),
    );
    if case.custom.is_some() {
        variables.extend([
            ("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "true"),
            ("ENI_CONFIG_LABEL_DEF", "topology.kubernetes.io/zone"),
        ]);
    }
    let mut network = NETWORK.to_owned();
    let mut cluster = CLUSTER.to_owned();
    let mut workers = WORKERS.to_owned();
    if case.six {
        let block = r#""cidr_block": "10.20.0.0/24", "ipv6_cidr_block": "2600:1f00:0:1::/64", "#;
        network = network.replace(r#""cidr_block": "10.20.0.0/24", "#, block);
        network = network.replace(
            r#""cidr_block": "10.20.0.0/16""#,
            r#""cidr_block": "10.20.0.0/16", "ipv6_cidr_block": "2600:1f00::/56""#,
        );
        cluster = cluster.replace(
            r#""name": "prod","#,
            r#""name": "prod", "kubernetes_network_config": [{"ip_family": "ipv6"}],"#,
        );
    }
    if case.windows {
        workers = workers.replace(
            r#""node_group_name""#,
            r#""ami_type": "WINDOWS_CORE_2022_x86_64", "node_group_name""#,
        );
    }
    let profile = r#"aws_eks_fargate_profile.f {"cluster_name": "prod", "fargate_profile_name": "f", "subnet_ids": ["subnet-a"], "selector": [{"namespace": "shop"}]}"#;
    let profile = if case.fargate { profile } else { "" };
    format!(
        "{network}{cluster}{workers}{}\n{profile}\n",
        addon(&variables)
    )
}

fn manifests(case: &Case) -> String {
    let host = if case.host { "hostNetwork: true, " } else { "" };
    let mut out = super::WEB.replace("spec: { containers", &format!("spec: {{ {host}containers"));
    if case.own_groups {
        out.push_str(
            "---\napiVersion: vpcresources.k8s.aws/v1beta1\nkind: SecurityGroupPolicy\nmetadata: { name: own, namespace: shop }\n",
        );
        out.push_str("spec: { podSelector: { matchLabels: { app: web } }, securityGroups: { groupIds: [sg-o] } }\n");
    }
    if let Some(groups) = case.custom {
        out.push_str(
            "---\napiVersion: crd.k8s.amazonaws.com/v1alpha1\nkind: ENIConfig\nmetadata: { name: eu-west-1a }\nspec:\n  subnet: subnet-p\n",
        );
        out.push_str(if groups {
            "  securityGroups: [sg-p]\n"
        } else {
            ""
        });
    }
    out
}

/// Whose address, and whose groups, by what the engine reads off a placement.
fn cell(world: &World, pod_placement: &PodPlacement, to: IpAddr) -> String {
    let host = world.workloads.iter().next().unwrap().1.host_network;
    let translated = pod_placement.translated.contains(to);
    let from = if translated {
        pod_placement.node.as_ref().unwrap()
    } else {
        &pod_placement.pod
    };
    format!(
        "{} {}",
        if translated || host { "node" } else { "pod" },
        groups(world, from)
    )
}

fn groups(world: &World, attachment: &Attachment) -> String {
    let name = |id: &Id<Filter>| {
        world.filters[*id]
            .name
            .trim_start_matches("aws_security_group.")
            .split(' ')
            .next()
            .unwrap()
            .to_owned()
    };
    attachment
        .filters
        .iter()
        .map(name)
        .collect::<Vec<_>>()
        .join("+")
}

#[test]
fn every_combination_is_in_its_cell() {
    let cases = cases();
    let mut seen = std::collections::BTreeSet::new();
    for case in &cases {
        let world = world(&resources(case), &manifests(case), &Settings::default());
        let (name, cells, inbound) = TABLE.iter().find(|(name, ..)| *name == row(case)).unwrap();
        let pod_placements = &world.workloads.iter().next().unwrap().1.pod_placements;
        let main: Vec<&PodPlacement> = pod_placements
            .iter()
            .filter(|pod_placement| !pod_placement.pod.addresses.is_empty())
            .collect();
        assert_eq!(main.len(), 1, "{case:?}");
        assert!(
            main[0].doubt.is_certain() && main[0].pod.doubt.is_certain(),
            "{case:?}"
        );
        for (address, place) in places(case) {
            let column = match place {
                To::Inside => 0,
                To::Outside => 1,
                To::Kept => 2,
            };
            assert_eq!(
                cell(&world, main[0], address.parse().unwrap()),
                cells[column],
                "{name}, to {address}: {case:?}"
            );
            seen.insert((*name, column));
        }
        assert_eq!(
            groups(&world, &main[0].pod),
            *inbound,
            "{name}, inbound: {case:?}"
        );
        assert_eq!(subnet(&world, main[0]), stands(case), "{name}: {case:?}");
    }
    assert_eq!(
        seen.len(),
        TABLE.len() * 3,
        "cells without a case: {seen:?}"
    );
}

/// Destinations of each family that a pod can address with its own, and which column they are in.
fn places(case: &Case) -> Vec<(&'static str, To)> {
    let external = case.external == Some(true);
    let kept = |held: bool| {
        if external || held {
            To::Kept
        } else {
            To::Outside
        }
    };
    if case.six {
        return vec![
            ("2600:1f00:0:1::9", To::Inside),
            ("2600:1f99::9", kept(false)),
            ("2600:1f40::9", kept(true)),
        ];
    }
    let peer = kept(case.excluded == Some("10.40.0.0/16"));
    let other = kept(case.excluded == Some("10.99.0.0/16"));
    vec![
        ("10.20.7.7", To::Inside),
        ("100.64.7.7", To::Inside),
        ("10.40.0.9", peer),
        ("10.99.0.9", other),
        ("203.0.113.9", kept(false)),
    ]
}

fn subnet(world: &World, pod_placement: &PodPlacement) -> &'static str {
    match world.subnets[pod_placement.pod.subnet.unwrap()]
        .name
        .as_str()
    {
        "aws_subnet.a" => "nodes' subnet",
        "aws_subnet.pods" => "pods' subnet",
        _ => "another subnet",
    }
}

/// Pods on the nodes' further interfaces, branch interfaces too, stand in the ENIConfig's subnet under custom networking.
fn stands(case: &Case) -> &'static str {
    let apart = case.custom.is_some() && !case.host && !case.windows && !case.fargate;
    if apart {
        "pods' subnet"
    } else {
        "nodes' subnet"
    }
}

/// An IPv6 pod has a way to IPv4 by its node unless it is switched off; an IPv4 pod one to IPv6 only where it is switched on.
/// No network policy holds there. The host network has both families anyway.
#[test]
fn the_other_family_goes_by_the_node_and_past_policies() {
    let case = |six, host| Case {
        external: Some(true),
        excluded: None,
        mode: None,
        custom: None,
        pod_eni: false,
        own_groups: false,
        host,
        windows: false,
        six,
        fargate: false,
    };
    for (case, variable, there) in [
        (case(true, false), None, true),
        (
            case(true, false),
            Some(("ENABLE_V4_EGRESS", "false")),
            false,
        ),
        (case(true, true), None, false),
        (case(false, false), None, false),
        (case(false, false), Some(("ENABLE_V6_EGRESS", "true")), true),
    ] {
        let resources = match variable {
            Some((name, value)) => resources(&case).replace(
                r#"\"ENABLE_POD_ENI\""#,
                &format!(r#"\"{name}\":\"{value}\",\"ENABLE_POD_ENI\""#),
            ),
            None => resources(&case),
        };
        let world = world(&resources, &manifests(&case), &Settings::default());
        let pod_placements = &world.workloads.iter().next().unwrap().1.pod_placements;
        let beside: Vec<&PodPlacement> = pod_placements
            .iter()
            .filter(|pod_placement| pod_placement.pod.addresses.is_empty())
            .collect();
        assert_eq!(beside.len(), usize::from(there), "{case:?} {variable:?}");
        for pod_placement in beside {
            let all = if case.six {
                AddressSet::all_v4()
            } else {
                AddressSet::all_v6()
            };
            assert_eq!(pod_placement.translated, all);
            assert!(matches!(pod_placement.enforced, Enforced::No(_)));
        }
    }
}
