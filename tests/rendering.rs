//! Charts and kustomizations, rendered by the real tools where they are on the machine. `.ci/run` installs them.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first thing that is not as expected")]

use serde_json::Value;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The path of programs, with the tools that `.ci/run` installs in front.
fn path() -> OsString {
    let own = ["helm", "kubectl"].map(|tool| root().join("target/tools").join(tool));
    let all = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(own.into_iter().chain(std::env::split_paths(&all))).unwrap()
}

/// Whether the programs are there; says that the test is skipped where they are not.
fn has(programs: &[&str]) -> bool {
    let folders: Vec<PathBuf> = std::env::split_paths(&path()).collect();
    let missing: Vec<&&str> = programs.iter().filter(|program| !folders.iter().any(|folder| folder.join(program).is_file())).collect();
    if !missing.is_empty() {
        eprintln!("skipped: {missing:?} not on the PATH and not in target/tools");
    }
    missing.is_empty()
}

fn crosspeer(here: &Path, path: OsString, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_crosspeer"));
    command.env("PATH", path).env("KUBECONFIG", "/no/such/file").current_dir(here).args(arguments).output().unwrap()
}

/// A scan's report as JSON.
fn scan(here: &Path, arguments: &[&str]) -> Value {
    let all: Vec<&str> =
        ["scan", "--no-config", "--fail-on", "none", "--format", "json"].into_iter().chain(arguments.iter().copied()).collect();
    let output = crosspeer(here, path(), &all);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// `rule subject file:line` of each finding.
fn findings(report: &Value) -> Vec<String> {
    let said = |finding: &Value| {
        let at = &finding["location"];
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        format!("{} {} {}:{}", text(&finding["rule"]), text(&finding["subject"]), text(&at["file"]), at["line"])
    };
    report["findings"].as_array().unwrap().iter().map(said).collect()
}

fn inputs(report: &Value) -> Vec<(String, String, u64)> {
    let row = |row: &Value| {
        (row["path"].as_str().unwrap().to_owned(), row["kind"].as_str().unwrap().to_owned(), row["resources"].as_u64().unwrap())
    };
    report["inputs"].as_array().unwrap().iter().map(row).collect()
}

/// A folder of its own for one test.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

#[test]
fn a_chart_is_rendered_as_helm_is_told_to() {
    if !has(&["helm"]) {
        return;
    }
    let here = root().join("testdata/rendering");
    // The web's policy isolates it for ingress alone, the sub-chart's pod is isolated by nothing.
    let open = scan(&here, &["--chart", "chart", "--release", "r", "--namespace", "shop"]);
    assert_eq!(
        findings(&open),
        ["CP202 shop chart/charts/queue/templates/queue.yaml:4", "CP203 shop chart/charts/queue/templates/queue.yaml:4"]
    );
    assert!(open["findings"][1]["message"].as_str().unwrap().contains("`r-queue` and `r-web`"), "{}", open["findings"][1]);
    // One deployment, one pod, one policy.
    assert_eq!(inputs(&open), [("chart (r)".to_owned(), "chart".to_owned(), 3)]);
    let isolated = scan(&here, &["chart", "--release", "r", "--namespace", "shop", "--values", "chart/isolated.yaml"]);
    assert_eq!(findings(&isolated), [""; 0]);
}

#[test]
fn findings_lead_back_to_the_lines_of_templates_and_bases() {
    if !has(&["helm", "kubectl"]) {
        return;
    }
    let here = root().join("testdata/rendering");
    let explain = |from: &str, to: &str, arguments: &[&str]| {
        let all: Vec<&str> = ["explain", "--no-config", "--format", "json", "--from", from, "--to", to]
            .into_iter()
            .chain(arguments.iter().copied())
            .collect();
        let output = crosspeer(&here, path(), &all);
        let trail: Value = serde_json::from_slice(&output.stdout).unwrap();
        let places = trail["hops"].as_array().unwrap().iter().filter_map(|hop| hop.get("origin"));
        places.map(|at| format!("{}:{}", at["file"].as_str().unwrap(), at["line"])).collect::<Vec<_>>()
    };
    // `isolated` keeps the queue from sending. It has no `egress` whose line could be told: its `spec` begins there, between actions.
    let chart = ["chart", "--release", "r", "--values", "chart/isolated.yaml"];
    assert_eq!(explain("default/r-queue", "default/r-web", &chart), ["chart/templates/policies.yaml:8"]);
    // The overlay puts the web on the host network: its name stands in the base, the patched line nowhere in it.
    let report = scan(&here, &["overlays/prod"]);
    assert_eq!(findings(&report), ["CP301 prod/prod-isolated base/policies.yaml:5", "CP301 prod/prod-web base/policies.yaml:13"]);
}

#[test]
fn a_walked_directory_renders_each_thing_once() {
    if !has(&["helm", "kubectl"]) {
        return;
    }
    let here = folder("walked");
    let copied = Command::new("cp").args(["-r"]).arg(root().join("testdata/rendering")).arg(here.join("apps")).status().unwrap();
    assert!(copied.success());
    write(
        &here,
        &[
            ("plain.yaml", "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: plain\n"),
            ("common/Chart.yaml", "apiVersion: v2\nname: common\ntype: library\nversion: 1.0.0\n"),
            ("common/templates/_x.tpl", "{{ define \"x\" }}{{ end }}\n"),
            ("flux/kustomization.yaml", "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: apps\n"),
        ],
    );
    let row = |path: &str, kind: &str, resources| (path.to_owned(), kind.to_owned(), resources);
    assert_eq!(
        inputs(&scan(&here, &[])),
        [
            row("apps/chart", "chart", 3),
            row("apps/overlays/prod", "kustomization", 3),
            row("flux/kustomization.yaml", "manifests", 1),
            row("plain.yaml", "manifests", 1),
        ]
    );
    // Named beside its overlay, the base is still a part of it.
    assert_eq!(inputs(&scan(&here, &["apps/base", "apps/overlays/prod"])), [row("apps/overlays/prod", "kustomization", 3)]);
    assert_eq!(inputs(&scan(&here, &["apps/base"])), [row("apps/base", "kustomization", 3)]);
}

#[test]
fn what_a_tool_refuses_is_told_in_its_words() {
    if !has(&["helm", "kubectl"]) {
        return;
    }
    let here = folder("refused");
    write(
        &here,
        &[
            ("web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"),
            ("web/templates/a.yaml", "{{ required \"the port is needed\" .Values.port }}\n"),
            ("remote/kustomization.yaml", "resources:\n  - https://example.com/base.yaml\n"),
            ("git/kustomization.yaml", "resources:\n  - github.com/example/base?ref=v1\n"),
        ],
    );
    let run = |arguments: &[&str]| {
        let output = crosspeer(&here, path(), arguments);
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (code, said) = run(&["scan", "--no-config", "--chart", "web"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("the port is needed") && said.contains("helm template web > rendered.yaml"), "{said}");
    // Nothing is fetched, neither by http nor by git.
    for folder in ["remote", "git"] {
        let (code, said) = run(&["scan", "--no-config", folder]);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains("failed") && said.contains(&format!("kubectl kustomize {folder} > rendered.yaml")), "{said}");
    }
    // Found and not asked for: the rest is analysed, and what was left out is said.
    let (code, said) = run(&["scan", "--no-config"]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(said.matches("was not analysed").count(), 3, "{said}");
    assert_eq!(run(&["scan", "--no-config", "--strict"]).0, Some(3));
}

#[test]
fn without_a_tool_it_is_said_how_to_render_by_hand() {
    let here = root().join("testdata/rendering");
    let run = |arguments: &[&str]| {
        let output = crosspeer(&here, OsString::new(), arguments);
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (code, out, err) = run(&["scan", "--no-config", "chart", "overlays/prod", "--release", "r", "--verbose"]);
    assert_eq!(code, Some(0), "{err}");
    assert!(err.contains("there is no `helm` on the PATH") && err.contains("helm template r chart > rendered.yaml"), "{err}");
    assert!(err.contains("there is neither `kustomize` nor `kubectl` on the PATH"), "{err}");
    assert!(err.contains("kubectl kustomize overlays/prod > rendered.yaml"), "{err}");
    assert!(out.contains("was not analysed"), "it stands in the ledger: {out}");
    assert_eq!(run(&["scan", "--no-config", "chart", "--strict"]).0, Some(3));
    assert_eq!(run(&["scan", "--no-config", "--chart", "base"]).0, Some(2), "no chart");
}
