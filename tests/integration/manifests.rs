//! Public manifests: every document is read or refused by name, and every object lowered, known to be quiet, or a gap. Skips with a
//! message where the folders do not stand beside the clone.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may stop at the first thing that is not as expected, and says what it skips"
)]

use crosspeer::ingest::{File, InputError, Kind, PlanPhase, Settings, ingest};
use crosspeer::model::{Origin, World};
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn folder(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/corpus")
        .join(name);
    if !path.is_dir() {
        println!("skipped: {} is not there", path.display());
        return None;
    }
    Some(path)
}

fn file(path: &Path) -> File {
    let bytes = std::fs::read(path).unwrap();
    let path = Arc::from(path.file_name().unwrap().to_str().unwrap());
    File {
        path,
        bytes,
        kind: Some(Kind::Manifests),
        named: true,
        ..File::default()
    }
}

/// The world of a file, the number of its objects, and everything that was said of it.
fn read(file: &File) -> (World, usize, Vec<InputError>) {
    let read = ingest(
        std::slice::from_ref(file),
        &Settings::default(),
        PlanPhase::After,
    )
    .unwrap();
    (
        read.world,
        read.inputs.iter().map(|input| input.resources).sum(),
        read.errors,
    )
}

#[test]
fn rendered_charts_are_read_whole() {
    let Some(folder) = folder("rendered") else {
        return;
    };
    for entry in std::fs::read_dir(folder).unwrap() {
        let file = file(&entry.unwrap().path());
        if !file.path.ends_with(".yaml") {
            continue;
        }
        let text = String::from_utf8(file.bytes.clone()).unwrap();
        let (world, objects, errors) = read(&file);
        assert_eq!(errors, [], "{}", file.path);
        let kinds = text
            .lines()
            .filter(|line| line.starts_with("kind:"))
            .count();
        assert_eq!(objects, kinds, "{}", file.path);
        let count = |kinds: &[&str]| {
            text.lines()
                .filter(|line| {
                    kinds
                        .iter()
                        .any(|kind| line.trim_end() == format!("kind: {kind}"))
                })
                .count()
        };
        // Ways through the node ports of Services are entered as policies of another kind.
        let policies = world.policies.iter();
        assert_eq!(
            policies
                .filter(|(_, own)| own.kind == "NetworkPolicy")
                .count(),
            count(&["NetworkPolicy"]),
            "{}",
            file.path
        );
        let makers = [
            "Pod",
            "Deployment",
            "StatefulSet",
            "DaemonSet",
            "Job",
            "CronJob",
        ];
        assert_eq!(world.workloads.len(), count(&makers), "{}", file.path);
    }
}

/// The table of the folder's README says what each file holds.
#[test]
fn policies_of_a_public_suite_are_read_or_refused_by_name() {
    let Some(folder) = folder("cilium-inputs") else {
        return;
    };
    let table = std::fs::read_to_string(folder.join("README.md")).unwrap();
    let rows = table
        .lines()
        .filter_map(|line| line.strip_prefix("| "))
        .map(|line| line.split(" | ").collect::<Vec<_>>());
    let (mut checked, mut policies) = (0, 0);
    for row in rows.filter(|row| row.first().is_some_and(|name| name.ends_with(".yaml"))) {
        let (name, expected) = (row.first().unwrap(), row.last().unwrap());
        let (world, objects, errors) = read(&file(&folder.join(name)));
        let unrendered = errors
            .iter()
            .any(|error| error.message.contains("unrendered template"));
        if expected.starts_with("refuse") {
            assert!(
                unrendered && errors.iter().all(|error| error.line > 0),
                "{name}: {errors:?}"
            );
        } else if expected.contains("template markers") {
            let unknown = world.gaps.iter().any(|(_, gap)| {
                gap.what.contains("is not known") || gap.what.contains("is not modelled")
            });
            assert!(objects > 0 && (unrendered || unknown), "{name}: {errors:?}");
        } else {
            assert!(objects > 0 && errors.is_empty(), "{name}: {errors:?}");
        }
        if !expected.starts_with("refuse") {
            policies += each_policy_is_accounted_for(
                &std::fs::read_to_string(folder.join(name)).unwrap(),
                &world,
                name,
            );
        }
        checked += 1;
    }
    // As many as there are lines of such a kind in the files that are YAML.
    assert_eq!((checked, policies), (101, 85));
}

/// Finds for each document of a policy kind a policy or a gap that has its origin there, and returns how many such documents there are.
fn each_policy_is_accounted_for(text: &str, world: &World, name: &str) -> usize {
    let lines: Vec<&str> = text.lines().collect();
    let mut first = 0;
    let mut found = 0;
    for document in lines.split(|line| line.starts_with("---")) {
        let (from, to) = (first + 1, first + document.len());
        first = to + 1;
        let kind = document
            .iter()
            .find_map(|line| line.strip_prefix("kind:"))
            .map(str::trim);
        if !kind.is_some_and(|kind| kind.ends_with("NetworkPolicy")) {
            continue;
        }
        let inside = |origin: &Origin| (from..=to).contains(&(origin.place.line as usize));
        let read = world
            .policies
            .iter()
            .any(|(_, policy)| inside(&policy.origin));
        let named = world
            .gaps
            .iter()
            .any(|(_, gap)| gap.origin.as_ref().is_some_and(inside));
        assert!(
            read || named,
            "{name}: the {} of lines {from} to {to} is neither read nor named",
            kind.unwrap_or_default()
        );
        found += 1;
    }
    found
}
