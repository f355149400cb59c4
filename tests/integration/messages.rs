//! What is wrong with an input is told in words for whoever made it: what was expected, where, and what to do.

use crate::binary::{self, run};
use std::path::{Path, PathBuf};

/// A folder with one file that is as it should be.
fn folder(name: &str) -> PathBuf {
    let fine = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n";
    binary::folder(&format!("messages/{name}"), &[("ok.yaml", fine)])
}

/// Exit code and standard error.
fn err(here: &Path, arguments: &[&str]) -> (i32, String) {
    let ran = run(here, arguments);
    (ran.code, ran.err)
}

/// Words that only the author of a parser understands.
const JARGON: &[&str] = &[
    "mapping start",
    "sequence start",
    "scalar",
    "struct ",
    "untagged",
    "enum",
    "EOF",
    "EOCD",
    "u16",
    "variant",
    "deserialize",
    "<input>",
    "document start",
    "from_str",
    "DuplicateKeyPolicy",
    "invalid type",
    "at line",
    "os error 21",
];

fn check(here: &Path, arguments: &[&str], expected: &[&str]) {
    let (code, text) = err(here, arguments);
    assert_eq!(code, 2, "{arguments:?} {expected:?}: {text}");
    for word in JARGON {
        assert!(!text.contains(word), "{arguments:?} says `{word}`: {text}");
    }
    for word in expected {
        assert!(text.contains(word), "{arguments:?} lacks `{word}`: {text}");
    }
}

#[test]
fn a_configuration_is_told_what_it_should_hold() {
    let here = folder("configuration");
    for (text, expected) in [
        ("clusters: hello\n", &["c.yaml:1:11", "expected a list"][..]),
        (
            "clusters:\n  - manifests: [a]\n",
            &["c.yaml:2:5", "`address` is missing"],
        ),
        ("failOn: awful\n", &["c.yaml:1:9", "`awful`", "critical"]),
        ("[a, b]\n", &["c.yaml:1:1", "expected a map"]),
        ("just text\n", &["c.yaml:1:1", "expected a map"]),
        (
            "failon: low\n",
            &["c.yaml:1:1", "`failon` is no key", "failOn"],
        ),
        ("strict: maybe\n", &["c.yaml:1:9", "`true` or `false`"]),
        ("rules: {a: b}\n", &["c.yaml:1:8", "expected a list"]),
        (
            "strict: true\n---\nstrict: false\n",
            &["c.yaml:3:1", "second document"],
        ),
        (
            "strict: true\nstrict: false\n",
            &["c.yaml:2:1", "`strict` is set twice"],
        ),
        ("strict: *x\n", &["c.yaml:1:9", "alias"]),
        ("defaultNamespace: \"a\n", &["c.yaml:1:19", "quote"]),
        (
            "accepted: [{rule: [a], reason: x}]\n",
            &["c.yaml:1:19", "expected a text"],
        ),
    ] {
        std::fs::write(here.join("c.yaml"), text).unwrap();
        check(&here, &["scan", "--config", "c.yaml", "ok.yaml"], expected);
    }
    std::fs::write(here.join("c.yaml"), b"strict: \xff\n").unwrap();
    check(
        &here,
        &["scan", "--config", "c.yaml", "ok.yaml"],
        &["c.yaml:1:9", "UTF-8"],
    );
}

#[test]
fn baselines_and_queries_are_told_what_they_should_hold() {
    let here = folder("own");
    for (text, expected) in [
        (
            "{\"schema\":\"x\",\"findings\":[]}",
            &["`x`", "--write-baseline"][..],
        ),
        ("[]", &["f:1:1", "a list stands where an object"]),
        ("x", &["f:1:1", "expected a value"]),
        ("", &["f:1", "cut off"]),
        (
            "{\"schema\":\"crosspeer.baseline/1\",\"findings\":{}}",
            &["f:1:", "an object stands where a list"],
        ),
        (
            "{\"schema\":\"crosspeer.baseline/1\",\n\"findings\":[{\"rule\":\"a\"}]}",
            &["f:2:", "`fingerprint` is missing"],
        ),
    ] {
        std::fs::write(here.join("f"), text).unwrap();
        check(
            &here,
            &["scan", "--no-config", "--baseline", "f", "ok.yaml"],
            expected,
        );
    }
    for (text, expected) in [
        ("{\"from\":\"a\"}\n", &["f:1:", "`to` is missing"][..]),
        (
            "\n[\"a\",\"b\",null,1]\n",
            &["f:2:1", "a list stands where an object"],
        ),
        (
            "{\"from\":\"a\",\"to\":\"b\",\"port\":\"x\"}\n",
            &["f:1:", "a text stands where a whole number"],
        ),
        (
            "{\"from\":\"a\",\"to\":\"b\",\"port\":99999}\n",
            &["f:1:", "from 0 to 65535"],
        ),
        (
            "{\"from\":\"a\",\"to\":\"b\",\"prt\":9}\n",
            &["f:1:", "a key that is not known", "`port`"],
        ),
        ("{\"from\":\"a\",\n", &["f:1:", "cut off"]),
        ("shop/a shop/b\n", &["f:1:1", "one query a line"]),
    ] {
        std::fs::write(here.join("f"), text).unwrap();
        check(
            &here,
            &["explain", "--no-config", "--batch", "f", "ok.yaml"],
            expected,
        );
    }
    std::fs::write(
        here.join("f"),
        "\u{feff}{\"from\":\"10.0.0.1\",\"to\":\"10.0.0.2\"}\n",
    )
    .unwrap();
    let (code, text) = err(
        &here,
        &["explain", "--no-config", "--batch", "f", "ok.yaml"],
    );
    assert_eq!(
        (code, text.as_str()),
        (0, ""),
        "a byte order mark is no fault"
    );
}

