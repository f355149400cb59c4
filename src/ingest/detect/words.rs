//! Files that are no JSON, recognised by words that stand in them.

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
    if text.trim_start().starts_with(BASE64) {
        return meant(&format!(
            "a plan or state in base64; decode it first: {ALONE}"
        ));
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
    if HUMAN.iter().any(|words| holds(text, words)) {
        return meant(
            "what `terraform plan` prints for people, no JSON; write the plan with `-out FILE` and print it with `terraform show -json FILE`",
        );
    }
    if text.lines().take(NOISE).any(is_log_line) {
        return meant(LOG);
    }
    if text.contains("AWSTemplateFormatVersion") && has_key(text, "AWSTemplateFormatVersion") {
        return foreign("a CloudFormation template, which is not read; give a Terraform plan");
    }
    if is_yaml_object(text) {
        return Content::Known(Kind::Manifests);
    }
    if !text.contains('\n') && text.contains('\r') && is_yaml_object(&text.replace('\r', "\n")) {
        return meant(
            "its lines end with a carriage return alone, so that kubectl finds one document at most; save it with line feeds",
        );
    }
    if text.split("\n---").any(|document| has_keys(document, true)) {
        return meant(OBJECTS);
    }
    missing(text).map_or_else(|| blank(text), half)
}

/// What a text without any word of an input is.
fn blank(text: &str) -> Content {
    let says_nothing = |line: &str| {
        let line = line.trim_start_matches("---").trim();
        line.is_empty() || line.starts_with('#')
    };
    if text.lines().all(says_nothing) {
        return Content::Foreign(
            "nothing but comments and blank documents; write what is meant to stand here"
                .to_owned(),
        );
    }
    Content::Nothing
}

/// Whether a sentence stands in a text. The standard library finds up to 32 bytes many times faster than more.
fn holds(text: &str, sentence: &str) -> bool {
    let front = sentence.get(..32).unwrap_or(sentence);
    text.contains(front) && text.contains(sentence)
}

/// What looks like an object but for one key.
pub fn half(missing: &str) -> Content {
    Content::Meant(format!(
        "this looks like a Kubernetes object without `{missing}`: expected `apiVersion` and `kind` beside `metadata`"
    ))
}

/// Lines of noise before a plan at most.
pub const NOISE: usize = 50;
/// What the log of a plan is.
pub const LOG: &str = "the log of `terraform plan -json`, not the plan; write it with `-out FILE` and print it with `terraform show -json FILE`";
const HEAD: usize = 4000;
/// How plans and states begin in base64: `{"format_version"`.
const BASE64: &str = "eyJmb3JtYXRfdmVyc2lvbi";
/// What to give instead.
pub const ALONE: &str = "give the plan alone, as `terraform show -json PLAN` prints it";
pub const OBJECTS: &str = "a list of Kubernetes objects, which kubectl does not take; put them below `items` of an object of the kind `List`";

/// Whether a line is one of the log of `terraform plan -json`, also behind lines that a wrapper printed.
fn is_log_line(line: &str) -> bool {
    line.starts_with('{') && line.contains("\"@level\"") && line.contains("\"@message\"")
}

/// Sentences of `terraform plan` and `tofu plan`; they are broken over lines by the width of the terminal.
const HUMAN: &[&str] = &[
    "will perform the following actions",
    "used the selected providers to generate",
    "No changes. Your infrastructure matches",
];

/// Whether a text holds an object in YAML: `apiVersion` and `kind` as keys of a document. What others hold further in (tasks of
/// Ansible, values of a chart) is not applied as it stands.
pub fn is_yaml_object(text: &str) -> bool {
    text.split("\n---")
        .any(|document| has_keys(document, false) || is_flow_object(document))
}

/// Whether the mapping that a document is, or the elements of the list that it is, have both keys of an object. Keys further left
/// count as well: the indentation may be what is wrong.
fn has_keys(document: &str, listed: bool) -> bool {
    let document = document.trim_start_matches('\u{FEFF}');
    let Some(first) = document.lines().find(|line| is_content(line)) else {
        return false;
    };
    let level = indentation(first);
    let has = |key| {
        document.lines().any(|line| {
            indentation(line) <= level && (has_key(line, key) || listed && has_flow_key(line, key))
        })
    };
    first.trim_start().starts_with("- ") == listed && has("apiVersion") && has("kind")
}

/// Whether a line is more than a comment, also one that JSON does not have, a mark, a tag or a directive.
fn is_content(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty()
        && !["#", "//", "%", "!", "---"]
            .iter()
            .any(|start| line.starts_with(start))
}

/// The column at which the key of a line begins: behind blanks, and behind the dashes of lists.
fn indentation(line: &str) -> usize {
    line.len()
        - line
            .trim_start_matches([' ', '\t', '-', '{', '"', '\''])
            .len()
}

/// Whether a document is a mapping in braces, all keys of which may stand on one line: `{apiVersion: v1, kind: Pod}`.
fn is_flow_object(document: &str) -> bool {
    let mut lines = document
        .lines()
        .map(|line| line.trim_start_matches("---").trim());
    let first = lines.find(|line| is_content(line));
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
