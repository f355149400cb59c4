//! Kubernetes objects that a plan applies itself, in the world: what is not known yet never makes a policy look certain.

use crosspeer::ingest::{File, Kind, PlanPhase, Settings, ingest};
use crosspeer::model::World;

/// A resource that the plan creates; `unknown` is what of it is known only after apply.
fn created(address: &str, after: &str, unknown: &str) -> String {
    let (kind, name) = address.split_once('.').unwrap();
    format!(
        r#"{{"address":"{address}","mode":"managed","type":"{kind}","name":"{name}","change":{{"actions":["create"],"after":{after},"after_unknown":{unknown}}}}}"#
    )
}

fn manifest(name: &str, object: &str, unknown: &str) -> String {
    created(
        &format!("kubernetes_manifest.{name}"),
        &format!(r#"{{"manifest":{object}}}"#),
        &format!(r#"{{"manifest":{unknown}}}"#),
    )
}

/// A NetworkPolicy of the namespace `shop` with a specification.
fn policy(name: &str, spec: &str, unknown: &str) -> String {
    let object = format!(
        r#"{{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{{"name":"{name}","namespace":"shop"}},"spec":{spec}}}"#
    );
    manifest(name, &object, unknown)
}

fn world(resources: &[String], configuration: &str) -> World {
    let plan = format!(
        r#"{{"format_version":"1.2","planned_values":{{}},"configuration":{configuration},"resource_changes":[{}]}}"#,
        resources.join(",")
    );
    ingested(plan)
}

/// The world after a plan.
fn ingested(plan: String) -> World {
    let file = File {
        path: "plan.json".into(),
        bytes: plan.into_bytes(),
        kind: Some(Kind::Plan),
        named: true,
        ..File::default()
    };
    let ingested = ingest(&[file], &Settings::default(), PlanPhase::After).unwrap();
    assert_eq!(ingested.errors, []);
    ingested.world
}

/// `CLUSTER/policy`, with `?` behind those that may decide anything, or of which a rule may hold for others.
fn policies(world: &World) -> Vec<String> {
    let said = |policy: &crosspeer::model::Policy| {
        let mut rules = policy
            .ingress
            .iter()
            .chain(&policy.egress)
            .flat_map(|side| &side.rules);
        let sure = policy.doubt.is_certain() && rules.all(|rule| rule.doubt.is_certain());
        let mark = if sure { "" } else { "?" };
        format!(
            "{}/{}{mark}",
            world.clusters[policy.cluster].name, policy.name
        )
    };
    let mut out: Vec<String> = world
        .policies
        .iter()
        .map(|(_, policy)| said(policy))
        .collect();
    out.sort();
    out
}

#[test]
fn a_policy_with_hidden_rules_may_decide_anything() {
    let world = world(
        &[
            policy(
                "whole",
                r#"{"podSelector":{},"policyTypes":["Egress"]}"#,
                r#"{"metadata":{"uid":true}}"#,
            ),
            policy(
                "rules",
                r#"{"podSelector":{},"policyTypes":["Egress"]}"#,
                r#"{"spec":{"egress":true}}"#,
            ),
            policy(
                "block",
                r#"{"podSelector":{},"egress":[{"to":[{"ipBlock":{}}]}]}"#,
                r#"{"spec":{"egress":[{"to":[{"ipBlock":{"cidr":true}}]}]}}"#,
            ),
        ],
        "{}",
    );
    assert_eq!(policies(&world), ["/block?", "/rules?", "/whole"]);
}

#[test]
fn labels_that_are_not_known_yet_make_selectors_over_them_doubtful() {
    let pod = |name: &str, unknown: &str| {
        let object = format!(
            r#"{{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"{name}","namespace":"shop","labels":{{"app":"a"}}}},"spec":{{}}}}"#
        );
        manifest(name, &object, unknown)
    };
    let selects = |key: &str| {
        let other = format!(
            r#"{{"podSelector":{{}},"ingress":[{{"from":[{{"podSelector":{{"matchLabels":{{"{key}":"x"}}}}}}]}}]}}"#
        );
        policy(key, &other, "{}")
    };
    let everyone = policy("everyone", r#"{"podSelector":{}}"#, "{}");
    let with = |unknown: &str| {
        policies(&world(
            &[
                pod("p", unknown),
                selects("app"),
                selects("version"),
                everyone.clone(),
            ],
            "{}",
        ))
    };
    assert_eq!(
        with(r#"{"metadata":{"uid":true},"spec":{"nodeName":true}}"#),
        ["/app", "/everyone", "/version"]
    );
    assert_eq!(
        with(r#"{"metadata":{"labels":{"version":true}}}"#),
        ["/app", "/everyone", "/version?"]
    );
    assert_eq!(
        with(r#"{"metadata":{"labels":true}}"#),
        ["/app?", "/everyone", "/version?"]
    );
    let added = created(
        "kubernetes_labels.l",
        r#"{"api_version":"v1","kind":"Namespace","metadata":[{"name":"shop"}],"labels":{"version":"x"}}"#,
        "{}",
    );
    assert_eq!(
        policies(&world(&[added, selects("app"), selects("version")], "{}")),
        ["/app", "/version?"]
    );
}

/// A policy may be there that an incomplete plan leaves out; of other objects the ledger tells.
#[test]
fn policies_that_an_incomplete_plan_leaves_out_may_decide_anything() {
    let world = |complete: bool, objects: &[(&str, &str)]| {
        let block = |(name, object): &(&str, &str)| {
            format!(
                r#"{{"address":"kubernetes_manifest.{name}","mode":"managed","type":"kubernetes_manifest","name":"{name}",
                "expressions":{{"manifest":{object}}}}}"#
            )
        };
        let blocks: Vec<String> = objects.iter().map(block).collect();
        let plan = format!(
            r#"{{"format_version":"1.2","complete":{complete},"planned_values":{{}},"resource_changes":[{}],
            "configuration":{{"root_module":{{"resources":[{}]}}}}}}"#,
            policy("kept", r#"{"podSelector":{}}"#, "{}"),
            blocks.join(",")
        );
        ingested(plan)
    };
    let object = |kind: &str| {
        format!(
            r#"{{"constant_value":{{"apiVersion":"networking.k8s.io/v1","kind":"{kind}","metadata":{{"name":"out","namespace":"shop"}},"spec":{{"podSelector":{{}}}}}}}}"#
        )
    };
    let (left_out, pod) = (
        object("NetworkPolicy"),
        object("Pod").replace("networking.k8s.io/v1", "v1"),
    );
    let both = [("out", left_out.as_str()), ("pod", &pod)];
    let perhaps = world(false, &both);
    // What pods it leaves out are entered, so that nothing about them is missing, and may refuse everything.
    let absent = "/whether Pod shop/out is there";
    assert_eq!(
        policies(&perhaps),
        ["/kept", "/out?", &format!("{absent}?")]
    );
    assert_eq!(perhaps.workloads.len(), 1);
    assert_eq!(policies(&world(true, &both)), ["/kept"]);
    // What it is made from is not known: it may be a policy of any kind.
    let any = policies(&world(false, &[("out", r#"{"references":["local.x"]}"#)]));
    assert_eq!(any, ["/?", "/kept"]);
    let gaps = |world: &World| -> Vec<String> {
        world.gaps.iter().map(|(_, gap)| gap.what.clone()).collect()
    };
    let told = |world: &World| gaps(world).iter().any(|what| what.contains("leaves out"));
    assert!(told(&perhaps), "{:?}", gaps(&perhaps));
}

/// What is put off may be applied or not, pods as well as policies; what a pod would be is known.
#[test]
fn policies_whose_change_is_put_off_may_decide_anything() {
    let policy = policy("later", r#"{"podSelector":{}}"#, "{}");
    let pod = manifest(
        "pod",
        r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"shop"},"spec":{}}"#,
        "{}",
    );
    let put_off: Vec<String> = [policy, pod]
        .iter()
        .map(|change| format!(r#"{{"reason":"unknown","resource_change":{change}}}"#))
        .collect();
    let world = ingested(format!(
        r#"{{"format_version":"1.2","complete":false,"planned_values":{{}},"resource_changes":[],"configuration":{{}},
        "deferred_changes":[{}]}}"#,
        put_off.join(",")
    ));
    let absent = "/whether Pod shop/p is there";
    assert_eq!(policies(&world), ["/later?", &format!("{absent}?")]);
    assert_eq!(world.workloads.len(), 1);
    let refusal = world
        .policies
        .iter()
        .find(|(_, own)| absent.ends_with(&own.name));
    let sides = refusal
        .iter()
        .flat_map(|(_, own)| own.ingress.iter().chain(&own.egress));
    let rules: Vec<_> = sides.flat_map(|side| &side.rules).collect();
    assert!(
        rules.len() == 2 && rules.iter().all(|rule| !rule.doubt.is_certain()),
        "{rules:?}"
    );
}

/// A configuration with two providers of Kubernetes, each for a cluster, and objects of them and of neither.
fn two_providers() -> String {
    let block = |kind: &str, name: &str, key: &str| {
        format!(
            r#"{{"mode":"managed","type":"{kind}","name":"{name}","provider_config_key":"{key}","expressions":{{}}}}"#
        )
    };
    let provider = |cluster: &str| {
        format!(
            r#"{{"expressions":{{"host":{{"references":["aws_eks_cluster.{cluster}.endpoint","aws_eks_cluster.{cluster}"]}}}}}}"#
        )
    };
    format!(
        r#"{{"provider_config":{{"kubernetes.a":{},"kubernetes.b":{}}},"root_module":{{"resources":[{},{},{},{}]}}}}"#,
        provider("a"),
        provider("b"),
        block("kubernetes_network_policy_v1", "in_a", "kubernetes.a"),
        block("kubernetes_network_policy_v1", "in_b", "kubernetes.b"),
        block("kubernetes_network_policy_v1", "somewhere", "kubernetes"),
        block("kubernetes_pod", "loose", "kubernetes"),
    )
}

#[test]
fn each_object_is_of_the_cluster_that_its_provider_is_configured_from() {
    let typed = |name: &str| {
        let address = format!("kubernetes_network_policy_v1.{name}");
        created(
            &address,
            &format!(
                r#"{{"metadata":[{{"name":"{name}","namespace":"shop"}}],"spec":[{{"pod_selector":[{{}}],"policy_types":["Egress"]}}]}}"#
            ),
            "{}",
        )
    };
    let pod = created(
        "kubernetes_pod.loose",
        r#"{"metadata":[{"name":"loose","namespace":"shop"}],"spec":[{"container":[{"name":"c"}]}]}"#,
        "{}",
    );
    let cluster = |name: &str| {
        created(
            &format!("aws_eks_cluster.{name}"),
            &format!(r#"{{"name":"{name}"}}"#),
            r#"{"endpoint":true}"#,
        )
    };
    let configuration = two_providers();
    let world = world(
        &[
            cluster("a"),
            cluster("b"),
            typed("in_a"),
            typed("in_b"),
            typed("somewhere"),
            pod,
        ],
        &configuration,
    );
    // One that may be in either of them may be in each; a pod that may be in either is in none, and the ledger says so.
    assert_eq!(
        policies(&world),
        [
            "aws_eks_cluster.a/in_a",
            "aws_eks_cluster.a/somewhere?",
            "aws_eks_cluster.b/in_b",
            "aws_eks_cluster.b/somewhere?"
        ]
    );
    assert_eq!(world.workloads.len(), 0);
    let gaps: Vec<&str> = world
        .gaps
        .iter()
        .map(|(_, gap)| gap.what.as_str())
        .filter(|what| what.contains("which cluster"))
        .collect();
    assert!(
        gaps.iter()
            .any(|what| what.contains("kubernetes_pod.loose")),
        "{gaps:#?}"
    );
}
