//! Manifests that are generated, one JSON document after another.

use serde_json::{Value, json};
use std::fmt::Write;

/// Documents of a YAML file.
#[derive(Default)]
pub struct Manifests {
    text: String,
}

impl Manifests {
    /// The text of the file.
    pub fn text(&self) -> &str {
        &self.text
    }

    fn add(&mut self, document: &Value) {
        let _ = writeln!(self.text, "---\n{document}");
    }

    /// A namespace.
    pub fn namespace(&mut self, name: &str) {
        self.add(&json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}));
    }

    /// A deployment whose pods have one label, `app`.
    pub fn deployment(&mut self, namespace: &str, name: &str, app: &str) {
        let labels = json!({"app": app});
        let container = json!({"name": "c", "image": "c", "ports": [{"containerPort": 8080}]});
        let template = json!({"metadata": {"labels": labels}, "spec": {"containers": [container]}});
        self.add(&json!({"apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": name, "namespace": namespace},
            "spec": {"selector": {"matchLabels": labels}, "template": template}}));
    }

    /// A policy that isolates every pod of the namespace both ways.
    pub fn default_deny(&mut self, namespace: &str) {
        let spec = json!({"podSelector": {}, "policyTypes": ["Ingress", "Egress"]});
        self.policy(namespace, "default-deny", &spec);
    }

    /// A policy that lets pods with the label `app` send to a block on one port.
    pub fn egress(&mut self, namespace: &str, name: &str, app: &str, block: &str, port: u16) {
        let to = json!([{"ipBlock": {"cidr": block}}]);
        let spec = json!({"podSelector": {"matchLabels": {"app": app}}, "policyTypes": ["Egress"],
            "egress": [{"to": to, "ports": [{"port": port}]}]});
        self.policy(namespace, name, &spec);
    }

    fn policy(&mut self, namespace: &str, name: &str, spec: &Value) {
        self.add(
            &json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
            "metadata": {"name": name, "namespace": namespace}, "spec": spec}),
        );
    }

    /// A service that opens a node port to the pods with the label `app`.
    pub fn node_port(&mut self, namespace: &str, name: &str, app: &str, port: u16) {
        let ports = json!([{"port": 80, "targetPort": 8080, "nodePort": port}]);
        self.add(&json!({"apiVersion": "v1", "kind": "Service",
            "metadata": {"name": name, "namespace": namespace},
            "spec": {"type": "NodePort", "selector": {"app": app}, "ports": ports}}));
    }
}
