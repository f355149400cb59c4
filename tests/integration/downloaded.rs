//! Findings about code inside a downloaded module: they stand at the module's call, with the inner place beside it, and a comment
//! in the root asks to ignore them.
#![cfg(test)]

use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Output};

/// A checkout in which the module is downloaded, and the call of it with a comment above.
fn checkout(name: &str, comment: &str) -> PathBuf {
    let from = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata/downloaded");
    let to = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .join("downloaded")
        .join(name);
    let _ = std::fs::remove_dir_all(&to);
    let module = to.join(".terraform/modules/hub");
    std::fs::create_dir_all(&module).unwrap();
    let root = std::fs::read_to_string(from.join("main.tf"))
        .unwrap()
        .replace("./hub", "acme/hub/aws");
    std::fs::write(
        to.join("main.tf"),
        root.replace("module \"hub\" {", &format!("{comment}module \"hub\" {{")),
    )
    .unwrap();
    std::fs::copy(from.join("hub/main.tf"), module.join("main.tf")).unwrap();
    let listing = r#"{"Modules":[{"Key":"","Dir":"."},{"Key":"hub","Source":"acme/hub/aws","Dir":".terraform/modules/hub"}]}"#;
    std::fs::write(to.join(".terraform/modules/modules.json"), listing).unwrap();
    std::fs::copy(from.join("plan.json"), to.join("plan.json")).unwrap();
    let manifest = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec: {selector: {matchLabels: {app: web}}, \
                    template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: web}]}}}\n";
    std::fs::write(to.join("web.yaml"), manifest).unwrap();
    to
}

fn scan(here: &PathBuf, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_crosspeer"));
    command.current_dir(here).args([
        "scan",
        "--no-config",
        "--select",
        "CP101",
        "--plan",
        "plan.json",
        "--manifests",
        "web.yaml",
    ]);
    command.args(more).output().unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_hop_inside_the_module_stands_at_its_call() {
    let here = checkout("call", "");
    let report = json(&scan(&here, &["--format", "json"]));
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "{report:#}");
    let hops = findings[0]["path"].as_array().unwrap();
    let origin = |kind: &str| &hops.iter().find(|hop| hop["hop"] == kind).unwrap()["origin"];
    for (kind, address, inner) in [
        ("border", "module.hub.aws_vpc_peering_connection.this", 14),
        // The line of the destination.
        ("route", r#"module.hub.aws_route.this["to.data/b"]"#, 23),
        (
            "return-route",
            r#"module.hub.aws_route.this["to.app/a"]"#,
            23,
        ),
    ] {
        let origin = origin(kind);
        assert_eq!(
            (&origin["file"], &origin["line"], &origin["address"]),
            (&"main.tf".into(), &2.into(), &address.into()),
            "{kind}"
        );
        assert_eq!(
            (&origin["inner"]["file"], &origin["inner"]["line"]),
            (&".terraform/modules/hub/main.tf".into(), &inner.into()),
            "{kind}"
        );
    }
    let sarif = json(&scan(&here, &["--format", "sarif"]));
    let related = sarif["runs"][0]["results"][0]["relatedLocations"]
        .as_array()
        .unwrap();
    let place = |one: &Value| {
        let place = &one["physicalLocation"];
        (
            place["artifactLocation"]["uri"]
                .as_str()
                .unwrap()
                .to_owned(),
            place["region"]["startLine"].as_u64().unwrap(),
        )
    };
    let places: Vec<_> = related.iter().map(place).collect();
    for line in [14, 23] {
        assert!(
            places
                .iter()
                .any(|(uri, own)| uri.ends_with(".terraform/modules/hub/main.tf") && *own == line),
            "{places:?}"
        );
    }
}

#[test]
fn comments_on_the_call_are_obeyed_and_idle_ones_are_told() {
    let obeyed = scan(
        &checkout("obeyed", "# crosspeer: ignore[CP101] known\n"),
        &["--format", "json"],
    );
    assert_eq!(json(&obeyed)["findings"].as_array().unwrap().len(), 0);
    // The database, and the addresses of its network.
    assert_eq!(json(&obeyed)["suppressed"], 2);
    assert!(!String::from_utf8_lossy(&obeyed.stderr).contains("leaves nothing out"));
    // Of another instance than the one that the flow goes by: no instance of the call has that key.
    let idle = scan(
        &checkout("idle", "# crosspeer: ignore[CP101][\"x\"] known\n"),
        &["--format", "json"],
    );
    assert_eq!(json(&idle)["findings"].as_array().unwrap().len(), 1);
    let said = String::from_utf8_lossy(&idle.stderr).into_owned();
    assert!(
        said.contains("`main.tf:2`: the request to ignore CP101 leaves nothing out; remove it"),
        "{said}"
    );
    // A comment about a rule that did not run says nothing.
    let other = scan(
        &checkout("other", "# crosspeer: ignore[CP201] known\n"),
        &["--format", "json"],
    );
    assert!(!String::from_utf8_lossy(&other.stderr).contains("leaves nothing out"));
}

#[test]
fn a_binary_plan_that_cannot_be_read_is_told_and_missed_by_nothing_else() {
    let here = checkout("encrypted", "");
    std::fs::write(
        here.join("plan.tfplan"),
        r#"{"meta":{},"encrypted_data":"x"}"#,
    )
    .unwrap();
    let output = scan(
        &here,
        &[
            "--format",
            "json",
            "--plan-file",
            "plan.tfplan",
            "--fail-on",
            "none",
        ],
    );
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(
        said.contains("`plan.tfplan`: the binary plan is no zip but JSON: encrypted by OpenTofu"),
        "{said}"
    );
    assert_eq!(json(&output)["findings"].as_array().unwrap().len(), 1);
}
