//! `fix` where users of generators of policies are let down: the internet, charts that print the rule, and what SARIF says of a narrowed one.

use crate::binary::{finish, folder, run};
use crate::fix::copy;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::Command;

/// The state of a rule's examples: two peered networks, a cluster with one node group, a machine on the other side.
fn state() -> String {
    let rules = crosspeer::rules::builtin().unwrap();
    let rule = rules.into_iter().find(|rule| rule.id == "CP105").unwrap();
    let resources = rule.examples.given.state.into_iter().map(|(address, values)| {
        let (kind, name) = address.split_once('.').unwrap();
        json!({"address": address, "mode": "managed", "type": kind, "name": name, "values": values})
    });
    let all: Vec<Value> = resources.collect();
    json!({"format_version": "1.0", "terraform_version": "1.11.4", "values": {"root_module": {"resources": all}}}).to_string()
}

fn fix(here: &Path, arguments: &[&str]) -> Value {
    let ran = run(here, &[&["fix", "--format", "json"], arguments].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    ran.json()
}

/// Who may send to an address of the internet, or get something from there, as far as policies say.
fn with_the_internet(here: &Path) -> BTreeSet<String> {
    let ran = run(here, &["reach", "--scope", "cluster", "--format", "json"]);
    let probe: Ipv4Addr = "8.8.8.8".parse().unwrap();
    let holds = |end: &str| {
        let range = end
            .split_once('-')
            .and_then(|(first, last)| Some((first.parse::<Ipv4Addr>().ok()?, last.parse().ok()?)));
        range.is_some_and(|(first, last)| (first..=last).contains(&probe))
    };
    let report = ran.json();
    let rows = report["flows"].as_array().unwrap().iter();
    let own = rows.filter(|row| {
        ["from", "to"]
            .iter()
            .any(|end| holds(row[end].as_str().unwrap()))
    });
    let text = |row: &Value| {
        let name = |end: &str| Some(row[end].as_str().unwrap()).filter(|own| !holds(own));
        format!("{:?} {:?} {}", name("from"), name("to"), row["traffic"])
    };
    own.map(text).collect()
}

#[test]
fn the_internet_stays_open_both_ways() {
    let demo = copy(&crate::fix::demo());
    let here = demo.path();
    let before = with_the_internet(here);
    assert!(before.len() > 5, "{before:?}");
    let report = fix(here, &["CP101", "CP102", "--write"]);
    assert!(report["fixes"].as_array().unwrap().len() > 5, "{report}");
    assert_eq!(with_the_internet(here), before);
}

const PRINTED: &str = "---
# Source: web/templates/web.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: example}]}
---
# Source: web/templates/policy.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: open
  namespace: shop
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
    - {}
";

/// A file that a chart printed once is changed, and the note says what else has to be.
#[test]
fn a_rule_in_a_file_that_a_chart_printed_is_changed_there_and_says_so() {
    let state = state();
    let here = folder(
        "fix_cases/printed",
        &[("state.json", &state), ("printed.yaml", PRINTED)],
    );
    let report = fix(&here, &["CP101"]);
    let edits = report["edits"].as_array().unwrap();
    assert_eq!(edits.len(), 1, "{report}");
    assert_eq!(edits[0]["file"], "printed.yaml");
    let notes = report["notes"].to_string();
    assert!(
        notes.contains("`printed.yaml` is what a chart printed from `web/templates/policy.yaml`: make the same change there"),
        "{notes}"
    );
}

/// Where a chart is printed anew each time, its rule is not rewritten: what can deny stands beside its templates; nothing else does.
#[cfg(unix)]
#[test]
fn a_rule_that_a_chart_prints_stays_and_what_denies_stands_beside_it() {
    use std::os::unix::fs::PermissionsExt;
    for (engine, denies) in [("calico", true), ("cilium", true), ("vpc-cni", false)] {
        let (state, config) = (state(), format!("policyEngine: {engine}\n"));
        let helm = format!("#!/bin/sh\n[ \"$1\" = template ] || exit 0\nprintf '%s' '{PRINTED}'\n");
        let here = folder(
            &format!("fix_cases/chart-{engine}"),
            &[
                ("crosspeer.yaml", &config),
                ("state.json", &state),
                ("bin/helm", &helm),
                (
                    "web/Chart.yaml",
                    "apiVersion: v2\nname: web\nversion: 1.0.0\n",
                ),
                ("web/templates/web.yaml", "# {{ .Values.web }}\n"),
                ("web/templates/policy.yaml", "# {{ .Values.policy }}\n"),
            ],
        );
        let program = here.join("bin/helm");
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        let path = format!("{}:/usr/bin:/bin", here.join("bin").display());
        let mut command = Command::new(env!("CARGO_BIN_EXE_crosspeer"));
        command
            .current_dir(&here)
            .env("PATH", path)
            .args(["fix", "CP101", "--format", "json"]);
        let ran = finish(command);
        assert_eq!(ran.code, 0, "{engine}: {}", ran.err);
        let report = ran.json();
        let edits = report["edits"].as_array().unwrap();
        if denies {
            let file = edits[0]["file"].as_str().unwrap();
            assert!(
                file.starts_with("web/templates/shop-"),
                "{engine}: {report}"
            );
            let notes = report["notes"].to_string();
            assert!(
                notes.contains("the policy stands beside its templates"),
                "{engine}: {notes}"
            );
        } else {
            assert!(edits.is_empty(), "{report}");
            let why = report["unproved"].to_string();
            assert!(why.contains("change it where it is made"), "{why}");
        }
    }
}

/// A copy of the demo whose sources say something literally.
fn literal(from: &str, to: &str) -> tempfile::TempDir {
    let demo = copy(&crate::fix::demo());
    let path = demo.path().join("infra/peering.tf");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{text}");
    std::fs::write(path, text.replacen(from, to, 1)).unwrap();
    demo
}

/// The network across the border is 10.20.0.0/16; its nodes stand in 10.20.0.0/20 and 10.20.16.0/20.
#[test]
fn a_narrowed_rule_is_a_fix_of_sarif_with_its_file_lines_and_text() {
    let demo = literal(
        "cidr_ipv4         = aws_vpc.app.cidr_block",
        "cidr_ipv4         = \"10.20.0.0/16\"",
    );
    let select = ["scan", "--select", "CP501", "--fail-on", "none", "--fixes"];
    let ran = run(demo.path(), &[&select[..], &["--format", "sarif"]].concat());
    let log = ran.json();
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 1, "{}", ran.out);
    let change = &results[0]["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["artifactLocation"]["uri"], "infra/peering.tf");
    let replacement = json!([{
        "deletedRegion": {"startLine": 24, "startColumn": 1, "endLine": 25, "endColumn": 1},
        "insertedContent": {"text": "  cidr_ipv4         = \"10.20.0.0/19\"\n"},
    }]);
    assert_eq!(change["replacements"], replacement, "{}", ran.out);
}

/// A peering leads to the network behind it and no farther: 10.40.0.0/16.
#[test]
fn a_route_that_leads_too_far_is_narrowed_to_the_network_behind_the_border() {
    let demo = literal(
        "destination_cidr_block    = aws_vpc.data.cidr_block",
        "destination_cidr_block    = \"10.40.0.0/15\"",
    );
    let here = demo.path();
    let plan = std::fs::read_to_string(here.join("plan.json")).unwrap();
    let (from, to) = (
        "\"destination_cidr_block\":\"10.40.0.0/16\"",
        "\"destination_cidr_block\":\"10.40.0.0/15\"",
    );
    assert!(plan.contains(from));
    std::fs::write(here.join("plan.json"), plan.replace(from, to)).unwrap();
    let flows = || run(here, &["reach", "--format", "json"]).json()["flows"].clone();
    let before = flows();
    let report = fix(here, &["CP405", "--write"]);
    assert_eq!(report["fixes"].as_array().unwrap().len(), 1, "{report}");
    let text = std::fs::read_to_string(here.join("infra/peering.tf")).unwrap();
    assert!(
        text.contains("destination_cidr_block    = \"10.40.0.0/16\""),
        "{text}"
    );
    crate::fix::plan_anew(here);
    assert_eq!(flows(), before);
    let left = run(here, &["scan", "--select", "CP405", "--format", "json"]);
    assert_eq!(left.json()["findings"], json!([]), "{}", left.out);
}
