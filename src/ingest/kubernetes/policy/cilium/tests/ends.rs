//! Who the other end is.

use super::{clusterwide, config, drawn, faults, gaps, namespaced, read, rule, rules_of};

fn wide(direction: &str, text: &str) -> String {
    rules_of(&drawn(&clusterwide(&format!("{direction}: [{text}]"))))
}

/// Selectors of endpoints, and whom they mean, alike in both directions.
fn each_way(rows: &[(&str, &str)]) {
    for (list, expected) in rows {
        let from = rule("ingress", &format!("{{fromEndpoints: {list}}}"));
        assert_eq!(from, *expected, "{list}");
        let to = rule("egress", &format!("{{toEndpoints: {list}}}"));
        assert_eq!(to, *expected, "{list}");
    }
}

#[test]
fn endpoints() {
    each_way(&[
        ("[]", ""),
        ("[{}]", "allow pods(in:shop)"),
        ("[{matchLabels: {app: web}}]", "allow pods(in:shop,app=web)"),
        (
            "[{matchLabels: {'k8s:io.kubernetes.pod.namespace': b, app: web}}]",
            "allow pods(in:b,app=web)",
        ),
        (
            "[{matchLabels: {'any:io.kubernetes.pod.namespace': b}}, {matchLabels: {app: x}}]",
            "allow pods(in:b); allow pods(in:shop,app=x)",
        ),
        (
            "[{matchLabels: {'k8s:io.cilium.k8s.namespace.labels.team': red}}]",
            "allow pods(ns.team=red)",
        ),
        (
            "[{matchExpressions: [{key: io.kubernetes.pod.namespace, operator: Exists}]}]",
            "allow pods",
        ),
        (
            "[{matchExpressions: [{key: io.cilium.k8s.policy.cluster, operator: Exists}]}]",
            "allow pods(in:shop)",
        ),
        (
            "[{matchLabels: {io.cilium.k8s.policy.cluster: one}}]",
            "allow pods(in:shop)?",
        ),
    ]);
    assert_eq!(wide("ingress", "{fromEndpoints: [{}]}"), "allow pods");
    assert_eq!(
        wide("ingress", "{fromEndpoints: [{matchLabels: {app: web}}]}"),
        "allow pods(app=web)"
    );
    assert_eq!(
        wide(
            "ingress",
            "{fromEndpoints: [{matchExpressions: [{key: a, operator: DoesNotExist}]}]}"
        ),
        "allow pods(!a)"
    );
}

#[test]
fn endpoints_by_labels_that_cilium_gives() {
    each_way(&[
        ("[{matchLabels: {'reserved:host': ''}}]", "allow nodes"),
        (
            "[{matchExpressions: [{key: 'reserved:world', operator: Exists}]}]",
            "allow world",
        ),
        (
            "[{matchLabels: {'reserved:host': '', app: x}}]",
            "allow pods(nothing)",
        ),
        (
            "[{matchLabels: {'container:a': b}}]",
            "allow pods(in:shop)?",
        ),
        (
            "[{matchExpressions: [{key: io.kubernetes.pod.namespace, operator: NotIn, values: [a]}]}]",
            "allow pods(!in:a); allow not pods?",
        ),
        (
            "[{matchExpressions: [{key: app, operator: DoesNotExist}]}]",
            "allow pods(in:shop,!app)",
        ),
        (
            "[{matchLabels: {kubernetes.io/os: x}}]",
            "allow pods(in:shop,kubernetes.io/os=x)?",
        ),
    ]);
}

#[test]
fn the_clusters_own_name() {
    let of = |name: &str| {
        let text = format!(
            "{}{}",
            config("cluster-name: one"),
            namespaced(&format!(
                "ingress: [{{fromEndpoints: [{{matchLabels: {{io.cilium.k8s.policy.cluster: {name}}}}}]}}]"
            ))
        );
        rules_of(&drawn(&text))
    };
    assert_eq!(
        (of("one").as_str(), of("two").as_str()),
        ("allow pods(in:shop)", "allow pods(nothing)")
    );
}

#[test]
fn cluster_mesh_lets_labels_cross() {
    let text = format!(
        "{}{}",
        config("cluster-id: '3'"),
        namespaced("ingress: [{fromEndpoints: [{}]}]")
    );
    assert_eq!(rules_of(&drawn(&text)), "allow pods(in:shop); allow world?");
}

