//! Public policies, field by field: whatever one holds changes what is read of it, or is named in the ledger. Skips with a message where the
//! folder does not stand beside the clone.

use crate::ingest::kubernetes::object::Object;
use crate::ingest::kubernetes::{Counterpart, lower, read};
use crate::ingest::yaml::{Node, Shape};
use crate::ingest::{File, Kind, Settings};
use crate::model::{Cluster, Enforced, Note, World};
use serde_json::Value;
use std::path::Path;

/// Fields that say nothing of what passes.
const SILENT: &[&str] = &["description", "labels", "log"];
/// Fields whose content a proxy judges: the rule that holds them is in doubt as a whole.
const PROXIED: &[&str] = &[
    "rules",
    "listener",
    "serverNames",
    "terminatingTLS",
    "originatingTLS",
];

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    Item(usize),
}

/// A text with something plausible in place of what the suite fills in.
fn rendered(text: &str) -> &str {
    match text {
        _ if !text.contains("{{") => text,
        _ if text.contains("IP") || text.contains("CIDR") => "10.0.0.0/8",
        _ => "one.example",
    }
}

fn json(node: &Node) -> Value {
    match node.shape() {
        Shape::Map => node
            .entries()
            .iter()
            .map(|(key, value)| (key.clone(), json(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Shape::List => node.items().iter().map(json).collect::<Vec<_>>().into(),
        Shape::Text => rendered(node.text().unwrap()).into(),
        Shape::Boolean => node.boolean().unwrap().into(),
        Shape::Number => node.integer().unwrap().into(),
        Shape::Null | Shape::Absent => Value::Null,
    }
}

/// Every value below, by the way to it.
fn ways(value: &Value, way: &[Step], out: &mut Vec<Vec<Step>>) {
    let mut next = |step: Step, inner: &Value| {
        let way = [way, &[step]].concat();
        out.push(way.clone());
        ways(inner, &way, out);
    };
    match value {
        Value::Object(map) => map
            .iter()
            .for_each(|(key, inner)| next(Step::Key(key.clone()), inner)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(at, inner)| next(Step::Item(at), inner)),
        _ => {}
    }
}

fn at<'v>(value: &'v mut Value, way: &[Step]) -> &'v mut Value {
    way.iter().fold(value, |value, step| match step {
        Step::Key(key) => value.get_mut(key).unwrap(),
        Step::Item(at) => value.get_mut(at).unwrap(),
    })
}

fn names(way: &[Step], fields: &[&str]) -> bool {
    way.iter()
        .any(|step| matches!(step, Step::Key(key) if fields.contains(&key.as_str())))
}

/// Everything that is read of an object, as text.
fn picture(value: &Value, object: &Object) -> String {
    let object = Object::from_json(value, object.origin.clone()).unwrap();
    let mut world = World::default();
    let enforced = Enforced::Yes(Note {
        text: String::new(),
        origin: None,
        assumed: true,
    });
    let engine = "cilium".to_owned();
    let (name, blocks_match_pods) = (String::new(), false);
    let cluster = world.clusters.push(Cluster {
        name,
        title: None,
        engine,
        enforced,
        blocks_match_pods,
        to_own_node: None,
        unresolved: crate::model::Doubt::none(),
        api_server: None,
        origin: None,
    });
    let (settings, alone) = (Settings::default(), Counterpart::None);
    let errors = lower(&[object], cluster, None, &settings, &mut world, alone);
    format!("{:?} {:?} {errors:?}", world.policies, world.gaps)
}

/// Checks an object; the number of values that it holds.
fn check(object: &Object, file: &str) -> usize {
    let whole = json(&object.node);
    let before = picture(&whole, object);
    if before.contains("is about nodes") {
        return 0;
    }
    let mut all = Vec::new();
    for part in ["spec", "specs"] {
        let key = [Step::Key(part.to_owned())];
        whole
            .get(part)
            .into_iter()
            .for_each(|value| ways(value, &key, &mut all));
    }
    let silent = |way: &[Step]| {
        matches!(way.get(1).zip(way.get(2)), Some((Step::Key(key), _)) if SILENT.contains(&key.as_str()))
            || names(way, &["description"])
    };
    for way in all.iter().filter(|way| !silent(way)) {
        if names(way, PROXIED) {
            assert!(
                before.contains("above ports"),
                "{file}: {way:?} is not in the ledger"
            );
            continue;
        }
        let mut other = whole.clone();
        *at(&mut other, way) = Value::from(4711);
        assert_ne!(
            picture(&other, object),
            before,
            "{file}: {way:?} could be anything"
        );
        let mut other = whole.clone();
        if let Value::Object(map) = at(&mut other, way) {
            map.insert("unheardOf".to_owned(), Value::Bool(true));
            assert!(
                picture(&other, object).contains("`unheardOf`"),
                "{file}: nobody misses a field of {way:?}"
            );
        }
    }
    all.len()
}

#[test]
fn every_field_of_public_policies_counts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/cilium-inputs");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: {} is not there", folder.display());
        return;
    };
    let templated = std::fs::read_dir(folder.join("templated")).unwrap();
    let mut paths: Vec<_> = entries
        .chain(templated)
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let (mut objects, mut values) = (0, 0);
    for path in paths
        .iter()
        .filter(|path| path.extension().is_some_and(|ending| ending == "yaml"))
    {
        let name = path.file_name().unwrap().to_string_lossy();
        let bytes = std::fs::read(path).unwrap();
        let file = File {
            path: name.as_ref().into(),
            bytes,
            kind: Some(Kind::Manifests),
            named: true,
            cluster: None,
            root: None,
            ..File::default()
        };
        for object in read(&[&file], &Settings::default())
            .objects
            .iter()
            .filter(|object| object.unread.is_none())
        {
            if object.is("cilium.io", "CiliumNetworkPolicy")
                || object.is("cilium.io", "CiliumClusterwideNetworkPolicy")
            {
                objects += 1;
                values += check(object, &name);
            }
        }
    }
    assert!(
        objects > 60 && values > 1000,
        "{objects} policies with {values} values"
    );
}
