//! The same on the whole binary: the findings of a repository whose files are ordered and split otherwise.

use crate::binary::{folder, run};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// What a finding says, without its place in files.
fn findings(here: &Path) -> BTreeSet<String> {
    let ran = run(
        here,
        &[
            "scan",
            "--no-config",
            "--fail-on",
            "none",
            "--format",
            "json",
        ],
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    let report = ran.json();
    let said = report["findings"].as_array().unwrap().iter().map(|own| {
        let word = |key: &str| own[key].as_str().unwrap_or_default().to_owned();
        format!(
            "{} {} {} {} {}",
            word("rule"),
            word("severity"),
            word("certainty"),
            word("subject"),
            own["border"]
        )
    });
    said.collect()
}

/// A repository of a project's own input; `file` writes one of its files.
fn repository(
    name: &str,
    of: &str,
    file: impl Fn(&str, &str) -> Vec<(String, String)>,
) -> std::path::PathBuf {
    let from = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata")
        .join(of);
    let here = folder(&format!("laws/{of}-{name}"), &[]);
    let mut left = vec![from.clone()];
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(
                std::fs::read_dir(&path)
                    .unwrap()
                    .map(|own| own.unwrap().path()),
            );
            continue;
        }
        let inside = path
            .strip_prefix(&from)
            .unwrap()
            .to_string_lossy()
            .into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        for (name, text) in file(&inside, &text) {
            crate::binary::write(&here, &[(&name, &text)]);
        }
    }
    here
}

/// The documents of a YAML file, each in a file of its own, the last first.
fn split(path: &str, text: &str) -> Vec<(String, String)> {
    if !path.ends_with(".yaml") {
        return vec![(path.to_owned(), text.to_owned())];
    }
    let documents: Vec<&str> = text.split("\n---\n").collect();
    let count = documents.len();
    let each = documents.iter().enumerate();
    each.map(|(n, own)| {
        (
            format!("{path}.d/{:03}.yaml", count - n),
            format!("{own}\n"),
        )
    })
    .collect()
}

/// All keys of JSON the other way round.
fn turned(path: &str, text: &str) -> Vec<(String, String)> {
    let turn = |text: &str| {
        let mut read: Value = serde_json::from_str(text).unwrap();
        fn keys(value: &mut Value) {
            match value {
                Value::Object(map) => {
                    let mut all: Vec<_> = std::mem::take(map).into_iter().collect();
                    all.reverse();
                    map.extend(all);
                    map.values_mut().for_each(keys);
                }
                Value::Array(items) => items.iter_mut().for_each(keys),
                _ => {}
            }
        }
        keys(&mut read);
        read.to_string()
    };
    let text = if path.ends_with(".json") {
        turn(text)
    } else {
        text.to_owned()
    };
    vec![(path.to_owned(), text)]
}

/// The blocks of a source file, the last first and in one line less of space.
fn moved(path: &str, text: &str) -> Vec<(String, String)> {
    if !path.ends_with(".tf") {
        return vec![(path.to_owned(), text.to_owned())];
    }
    let mut blocks: Vec<String> = text
        .split("\n}\n")
        .filter(|own| !own.trim().is_empty())
        .map(|own| format!("{own}\n}}\n"))
        .collect();
    blocks.reverse();
    vec![(path.to_owned(), blocks.concat())]
}

#[test]
fn findings_are_the_same_however_files_are_cut_and_ordered() {
    for of in ["demo", "google/routes", "stones"] {
        let plain = findings(&repository("plain", of, |path, text| {
            vec![(path.to_owned(), text.to_owned())]
        }));
        assert!(!plain.is_empty(), "{of}");
        type Way = fn(&str, &str) -> Vec<(String, String)>;
        for (name, way) in [
            ("split", split as Way),
            ("turned", turned),
            ("moved", moved),
        ] {
            assert_eq!(findings(&repository(name, of, way)), plain, "{of}: {name}");
        }
    }
}
