//! The links of real plans against those of the state after apply: every attribute that the plan leaves unknown must be traced
//! to the resources that the state names.

use crate::ingest::terraform::address::Address;
use crate::ingest::terraform::resource::{Target, Value};
use crate::ingest::terraform::source::{Evaluator, SourceTree};
use crate::ingest::terraform::testing::read;
use crate::ingest::terraform::{Graph, Instances};
use crate::ingest::{File, Kind, PlanPhase};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The project's own pairs, then those of the corpus, where it stands beside the project.
fn cases() -> Vec<PathBuf> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["testdata/pairs", "../shared/corpus/pairs"];
    let each = folders.map(|folder| {
        let folder = project.join(folder);
        let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        let mut cases: Vec<PathBuf> = entries
            .map(|entry| entry.path())
            .filter(|path| path.join("tf").is_dir())
            .collect();
        cases.sort();
        if cases.is_empty() {
            println!("skipped: no pairs in {}", folder.display());
        }
        cases
    });
    let cases = each.concat();
    assert!(!cases.is_empty(), "the project has a pair of its own");
    cases
}

fn walk(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            walk(&entry.path(), out)
        } else {
            out.push(entry.path())
        }
    }
}

fn file(case: &Path, path: &Path, kind: Kind) -> File {
    let shown: Arc<str> = Arc::from(path.strip_prefix(case).unwrap().to_str().unwrap());
    File {
        path: shown,
        bytes: std::fs::read(path).unwrap(),
        kind: Some(kind),
        named: true,
        root: Some(Arc::from("tf")),
        ..File::default()
    }
}

fn sources(case: &Path) -> Vec<File> {
    let mut paths = Vec::new();
    walk(&case.join("tf"), &mut paths);
    paths.sort();
    paths
        .iter()
        .map(|path| file(case, path, Kind::Sources))
        .collect()
}

type Links = BTreeMap<(String, String), BTreeSet<String>>;

/// All exact references of the plan, by address and attribute path without indexes.
fn links(case: &Path, sources: &[File]) -> Links {
    let plan = file(case, &case.join("plan.json"), Kind::Plan);
    let read = read(&[&plan], PlanPhase::After);
    let mut errors = Vec::new();
    let trees = SourceTree::read(&sources.iter().collect::<Vec<_>>(), &mut errors);
    assert!(errors.is_empty(), "{errors:?}");
    let variables = Default::default();
    let instances = Instances::of_input(&read.graph, 0, &variables);
    let evaluator = Evaluator::new(&trees[0], &instances);
    let mut out = Links::new();
    for (_, resource) in read.graph.resources.iter() {
        let Some(evaluated) = evaluator.evaluate(&resource.address) else {
            continue;
        };
        let mut values = resource.values.clone();
        forget(&mut values);
        let merged = evaluator.merge(&mut values, &evaluated);
        assert!(
            merged.contradictions.is_empty(),
            "{} {:?}",
            resource.address,
            merged.contradictions
        );
        let mut found = Vec::new();
        references(&values, "", &read.graph, &mut found);
        for (attribute, target, exact) in found {
            assert!(exact, "{} {attribute} is not exact", resource.address);
            out.entry((resource.address.clone(), attribute))
                .or_default()
                .insert(target);
        }
    }
    out
}

/// What other ways of linking found does not count here.
fn forget(value: &mut Value) {
    match value {
        Value::Reference(_) => *value = Value::Unknown,
        Value::List(items) => items.iter_mut().for_each(forget),
        Value::Map(map) => map.values_mut().for_each(forget),
        _ => {}
    }
}

fn references(value: &Value, path: &str, graph: &Graph, out: &mut Vec<(String, String, bool)>) {
    let address = |target: &Target| graph.resources[target.resource].address.clone();
    match value {
        Value::Reference(reference) => out.extend(
            reference
                .targets
                .iter()
                .map(|to| (path.to_owned(), address(to), reference.exact)),
        ),
        Value::Text(text) => out.extend(
            graph
                .holding(text)
                .iter()
                .map(|to| (path.to_owned(), address(to), true)),
        ),
        Value::List(items) => items
            .iter()
            .for_each(|item| references(item, path, graph, out)),
        Value::Map(map) => {
            let below = |name: &str| {
                if path.is_empty() {
                    name.to_owned()
                } else {
                    format!("{path}.{name}")
                }
            };
            map.iter()
                .for_each(|(name, inner)| references(inner, &below(name), graph, out));
        }
        _ => {}
    }
}

fn check(case: &Path, links: &Links) -> Vec<String> {
    let rows: Vec<serde_json::Value> =
        serde_json::from_slice(&std::fs::read(case.join("links.json")).unwrap()).unwrap();
    let mut wrong = Vec::new();
    for row in rows {
        let text = |name: &str| row[name].as_str().unwrap().to_owned();
        let expected: BTreeSet<String> = row["to"]
            .as_array()
            .unwrap()
            .iter()
            .map(|to| to.as_str().unwrap().to_owned())
            .collect();
        let found = links
            .get(&(text("address"), text("attribute")))
            .cloned()
            .unwrap_or_default();
        let kind = |address: &String| Address::parse(address).unwrap().kind;
        let kinds: BTreeSet<String> = expected.iter().map(kind).collect();
        let found: BTreeSet<String> = found
            .iter()
            .map(|to| to.replace("peering_connection_accepter.", "peering_connection."))
            .collect();
        let found: BTreeSet<String> = found
            .into_iter()
            .filter(|to| kinds.contains(&kind(to)))
            .collect();
        if found != expected {
            wrong.push(format!(
                "{} {}: found {found:?}, expected {expected:?}",
                text("address"),
                text("attribute")
            ));
        }
    }
    wrong
}

#[test]
fn every_link_of_a_case_with_sources_is_exact() {
    for case in cases() {
        let wrong = check(&case, &links(&case, &sources(&case)));
        assert!(
            wrong.is_empty(),
            "{}:\n{}",
            case.display(),
            wrong.join("\n")
        );
    }
}

#[test]
fn a_binary_plan_gives_the_same_links() {
    for case in cases()
        .iter()
        .filter(|case| case.join("plan.tfplan").exists())
    {
        let plan = file(case, &case.join("plan.tfplan"), Kind::BinaryPlan);
        assert_eq!(
            links(case, &[plan]),
            links(case, &sources(case)),
            "{}",
            case.display()
        );
    }
}
