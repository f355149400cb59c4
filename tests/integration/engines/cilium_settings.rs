//! What the settings of Cilium's agent and the fields of its kinds switch off.

use super::{BLOCKED, POSSIBLE, REACHABLE, answer, world};
use crosspeer::model::Verdict;

const PODS: &str = "apiVersion: v1
kind: Namespace
metadata: {name: b}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: b, labels: {app: web, tier: front, kubernetes.io/role: web}}
spec: {containers: [{name: c, image: x}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: b, labels: {app: db, tier: data, kubernetes.io/role: db}}
spec: {containers: [{name: c, image: x}]}
---
";

fn config(data: &str) -> String {
    format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: cilium-config, namespace: kube-system}}\ndata: {{{data}}}\n---\n"
    )
}

fn network(pods: &str, rules: &str) -> String {
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: np, namespace: b}}\n\
         spec: {{podSelector: {{{pods}}}, policyTypes: [Ingress], {rules}}}\n---\n"
    )
}

fn cilium(kind: &str, pods: &str, rules: &str) -> String {
    let namespace = if kind.contains("wide") {
        ""
    } else {
        ", namespace: b"
    };
    format!(
        "apiVersion: cilium.io/v2\nkind: {kind}\nmetadata: {{name: c{namespace}}}\n\
         spec: {{endpointSelector: {{{pods}}}, {rules}}}\n---\n"
    )
}

/// Whether `web` reaches `db`, and whether a gap says why that is not certain.
fn verdict(data: &str, policy: &str) -> Verdict {
    let world = world(&[&format!("{PODS}{}{policy}", config(data))], None);
    let (verdict, gaps) = answer(&world, "web", "db", 80);
    assert_eq!(
        verdict == POSSIBLE,
        !gaps.is_empty(),
        "{data} {policy}: {gaps:?}"
    );
    verdict
}

#[test]
fn audit_mode_enforces_nothing() {
    let closed = cilium("CiliumNetworkPolicy", "", "ingress: [{}]") + &network("", "ingress: []");
    assert_eq!(verdict("policy-audit-mode: 'true'", &closed), REACHABLE);
    assert_eq!(verdict("policy-audit-mode: 'false'", &closed), BLOCKED);
    assert_eq!(verdict("enable-policy: never", &closed), REACHABLE);
}

/// Which of two versions is applied last is not known, whichever is read first.
#[test]
fn settings_of_which_there_are_two_versions_leave_it_open() {
    let on = config("enable-k8s-networkpolicy: 'true'");
    let off = config("enable-k8s-networkpolicy: 'false'");
    let closed = format!("{PODS}{}", network("", "ingress: []"));
    let asked = |configs: &[&str]| {
        let files: Vec<&str> = configs.iter().copied().chain([closed.as_str()]).collect();
        answer(&world(&files, None), "web", "db", 80).0
    };
    assert_eq!(asked(&[&on]), BLOCKED);
    assert_eq!(asked(&[&on, &on]), BLOCKED);
    assert_eq!(asked(&[&on, &off]), POSSIBLE);
    assert_eq!(asked(&[&off]), REACHABLE);
}

#[test]
fn a_kind_that_is_switched_off_stops_nothing() {
    for (kind, setting) in [
        ("NetworkPolicy", "enable-k8s-networkpolicy"),
        ("CiliumNetworkPolicy", "enable-cilium-network-policy"),
        (
            "CiliumClusterwideNetworkPolicy",
            "enable-cilium-clusterwide-network-policy",
        ),
    ] {
        let policy = match kind {
            "NetworkPolicy" => network("", "ingress: []"),
            kind => cilium(kind, "", "ingress: [{}]"),
        };
        assert_eq!(
            verdict(&format!("{setting}: 'false'"), &policy),
            REACHABLE,
            "{kind}"
        );
        assert_eq!(
            verdict(&format!("{setting}: 'true'"), &policy),
            BLOCKED,
            "{kind}"
        );
        assert_eq!(verdict("", &policy), BLOCKED, "{kind}");
    }
    // Where Calico may be the engine, it reads the policy.
    let calico = "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: calico-node, namespace: kube-system}\n\
                  spec: {template: {metadata: {labels: {x: z}}, spec: {containers: [{name: c, image: x}]}}}\n---\n";
    let policy = format!("{calico}{}", network("", "ingress: []"));
    assert_eq!(
        verdict("enable-k8s-networkpolicy: 'false'", &policy),
        POSSIBLE
    );
}

#[test]
fn a_switch_without_rules_of_its_direction_isolates_nobody() {
    let policy = |rules: &str| cilium("CiliumNetworkPolicy", "", rules);
    let out = "egress: [{toEntities: [all]}]";
    let on = "enableDefaultDeny: {ingress: true}";
    assert_eq!(verdict("", &policy(&format!("{on}, {out}"))), REACHABLE);
    assert_eq!(
        verdict("", &policy(&format!("{on}, ingress: [], {out}"))),
        REACHABLE
    );
    assert_eq!(
        verdict("", &policy(&format!("{on}, ingress: [{{}}], {out}"))),
        BLOCKED
    );
    assert_eq!(
        verdict(
            "",
            &policy("enableDefaultDeny: {egress: true}, ingress: [{fromEntities: [all]}]")
        ),
        REACHABLE
    );
}

#[test]
fn labels_that_make_no_identity_select_possibly() {
    let role = "matchLabels: {kubernetes.io/role: db}";
    let tier = "matchLabels: {tier: data}";
    let app = "matchLabels: {app: db}";
    let list = "labels: 'k8s:io.kubernetes.pod.namespace k8s:app'";
    let own = cilium("CiliumNetworkPolicy", role, "ingress: [{}]");
    assert_eq!(verdict("", &own), POSSIBLE);
    for (data, pods, expected) in [
        ("", tier, BLOCKED),
        (list, tier, POSSIBLE),
        (list, app, BLOCKED),
        ("labels: 'k8s:!tier'", tier, POSSIBLE),
        ("labels: 'k8s:!tier'", app, BLOCKED),
        ("labels: 'container:tier'", app, BLOCKED),
    ] {
        let policy = cilium("CiliumNetworkPolicy", pods, "ingress: [{}]");
        assert_eq!(verdict(data, &policy), expected, "{data} {policy}");
    }
}
