//! Where applications send what they bring: a policy of another cluster closes nothing here.

use super::*;

const PODS: &str = "apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: c, image: i}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db}
spec: {containers: [{name: c, image: i}]}
";

/// What is said of `shop/web` to `shop/db`, where one object brings the pods of `m` and another the policy of `pol`.
fn verdict(name: &str, pods: &str, policy: &str) -> String {
    let here = folder(name);
    let files = [
        (".git/config", ""),
        ("m/pods.yaml", PODS),
        ("pol/deny.yaml", DENY),
        ("apps/pods.yaml", pods),
        ("apps/policy.yaml", policy),
    ];
    write(&here, &files);
    let question = "explain --no-config --format json --from shop/web --to shop/db --port 80 .";
    let arguments: Vec<&str> = question.split(' ').collect();
    let answer = crosspeer(&here, path(), &arguments).json();
    let verdict = answer["verdict"].as_str().unwrap().to_owned();
    let gaps = answer["gaps"].to_string();
    assert_eq!(
        verdict == "possible",
        gaps.contains("whether it holds there"),
        "{gaps}"
    );
    verdict
}

#[test]
fn a_policy_that_argo_sends_to_another_cluster_is_possible() {
    let application = |path: &str, destination: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {path}, namespace: argocd}}\n\
             spec: {{source: {{path: {path}}}, destination: {{namespace: shop, {destination}}}}}\n"
        )
    };
    let here = "server: 'https://kubernetes.default.svc'";
    let far = "server: 'https://far.example.com:6443'";
    for (pods, policy, expected) in [
        (here, here, "blocked"),
        (far, far, "blocked"),
        (here, far, "possible"),
        (far, here, "possible"),
        (here, "name: far", "possible"),
        ("name: in-cluster", here, "blocked"),
    ] {
        let found = verdict(
            "argo-destination",
            &application("m", pods),
            &application("pol", policy),
        );
        assert_eq!(found, expected, "{pods} {policy}");
    }
}

#[test]
fn a_policy_that_flux_does_not_apply_here_is_possible() {
    let kustomization = |path: &str, more: &str| {
        format!(
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: {path}, namespace: flux-system}}\n\
             spec: {{path: ./{path}, targetNamespace: shop, {more}}}\n"
        )
    };
    let own = "sourceRef: {kind: GitRepository, name: flux-system}";
    for (policy, expected) in [
        (own.to_owned(), "blocked"),
        (format!("{own}, suspend: false"), "blocked"),
        (format!("{own}, suspend: true"), "possible"),
        (
            format!("{own}, kubeConfig: {{secretRef: {{name: far}}}}"),
            "possible",
        ),
        (own.replace("flux-system", "other"), "possible"),
    ] {
        let found = verdict(
            "flux-destination",
            &kustomization("m", own),
            &kustomization("pol", &policy),
        );
        assert_eq!(found, expected, "{policy}");
    }
}
