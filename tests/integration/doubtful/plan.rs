//! Objects and pods of which a plan does not know everything yet.

use super::{BLOCKED, Ingested, Kind, POSSIBLE, REACHABLE, Verdict, read, verdict_of};

fn created(kind: &str, name: &str, after: &str, unknown: &str) -> String {
    format!(
        r#"{{"address":"{kind}.{name}","mode":"managed","type":"{kind}","name":"{name}","change":{{"actions":["create"],"after":{after},"after_unknown":{unknown}}}}}"#
    )
}

fn manifest(name: &str, object: &str, unknown: &str) -> String {
    created(
        "kubernetes_manifest",
        name,
        &format!(r#"{{"manifest":{object}}}"#),
        &format!(r#"{{"manifest":{unknown}}}"#),
    )
}

/// A pod of a namespace; `unknown` is what of its specification is known only after apply.
fn pod(namespace: &str, spec: &str, unknown: &str) -> String {
    let object = format!(
        r#"{{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"web","namespace":"{namespace}","labels":{{"app":"web"}}}},"spec":{spec}}}"#
    );
    manifest(
        &format!("{namespace}_web"),
        &object,
        &format!(r#"{{"spec":{unknown}}}"#),
    )
}

const SPEC: &str = r#"{"containers":[{"ports":[{"name":"http","containerPort":8080}]}]}"#;

fn policy(name: &str, api: &str, kind: &str, spec: &str, unknown: &str) -> String {
    let object = format!(
        r#"{{"apiVersion":"{api}","kind":"{kind}","metadata":{{"name":"{name}","namespace":"a"}},"spec":{spec}}}"#
    );
    manifest(name, &object, unknown)
}

fn closed() -> String {
    policy(
        "deny",
        "networking.k8s.io/v1",
        "NetworkPolicy",
        r#"{"podSelector":{},"policyTypes":["Ingress"]}"#,
        "{}",
    )
}

fn plan(resources: &[String]) -> Ingested {
    let text = format!(
        r#"{{"format_version":"1.2","planned_values":{{}},"configuration":{{}},"resource_changes":[{}]}}"#,
        resources.join(",")
    );
    read(vec![("plan.json", text, Kind::Plan)])
}

/// The verdict from `b/web` to port 8080 of `a/web`, where nothing in the plan is wrong.
fn verdict(resources: &[String]) -> Verdict {
    let read = plan(resources);
    assert_eq!(read.errors, []);
    verdict_of(&read, "b/web", "a/web", 8080).0
}

/// The same with two pods of which everything is known.
fn with(resources: &[String]) -> Verdict {
    let mut all = vec![pod("a", SPEC, "{}"), pod("b", SPEC, "{}")];
    all.extend_from_slice(resources);
    verdict(&all)
}

#[test]
fn a_priority_that_is_not_known_yet_may_be_the_first() {
    let admin = |name: &str, priority: &str, action: &str, unknown: &str| {
        let rules =
            format!(r#""ingress":[{{"action":"{action}","from":[{{"namespaces":{{}}}}]}}]"#);
        let spec = format!(r#"{{{priority}"subject":{{"namespaces":{{}}}},{rules}}}"#);
        policy(
            name,
            "policy.networking.k8s.io/v1alpha1",
            "AdminNetworkPolicy",
            &spec,
            unknown,
        )
    };
    let deny = admin("deny", r#""priority":50,"#, "Deny", "{}");
    assert_eq!(
        with(&[
            deny.clone(),
            admin("allow", r#""priority":60,"#, "Allow", "{}")
        ]),
        BLOCKED
    );
    assert_eq!(
        with(&[
            deny,
            admin("allow", "", "Allow", r#"{"spec":{"priority":true}}"#)
        ]),
        POSSIBLE
    );
}

#[test]
fn an_object_of_which_not_even_the_kind_is_known_may_be_a_policy() {
    let body = created("kubectl_manifest", "body", "{}", r#"{"yaml_body":true}"#);
    let whole = created("kubernetes_manifest", "whole", "{}", r#"{"manifest":true}"#);
    let kind = |api: &str| {
        manifest(
            "kind",
            &format!(r#"{{"apiVersion":"{api}","metadata":{{"name":"x","namespace":"a"}}}}"#),
            r#"{"kind":true}"#,
        )
    };
    let version = |kind: &str| {
        manifest(
            "version",
            &format!(r#"{{"kind":"{kind}","metadata":{{"name":"x","namespace":"a"}}}}"#),
            r#"{"apiVersion":true}"#,
        )
    };
    for (name, object, expected) in [
        ("body", body, POSSIBLE),
        ("whole", whole, POSSIBLE),
        ("kind", kind("networking.k8s.io/v1"), POSSIBLE),
        ("kind of a group without policies", kind("v1"), BLOCKED),
        ("version", version("NetworkPolicy"), POSSIBLE),
        ("version of no policy", version("Deployment"), BLOCKED),
    ] {
        assert_eq!(with(&[closed(), object]), expected, "{name}");
    }
}

#[test]
fn pods_that_may_be_on_the_host_network_may_be_outside_of_policy() {
    let maybe = |namespace: &str| pod(namespace, SPEC, r#"{"hostNetwork":true}"#);
    let known = |namespace: &str| pod(namespace, SPEC, "{}");
    assert_eq!(verdict(&[maybe("a"), known("b"), closed()]), POSSIBLE);
    assert_eq!(verdict(&[maybe("a"), known("b")]), REACHABLE);
    assert_eq!(verdict(&[known("a"), known("b"), closed()]), BLOCKED);
    assert_eq!(
        verdict(&[known("a"), maybe("b"), closed()]),
        POSSIBLE,
        "a pod lets in what comes from its own node"
    );
    let from = |peer: &str| {
        let spec = format!(r#"{{"podSelector":{{}},"ingress":[{{"from":[{peer}]}}]}}"#);
        policy("from", "networking.k8s.io/v1", "NetworkPolicy", &spec, "{}")
    };
    let everyone = from(r#"{"namespaceSelector":{}}"#);
    assert_eq!(
        verdict(&[known("a"), known("b"), everyone.clone()]),
        REACHABLE
    );
    assert_eq!(
        verdict(&[known("a"), maybe("b"), everyone]),
        POSSIBLE,
        "a node is no pod of any namespace"
    );
}

#[test]
fn a_service_account_that_is_not_known_yet_may_be_any() {
    let rule = r#"{"types":["Ingress"],"ingress":[{"action":"Allow","source":{"namespaceSelector":"all()","serviceAccounts":{"names":["client"]}}}]}"#;
    let by_account = policy("x", "projectcalico.org/v3", "NetworkPolicy", rule, "{}");
    let caller = |unknown: &str| pod("b", SPEC, unknown);
    assert_eq!(
        verdict(&[pod("a", SPEC, "{}"), caller("{}"), by_account.clone()]),
        BLOCKED
    );
    assert_eq!(
        verdict(&[
            pod("a", SPEC, "{}"),
            caller(r#"{"serviceAccountName":true}"#),
            by_account
        ]),
        POSSIBLE
    );
    assert_eq!(
        verdict(&[
            pod("a", SPEC, "{}"),
            caller(r#"{"serviceAccountName":true}"#),
            closed()
        ]),
        BLOCKED
    );
}

#[test]
fn ports_that_are_not_known_yet_may_have_any_name_and_number() {
    let by_port = |port: &str| {
        let spec = format!(r#"{{"podSelector":{{}},"ingress":[{{"ports":[{{"port":{port}}}]}}]}}"#);
        policy("port", "networking.k8s.io/v1", "NetworkPolicy", &spec, "{}")
    };
    let target = |spec: &str, unknown: &str| pod("a", spec, unknown);
    let unnumbered = || {
        target(
            r#"{"containers":[{"ports":[{"name":"http"}]}]}"#,
            r#"{"containers":[{"ports":[{"containerPort":true}]}]}"#,
        )
    };
    let bare = || target("{}", r#"{"containers":true}"#);
    for (name, pod_of, expected) in [
        ("number", unnumbered(), POSSIBLE),
        ("all", bare(), POSSIBLE),
        ("none", target("{}", "{}"), BLOCKED),
    ] {
        assert_eq!(
            verdict(&[pod_of, pod("b", SPEC, "{}"), by_port(r#""http""#)]),
            expected,
            "{name}"
        );
    }
    assert_eq!(
        verdict(&[unnumbered(), pod("b", SPEC, "{}"), by_port("9090")]),
        BLOCKED,
        "numbers do not ask the pod"
    );
}

#[test]
fn what_is_hidden_is_no_fault() {
    let template = r#"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d","namespace":"a"},"spec":{}}"#;
    assert_eq!(
        with(&[
            closed(),
            manifest("d", template, r#"{"spec":{"template":true}}"#)
        ]),
        BLOCKED
    );
}

#[test]
fn a_policy_whose_metadata_is_not_known_yet_may_be_of_any_namespace() {
    let of = |spec: &str| {
        let object = format!(
            r#"{{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","spec":{spec}}}"#
        );
        manifest("somewhere", &object, r#"{"metadata":true}"#)
    };
    assert_eq!(
        with(&[of(r#"{"podSelector":{}}"#)]),
        POSSIBLE,
        "it may close"
    );
    let open = of(r#"{"podSelector":{},"ingress":[{}]}"#);
    assert_eq!(with(&[closed(), open]), POSSIBLE, "it may open");
}

#[test]
fn pods_that_may_be_on_the_host_network_may_be_on_the_node_of_who_calls() {
    let sealed = || {
        let object = r#"{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"sealed","namespace":"b"},"spec":{"podSelector":{},"policyTypes":["Egress"]}}"#;
        manifest("sealed", object, "{}")
    };
    let known = |namespace: &str| pod(namespace, SPEC, "{}");
    let maybe = pod("a", SPEC, r#"{"hostNetwork":true}"#);
    assert_eq!(verdict(&[known("a"), known("b"), sealed()]), BLOCKED);
    assert_eq!(verdict(&[maybe, known("b"), sealed()]), POSSIBLE);
}
