//! The documentation is true: its commands run, its links lead somewhere, and the contract names every command and format.

use crate::binary::{finish, folder, root, run};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Commands that no test runs, by how they begin, and why.
const NOT_RUN: &[(&str, &str)] = &[
    (
        "cargo install",
        "compiles for minutes; docs/performance.md measures it",
    ),
    ("cargo test", "is what runs this test"),
    (
        "cargo build --release && python3 benches/compare.py",
        "installs other tools from their registries",
    ),
    ("gh ", "asks GitHub about a release"),
    ("for file in dist/", "loops over the files of a release"),
    ("done", "ends that loop"),
    (
        ".ci/release checksums dist",
        "tests/integration/action/release.rs runs it",
    ),
    ("podman build", "needs a released archive and a registry"),
];

/// The pages that people read.
fn pages() -> Vec<PathBuf> {
    let of = |folder: PathBuf| {
        let files = std::fs::read_dir(folder).unwrap();
        files.map(|file| file.unwrap().path())
    };
    let all = of(root()).chain(of(root().join("docs")));
    let mut pages: Vec<PathBuf> = all
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .collect();
    pages.sort();
    assert!(pages.len() > 15, "{pages:?}");
    pages
}

/// The commands in the shell blocks of a page; one on several lines is one.
fn commands(page: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut inside = false;
    let mut begun = String::new();
    for line in page.lines().map(str::trim) {
        if line.starts_with("```") {
            inside = line == "```sh";
        } else if inside && !line.is_empty() {
            let command = line.split("  #").next().unwrap_or(line).trim_end();
            begun.push_str(command.trim_end_matches('\\'));
            if !command.ends_with('\\') {
                out.push(std::mem::take(&mut begun));
            }
        }
    }
    out
}

/// The demo as a checkout, beside a folder with crosspeer, a Terraform that prints the demo's plan, and a reviewdog that wants results.
fn checkout() -> (PathBuf, String) {
    let demo = root().join("testdata/demo");
    let here = folder("documentation", &[]);
    let (checkout, tools) = (here.join("checkout"), here.join("tools"));
    for part in ["infra", "rendered"] {
        std::fs::create_dir_all(checkout.join(part)).unwrap();
        for file in std::fs::read_dir(demo.join(part)).unwrap() {
            let file = file.unwrap().path();
            std::fs::copy(&file, checkout.join(part).join(file.file_name().unwrap())).unwrap();
        }
    }
    std::fs::create_dir_all(checkout.join(".git")).unwrap();
    std::fs::create_dir(&tools).unwrap();
    let crosspeer = env!("CARGO_BIN_EXE_crosspeer");
    std::os::unix::fs::symlink(crosspeer, tools.join("crosspeer")).unwrap();
    let plan = demo.join("plan.json");
    let shows = format!(
        "case \"$*\" in *show*) cat '{}';; *) echo \"terraform $*\";; esac",
        plan.display()
    );
    for (tool, script) in [
        ("terraform", shows.as_str()),
        ("reviewdog", "grep -q '\"results\":\\[{' || exit 2"),
    ] {
        let tool = tools.join(tool);
        std::fs::write(&tool, format!("#!/bin/sh\n{script}\n")).unwrap();
        let rights = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(&tool, rights).unwrap();
    }
    let path = format!("{}:{}", tools.display(), std::env::var("PATH").unwrap());
    (checkout, path)
}

/// Runs a command; it may find something, and may not fail.
fn runs(command: &str, here: &Path, path: &str) {
    let mut shell = Command::new("sh");
    shell
        .args(["-c", command])
        .current_dir(here)
        .env("PATH", path);
    let ran = finish(shell);
    assert!(
        ran.code < 2,
        "`{command}` ended with {}: {}",
        ran.code,
        ran.said()
    );
    assert!(!ran.err.contains("error"), "`{command}`: {}", ran.err);
}

#[test]
fn every_command_runs() {
    let (checkout, path) = checkout();
    let mut ran = 0;
    for page in pages() {
        for command in commands(&std::fs::read_to_string(&page).unwrap()) {
            if NOT_RUN.iter().any(|(begin, _)| command.starts_with(begin)) {
                continue;
            }
            ran += 1;
            // From a clone: the same, with the binary that is there.
            match command.strip_prefix("cargo run --release --quiet -- ") {
                Some(arguments) => runs(&format!("crosspeer {arguments}"), &root(), &path),
                None => runs(&command, &checkout, &path),
            }
        }
    }
    assert!(ran > 12, "{ran} commands were found");
}

#[test]
fn every_command_that_is_not_run_is_still_there() {
    let all: Vec<String> = pages()
        .iter()
        .flat_map(|page| commands(&std::fs::read_to_string(page).unwrap()))
        .collect();
    for (begin, _) in NOT_RUN {
        assert!(all.iter().any(|one| one.starts_with(begin)), "{begin}");
    }
}

#[test]
fn every_link_leads_to_a_file() {
    let mut links = 0;
    for page in pages() {
        let text = std::fs::read_to_string(&page).unwrap();
        let targets = text.split("](").skip(1);
        for target in targets
            .filter_map(|rest| rest.split_once(')'))
            .map(|(one, _)| one)
        {
            let file = target.split('#').next().unwrap();
            if file.is_empty() || file.contains("://") {
                continue;
            }
            links += 1;
            let there = page.parent().unwrap().join(file);
            assert!(there.exists(), "{}: {target}", page.display());
        }
    }
    assert!(links > 20, "{links} links were found");
}

#[test]
fn the_contract_names_every_command_and_format() {
    let page = std::fs::read_to_string(root().join("docs/contract.md")).unwrap();
    let help = run(&root(), &["--help"]).out;
    let (_, list) = help.split_once("Commands:\n").unwrap();
    let names: Vec<&str> = list
        .lines()
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|name| !name.is_empty() && !["help", "mcp"].contains(name))
        .collect();
    assert!(names.len() > 6, "{help}");
    for name in names {
        assert!(page.contains(&format!("| `crosspeer {name}")), "{name}");
    }
    for format in crosspeer::report::FORMATS {
        let endings: Vec<String> = format
            .endings
            .iter()
            .map(|own| format!("`{own}`"))
            .collect();
        let row = format!("| `{}` | {} |", format.name, endings.join(", "));
        assert!(page.contains(&row), "{row}");
    }
}
