//! Labels of pods that are known only after apply: whom the policies that ask for them are about.

use crate::ingest::kubernetes::fixture::{world, world_of};
use crate::model::{PolicyPeer, Selected, Selector, World};

/// A Rollout in `shop` whose pods are like an object that is not in the input, and pods in two namespaces that are known.
const PODS: &str = "
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: hidden, namespace: shop}
spec: {workloadRef: {apiVersion: apps/v1, kind: Deployment, name: gone}}
---
apiVersion: v1
kind: Pod
metadata: {name: x, namespace: shop, labels: {app: x}}
spec: {containers: []}
---
apiVersion: v1
kind: Pod
metadata: {name: z, namespace: shop, labels: {app: z}}
spec: {containers: []}
---
apiVersion: v1
kind: Pod
metadata: {name: x, namespace: other, labels: {app: x}}
spec: {containers: []}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Namespace
metadata: {name: other}
---
";

/// A policy of a namespace with this selector of its pods, and one of callers.
fn policy(namespace: &str, pods: &str, callers: &str) -> String {
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p, namespace: {namespace}}}\n\
         spec: {{podSelector: {{{pods}}}, ingress: [{{from: [{callers}]}}]}}\n"
    )
}

/// Conditions on pods, each with whether it surely counts.
type Conditions = Vec<(bool, Box<dyn Fn(Selected<'_>) -> bool>)>;

/// The pods that a condition holds for, with `?` behind those for whom it only may.
fn held(world: &World, parts: &Conditions) -> String {
    let mut out = Vec::new();
    for (id, _) in world.workloads.iter() {
        let pod = world.selected(id);
        let surely = parts.iter().any(|(sure, holds)| *sure && holds(pod));
        let perhaps = parts.iter().any(|(_, holds)| holds(pod));
        let mark = if surely { "" } else { "?" };
        if perhaps {
            out.push(format!("{}{mark}", world.workload_name(id)));
        }
    }
    out.sort();
    out.join(" ")
}

/// Whom the policies are about, and whom their rules let in.
fn check(text: &str, subjects: &str, peers: &str) {
    let (world, errors) = world(&format!("{PODS}{text}"));
    assert_eq!(errors, [], "{text}");
    assert_eq!(
        drawn(&world),
        (subjects.to_owned(), peers.to_owned()),
        "{text}"
    );
}

/// Whom the policies of a world are about, and whom their rules let in.
fn drawn(world: &World) -> (String, String) {
    let (mut about, mut callers) = (Conditions::new(), Conditions::new());
    for (_, policy) in world.policies.iter() {
        let (sure, subject) = (policy.doubt.is_certain(), policy.subject.clone());
        about.push((sure, Box::new(move |pod| subject.holds(pod))));
        for rule in policy.ingress.iter().flat_map(|side| &side.rules) {
            let PolicyPeer::Pods(peer) = rule.peer.clone() else {
                // The node of pods that may be on the host network.
                assert_eq!(rule.peer, PolicyPeer::Nodes(Selector::Everything));
                assert!(!rule.doubt.is_certain(), "{rule:?}");
                continue;
            };
            let sure = sure && rule.doubt.is_certain();
            callers.push((sure, Box::new(move |pod| peer.holds(pod))));
        }
    }
    (held(world, &about), held(world, &callers))
}

#[test]
fn only_pods_with_hidden_labels_are_in_doubt() {
    let x = "matchLabels: {app: x}";
    let near = &format!("{{podSelector: {{{x}}}}}");
    let anywhere = &format!("{{namespaceSelector: {{}}, podSelector: {{{x}}}}}");
    check(
        &policy("shop", x, near),
        "shop/hidden[Rollout]? shop/x[Pod]",
        "shop/hidden[Rollout]? shop/x[Pod]",
    );
    check(&policy("other", x, near), "other/x[Pod]", "other/x[Pod]");
    check(
        &policy("other", x, anywhere),
        "other/x[Pod]",
        "other/x[Pod] shop/hidden[Rollout]? shop/x[Pod]",
    );
    // What asks for no label is about all of them.
    check(
        &policy("shop", "", "{podSelector: {}}"),
        "shop/hidden[Rollout] shop/x[Pod] shop/z[Pod]",
        "shop/hidden[Rollout]? shop/x[Pod] shop/z[Pod]",
    );
    // A negation holds for those without the label, and may not hold for these.
    let negated = "matchExpressions: [{key: app, operator: NotIn, values: [x]}]";
    check(
        &policy("shop", negated, near),
        "shop/hidden[Rollout]? shop/z[Pod]",
        "shop/hidden[Rollout]? shop/x[Pod]",
    );
}

/// Pods with a label that Cilium leaves out of identities by default and one that it takes in, one pod with neither, and a policy over the
/// first label and one over the second.
const LABELLED: &str = "
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {kubernetes.io/part: db}}
spec: {containers: []}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {tier: web}}
spec: {containers: []}
---
apiVersion: v1
kind: Pod
metadata: {name: bare, namespace: shop}
spec: {containers: []}
---
";

