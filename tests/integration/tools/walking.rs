//! Links and special files in a folder that is walked.

use super::{SCAN, Sandbox, said};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::Instant;

const POD: &str =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: good}\nspec: {containers: [{name: a}]}\n";

/// A repository whose folder `d` holds a pod, beside a file outside that would be quoted if it were read.
fn place() -> Sandbox {
    let place = Sandbox::new(&[("d/good.yaml", POD), ("shared/more.yaml", POD)]);
    std::fs::write(
        place.home.path().join("outside.yaml"),
        "x: 1\n  CANARY: [\n",
    )
    .unwrap();
    std::fs::create_dir_all(place.home.path().join("elsewhere/deep")).unwrap();
    std::fs::write(
        place.home.path().join("elsewhere/kustomization.yaml"),
        "CANARY: [\n",
    )
    .unwrap();
    std::fs::write(place.home.path().join("elsewhere/deep/main.tf"), "CANARY {").unwrap();
    place
}

fn fifo(path: &Path) {
    let made = std::process::Command::new("mkfifo").arg(path).status();
    assert!(made.unwrap().success());
}

#[test]
fn links_that_lead_out_of_the_folder_are_named_and_not_read() {
    for (name, target) in [
        ("x.yaml", "../../outside.yaml"),
        ("x.json", "../../outside.yaml"),
        ("main.tf", "../../outside.yaml"),
        ("x.yaml", "/etc/hostname"),
        ("x.yaml", "/dev/zero"),
        ("x.yaml", "../shared/more.yaml"),
        ("x.yaml", "../../no-such-file"),
        ("x.yaml", "x.yaml"),
        ("folder", "../../elsewhere"),
        ("folder", "/"),
    ] {
        let place = place();
        symlink(target, place.repository().join("d").join(name)).unwrap();
        for input in [&["d"][..], &["--manifests", "d"], &["--cluster", "c=d"]] {
            let start = Instant::now();
            let output = place.run(&[SCAN, input].concat());
            let said = said(&output);
            assert!(start.elapsed().as_secs() < 10, "{name} to {target}");
            assert!(!said.contains("CANARY"), "{name} to {target}: {said}");
            if input[0] == "--cluster" {
                continue; // no such cluster: what counts is that nothing is quoted
            }
            assert_eq!(output.status.code(), Some(0), "{name} to {target}: {said}");
            assert!(
                said.contains(&format!("d/{name}")),
                "{name} to {target}: {said}"
            );
            assert!(
                said.contains("default/good") || said.contains("`good`"),
                "the pod beside it counts: {said}"
            );
            assert!(
                said.contains("1 other file skipped"),
                "{name} to {target}: {said}"
            );
        }
        // What may have been an input is missing in the answer.
        let strict = place.run(&["scan", "--no-config", "--fail-on", "none", "--strict", "d"]);
        let expected = if name == "folder" { 0 } else { 3 };
        assert_eq!(strict.status.code(), Some(expected), "{name} to {target}");
    }
}

#[test]
fn fifos_and_sockets_in_a_folder_are_passed_over() {
    for name in [
        "x.yaml",
        "x.json",
        "main.tf",
        "terraform.tfvars",
        "Chart.yaml",
        "kustomization.yaml",
        "x",
    ] {
        let place = place();
        fifo(&place.repository().join("d").join(name));
        let output = place.run(&[SCAN, &["d"]].concat());
        let said = said(&output);
        assert_eq!(output.status.code(), Some(0), "{name}: {said}");
        assert!(said.contains(&format!("d/{name}")), "{name}: {said}");
        assert!(said.contains("`good`"), "{name}: {said}");
    }
    let place = place();
    let _socket =
        std::os::unix::net::UnixListener::bind(place.repository().join("d/s.yaml")).unwrap();
    let output = place.run(&[SCAN, &["d"]].concat());
    assert!(
        said(&output).contains("d/s.yaml` is a socket"),
        "{}",
        said(&output)
    );
}

#[test]
fn links_inside_of_the_folder_are_what_they_lead_to() {
    let place = place();
    place.write(&[("d/data/more.txt", &POD.replace("good", "linked"))]);
    symlink("data/more.txt", place.repository().join("d/more.yaml")).unwrap();
    symlink("good.yaml", place.repository().join("d/again.yaml")).unwrap();
    let output = place.run(&[
        "scan",
        "--no-config",
        "--fail-on",
        "none",
        "--format",
        "json",
        "d",
    ]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["summary"]["workloads"], 2, "{report:#}");
}

#[test]
fn a_file_that_is_named_may_be_a_pipe_and_has_a_limit() {
    let place = place();
    let run = |script: &str| {
        let output = std::process::Command::new("/bin/bash")
            .env("CROSSPEER", env!("CARGO_BIN_EXE_crosspeer"))
            .args(["-c", script])
            .current_dir(place.repository())
            .output()
            .unwrap();
        said(&output)
    };
    let said = run("$CROSSPEER scan --no-config --fail-on none <(/bin/cat d/good.yaml)");
    assert!(said.contains("`good`"), "{said}");
}
