//! Policies of a service mesh: what is judged of them, and what is in doubt.

use crate::ingest::kubernetes::fixture::{fault, policy, world};
use crate::ingest::kubernetes::policy::MESH;
use crate::model::{AddressSet, Policy, PolicyAction, PolicyPeer, PolicyRule, Selector};

fn object(kind: &str, spec: &str) -> String {
    let group = if kind == "Sidecar" {
        "networking"
    } else {
        "security"
    };
    format!(
        "apiVersion: {group}.istio.io/v1\nkind: {kind}\nmetadata: {{name: m, namespace: shop}}\nspec: {spec}\n"
    )
}

/// The rules for pods that are surely in the mesh, in words: action, packets, and `?` where in doubt.
fn rules(spec: &str) -> Vec<String> {
    let read = policy(&object("AuthorizationPolicy", spec));
    let sure = |rule: &&PolicyRule| !matches!(rule.subject, Selector::Not(_));
    let text = |rule: &PolicyRule| {
        let doubt = if rule.doubt.is_certain() { "" } else { "?" };
        format!("{} {:?} {}{doubt}", rule.order, rule.action, rule.traffic)
    };
    read.ingress
        .unwrap()
        .rules
        .iter()
        .filter(sure)
        .map(text)
        .collect()
}

#[test]
fn what_is_allowed_goes_on_and_the_rest_is_denied() {
    assert_eq!(rules("{}"), ["2 Deny tcp"], "nothing is allowed");
    assert_eq!(rules("{rules: [{}]}"), ["1 Pass tcp", "2 Deny tcp"]);
    assert_eq!(
        rules("{rules: [{to: [{operation: {ports: ['80', '443']}}]}]}"),
        ["1 Pass tcp 80, 443", "2 Deny tcp"]
    );
    assert_eq!(
        rules("{action: ALLOW, rules: [{to: [{operation: {notPorts: ['22']}}]}]}"),
        ["1 Pass tcp 1-21, 23-65535", "2 Deny tcp"]
    );
    assert_eq!(rules("{action: DENY}"), [] as [&str; 0]);
    assert_eq!(
        rules("{action: DENY, rules: [{to: [{operation: {ports: ['80']}}]}]}"),
        ["0 Deny tcp 80"]
    );
}

#[test]
fn requests_identities_and_others_who_decide_are_in_doubt() {
    assert_eq!(
        rules("{rules: [{to: [{operation: {methods: [GET], ports: ['80']}}]}]}"),
        ["1 Pass tcp 80?", "2 Deny tcp"]
    );
    assert_eq!(
        rules("{action: DENY, rules: [{to: [{operation: {paths: ['/admin']}}]}]}"),
        ["0 Deny tcp?"]
    );
    assert_eq!(
        rules("{rules: [{when: [{key: request.auth.claims, values: [a]}]}]}"),
        ["1 Pass tcp?", "2 Deny tcp"]
    );
    assert_eq!(
        rules("{rules: [{from: [{source: {notNamespaces: [old]}}]}]}"),
        ["1 Pass tcp?", "2 Deny tcp"]
    );
    assert_eq!(
        rules("{action: CUSTOM, provider: {name: x}, rules: [{}]}"),
        ["0 Deny tcp?"]
    );
    assert_eq!(
        rules("{targetRefs: [{kind: Gateway, name: g}], rules: [{}]}"),
        ["1 Pass tcp?", "2 Deny tcp?"]
    );
}

fn peer(source: &str) -> PolicyPeer {
    let read = policy(&object(
        "AuthorizationPolicy",
        &format!("{{action: DENY, rules: [{{from: [{{source: {source}}}]}}]}}"),
    ));
    match read.ingress.unwrap().rules.remove(0).peer {
        PolicyPeer::All(mut parts) if parts.len() == 1 => parts.remove(0),
        other => other,
    }
}

#[test]
fn callers() {
    let set = |text: &str| PolicyPeer::AddressesOfPodsToo(AddressSet::parse(text).unwrap());
    assert_eq!(peer("{ipBlocks: [10.0.0.0/8]}"), set("10.0.0.0/8"));
    assert_eq!(
        peer("{notIpBlocks: [10.0.0.1]}"),
        PolicyPeer::Not(Box::new(set("10.0.0.1")))
    );
    let outside = |selector| PolicyPeer::Any(vec![PolicyPeer::Pods(selector), PolicyPeer::World]);
    let web = Selector::All(vec![
        Selector::InNamespace("a".to_owned()),
        Selector::HasServiceAccount("web".to_owned()),
    ]);
    assert_eq!(
        peer("{principals: [cluster.local/ns/a/sa/web]}"),
        outside(web.clone())
    );
    assert_eq!(peer("{serviceAccounts: [a/web]}"), outside(web));
    assert_eq!(
        peer("{namespaces: [a]}"),
        outside(Selector::InNamespace("a".to_owned()))
    );
    assert_eq!(peer("{principals: ['*']}"), PolicyPeer::Anyone);
    assert_eq!(
        peer("{requestPrincipals: [a]}"),
        PolicyPeer::All(Vec::new())
    );
}

