//! The same input has the same identity: places from the root of the repository whichever way the input is named,
//! fingerprints whichever other findings there are, and reports of one use of the action only.
#![cfg(all(test, unix))]

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const OPEN: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: NAMESPACE}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: web}]}\n";
const DENY: &str = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny, namespace: NAMESPACE}\nspec:\n  podSelector: {}\n  policyTypes: [Ingress, Egress]\n";

/// An empty folder for a test, without links in its name.
fn folder(name: &str) -> PathBuf {
    let out = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .canonicalize()
        .unwrap()
        .join("identity")
        .join(name);
    let _ = std::fs::remove_dir_all(&out);
    std::fs::create_dir_all(&out).unwrap();
    out
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn crosspeer(here: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_crosspeer"))
        .current_dir(here)
        .args(arguments)
        .output()
        .unwrap()
}

fn log(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Every file that a SARIF log names, anywhere.
fn uris(log: &Value, out: &mut BTreeSet<String>) {
    match log {
        Value::Object(fields) => {
            if let Some(location) = fields.get("artifactLocation") {
                out.insert(location["uri"].as_str().unwrap().to_owned());
            }
            fields.values().for_each(|value| uris(value, out));
        }
        Value::Array(items) => items.iter().for_each(|value| uris(value, out)),
        _ => {}
    }
}

/// A repository with a plan, its sources and manifests; a link in it and one beside it lead to its folder.
fn repository(name: &str) -> PathBuf {
    let top = folder(name);
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/changes");
    let read = |path: &str| std::fs::read_to_string(testdata.join(path)).unwrap();
    let deploy = top.join("repo/stacks/deploy");
    write(&deploy.join("web.yaml"), &read("manifests.yaml"));
    write(&deploy.join("plan.json"), &read("route-added/plan.json"));
    for part in ["before", "route-added"] {
        for file in std::fs::read_dir(testdata.join(part)).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_some_and(|end| end == "tf") {
                std::fs::copy(&path, deploy.join(path.file_name().unwrap())).unwrap();
            }
        }
    }
    std::fs::create_dir_all(top.join("repo/.git")).unwrap();
    std::fs::create_dir_all(top.join("elsewhere/deep")).unwrap();
    std::os::unix::fs::symlink("stacks/deploy", top.join("repo/current")).unwrap();
    std::os::unix::fs::symlink("../repo/current", top.join("elsewhere/link")).unwrap();
    std::os::unix::fs::symlink("repo", top.join("checkout")).unwrap();
    top
}

/// The SARIF report of a scan.
fn sarif(here: &Path, input: &str) -> Value {
    let output = crosspeer(
        here,
        &[
            "scan",
            "--no-config",
            "--fail-on",
            "none",
            "--format",
            "sarif",
            input,
        ],
    );
    log(&output)
}

#[test]
fn places_are_those_of_the_repository_from_every_folder_and_by_every_path() {
    let top = repository("sixteen");
    let absolute = |path: &str| top.join(path).to_str().unwrap().to_owned();
    let deploy = absolute("repo/stacks/deploy");
    let linked = absolute("elsewhere/link");
    let dotted = absolute("elsewhere/deep/../../repo/stacks/../stacks/deploy");
    let ways: [(&str, [&str; 4]); 4] = [
        (
            "repo",
            [
                "stacks/deploy",
                &deploy,
                "stacks/../stacks/deploy",
                "current",
            ],
        ),
        (
            "repo/stacks",
            ["deploy", &deploy, "../stacks/deploy", "../current"],
        ),
        (
            "elsewhere",
            ["../repo/stacks/deploy", &deploy, &dotted, "link"],
        ),
        (
            "checkout/stacks",
            [
                "deploy",
                &linked,
                "../stacks/./deploy",
                "../../elsewhere/link",
            ],
        ),
    ];
    let mut wrong = BTreeMap::new();
    let mut fingerprints = BTreeSet::new();
    for (here, inputs) in &ways {
        for input in inputs {
            let log = sarif(&top.join(here), input);
            let mut found = BTreeSet::new();
            uris(&log, &mut found);
            assert!(found.len() > 2, "{here} {input}: {found:?}");
            let outside = |uri: &&String| {
                let name = uri.strip_prefix("stacks/deploy/");
                name.is_none_or(|name| name.contains('/'))
            };
            let outside: Vec<String> = found.iter().filter(outside).cloned().collect();
            if !outside.is_empty() {
                wrong.insert((*here, *input), outside);
            }
            let results = log["runs"][0]["results"].as_array().unwrap();
            let one: Vec<String> = results
                .iter()
                .map(|result| result["partialFingerprints"].to_string())
                .collect();
            fingerprints.insert(one);
        }
    }
    assert!(wrong.is_empty(), "{} of 16: {wrong:#?}", wrong.len());
    assert_eq!(fingerprints.len(), 1, "{fingerprints:#?}");
}

#[test]
fn annotations_and_summaries_name_files_from_the_root_too() {
    let top = repository("annotations");
    for format in ["github", "markdown"] {
        let output = crosspeer(
            &top.join("elsewhere"),
            &[
                "scan",
                "--no-config",
                "--fail-on",
                "none",
                "--format",
                format,
                "link",
            ],
        );
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("stacks/deploy/"), "{text}");
        assert!(!text.contains("link/"), "{text}");
    }
}

