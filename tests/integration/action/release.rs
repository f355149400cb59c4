//! What a release makes is what the Action, `cargo binstall` and pre-commit look for.

use super::Job;
use super::fetch::{TARGET, pinned};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

fn text(file: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap()
}

/// Runs `.ci/release` in a folder of its own, with a cargo that builds a script and a maturin that builds nothing.
fn release(job: &Job, arguments: &[&str], tag: &str) -> Output {
    job.write(".ci/release", &text(".ci/release"));
    job.write("Cargo.toml", &text("Cargo.toml"));
    job.tool(
        "cargo",
        &format!("mkdir -p target/{TARGET}/release && printf '#!/bin/sh\\necho ran released\\n' >target/{TARGET}/release/crosspeer && chmod +x target/{TARGET}/release/crosspeer"),
    );
    job.tool("maturin", "echo \"maturin $*\"");
    let path = format!(
        "{}:{}",
        job.folder("tools").display(),
        std::env::var("PATH").unwrap()
    );
    Command::new("bash")
        .arg(job.folder("checkout/.ci/release"))
        .args(arguments)
        .env("PATH", path)
        .env_remove("CARGO_TARGET_DIR")
        .env(
            "GITHUB_REF_TYPE",
            if tag.is_empty() { "branch" } else { "tag" },
        )
        .env("GITHUB_REF_NAME", tag)
        .output()
        .unwrap()
}

#[test]
fn what_a_release_builds_is_what_the_action_runs() {
    let mut job = Job::new();
    let version = env!("CARGO_PKG_VERSION");
    let built = release(&job, &["archive", TARGET], &format!("v{version}"));
    assert!(built.status.success(), "{built:?}");
    // A static binary runs beside every libc, and pip takes the wheel only where its name says so.
    let said = String::from_utf8_lossy(&built.stdout);
    assert!(
        said.contains("--compatibility manylinux_2_17 musllinux_1_1"),
        "{said}"
    );
    let lines = release(&job, &["checksums", "dist"], "").stdout;
    let releases = job.folder("releases").join(format!("v{version}"));
    std::fs::create_dir_all(&releases).unwrap();
    let archive = format!("crosspeer-{TARGET}.tar.gz");
    std::fs::rename(
        job.folder("checkout/dist").join(&archive),
        releases.join(&archive),
    )
    .unwrap();
    let address = format!("file://{}", job.folder("releases").display());
    job.environment.insert("RELEASES".to_owned(), address);
    pinned(&mut job, &String::from_utf8(lines).unwrap());
    let done = job.uses(&[]);
    assert!(done.log.contains("ran released"), "{done:?}");
}

#[test]
fn a_wheel_has_the_features_of_an_archive() {
    let (wheel, manifest) = (text("pyproject.toml"), text("Cargo.toml"));
    let of_wheel = wheel.split("\nfeatures = [").nth(1).unwrap();
    let of_wheel = of_wheel.split(']').next().unwrap().replace('"', "");
    assert!(!of_wheel.is_empty());
    let features = of_wheel.replace(", ", ",");
    let archive = format!("cargo build --release --locked --features {features} ");
    assert!(text(".ci/release").contains(&archive), "{archive}");
    let known = manifest.split("\n[features]\n").nth(1).unwrap();
    for feature in features.split(',') {
        assert!(known.contains(&format!("\n{feature} = [")), "{feature}");
    }
}

#[test]
fn a_tag_that_is_not_the_version_builds_nothing() {
    let job = Job::new();
    let refused = release(&job, &["archive", TARGET], "v99.0.0");
    assert!(!refused.status.success() && !job.folder("checkout/dist").exists());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("expected the tag v"));
}

/// The targets that a file names.
fn targets(text: &str) -> BTreeSet<String> {
    let word = |c: char| !c.is_alphanumeric() && c != '_' && c != '-';
    let words = text.split(word).map(str::to_owned);
    words
        .filter(|word| {
            ["x86_64-", "aarch64-"]
                .iter()
                .any(|cpu| word.starts_with(cpu))
        })
        .collect()
}

#[test]
fn every_target_that_is_looked_for_is_built() {
    let built = targets(&text(".github/workflows/release.yml"));
    assert_eq!(built.len(), 5);
    assert_eq!(targets(&text("action/fetch.sh")), built);
    let manifest = text("Cargo.toml");
    let addresses: Vec<&str> = manifest
        .lines()
        .filter_map(|line| line.strip_prefix("pkg-url = "))
        .collect();
    assert_eq!(addresses.len(), 3);
    for address in addresses {
        let address = address.trim_matches('"');
        let name = address
            .strip_prefix("{ repo }/releases/download/v{ version }/crosspeer-")
            .unwrap();
        let target = name.strip_suffix(".tar.gz").unwrap();
        assert!(
            target == "{ target }" || built.contains(target),
            "{address}"
        );
    }
}

#[test]
fn hooks_of_pre_commit_run_a_command_that_exists() {
    let hooks: Value = serde_saphyr::from_str(&text(".pre-commit-hooks.yaml")).unwrap();
    for hook in hooks.as_array().unwrap() {
        let mut words = hook["entry"].as_str().unwrap().split(' ');
        assert_eq!(words.next(), Some("crosspeer"));
        assert_eq!(
            hook["pass_filenames"], false,
            "files would turn off the folder"
        );
        let done = Command::new(env!("CARGO_BIN_EXE_crosspeer"))
            .args(words)
            .args(["--no-config", "--fail-on", "none", "testdata/demo/rendered"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        assert!(done.status.success(), "{done:?}");
    }
}
