//! Findings that do not count: in SARIF they are left out, or marked where they are asked for.

use crate::binary::{repository, run};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// A namespace without a policy, with one workload: CP201.
fn namespace(name: &str, comment: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: {name}{comment}\n---\n\
         apiVersion: v1\nkind: Pod\nmetadata: {{name: web, namespace: {name}}}\nspec: {{containers: [{{name: c}}]}}\n"
    )
}

/// The suppressions of each result, by the namespace that it is about.
fn results(here: &Path, more: &[&str]) -> BTreeMap<String, Value> {
    let arguments = [
        "scan",
        "--quiet",
        "--baseline",
        "known.json",
        "--format",
        "sarif",
        ".",
    ];
    let ran = run(here, &[&arguments, more].concat());
    assert_eq!(ran.code, 0, "{}", ran.said());
    let log = ran.json();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let subject = |own: &Value| own["properties"]["subject"].as_str().unwrap().to_owned();
    results
        .iter()
        .map(|own| (subject(own), own["suppressions"].clone()))
        .collect()
}

#[test]
fn suppressed_findings_are_left_out_of_sarif_or_marked() {
    let files = [
        ("open.yaml", namespace("open", "")),
        ("known.yaml", namespace("known", "")),
        ("agreed.yaml", namespace("agreed", "")),
        (
            "told.yaml",
            namespace("told", " # crosspeer: ignore[CP201] moves next week"),
        ),
        (
            "crosspeer.yaml",
            "select: [CP201]\naccepted:\n  - {rule: CP201, subject: agreed, reason: goes away}\n"
                .to_owned(),
        ),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, &**text)).collect();
    let here = repository("suppressed", &files);
    let known = [
        "scan",
        "--quiet",
        "--write-baseline",
        "known.json",
        "known.yaml",
    ];
    assert_eq!(run(&here, &known).code, 0);

    assert_eq!(
        results(&here, &[]),
        BTreeMap::from([("open".to_owned(), Value::Null)])
    );
    let marked = results(&here, &["--show-suppressed"]);
    let of = |name: &str| {
        let own = marked[name].as_array().unwrap();
        let one = own.first().map(|own| {
            let text = |key: &str| own[key].as_str().unwrap().to_owned();
            (text("kind"), text("justification"))
        });
        assert!(own.len() < 2);
        one
    };
    let external = |why: &str| Some(("external".to_owned(), why.to_owned()));
    assert_eq!(marked.len(), 4);
    assert_eq!(of("open"), None);
    assert_eq!(of("known"), external("it is in the baseline"));
    assert_eq!(of("agreed"), external("goes away"));
    let (kind, _) = of("told").unwrap();
    assert_eq!(kind, "inSource");
}
