//! Holds the shape of the code: which room may import which, how long a file may be, that pages name files that exist.

mod imports;

use imports::Imports;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Each room, and the rooms that it may import: the table of `ARCHITECTURE.md`.
const ROOMS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("ingest", &["model"]),
    ("reach", &["model"]),
    ("rules", &["model", "reach"]),
    ("fix", &["model", "reach", "rules"]),
    ("report", &["model", "rules"]),
    (
        "cli",
        &["model", "ingest", "reach", "rules", "fix", "report"],
    ),
];

/// Longest file, tests inside counted.
const LONGEST_FILE: usize = 500;

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

fn crate_imports() -> Imports {
    Imports::read(&root().join("src"))
}

/// Imports of one room from another that the table does not allow, as `file imports room`.
fn crossings(imports: &Imports) -> Vec<String> {
    let mut wrong = Vec::new();
    for (module, source) in &imports.modules {
        let Some(own) = module.first() else { continue };
        let allowed = ROOMS
            .iter()
            .find(|(room, _)| room == own)
            .map_or(&[][..], |row| row.1);
        let rooms = imports
            .of_module(module)
            .into_iter()
            .filter_map(|other| other.into_iter().next());
        let rooms: BTreeSet<String> = rooms.collect();
        let foreign = rooms
            .iter()
            .filter(|room| *room != own && !allowed.contains(&room.as_str()));
        wrong.extend(foreign.map(|room| format!("{} imports `{room}`", source.file)));
    }
    wrong
}

#[test]
fn a_room_imports_only_what_the_table_allows() {
    let wrong = crossings(&crate_imports());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_import_is_seen_however_it_is_written() {
    let rooms = [
        ("", "pub mod model; pub mod rules; pub mod reach;"),
        ("model", "pub mod address; pub use address::Address;"),
        ("model::address", "pub struct Address;"),
        ("rules", "pub struct Rule;"),
    ];
    for code in [
        "use crate::rules::Rule;",
        "use crate::{model::{Address}, rules::Rule as One};",
        "use crate::{model, rules};",
        "fn f() { crate::rules::Rule; }",
        "fn f(rule: &super::rules::Rule) {}",
        "fn f() { assert!(g(crate::rules::Rule)); }",
    ] {
        let imports = Imports::of(&[&rooms[..], &[("reach", code)]].concat());
        assert_eq!(crossings(&imports), ["reach imports `rules`"], "{code}");
    }
    let fine = "use crate::model::Address; #[cfg(test)] mod tests { use crate::rules::Rule; }";
    assert!(crossings(&Imports::of(&[&rooms[..], &[("reach", fine)]].concat())).is_empty());
}

#[test]
fn no_modules_import_each_other_in_a_circle() {
    let circles: Vec<String> = crate_imports()
        .circles()
        .iter()
        .map(|circle| {
            circle
                .iter()
                .map(|module| module.join("::"))
                .collect::<Vec<_>>()
                .join(", ")
        })
        .collect();
    assert!(circles.is_empty(), "{}", circles.join("\n\n"));
}

#[test]
fn a_circle_is_found_and_a_parent_with_its_child_is_none() {
    let circles = |a: &str, b: &str| {
        let root = "mod r;";
        let room = "pub mod a; pub mod b; pub struct Shared; pub use b::B;";
        Imports::of(&[("", root), ("r", room), ("r::a", a), ("r::b", b)])
            .circles()
            .len()
    };
    assert_eq!(
        circles("use super::Shared;", "use super::{Shared, a::A};"),
        0
    );
    assert_eq!(circles("use super::b::B;", "use super::a::A;"), 1);
    assert_eq!(
        circles("pub(in crate::r) struct A;", "use super::{Shared, a::A};"),
        0,
        "who may see an item is no import"
    );
    assert_eq!(
        circles("use super::B;", "use super::a::A;"),
        1,
        "a name that is handed on"
    );
    assert_eq!(
        circles("fn f() { super::b::g() }", "use crate::r::a::A;"),
        1
    );
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
            let inside = file
                .strip_prefix(root())
                .unwrap()
                .to_string_lossy()
                .into_owned();
            let is_test = ["test", "twin", "scale"]
                .iter()
                .any(|word| inside.contains(word));
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

/// What `reach` proves are typed facts; the sentences for them are in `report`.
#[test]
fn reach_makes_no_sentence() {
    let mut wrong = Vec::new();
    for file in files(&root().join("src/reach"), ".rs") {
        let name = file
            .strip_prefix(root())
            .unwrap()
            .to_string_lossy()
            .into_owned();
        let is_test = ["tests", "twin", "scale", "scene", "families", "fixture"]
            .iter()
            .any(|word| name.split(['/', '.']).any(|part| part == *word));
        let text = std::fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        if !is_test && code.contains("format!") {
            wrong.push(name);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
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

/// Names of the crates in a table of `Cargo.toml`.
fn crates(manifest: &str, table: &str) -> Vec<String> {
    let table = manifest.split(&format!("[{table}]\n")).nth(1).unwrap();
    let lines = table.split("\n[").next().unwrap().lines();
    lines
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, _)| name.to_owned())
        .collect()
}

#[test]
fn every_dependency_is_used_and_has_its_reason() {
    let text = |file: &Path| std::fs::read_to_string(file).unwrap();
    let manifest = text(&root().join("Cargo.toml"));
    let reasons = text(&root().join("docs/dependencies.md"));
    let code = |folder: &str| -> String {
        files(&root().join(folder), ".rs")
            .iter()
            .map(|file| text(file))
            .collect()
    };
    let (source, tests) = (code("src"), code("tests") + &code("benches"));
    for (table, code) in [
        ("dependencies", source.clone()),
        ("dev-dependencies", source + &tests),
    ] {
        for name in crates(&manifest, table) {
            let used = format!("{}::", name.replace('-', "_"));
            assert!(
                code.contains(&used),
                "`{name}` is in [{table}], and nothing of it is used"
            );
            let row = |line: &str| line.starts_with('|') && line.contains(&format!("`{name}`"));
            assert!(reasons.lines().any(row), "`{name}` has no reason");
        }
    }
}

#[test]
fn every_crate_comes_from_crates_io_with_its_checksum() {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let crates: Vec<&str> = lock.split("[[package]]").skip(1).collect();
    assert!(crates.len() > 100, "{} crates", crates.len());
    let registry = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
    let strangers = crates.iter().filter(|own| {
        let from_there = own.contains(registry) && own.contains("\nchecksum = \"");
        !from_there && !own.contains("name = \"crosspeer\"\n")
    });
    assert_eq!(strangers.collect::<Vec<_>>(), Vec::<&&str>::new());
}

#[test]
fn the_readme_and_the_architecture_are_short() {
    for (page, most) in [("README.md", 150), ("ARCHITECTURE.md", 90)] {
        let text = std::fs::read_to_string(root().join(page)).unwrap();
        let lines = text.lines().count();
        assert!(
            lines < most,
            "{page} has {lines} lines, {most} are too many"
        );
    }
}
