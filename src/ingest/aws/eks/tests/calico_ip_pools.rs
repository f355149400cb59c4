//! Calico as the network of pods, and where it only enforces.

use super::{CLUSTER, NETWORK, WEB, WORKERS, check};

fn drawn(manifests: &str, expected: &str) {
    let nodes = format!("{NETWORK}{CLUSTER}{WORKERS}");
    check(&nodes, &format!("{manifests}---\n{WEB}"), expected);
}

/// The placement that the VPC CNI plugin gives, up to its destinations.
const VPC: &str =
    "shop/web on node group `aws_eks_node_group.workers`: pod a [nodes], node a [nodes] towards";

fn installation(spec: &str) -> String {
    format!(
        "apiVersion: operator.tigera.io/v1\nkind: Installation\nmetadata: {{name: default}}\nspec: {spec}\n"
    )
}

/// The line of a placement with an address of a pool, towards all but the pools.
fn pooled(pools: &str, rest: &str) -> String {
    let all = crate::model::AddressSet::all_v4();
    let pools = pools
        .split(',')
        .map(|block| crate::model::AddressSet::parse(block).unwrap())
        .collect();
    format!(
        "shop/web on node group `aws_eks_node_group.workers`: pod anywhere [nodes], node a [nodes] towards {}{rest}",
        all.difference(&pools)
    )
}

fn by_plugin(rest: &str) -> String {
    let all = crate::model::AddressSet::all_v4();
    let inside = ["10.20.0.0/16", "100.64.0.0/16"]
        .iter()
        .map(|block| crate::model::AddressSet::parse(block).unwrap())
        .collect();
    format!("{VPC} {}{rest}", all.difference(&inside))
}

#[test]
fn the_installation_says_who_gives_addresses() {
    drawn(
        &installation("{kubernetesProvider: EKS}"),
        &by_plugin(" by default"),
    );
    drawn(
        &installation("{cni: {type: AmazonVPC}}"),
        &by_plugin(" by default"),
    );
    drawn(
        &installation("{cni: {type: Calico}}"),
        &pooled("192.168.0.0/16", " by default"),
    );
    let pools = "{cni: {type: Calico}, calicoNetwork: {ipPools: [{cidr: 172.16.0.0/16, natOutgoing: Enabled}]}}";
    drawn(&installation(pools), &pooled("172.16.0.0/16", ""));
}

#[test]
fn pools_are_all_outside_of_what_is_translated() {
    let pool = |name: &str, spec: &str| {
        format!(
            "---\napiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata: {{name: {name}}}\nspec: {spec}\n"
        )
    };
    let two = installation("{cni: {type: Calico}}")
        + &pool("one", "{cidr: 172.16.0.0/16, natOutgoing: true}")
        + &pool("two", "{cidr: 172.17.0.0/16, natOutgoing: true}")
        + &pool(
            "idle",
            "{cidr: 172.18.0.0/16, natOutgoing: true, disabled: true}",
        );
    let line = pooled("172.16.0.0/16,172.17.0.0/16", "");
    drawn(&two, &format!("{line}\n{line}"));
    let kept = installation("{cni: {type: Calico}}") + &pool("one", "{cidr: 172.16.0.0/16}");
    drawn(
        &kept,
        "shop/web on node group `aws_eks_node_group.workers`: pod anywhere [nodes] ?",
    );
}

#[test]
fn the_daemon_set_says_whether_it_makes_a_network() {
    let daemon_set = |env: &str| {
        format!(
            "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {{name: calico-node, namespace: kube-system}}\nspec:\n  selector: {{matchLabels: {{k8s-app: calico-node}}}}\n  template:\n    metadata: {{labels: {{k8s-app: calico-node}}}}\n    spec: {{hostNetwork: true, containers: [{{name: calico-node, image: c, env: [{env}]}}]}}\n"
        )
    };
    let own = "kube-system/calico-node on node group `aws_eks_node_group.workers`: pod a [nodes]\n";
    let backend = |value: &str| {
        daemon_set(&format!(
            "{{name: CALICO_NETWORKING_BACKEND, value: {value}}}"
        ))
    };
    drawn(
        &backend("none"),
        &format!("{own}{}", by_plugin(" by default")),
    );
    drawn(
        &backend("bird"),
        &format!("{own}{}", pooled("192.168.0.0/16", " by default")),
    );
    let pool = daemon_set("{name: CALICO_IPV4POOL_CIDR, value: 10.244.0.0/16}");
    drawn(&pool, &format!("{own}{}", pooled("10.244.0.0/16", "")));
    let map = |value: &str| {
        format!(
            "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: calico-config, namespace: kube-system}}\ndata: {{calico_backend: {value}}}\n"
        )
    };
    let referred = daemon_set(
        "{name: CALICO_NETWORKING_BACKEND, valueFrom: {configMapKeyRef: {name: calico-config, key: calico_backend}}}",
    );
    drawn(
        &format!("{referred}{}", map("none")),
        &format!("{own}{}", by_plugin(" by default")),
    );
    drawn(
        &format!("{referred}{}", map("vxlan")),
        &format!("{own}{}", pooled("192.168.0.0/16", " by default")),
    );
    drawn(
        &referred,
        &format!(
            "{own}{}\n{}",
            pooled("192.168.0.0/16", " by default ?"),
            by_plugin(" by default ?")
        ),
    );
}
