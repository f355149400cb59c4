//! `docs/soundness.md` names a test for each claim, and each of them exists.

use crate::checklist::{declares, texts};
use std::path::Path;

/// The names in the last column of the page's tables that have one of tests.
fn named(page: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut tests = false;
    for line in page.lines() {
        let Some(row) = line.strip_prefix('|') else {
            tests = false;
            continue;
        };
        let last = row
            .trim_end_matches('|')
            .rsplit('|')
            .next()
            .unwrap_or_default();
        tests |= last.trim() == "test";
        if tests {
            out.extend(last.split('`').skip(1).step_by(2).map(str::to_owned));
        }
    }
    out
}

#[test]
fn every_claim_is_held_by_a_test_that_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/soundness.md")).unwrap();
    let names = named(&page);
    assert!(names.len() > 40, "only {} tests are named", names.len());
    let sources = [texts(&root.join("src")), texts(&root.join("tests"))].concat();
    let lost: Vec<&String> = names
        .iter()
        .filter(|name| !sources.iter().any(|text| declares(text, name)))
        .collect();
    assert!(lost.is_empty(), "no such test: {lost:?}");
}

#[test]
fn only_columns_of_tests_are_read() {
    let page = "| a | test |\n|---|---|\n| x | `one`, `two` |\n\n| a | where |\n|---|---|\n| `x` | `three` |\n";
    assert_eq!(named(page), ["one", "two"]);
}
