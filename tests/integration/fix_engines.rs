//! `fix` in the dialect of each policy engine, with all that users of generators of policies miss: DNS and a resolver on the node, jobs,
//! named ports, an ingress controller, several namespaces. What is lost beside the findings is looked for by `check`.

use crate::fix::{check, copy, demo, fixed};
use std::collections::BTreeSet;
use std::path::Path;

const PEOPLE: &str = r#"apiVersion: batch/v1
kind: Job
metadata: {name: migrate, namespace: jobs}
spec:
  template:
    metadata: {labels: {app: migrate}}
    spec: {containers: [{name: main, image: example}], restartPolicy: Never}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: report, namespace: jobs}
spec:
  schedule: "0 1 * * *"
  jobTemplate:
    spec:
      template:
        metadata: {labels: {app: report}}
        spec: {containers: [{name: main, image: example}], restartPolicy: Never}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: coredns, namespace: kube-system}
spec:
  selector: {matchLabels: {k8s-app: kube-dns}}
  template:
    metadata: {labels: {k8s-app: kube-dns}}
    spec: {containers: [{name: main, image: example, ports: [{name: dns, containerPort: 53, protocol: UDP}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: kube-dns, namespace: kube-system}
spec: {selector: {k8s-app: kube-dns}, clusterIP: 172.20.0.10, ports: [{name: dns, port: 53, protocol: UDP, targetPort: dns}]}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: node-local-dns, namespace: kube-system}
spec:
  selector: {matchLabels: {k8s-app: node-local-dns}}
  template:
    metadata: {labels: {k8s-app: node-local-dns}}
    spec: {hostNetwork: true, containers: [{name: main, image: example, ports: [{containerPort: 53, protocol: UDP}]}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ingress, namespace: edge}
spec:
  selector: {matchLabels: {app: ingress}}
  template:
    metadata: {labels: {app: ingress}}
    spec: {containers: [{name: main, image: example, ports: [{name: http, containerPort: 8080}]}]}
"#;

/// The kinds of the policies that are added.
fn kinds(folder: &Path) -> BTreeSet<String> {
    let copy = copy(folder);
    let report = fixed(copy.path(), &[]);
    let edits = report["edits"].as_array().unwrap().iter();
    let text: Vec<&str> = edits
        .map(|own| own["replacement"].as_str().unwrap())
        .collect();
    let lines = text.iter().flat_map(|text| text.lines());
    let kinds = lines.filter_map(|line| line.strip_prefix("kind: "));
    kinds.map(str::to_owned).collect()
}

/// Six namespaces are open towards both borders (twelve findings of CP101), five from the auditors' network (five of CP102), and one rule names
/// a whole network (CP104). None of the six of CP103 is closed: the resolver on the nodes shares their address with the agent. Nor is
/// the one of CP501: its block is no literal.
#[test]
fn each_engine_gets_policies_of_its_own_and_everything_else_stays() {
    for (engine, kind, expected) in [
        ("vpc-cni", "NetworkPolicy", (18, 7)),
        ("calico", "NetworkPolicy", (18, 7)),
        // Blocks of Cilium match no node, so that narrowing `open-for-migration` would keep the gateway from the resolver on its node.
        ("cilium", "CiliumNetworkPolicy", (16, 9)),
    ] {
        let folder = copy(&demo());
        let path = folder.path();
        std::fs::write(path.join("rendered/people.yaml"), PEOPLE).unwrap();
        let config = format!("policyEngine: {engine}\n");
        std::fs::write(path.join("crosspeer.yaml"), config).unwrap();
        assert_eq!(check(path), expected, "{engine}");
        assert_eq!(kinds(path), BTreeSet::from([kind.to_owned()]), "{engine}");
    }
}
