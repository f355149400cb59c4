//! Cilium as the pods' network: which addresses pods have, by every setting that bears on it.

use super::{CLUSTER, NETWORK, WEB, WORKERS, check, world};
use crate::ingest::Settings;

const IN: &str = "shop/web on node group `aws_eks_node_group.workers`";

fn release(values: &str) -> String {
    format!(
        r#"{NETWORK}{CLUSTER}{WORKERS}helm_release.cilium {{"chart": "cilium", "values": [{values}]}}"#
    )
}

fn config(data: &str) -> String {
    format!(
        "{WEB}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{ name: cilium-config, namespace: kube-system }}\ndata: {{{data}}}\n"
    )
}

const AGENT: &str = "---\napiVersion: apps/v1\nkind: DaemonSet\nmetadata: { name: cilium, namespace: kube-system }\nspec: { selector: {}, template: { metadata: { labels: { k8s-app: cilium } }, spec: { hostNetwork: true, containers: [] } } }\n";

#[test]
fn a_pool_of_the_clusters_own_leaves_by_the_node() {
    let overlay = format!("{IN}: pod nowhere [nodes], node a [nodes] towards 0.0.0.0/0");
    check(&release(""), WEB, &format!("{overlay} by default"));
    check(&release(r#""ipam: {mode: cluster-pool}""#), WEB, &overlay);
    check(
        &format!("{NETWORK}{CLUSTER}{WORKERS}"),
        &config("ipam: kubernetes, routing-mode: tunnel"),
        &overlay,
    );
}

#[test]
fn addresses_of_the_network_are_translated_towards_outside() {
    let outside = "0.0.0.0/5, 8.0.0.0/7, 10.0.0.0/12, 10.16.0.0/14, 10.21.0.0/16, 10.22.0.0/15, 10.24.0.0/13, 10.32.0.0/11, 10.64.0.0/10, 10.128.0.0/9, 11.0.0.0/8, 12.0.0.0/6, 16.0.0.0/4, 32.0.0.0/3, 64.0.0.0/3, 96.0.0.0/6, 100.0.0.0/10, 100.65.0.0/16, 100.66.0.0/15, 100.68.0.0/14, 100.72.0.0/13, 100.80.0.0/12, 100.96.0.0/11, 100.128.0.0/9, 101.0.0.0/8, 102.0.0.0/7, 104.0.0.0/5, 112.0.0.0/4, 128.0.0.0/1";
    check(
        &release(r#""eni: {enabled: true}""#),
        WEB,
        &format!("{IN}: pod a [nodes], node a [nodes] towards {outside} by default"),
    );
    check(
        &release(r#""ipam: {mode: eni}\nenableIPv4Masquerade: false""#),
        WEB,
        &format!("{IN}: pod a [nodes]"),
    );
    let native = release(r#""ipam: {mode: eni}\nipv4NativeRoutingCIDR: 0.0.0.0/1""#);
    check(
        &native,
        WEB,
        &format!("{IN}: pod a [nodes], node a [nodes] towards 128.0.0.0/1 by default"),
    );
}

#[test]
fn behind_the_vpc_cni_nothing_changes() {
    let plain = world(
        &format!("{NETWORK}{CLUSTER}{WORKERS}"),
        WEB,
        &Settings::default(),
    );
    let chained = world(
        &release(r#""cni: {chainingMode: aws-cni}""#),
        WEB,
        &Settings::default(),
    );
    let addressed = |world: &crate::model::World| {
        let pod_placements = world
            .workloads
            .iter()
            .next()
            .unwrap()
            .1
            .pod_placements
            .clone();
        pod_placements
            .into_iter()
            .map(|one| (one.pod.clone(), one.node.clone(), one.translated.clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(addressed(&plain), addressed(&chained));
}

#[test]
fn what_is_not_told_is_doubted_both_ways() {
    let ways = |resources: &str, manifests: &str, gap: &str| {
        let world = world(resources, manifests, &Settings::default());
        let web = world
            .workloads
            .iter()
            .find(|(_, workload)| workload.name == "web")
            .unwrap()
            .1;
        assert!(
            web.pod_placements
                .iter()
                .all(|pod_placement| !pod_placement.doubt.is_certain()),
            "{resources}"
        );
        assert!(
            web.pod_placements
                .iter()
                .any(|pod_placement| pod_placement.pod.addresses.is_empty())
                && web
                    .pod_placements
                    .iter()
                    .any(|pod_placement| !pod_placement.pod.addresses.is_empty())
        );
        assert!(
            world.gaps.iter().any(|(_, found)| found.what.contains(gap)),
            "{gap}"
        );
    };
    let plain = format!("{NETWORK}{CLUSTER}{WORKERS}");
    ways(
        &plain,
        &format!("{WEB}{AGENT}"),
        "the ConfigMap `cilium-config`",
    );
    ways(&release(r#""?""#), WEB, "values");
    ways(
        &plain,
        &config("ipam: kubernetes, routing-mode: native"),
        "addresses that no subnet holds",
    );
    ways(
        &plain,
        &config("enable-ipv4-masquerade: 'false'"),
        "addresses that no subnet holds",
    );
}

#[test]
fn values_of_the_chart_are_read_as_its_config() {
    let closed = |values: &str| {
        let world = world(&release(values), WEB, &Settings::default());
        world
            .policies
            .iter()
            .filter(|(_, policy)| policy.name.contains("`always`"))
            .count()
    };
    assert_eq!(
        (
            closed(r#""policyEnforcementMode: always""#),
            closed(r#""policyEnforcementMode: default""#)
        ),
        (1, 0)
    );
}
