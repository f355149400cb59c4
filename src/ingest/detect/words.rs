//! Files that are no JSON, told by words that stand in them.

use super::{Content, Kind};

/// What a text is that is no JSON.
pub fn look(text: &str) -> Content {
    let foreign = |what: &str| Content::Foreign(what.to_owned());
    let meant = |what: &str| Content::Meant(what.to_owned());
    let begins = |words: &[&str]| {
        words.iter().any(|word| {
            text.trim_start()
                .get(..word.len())
                .is_some_and(|own| own.eq_ignore_ascii_case(word))
        })
    };
    let head: String = text.chars().take(HEAD).collect();
    if begins(&["null", "true", "false", "\""])
        && serde_json::from_str::<serde_json::Value>(text).is_ok()
    {
        return foreign("JSON, but no object; print the plan with `terraform show -json FILE`");
    }
    if begins(&["<!doctype", "<html", "<?xml", "<"]) {
        return foreign(
            "a page of HTML or XML, no JSON: perhaps an error that was saved as the plan; fetch the plan again",
        );
    }
    if head.contains("import \"")
        && (text.contains("resource_changes = {") || text.contains("planned_values = {"))
    {
        return foreign(
            "a Sentinel mock, no JSON; give the plan as `terraform show -json FILE` prints it",
        );
    }
    if HUMAN.iter().any(|words| text.contains(words)) {
        return meant(
            "what `terraform plan` prints for people, no JSON; write the plan with `-out FILE` and print it with `terraform show -json FILE`",
        );
    }
    if has_key(text, "AWSTemplateFormatVersion") {
        return foreign("a CloudFormation template, which is not read; give a Terraform plan");
    }
    if is_yaml_object(text) {
        return Content::Known(Kind::Manifests);
    }
    missing(text).map_or(Content::Nothing, half)
}

/// What looks like an object but for one key.
pub fn half(missing: &str) -> Content {
    Content::Meant(format!(
        "this looks like a Kubernetes object without `{missing}`: expected `apiVersion` and `kind` beside `metadata`"
    ))
}

const HEAD: usize = 4000;

/// Sentences of `terraform plan` and `tofu plan`; they are broken over lines by the width of the terminal.
const HUMAN: &[&str] = &[
    "will perform the following actions",
    "used the selected providers to generate",
    "No changes. Your infrastructure matches",
];

/// Whether a text holds an object in YAML: `apiVersion` and `kind` as keys, at any depth of a list.
pub fn is_yaml_object(text: &str) -> bool {
    has_key(text, "apiVersion") && has_key(text, "kind") || text.split("\n---").any(is_flow_object)
}

/// Whether a document is a mapping in braces, all keys of which may stand on one line: `{apiVersion: v1, kind: Pod}`.
fn is_flow_object(document: &str) -> bool {
    let mut lines = document
        .lines()
        .map(|line| line.trim_start_matches("---").trim());
    let first = lines.find(|line| !line.is_empty() && !line.starts_with('#'));
    first.is_some_and(|line| line.starts_with('{'))
        && has_flow_key(document, "apiVersion")
        && has_flow_key(document, "kind")
}

/// Whether a key stands behind a brace or a comma, in quotes or without.
fn has_flow_key(text: &str, key: &str) -> bool {
    const QUOTES: [char; 2] = ['"', '\''];
    text.match_indices(key).any(|(at, _)| {
        let before = text.get(..at).unwrap_or_default().trim_end_matches(QUOTES);
        let after = text.get(at + key.len()..).unwrap_or_default();
        before.trim_end().ends_with(['{', ','])
            && after
                .trim_start_matches(QUOTES)
                .trim_start()
                .starts_with(':')
    })
}

/// What a document lacks that otherwise looks like an object: one of both keys beside `metadata`; none where there is no such document.
fn missing(text: &str) -> Option<&'static str> {
    text.split("\n---").find_map(|document| {
        let has = |key| {
            document
                .lines()
                .any(|line| line.starts_with(key) && has_key(line, key))
        };
        match (has("apiVersion"), has("kind")) {
            _ if !has("metadata") => None,
            (true, false) => Some("kind"),
            (false, true) => Some("apiVersion"),
            _ => None,
        }
    })
}

fn has_key(text: &str, key: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim_start_matches([' ', '\t', '-', '{', '"', '\'']);
        line.strip_prefix(key).is_some_and(|rest| {
            rest.trim_start_matches(['"', '\''])
                .trim_start()
                .starts_with(':')
        })
    })
}
