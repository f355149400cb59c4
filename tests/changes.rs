//! Plans on top of a state: `--new-only` reports exactly what the change opens.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first thing that is not as expected")]

use std::process::Command;

/// Rule, subject and far sides of every finding that a plan adds.
fn new_findings(change: &str) -> Vec<(String, String, String)> {
    let folder = format!("{}/testdata/changes", env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(env!("CARGO_BIN_EXE_crosspeer"))
        .args(["scan", "--no-config", "--new-only", "--format", "json"])
        .args(["--plan", &format!("{folder}/{change}/plan.json"), "--tf", &format!("{folder}/{change}/infra")])
        .arg(format!("{folder}/manifests.yaml"))
        .output()
        .unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let findings = report.get("findings").unwrap().as_array().unwrap();
    findings
        .iter()
        .map(|finding| {
            assert_eq!(finding.get("new"), Some(&serde_json::Value::Bool(true)), "{finding}");
            (text(&finding["rule"]), text(&finding["subject"]), text(&finding["message"]))
        })
        .collect()
}

/// Each expected finding: rule, subject, and a word of its message. In every scenario `shop/web` is isolated by no policy
/// and `jobs/job` by a default deny, the database stands in the routed subnet and the cache in the other.
fn check(change: &str, expected: &[(&str, &str, &str)]) {
    let found = new_findings(change);
    let said: Vec<(&str, &str)> = found.iter().map(|(rule, subject, _)| (rule.as_str(), subject.as_str())).collect();
    let wanted: Vec<(&str, &str)> = expected.iter().map(|(rule, subject, _)| (*rule, *subject)).collect();
    assert_eq!(said, wanted, "{change}: {found:#?}");
    for ((_, _, message), (_, _, word)) in found.iter().zip(expected) {
        assert!(message.contains(word), "{change}: `{word}` is not in: {message}");
    }
}

#[test]
fn a_route_added_opens_the_cache() {
    check("route-added", &[("CP101", "shop/web", "aws_instance.cache")]);
}

#[test]
fn a_rule_widened_opens_a_port_of_the_database() {
    check("rule-widened", &[("CP101", "shop/web", "aws_instance.database")]);
}

#[test]
fn a_peering_accepted_makes_certain_what_was_possible() {
    check("peering-accepted", &[("CP101", "shop/web", "aws_instance.database")]);
}

#[test]
fn policies_that_stop_being_enforced_open_what_they_closed() {
    check("policies-unenforced", &[("CP101", "jobs/job", "aws_instance.database"), ("CP205", "aws_eks_cluster.this", "jobs/job")]);
}

#[test]
fn a_resource_replaced_in_another_subnet_is_reached_there() {
    check("resource-replaced", &[("CP101", "shop/web", "aws_instance.cache")]);
}

#[test]
fn a_change_of_tags_opens_nothing() {
    check("nothing", &[]);
}
