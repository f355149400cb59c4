//! Policies that an engine's agent refuses, and input that holds two engines.

use super::{BLOCKED, POSSIBLE, REACHABLE, each, packet};

fn cilium(spec: &str) -> String {
    format!(
        "{{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {{name: x, namespace: a}}, spec: {{endpointSelector: {{}}, {spec}}}}}"
    )
}

/// An ingress rule for `a/db` with this entry of `toPorts`.
fn port(entry: &str) -> String {
    cilium(&format!(
        "ingress: [{{fromEndpoints: [{{matchLabels: {{app: db}}}}], toPorts: [{{{entry}}}]}}]"
    ))
}

#[test]
fn what_the_agent_of_cilium_refuses_isolates_nobody_surely() {
    let ports = |count: u16| {
        (1..=count)
            .map(|port| format!("{{port: \"{port}\", protocol: TCP}}"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let one = "ports: [{port: \"8080\", protocol: TCP}]";
    each(&[
        (
            "no rule",
            cilium("enableDefaultDeny: {ingress: true}"),
            POSSIBLE,
        ),
        (
            "an empty list is none",
            cilium("enableDefaultDeny: {ingress: true}, ingress: []"),
            POSSIBLE,
        ),
        (
            "an empty rule is one",
            cilium("enableDefaultDeny: {ingress: true}, ingress: [{}]"),
            BLOCKED,
        ),
        (
            "HTTP over any protocol",
            port("ports: [{port: \"8080\"}], rules: {http: [{method: GET}]}"),
            POSSIBLE,
        ),
        (
            "HTTP over UDP",
            port("ports: [{port: \"8080\", protocol: UDP}], rules: {http: [{method: GET}]}"),
            POSSIBLE,
        ),
        (
            "HTTP over TCP",
            port(&format!("{one}, rules: {{http: [{{method: GET}}]}}")),
            BLOCKED,
        ),
        (
            "HTTP at every port",
            port("ports: [{port: \"0\", protocol: TCP}], rules: {http: [{method: GET}]}"),
            POSSIBLE,
        ),
        (
            "two kinds of rules",
            port(&format!(
                "{one}, rules: {{http: [{{method: GET}}], kafka: [{{topic: t}}]}}"
            )),
            POSSIBLE,
        ),
        (
            "DNS rules for what comes in",
            port("ports: [{port: \"53\", protocol: UDP}], rules: {dns: [{matchPattern: \"*\"}]}"),
            POSSIBLE,
        ),
        (
            "too many ports",
            port(&format!("ports: [{}]", ports(41))),
            POSSIBLE,
        ),
        (
            "as many as may be",
            port(&format!("ports: [{}]", ports(40))),
            BLOCKED,
        ),
    ]);
}

#[test]
fn nodes_by_their_labels_are_refused_where_the_agent_does_not_tell_them_apart() {
    let config = |on: &str| {
        format!(
            "{{apiVersion: v1, kind: ConfigMap, metadata: {{name: cilium-config, namespace: kube-system}}, data: {{enable-node-selector-labels: \"{on}\"}}}}\n---\n"
        )
    };
    let policy = cilium("ingress: [{fromNodes: [{matchLabels: {role: edge}}]}]");
    each(&[
        ("off", format!("{}{policy}", config("false")), POSSIBLE),
        ("on", format!("{}{policy}", config("true")), BLOCKED),
    ]);
}

const BOTH: &str = "
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: cilium, namespace: kube-system}
spec: {template: {metadata: {labels: {k8s-app: cilium}}, spec: {hostNetwork: true, containers: []}}}
---
apiVersion: operator.tigera.io/v1
kind: Installation
metadata: {name: default}
---
";

#[test]
fn of_two_engines_it_is_not_known_which_enforces() {
    let allow = "{apiVersion: projectcalico.org/v3, kind: GlobalNetworkPolicy, metadata: {name: allow}, \
        spec: {order: 1, selector: all(), types: [Ingress], ingress: [{action: Allow}]}}";
    let closed = super::CLOSED;
    let (cilium, calico) = BOTH.split_once("---\n").unwrap();
    let of = |engines: &str| format!("{engines}---\n{closed}\n---\n{allow}");
    each(&[
        ("both", of(BOTH), POSSIBLE),
        ("the one that knows the policy", of(calico), REACHABLE),
        ("the one that does not", of(cilium), BLOCKED),
    ]);
}

#[test]
fn what_stands_behind_a_service_may_be_on_the_host_network() {
    let behind = |host: bool| {
        format!(
            "
apiVersion: v1
kind: Pod
metadata: {{name: agent, namespace: a, labels: {{app: agent}}}}
spec: {{hostNetwork: {host}, containers: []}}
---
apiVersion: v1
kind: Service
metadata: {{name: agent, namespace: a}}
spec: {{selector: {{app: agent}}, ports: [{{port: 9100}}]}}
---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {{name: allow, namespace: b}}
spec: {{selector: all(), types: [Egress], egress: [{{action: Allow, destination: {{services: {{name: agent, namespace: a}}}}}}]}}
"
        )
    };
    assert_eq!(packet(&[&behind(true)], "b/web", "a/agent", 9100), POSSIBLE);
    // No rule allows it, but the agent may be on its own node, where engines differ and none is known.
    assert_eq!(packet(&[&behind(true)], "b/web", "a/agent", 9101), POSSIBLE);
    assert_eq!(packet(&[&behind(false)], "b/web", "a/agent", 9101), BLOCKED);
    assert_eq!(
        packet(&[&behind(false)], "b/web", "a/agent", 9100),
        REACHABLE
    );
}
