//! Rules by address, and pods whose addresses the input does not say.

use super::{BLOCKED, POSSIBLE, REACHABLE, each};

fn calico(rules: &str) -> String {
    format!(
        "{{apiVersion: projectcalico.org/v3, kind: GlobalNetworkPolicy, metadata: {{name: p}}, \
         spec: {{order: 10, selector: all(), types: [Ingress], ingress: [{rules}]}}}}"
    )
}

/// A policy of a mesh that both pods are in, and that nothing else narrows.
fn mesh(action: &str, source: &str) -> String {
    format!(
        "{{apiVersion: v1, kind: Namespace, metadata: {{name: a, labels: {{team: a, istio-injection: enabled}}}}}}\n---\n\
         {{apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: {{name: m, namespace: a}}, \
         spec: {{action: {action}, rules: [{{from: [{{source: {{{source}}}}}]}}]}}}}"
    )
}

#[test]
fn a_pod_whose_address_is_not_told_may_be_at_any() {
    each(&[
        (
            "a block may hold it",
            calico("{action: Allow, source: {nets: [10.0.0.0/8]}}"),
            POSSIBLE,
        ),
        (
            "pods have no public addresses of IPv4",
            calico("{action: Allow, source: {nets: [104.154.164.0/24]}}"),
            BLOCKED,
        ),
        (
            "both families surely do",
            calico("{action: Allow, source: {nets: [0.0.0.0/0, \"::/0\"]}}"),
            REACHABLE,
        ),
        (
            "and their absence surely does not",
            calico("{action: Allow, source: {notNets: [0.0.0.0/0, \"::/0\"]}}"),
            BLOCKED,
        ),
        (
            "one family",
            calico("{action: Allow, ipVersion: 4}"),
            POSSIBLE,
        ),
        (
            "each family, by a rule of its own",
            calico("{action: Allow, ipVersion: 4}, {action: Allow, ipVersion: 6}"),
            POSSIBLE,
        ),
        (
            "it may be in what is left out",
            calico("{action: Deny, source: {notNets: [10.0.0.0/8]}}, {action: Allow}"),
            POSSIBLE,
        ),
        (
            "allowed by a block",
            mesh("ALLOW", "ipBlocks: [10.0.0.0/8]"),
            POSSIBLE,
        ),
        (
            "denied outside of a block",
            mesh("DENY", "notIpBlocks: [10.0.0.0/8]"),
            POSSIBLE,
        ),
    ]);
}
