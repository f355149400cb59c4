//! Charts and kustomizations, rendered by the real tools where they are on the machine. `.ci/run` installs them.

mod delivered;
mod destinations;
mod folders;
mod missing_tools;

use crate::binary::{self, Ran, finish, root, write};
use serde_json::Value;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// An empty folder of this module's.
fn folder(name: &str) -> PathBuf {
    binary::folder(&format!("rendering/{name}"), &[])
}

const POD: &str =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: c, image: i}]}\n";
const DENY: &str = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny}\nspec: {podSelector: {}, policyTypes: [Ingress, Egress]}\n";

const CHART: &[(&str, &str)] = &[
    (
        "charts/web/Chart.yaml",
        "apiVersion: v2\nname: web\nversion: 1.0.0\n",
    ),
    (
        "charts/web/templates/web.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}-{{ .Values.suffix }}\nspec:\n  containers: [{name: a, image: a}]\n",
    ),
];

/// The path of programs, with the tools that `.ci/run` installs in front.
fn path() -> OsString {
    let own = ["helm", "kubectl"].map(|tool| root().join("target/tools").join(tool));
    let all = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(own.into_iter().chain(std::env::split_paths(&all))).unwrap()
}

/// Whether the programs are there; says that the test is skipped where they are not.
fn has(programs: &[&str]) -> bool {
    let folders: Vec<PathBuf> = std::env::split_paths(&path()).collect();
    let missing: Vec<&&str> = programs
        .iter()
        .filter(|program| !folders.iter().any(|folder| folder.join(program).is_file()))
        .collect();
    if !missing.is_empty() {
        eprintln!("skipped: {missing:?} not on the PATH and not in target/tools");
    }
    missing.is_empty()
}

/// Runs the binary with a path of programs.
fn crosspeer(here: &Path, path: OsString, arguments: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_crosspeer"));
    command
        .env("PATH", path)
        .env("KUBECONFIG", "/no/such/file")
        .current_dir(here)
        .args(arguments);
    finish(command)
}

/// A scan's report as JSON.
fn scan(here: &Path, arguments: &[&str]) -> Value {
    let all: Vec<&str> = [
        "scan",
        "--no-config",
        "--fail-on",
        "none",
        "--format",
        "json",
    ]
    .into_iter()
    .chain(arguments.iter().copied())
    .collect();
    let ran = crosspeer(here, path(), &all);
    assert_eq!(ran.code, 0, "{}", ran.err);
    ran.json()
}

/// `rule subject file:line` of each finding.
fn findings(report: &Value) -> Vec<String> {
    let said = |finding: &Value| {
        let at = &finding["location"];
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        format!(
            "{} {} {}:{}",
            text(&finding["rule"]),
            text(&finding["subject"]),
            text(&at["file"]),
            at["line"]
        )
    };
    report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(said)
        .collect()
}

fn inputs(report: &Value) -> Vec<(String, String, u64)> {
    let row = |row: &Value| {
        (
            row["path"].as_str().unwrap().to_owned(),
            row["kind"].as_str().unwrap().to_owned(),
            row["resources"].as_u64().unwrap(),
        )
    };
    report["inputs"]
        .as_array()
        .unwrap()
        .iter()
        .map(row)
        .collect()
}
