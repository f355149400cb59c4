//! Policies that no one engine enforces together, where the engine is not known.

use super::{BLOCKED, POSSIBLE, answer, world};

const PODS: &str = "apiVersion: v1
kind: Pod
metadata: {name: cl, namespace: b, labels: {app: cl}}
spec: {containers: [{name: c, image: x}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: a, labels: {app: web}}
spec: {containers: [{name: c, image: x}]}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: p}
spec: {selector: all(), types: [Ingress]}
---
";
const CILIUM: &str = "apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: q, namespace: b}
spec: {endpointSelector: {}, ingress: [{fromEntities: [all]}]}
";

#[test]
fn kinds_of_two_engines_are_not_both_in_force_for_sure() {
    let both = format!("{PODS}{CILIUM}");
    let (verdict, gaps) = answer(&world(&[&both], None), "cl", "web", 80);
    assert_eq!(verdict, POSSIBLE);
    assert!(
        gaps.iter().any(|gap| gap.contains("different engines")),
        "{gaps:?}"
    );
    // One of them alone, or the engine that is known, leaves no doubt.
    for (text, engine) in [(PODS, None), (both.as_str(), Some("calico"))] {
        let (verdict, gaps) = answer(&world(&[text], engine), "cl", "web", 80);
        assert_eq!((verdict, gaps), (BLOCKED, Vec::new()), "{engine:?}");
    }
}