#[test]
fn entities() {
    for (list, expected) in [
        ("[]", ""),
        ("[all]", "allow anyone"),
        ("[world]", "allow world"),
        ("[world-ipv4]", "allow world at 0.0.0.0/0"),
        ("[world-ipv6]", "allow world at ::/0"),
        ("[cluster]", "allow pods+nodes"),
        ("[host]", "allow nodes"),
        ("[remote-node, host]", "allow nodes"),
        ("[kube-apiserver]", "allow world+nodes?"),
        ("[ingress]", "allow anyone?"),
        ("[unmanaged]", "allow pods?"),
        ("[init, health, none]", ""),
    ] {
        assert_eq!(
            rule("ingress", &format!("{{fromEntities: {list}}}")),
            expected,
            "{list}"
        );
        assert_eq!(
            rule("egress", &format!("{{toEntities: {list}}}")),
            expected,
            "{list}"
        );
    }
    assert_eq!(rule("egressDeny", "{toEntities: [host]}"), "deny nodes?");
    assert!(
        faults(&namespaced("ingress: [{fromEntities: [moon]}]"))[0]
            .message
            .starts_with("`entity` is \"moon\": expected one of all, world")
    );
}

#[test]
fn blocks_match_neither_pods_nor_nodes() {
    for (field, list, expected) in [
        ("CIDR", "[]", ""),
        (
            "CIDR",
            "[10.0.0.0/8, 192.0.2.1, '2001:db8::1']",
            "allow world at 10.0.0.0/8; allow world at 192.0.2.1; allow world at 2001:db8::1",
        ),
        ("CIDRSet", "[]", ""),
        (
            "CIDRSet",
            "[{cidr: 10.0.0.0/8}]",
            "allow world at 10.0.0.0/8",
        ),
        (
            "CIDRSet",
            "[{cidr: 10.0.0.0/30, except: [10.0.0.0/31]}]",
            "allow world at 10.0.0.2/31",
        ),
        (
            "CIDRSet",
            "[{cidrGroupRef: gone}]",
            "allow world at 0.0.0.0/0, ::/0?",
        ),
        (
            "CIDRSet",
            "[{cidrGroupSelector: {matchLabels: {a: b}}, except: ['::/0']}]",
            "allow world at 0.0.0.0/0?",
        ),
    ] {
        assert_eq!(
            rule("ingress", &format!("{{from{field}: {list}}}")),
            expected,
            "{list}"
        );
        assert_eq!(
            rule("egress", &format!("{{to{field}: {list}}}")),
            expected,
            "{list}"
        );
    }
    let nodes = format!(
        "{}{}",
        config("policy-cidr-match-mode: nodes"),
        namespaced("egress: [{toCIDR: [10.0.0.0/8]}]")
    );
    assert_eq!(rules_of(&drawn(&nodes)), "allow not pods at 10.0.0.0/8");
    for wrong in [
        "[{cidr: 10.0.0.0/8, cidrGroupRef: a}]",
        "[{}]",
        "[{cidr: 10.0.0.0/8, except: [11.0.0.0/9]}]",
        "[{cidr: ten}]",
    ] {
        faults(&namespaced(&format!("egress: [{{toCIDRSet: {wrong}}}]")));
    }
}

#[test]
fn groups_of_blocks() {
    let group = |name: &str, version: &str, label: &str, blocks: &str| {
        format!(
            "apiVersion: cilium.io/{version}\nkind: CiliumCIDRGroup\nmetadata: {{name: {name}, labels: {{env: {label}}}}}\nspec: {{externalCIDRs: {blocks}}}\n---\n"
        )
    };
    let groups = group("one", "v2", "a", "[10.0.0.0/24, 10.1.0.0/24]")
        + &group("two", "v2alpha1", "a", "[10.2.0.0/24]")
        + &group("three", "v2", "b", "[10.3.0.0/24]");
    let of = |entry: &str| {
        rules_of(&drawn(&format!(
            "{groups}{}",
            namespaced(&format!("egress: [{{toCIDRSet: [{entry}]}}]"))
        )))
    };
    assert_eq!(
        of("{cidrGroupRef: one}"),
        "allow world at 10.0.0.0/24, 10.1.0.0/24"
    );
    assert_eq!(
        of("{cidrGroupRef: one, except: [10.1.0.0/16]}"),
        "allow world at 10.0.0.0/24"
    );
    assert_eq!(
        of("{cidrGroupSelector: {matchLabels: {env: a}}}"),
        "allow world at 10.0.0.0/24, 10.1.0.0/24, 10.2.0.0/24"
    );
    assert_eq!(
        of("{cidrGroupSelector: {}}"),
        "allow world at 10.0.0.0/24, 10.1.0.0/24, 10.2.0.0/24, 10.3.0.0/24"
    );
}

