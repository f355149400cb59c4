//! Small inputs in which each kind of peer decides: pods by labels, by those of their namespace and account, by address and by node,
//! and what holds for nobody of these. Few values, so that each of them can be left unknown in an ordinary run.

use super::case::{Case, Manifests};
use serde_json::Value;

/// Pods at known addresses, of which each reaches the others but where a policy stops it.
const PODS: &str = "
apiVersion: v1
kind: Namespace
metadata: {name: a, labels: {team: red}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: robot, namespace: a, labels: {role: robot}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: a, labels: {app: web}}
spec: {serviceAccountName: robot}
status: {podIP: 10.0.0.5}
---
apiVersion: v1
kind: Pod
metadata: {name: six, namespace: a, labels: {app: six}}
status: {podIPs: [{ip: 10.0.0.6}, {ip: 'fd00::5'}]}
---
apiVersion: v1
kind: Pod
metadata: {name: api-1, namespace: a, labels: {app: api}, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: api, controller: true}]}
spec: {containers: [{ports: [{name: http, containerPort: 8080}]}]}
status: {podIP: 10.0.1.7}
---
apiVersion: v1
kind: Pod
metadata: {name: api-2, namespace: a, labels: {app: api}, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: api, controller: true}]}
spec: {containers: [{ports: [{name: http, containerPort: 8080}]}]}
status: {podIP: 10.0.1.8}
---
apiVersion: v1
kind: Pod
metadata: {name: node, namespace: a, labels: {app: node}}
spec: {hostNetwork: true}
";

/// What is written of policies: a name, and the objects beside the pods.
const POLICIES: &[(&str, &str)] = &[
    (
        "labels",
        "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: in, namespace: a}
spec:
  podSelector: {matchLabels: {app: api}}
  policyTypes: [Ingress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: web}}}]
    ports: [{port: http}]
  - from: [{namespaceSelector: {matchExpressions: [{key: team, operator: In, values: [red]}]}, podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [api]}]}}]
    ports: [{port: 9000, endPort: 9100}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: out, namespace: a}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Egress]
  egress: [{to: [{namespaceSelector: {matchLabels: {team: red}}}, {ipBlock: {cidr: 10.0.0.0/8, except: [10.0.2.0/24]}}]}]
",
    ),
    (
        "tiers",
        "
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: out}
spec:
  priority: 10
  subject: {namespaces: {matchLabels: {team: red}}}
  egress:
  - {name: near, action: Allow, to: [{networks: [10.0.1.0/24]}], ports: [{portNumber: {protocol: TCP, port: 80}}]}
  - {name: nodes, action: Allow, to: [{nodes: {matchExpressions: [{key: kubernetes.io/os, operator: In, values: [linux]}]}}]}
  - {name: pods, action: Allow, to: [{pods: {namespaceSelector: {matchLabels: {team: red}}, podSelector: {matchLabels: {app: web}}}}]}
  - {name: no, action: Deny, to: [{networks: [10.0.0.0/8, 'fd00::/8']}]}
",
    ),
    (
        "calico",
        "
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: in, namespace: a}
spec:
  selector: app == 'api'
  types: [Ingress]
  ingress:
  - {action: Allow, protocol: TCP, source: {nets: [10.0.0.0/24]}, destination: {ports: [80]}}
  - {action: Allow, protocol: UDP, source: {notNets: [10.0.1.0/24]}}
  - {action: Allow, protocol: SCTP, source: {serviceAccounts: {names: [robot]}}}
  - {action: Allow, protocol: ICMP, source: {selector: app == 'web', notSelector: has(old)}}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: out}
spec:
  namespaceSelector: team == 'red'
  serviceAccountSelector: role == 'robot'
  types: [Egress]
  egress:
  - {action: Deny, protocol: TCP, destination: {nets: [10.0.2.0/24], ports: ['1000:2000']}}
  - {action: Allow, destination: {nets: [10.0.1.0/24, 'fd00::/8']}}
",
    ),
    (
        "cilium",
        "
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: in, namespace: a}
spec:
  endpointSelector: {matchLabels: {app: api}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: web}}]
    toPorts: [{ports: [{port: '80', protocol: TCP}]}]
  - fromEndpoints: [{matchLabels: {'k8s:io.cilium.k8s.namespace.labels.team': red}}]
    toPorts: [{ports: [{port: '90', protocol: TCP}]}]
  - fromEntities: [host]
  ingressDeny:
  - fromEndpoints: [{matchLabels: {old: 'true'}}]
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: out, namespace: a}
spec:
  endpointSelector: {matchLabels: {app: web}}
  egress:
  - toCIDRSet: [{cidr: 10.0.0.0/8, except: [10.0.1.0/24]}]
  - toEndpoints: [{matchExpressions: [{key: app, operator: Exists}]}]
",
    ),
];

/// The inputs, as objects in files.
pub fn of_peers() -> Vec<Case> {
    let case = |(name, policies): &(&str, &str)| {
        let text = format!("{PODS}---{policies}");
        let objects: Vec<Value> = serde_saphyr::from_multiple(&text).unwrap();
        Case {
            name: format!("peers by {name}"),
            documents: Vec::new(),
            sources: Vec::new(),
            manifests: vec![Manifests {
                path: "peers.yaml".to_owned(),
                cluster: None,
                objects,
            }],
        }
    };
    POLICIES.iter().map(case).collect()
}
