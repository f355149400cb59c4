//! Where pods stand beside the nodes of the input: further interfaces, nodes of another system, hybrid nodes.

use super::{CLUSTER, NETWORK, WEB, WORKERS, addon, world};
use crate::ingest::Settings;
use crate::model::*;

/// One line for each placement: `NAME: pod ADDRESSES [FILTERS], policies hold|do not hold|may hold`, and `?` for a doubt.
fn check(resources: &str, manifests: &str, expected: &[&str]) {
    let cni = addon(&[("AWS_VPC_K8S_CNI_EXTERNALSNAT", "true")]).replace(
        r#"{\"env\""#,
        r#"{\"enableNetworkPolicy\":\"true\",\"env\""#,
    );
    let resources = format!("{NETWORK}{WORKERS}{cni}\n{resources}");
    let world = world(&resources, manifests, &Settings::default());
    let (_, pod) = world.workloads.iter().next().unwrap();
    let draw = |own: &PodPlacement| {
        let filters = own.pod.filters.iter();
        let filters: Vec<&str> = filters
            .map(|id| {
                world.filters[*id]
                    .name
                    .trim_start_matches("aws_security_group.")
            })
            .collect();
        let hold = match own.enforced {
            Enforced::Yes(_) => "hold",
            Enforced::No(_) => "do not hold",
            Enforced::Unknown(..) => "may hold",
        };
        let doubt = if own.doubt.is_certain() { "" } else { " ?" };
        let addresses = &own.pod.addresses;
        format!(
            "{}: pod {addresses} [{}], policies {hold}{doubt}",
            own.name,
            filters.join(", ")
        )
    };
    let found: Vec<String> = pod.pod_placements.iter().map(draw).collect();
    assert_eq!(found, expected);
}

const ON_NODES: &str =
    "node group `aws_eks_node_group.workers`: pod 10.20.0.0/24 [nodes], policies hold";

#[test]
fn a_further_interface_may_have_any_group_and_no_policy() {
    check(CLUSTER, WEB, &[ON_NODES]);
    let further = WEB.replace(
        "metadata: { labels",
        "metadata: { annotations: { k8s.v1.cni.cncf.io/networks: fast }, labels",
    );
    check(
        CLUSTER,
        &further,
        &[
            ON_NODES,
            "a further interface on node group `aws_eks_node_group.workers`: pod 10.20.0.0/16, 100.64.0.0/16 [security groups of further interfaces of Deployment shop/web], policies may hold ?",
        ],
    );
}

/// Windows nodes hold no policies; that none of the input are such nodes does not make the pods' nodes others.
#[test]
fn pods_that_ask_for_windows_are_held_to_no_policy_wherever_they_run() {
    let windows = WEB.replace(
        "spec: { containers",
        "spec: { nodeSelector: { kubernetes.io/os: windows }, containers",
    );
    check(
        CLUSTER,
        &windows,
        &[
            "node group `aws_eks_node_group.workers`: pod 10.20.0.0/24 [nodes], policies do not hold ?",
        ],
    );
}

#[test]
fn pods_on_hybrid_nodes_stand_behind_a_gateway() {
    let hybrid = |block: &str| {
        let cluster = CLUSTER.trim_end().trim_end_matches('}');
        format!("{cluster}, \"remote_network_config\": [{block}]}}\n")
    };
    let told = r#"{"remote_node_networks": [{"cidrs": ["10.80.0.0/16"]}], "remote_pod_networks": [{"cidrs": ["10.81.0.0/16"]}]}"#;
    // Without a way out of the VPC nobody of the input is met there.
    check(&hybrid(told), WEB, &[ON_NODES]);
    let gateway = r#"aws_vpn_gateway.g {"id": "vgw-1", "vpc_id": "vpc-1"}"#;
    let on = |addresses: &str| format!("hybrid nodes: pod {addresses} [], policies may hold ?");
    let there = on("10.81.0.0/16");
    // With their own address, and with their node's.
    check(
        &format!("{}{gateway}", hybrid(told)),
        WEB,
        &[ON_NODES, &there, &there],
    );
    let host = WEB.replace(
        "spec: { containers",
        "spec: { hostNetwork: true, containers",
    );
    let there = on("10.80.0.0/16");
    check(
        &format!("{}{gateway}", hybrid(told)),
        &host,
        &[
            "node group `aws_eks_node_group.workers`: pod 10.20.0.0/24 [nodes], policies do not hold",
            &there,
            &there,
        ],
    );
}
