//! Which binary the Action runs: the one whose SHA-256 stands in the repository, and no other.

use super::{Job, Use};
use std::path::Path;
use std::process::Command;

pub const TARGET: &str = "x86_64-unknown-linux-musl";

/// A release of a program that says `ran VERSION`, in a copy of the Action.
fn release(job: &mut Job, version: &str) -> String {
    let releases = job.folder("releases").join(format!("v{version}"));
    std::fs::create_dir_all(&releases).unwrap();
    job.tool("crosspeer", &format!("echo ran {version}"));
    let archive = releases.join(format!("crosspeer-{TARGET}.tar.gz"));
    let packed = Command::new("tar")
        .arg("-czf")
        .arg(&archive)
        .arg("-C")
        .args([job.folder("tools").to_str().unwrap(), "crosspeer"])
        .status();
    assert!(packed.unwrap().success());
    std::fs::remove_file(job.folder("tools").join("crosspeer")).unwrap();
    let address = format!("file://{}", job.folder("releases").display());
    job.environment.insert("RELEASES".to_owned(), address);
    let sum = Command::new("sha256sum").arg(&archive).output().unwrap();
    let sum = String::from_utf8(sum.stdout).unwrap();
    sum.split(' ').next().unwrap().to_owned()
}

/// A copy of the Action whose `checksums.txt` is this.
pub fn pinned(job: &mut Job, checksums: &str) {
    let (from, to) = (Path::new(env!("CARGO_MANIFEST_DIR")), job.folder("action"));
    std::fs::create_dir_all(to.join("action")).unwrap();
    std::fs::copy(from.join("action.yml"), to.join("action.yml")).unwrap();
    for entry in std::fs::read_dir(from.join("action")).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, to.join("action").join(path.file_name().unwrap())).unwrap();
    }
    std::fs::write(to.join("checksums.txt"), checksums).unwrap();
    job.action = to;
}

/// Nothing was run, and the log says why.
fn refused(done: &Use, why: &str) {
    assert_eq!(done.ran, ["Fetch crosspeer", "Result"], "{done:?}");
    assert!(
        done.log.contains(why) && !done.log.contains("ran "),
        "{}",
        done.log
    );
    assert_ne!(done.code, 0);
}

#[test]
fn a_binary_whose_checksum_stands_in_the_repository_is_run() {
    let mut job = Job::new();
    let (new, old) = (release(&mut job, "0.3.0"), release(&mut job, "0.2.0"));
    let checksums =
        format!("# comment\n0.3.0 {TARGET} {new}\n0.2.0 other {new}\n0.2.0 {TARGET} {old}\n");
    pinned(&mut job, &checksums);
    for (version, expected) in [
        ("", "ran 0.3.0"),
        ("0.2.0", "ran 0.2.0"),
        ("v0.2.0", "ran 0.2.0"),
    ] {
        let done = job.uses(&[("version", version)]);
        assert!(done.log.contains(expected) && done.code == 0, "{done:?}");
    }
}

#[test]
fn a_binary_that_does_not_match_is_never_run() {
    let mut job = Job::new();
    let right = release(&mut job, "0.2.0");
    for wrong in ["0".repeat(64), format!("{right}0"), String::new()] {
        pinned(&mut job, &format!("0.2.0 {TARGET} {wrong}\n"));
        let why = if wrong.len() == 64 {
            "is not run"
        } else {
            "holds no release"
        };
        refused(&job.uses(&[]), why);
    }
    let binary = |path: &Path| path.ends_with("crosspeer");
    let left = std::fs::read_dir(job.folder("temporary")).unwrap();
    for folder in left {
        for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            assert!(
                !binary(&path) && path.extension().is_none(),
                "{path:?} is left"
            );
        }
    }
}

#[test]
fn a_release_that_the_commit_does_not_name_is_refused() {
    let mut job = Job::new();
    let sum = release(&mut job, "0.2.0");
    pinned(&mut job, &format!("0.2.0 {TARGET} {sum}\n"));
    refused(&job.uses(&[("version", "0.3.0")]), "holds no release 0.3.0");
    for hostile in ["0.2.0\n::error::x", "../0.2.0", "$(id)", "a b"] {
        refused(
            &job.uses(&[("version", hostile)]),
            "expected a release such as",
        );
    }
    job.environment
        .insert("RUNNER_ARCH".to_owned(), "RISCV".to_owned());
    refused(&job.uses(&[]), "no binary is released for this runner");
}

#[test]
fn a_commit_without_a_release_says_what_to_do() {
    let mut job = Job::new();
    pinned(&mut job, "# nothing yet\n");
    let done = job.uses(&[]);
    refused(&done, "set `version: source`");
    assert!(done.log.contains("path-to-binary"), "{}", done.log);
}

#[test]
fn the_attestation_is_verified_where_gh_can() {
    for (gh, runs, why) in [
        ("exit 0", true, "ran 0.2.0"),
        (
            "case \"$*\" in *--help*) exit 0;; *) exit 1;; esac",
            false,
            "does not verify",
        ),
        ("exit 1", true, "gh cannot do so here"),
    ] {
        let mut job = Job::new();
        let sum = release(&mut job, "0.2.0");
        pinned(&mut job, &format!("0.2.0 {TARGET} {sum}\n"));
        job.tool(
            "gh",
            &format!("echo \"$*\" >>{}\n{gh}", job.folder("asked").display()),
        );
        let done = job.uses(&[]);
        assert_eq!(
            (done.code == 0, done.log.contains(why)),
            (runs, true),
            "{done:?}"
        );
        let asked = std::fs::read_to_string(job.folder("asked")).unwrap();
        let workflow = "--signer-workflow crosspeer/crosspeer/.github/workflows/release.yml";
        assert!(gh == "exit 1" || asked.contains(workflow), "{asked}");
    }
}

#[test]
fn the_checksums_are_lines_of_version_target_and_sum() {
    let text = std::fs::read_to_string(Job::new().action.join("checksums.txt")).unwrap();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let parts: Vec<&str> = line.split(' ').collect();
        assert_eq!(parts.len(), 3, "{line}");
        let hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
        assert!(parts[2].len() == 64 && parts[2].chars().all(hex), "{line}");
    }
}
