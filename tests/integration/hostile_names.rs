//! Names of the input are the attacker's: wherever one is printed it starts no workflow command, steers no terminal and
//! begins no line of its own. Every channel by which a name comes in is tried with every command that prints it.

use crate::binary::{self, Ran, run, run_with};
use std::path::PathBuf;

/// What a name may try: a line of its own that is a command, the older form, colours, direction, NUL in JSON, a carriage return.
const ATTACKS: [&str; 6] = [
    "x\n::add-mask::y",
    "x\r\n::error::y",
    "a##[group]y##vso[task.x]y",
    "x\u{1b}]0;y\u{7}\u{9b}31m",
    "x\u{202e}y\u{2066}z\u{200b}",
    "::warning::y",
];

/// A folder with one file that is as it should be.
fn folder(name: &str) -> PathBuf {
    let fine = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n";
    binary::folder(&format!("names/{name}"), &[("ok.yaml", fine)])
}

/// Nothing that is printed is a command or steers a terminal; lines of the format of commands are meant.
fn is_tame(ran: &Ran, about: &str, commands: bool) {
    for (stream, text) in [("out", &ran.out), ("err", &ran.err)] {
        for line in text.split(['\n', '\r']) {
            let line = line.trim_start();
            let meant = commands
                && stream == "out"
                && ["::error file=", "::warning file=", "::notice "]
                    .iter()
                    .any(|own| line.starts_with(own));
            assert!(!is_command(line) || meant, "{about}: {stream}: {text}");
            assert!(
                !line.contains("##[") && !line.contains("##vso["),
                "{about}: {stream}: {text}"
            );
        }
        let steers = |c: char| {
            c != '\n'
                && (c.is_control()
                    || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}'))
        };
        assert!(!text.contains(steers), "{about}: {stream}: {text:?}");
    }
}

/// Whether a line is a workflow command: `::name`, and `::` again.
fn is_command(line: &str) -> bool {
    let name = line.strip_prefix("::");
    name.is_some_and(|rest| rest.starts_with(char::is_alphabetic) && rest.contains("::"))
}

#[test]
fn values_of_arguments_and_environment_are_tame() {
    let here = folder("arguments");
    for attack in ATTACKS {
        for arguments in [
            vec!["scan", attack],
            vec!["scan", "--format", attack],
            vec!["scan", "--fail-on", attack],
            vec!["scan", "--plan", attack],
            vec!["scan", "--rules", attack],
            vec!["scan", "--config", attack],
            vec!["scan", "--baseline", attack],
            vec!["scan", "--chart", attack],
            vec!["scan", "--tf", attack],
            vec!["scan", "--select", attack],
            vec!["scan", "--cluster", attack],
            vec!["scan", "ok.yaml", "--output", attack, "--output", "b"],
            vec![
                "scan",
                "ok.yaml",
                "--format",
                "json",
                "--output",
                "no/such/folder",
            ],
            vec!["explain", "ok.yaml", "--from", attack, "--to", "10.0.0.1"],
            vec![
                "explain",
                "ok.yaml",
                "--from",
                "10.0.0.1",
                "--to",
                "10.0.0.2",
                "--protocol",
                attack,
            ],
            vec![
                "explain", "ok.yaml", "--from", "10.0.0.1", "--to", "10.0.0.2", "--port", attack,
            ],
            vec!["explain", "ok.yaml", "--batch", attack],
            vec!["diff", "--base", attack, "--head", attack],
            vec!["rules", "show", attack],
            vec!["rules", "test", attack],
            vec!["completions", attack],
            vec![attack],
        ] {
            is_tame(&run(&here, &arguments), &format!("{arguments:?}"), false);
        }
        for name in [
            "PLAN", "FORMAT", "CONFIG", "FAIL_ON", "RULES", "SELECT", "CLUSTER", "COLOR", "QUIET",
        ] {
            let name = format!("CROSSPEER_{name}");
            let output = run_with(&here, &["scan", "ok.yaml"], &[(&name, attack)]);
            is_tame(&output, &format!("{name}={attack:?}"), false);
        }
    }
}

/// YAML's double quotes hold any character.
fn quoted(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_ascii_graphic() || c == ' ' {
                c.to_string()
            } else {
                format!("\\u{:04x}", u32::from(c))
            }
        })
        .collect()
}

