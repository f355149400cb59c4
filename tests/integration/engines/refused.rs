//! Policies that the API server refuses, and texts that something else replaces before they are applied.

use super::{BLOCKED, POSSIBLE, answer, unread, world};
use crosspeer::model::Verdict;

const WEB: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: a, labels: {app: web}}\nspec: {containers: [{name: c, image: x}]}\n---\n";
const DB: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: db, namespace: b, labels: {app: db}}\nspec: {containers: [{name: c, image: x}]}\n---\n";

fn verdict(text: &str) -> Verdict {
    let (verdict, gaps) = answer(&unread(text), "web", "db", 80);
    assert_eq!(verdict == POSSIBLE, !gaps.is_empty(), "{text}: {gaps:?}");
    verdict
}

#[test]
fn a_policy_whose_metadata_is_refused_may_not_be_there() {
    for (metadata, expected) in [
        (
            "name: deny-all.x, namespace: b, labels: {a: '5'}, annotations: {c: 'true', d: null}",
            BLOCKED,
        ),
        ("name: RELEASE-NAME-deny, namespace: b", BLOCKED),
        ("name: 'deny-${ENV}', namespace: b", BLOCKED),
        ("generateName: deny-, namespace: b", BLOCKED),
        ("name: '', namespace: b", POSSIBLE),
        ("namespace: b", POSSIBLE),
        (
            "name: deny, namespace: b, annotations: {critical: true}",
            POSSIBLE,
        ),
        ("name: deny, namespace: b, labels: {a: 5}", POSSIBLE),
        ("name: deny, namespace: b, finalizers: x", POSSIBLE),
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
                "apiVersion: {version}\nkind: {kind}\nmetadata: {{{metadata}}}\nspec: {{{spec}}}\n"
            );
            assert_eq!(verdict(&format!("{WEB}{DB}{policy}")), expected, "{policy}");
        }
    }
}

#[test]
fn a_policy_in_a_namespace_that_cannot_be_may_be_about_any_pod() {
    let policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny, namespace: 'b '}\nspec: {podSelector: {}}\n";
    assert_eq!(verdict(&format!("{WEB}{DB}{policy}")), POSSIBLE);
    let open = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny, namespace: b}\nspec: {podSelector: {}}\n---\n";
    assert_eq!(verdict(&format!("{WEB}{DB}{open}{policy}")), POSSIBLE);
}

#[test]
fn what_is_set_twice_is_not_known() {
    let policy = |rules: &str| {
        format!(
            "{WEB}{DB}apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: np\n  namespace: b\n\
             spec:\n  podSelector: {{}}\n{rules}"
        )
    };
    assert_eq!(
        verdict(&policy("  ingress: [{}]\n  ingress: []\n")),
        POSSIBLE
    );
    assert_eq!(verdict(&policy("  ingress: []\n")), BLOCKED);
    // Labels of pods, and what has nothing to do with them.
    let pod = |metadata: &str, container: &str| {
        format!(
            "{DB}apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  namespace: a\n{metadata}spec:\n  containers:\n  - name: c\n{container}---\n\
             apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: np, namespace: b}}\n\
             spec: {{podSelector: {{}}, ingress: [{{from: [{{namespaceSelector: {{}}, podSelector: {{matchLabels: {{app: web}}}}}}]}}]}}\n"
        )
    };
    let twice = pod(
        "  labels: {app: web}\n  labels: {app: x}\n",
        "    image: x\n",
    );
    assert_eq!(verdict(&twice), POSSIBLE);
    let twice = pod("  labels:\n    app: web\n    app: x\n", "    image: x\n");
    assert_eq!(verdict(&twice), POSSIBLE);
    let image = pod("  labels: {app: x}\n", "    image: x\n    image: y\n");
    assert_eq!(verdict(&image), BLOCKED);
}

#[test]
fn a_label_that_something_replaces_may_be_any() {
    let text = |label: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web, namespace: b, labels: {{app: \"{label}\"}}}}\nspec: {{containers: [{{name: c, image: x}}]}}\n---\n\
             {DB}apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p, namespace: b}}\n\
             spec: {{podSelector: {{matchLabels: {{app: db}}}}, ingress: [{{from: [{{podSelector: {{matchLabels: {{app: client}}}}}}]}}]}}\n"
        )
    };
    for label in [
        "${APP}",
        "$APP",
        "$(APP)",
        "[[ app ]]",
        "%%APP%%",
        "__APP__",
        "<APP>",
        "@APP@",
        "{{ .app }}",
    ] {
        let (verdict, gaps) = answer(&world(&[&text(label)], None), "web", "db", 80);
        assert_eq!(verdict, POSSIBLE, "{label}");
        assert!(gaps.iter().any(|gap| gap.contains("`app`")), "{gaps:?}");
    }
    let (verdict, gaps) = answer(&world(&[&text("other")], None), "web", "db", 80);
    assert_eq!((verdict, gaps), (BLOCKED, Vec::new()));
}

#[test]
fn a_namespace_that_something_replaces_may_be_any_other() {
    let policy = |namespace: &str, rules: &str| {
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p, namespace: '{namespace}'}}\nspec: {{podSelector: {{}}, ingress: [{rules}]}}\n---\n"
        )
    };
    let pod = |name: &str, namespace: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: '{namespace}', labels: {{app: {name}}}}}\nspec: {{containers: [{{name: c, image: x}}]}}\n---\n"
        )
    };
    let own = "{from: [{podSelector: {}}]}";
    for mark in ["$(NS)", "${NS}", "%%NS%%"] {
        // The caller may be of the same namespace after all.
        let text = pod("web", mark) + &pod("db", "b") + &policy("b", own);
        assert_eq!(verdict(&text), POSSIBLE, "{text}");
        // The policy may be the one that lets in.
        let text = pod("web", "a") + &pod("db", "b") + &policy("b", "") + &policy(mark, "{}");
        assert_eq!(verdict(&text), POSSIBLE, "{text}");
        // All is in one namespace, whichever.
        let text = pod("web", mark) + &pod("db", mark) + &policy(mark, "");
        assert_eq!(verdict(&text), BLOCKED, "{text}");
    }
}
