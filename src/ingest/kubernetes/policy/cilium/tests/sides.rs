//! Which pods, which directions, and whether they are isolated.

use super::{clusterwide, config, draw, drawn, faults, gaps, namespaced, object, read};

fn subject(text: &str) -> String {
    let world = read(text);
    draw::subject(world.policies.iter().next().unwrap().1)
}

#[test]
fn sections_isolate_and_switches_decide_otherwise() {
    for (rules, expected) in [
        ("ingress: [{}]", "isolates in"),
        ("ingress: []", ""),
        ("ingress:", ""),
        ("egress: [{}]", "isolates out"),
        ("ingress: [{}]\negress: [{}]", "isolates in / isolates out"),
        ("ingressDeny: [{}]", "isolates in"),
        (
            "egressDeny: [{toEntities: [world]}]",
            "isolates out; deny world",
        ),
        (
            "ingress: [{fromEntities: [all]}]\nenableDefaultDeny: {ingress: false}",
            "open in; allow anyone",
        ),
        (
            "ingress: [{fromEntities: [all]}]\nenableDefaultDeny: {egress: true}",
            "isolates in; allow anyone",
        ),
        (
            "ingress: [{}]\nenableDefaultDeny: {ingress: false, egress: true}",
            "open in",
        ),
        ("enableDefaultDeny: {ingress: false, egress: false}", ""),
        (
            "description: nothing\nlabels: [{key: a, value: b, source: k8s}]",
            "",
        ),
    ] {
        assert_eq!(drawn(&namespaced(rules)), expected, "{rules}");
    }
}

#[test]
fn denies_stand_before_allows() {
    let both = "ingress: [{fromEntities: [all]}]\ningressDeny: [{fromEntities: [world]}]";
    assert_eq!(
        drawn(&namespaced(both)),
        "isolates in; deny world; allow anyone"
    );
    let world = read(&namespaced(both));
    let orders: Vec<u32> = world
        .policies
        .iter()
        .next()
        .unwrap()
        .1
        .ingress
        .as_ref()
        .unwrap()
        .rules
        .iter()
        .map(|rule| rule.order)
        .collect();
    assert!(
        orders[0] < orders[1],
        "a deny of any policy of the tier beats every allow"
    );
}

#[test]
fn isolation_cannot_be_switched_off_where_the_agent_does_not_know_the_switch() {
    let off = namespaced("ingress: [{fromEntities: [all]}]\nenableDefaultDeny: {ingress: false}");
    assert_eq!(
        drawn(&format!(
            "{}{off}",
            config("enable-non-default-deny-policies: 'false'")
        )),
        "isolates in; allow anyone"
    );
}

#[test]
fn subjects() {
    let of = |kind: &str, namespace: &str, selector: &str| {
        subject(&object(
            kind,
            namespace,
            &format!("endpointSelector: {selector}\ningress: [{{}}]"),
        ))
    };
    let namespaced = |selector: &str| of("CiliumNetworkPolicy", ", namespace: shop", selector);
    let clusterwide = |selector: &str| of("CiliumClusterwideNetworkPolicy", "", selector);
    assert_eq!(namespaced("{}"), "in:shop");
    assert_eq!(of("CiliumNetworkPolicy", "", "{}"), "in:default");
    assert_eq!(
        namespaced("{matchLabels: {app: web, 'k8s:tier': a}}"),
        "in:shop,app=web,tier=a"
    );
    assert_eq!(
        namespaced("{matchLabels: {'k8s:io.kubernetes.pod.namespace': other, app: web}}"),
        "in:shop,app=web"
    );
    assert_eq!(
        namespaced("{matchLabels: {io.cilium.k8s.policy.serviceaccount: cart}}"),
        "in:shop,account:cart"
    );
    assert_eq!(clusterwide("{}"), "*");
    assert_eq!(
        clusterwide("{matchLabels: {'io.kubernetes.pod.namespace': shop, 'any:app': web}}"),
        "in:shop,app=web"
    );
    assert_eq!(
        clusterwide("{matchLabels: {'k8s:io.cilium.k8s.namespace.labels.team': red}}"),
        "ns.team=red"
    );
    assert_eq!(
        clusterwide(
            "{matchExpressions: [{key: 'k8s:io.kubernetes.pod.namespace', operator: NotIn, values: [a, b]}]}"
        ),
        "!in:a|in:b"
    );
    assert_eq!(
        clusterwide("{matchLabels: {'reserved:init': ''}}"),
        "nothing"
    );
    assert_eq!(
        clusterwide("{matchExpressions: [{key: 'reserved:host', operator: DoesNotExist}]}"),
        "*"
    );
}

