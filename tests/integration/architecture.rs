//! Holds the shape of the code: which room may import which, how long a file may be, that pages name files that exist.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Each room, and the rooms that it may import: the table of `ARCHITECTURE.md`.
const ROOMS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("ingest", &["model"]),
    ("reach", &["model"]),
    ("rules", &["model", "reach"]),
    ("report", &["model", "rules"]),
    ("cli", &["model", "ingest", "reach", "rules", "report"]),
];

/// Longest file, tests inside counted.
const LONGEST_FILE: usize = 750;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut out = Vec::new();
    let Ok(entries) = std::fs::read_dir(folder) else {
        return out;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            out.extend(files(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            out.push(path);
        }
    }
    out.sort();
    out
}

/// Names of rooms that stand after `crate::` or in the braces of `crate::{…}` in a source text.
fn imports(text: &str) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for after in text.split("crate::").skip(1) {
        let names = match after.strip_prefix('{') {
            Some(list) => list.split('}').next().unwrap_or_default(),
            None => after,
        };
        let words = if after.starts_with('{') {
            names.split(',').collect::<Vec<_>>()
        } else {
            vec![names]
        };
        for word in words {
            out.insert(
                word.trim()
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect(),
            );
        }
    }
    out
}

#[test]
fn a_room_imports_only_what_the_table_allows() {
    let rooms: BTreeSet<&str> = ROOMS.iter().map(|(room, _)| *room).collect();
    let mut wrong = Vec::new();
    for (room, allowed) in ROOMS {
        for file in files(&root().join("src").join(room), ".rs") {
            for name in imports(&std::fs::read_to_string(&file).unwrap()) {
                if rooms.contains(name.as_str())
                    && name != *room
                    && !allowed.contains(&name.as_str())
                {
                    wrong.push(format!("{} imports `{name}`", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_folder_of_the_source_is_a_room() {
    let rooms: BTreeSet<&str> = ROOMS.iter().map(|(room, _)| *room).collect();
    for entry in std::fs::read_dir(root().join("src")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(
            !path.is_dir() || rooms.contains(name.as_str()),
            "`src/{name}` is not in the table of rooms"
        );
    }
}

#[test]
fn only_the_front_door_reads_and_prints() {
    let forbidden = [
        "std::fs",
        "std::process",
        "std::net::Tcp",
        "std::env::",
        "println!",
        "SystemTime",
        "Instant::now",
    ];
    let mut wrong = Vec::new();
    for (room, _) in ROOMS.iter().filter(|(room, _)| *room != "cli") {
        for file in files(&root().join("src").join(room), ".rs") {
            let text = std::fs::read_to_string(&file).unwrap();
            let is_test = ["test", "twin", "scale"]
                .iter()
                .any(|word| file.to_string_lossy().contains(word));
            let code = if is_test {
                ""
            } else {
                text.split("#[cfg(test)]").next().unwrap_or_default()
            };
            wrong.extend(
                forbidden
                    .iter()
                    .filter(|word| code.contains(**word))
                    .map(|word| format!("{} uses `{word}`", file.display())),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Words that belong to one vendor, or to one product of one. Hop words of the command line, such as `subnet-filter-egress`, stay.
const VENDOR_WORDS: &[&str] = &[
    "aks",
    "alb",
    "amazon",
    "aws",
    "azure",
    "azurerm",
    "calico",
    "cilium",
    "cni",
    "ec2",
    "eks",
    "eni",
    "fargate",
    "gce",
    "gcp",
    "gke",
    "google",
    "karpenter",
    "nlb",
    "nsg",
    "vnet",
    "vpc",
];

/// The words of a text, in lower case: an identifier in snake or camel case is several.
fn words(text: &str) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for run in text.split(|c: char| !c.is_ascii_alphanumeric()) {
        let mut word = String::new();
        for c in run.chars() {
            if c.is_ascii_uppercase()
                && word
                    .chars()
                    .last()
                    .is_some_and(|last| last.is_ascii_lowercase())
            {
                out.insert(std::mem::take(&mut word).to_ascii_lowercase());
            }
            word.push(c);
        }
        out.insert(word.to_ascii_lowercase());
    }
    out
}

#[test]
fn model_and_reach_know_no_vendor() {
    assert!(
        words("AwsVpc aws_eks")
            .iter()
            .map(String::as_str)
            .eq(["aws", "eks", "vpc"])
    );
    let mut wrong = Vec::new();
    for file in ["src/model", "src/reach"]
        .iter()
        .flat_map(|room| files(&root().join(room), ".rs"))
    {
        let text = std::fs::read_to_string(&file).unwrap();
        let said = words(&text);
        wrong.extend(
            VENDOR_WORDS
                .iter()
                .filter(|word| said.contains(**word))
                .map(|word| format!("{} says `{word}`", file.display())),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for file in files(&root().join("src/model"), ".rs") {
        assert!(
            !std::fs::read_to_string(&file).unwrap().contains("serde"),
            "{} knows a file format",
            file.display()
        );
    }
}

#[test]
fn no_file_is_too_long() {
    let long: Vec<String> = ["src", "tests", "benches"]
        .iter()
        .flat_map(|folder| files(&root().join(folder), ".rs"))
        .map(|file| {
            (
                std::fs::read_to_string(&file).unwrap().lines().count(),
                file,
            )
        })
        .filter(|(lines, _)| *lines > LONGEST_FILE)
        .map(|(lines, file)| format!("{}: {lines} lines", file.display()))
        .collect();
    assert!(
        long.is_empty(),
        "longer than {LONGEST_FILE} lines:\n{}",
        long.join("\n")
    );
}

#[test]
fn every_file_of_the_source_opens_with_what_it_is() {
    for file in files(&root().join("src"), ".rs") {
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(
            text.starts_with("//!"),
            "{} has no module documentation",
            file.display()
        );
    }
}

#[test]
fn pages_name_files_that_exist() {
    let pages = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"].map(|page| root().join(page));
    for page in pages.into_iter().chain(files(&root().join("docs"), ".md")) {
        let text = std::fs::read_to_string(&page).unwrap();
        let quoted = text.split('`').skip(1).step_by(2);
        let paths = quoted.filter(|word| {
            ["src/", "rules/", "tests/", "testdata/", "docs/", "benches/"]
                .iter()
                .any(|front| word.starts_with(front))
        });
        for path in paths.filter(|path| !path.contains(['<', '*', ' ', '{'])) {
            assert!(
                root().join(path).exists(),
                "{} names `{path}`, which does not exist",
                page.display()
            );
        }
    }
}

#[test]
fn every_dependency_is_used_and_has_its_reason() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let table = manifest
        .split("[dependencies]\n")
        .nth(1)
        .unwrap()
        .split("\n[")
        .next()
        .unwrap();
    let reasons = std::fs::read_to_string(root().join("docs/dependencies.md")).unwrap();
    let source: String = files(&root().join("src"), ".rs")
        .iter()
        .map(|file| std::fs::read_to_string(file).unwrap())
        .collect();
    for name in table
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, _)| name)
    {
        let used = format!("{}::", name.replace('-', "_"));
        assert!(
            source.contains(&used),
            "`{name}` is a dependency, and nothing of it is used"
        );
        assert!(
            reasons
                .lines()
                .any(|line| line.starts_with('|') && line.contains(&format!("`{name}`"))),
            "`{name}` has no reason"
        );
    }
}
