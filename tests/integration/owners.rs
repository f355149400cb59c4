//! Pods of one owner, and where a finding about a namespace stands.

use crate::binary::{folder, run};
use serde_json::Value;

const POLICY: &str = "apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: hot, namespace: live}
spec: {podSelector: {matchLabels: {heat: hot}}, policyTypes: [Ingress]}
";

fn pod(name: &str, labels: &str, owner: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\n  namespace: live\n  labels: {{{labels}}}\n  \
         ownerReferences: [{{apiVersion: apps/v1, controller: true, kind: ReplicaSet, name: {owner}}}]\n\
         spec: {{containers: [{{name: c, image: x}}]}}\n---\n"
    )
}

/// The finding that a namespace is open for ingress.
fn open(name: &str, files: &[(&str, &str)]) -> Value {
    let here = folder(name, files);
    let arguments = [
        "scan",
        "--no-config",
        "--fail-on",
        "none",
        "--format",
        "json",
        ".",
    ];
    let report = run(&here, &arguments).json();
    let all = report["findings"].as_array().unwrap();
    let one = all.iter().find(|finding| finding["rule"] == "CP202");
    one.expect("no finding that the namespace is open").clone()
}

#[test]
fn pods_of_one_owner_are_named_and_listed_once() {
    let pods: String = ["app: a", "app: b", "heat: hot"]
        .map(|labels| pod(&labels.replace(": ", "-"), labels, "api"))
        .concat();
    let other = pod("o", "app: o", "other");
    let files = [("all.yaml", format!("{pods}{other}{POLICY}"))];
    let files = files.each_ref().map(|(name, text)| (*name, text.as_str()));
    let message = open("owners/once", &files)["message"].to_string();
    assert!(
        message.contains("2 workloads (`api` and `other`)"),
        "{message}"
    );
    let here = folder("owners/flows", &files);
    let report = run(&here, &["reach", "--no-config", "--format", "json", "."]).json();
    let mut pairs: Vec<[String; 3]> = Vec::new();
    for flow in report["flows"].as_array().unwrap() {
        pairs.push(["from", "to", "certainty"].map(|key| flow[key].as_str().unwrap().to_owned()));
    }
    let listed = pairs.len();
    pairs.sort();
    pairs.dedup();
    assert!(listed > 0 && pairs.len() == listed, "{pairs:?}");
}

#[test]
fn a_namespace_without_an_object_is_shown_at_a_workload_that_is_open() {
    let (shut, open_pod) = (
        pod("a", "heat: hot", "shut"),
        pod("z", "heat: none", "open"),
    );
    let files = [
        ("a.yaml", shut.as_str()),
        ("p.yaml", POLICY),
        ("z.yaml", open_pod.as_str()),
    ];
    assert_eq!(open("owners/open", &files)["location"]["file"], "z.yaml");
    let declared = "apiVersion: v1\nkind: Namespace\nmetadata: {name: live}\n";
    let files = [files[0], files[1], ("m.yaml", declared), files[2]];
    assert_eq!(
        open("owners/declared", &files)["location"]["file"],
        "m.yaml"
    );
}
