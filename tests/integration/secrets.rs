//! Nothing that the input marks as sensitive, and nothing of what could not be understood, is printed: in any format, on
//! standard error, with `-v`. The secrets are planted by the hundred; each is looked for in everything that comes out.

use crate::binary::{self, run};
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

/// Attributes whose values are free, so that a canary may stand in their place.
fn is_free(key: &str) -> bool {
    [
        "name",
        "id",
        "arn",
        "description",
        "name_prefix",
        "dns_name",
        "key",
        "resource_id",
    ]
    .contains(&key)
        || ["_id", "_arn", "_name", "_ids", "_groups"]
            .iter()
            .any(|end| key.ends_with(end))
}

/// Puts canaries in the place of free values, the same for the same value, also where they are parts of longer ones.
fn plant(value: &mut Value, key: &str, planted: &mut BTreeMap<String, String>) {
    match value {
        Value::String(text) if is_free(key) && text.len() > 3 && !text.contains('/') => {
            let next = format!("CANARY-{:04}-q", planted.len());
            *text = planted.entry(text.clone()).or_insert(next).clone();
        }
        Value::Array(items) => items.iter_mut().for_each(|item| plant(item, key, planted)),
        Value::Object(entries) => {
            for (own, value) in entries {
                let own = if key == "tags" || key == "tags_all" {
                    "name"
                } else {
                    own
                };
                plant(value, own, planted);
            }
        }
        _ => {}
    }
}

/// Gives every resource of a plan canaries, and marks all its values.
fn mark(
    document: &mut Value,
    planted: &mut BTreeMap<String, String>,
    blocks: &mut BTreeSet<String>,
) {
    if let Some(object) = document.as_object_mut() {
        for (values, mask) in [
            ("after", "after_sensitive"),
            ("before", "before_sensitive"),
            ("values", "sensitive_values"),
        ] {
            let known = object.contains_key("address") || object.contains_key("actions");
            if let Some(own) = object
                .get_mut(values)
                .filter(|own| known && own.is_object())
            {
                plant(own, "", planted);
                addresses(own, blocks);
                object.insert(mask.to_owned(), json!(true));
            }
        }
        for (key, value) in object.iter_mut() {
            if !["after", "before", "configuration"].contains(&key.as_str()) {
                mark(value, planted, blocks);
            }
        }
    } else if let Some(items) = document.as_array_mut() {
        items
            .iter_mut()
            .for_each(|item| mark(item, planted, blocks));
    }
}

