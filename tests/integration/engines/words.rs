//! What gaps say of engines, tiers and kinds that are not judged.

use super::world;

const PODS: &str = "apiVersion: v1
kind: Pod
metadata: {name: hn, namespace: b, labels: {app: hn}}
spec: {hostNetwork: true, containers: [{name: c, image: x}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: b, labels: {app: db}}
spec: {containers: [{name: c, image: x}]}
---
";

fn gaps(objects: &str, engine: Option<&str>) -> String {
    let world = world(&[&format!("{PODS}{objects}")], engine);
    let all: Vec<String> = world.gaps.iter().map(|(_, gap)| gap.what.clone()).collect();
    all.join("\n")
}

#[test]
fn what_an_engine_does_is_not_known_though_it_is_known() {
    let policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: b}\n\
                  spec: {podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{from: [{podSelector: {matchLabels: {app: hn}}}]}]}\n";
    let unknown = "which engine the cluster has is not known";
    assert!(gaps(policy, None).contains(unknown));
    let known = gaps(policy, Some("antrea"));
    assert!(
        known.contains("what antrea does is not known") && !known.contains(unknown),
        "{known}"
    );
    assert_eq!(gaps(policy, Some("none")), "");
}

#[test]
fn a_tier_that_is_not_there_has_no_number() {
    let policy = "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: unk.p, namespace: b}\n\
                  spec: {tier: unk, selector: all(), ingress: [{action: Allow}]}\n";
    assert!(gaps(policy, Some("calico")).contains("tier `unk`, of which the input holds none"));
}

#[test]
fn what_makes_pods_by_itself_is_named() {
    let gateway = |class: &str| {
        format!(
            "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {{name: g, namespace: b}}\nspec: {{gatewayClassName: {class}}}\n"
        )
    };
    assert!(gaps(&gateway("istio"), None).contains("class `istio` is not modelled: it makes pods"));
    assert!(!gaps(&gateway("cilium"), None).contains("it makes pods"));
    let egress = "apiVersion: operator.tigera.io/v1\nkind: EgressGateway\nmetadata: {name: e, namespace: b}\nspec: {}\n";
    assert!(gaps(egress, None).contains("EgressGateway (operator.tigera.io) is not modelled"));
}
