//! Nothing of what is broken is quoted.

use super::{all_of, around, everything, folder};

/// What is broken below `data` of a Secret.
const SECRETS: &[&str] = &[
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
];

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
        for rest in SECRETS {
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
