//! A world of Cilium policies, and its manifests.

use crosspeer::model::Protocol;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub const NAMESPACE: &str = "io.kubernetes.pod.namespace";
pub const ACCOUNT: &str = "io.cilium.k8s.policy.serviceaccount";
pub const TEAM: &str = "io.cilium.k8s.namespace.labels.team";
pub const CLUSTER: &str = "io.cilium.k8s.policy.cluster";
pub const OUTSIDE: [&str; 4] = ["10.0.0.9", "10.9.0.1", "192.0.2.1", "fd00::1"];
pub const PACKETS: [(Protocol, u16); 5] = [
    (Protocol::TCP, 80),
    (Protocol::TCP, 81),
    (Protocol::UDP, 80),
    (Protocol::SCTP, 90),
    (Protocol::ICMP, 2048),
];

pub type Labels = BTreeMap<String, String>;
pub type Text = &'static str;

#[derive(Clone, Debug)]
pub struct Pod {
    pub namespace: Text,
    pub app: Text,
    pub account: Text,
    pub host: bool,
}

/// `matchLabels`, and expressions with their values.
#[derive(Clone, Debug, Default)]
pub struct Selector {
    pub labels: Vec<(Text, Text)>,
    pub expressions: Vec<(Text, Text, Vec<Text>)>,
}

#[derive(Clone, Debug)]
pub enum End {
    Absent,
    Endpoints(Vec<Selector>),
    Entities(Vec<Text>),
    Blocks(Vec<(Text, Vec<Text>)>),
}

#[derive(Clone, Debug)]
pub struct Rule {
    pub end: End,
    /// Protocol, port, last port.
    pub ports: Vec<(Text, Text, u16)>,
}

#[derive(Clone, Debug, Default)]
pub struct Side {
    pub allow: Option<Vec<Rule>>,
    pub deny: Option<Vec<Rule>>,
    pub switch: Option<bool>,
}

#[derive(Clone, Debug)]
pub struct Policy {
    /// None: of the whole cluster.
    pub namespace: Option<Text>,
    pub subject: Selector,
    /// To the pods, from the pods.
    pub sides: [Side; 2],
}

/// A NetworkPolicy: its namespace, app of its pods, direction, and app of the pods of its namespace or block that is allowed.
#[derive(Clone, Debug)]
pub struct Plain {
    pub namespace: Text,
    pub ingress: bool,
    pub app: Option<Text>,
    pub block: Option<Text>,
}

#[derive(Clone, Debug)]
pub struct Case {
    pub pods: Vec<Pod>,
    pub policies: Vec<Policy>,
    pub plain: Vec<Plain>,
}

impl Selector {
    pub fn json(&self) -> Value {
        let labels: serde_json::Map<_, _> = self
            .labels
            .iter()
            .map(|(key, value)| ((*key).to_owned(), json!(value)))
            .collect();
        let expression = |(key, operator, values): &(Text, Text, Vec<Text>)| match values.is_empty()
        {
            true => json!({"key": key, "operator": operator}),
            false => json!({"key": key, "operator": operator, "values": values}),
        };
        json!({"matchLabels": labels, "matchExpressions": self.expressions.iter().map(expression).collect::<Vec<_>>()})
    }
}

impl Rule {
    pub fn json(&self, ingress: bool) -> Value {
        let mut out = serde_json::Map::new();
        let word = if ingress { "from" } else { "to" };
        let mut add = |field: &str, value: Value| out.insert(format!("{word}{field}"), value);
        match &self.end {
            End::Absent => None,
            End::Endpoints(all) => add(
                "Endpoints",
                all.iter().map(Selector::json).collect::<Vec<_>>().into(),
            ),
            End::Entities(all) => add("Entities", json!(all)),
            End::Blocks(all) => add(
                "CIDRSet",
                all.iter()
                    .map(|(cidr, except)| json!({"cidr": cidr, "except": except}))
                    .collect::<Vec<_>>()
                    .into(),
            ),
        };
        if !self.ports.is_empty() {
            let port = |(protocol, port, end): &(Text, Text, u16)| match end {
                0 => json!({"protocol": protocol, "port": port}),
                end => json!({"protocol": protocol, "port": port, "endPort": end}),
            };
            out.insert(
                "toPorts".to_owned(),
                json!([{"ports": self.ports.iter().map(port).collect::<Vec<_>>()}]),
            );
        }
        out.into()
    }
}

impl Policy {
    pub fn json(&self, at: usize) -> Value {
        let mut spec = json!({"endpointSelector": self.subject.json(), "enableDefaultDeny": {}});
        for (side, (word, ingress)) in self
            .sides
            .iter()
            .zip([("ingress", true), ("egress", false)])
        {
            let list = |rules: &[Rule]| {
                rules
                    .iter()
                    .map(|rule| rule.json(ingress))
                    .collect::<Vec<_>>()
            };
            side.allow
                .iter()
                .for_each(|rules| spec[word] = json!(list(rules)));
            side.deny
                .iter()
                .for_each(|rules| spec[format!("{word}Deny")] = json!(list(rules)));
            side.switch
                .iter()
                .for_each(|on| spec["enableDefaultDeny"][word] = json!(on));
        }
        let kind = if self.namespace.is_some() {
            "CiliumNetworkPolicy"
        } else {
            "CiliumClusterwideNetworkPolicy"
        };
        let mut metadata = json!({"name": format!("p{at}")});
        self.namespace
            .iter()
            .for_each(|name| metadata["namespace"] = json!(name));
        json!({"apiVersion": "cilium.io/v2", "kind": kind, "metadata": metadata, "spec": spec})
    }
}

impl Plain {
    pub fn json(&self, at: usize) -> Value {
        let mut peers: Vec<Value> = self
            .app
            .iter()
            .map(|app| json!({"podSelector": {"matchLabels": {"app": app}}}))
            .collect();
        peers.extend(
            self.block
                .iter()
                .map(|block| json!({"ipBlock": {"cidr": block}})),
        );
        let (word, from, kind) = if self.ingress {
            ("ingress", "from", "Ingress")
        } else {
            ("egress", "to", "Egress")
        };
        let rules = if peers.is_empty() {
            json!([])
        } else {
            json!([{from: peers}])
        };
        let metadata = json!({"name": format!("n{at}"), "namespace": self.namespace});
        let spec = json!({"podSelector": {}, "policyTypes": [kind], word: rules});
        json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec})
    }
}

impl Case {
    pub fn manifests(&self) -> String {
        let mut items = vec![
            json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "cilium-config", "namespace": "kube-system"}, "data": {"cluster-name": "one"}}),
            json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a", "labels": {"team": "red"}}}),
            json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "b", "labels": {"team": "blue"}}}),
        ];
        items.extend(self.pods.iter().enumerate().map(|(at, pod)| {
            let metadata = json!({"name": format!("w{at}"), "namespace": pod.namespace, "labels": {"app": pod.app}});
            let status = json!({"podIPs": [{"ip": format!("10.0.0.{at}")}]});
            let spec = json!({"serviceAccountName": pod.account, "hostNetwork": pod.host, "containers": []});
            json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec, "status": status})
        }));
        items.extend(
            self.policies
                .iter()
                .enumerate()
                .map(|(at, policy)| policy.json(at)),
        );
        items.extend(
            self.plain
                .iter()
                .enumerate()
                .map(|(at, policy)| policy.json(at)),
        );
        json!({"apiVersion": "v1", "kind": "List", "items": items}).to_string()
    }
}
