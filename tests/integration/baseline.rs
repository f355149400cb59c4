//! A baseline accepts what it knows of a finding, and no more.

use crate::binary::{folder, root, run, write};
use serde_json::Value;
use std::path::Path;

const FRAUD: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: fraud, namespace: payments}
spec:
  selector: {matchLabels: {app: fraud}}
  template:
    metadata: {labels: {app: fraud}}
    spec: {containers: [{name: fraud, image: fraud}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: fraud-to-data, namespace: payments}
spec:
  podSelector: {}
  policyTypes: [Egress, Ingress]
  egress:
  - to: [{ipBlock: {cidr: 10.40.0.0/16}}]
";

/// The security groups of the demo's data network admit tcp 5432 to `orders` and tcp 6379 to `sessions`.
fn scan(here: &Path, more: &[&str]) -> Vec<Value> {
    let demo = root().join("testdata/demo");
    let [plan, sources] = ["plan.json", "infra"].map(|own| demo.join(own).display().to_string());
    let inputs = ["--plan", &plan, "--tf", &sources, "fraud.yaml"];
    let front = ["scan", "--no-config", "--quiet", "--format", "json"];
    let ran = run(here, &[&front[..], &inputs, more].concat());
    let found = ran.json()["findings"].as_array().unwrap().clone();
    found
        .into_iter()
        .filter(|own| own["rule"] == "CP104")
        .collect()
}

#[test]
fn what_a_finding_lets_pass_beyond_its_baseline_counts() {
    let narrow = format!("{FRAUD}    ports: [{{protocol: TCP, port: 5432}}]\n");
    let here = folder("baseline/wider", &[("fraud.yaml", &narrow)]);
    assert_eq!(scan(&here, &[]).len(), 1);
    let demo = root().join("testdata/demo");
    let plan = demo.join("plan.json").display().to_string();
    let written = ["--plan", &plan, "--write-baseline", "known.json"];
    run(
        &here,
        &[&["scan", "--no-config", "fraud.yaml"][..], &written].concat(),
    );
    assert_eq!(scan(&here, &["--baseline", "known.json"]), [] as [Value; 0]);

    write(&here, &[("fraud.yaml", FRAUD)]);
    let found = scan(&here, &["--baseline", "known.json"]);
    let message = found[0]["message"].as_str().unwrap();
    let beyond = "(beyond the baseline: payments/fraud 10.40.0.0/23 all traffic but tcp 5432; \
                  payments/fraud aws_elasticache_cluster.sessions tcp 6379)";
    assert!(message.ends_with(beyond), "{message}");

    // A baseline of the first version does not say what passes: it accepts the finding as a whole.
    let known = std::fs::read_to_string(here.join("known.json")).unwrap();
    let mut known: Value = serde_json::from_str(&known).unwrap();
    known["schema"] = "crosspeer.baseline/1".into();
    for finding in known["findings"].as_array_mut().unwrap() {
        let finding = finding.as_object_mut().unwrap();
        finding.retain(|key, _| !["certain", "passes"].contains(&key.as_str()));
    }
    write(&here, &[("known.json", &known.to_string())]);
    assert_eq!(scan(&here, &["--baseline", "known.json"]), [] as [Value; 0]);
}

#[test]
fn what_a_baseline_leaves_out_is_said_where_nothing_else_crosses() {
    let here = folder("baseline/said", &[("fraud.yaml", FRAUD)]);
    let demo = root().join("testdata/demo");
    let plan = demo.join("plan.json").display().to_string();
    let front = ["scan", "--no-config", "fraud.yaml", "--plan", &plan];
    run(
        &here,
        &[&front[..], &["--write-baseline", "known.json"]].concat(),
    );
    let text = run(&here, &[&front[..], &["--baseline", "known.json"]].concat()).out;
    assert!(
        text.contains("No crossing beyond 3 suppressed findings"),
        "{text}"
    );
}

#[test]
fn a_report_replaces_no_input() {
    let here = folder("baseline/input", &[("fraud.yaml", FRAUD)]);
    let ran = run(
        &here,
        &["scan", "--no-config", "fraud.yaml", "-o", "./fraud.yaml"],
    );
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("`./fraud.yaml` is an input of this run"),
        "{}",
        ran.err
    );
    assert_eq!(
        std::fs::read_to_string(here.join("fraud.yaml")).unwrap(),
        FRAUD
    );
}
