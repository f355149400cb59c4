//! Plans on top of a state: `--new-only` reports exactly what the change opens.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The sources after a change: those before it, and the one file that the change writes anew.
fn sources(folder: &Path, change: &str) -> PathBuf {
    let out = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .join("changes")
        .join(change);
    let _ = std::fs::remove_dir_all(&out);
    std::fs::create_dir_all(&out).unwrap();
    for part in [folder.join("before"), folder.join(change)] {
        for file in std::fs::read_dir(part)
            .unwrap()
            .map(|entry| entry.unwrap().path())
        {
            if file.extension().is_some_and(|end| end == "tf") {
                std::fs::copy(&file, out.join(file.file_name().unwrap())).unwrap();
            }
        }
    }
    out
}

/// Rule, subject and far sides of every finding that a plan adds.
fn new_findings(change: &str) -> Vec<(String, String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata/changes");
    let sources = sources(&folder, change);
    let output = Command::new(env!("CARGO_BIN_EXE_crosspeer"))
        .args([
            "scan",
            "--no-config",
            "--new-only",
            "--format",
            "json",
            "--plan",
        ])
        .arg(folder.join(change).join("plan.json"))
        .arg("--tf")
        .arg(sources)
        .arg(folder.join("manifests.yaml"))
        .output()
        .unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let findings = report.get("findings").unwrap().as_array().unwrap();
    let mut out: Vec<_> = findings
        .iter()
        .map(|finding| {
            assert_eq!(
                finding.get("new"),
                Some(&serde_json::Value::Bool(true)),
                "{finding}"
            );
            (
                text(&finding["rule"]),
                text(&finding["subject"]),
                text(&finding["message"]),
            )
        })
        .collect();
    out.sort();
    out
}

/// Each expected finding: rule, subject, and a word of its message. In every scenario `shop/web` is isolated by no policy of the manifests
/// and `jobs/job` by a default deny, the database stands in the routed subnet and the cache in the other.
fn check(change: &str, expected: &[(&str, &str, &str)]) {
    let found = new_findings(change);
    let said: Vec<(&str, &str)> = found
        .iter()
        .map(|(rule, subject, _)| (rule.as_str(), subject.as_str()))
        .collect();
    let wanted: Vec<(&str, &str)> = expected
        .iter()
        .map(|(rule, subject, _)| (*rule, *subject))
        .collect();
    assert_eq!(said, wanted, "{change}: {found:#?}");
    for ((_, _, message), (_, _, word)) in found.iter().zip(expected) {
        assert!(
            message.contains(word),
            "{change}: `{word}` is not in: {message}"
        );
    }
}

#[test]
fn a_route_added_opens_the_cache() {
    check(
        "route-added",
        &[("CP101", "shop/web", "aws_instance.cache")],
    );
}

#[test]
fn a_rule_widened_opens_a_port_of_the_database() {
    check(
        "rule-widened",
        &[("CP101", "shop/web", "aws_instance.database")],
    );
}

#[test]
fn a_peering_accepted_makes_certain_what_was_possible() {
    check(
        "peering-accepted",
        &[("CP101", "shop/web", "aws_instance.database")],
    );
}

#[test]
fn policies_that_stop_being_enforced_open_what_they_closed() {
    check(
        "policies-unenforced",
        &[
            ("CP101", "jobs/job", "aws_instance.database"),
            ("CP205", "aws_eks_cluster.this", "jobs/job"),
        ],
    );
}

#[test]
fn a_policy_that_the_plan_takes_away_opens_what_it_closed() {
    check(
        "policy-removed",
        &[
            ("CP101", "shop/web", "aws_instance.database"),
            (
                "CP109",
                "node group `aws_eks_node_group.this`",
                "credentials",
            ),
            ("CP203", "shop", "`web`"),
        ],
    );
}

#[test]
fn a_resource_replaced_in_another_subnet_is_reached_there() {
    check(
        "resource-replaced",
        &[("CP101", "shop/web", "aws_instance.cache")],
    );
}

#[test]
fn a_change_of_tags_opens_nothing() {
    check("nothing", &[]);
}
