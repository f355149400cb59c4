//! Nothing that the input marks as sensitive, and nothing of what could not be understood, is printed: in any format, on
//! standard error, with `-v`. The secrets are planted by the hundred; each is looked for in everything that comes out.

mod broken;
mod planting;

use crate::binary::{self, run};
use planting::{PLANS, alone, mark};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// An empty folder of this module's.
fn folder(name: &str) -> PathBuf {
    binary::folder(&format!("secrets/{name}"), &[])
}

/// Everything that a command prints.
fn all_of(here: &Path, arguments: &[&str]) -> String {
    run(here, arguments).said()
}

/// All ways to print what an input holds.
fn everything(here: &Path, inputs: &[&str]) -> Vec<(String, String)> {
    let mut commands: Vec<Vec<&str>> = ["text", "json", "sarif", "markdown", "github", "html"]
        .map(|format| {
            vec![
                "scan",
                "-v",
                "--no-config",
                "--fail-on",
                "none",
                "--format",
                format,
            ]
        })
        .to_vec();
    for format in ["text", "json"] {
        commands.push(vec![
            "reach",
            "-v",
            "--no-config",
            "--scope",
            "all",
            "--format",
            format,
        ]);
        commands.push(vec![
            "explain",
            "-v",
            "--no-config",
            "--from",
            "10.20.0.0/16",
            "--to",
            "10.40.0.0/16",
            "--format",
            format,
        ]);
    }
    commands
        .into_iter()
        .map(|command| {
            let whole = [command.clone(), inputs.to_vec()].concat();
            (command.join(" "), all_of(here, &whole))
        })
        .collect()
}

/// What the findings are about, by addresses: the same whether values are sensitive or not.
fn findings(here: &Path, inputs: &[&str]) -> Vec<Value> {
    let command = [
        "scan",
        "--no-config",
        "--fail-on",
        "none",
        "--format",
        "json",
    ];
    let document = run(here, &[&command, inputs].concat()).json();
    let finding = |one: &Value| {
        json!([
            one["rule"],
            one["certainty"],
            one["border"],
            one["location"]["line"],
            one["new"]
        ])
    };
    document["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(finding)
        .collect()
}

#[test]
fn what_a_plan_marks_is_hidden_and_counts() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let mut count = 0;
    for (name, plan, manifests) in PLANS {
        let here = folder(name);
        let text = std::fs::read_to_string(root.join(plan)).unwrap();
        let (mut planted, mut blocks) = (BTreeMap::new(), BTreeSet::new());
        let mut document: Value = serde_json::from_str(&text).unwrap();
        mark(&mut document, &mut planted, &mut blocks);
        std::fs::write(here.join("plan.json"), document.to_string()).unwrap();
        let manifests = root.join(manifests);
        let inputs = ["--plan", "plan.json", manifests.to_str().unwrap()];
        for (command, printed) in everything(&here, &inputs) {
            assert!(
                !printed.contains("CANARY"),
                "{name} {command}: {}",
                around(&printed, "CANARY")
            );
            for block in &blocks {
                assert!(
                    !alone(&printed, block),
                    "{name} {command}: {}",
                    around(&printed, block)
                );
            }
        }
        // Only the marks differ: what is found stays.
        let mut open = document.clone();
        unmark(&mut open);
        std::fs::write(here.join("open.json"), open.to_string()).unwrap();
        let hidden = findings(&here, &inputs);
        assert_eq!(
            hidden.len(),
            findings(&here, &["--plan", "open.json", manifests.to_str().unwrap()]).len(),
            "{name}"
        );
        count += planted.len();
    }
    assert!(count > 100, "only {count} canaries were planted");
}

fn unmark(document: &mut Value) {
    match document {
        Value::Object(object) => {
            for mask in ["after_sensitive", "before_sensitive", "sensitive_values"] {
                object.remove(mask);
            }
            object.values_mut().for_each(unmark);
        }
        Value::Array(items) => items.iter_mut().for_each(unmark),
        _ => {}
    }
}

fn around<'t>(printed: &'t str, part: &str) -> &'t str {
    let line = printed
        .lines()
        .find(|line| line.contains(part))
        .unwrap_or_default();
    let at = line.find(part).unwrap_or_default();
    line.get(at.saturating_sub(150)..(at + 150).min(line.len()))
        .unwrap_or(line)
}

