//! Google Cloud: every query of the demo roots is answered as the provider's documentation says, each blocked one by the hop
//! that stops it there, and the rules fire on them as on any other cloud.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first thing that is not as expected")]

use serde_json::Value;
use std::collections::BTreeSet;
use std::process::Command;

fn inputs(root: &str) -> Vec<String> {
    let at = |path: &str| format!("testdata/google{root}/{path}");
    vec!["--plan".to_owned(), at("plan.json"), "--tf".to_owned(), at("infra"), at("rendered"), "--no-config".to_owned()]
}

fn queries(root: &str) -> Vec<Value> {
    let path = format!("{}/testdata/google{root}/queries.jsonl", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn text(object: &Value, key: &str) -> String {
    object.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The answers to all queries of a root, in their order.
fn answers(root: &str, queries: &[Value]) -> Vec<Value> {
    let asked: String = queries
        .iter()
        .map(|query| {
            let mut line = serde_json::Map::new();
            for key in ["from", "to", "protocol", "port"] {
                line.extend(query.get(key).map(|value| (key.to_owned(), value.clone())));
            }
            format!("{}\n", Value::Object(line))
        })
        .collect();
    let batch = std::env::temp_dir().join(format!("crosspeer-google{}-{}.jsonl", root.replace('/', "-"), std::process::id()));
    std::fs::write(&batch, asked).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_crosspeer"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).arg("explain").args(inputs(root));
    let output = command.args(["--format", "json", "--batch"]).arg(&batch).output().unwrap();
    std::fs::remove_file(&batch).unwrap();
    String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn check(root: &str, least: usize) {
    let queries = queries(root);
    assert!(queries.len() >= least, "{} queries", queries.len());
    let answers = answers(root, &queries);
    assert_eq!(answers.len(), queries.len());
    let mut wrong = Vec::new();
    for (query, answer) in queries.iter().zip(&answers) {
        assert!(text(query, "source").starts_with("https://cloud.google.com/"), "{query}");
        let list = |key: &str| answer.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
        let last = list("hops").last().map(|hop| text(hop, "hop")).unwrap_or_default();
        let (verdict, expected) = (text(answer, "verdict"), text(query, "expect"));
        let stops = expected != "blocked" || text(query, "stops") == last;
        if verdict != expected || !stops || list("gaps").is_empty() == (expected == "possible") {
            wrong.push(format!("{query}\n  is {verdict} at {last}, gaps {:?}", list("gaps")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_demo_is_answered_as_documented() {
    check("", 25);
}

#[test]
fn a_cluster_that_uses_routes_is_answered_as_documented() {
    check("/routes", 6);
}

/// The rules with a finding in a root, each once.
fn fired(root: &str) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_crosspeer"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .arg("scan")
        .args(inputs(root))
        .args(["--format", "json"])
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report.get("findings").and_then(Value::as_array).unwrap();
    findings.iter().map(|finding| text(finding, "rule")).collect()
}

#[test]
fn rules_fire_unchanged() {
    let set = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(fired(""), set(&["CP101", "CP102", "CP103", "CP106", "CP201"]));
    assert_eq!(fired("/routes"), set(&["CP101", "CP103", "CP106", "CP205"]));
}
