//! A repository whose names are attacks: on every channel of the Action they change nothing but text.

use super::{Job, commands, scans};

/// What a name may try, as text of YAML between double quotes.
const ATTACKS: [&str; 8] = [
    r"x\n::add-mask::y",
    r"x\r\n::error::y",
    r"a##[group]y",
    r"<script>alert(1)</script>",
    r"<!-- crosspeer",
    r"x\e]0;y\a\x9b31m",
    r"x\u202ey\u2066z\u200b",
    r"x\n</details>\n# y\n![z](https://evil.invalid/z)",
];

/// A checkout with each attack as a label, a name of a policy's port, a namespace, a file name, and a `-` in front of a file.
fn repository() -> Job {
    let job = Job::new();
    for (at, attack) in ATTACKS.iter().enumerate() {
        job.write(
            &format!("rendered/{at}.yaml"),
            &format!(
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web, namespace: n{at}, labels: {{\"k\": \"{attack}\"}}}}\nspec:\n  selector: {{matchLabels: {{app: \"{attack}\"}}}}\n  template:\n    metadata: {{labels: {{app: \"{attack}\"}}}}\n    spec: {{containers: [{{name: web, image: \"{attack}\"}}]}}\n"
            ),
        );
        let name = format!("name{at}: \"{attack}\"");
        let read: std::collections::BTreeMap<String, String> =
            serde_saphyr::from_str(&name).unwrap();
        let file = read.values().next().unwrap().replace('/', "_");
        job.write(&format!("rendered/-{file}.yaml"), &format!("apiVersion: v1\nkind: Service\nmetadata: {{name: \"{attack}\"}}\nspec: {{ports: [{{port: 1}}]}}\n"));
    }
    for file in ["--help", "-rf", "::error::x"] {
        job.write(
            &format!("rendered/{file}.yaml"),
            "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n",
        );
    }
    job
}

/// Characters that steer a terminal or turn the direction of text.
fn steers(c: char) -> bool {
    c != '\n'
        && (c.is_control()
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}'))
}

#[test]
fn a_hostile_repository_changes_nothing_but_text() {
    let job = repository();
    let done = scans(
        &job,
        &[
            ("manifests", "rendered"),
            ("annotations", "true"),
            ("fail-on", "none"),
        ],
    );
    for command in commands(&done.log) {
        let own = [
            "::error file=",
            "::warning file=",
            "::notice file=",
            "::notice title=crosspeer::",
        ];
        assert!(own.iter().any(|own| command.starts_with(own)), "{command}");
    }
    assert!(!done.log.contains(steers), "{:?}", done.log);
    assert!(!done.summary.contains(steers), "{:?}", done.summary);
    for line in done.summary.lines() {
        let outside: String = line.split('`').step_by(2).collect();
        assert!(
            !outside.contains("<script") && !outside.contains("<!--") && !outside.contains("!["),
            "{line}"
        );
    }
    let opened = done.summary.matches("\n<details>").count();
    assert_eq!(
        opened,
        done.summary.matches("\n</details>").count(),
        "{}",
        done.summary
    );
    for (name, value) in &done.outputs {
        let path =
            name.ends_with("-file") && value.starts_with(job.folder("temporary").to_str().unwrap());
        let number = value.is_empty() || value.chars().all(|c| c.is_ascii_alphanumeric());
        assert!(path || number, "{name}={value}");
    }
}
