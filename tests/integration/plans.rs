//! Odd and public plans: what is accepted, what is refused by name, and that nothing ends in a crash.
#![cfg(test)]

use crosspeer::ingest::{File, Kind, PlanPhase, detect, resource_types, terraform};
use std::path::{Path, PathBuf};

fn corpus(folder: &str) -> Option<Vec<PathBuf>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/corpus")
        .join(folder);
    let Ok(entries) = std::fs::read_dir(&path) else {
        println!("skipped: no {}", path.display());
        return None;
    };
    let mut files: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.to_string_lossy().ends_with(".md"))
        .collect();
    files.sort();
    Some(files)
}

fn file(path: &Path) -> File {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    File {
        path: name.into(),
        bytes: std::fs::read(path).unwrap(),
        kind: None,
        named: true,
        ..File::default()
    }
}

enum Expect {
    /// Accepted as that kind, with so many gaps of an incomplete plan.
    As(Kind, usize),
    /// Refused at a line and column with a message that holds the words.
    Refused(u32, u32, &'static str),
    /// Either, without a crash.
    Either,
}
use Expect::{As, Either, Refused};

#[rustfmt::skip]
const ODD: &[(&str, Expect)] = &[
    ("utf16-le-bom-crlf.json", As(Kind::Plan, 0)),
    ("utf16-le-bom.json", As(Kind::Plan, 0)),
    ("utf16-le-bom-checks.json", As(Kind::Plan, 0)),
    ("utf8-bom.json", As(Kind::Plan, 0)),
    ("utf16-be-bom.json", As(Kind::Plan, 0)),
    ("crlf-pretty.json", As(Kind::Plan, 0)),
    ("win-utf8.json", As(Kind::Plan, 0)),
    ("mac-utf8.json", As(Kind::Plan, 0)),
    ("terraform-wrapper.json", As(Kind::Plan, 0)),
    ("no-configuration-1.json", As(Kind::Plan, 0)),
    ("no-configuration-55-resources.json", As(Kind::Plan, 0)),
    ("no-configuration-update.json", As(Kind::Plan, 0)),
    ("no-changes-no-configuration.json", As(Kind::Plan, 0)),
    ("actions-only.json", As(Kind::Plan, 0)),
    ("no-resource-changes-key.json", As(Kind::Plan, 1)),
    ("planned-values-only.json", As(Kind::Plan, 1)),
    ("no-changes-with-values.json", As(Kind::Plan, 1)),
    ("imitation-without-changes.json", As(Kind::Plan, 2)),
    ("invalid-by-another-tools-test.json", As(Kind::Plan, 0)),
    ("hand-made-114.json", As(Kind::Plan, 0)),
    ("hand-made-tgw.json", As(Kind::Plan, 0)),
    ("numerics.json", As(Kind::Plan, 0)),
    ("state-0.14.json", As(Kind::State, 0)),
    ("state-1.5-checks.json", As(Kind::State, 0)),
    ("state-1.13-identity.json", As(Kind::State, 0)),
    ("state-1.11.json", As(Kind::State, 0)),
    ("raw-tfstate-v4.json", Refused(1, 1, "raw state file")),
    ("invalid-braces.json", Refused(0, 0, "JSON")),
    ("trailing-data.json", Refused(0, 0, "text after the JSON value")),
    ("plan-json-lines.jsonl", Refused(1, 1, "log of `terraform plan -json`")),
    ("plan-human.txt", Refused(1, 1, "prints for people")),
    ("plan-binary.tfplan", Refused(1, 1, "binary plan")),
    ("truncated.json", Refused(0, 0, "ends inside a value")),
    ("truncated-utf16.json", Refused(0, 0, "")),
    ("wrapped-in-plan.json", Refused(1, 1, "under the key `plan`")),
    ("two-plans-in-one.json", Refused(0, 0, "second JSON value")),
    ("format-version-2.json", Refused(1, 1, "format 2.0")),
    ("format-version-1.99.json", As(Kind::Plan, 0)),
    // The second gap of each: a block of which it does not say how many instances it has.
    ("errored-plan.json", As(Kind::Plan, 2)),
    ("empty.json", Refused(1, 1, "empty")),
    ("null.json", Refused(1, 1, "no object")),
    ("array.json", Refused(1, 1, "array")),
    ("object.json", Refused(1, 1, "neither a plan nor a state")),
    ("deep.json", Either),
    ("duplicate-keys.json", Refused(0, 0, "`resource_changes` is there twice")),
    ("mock-tfplan-v2.sentinel", Refused(1, 1, "Sentinel mock")),
    ("configuration.cdk.tf.json", Refused(1, 1, "configuration in JSON")),
    ("cloudformation.json", Refused(1, 1, "CloudFormation")),
    ("manifest.json", As(Kind::Manifests, 0)),
    ("html-error.json", Refused(1, 1, "HTML")),
    ("nul-bytes.json", Refused(0, 0, "control character")),
    ("invalid-utf8.json", Refused(0, 0, "no UTF-8")),
];

/// Where the place is 0, 0 in the table, any place after the first character will do: it was looked up by eye, and stands
/// below for those files in which one sees it.
#[test]
fn odd_inputs_are_accepted_or_refused_by_name() {
    let Some(paths) = corpus("plans-odd") else {
        return;
    };
    let listed: Vec<_> = ODD.iter().map(|(name, _)| (*name).to_owned()).collect();
    for path in &paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(listed.contains(&name), "`{name}` has no expectation");
    }
    let folder = paths[0].parent().unwrap();
    let wrong: Vec<String> = ODD
        .iter()
        .filter_map(|(name, expect)| odd(&file(&folder.join(name)), expect).err())
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn odd(file: &File, expect: &Expect) -> Result<(), String> {
    let read = terraform::read(&[file], resource_types(), PlanPhase::After);
    let kind = detect(file);
    let refused = kind
        .clone()
        .err()
        .or(read.errors.iter().find(|error| error.refused).cloned());
    let name = &file.path;
    match (expect, refused) {
        (Either, _) => Ok(()),
        (As(wanted, gaps), None)
            if kind == Ok(Some(*wanted))
                && read.graph.gaps.len() == *gaps
                && read.errors.is_empty() =>
        {
            Ok(())
        }
        (Refused(line, column, words), Some(error)) => {
            let placed = if *line == 0 {
                (error.line, error.column) > (0, 1)
            } else {
                (error.line, error.column) == (*line, *column)
            };
            if placed && error.message.contains(words) {
                Ok(())
            } else {
                Err(format!("{name}: {error}"))
            }
        }
        (_, refused) => Err(format!(
            "{name}: {kind:?} {refused:?} {:?} {:?}",
            read.graph.gaps, read.errors
        )),
    }
}

#[test]
fn public_plans_are_read() {
    let Some(paths) = corpus("plans") else { return };
    let small = |path: &&PathBuf| std::fs::metadata(path).unwrap().len() < 2 << 20;
    for path in paths.iter().filter(small) {
        for moment in [PlanPhase::Before, PlanPhase::After] {
            let read = terraform::read(&[&file(path)], resource_types(), moment);
            assert_eq!(read.errors, [], "{}", path.display());
            assert_eq!(read.inputs.len(), 1, "{}", path.display());
        }
    }
}