#[test]
fn an_alert_keeps_its_identity_when_others_are_accepted() {
    let here = folder("accepted");
    for name in ["shop", "till"] {
        let file = here.join(format!("{name}.yaml"));
        write(&file, &OPEN.replace("NAMESPACE", name));
    }
    let accepted = "accepted: [{rule: CP201, subject: till, reason: known}]\n";
    write(&here.join("some.yaml"), accepted);
    let identities = |more: &[&str]| {
        let common = ["scan", "--fail-on", "none", "--format", "sarif"];
        let files = ["shop.yaml", "till.yaml"];
        let log = log(&crosspeer(&here, &[&common[..], more, &files[..]].concat()));
        let results = log["runs"][0]["results"].as_array().unwrap().clone();
        let name = |result: &Value| result["message"]["text"].as_str().unwrap().to_owned();
        let all = results
            .iter()
            .map(|one| (name(one), one["partialFingerprints"].clone()));
        all.collect::<BTreeMap<_, _>>()
    };
    let (all, less) = (
        identities(&["--no-config"]),
        identities(&["--config", "some.yaml"]),
    );
    assert!(less.len() < all.len() && !less.is_empty());
    for (name, identity) in &less {
        assert_eq!(all.get(name), Some(identity), "{name}");
    }
}

/// Runs the action's script as a runner does; gives its outputs.
fn act(top: &Path, manifests: &str, more: &[(&str, &str)]) -> BTreeMap<String, String> {
    let outputs = top.join("outputs");
    let _ = std::fs::remove_file(&outputs);
    let action = Path::new(env!("CARGO_MANIFEST_DIR"));
    let done = Command::new("bash")
        .arg(action.join("action/scan.sh"))
        .env("GITHUB_ACTION_PATH", action)
        .current_dir(top)
        .env("BINARY", env!("CARGO_BIN_EXE_crosspeer"))
        .env("RUNNER_TEMP", top)
        .env("GITHUB_OUTPUT", &outputs)
        .env("GITHUB_STEP_SUMMARY", top.join("summary"))
        .env("MANIFESTS", manifests)
        .envs(more.iter().copied())
        .output()
        .unwrap();
    assert!(done.status.success(), "{done:?}");
    let text = std::fs::read_to_string(outputs).unwrap();
    let pairs = text.lines().filter_map(|line| line.split_once('='));
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

#[test]
fn a_second_use_of_the_action_does_not_upload_the_first_ones_report() {
    let top = folder("action");
    write(&top.join("open.yaml"), &OPEN.replace("NAMESPACE", "shop"));
    let first = act(&top, "open.yaml", &[]);
    let second = act(&top, "missing.yaml", &[]);
    assert_eq!(second["exit-code"], "2");
    assert!(!second.contains_key("sarif-file"), "{second:?}");
    let report = std::fs::read_to_string(&first["sarif-file"]).unwrap();
    assert!(
        report.contains("CP201"),
        "the first one's report stays: {report}"
    );
}

#[test]
fn the_action_compares_with_a_base() {
    let top = folder("action-base");
    write(&top.join("base/a.yaml"), &OPEN.replace("NAMESPACE", "shop"));
    write(&top.join("head/a.yaml"), &OPEN.replace("NAMESPACE", "shop"));
    let outputs = act(&top, "head", &[("BASE", "base"), ("NEW_ONLY", "true")]);
    let report = std::fs::read_to_string(&outputs["json-file"]).unwrap();
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["findings"], serde_json::json!([]));
}

