//! Address blocks and pods whose addresses the input does not say, by engine.

use super::{BLOCKED, POSSIBLE, answer, world};

const PODS: &str = "apiVersion: v1
kind: Pod
metadata: {name: web, namespace: a, labels: {app: web}}
spec: {containers: [{name: c, image: x}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: b, labels: {app: db}}
spec: {containers: [{name: c, image: x}]}
---
";

fn with(rules: &str) -> String {
    format!(
        "{PODS}apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p, namespace: b}}\n\
         spec: {{podSelector: {{}}, policyTypes: [Ingress, Egress], {rules}}}\n"
    )
}

#[test]
fn a_block_may_hold_for_a_pod_where_the_engine_matches_pods_by_address() {
    let block = |cidr: &str| with(&format!("ingress: [{{from: [{{ipBlock: {cidr}}}]}}]"));
    let everything = block("{cidr: 0.0.0.0/0, except: [169.254.169.254/32]}");
    for engine in ["calico", "vpc-cni", "azure-npm", "antrea", "ovn-kubernetes"] {
        let (verdict, gaps) = answer(&world(&[&everything], Some(engine)), "web", "db", 80);
        assert_eq!(verdict, POSSIBLE, "{engine}");
        assert!(
            gaps.iter().any(|gap| gap.contains("addresses of all pods")),
            "{gaps:?}"
        );
        let out = with("egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}]");
        let (verdict, _) = answer(&world(&[&out], Some(engine)), "db", "web", 80);
        assert_eq!(verdict, POSSIBLE, "{engine}");
        // No pod of a cluster has such an address.
        let public = block("{cidr: 203.0.113.0/24}");
        let (verdict, gaps) = answer(&world(&[&public], Some(engine)), "web", "db", 80);
        assert_eq!((verdict, gaps), (BLOCKED, Vec::new()), "{engine}");
    }
    // Cilium does not match pods by address; of objects without a cluster the definition of `ipBlock` holds.
    for engine in [Some("cilium"), Some("gke-dataplane-v2"), None] {
        let (verdict, gaps) = answer(&world(&[&everything], engine), "web", "db", 80);
        assert_eq!((verdict, gaps), (BLOCKED, Vec::new()), "{engine:?}");
    }
}

/// Of two engines that may be in use one may match pods by address.
#[test]
fn a_block_may_hold_for_a_pod_where_it_is_not_known_what_the_engine_does() {
    let block = |cidr: &str| with(&format!("ingress: [{{from: [{{ipBlock: {cidr}}}]}}]"));
    let installed = "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: cilium, namespace: kube-system}\n\
         spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: x}]}}}\n\
         ---\napiVersion: operator.tigera.io/v1\nkind: Installation\nmetadata: {name: default}\n---\n";
    let everything = block("{cidr: 0.0.0.0/0, except: [169.254.169.254/32]}");
    let both = format!("{installed}{everything}");
    for (text, engine) in [(&both, None), (&everything, Some("kube-network-policies"))] {
        let (verdict, gaps) = answer(&world(&[text], engine), "web", "db", 80);
        assert_eq!(verdict, POSSIBLE, "{engine:?} {text}");
        let said = "policy engines differ in whether such a rule holds for pods";
        assert!(gaps.iter().any(|gap| gap.contains(said)), "{gaps:?}");
    }
    let public = block("{cidr: 203.0.113.0/24}");
    let (verdict, gaps) = answer(&world(&[&public], None), "web", "db", 80);
    assert_eq!((verdict, gaps), (BLOCKED, Vec::new()));
}