/// The network parts of the blocks in a value: `10.20.` of `10.20.0.0/16`.
fn addresses(value: &Value, blocks: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            let parts: Vec<&str> = text.split('.').collect();
            if let [first @ ("10" | "172" | "192"), second, _, rest] = parts.as_slice()
                && rest.contains("/16")
            {
                blocks.insert(format!("{first}.{second}."));
            }
        }
        Value::Array(items) => items.iter().for_each(|item| addresses(item, blocks)),
        Value::Object(entries) => entries.values().for_each(|value| addresses(value, blocks)),
        _ => {}
    }
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
    for (name, plan, manifests) in [
        ("demo", "demo/plan.json", "demo/rendered"),
        ("stones", "stones/plan.json", "stones/manifests"),
        ("google", "google/plan.json", "google/rendered"),
        ("azure", "azure/flat/plan.json", "azure/manifests"),
        ("locations", "locations/plan.json", "changes/manifests.yaml"),
        (
            "downloaded",
            "downloaded/plan.json",
            "changes/manifests.yaml",
        ),
    ] {
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

/// Whether an address begins with these parts somewhere; names of resources (`subnet["a/10.1.0.0"]`) are not meant.
fn alone(printed: &str, block: &str) -> bool {
    printed.match_indices(block).any(|(at, _)| {
        let before = printed.get(..at).and_then(|text| text.chars().next_back());
        !before.is_some_and(|c| c.is_ascii_digit() || "./".contains(c))
    })
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

/// Files that are broken in one way each, with canaries where secrets stand.
fn broken_files() -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut next = 0;
    let mut add = |path: &str, text: &str| {
        next += 1;
        let text = text.replace("SECRET", &format!("CANARY-{next:04}-q"));
        out.push((path.replace('#', &next.to_string()), text));
    };
    let head = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\n";
    for kind in ["data", "stringData"] {
        for rest in [
            "  password: \"SECRET\n",
            "  password: 'SECRET\n",
            "  password: [SECRET\n",
            "  password: {SECRET\n",
            "  password: SECRET: SECRET\n",
            "  password: SECRET\n bad: SECRET\n",
            "  password: SECRET\n\tSECRET: x\n",
            "  password: *SECRET\n",
            "  password: !SECRET!SECRET x\n",
            "  password: &SECRET &SECRET x\n",
            "  password: @SECRET\n",
            "  password: `SECRET\n",
            "  password: %SECRET\n",
            "  password: \"\\SECRET\"\n",
            "  password: SECRET\n  password: SECRET\n",
            "  SECRET: x\n  SECRET: y\n",
            "  password: |0\n   SECRET\n",
            "  password: |\n   SECRET\n  SECRET\n",
            "  - SECRET\n",
            "  password: {{ .Values.SECRET }}\n",
            " SECRET\n",
        ] {
            add("s#.yaml", &format!("{head}{kind}:\n{rest}"));
            add(
                "list#.yaml",
                &format!(
                    "apiVersion: v1\nkind: List\nitems:\n- kind: Secret\n  apiVersion: v1\n  {kind}:\n  {rest}"
                ),
            );
        }
    }
    add(
        "json#.json",
        "{\"apiVersion\": \"v1\", \"kind\": \"Secret\", \"data\": {\"a\": \"SECRET}\n",
    );
    add(
        "meta#.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: SECRET\n",
    );
    add(
        "name#.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata:\n  labels: {a: SECRET}\n",
    );
    add(
        "kubeconfig#.yaml",
        "apiVersion: v1\nkind: Config\nusers:\n- name: a\n  user: {token: SECRET\n",
    );
    add(
        "kubeconfig#.yaml",
        "apiVersion: v1\nkind: Config\nusers:\n- name: a\n  user: {token: SECRET, token: SECRET}\n",
    );
    add(
        "values#.yaml",
        "apiVersion: v2\nkind: [SECRET\npassword: SECRET\n",
    );
    add("main#.tf", "variable \"p\" {\n  default = \"SECRET\n}\n");
    add("main#.tf", "locals {\n  a = SECRET SECRET\n}\n");
    add(
        "main#.tf.json",
        "{\"variable\": {\"p\": {\"default\": \"SECRET}}\n",
    );
    out
}

/// Plans that are broken in one way each.
fn broken_plans() -> Vec<(String, String)> {
    let change = |change: &str| {
        format!(
            "{{\"format_version\": \"1.2\",\n\"planned_values\": {{}},\n\"resource_changes\": [\n{{\"address\": \"aws_vpc.a\", \"mode\": \"managed\",\n\
             \"type\": \"aws_vpc\", \"name\": \"a\", {change}}}]}}\n"
        )
    };
    let whole = change(
        "\"change\": {\"actions\": [\"create\"], \"after\": {\"cidr_block\": \"10.213.0.0/16\",\n\"password\": \"SECRET\"}}",
    );
    let mut texts: Vec<String> = (60..whole.len() - 1)
        .step_by(4)
        .map(|end| whole.get(..end).unwrap().to_owned())
        .collect();
    texts.extend(
        [
            "\"change\": \"SECRET\"",
            "\"change\": {\"actions\": \"SECRET\"}",
            "\"change\": {\"actions\": [\"create\"], \"after\": \"SECRET\"}",
            "\"change\": {\"actions\": [\"create\"], \"after\": [\"SECRET\"]}",
            "\"change\": {\"actions\": [\"create\"], \"after\": {\"a\": \"SECRET\\q\"}}",
            "\"change\": {\"actions\": [\"create\"], \"after\": {\"a\": \"SECRET\\ud800\"}}",
            "\"change\": {\"actions\": [\"create\"], \"after\": {SECRET: 1}}",
            "\"change\": {\"actions\": [\"create\"], \"after\": {\"a\": SECRET}}",
            "\"change\": {\"actions\": [\"create\"], \"after\": {\"a\": \"SECRET\nSECRET\"}}",
            "\"change\": {\"actions\": [\"create\"], \"after\": {\"a\": \"SECRET\"},}",
            "\"address\": \"SECRET SECRET\", \"change\": {\"actions\": [\"create\"], \"after\": {}}",
        ]
        .map(change),
    );
    texts.push("{\"format_version\": \"SECRET\", \"planned_values\": {}}".to_owned());
    texts.push(
        "{\"format_version\": \"1.2\", \"planned_values\": {}, \"configuration\": \"SECRET\"}"
            .to_owned(),
    );
    texts.push(
        "{\"format_version\": \"1.2\", \"planned_values\": {}, \"variables\": \"SECRET\"}"
            .to_owned(),
    );
    texts.push(
        "{\"format_version\": \"1.0\", \"values\": {\"root_module\": \"SECRET\"}}".to_owned(),
    );
    texts.push("{\"format_version\": \"1.0\", \"values\": {\"root_module\": {\"resources\": [\"SECRET\"]}}}".to_owned());
    let named = |(number, text): (usize, String)| {
        let secret = format!("CANARY-{:04}-q", number + 500);
        (
            format!("plan{number}.json"),
            text.replace("SECRET", &secret),
        )
    };
    texts.into_iter().enumerate().map(named).collect()
}

#[test]
fn what_is_broken_is_never_quoted() {
    let here = folder("broken");
    let mut files = broken_files();
    let plans = broken_plans();
    for (path, text) in files.iter().chain(&plans) {
        std::fs::write(here.join(path), text).unwrap();
    }
    std::fs::write(
        here.join("namespace.yaml"),
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n",
    )
    .unwrap();
    let count = files
        .iter()
        .chain(&plans)
        .filter(|(_, text)| text.contains("CANARY"))
        .count();
    assert!(count > 100, "only {count} canaries were planted");
    for (command, printed) in everything(&here, &["."]) {
        assert!(
            !printed.contains("CANARY"),
            "{command}: {}",
            around(&printed, "CANARY")
        );
    }
    // Each by itself as well: what stops the reading of one must not hide what another prints.
    files.truncate(60);
    for (path, _) in files.iter().filter(|(path, _)| !path.contains(".tf")) {
        let printed = all_of(&here, &["scan", "-v", "--no-config", "--manifests", path]);
        assert!(
            !printed.contains("CANARY"),
            "{path}: {}",
            around(&printed, "CANARY")
        );
    }
    for (path, _) in &plans {
        let printed = all_of(&here, &["scan", "-v", "--no-config", "--plan", path]);
        assert!(
            !printed.contains("CANARY"),
            "{path}: {}",
            around(&printed, "CANARY")
        );
    }
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
