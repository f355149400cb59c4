//! Azure's demo roots: every query gets the verdict that the provider's documentation gives, and the rules that were
//! written for no cloud fire.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first thing that is not as expected")]

use std::collections::BTreeSet;
use std::process::Command;

fn run(root: &str, arguments: &[&str]) -> String {
    let (plan, sources) = (format!("testdata/azure/{root}/plan.json"), format!("testdata/azure/{root}/tf"));
    let output = Command::new(env!("CARGO_BIN_EXE_crosspeer"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(arguments)
        .args(["--plan", &plan, "--tf", &sources, "testdata/azure/manifests", "--no-config", "--format", "json"])
        .output()
        .unwrap();
    assert!(output.status.code().is_some_and(|code| code < 2), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Asks all queries of a root and holds the verdicts; returns how many there are.
fn check(root: &str) -> usize {
    let queries = format!("testdata/azure/{root}/queries.jsonl");
    let wanted = std::fs::read_to_string(format!("{}/{queries}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let wanted: Vec<serde_json::Value> = wanted.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let asked = wanted.iter().map(|query| {
        let only = ["from", "to", "protocol", "port"].map(|key| (key.to_owned(), query[key].clone()));
        format!("{}\n", serde_json::Value::Object(only.into_iter().collect()))
    });
    let batch = format!("{}/azure-{root}.jsonl", env!("CARGO_TARGET_TMPDIR"));
    std::fs::write(&batch, asked.collect::<String>()).unwrap();
    let answers = run(root, &["explain", "--batch", &batch]);
    let mut wrong = String::new();
    for (query, answer) in wanted.iter().zip(answers.lines()) {
        let answer: serde_json::Value = serde_json::from_str(answer).unwrap();
        assert!(query["source"].as_str().is_some_and(|source| source.contains('.')), "no source: {query}");
        if query["expect"] != answer["verdict"] {
            wrong += &format!("{query}\n  {}\n", serde_json::to_string_pretty(&answer).unwrap());
        }
    }
    assert_eq!(wanted.len(), answers.lines().count(), "{answers}");
    assert!(wrong.is_empty(), "{wrong}");
    wanted.len()
}

fn rules(root: &str) -> BTreeSet<String> {
    let scan: serde_json::Value = serde_json::from_str(&run(root, &["scan"])).unwrap();
    scan["findings"].as_array().unwrap().iter().map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn verdicts_are_those_of_the_documentation() {
    assert!(check("flat") + check("overlay") >= 20);
}

#[test]
fn rules_that_know_no_cloud_fire() {
    let flat = rules("flat");
    for rule in ["CP101", "CP102", "CP103", "CP201"] {
        assert!(flat.contains(rule), "no {rule} in {flat:?}");
    }
    let overlay = rules("overlay");
    for rule in ["CP101", "CP103", "CP201", "CP205"] {
        assert!(overlay.contains(rule), "no {rule} in {overlay:?}");
    }
}