#[test]
fn a_foreign_namespace_of_a_subject_is_named() {
    let text = object(
        "CiliumNetworkPolicy",
        ", namespace: shop",
        "endpointSelector: {matchLabels: {io.kubernetes.pod.namespace: other}}\ningress: [{}]",
    );
    assert!(gaps(&read(&text))[0].contains("selects pods of another namespace"));
}

#[test]
fn every_element_of_specs_is_a_policy() {
    let text = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: p}\nspec: {endpointSelector: {}, ingress: [{}]}\nspecs:\n- {endpointSelector: {matchLabels: {a: b}}, egress: [{}]}\n- {endpointSelector: {}, egressDeny: [{}]}\n";
    let world = read(text);
    let all: Vec<String> = world
        .policies
        .ids()
        .map(|id| draw::policy(&world, id))
        .collect();
    assert_eq!(all, ["isolates in", "isolates out", "isolates out"]);
}

#[test]
fn policies_about_nodes_are_a_gap() {
    let world = read(&object(
        "CiliumClusterwideNetworkPolicy",
        "",
        "nodeSelector: {}\ningress: [{fromEntities: [world]}]",
    ));
    assert!(world.policies.is_empty());
    assert!(gaps(&world)[0].contains("is about nodes"));
}

#[test]
fn required_labels_leave_everything_open() {
    let world = read(&namespaced(
        "ingress: [{fromRequires: [{matchLabels: {env: prod}}], fromEndpoints: [{}]}]",
    ));
    assert_eq!(
        draw::policy(&world, world.policies.ids().next().unwrap()),
        "doubted; isolates in; allow pods(in:shop)"
    );
    assert!(gaps(&world)[0].contains("`fromRequires`"));
}

#[test]
fn what_would_be_refused() {
    for (text, expected) in [
        (namespaced("ingres: [{}]"), "`ingres` is no field here"),
        (
            namespaced("ingress: {}"),
            "`ingress` is a map: expected a list",
        ),
        (
            namespaced("enableDefaultDeny: {ingress: 'yes'}"),
            "`enableDefaultDeny` is \"yes\": expected true or false",
        ),
        (
            namespaced("nodeSelector: {}"),
            "expected either `endpointSelector` or `nodeSelector`",
        ),
        (
            object("CiliumNetworkPolicy", "", "ingress: [{}]"),
            "expected either `endpointSelector` or `nodeSelector`",
        ),
        (
            object("CiliumNetworkPolicy", "", "nodeSelector: {}"),
            "`nodeSelector` is for CiliumClusterwideNetworkPolicy only",
        ),
        (
            clusterwide("ingress: [{toEndpoints: [{}]}]"),
            "`toEndpoints` is no field here",
        ),
        (
            object(
                "CiliumNetworkPolicy",
                "",
                "endpointSelector: {matchLabels: {'a b': c}}",
            ),
            "`a b` is no label key",
        ),
        (
            "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: p}\nspecs: []\n"
                .to_owned(),
            "expected a rule in `spec`",
        ),
    ] {
        let all = faults(&text);
        assert!(
            all.iter().any(|error| error.message.contains(expected)),
            "{text}\n{all:?}"
        );
    }
}
