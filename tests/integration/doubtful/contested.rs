//! Objects that two files write differently: which of them is applied last is not known.

use super::{BLOCKED, CLOSED, POSSIBLE, REACHABLE, packet, verdict};

#[test]
fn a_namespace_that_is_written_twice_may_have_either_labels() {
    let policy = |label: &str| {
        format!(
            "{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {{name: p, namespace: a}}, \
             spec: {{podSelector: {{}}, ingress: [{{from: [{{namespaceSelector: {{matchLabels: {{{label}}}}}}}]}}]}}}}"
        )
    };
    let other =
        "{apiVersion: v1, kind: Namespace, metadata: {name: b, labels: {team: b, env: prod}}}";
    assert_eq!(verdict(&[&policy("env: prod")]), BLOCKED);
    assert_eq!(verdict(&[&policy("env: prod"), other]), POSSIBLE);
    assert_eq!(
        verdict(&[&policy("env: test"), other]),
        POSSIBLE,
        "the key is contested, and so every test of it"
    );
    assert_eq!(
        verdict(&[&policy("team: b"), other]),
        REACHABLE,
        "both say the same of this label"
    );
    assert_eq!(verdict(&[CLOSED, other]), BLOCKED);
}

#[test]
fn a_service_account_that_is_written_twice_may_have_either_labels() {
    let account = |labels: &str| {
        format!(
            "{{apiVersion: v1, kind: ServiceAccount, metadata: {{name: default, namespace: b, labels: {labels}}}}}"
        )
    };
    let policy = "{apiVersion: projectcalico.org/v3, kind: NetworkPolicy, metadata: {name: p, namespace: a}, \
        spec: {types: [Ingress], ingress: [{action: Allow, source: {namespaceSelector: all(), serviceAccounts: {selector: \"role == 'x'\"}}}]}}";
    assert_eq!(verdict(&[policy, &account("{role: x}")]), REACHABLE);
    assert_eq!(
        verdict(&[policy, &account("{role: x}"), &account("{role: y}")]),
        POSSIBLE
    );
}

#[test]
fn a_service_that_is_written_twice_may_lead_to_either_pods() {
    let service = |app: &str| {
        format!(
            "{{apiVersion: v1, kind: Service, metadata: {{name: s, namespace: a}}, spec: {{selector: {{app: {app}}}, ports: [{{port: 8080}}]}}}}"
        )
    };
    let calico = "{apiVersion: projectcalico.org/v3, kind: NetworkPolicy, metadata: {name: p, namespace: b}, \
        spec: {selector: all(), types: [Egress], egress: [{action: Allow, destination: {services: {name: s, namespace: a}}}]}}";
    let cilium = "{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: p, namespace: b}, \
        spec: {endpointSelector: {}, egress: [{toServices: [{k8sService: {serviceName: s, namespace: a}}]}]}}";
    for policy in [calico, cilium] {
        assert_eq!(verdict(&[policy, &service("db")]), BLOCKED, "{policy}");
        assert_eq!(verdict(&[policy, &service("web")]), REACHABLE, "{policy}");
        assert_eq!(
            verdict(&[policy, &service("db"), &service("web")]),
            POSSIBLE,
            "{policy}"
        );
        assert_eq!(
            verdict(&[policy, &service("web"), &service("db")]),
            POSSIBLE,
            "{policy}"
        );
    }
}

#[test]
fn a_selector_that_is_no_string_does_not_widen_a_service() {
    // The API server refuses the object: what is behind the Service is then not known, and no more than what both keys say.
    let service = "{apiVersion: v1, kind: Service, metadata: {name: s, namespace: a}, spec: {selector: {app: 1}, ports: [{port: 8080}]}}";
    let policy = "{apiVersion: projectcalico.org/v3, kind: NetworkPolicy, metadata: {name: p, namespace: b}, \
        spec: {selector: all(), types: [Egress], egress: [{action: Allow, destination: {services: {name: s, namespace: a}}}]}}";
    assert_eq!(packet(&[policy, service], "b/web", "a/web", 8080), BLOCKED);
}