/// Whom a policy over a label is about, where the agent has these settings.
fn selected(engine: &str, settings: &str, pods: &str) -> String {
    let config = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: cilium-config, namespace: kube-system}}\ndata: {{{settings}}}\n"
    );
    let text = format!("{LABELLED}{}", policy("shop", pods, "{podSelector: {}}"));
    let (world, errors) = world_of(&[&text, &config], engine);
    assert_eq!(errors, [], "{text}");
    drawn(&world).0
}

#[test]
fn cilium_may_not_find_a_label_that_makes_no_identity() {
    let (part, tier) = (
        "matchLabels: {kubernetes.io/part: db}",
        "matchLabels: {tier: web}",
    );
    for (engine, settings, pods, expected) in [
        ("cilium", "", part, "shop/db[Pod]?"),
        ("unknown engine", "", part, "shop/db[Pod]?"),
        ("calico", "", part, "shop/db[Pod]"),
        ("cilium", "", tier, "shop/web[Pod]"),
        ("cilium", "labels: 'k8s:!tier'", tier, "shop/web[Pod]?"),
        ("cilium", "labels: 'k8s:app'", tier, "shop/web[Pod]?"),
        ("cilium", "labels: 'k8s:t.*'", tier, "shop/web[Pod]"),
        ("cilium", "labels: 'k8s:(t'", tier, "shop/web[Pod]?"),
        (
            "cilium",
            "labels: 'k8s:kubernetes\\.io/part'",
            part,
            "shop/db[Pod]",
        ),
        (
            "cilium",
            "label-prefix-file: /etc/labels",
            tier,
            "shop/web[Pod]?",
        ),
        (
            "cilium",
            "",
            "matchExpressions: [{key: kubernetes.io/part, operator: DoesNotExist}]",
            "shop/bare[Pod] shop/db[Pod]? shop/web[Pod]",
        ),
    ] {
        assert_eq!(
            selected(engine, settings, pods),
            expected,
            "{engine} {settings} {pods}"
        );
    }
}

#[test]
fn cilium_may_not_know_labels_of_namespaces() {
    let peers = |settings: &str| {
        let config = format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: cilium-config, namespace: kube-system}}\ndata: {{{settings}}}\n"
        );
        let rule = "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}}";
        let text = format!("{LABELLED}{}", policy("shop", "", rule));
        drawn(&world_of(&[&text, &config], "cilium").0).1
    };
    let all = "shop/bare[Pod] shop/db[Pod] shop/web[Pod]";
    assert_eq!(peers(""), all);
    assert_eq!(peers("labels: 'k8s:app'"), all);
    let perhaps = "shop/bare[Pod]? shop/db[Pod]? shop/web[Pod]?";
    let left_out = "labels: 'k8s:!io\\.cilium\\.k8s\\.namespace\\.labels\\.kubernetes'";
    assert_eq!(peers(left_out), perhaps);
}

#[test]
fn labels_that_controllers_give_namespaces_are_in_doubt() {
    let peers = |label: &str| {
        let rule = format!("{{namespaceSelector: {{matchLabels: {{{label}: x}}}}}}");
        let text = format!("{LABELLED}{}", policy("shop", "", &rule));
        let (world, errors) = world(&text);
        assert_eq!(errors, [], "{text}");
        let mut all = world.policies.iter();
        all.all(|(_, policy)| policy.doubt.is_certain())
    };
    assert!(peers("team"));
    assert!(!peers("field.cattle.io/projectId"));
    assert!(!peers("pod-security.kubernetes.io/enforce"));
}