#[test]
fn pods_that_are_not_surely_in_the_mesh_are_in_doubt() {
    let text = object("AuthorizationPolicy", "{action: DENY, rules: [{}]}");
    let pod = |meta: &str| {
        format!(
            "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p, namespace: shop{meta}}}\nspec: {{containers: []}}\n"
        )
    };
    let namespace = |labels: &str| {
        format!(
            "---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: shop, labels: {{{labels}}}}}\n"
        )
    };
    let denied = |rest: &str| {
        let (world, errors) = world(&format!("{text}{rest}"));
        assert_eq!(errors, [], "{rest}");
        let pod = world.workloads.ids().next().unwrap();
        let policy = world.policies.iter().next().unwrap().1;
        let own = policy
            .ingress
            .as_ref()
            .unwrap()
            .rules
            .iter()
            .filter(|rule| rule.subject.holds(world.selected(pod)));
        own.map(|rule| rule.doubt.is_certain()).collect::<Vec<_>>()
    };
    assert_eq!(denied(&pod("")), [false]);
    assert_eq!(
        denied(&(pod("") + &namespace("istio-injection: enabled"))),
        [true]
    );
    assert_eq!(
        denied(&(pod("") + &namespace("istio.io/dataplane-mode: ambient"))),
        [true]
    );
    assert_eq!(
        denied(
            &(pod(", labels: {sidecar.istio.io/inject: 'false'}")
                + &namespace("istio-injection: enabled"))
        ),
        [false]
    );
    let past = pod(", annotations: {traffic.sidecar.istio.io/excludeInboundPorts: '80'}")
        + &namespace("istio-injection: enabled");
    assert_eq!(denied(&past), [false]);
}

#[test]
fn places_and_kinds() {
    let subject = |read: &Policy| read.subject.clone();
    let plain = policy(&object("AuthorizationPolicy", "{}"));
    assert_eq!(
        (plain.tier.rank, subject(&plain)),
        (MESH, Selector::InNamespace("shop".to_owned()))
    );
    assert!(!plain.ingress.as_ref().unwrap().isolates && plain.egress.is_none());
    assert!(
        plain.tier.enforced_by_mesh,
        "proxies enforce it, whatever the engine does"
    );
    assert_eq!(
        subject(&policy(
            &object("AuthorizationPolicy", "{}").replace("shop", "istio-system")
        )),
        Selector::Everything
    );
    assert!(
        policy(&object(
            "AuthorizationPolicy",
            "{action: AUDIT, rules: [{}]}"
        ))
        .ingress
        .is_none()
    );
    let dry = object("AuthorizationPolicy", "{}").replace(
        "namespace: shop",
        "namespace: shop, annotations: {istio.io/dry-run: 'true'}",
    );
    assert!(policy(&dry).inert.is_some());
}

#[test]
fn peers_and_sidecars() {
    let strict = policy(&object("PeerAuthentication", "{mtls: {mode: STRICT}}"))
        .ingress
        .unwrap();
    assert!(
        strict
            .rules
            .iter()
            .all(|rule| rule.action == PolicyAction::Deny && !rule.doubt.is_certain())
            && strict.rules.len() == 1
    );
    assert!(
        policy(&object("PeerAuthentication", "{mtls: {mode: PERMISSIVE}}"))
            .ingress
            .is_none()
    );
    let only = policy(&object(
        "Sidecar",
        "{workloadSelector: {labels: {app: web}}, outboundTrafficPolicy: {mode: REGISTRY_ONLY}}",
    ));
    assert!(
        only.egress
            .is_some_and(|side| side.rules.iter().all(|rule| !rule.doubt.is_certain()))
    );
    assert!(
        policy(&object("Sidecar", "{egress: [{hosts: ['./*']}]}"))
            .egress
            .is_none()
    );
    assert!(
        fault(&object("AuthorizationPolicy", "{action: REFUSE}"))
            .3
            .contains("one of ALLOW, DENY")
    );
    assert!(
        fault(&object(
            "AuthorizationPolicy",
            "{rules: [{to: [{operation: {ports: [http]}}]}]}"
        ))
        .3
        .contains("a port number")
    );
}
