//! Labels that no object declares: what asks for them is possible, for those whose labels they are and for nobody else.

use super::{BLOCKED, POSSIBLE, REACHABLE, answer, world};
use crosspeer::model::Verdict;

const PODS: &str = "apiVersion: v1
kind: Namespace
metadata: {name: shown, labels: {tier: x}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: known, namespace: shown, labels: {role: web}}
---
apiVersion: v1
kind: Pod
metadata: {name: s, namespace: shown, labels: {app: s}}
spec: {serviceAccountName: known, containers: [{name: c, image: x}]}
---
apiVersion: v1
kind: Pod
metadata: {name: h, namespace: hidden, labels: {app: h}}
spec: {serviceAccountName: elsewhere, containers: [{name: c, image: x}]}
---
apiVersion: v1
kind: Pod
metadata: {name: d, namespace: hidden, labels: {app: d}}
spec: {containers: [{name: c, image: x}]}
---
apiVersion: v1
kind: Namespace
metadata: {name: target}
---
apiVersion: v1
kind: Pod
metadata: {name: t, namespace: target, labels: {app: t}}
spec: {containers: [{name: c, image: x}]}
---
";

/// What each of `s`, `h` and `d` may send to `t`, and the gaps.
fn answers(policy: &str, engine: Option<&str>) -> ([Verdict; 3], Vec<String>) {
    let world = world(&[&format!("{PODS}{policy}")], engine);
    let verdicts = ["s", "h", "d"].map(|name| {
        let (verdict, gaps) = answer(&world, name, "t", 80);
        assert_eq!(verdict == POSSIBLE, !gaps.is_empty(), "{policy}: {name}");
        verdict
    });
    let gaps = world.gaps.iter().map(|(_, gap)| gap.what.clone()).collect();
    (verdicts, gaps)
}

fn network(peer: &str) -> String {
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p, namespace: target}}\nspec: {{podSelector: {{}}, ingress: [{{from: [{peer}]}}]}}\n"
    )
}

#[test]
fn a_selector_over_labels_of_a_namespace_without_an_object_may_hold() {
    for (selector, expected) in [
        ("matchLabels: {tier: x}", [REACHABLE, POSSIBLE, POSSIBLE]),
        ("matchLabels: {tier: w}", [BLOCKED, POSSIBLE, POSSIBLE]),
        (
            "matchExpressions: [{key: tier, operator: NotIn, values: [x]}]",
            [BLOCKED, POSSIBLE, POSSIBLE],
        ),
        (
            "matchExpressions: [{key: other, operator: DoesNotExist}]",
            [REACHABLE, POSSIBLE, POSSIBLE],
        ),
        (
            "matchExpressions: [{key: tier, operator: Exists}, {key: kubernetes.io/metadata.name, operator: NotIn, values: [hidden]}]",
            [REACHABLE, BLOCKED, BLOCKED],
        ),
        (
            "matchLabels: {kubernetes.io/metadata.name: hidden}",
            [BLOCKED, REACHABLE, REACHABLE],
        ),
        ("", [REACHABLE, REACHABLE, REACHABLE]),
    ] {
        let (own, gaps) = answers(
            &network(&format!("{{namespaceSelector: {{{selector}}}}}")),
            None,
        );
        assert_eq!(own, expected, "{selector}");
        assert_eq!(
            gaps.iter().any(|gap| gap.contains("namespace `hidden`")),
            expected.contains(&POSSIBLE),
            "{selector}: {gaps:?}"
        );
    }
}

#[test]
fn labels_of_the_pods_still_decide() {
    let peer =
        "{namespaceSelector: {matchLabels: {tier: w}}, podSelector: {matchLabels: {app: h}}}";
    let (own, _) = answers(&network(peer), None);
    assert_eq!(own, [BLOCKED, POSSIBLE, BLOCKED]);
}

#[test]
fn so_it_is_with_service_accounts_of_calico_and_the_default_one_has_no_labels() {
    let text = |selector: &str| {
        format!(
            "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {{name: p, namespace: target}}\nspec: {{types: [Ingress], ingress: [{{action: Allow, source: {{namespaceSelector: all(), serviceAccounts: {{selector: \"{selector}\"}}}}}}]}}\n"
        )
    };
    let (own, gaps) = answers(&text("role == 'web'"), Some("calico"));
    assert_eq!(own, [REACHABLE, POSSIBLE, BLOCKED]);
    assert!(
        gaps.iter()
            .any(|gap| gap.contains("service account `hidden/elsewhere`")),
        "{gaps:?}"
    );
    assert_eq!(
        answers(&text("role != 'web'"), Some("calico")).0,
        [BLOCKED, POSSIBLE, REACHABLE]
    );
}

#[test]
fn a_policy_may_be_about_the_pods_of_such_a_namespace() {
    let text = "apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: p}
spec: {namespaceSelector: team == 'a', types: [Egress]}
";
    let (own, gaps) = answers(text, Some("calico"));
    assert_eq!(own, [REACHABLE, POSSIBLE, POSSIBLE]);
    assert!(
        gaps.iter().any(|gap| gap.contains("namespace `hidden`")),
        "{gaps:?}"
    );
}

#[test]
fn a_rule_that_denies_may_deny() {
    let text = "apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: a}
spec:
  priority: 1
  subject: {namespaces: {matchLabels: {kubernetes.io/metadata.name: target}}}
  ingress:
  - action: Deny
    from: [{namespaces: {matchLabels: {tier: x}}}]
";
    let (own, _) = answers(text, None);
    assert_eq!(own, [BLOCKED, POSSIBLE, POSSIBLE]);
}
