//! Objects that may be policies and cannot be read count as policies of which nothing is known.

use super::{BLOCKED, CLOSED, POSSIBLE, each};

fn beside(text: &str) -> String {
    format!("{CLOSED}\n---\n{text}")
}

#[test]
fn a_policy_whose_namespace_is_a_template_may_be_of_any_namespace() {
    let allow = |namespace: &str, more: &str| {
        beside(&format!(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: allow\n  namespace: {namespace}\nspec: {{podSelector: {{}}, ingress: [{{}}]}}\n{more}"
        ))
    };
    each(&[
        (
            "in quotes",
            allow("\"{{ .Values.namespace }}\"", ""),
            POSSIBLE,
        ),
        ("bare", allow("{{ .Values.namespace }}", ""), POSSIBLE),
        (
            "of another namespace, and broken",
            allow("b", "x: {{ y }}\n"),
            BLOCKED,
        ),
    ]);
}

#[test]
fn a_kind_of_policy_is_one_whatever_its_version() {
    let of = |api: &str, kind: &str| {
        beside(&format!(
            "apiVersion: {api}\nkind: {kind}\nmetadata:\n  name: allow\n  namespace: a\nspec:\n  ingress:\n  - {{}}\n"
        ))
    };
    let called = r#"{{ include "common.capabilities.networkPolicy.apiVersion" . }}"#;
    each(&[
        (
            "version by a template",
            of(called, "NetworkPolicy"),
            POSSIBLE,
        ),
        (
            "version by a template, no policy",
            of(called, "Deployment"),
            BLOCKED,
        ),
        (
            "kind by a template",
            of("networking.k8s.io/v1", "{{ .Values.kind }}"),
            POSSIBLE,
        ),
        (
            "kind by a template, of a group without policies",
            of("apps/v1", "{{ .Values.kind }}"),
            BLOCKED,
        ),
        (
            "version that is not known",
            of("policy.networking.k8s.io/v1alpha3", "ClusterNetworkPolicy"),
            POSSIBLE,
        ),
        (
            "policies of another engine",
            of("crd.antrea.io/v1beta1", "ClusterNetworkPolicy"),
            POSSIBLE,
        ),
        (
            "kind that is no policy",
            of("crd.antrea.io/v1beta1", "Egress"),
            BLOCKED,
        ),
    ]);
}

#[test]
fn one_bad_element_of_a_list_does_not_lose_its_policies() {
    let list = |kind: &str, element: &str| {
        beside(&format!(
            "apiVersion: v1\nkind: {kind}\nitems:\n{element}- apiVersion: v1\n  kind: ConfigMap\n  data: {{{{ .Values.x }}}}\n"
        ))
    };
    let policy = "- apiVersion: networking.k8s.io/v1\n  kind: NetworkPolicy\n  metadata: {name: allow, namespace: a}\n  spec: {podSelector: {}, ingress: [{}]}\n";
    let inline = "- {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: allow, namespace: a}, spec: {ingress: [{}]}}\n";
    each(&[
        ("block", list("List", policy), POSSIBLE),
        ("flow", list("List", inline), POSSIBLE),
        (
            "typed",
            beside(
                "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicyList\nitems: {{ .Values.all }}\n",
            ),
            POSSIBLE,
        ),
        (
            "without policies",
            list(
                "List",
                "- {apiVersion: v1, kind: Secret, metadata: {name: x}}\n",
            ),
            BLOCKED,
        ),
    ]);
}
