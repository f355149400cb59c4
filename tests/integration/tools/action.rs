//! The steps of the GitHub Action, with a checkout that would have its own programs run.

use super::Sandbox;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

fn program(path: &Path, script: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

fn source() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A checkout with programs and settings of its own, and a machine whose cargo writes down where and how it is run.
fn place() -> Sandbox {
    let place = Sandbox::new(&[
        (".cargo/config.toml", "[build]\nrustc-wrapper = './evil'\n"),
        ("rust-toolchain.toml", "[toolchain]\npath = './evil'\n"),
    ]);
    let home = place.home.path();
    for name in ["cargo", "rustup", "helm", "mktemp"] {
        let evil = format!("echo ran >>{}", home.join("evil").display());
        program(&place.repository().join(name), &evil);
        program(&place.repository().join("bin").join(name), &evil);
    }
    let log = home.join("log");
    program(
        &home.join("tools/cargo"),
        &format!(
            "echo \"folder $PWD\" >>{log}; echo \"arguments $*\" >>{log}\n\
             export -p | while IFS= read -r line; do echo \"environment $line\"; done >>{log}\n\
             mkdir -p \"$CARGO_TARGET_DIR/quick\"; : >\"$CARGO_TARGET_DIR/quick/crosspeer\"",
            log = log.display()
        ),
    );
    program(&home.join("tools/rustup"), "exit 0");
    std::fs::create_dir(home.join("temporary")).unwrap();
    place
}

/// Runs a script as a step of a job does: in the checkout, with its folders on the path; what it put out for later steps.
fn step(place: &Sandbox, script: &str, variables: &[(&str, &str)]) -> String {
    let home = place.home.path();
    let (repository, tools) = (place.repository(), home.join("tools"));
    let link = home.join("link");
    if !link.exists() {
        std::os::unix::fs::symlink(repository.join("bin"), &link).unwrap();
    }
    let path = format!(
        ".:bin::{0}:{0}/bin:{1}/../repository/bin:{2}:/no/such/folder:{1}:/usr/bin:/bin",
        repository.display(),
        tools.display(),
        link.display()
    );
    let output = home.join("output");
    let _ = std::fs::remove_file(&output);
    let done = Command::new("/bin/bash")
        .args(["--noprofile", "--norc", "-eo", "pipefail", "-c"])
        .arg("source \"$GITHUB_ACTION_PATH/action/$SCRIPT\"")
        .env_clear()
        .envs([("PATH", path.as_str()), ("SCRIPT", script)])
        .envs([
            ("GITHUB_ACTION_PATH", source()),
            ("HOME", home.to_owned()),
            ("RUNNER_TEMP", home.join("temporary")),
            ("GITHUB_WORKSPACE", repository.clone()),
            ("GITHUB_OUTPUT", output.clone()),
        ])
        .envs([
            ("RUSTC_WRAPPER", "./evil"),
            ("CARGO_BUILD_RUSTC_WRAPPER", "./evil"),
            ("RUSTFLAGS", "-Clinker=./evil"),
        ])
        .envs(variables.iter().copied())
        .current_dir(repository)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{said}");
    assert!(
        !home.join("evil").exists(),
        "a program of the checkout ran: {said}"
    );
    std::fs::read_to_string(output).unwrap_or_default()
}

#[test]
fn the_build_obeys_nothing_of_the_checkout() {
    let place = place();
    let output = step(&place, "build.sh", &[]);
    let temporary = place.home.path().join("temporary").display().to_string();
    let folder = place.log("folder").concat();
    assert!(folder.starts_with(&temporary), "{folder}");
    let environment = place.log("environment").join("\n");
    assert!(!environment.contains("evil"), "{environment}");
    assert!(environment.contains("RUSTUP_TOOLCHAIN="), "{environment}");
    assert!(
        environment.contains(&format!("CARGO_TARGET_DIR='{temporary}"))
            || environment.contains(&format!("CARGO_TARGET_DIR=\"{temporary}")),
        "{environment}"
    );
    assert!(
        !environment.contains(&place.repository().display().to_string()),
        "{environment}"
    );
    let arguments = place.log("arguments").join(" ");
    assert!(arguments.contains("--locked"), "{arguments}");
    // What a release can do, a build of the Action can do.
    let release = std::fs::read_to_string(source().join(".ci/release")).unwrap();
    for text in [arguments, release] {
        let (_, features) = text.split_once("--features ").unwrap();
        assert!(features.starts_with("facts "), "{text}");
    }
    let binary = output.trim().strip_prefix("binary=").unwrap().to_owned();
    assert!(
        Path::new(&binary).is_file() && binary.starts_with(&temporary),
        "{binary}"
    );
}

#[test]
fn inputs_of_the_action_are_values_and_its_programs_those_of_the_machine() {
    let place = place();
    let log = place.home.path().join("given");
    let binary = place.home.path().join("crosspeer");
    program(
        &binary,
        &format!(
            "for one; do echo \"$one\"; done >{0}; echo \"$PATH\" >>{0}",
            log.display()
        ),
    );
    let hostile = "$(./evil); `./evil` --version";
    let variables = [
        ("BINARY", binary.to_str().unwrap()),
        ("PLAN", "--help\nb.json"),
        ("MANIFESTS", hostile),
        ("TERRAFORM_DIR", "-x"),
        ("FACTS", "-f\nstore"),
        ("CONFIG", hostile),
        ("FAIL_ON", "none"),
    ];
    let output = step(&place, "scan.sh", &variables);
    assert!(output.contains("exit-code=0"), "{output}");
    let given = std::fs::read_to_string(log).unwrap();
    for expected in [
        "--plan=./--help",
        "--plan=b.json",
        "--tf=./-x",
        "--facts=./-f",
        "--facts=store",
    ] {
        assert!(given.lines().any(|line| line == expected), "{given}");
    }
    for option in ["--manifests", "--config"] {
        assert!(given.contains(&format!("{option}={hostile}")), "{given}");
    }
    let path = given.lines().last().unwrap();
    let tools = place.home.path().join("tools");
    assert_eq!(path, format!("{}:/usr/bin:/bin", tools.display()));
}

#[test]
fn no_input_of_the_action_is_text_of_a_script() {
    let text = std::fs::read_to_string(source().join("action.yml")).unwrap();
    let (mut in_run, mut scripts) = (None, 0);
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        if let Some(own) = in_run
            && indent > own
        {
            assert!(!line.contains("${{"), "{line}");
            continue;
        }
        in_run = None;
        if let Some(script) = line
            .trim_start()
            .trim_start_matches("- ")
            .strip_prefix("run:")
        {
            assert!(!script.contains("${{"), "{line}");
            in_run = Some(indent);
            scripts += 1;
        }
    }
    assert!(scripts >= 3, "the scripts were not found");
    assert!(
        !text.contains("cargo "),
        "the build has a script of its own"
    );
}
