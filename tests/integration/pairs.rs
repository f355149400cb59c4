//! Links from a plan, held against the state that its apply led to, where every id is known.
#![cfg(test)]

use crate::connectivity::pair_folders;
use crosspeer::ingest::{File, Kind, PlanPhase, resource_types, terraform};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

#[derive(Deserialize)]
struct Truth {
    address: String,
    attribute: String,
    to: BTreeSet<String>,
}

fn file(path: &Path, kind: Option<Kind>, root: Option<&str>) -> File {
    File {
        path: path.to_string_lossy().into_owned().into(),
        bytes: std::fs::read(path).unwrap(),
        kind,
        named: true,
        root: root.map(Into::into),
        ..File::default()
    }
}

fn sources(folder: &Path, root: &str, out: &mut Vec<File>) {
    for path in std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
    {
        if path.is_dir() {
            sources(&path, root, out)
        } else {
            out.push(file(&path, Some(Kind::Sources), Some(root)))
        }
    }
}

#[derive(Default, Debug)]
struct Count {
    exact: usize,
    missing: usize,
    assumed_wrongly: usize,
    wrong: Vec<String>,
    inexact: Vec<String>,
}

fn hold(case: &Path, with_sources: bool, count: &mut Count) {
    let mut files = vec![file(&case.join("plan.json"), Some(Kind::Plan), None)];
    if with_sources {
        let root = case.join("tf").to_string_lossy().into_owned();
        sources(&case.join("tf"), &root, &mut files);
    }
    let read = terraform::read(
        &files.iter().collect::<Vec<_>>(),
        resource_types(),
        PlanPhase::After,
    );
    let rows: BTreeMap<_, _> = read
        .links
        .iter()
        .map(|row| ((&row.address, &row.attribute), row))
        .collect();
    let truth: Vec<Truth> =
        serde_json::from_slice(&std::fs::read(case.join("links.json")).unwrap()).unwrap();
    for link in truth {
        let row = rows.get(&(&link.address, &link.attribute));
        let (to, by) = row.map_or((BTreeSet::new(), "gap"), |row| {
            (row.to.iter().cloned().collect(), row.by.word())
        });
        let said = || {
            format!(
                "{}: {} {}: expected {:?}, found {to:?} by {by}",
                case.file_name().unwrap().display(),
                link.address,
                link.attribute,
                link.to
            )
        };
        if to == link.to {
            count.exact += 1;
            continue;
        }
        count.inexact.push(said());
        match by {
            "gap" => count.missing += 1,
            _ if to.is_empty() => count.missing += 1,
            "assumed" => count.assumed_wrongly += 1,
            _ => count.wrong.push(said()),
        }
    }
}

/// The pairs whose sources are there.
fn with_sources() -> Vec<PathBuf> {
    let mut cases = pair_folders();
    cases.retain(|case| case.join("tf").is_dir());
    cases
}

#[test]
fn without_sources_no_link_is_wrong_and_most_are_exact() {
    let mut count = Count::default();
    let cases = pair_folders();
    cases.iter().for_each(|case| hold(case, false, &mut count));
    println!("{}", count.inexact.join("\n"));
    println!(
        "{} exact, {} missing, {} assumed wrongly, {} wrong",
        count.exact,
        count.missing,
        count.assumed_wrongly,
        count.wrong.len()
    );
    assert!(count.wrong.is_empty(), "{}", count.wrong.join("\n"));
    let all = count.exact + count.missing + count.assumed_wrongly;
    assert!(
        count.exact * 10 >= all * 9,
        "{} of {all} are exact",
        count.exact
    );
}

#[test]
fn with_sources_every_link_is_exact() {
    let mut count = Count::default();
    let cases = with_sources();
    cases.iter().for_each(|case| hold(case, true, &mut count));
    assert!(
        count.inexact.is_empty(),
        "{} exact\n{}",
        count.exact,
        count.inexact.join("\n")
    );
}

/// The law: what is linked from a plan, whatever the truth lists, is what the state after its apply links.
#[test]
fn a_plan_with_sources_links_as_the_state_it_becomes() {
    let cases = with_sources();
    let mut wrong = Vec::new();
    for case in &cases {
        let mut files = vec![file(&case.join("plan.json"), Some(Kind::Plan), None)];
        sources(
            &case.join("tf"),
            &case.join("tf").to_string_lossy(),
            &mut files,
        );
        let plan = terraform::read(
            &files.iter().collect::<Vec<_>>(),
            resource_types(),
            PlanPhase::After,
        );
        let state = terraform::read(
            &[&file(&case.join("state.json"), Some(Kind::State), None)],
            resource_types(),
            PlanPhase::After,
        );
        let then: BTreeMap<_, _> = state
            .links
            .iter()
            .map(|row| ((&row.address, &row.attribute), &row.to))
            .collect();
        // A stub may have left a resource out of the state: there is nothing to hold it against.
        let there = |row: &&terraform::LinkRow| !state.graph.at(&row.address).is_empty();
        for row in plan
            .links
            .iter()
            .filter(there)
            .filter(|row| then.get(&(&row.address, &row.attribute)) != Some(&&row.to))
        {
            wrong.push(format!(
                "{}: {row:?}, in the state {:?}",
                case.display(),
                then.get(&(&row.address, &row.attribute))
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
