//! Pods with further interfaces: policies do not hold there.

use super::{BLOCKED, POSSIBLE, answer, world};

#[test]
fn pods_of_one_further_network_may_reach_each_other() {
    let pod = |name: &str, namespace: &str, networks: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: {namespace}, labels: {{app: {name}}}, annotations: {{{networks}}}}}\n\
             spec: {{containers: [{{name: c, image: x}}]}}\n---\n"
        )
    };
    let on = |networks: &str| format!("k8s.v1.cni.cncf.io/networks: '{networks}'");
    let deny = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny, namespace: b}\n\
                spec: {podSelector: {}, policyTypes: [Ingress, Egress]}\n";
    for (web, db, expected) in [
        (("b", on("storage")), on("storage"), POSSIBLE),
        (("a", on("b/storage@net1")), on("fast, storage"), POSSIBLE),
        (
            ("b", on("[{\"name\": \"storage\"}]")),
            on("storage"),
            POSSIBLE,
        ),
        (("a", on("storage")), on("storage"), BLOCKED),
        (("b", on("storage")), on("fast"), BLOCKED),
        (("b", on("storage")), String::new(), BLOCKED),
    ] {
        let text = pod("web", web.0, &web.1) + &pod("db", "b", &db) + deny;
        for engine in [None, Some("cilium"), Some("calico")] {
            let (verdict, gaps) = answer(&world(&[&text], engine), "web", "db", 80);
            assert_eq!(verdict, expected, "{text}");
            let told = gaps.iter().any(|gap| gap.contains("further interfaces"));
            assert_eq!(told, verdict == POSSIBLE, "{gaps:?}");
        }
        // Another pod of the namespace has no such interface.
        let text = pod("web", web.0, &web.1) + &pod("db", "b", "") + &pod("x", "b", &db) + deny;
        let (verdict, _) = answer(&world(&[&text], None), "web", "db", 80);
        assert_eq!(verdict, BLOCKED, "{text}");
    }
}