/// A plan with a sensitive variable, output, provider-marked paths and a set that is marked by its elements.
#[test]
fn variables_outputs_and_marked_paths_are_hidden() {
    let here = folder("kinds");
    let plan = json!({
        "format_version": "1.2", "terraform_version": "1.9.0",
        "variables": {"vpc": {"value": "vpc-CANARY01"}, "open": {"value": "vpc-open"}},
        "planned_values": {"outputs": {"o": {"sensitive": true, "value": "pcx-CANARY02"}}, "root_module": {}},
        "resource_changes": [
            {"address": "aws_vpc.a", "mode": "managed", "type": "aws_vpc", "name": "a",
             "change": {"actions": ["create"], "after": {"cidr_block": "10.20.0.0/16"}, "after_unknown": {"id": true}}},
            {"address": "aws_vpc_peering_connection.p", "mode": "managed", "type": "aws_vpc_peering_connection", "name": "p",
             "change": {"actions": ["create"], "after": {"vpc_id": "vpc-CANARY01", "peer_vpc_id": "vpc-CANARY03", "auto_accept": true, "tags": {"Name": "pcx-CANARY02"}},
                        "after_unknown": {"id": true}, "after_sensitive": {"peer_vpc_id": true}}},
            {"address": "aws_security_group.g", "mode": "managed", "type": "aws_security_group", "name": "g",
             "change": {"actions": ["create"], "after": {"vpc_id": "vpc-CANARY01", "ingress": [
                {"cidr_blocks": ["10.213.0.0/16"], "from_port": 61234, "to_port": 61234, "protocol": "tcp", "security_groups": ["sg-CANARY04"]}]},
                "after_unknown": {"id": true}, "after_sensitive": {"ingress": [{"cidr_blocks": [true], "from_port": true, "to_port": true, "security_groups": true}]}}},
            {"address": "aws_eks_cluster.c", "mode": "managed", "type": "aws_eks_cluster", "name": "c",
             "change": {"actions": ["create"], "after": {"name": "CANARY05", "vpc_config": [{"subnet_ids": ["subnet-CANARY06"], "security_group_ids": ["sg-CANARY07"]}]},
                "after_unknown": {"id": true}, "after_sensitive": {"name": true, "vpc_config": [{"subnet_ids": [true], "security_group_ids": true}]}}},
        ],
        "output_changes": {"o": {"actions": ["create"], "after": "pcx-CANARY02", "after_sensitive": true}},
        "configuration": {"root_module": {"variables": {"vpc": {"sensitive": true}, "open": {}},
            "resources": [{"address": "aws_vpc_peering_connection.p", "mode": "managed", "type": "aws_vpc_peering_connection", "name": "p",
                "expressions": {"vpc_id": {"references": ["var.vpc"]}}}]}},
    });
    std::fs::write(here.join("plan.json"), plan.to_string()).unwrap();
    for (command, printed) in everything(&here, &["--plan", "plan.json"]) {
        for secret in ["CANARY", "61234", "10.213."] {
            assert!(
                !printed.contains(secret),
                "{command}: {}",
                around(&printed, secret)
            );
        }
    }
    let printed = all_of(&here, &["scan", "-v", "--no-config", "--plan", "plan.json"]);
    assert!(printed.contains("(sensitive)"), "{printed}");
}

#[test]
fn sensitive_variables_of_sources_are_hidden() {
    let here = folder("sources");
    std::fs::write(
        here.join("main.tf"),
        "variable \"far\" {\n  sensitive = true\n  default = \"vpc-CANARY01\"\n}\nvariable \"open\" {\n  default = \"vpc-open\"\n}\n\
         locals {\n  owner = sensitive(\"CANARY-02-q\")\n}\n\
         resource \"aws_vpc_peering_connection\" \"p\" {\n  vpc_id = var.open\n  peer_vpc_id = var.far\n  peer_owner_id = local.owner\n}\n",
    )
    .unwrap();
    let plan = json!({
        "format_version": "1.2", "planned_values": {}, "configuration": {"root_module": {}},
        "resource_changes": [{"address": "aws_vpc_peering_connection.p", "mode": "managed", "type": "aws_vpc_peering_connection", "name": "p",
            "change": {"actions": ["create"], "after": {"vpc_id": "vpc-open", "peer_vpc_id": "vpc-CANARY01", "peer_owner_id": "CANARY-02-q"}, "after_unknown": {"id": true}}}],
    });
    std::fs::write(here.join("plan.json"), plan.to_string()).unwrap();
    for (command, printed) in everything(&here, &["--plan", "plan.json", "--tf", "."]) {
        assert!(
            !printed.contains("CANARY"),
            "{command}: {}",
            around(&printed, "CANARY")
        );
    }
}
