//! Tests of `detect`.

use super::*;

fn check(content: &[u8], named: bool, kind: Option<Kind>) -> Result<Option<Kind>, String> {
    let file = File {
        path: "x".into(),
        bytes: content.to_vec(),
        kind,
        named,
        ..File::default()
    };
    detect(&file).map_err(|error| error.message)
}

#[test]
fn known_kinds() {
    let known = |content: &str| check(content.as_bytes(), true, None).unwrap().unwrap();
    assert_eq!(
        known(r#"{"format_version":"1.2","planned_values":{}}"#),
        Kind::Plan
    );
    assert_eq!(
        known("[command]terraform show\n{\"format_version\":\"1.2\",\"resource_changes\":[]}"),
        Kind::Plan
    );
    assert_eq!(
        known(r#"{"format_version":"1.0","values":{}}"#),
        Kind::State
    );
    assert_eq!(known(r#"{"format_version":"1.0"}"#), Kind::State);
    assert_eq!(
        known(r#"{"kind":"Pod","apiVersion":"v1"}"#),
        Kind::Manifests
    );
    assert_eq!(
        known("# c\n---\napiVersion: v1\nkind: Pod\n"),
        Kind::Manifests
    );
    assert_eq!(known("{apiVersion: v1,\n kind: Pod}"), Kind::Manifests);
}

#[test]
fn an_object_on_one_line_is_found_wherever_its_keys_stand() {
    for text in [
        "{apiVersion: v1, kind: Pod, metadata: {name: a}}",
        "# c\n{ metadata: {name: a}, 'kind' : Pod, \"apiVersion\": v1 }",
        "---\n{kind: Pod, apiVersion: v1}\n---\n{kind: Pod, apiVersion: v1}",
        "a: b\n---\n{kind: Pod, apiVersion: v1}",
    ] {
        let found = check(text.as_bytes(), false, None);
        assert_eq!(found, Ok(Some(Kind::Manifests)), "{text}");
    }
    for text in [
        "{a: {kind: x}}",
        "{kind: x, name: apiVersion}",
        "text {apiVersion: v1, kind: Pod}",
    ] {
        assert_eq!(check(text.as_bytes(), false, None), Ok(None), "{text}");
    }
}

#[test]
fn unknown_files_matter_only_where_they_are_named() {
    for content in ["", "{}", "[]", "hello", "<html>", "{\"a\":"] {
        assert_eq!(
            check(content.as_bytes(), false, None),
            Ok(None),
            "{content}"
        );
        assert!(check(content.as_bytes(), true, None).is_err(), "{content}");
        assert!(
            check(content.as_bytes(), false, Some(Kind::Plan)).is_err(),
            "{content}"
        );
    }
    assert!(
        check(br#"{"format_version":"1.2","variables":{"#, false, None).is_err(),
        "a damaged plan matters where it was found, too"
    );
}

#[test]
fn a_forced_kind_is_held_against_the_content() {
    let message = check(
        br#"{"kind":"Pod","apiVersion":"v1"}"#,
        true,
        Some(Kind::Plan),
    )
    .unwrap_err();
    assert!(message.contains("found Kubernetes objects"), "{message}");
    assert_eq!(
        check(b"anything", true, Some(Kind::Manifests)),
        Ok(Some(Kind::Manifests))
    );
}

#[test]
fn binary_plans_serve_as_sources_only() {
    let zip = b"PK\x03\x04....tfplan....";
    assert_eq!(check(zip, false, None), Ok(Some(Kind::BinaryPlan)));
    assert_eq!(
        check(zip, true, Some(Kind::BinaryPlan)),
        Ok(Some(Kind::BinaryPlan))
    );
    assert!(check(zip, true, None).unwrap_err().contains("binary plan"));
}

#[test]
fn objects_without_a_key_are_passed_over_with_a_note() {
    for (text, key) in [
        ("kind: Pod\nmetadata: {name: a}\n", "`apiVersion`"),
        ("a: 1\n---\napiVersion: v1\nmetadata: {name: a}\n", "`kind`"),
        (r#"{"kind": "Pod", "metadata": {}}"#, "`apiVersion`"),
    ] {
        let file = File {
            path: "x".into(),
            bytes: text.as_bytes().to_vec(),
            ..File::default()
        };
        assert_eq!(detect(&file), Ok(None), "{text}");
        assert!(meant(&file).unwrap().message.contains(key), "{text}");
    }
    assert_eq!(
        check(b"spec:\n  kind: a\n  metadata: b\n", false, None),
        Ok(None)
    );
}

fn told(content: &str) -> Option<String> {
    let file = File {
        path: "x".into(),
        bytes: content.as_bytes().to_vec(),
        ..File::default()
    };
    assert_eq!(detect(&file), Ok(None), "{content}");
    meant(&file).map(|error| error.message)
}

#[test]
fn inputs_inside_of_other_things_are_told() {
    let plan = r#"{"format_version":"1.2","resource_changes":[]}"#;
    let text = serde_json::to_string(plan).unwrap();
    let log = r#"{"@level":"info","@message":"m","type":"version"}"#;
    let object = r#"{"apiVersion":"v1","kind":"Pod"}"#;
    for (content, words) in [
        (format!("[1, {plan}]"), "inside of a JSON array"),
        (format!("[{log}]"), "the log of `terraform plan -json`"),
        (format!("[{object}]"), "a list of Kubernetes objects"),
        (format!("- {object}\n"), "a list of Kubernetes objects"),
        (
            "- kind: Pod\n  apiVersion: v1\n".to_owned(),
            "a list of Kubernetes objects",
        ),
        (text.clone(), "a plan or state inside of a JSON text"),
        (format!("{{\"plan\": {plan}}}"), "under the key `plan`"),
        (format!("{{\"plan\": {text}}}"), "under the key `plan`"),
        (format!("{{\"plans\": [{plan}]}}"), "under the key `plans`"),
        ("eyJmb3JtYXRfdmVyc2lvbiI6IjEuMiJ9".to_owned(), "in base64"),
        (
            format!("Initializing...\n{log}\n"),
            "the log of `terraform plan -json`",
        ),
        (
            "apiVersion: v1\rkind: Pod\r".to_owned(),
            "a carriage return alone",
        ),
    ] {
        let said = told(&content).unwrap_or_default();
        assert!(said.contains(words), "{content}: {said}");
    }
    for content in ["[1, {\"a\": 2}]", "\"text\"", "{\"a\": \"format_version\"}"] {
        assert_eq!(told(content), None, "{content}");
    }
}

#[test]
fn objects_that_others_hold_are_no_manifests() {
    let inner = "apiVersion: v1\n      kind: Pod\n";
    for content in [
        format!("- hosts: all\n  tasks:\n  - k8s:\n      {inner}"),
        format!("extraObjects:\n    - {inner}"),
        format!("# values\ndata:\n      {inner}"),
    ] {
        assert_eq!(told(&content), None, "{content}");
    }
    // Where the indentation is what is wrong, an object is meant.
    for content in [
        "  apiVersion: v1\nkind: Pod\n",
        "{{- if .Values.on }}\napiVersion: v1\nkind: Pod\n",
        "  {{- if .Values.on }}\napiVersion: v1\nkind: Pod\n",
        "\u{FEFF}# c\n---\n!!map\napiVersion: v1\nkind: Pod\n",
        "a: 1\n---\n  kind: Pod\n  apiVersion: v1\n",
        "// c\n{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"Pod\"\n}\n",
    ] {
        let found = check(content.as_bytes(), false, None);
        assert_eq!(found, Ok(Some(Kind::Manifests)), "{content}");
    }
}

#[test]
fn a_plan_is_found_behind_colours_and_marks() {
    let plan = r#"{"format_version":"1.2","resource_changes":[]}"#;
    for noise in [
        "\u{1b}[0m",
        "\u{FEFF}\u{FEFF}",
        "+ terraform show -json p\n\u{1b}[0m",
    ] {
        let found = check(format!("{noise}{plan}").as_bytes(), false, None);
        assert_eq!(found, Ok(Some(Kind::Plan)), "{noise:?}");
    }
}

#[test]
fn a_named_file_of_comments_is_told() {
    for content in ["---\n---\n# c\n", "# c", "---"] {
        let said = check(content.as_bytes(), true, None).unwrap_err();
        assert!(said.contains("nothing but comments"), "{content}: {said}");
    }
}
