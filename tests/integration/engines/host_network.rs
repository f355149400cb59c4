//! Pods on the host network: as peers of rules by selector, and as what runs on a pod's own node.

use super::{BLOCKED, POSSIBLE, REACHABLE, answer, world};
use crosspeer::model::Verdict;

const PODS: &str = "apiVersion: v1
kind: Namespace
metadata: {name: front}
---
apiVersion: v1
kind: Namespace
metadata: {name: watch}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: exporter, namespace: watch}
spec: {selector: {matchLabels: {app: exporter}}, template: {metadata: {labels: {app: exporter}}, spec: {hostNetwork: true, containers: [{name: c, image: x, ports: [{name: metrics, containerPort: 9100}]}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: prom, namespace: front}
spec: {selector: {matchLabels: {app: prom}}, template: {metadata: {labels: {app: prom}}, spec: {containers: [{name: c, image: x}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: front}
spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: x, ports: [{name: http, containerPort: 8080}]}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: old, namespace: front}
spec: {selector: {matchLabels: {app: old}}, template: {metadata: {labels: {app: old}}, spec: {containers: [{name: c, image: x, ports: [{name: http, containerPort: 9090}]}]}}}
---
";

fn policy(spec: &str) -> String {
    format!(
        "{PODS}apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p, namespace: front}}\nspec: {spec}\n"
    )
}

/// The verdicts with each engine, unknown last. A gap stands where it is possible.
fn with_each(spec: &str, from: &str, to: &str, port: u16) -> [Verdict; 4] {
    ["vpc-cni", "calico", "cilium", ""].map(|engine| {
        let world = world(
            &[&policy(spec)],
            Some(engine).filter(|name| !name.is_empty()),
        );
        let (verdict, gaps) = answer(&world, from, to, port);
        assert_eq!(verdict == POSSIBLE, !gaps.is_empty(), "{engine}: {gaps:?}");
        verdict
    })
}

#[test]
fn a_selector_holds_for_pods_on_the_host_network_where_the_engine_enters_their_address() {
    let peer = "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: watch}}, podSelector: {matchLabels: {app: exporter}}}";
    let out = format!(
        "{{podSelector: {{matchLabels: {{app: prom}}}}, policyTypes: [Egress], egress: [{{to: [{peer}], ports: [{{port: 9100}}]}}]}}"
    );
    assert_eq!(
        with_each(&out, "prom", "exporter", 9100),
        [REACHABLE, BLOCKED, BLOCKED, POSSIBLE]
    );
    let named = out.replace("port: 9100", "port: metrics");
    assert_eq!(
        with_each(&named, "prom", "exporter", 9100),
        [REACHABLE, BLOCKED, BLOCKED, POSSIBLE]
    );
    let other = out.replace("app: exporter", "app: nobody");
    assert_eq!(with_each(&other, "prom", "exporter", 9100)[1], BLOCKED);
}

#[test]
fn a_pod_reaches_its_own_node_where_the_engine_lets_it_out() {
    let shut = "{podSelector: {}, policyTypes: [Ingress, Egress]}";
    assert_eq!(
        with_each(shut, "prom", "exporter", 22),
        [REACHABLE, BLOCKED, BLOCKED, POSSIBLE]
    );
    // From there everything is let in by every engine, and between pods nothing changes.
    assert_eq!(with_each(shut, "exporter", "prom", 80), [REACHABLE; 4]);
    assert_eq!(with_each(shut, "prom", "web", 80), [BLOCKED; 4]);
}

#[test]
fn a_named_port_means_the_ports_of_all_pods_of_the_policy_with_the_vpc_cni() {
    let ingress = "{podSelector: {}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {}}], ports: [{port: http}]}]}";
    assert_eq!(with_each(ingress, "prom", "web", 8080), [REACHABLE; 4]);
    assert_eq!(
        with_each(ingress, "prom", "web", 9090),
        [REACHABLE, BLOCKED, BLOCKED, POSSIBLE]
    );
    assert_eq!(with_each(ingress, "prom", "web", 9091), [BLOCKED; 4]);
}
