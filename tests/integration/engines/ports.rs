//! Named ports that mean something that is not known.

use super::{BLOCKED, POSSIBLE, REACHABLE, answer, unread};

/// A policy that lets in a named port and one by number, and two pods that it is about: of `server` one port has no number.
const WORLD: &str = "apiVersion: v1
kind: Pod
metadata: {name: server, namespace: shop, labels: {app: server}}
spec:
  containers:
  - name: c
    image: i
    ports:
    - {name: web, PORT, protocol: TCP}
---
apiVersion: v1
kind: Pod
metadata: {name: client, namespace: shop, labels: {app: client}}
spec: {containers: [{name: c, image: i}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: only-web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: server}}
  policyTypes: [Ingress]
  ingress: [{ports: [{port: web}]}, {from: [{podSelector: {}}], ports: [{port: 9090}]}]
";

#[test]
fn a_port_that_cannot_be_read_may_be_any() {
    for port in [
        "containerport: 3535",
        "containerPort: 99999",
        "containerPort: http",
    ] {
        let world = unread(&WORLD.replace("PORT", port));
        let (verdict, gaps) = answer(&world, "client", "server", 3535);
        assert_eq!(verdict, POSSIBLE, "{port}");
        assert!(
            gaps[0].contains("Pod shop/server could not be read"),
            "{gaps:?}"
        );
        // What does not hang on it stays certain.
        assert_eq!(
            answer(&world, "client", "server", 9090).0,
            REACHABLE,
            "{port}"
        );
    }
    let world = unread(&WORLD.replace("PORT", "containerPort: 3535"));
    assert_eq!(answer(&world, "client", "server", 3535).0, REACHABLE);
    assert_eq!(answer(&world, "client", "server", 3536).0, BLOCKED);
}
