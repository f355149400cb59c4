//! Secrets among the files that a tool reads, since its messages quote what they could not use: values of Secrets, and what
//! `secretGenerator` of a kustomization makes Secrets of (kustomize documentation, "secretGenerator").

use crate::ingest::yaml::{self, Node};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeSet;
use std::path::Path;

/// A file of more bytes is not looked at, and neither is anything below this depth.
const LARGEST: u64 = 1 << 20;
const DEEPEST: usize = 16;
/// A text of fewer bytes is in every message by chance.
const SHORTEST: usize = 4;

/// The secrets of all files below a folder, the longest first, so that none is hidden in part.
pub(super) fn secrets(folder: &Path) -> Vec<String> {
    let mut found = BTreeSet::new();
    let mut walk = ignore::WalkBuilder::new(folder);
    walk.standard_filters(false)
        .follow_links(false)
        .max_depth(Some(DEEPEST));
    for entry in walk.build().filter_map(Result::ok) {
        if let Some(text) = text(entry.path()) {
            let folder = entry.path().parent().unwrap_or(folder);
            for document in yaml::read(&"".into(), &text) {
                if let Ok(document) = &document.content {
                    enter(document, folder, &mut found);
                }
            }
        }
    }
    let mut out: Vec<String> = found
        .into_iter()
        .filter(|text| text.len() >= SHORTEST)
        .collect();
    out.sort_by_key(|text| std::cmp::Reverse(text.len()));
    out
}

fn text(path: &Path) -> Option<String> {
    let about = std::fs::symlink_metadata(path).ok()?;
    if !about.is_file() || about.len() > LARGEST {
        return None;
    }
    String::from_utf8(std::fs::read(path).ok()?).ok()
}

fn enter(document: &Node, folder: &Path, found: &mut BTreeSet<String>) {
    if document.child("kind").text() == Some("Secret") {
        for field in ["data", "stringData"] {
            for (_, value) in document.child(field).entries() {
                enter_text(value.written().unwrap_or_default(), found);
            }
        }
    }
    for generator in document.child("secretGenerator").items() {
        for literal in generator.child("literals").items() {
            enter_text(literal.written().unwrap_or_default(), found);
        }
        let lists = ["files", "envs"].map(|field| generator.child(field).items());
        let listed = lists.into_iter().flatten().chain([generator.child("env")]);
        for name in listed {
            // `key=path`, or the path alone.
            let name = name.text().unwrap_or_default();
            let path = name.split_once('=').map_or(name, |(_, path)| path);
            for line in text(&folder.join(path)).unwrap_or_default().lines() {
                enter_text(line, found);
            }
        }
    }
}

/// A text, its lines, what follows the `=` of each, and what stands in it as base64.
fn enter_text(text: &str, found: &mut BTreeSet<String>) {
    for line in text.lines() {
        let value = line.split_once('=').map_or(line, |(_, value)| value);
        found.extend([line, value].map(|part| part.trim().to_owned()));
    }
    let inner = STANDARD.decode(text.trim()).ok();
    found.extend(inner.and_then(|inner| String::from_utf8(inner).ok()));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What of a message stays beside the files of a folder.
    fn check(files: &[(&str, &str)], message: &str, expected: &str) {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let said = super::super::said::said(message, &[], &secrets(folder.path()));
        assert_eq!(said, expected);
    }

    #[test]
    fn what_generators_make_secrets_of_is_not_repeated() {
        let kustomization = "secretGenerator:\n- {name: s, literals: [hunter2, user=swordfish], envs: [own.env], files: [key=own.key]}\n";
        let files = [
            ("kustomization.yaml", kustomization),
            ("own.env", "TOKEN=opensesame\n"),
            ("own.key", "-----BEGIN\nabcdef\n"),
        ];
        check(
            &files,
            "literals [hunter2 user=swordfish], opensesame of own.env: abcdef in kustomization.yaml",
            "literals [(sensitive) (sensitive)], (sensitive) of own.env: (sensitive) in kustomization.yaml",
        );
    }

    #[test]
    fn values_of_secrets_are_not_repeated() {
        let secret = "kind: Secret\nmetadata: {name: shop}\ndata: {a: aHVudGVyMg==}\nstringData: {b: swordfish}\n";
        check(
            &[("secret.yaml", secret)],
            "hunter2 aHVudGVyMg== swordfish of shop",
            "(sensitive) (sensitive) (sensitive) of shop",
        );
        let other = secret.replace("Secret", "ConfigMap");
        check(
            &[("c.yaml", &other)],
            "swordfish of shop",
            "swordfish of shop",
        );
    }
}
