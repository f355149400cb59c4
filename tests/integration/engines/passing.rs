//! What is there for a while only: policies that are hooks, and labels that a rollout gives its newest pods.

use super::{BLOCKED, POSSIBLE, answer, world};
use crosspeer::model::Verdict;

const PODS: &str = "apiVersion: v1
kind: Pod
metadata: {name: web, namespace: b, labels: {app: web}}
spec: {containers: [{name: c, image: x}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: b, labels: {app: db}}
spec: {containers: [{name: c, image: x}]}
---
";

/// Whether `from` reaches `db`, and whether a gap says why that is not certain.
fn verdict(from: &str, objects: &str) -> Verdict {
    let world = world(&[&format!("{PODS}{objects}")], None);
    let (verdict, gaps) = answer(&world, from, "db", 80);
    assert_eq!(verdict == POSSIBLE, !gaps.is_empty(), "{objects}: {gaps:?}");
    verdict
}

#[test]
fn a_policy_that_is_a_hook_may_not_be_there() {
    for (annotations, expected) in [
        ("", BLOCKED),
        (
            "helm.sh/hook: test, helm.sh/hook-delete-policy: hook-succeeded",
            POSSIBLE,
        ),
        ("helm.sh/hook: pre-delete", POSSIBLE),
        ("helm.sh/hook: post-install", BLOCKED),
        (
            "helm.sh/hook: 'pre-install,pre-upgrade', helm.sh/hook-delete-policy: before-hook-creation",
            BLOCKED,
        ),
        (
            "helm.sh/hook: 'pre-install, pre-upgrade', helm.sh/hook-delete-policy: 'before-hook-creation,hook-succeeded'",
            POSSIBLE,
        ),
        ("argocd.argoproj.io/hook: PreSync", BLOCKED),
        (
            "argocd.argoproj.io/hook: PreSync, argocd.argoproj.io/hook-delete-policy: HookSucceeded",
            POSSIBLE,
        ),
        ("argocd.argoproj.io/hook: Skip", POSSIBLE),
        ("argocd.argoproj.io/hook: SyncFail", POSSIBLE),
    ] {
        for (version, kind, spec) in [
            ("networking.k8s.io/v1", "NetworkPolicy", "podSelector: {}"),
            (
                "cilium.io/v2",
                "CiliumNetworkPolicy",
                "endpointSelector: {}, ingress: [{}]",
            ),
            ("projectcalico.org/v3", "NetworkPolicy", "types: [Ingress]"),
        ] {
            let policy = format!(
                "apiVersion: {version}\nkind: {kind}\nmetadata: {{name: p, namespace: b, annotations: {{{annotations}}}}}\nspec: {{{spec}}}\n"
            );
            assert_eq!(verdict("web", &policy), expected, "{policy}");
        }
    }
}

#[test]
fn labels_of_new_pods_select_possibly() {
    let rollout = |strategy: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {{name: ro, namespace: b}}\n\
             spec: {{selector: {{matchLabels: {{app: ro}}}}, strategy: {{{strategy}}}, \
             template: {{metadata: {{labels: {{app: ro}}}}, spec: {{containers: [{{name: c, image: x}}]}}}}}}\n---\n"
        )
    };
    let from = |label: &str| {
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p, namespace: b}}\n\
             spec: {{podSelector: {{matchLabels: {{app: db}}}}, ingress: [{{from: [{{podSelector: {{matchLabels: {{{label}}}}}}}]}}]}}\n"
        )
    };
    for strategy in [
        "canary: {canaryMetadata: {labels: {role: canary}}, stableMetadata: {labels: {role: stable}}}",
        "blueGreen: {activeMetadata: {labels: {role: canary}}}",
        "blueGreen: {previewMetadata: {labels: {role: canary}}}",
    ] {
        let objects = rollout(strategy) + &from("role: canary");
        assert_eq!(verdict("ro", &objects), POSSIBLE, "{strategy}");
        let objects = rollout(strategy) + &from("team: canary");
        assert_eq!(verdict("ro", &objects), BLOCKED, "{strategy}");
    }
    assert_eq!(
        verdict("ro", &(rollout("canary: {}") + &from("role: canary"))),
        BLOCKED
    );
}
