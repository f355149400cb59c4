//! Runs the binary over folders of real inputs that may stand beside the project; where they do not, says so and stops.

use crate::binary::{Ran, root, run};
use std::path::{Path, PathBuf};

fn corpus(folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/corpus")
        .join(folder);
    if path.is_dir() {
        return Some(path);
    }
    eprintln!("skipped: no ../shared/corpus/{folder} beside this clone");
    None
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut out: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .collect();
    out.sort();
    out
}

/// A scan ends with 0, 1 or 2 and JSON on standard output unless it is 2; it never panics (101) and is never killed.
fn scan(path: &Path, further: &[&str]) -> Ran {
    let mut arguments = vec![
        "scan",
        path.to_str().unwrap(),
        "--no-config",
        "--format",
        "json",
    ];
    arguments.extend(further);
    let output = run(&root(), &arguments);
    assert!(
        matches!(output.code, 0..=2),
        "{}: {:?}\n{}",
        path.display(),
        output.code,
        output.err
    );
    if output.code != 2 {
        let report: serde_json::Value = output.json();
        assert_eq!(report["schema"], "crosspeer.scan/1", "{}", path.display());
    }
    output
}

/// Every file of a folder of the corpus that ends so is read: none is refused.
fn every_file_is_read(of: &str, ending: &str) {
    let Some(folder) = corpus(of) else {
        return;
    };
    let ends = |path: &&PathBuf| path.extension().is_some_and(|own| own == ending);
    for path in files(&folder).iter().filter(ends) {
        let ran = scan(path, &[]);
        assert_ne!(ran.code, 2, "{}: {}", path.display(), ran.err);
    }
}

#[test]
fn every_plan_is_scanned() {
    every_file_is_read("plans", "json");
}

#[test]
fn every_rendered_chart_is_scanned() {
    every_file_is_read("rendered", "yaml");
}

/// The rows of the table in the folder's own page: file, and what a scanner should do with it.
fn odd_expectations(folder: &Path) -> Vec<(PathBuf, String)> {
    let page = std::fs::read_to_string(folder.join("README.md")).unwrap();
    let rows = page.lines().filter_map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let path = folder.join(cells.first()?);
        path.is_file()
            .then(|| (path, cells.get(2).copied().unwrap_or_default().to_owned()))
    });
    rows.collect()
}

#[test]
fn odd_inputs_are_accepted_or_refused_as_their_page_says() {
    let Some(folder) = corpus("plans-odd") else {
        return;
    };
    let rows = odd_expectations(&folder);
    assert!(
        rows.len() > 45,
        "the page's table was not understood: {} rows",
        rows.len()
    );
    let mut wrong = Vec::new();
    for (path, expectation) in rows {
        let output = scan(&path, &[]);
        let (refused, accepts, refuses) = (
            output.code == 2,
            expectation.contains("accept"),
            expectation.contains("refuse"),
        );
        if refused && !refuses || !refused && !accepts {
            wrong.push(format!(
                "{}: should {expectation}; exit {:?}; {}",
                path.display(),
                output.code,
                output.err
            ));
        } else if refused
            && !output
                .err
                .contains(path.file_name().unwrap().to_str().unwrap())
        {
            wrong.push(format!(
                "{}: the refusal does not name the file: {}",
                path.display(),
                output.err
            ));
        } else if !refused && expectation.contains("a gap") {
            let report: serde_json::Value = output.json();
            if report["gaps"].as_array().is_none_or(Vec::is_empty) {
                wrong.push(format!(
                    "{}: should {expectation}; no gap is listed",
                    path.display()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_manifest_is_no_plan() {
    let Some(folder) = corpus("plans-odd") else {
        return;
    };
    let output = run(
        &root(),
        &[
            "scan",
            "--plan",
            folder.join("manifest.json").to_str().unwrap(),
            "--no-config",
        ],
    );
    assert_eq!(output.code, 2);
}