/// Configurations that hold the text, each at another place.
fn configurations(own: &str) -> [(&'static str, String); 10] {
    [
        ("c1.yaml", format!("policyEngine: \"{own}\"\n")),
        ("c2.yaml", format!("\"{own}\": 1\n")),
        ("c3.yaml", format!("failOn: \"{own}\"\n")),
        ("c4.yaml", format!("select: [\"{own}\"]\n")),
        (
            "c5.yaml",
            format!("accepted: [{{rule: \"{own}\", reason: \"\"}}]\n"),
        ),
        ("c6.yaml", format!("charts: [{{path: \"{own}\"}}]\n")),
        (
            "c7.yaml",
            format!("clusters: [{{address: \"{own}\", manifests: [\"{own}\"]}}]\n"),
        ),
        (
            "c8.yaml",
            format!("clusters: [{{address: \"{own}\", manifests: [ok.yaml]}}]\n"),
        ),
        ("c9.yaml", format!("baseline: \"{own}\"\n")),
        ("c10.yaml", format!("rules: [\"{own}\"]\n")),
    ]
}

/// Commands that read files with the text in them.
const COMMANDS: &[&str] = &[
    "scan --no-config --baseline b.json ok.yaml",
    "explain --no-config --batch q ok.yaml",
    "explain --no-config --batch q --format json ok.yaml",
    "rules list --rules rules",
    "rules test rules",
    "rules list --rules rules --format json",
    "scan --no-config --rules rules --format sarif ok.yaml",
    "scan --no-config --rules rules --format markdown ok.yaml",
    "scan --no-config --rules rules -v ok.yaml",
];

#[test]
fn values_of_files_are_tame() {
    let here = folder("files");
    for attack in ATTACKS {
        let own = quoted(attack);
        let rule = "id: XX001\ntitle: \"HERE\"\nseverity: low\nprecision: high\nselect: namespace\nmatch: {}\ngroup: [namespace]\n\
                    message: \"HERE\"\nremediation: {text: \"HERE\", example: \"HERE\"}\nhelp: \"HERE\"\nexamples: {fires: [{name: \"HERE\"}], silent: []}\n";
        std::fs::create_dir_all(here.join("rules")).unwrap();
        std::fs::write(here.join("rules/x.yaml"), rule.replace("HERE", &own)).unwrap();
        for (path, text) in configurations(&own) {
            std::fs::write(here.join(path), text).unwrap();
            is_tame(
                &run(&here, &["scan", "--config", path, "ok.yaml"]),
                &format!("{path} {attack:?}"),
                false,
            );
        }
        std::fs::write(
            here.join("b.json"),
            format!("{{\"schema\": \"{own}\", \"findings\": []}}"),
        )
        .unwrap();
        std::fs::write(
            here.join("q"),
            format!("{{\"from\": \"{own}\", \"to\": \"{own}\", \"protocol\": \"{own}\"}}\n"),
        )
        .unwrap();
        for line in COMMANDS {
            let arguments: Vec<&str> = line.split(' ').collect();
            is_tame(
                &run(&here, &arguments),
                &format!("{arguments:?} {attack:?}"),
                false,
            );
        }
    }
}

/// Objects whose names, labels, ports and kinds are the text.
fn objects(own: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Namespace\nmetadata: {{name: \"{own}\"}}\n---\n\
         apiVersion: v1\nkind: Pod\nmetadata: {{name: \"{own}\", namespace: \"{own}\", labels: {{\"{own}\": \"{own}\"}}}}\nspec: {{containers: [{{name: a}}]}}\n---\n\
         apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: \"{own}\", namespace: \"{own}\"}}\n\
         spec: {{podSelector: {{}}, ingress: [{{ports: [{{port: \"{own}\"}}]}}]}}\n---\n\
         apiVersion: \"{own}/v1\"\nkind: \"{own}\"\nmetadata: {{name: \"{own}\"}}\n"
    )
}

/// A plan whose keys, tags and attributes hold the text.
fn plan(attack: &str) -> String {
    let change = |kind: &str, name: &str, after: &str| {
        let address = serde_json::Value::from(format!("{kind}.{name}[\"{attack}\"]"));
        format!(
            "{{\"address\": {address}, \"mode\": \"managed\", \"type\": \"{kind}\", \"name\": \"{name}\", \"change\": {{\"actions\": [\"create\"], \"after\": {after}, \"after_unknown\": {{\"id\": true}}}}}}"
        )
    };
    let text = serde_json::Value::from(attack);
    format!(
        "{{\"format_version\": \"1.2\", \"planned_values\": {{}}, \"resource_changes\": [{}, {}, {}]}}",
        change("aws_vpc", "a", "{\"cidr_block\": \"10.0.0.0/16\"}"),
        change(
            "aws_vpc_peering_connection",
            "p",
            &format!(
                "{{\"vpc_id\": {text}, \"peer_vpc_id\": {text}, \"tags\": {{\"Name\": {text}}}}}"
            )
        ),
        change(
            "aws_subnet",
            "s",
            &format!("{{\"vpc_id\": {text}, \"cidr_block\": {text}}}")
        ),
    )
}

#[test]
fn names_of_objects_resources_and_files_are_tame() {
    for (number, attack) in ATTACKS.iter().enumerate() {
        let here = folder(&format!("objects{number}"));
        let own = quoted(attack);
        std::fs::write(here.join("objects.yaml"), objects(&own)).unwrap();
        std::fs::write(here.join("plan.json"), plan(attack)).unwrap();
        // A file's name holds no NUL and no slash.
        let path = format!("{}.yaml", attack.replace('/', "_"));
        std::fs::write(
            here.join(&path),
            "apiVersion: v1\nkind: Pod\nmetadata: {name: [\n",
        )
        .unwrap();
        for format in crosspeer::report::FORMATS.iter().map(|format| format.name) {
            let output = run(
                &here,
                &[
                    "scan",
                    "-v",
                    "--no-config",
                    "--fail-on",
                    "none",
                    "--format",
                    format,
                    ".",
                ],
            );
            is_tame(&output, &format!("{format} {attack:?}"), format == "github");
        }
        for format in ["text", "json"] {
            let output = run(
                &here,
                &[
                    "reach",
                    "--no-config",
                    "--scope",
                    "all",
                    "--format",
                    format,
                    ".",
                ],
            );
            is_tame(&output, &format!("reach {format} {attack:?}"), false);
            let both = [
                "diff",
                "--no-config",
                "--base",
                "ok.yaml",
                "--head",
                ".",
                "--format",
                format,
            ];
            is_tame(
                &run(&here, &both),
                &format!("diff {format} {attack:?}"),
                false,
            );
        }
    }
}
