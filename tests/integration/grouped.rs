//! `reach --grouped`: rows by class say the same as rows by pair.

use crate::binary::{root, run};
use serde_json::Value;
use std::collections::BTreeSet;

/// A flow of one pair: from, to, and all else.
type Row = (String, String, String);

fn reach(more: &[&str]) -> Value {
    let inputs = "reach --format json --no-config --plan testdata/demo/plan.json --tf testdata/demo/infra testdata/demo/rendered";
    let arguments: Vec<&str> = inputs.split(' ').chain(more.iter().copied()).collect();
    let ran = run(&root(), &arguments);
    assert_eq!(ran.code, 0, "{}", ran.err);
    ran.json()
}

/// Names at one end of a row: one, or a list.
fn names(end: &Value) -> Vec<String> {
    let name = |end: &Value| end.as_str().unwrap().to_owned();
    match end.as_array() {
        Some(list) => list.iter().map(name).collect(),
        None => vec![name(end)],
    }
}

/// All pairs of the rows of a list; a workload's row to itself is none.
fn pairs(rows: &Value) -> BTreeSet<Row> {
    let mut out = BTreeSet::new();
    for row in rows.as_array().unwrap() {
        let mut rest = row.as_object().unwrap().clone();
        let ends = ["from", "to"].map(|end| names(&rest.remove(end).unwrap()));
        let [from, to] = &ends;
        for from in from {
            for to in to.iter().filter(|to| *to != from) {
                let rest = Value::Object(rest.clone()).to_string();
                out.insert((from.clone(), to.clone(), rest));
            }
        }
    }
    out
}

#[test]
fn rows_by_class_are_the_rows_by_pair() {
    for scope in ["cluster", "border", "all"] {
        let [each, grouped] = [
            reach(&["--scope", scope]),
            reach(&["--scope", scope, "--grouped"]),
        ];
        let count = |document: &Value| document["flows"].as_array().unwrap().len();
        assert!(count(&grouped) < count(&each), "{scope}");
        assert_eq!(pairs(&grouped["flows"]), pairs(&each["flows"]), "{scope}");
        assert_eq!(grouped["gaps"], each["gaps"]);
        assert_eq!(grouped["links"], each["links"]);
    }
}