#[test]
fn services() {
    let objects = "apiVersion: v1\nkind: Service\nmetadata: {name: cart, namespace: b, labels: {team: red}}\nspec: {selector: {app: cart}}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: legacy, namespace: shop}\nspec: {ports: [{port: 80}]}\n---\napiVersion: v1\nkind: Endpoints\nmetadata: {name: legacy, namespace: shop}\nsubsets: [{addresses: [{ip: 192.0.2.9}]}]\n---\napiVersion: v1\nkind: Service\nmetadata: {name: blind, namespace: shop}\nspec: {}\n---\n";
    let of = |entry: &str| {
        rules_of(&drawn(&format!(
            "{objects}{}",
            namespaced(&format!("egress: [{{toServices: {entry}}}]"))
        )))
    };
    assert_eq!(
        of("[{k8sService: {serviceName: cart, namespace: b}}]"),
        "allow pods(in:b,app=cart)"
    );
    assert_eq!(
        of("[{k8sServiceSelector: {selector: {matchLabels: {team: red}}}}]"),
        "allow pods(in:b,app=cart)"
    );
    assert_eq!(
        of("[{k8sServiceSelector: {selector: {matchLabels: {team: red}}, namespace: shop}}]"),
        "allow anyone?"
    );
    assert_eq!(
        of("[{k8sService: {serviceName: legacy}}]"),
        "allow world at 192.0.2.9"
    );
    assert_eq!(
        of("[{k8sService: {serviceName: blind, namespace: shop}}]"),
        "allow world at 0.0.0.0/0, ::/0?"
    );
    assert_eq!(
        of("[{k8sService: {serviceName: gone, namespace: shop}}]"),
        "allow anyone?"
    );
    assert_eq!(of("[]"), "");
}

#[test]
fn names_nodes_and_groups_of_the_cloud_depend() {
    assert_eq!(
        rule(
            "egress",
            "{toFQDNs: [{matchName: a.example}, {matchPattern: '*.b.example'}]}"
        ),
        "allow world?; allow world?"
    );
    assert_eq!(
        rule("ingress", "{fromNodes: [{matchLabels: {zone: a}}]}"),
        "allow nodes(zone=a)?"
    );
    let known = format!(
        "{}{}",
        config("enable-node-selector-labels: 'true'"),
        namespaced("egress: [{toNodes: [{}]}]")
    );
    assert_eq!(rules_of(&drawn(&known)), "allow nodes");
    let groups = "{aws: {securityGroupsIds: [sg-1], securityGroupsNames: [db], labels: {env: prod}, region: eu-west-1}}";
    assert_eq!(
        rule("egress", &format!("{{toGroups: [{groups}]}}")),
        "allow world at 0.0.0.0/0, ::/0?"
    );
    let world = read(&namespaced(&format!(
        "ingress: [{{fromGroups: [{groups}]}}]"
    )));
    assert!(
        gaps(&world)[0].contains("(`sg-1`, `db`, `env=prod`, region `eu-west-1`)"),
        "{:?}",
        gaps(&world)
    );
    assert!(
        faults(&namespaced("egressDeny: [{toFQDNs: [{matchName: a}]}]"))[0]
            .message
            .contains("`toFQDNs` is no field here")
    );
    faults(&namespaced("egress: [{toFQDNs: [{}]}]"));
}

#[test]
fn only_one_sort_of_end_in_a_rule() {
    let all = faults(&namespaced(
        "ingress: [{fromEndpoints: [{}], fromCIDR: [10.0.0.0/8]}]",
    ));
    assert!(
        all[0].message.contains("stands beside another field"),
        "{all:?}"
    );
}
