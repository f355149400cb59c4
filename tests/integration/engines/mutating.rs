//! Labels that policies of admission set.

use super::{BLOCKED, POSSIBLE, answer, world};

const OBJECTS: &str = "apiVersion: v1
kind: Pod
metadata: {name: cl, namespace: b, labels: {app: cl}}
spec: {containers: [{name: c, image: x}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: b, labels: {app: db}}
spec: {containers: [{name: c, image: x}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p, namespace: b}
spec: {podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {role: client}}}]}]}
---
";

#[test]
fn a_label_that_admission_sets_may_be_asked_for() {
    let kyverno = |kind: &str, metadata: &str, mutate: &str| {
        format!(
            "apiVersion: kyverno.io/v1\nkind: {kind}\nmetadata: {{{metadata}}}\n\
             spec: {{rules: [{{name: r, match: {{any: [{{resources: {{kinds: [Pod]}}}}]}}, mutate: {{{mutate}}}}}]}}\n"
        )
    };
    let merge =
        |labels: &str| format!("patchStrategicMerge: {{metadata: {{labels: {{{labels}}}}}}}");
    let json = "patchesJson6902: \"- op: add\\n  path: /metadata/labels/role\\n  value: client\"";
    let assign = "apiVersion: mutations.gatekeeper.sh/v1\nkind: AssignMetadata\nmetadata: {name: a}\n\
                  spec: {location: metadata.labels.role, parameters: {assign: {value: client}}}\n";
    for (text, expected) in [
        (
            kyverno("ClusterPolicy", "name: k", &merge("role: client")),
            POSSIBLE,
        ),
        (
            kyverno("ClusterPolicy", "name: k", &merge("'+(role)': client")),
            POSSIBLE,
        ),
        (kyverno("ClusterPolicy", "name: k", json), POSSIBLE),
        (
            kyverno("Policy", "name: k, namespace: b", &merge("role: client")),
            POSSIBLE,
        ),
        (assign.to_owned(), POSSIBLE),
        (
            kyverno(
                "Policy",
                "name: k, namespace: elsewhere",
                &merge("role: client"),
            ),
            BLOCKED,
        ),
        (
            kyverno("ClusterPolicy", "name: k", &merge("team: client")),
            BLOCKED,
        ),
        (assign.replace("labels.role", "labels.team"), BLOCKED),
        (assign.replace("labels.role", "annotations.role"), BLOCKED),
    ] {
        let world = world(&[&format!("{OBJECTS}{text}")], None);
        let (verdict, gaps) = answer(&world, "cl", "db", 80);
        assert_eq!(verdict, expected, "{text}");
        let told = gaps.iter().any(|gap| gap.contains("may set label `role`"));
        assert_eq!(told, verdict == POSSIBLE, "{gaps:?}");
    }
}
