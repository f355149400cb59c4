//! Every AWS resource type of a large set of public plans has a standing: a type that is new to the set is noticed here.

use crosspeer::ingest::aws::standing;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The types that are modelled or a gap; all others of the plans have no bearing on reachability.
const GOLDEN: &str = "";

fn plans() -> Option<Vec<PathBuf>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/plans");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    Some(files)
}

/// Every `"type": "aws_…"` of a file.
fn types(text: &str, out: &mut BTreeSet<String>) {
    for piece in text.split("\"type\"").skip(1) {
        let value = piece.trim_start_matches([' ', ':', '\n', '\t']).strip_prefix('"');
        if let Some((kind, _)) = value.and_then(|value| value.split_once('"'))
            && kind.starts_with("aws_")
        {
            out.insert(kind.to_owned());
        }
    }
}

#[test]
fn every_type_of_the_plans_has_a_standing() {
    let Some(files) = plans() else {
        println!("skipped: the plans are not beside the repository");
        return;
    };
    let mut seen = BTreeSet::new();
    for file in files {
        if let Ok(text) = std::fs::read_to_string(&file) {
            types(&text, &mut seen);
        }
    }
    let found: Vec<String> = seen.iter().map(|kind| format!("{kind} {}", standing(kind).word())).collect();
    let expected: Vec<&str> = GOLDEN.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(found.join("\n"), expected.join("\n"), "decide what becomes of each new type, then write it here");
}