#[test]
fn files_that_are_no_input_are_told_what_they_are() {
    let here = folder("inputs");
    let list = "apiVersion: v1\nkind: List\nitems:\n  a: b\n";
    let service =
        "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  ports: [{port: -5}]\n";
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: [{name: a, ports: [{containerPort: 99999, hostPort: 0}]}]\n";
    for (flag, content, expected) in [
        ("--plan", &b"\x1f\x8b\x08\x00"[..], &["gzip", "gunzip"][..]),
        ("--manifests", b"\x1f\x8b\x08\x00", &["gzip"]),
        ("--state", b"\x28\xb5\x2f\xfd", &["zstd"]),
        ("--manifests", b"", &["holds no Kubernetes object"]),
        (
            "--manifests",
            b"# nothing\n---\n",
            &["holds no Kubernetes object"],
        ),
        (
            "--manifests",
            list.as_bytes(),
            &["f:4:3", "`items` is a map", "list of objects"],
        ),
        (
            "--manifests",
            b"apiVersion: v1\nkind: PodList\nitems: 5\n",
            &["f:3:8", "`items` is a number"],
        ),
        (
            "--manifests",
            service.as_bytes(),
            &["f:5:18", "`port` is -5", "1 to 65535"],
        ),
        (
            "--manifests",
            pod.as_bytes(),
            &["f:5:", "`containerPort` is 99999"],
        ),
        ("--manifests", b"kind: [\n", &["f:", "`[` is not closed"]),
        (
            "--plan",
            b"{\"format_version\": \"1.0\"}",
            &["expected plan JSON"],
        ),
        (
            "--plan",
            b"{\"@level\": \"info\"}\n",
            &["log of `terraform plan -json`"],
        ),
        (
            "--plan",
            b"{\"data\": {\"format_version\": \"1.2\", \"planned_values\": {}}}",
            &["under the key `data`"],
        ),
        (
            "--plan",
            b"{\"format_version\": \"1.2\", \"planned_values\": [",
            &["f:1:", "ends inside a value"],
        ),
    ] {
        std::fs::write(here.join("f"), content).unwrap();
        check(
            &here,
            &["scan", "--no-config", "--fail-on", "none", flag, "f"],
            expected,
        );
    }
}

/// What is meant to be an input and is in another form is told where a directory holds it, and counts as unknown.
#[test]
fn plans_in_other_forms_are_not_passed_over() {
    let here = folder("forms");
    for (path, content, expected) in [
        (
            "a.json",
            &b"{\"@level\": \"info\"}\n{\"@level\": \"info\"}\n"[..],
            "the log of `terraform plan -json`",
        ),
        (
            "b.json",
            b"{\"plan\": {\"format_version\": \"1.2\", \"resource_changes\": []}}",
            "under the key `plan`",
        ),
        (
            "c.json",
            b"{\"version\": 4, \"serial\": 1, \"lineage\": \"x\"}",
            "a raw state file",
        ),
        ("d.json", b"\x1f\x8b\x08\x00\x00", "gzip"),
    ] {
        let own = here.join(path.replace(".json", ""));
        std::fs::create_dir_all(&own).unwrap();
        std::fs::write(own.join(path), content).unwrap();
        std::fs::copy(here.join("ok.yaml"), own.join("ok.yaml")).unwrap();
        let (code, text) = err(&own, &["scan", "--no-config", "--fail-on", "none", "."]);
        assert_eq!(code, 0, "{path}: {text}");
        assert!(
            text.contains(path) && text.contains(expected),
            "{path}: {text}"
        );
        let (code, _) = err(
            &own,
            &["scan", "--no-config", "--fail-on", "none", "--strict", "."],
        );
        assert_eq!(code, 3, "{path}");
    }
}

#[test]
fn an_empty_state_that_was_named_is_told() {
    let here = folder("empty-state");
    std::fs::write(here.join("tfplan.json"), "{\"format_version\": \"1.0\"}").unwrap();
    let (code, text) = err(
        &here,
        &[
            "scan",
            "--no-config",
            "--fail-on",
            "none",
            "tfplan.json",
            "ok.yaml",
        ],
    );
    assert_eq!(code, 0, "{text}");
    assert!(
        text.contains("tfplan.json") && text.contains("empty state"),
        "{text}"
    );
}