/// Rule and subject of what `--new-only` reports against a base.
fn news(here: &Path, arguments: &[&str]) -> Vec<(String, String)> {
    let common = [
        "scan",
        "--no-config",
        "--fail-on",
        "none",
        "--format",
        "json",
        "--new-only",
    ];
    let report = log(&crosspeer(here, &[&common[..], arguments].concat()));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let findings = report["findings"].as_array().unwrap();
    findings
        .iter()
        .map(|one| (text(&one["rule"]), text(&one["subject"])))
        .collect()
}

/// Manifests of three namespaces: the first loses its policy, the second never had one, the third comes with the head.
fn two_sides(here: &Path, base: &str, head: &str) {
    let open = |name: &str| OPEN.replace("NAMESPACE", name);
    let closed = |name: &str| format!("{}---\n{}", open(name), DENY.replace("NAMESPACE", name));
    write(&here.join(base).join("lost.yaml"), &closed("lost"));
    write(&here.join(head).join("lost.yaml"), &open("lost"));
    for side in [base, head] {
        write(&here.join(side).join("old.yaml"), &open("old"));
        write(&here.join(side).join("kept.yaml"), &closed("kept"));
    }
    write(&here.join(head).join("added.yaml"), &open("added"));
}

#[test]
fn a_policy_that_the_head_takes_away_is_news() {
    let here = folder("base");
    two_sides(&here, "base", "head");
    let expected: Vec<(String, String)> = [("CP201", "added"), ("CP201", "lost")]
        .map(|(rule, subject)| (rule.to_owned(), subject.to_owned()))
        .into();
    assert_eq!(news(&here, &["--base", "base", "head"]), expected);
    assert_eq!(news(&here, &["head", "--base", "base"]), expected);
    assert_eq!(
        news(&here, &["--base", "base", "--manifests", "head"]),
        expected
    );
    assert_eq!(news(&here, &["--base", "head", "head"]), []);
    assert_eq!(news(&here.join("head"), &["--base", "../base"]), expected);
    assert_eq!(
        news(
            &here,
            &[
                "--base",
                "base/lost.yaml",
                "--base",
                "base/kept.yaml",
                "--base",
                "base/old.yaml",
                "head"
            ]
        ),
        expected
    );
}

#[test]
fn a_base_below_the_head_is_no_part_of_it() {
    let here = folder("nested");
    two_sides(&here, "base", ".");
    let found = news(&here, &["--base", "base"]);
    let subjects: Vec<&str> = found.iter().map(|(_, subject)| subject.as_str()).collect();
    assert_eq!(subjects, ["added", "lost"]);
}

#[test]
fn manifests_of_the_base_go_with_the_state_before_the_plan() {
    let top = repository("base-plan");
    let here = top.join("repo/stacks/deploy");
    let base = top.join("base/web.yaml");
    std::fs::create_dir_all(top.join("base")).unwrap();
    std::fs::copy(here.join("web.yaml"), &base).unwrap();
    let plan = ["--plan", "plan.json", "--tf", ".", "web.yaml"];
    let by_plan = news(&here, &plan);
    assert!(!by_plan.is_empty(), "the plan adds a route");
    let with_base = [&plan[..], &["--base", "../../../base"]].concat();
    assert_eq!(news(&here, &with_base), by_plan);
    // The base's own plan is what was there before: nothing is new against the same one.
    std::fs::copy(here.join("plan.json"), top.join("base/plan.json")).unwrap();
    assert_eq!(news(&here, &with_base), []);
}

#[test]
fn a_base_that_cannot_be_read_is_said() {
    let here = folder("broken");
    two_sides(&here, "base", "head");
    write(
        &here.join("base/x.yaml"),
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: [}\n",
    );
    let output = crosspeer(&here, &["scan", "--no-config", "--base", "base", "head"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("base/x.yaml"), "{said}");
    let output = crosspeer(&here, &["scan", "--no-config", "--base", "none", "head"]);
    assert_eq!(output.status.code(), Some(2));
    let output = crosspeer(
        &here,
        &["scan", "--no-config", "--before", "--base", "base", "head"],
    );
    assert_eq!(
        output.status.code(),
        Some(2),
        "two befores are one too many"
    );
}
