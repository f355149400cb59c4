//! One attribute that names another resource after another is known only after apply, and nothing says what it names: what
//! was reachable stays at least possible.

use crate::connectivity::{Connectivity, Root, applied, every_root, roots};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// How the configuration says nothing of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Silence {
    /// It sets it by an expression without references.
    Expression,
    /// It does not set it, as in a plan without a configuration.
    Absence,
}

/// Whose attribute is not known.
#[derive(Clone, Copy, Debug)]
enum Whose<'a> {
    /// That of all resources of a type.
    Kind(&'a str),
    /// That of one resource, by its address.
    One(&'a str),
}

impl Whose<'_> {
    /// Whether a change is one of it.
    fn holds(self, change: &Value) -> bool {
        let is = match self {
            Whose::Kind(kind) => change["type"] == kind,
            Whose::One(address) => change["address"] == address,
        };
        is && change["mode"] != "data" && !change["change"]["after"].is_null()
    }

    /// Whether a block of a module, which has this address without keys, makes such resources.
    fn is_made_by(self, module: &str, block: &Value) -> bool {
        let is = match self {
            Whose::Kind(kind) => block["type"] == kind,
            Whose::One(address) => {
                without_keys(address) == format!("{module}{}", block["address"].as_str().unwrap())
            }
        };
        is && block["mode"] != "data"
    }
}

/// An address without the keys of instances.
fn without_keys(address: &str) -> String {
    let (mut out, mut depth, mut quoted) = (String::new(), 0, false);
    for c in address.chars() {
        quoted ^= c == '"';
        depth += usize::from(c == '[' && !quoted);
        if depth == 0 {
            out.push(c);
        }
        depth -= usize::from(c == ']' && !quoted);
    }
    out
}

/// The plan in which an attribute is known only after apply; none where nobody sets it.
fn unknown(plan: &Value, whose: Whose<'_>, path: &[&str], silence: Silence) -> Option<Value> {
    let mut plan = plan.clone();
    let mut hit = false;
    for change in plan["resource_changes"].as_array_mut()? {
        if !whose.holds(change) {
            continue;
        }
        hit |= forget(&mut change["change"]["after"], path);
        let shape = change["change"]["after"].clone();
        mark(&mut change["change"]["after_unknown"], &shape, path);
    }
    silence_in(
        plan.pointer_mut("/configuration/root_module")?,
        "",
        whose,
        path,
        silence,
    );
    hit.then_some(plan)
}

/// Takes the value at a path away, in each element of a list; whether the attribute may be there.
fn forget(value: &mut Value, path: &[&str]) -> bool {
    match (value, path) {
        (Value::Array(items), _) => {
            items
                .iter_mut()
                .filter_map(|item| forget(item, path).then_some(()))
                .count()
                > 0
        }
        (Value::Object(map), [leaf]) => {
            map.remove(*leaf);
            true
        }
        (Value::Object(map), [step, rest @ ..]) => {
            map.get_mut(*step).is_some_and(|inner| forget(inner, rest))
        }
        _ => false,
    }
}

/// Marks the value at a path as not known, wherever the known values have what holds it.
fn mark(unknown: &mut Value, shape: &Value, path: &[&str]) {
    if *unknown == Value::Bool(true) {
        return;
    }
    if let Value::Array(items) = shape {
        if !unknown.is_array() {
            *unknown = json!([]);
        }
        let own = unknown.as_array_mut().unwrap();
        own.resize(items.len(), json!({}));
        own.iter_mut()
            .zip(items)
            .for_each(|(own, item)| mark(own, item, path));
        return;
    }
    if !unknown.is_object() {
        *unknown = json!({});
    }
    match path {
        [leaf] => unknown[*leaf] = json!(true),
        [step, rest @ ..] if !shape[*step].is_null() => {
            mark(&mut unknown[*step], &shape[*step], rest)
        }
        _ => {}
    }
}

fn silence_in(
    module: &mut Value,
    address: &str,
    whose: Whose<'_>,
    path: &[&str],
    silence: Silence,
) {
    let blocks = module.get_mut("resources").and_then(Value::as_array_mut);
    for block in blocks.into_iter().flatten() {
        if whose.is_made_by(address, block) {
            block
                .get_mut("expressions")
                .into_iter()
                .for_each(|own| hush(own, path, silence));
        }
    }
    let calls = module
        .get_mut("module_calls")
        .and_then(Value::as_object_mut);
    for (name, call) in calls.into_iter().flatten() {
        let address = format!("{address}module.{name}.");
        call.get_mut("module")
            .into_iter()
            .for_each(|own| silence_in(own, &address, whose, path, silence));
    }
}

fn hush(expressions: &mut Value, path: &[&str], silence: Silence) {
    match (expressions, path) {
        (Value::Array(items), _) => items.iter_mut().for_each(|item| hush(item, path, silence)),
        (Value::Object(map), [leaf]) => match silence {
            Silence::Absence => _ = map.remove(*leaf),
            Silence::Expression => map
                .get_mut(*leaf)
                .into_iter()
                .for_each(|own| *own = json!({})),
        },
        (Value::Object(map), [step, rest @ ..]) => {
            // Blocks that are attributes as well have the references of all of them in one list.
            match map.get_mut(*step) {
                Some(Value::Object(own)) if own.contains_key("references") => {
                    _ = own.remove("references")
                }
                Some(inner) => hush(inner, rest, silence),
                None => {}
            }
        }
        _ => {}
    }
}

/// Attributes that a provider or a service fills in by itself where the configuration leaves them out, so that nothing of them is
/// unknown then.
const OPTIONAL: &[&str] = &[
    "launch_template.id",
    "network_interfaces.security_groups",
    "security_group_ids",
    "vpc_security_group_ids",
];

/// Types, or addresses, with attributes of theirs.
type Attributes = BTreeSet<(String, String)>;

/// Addresses with the attributes that name another resource.
fn links_of_each(root: &Root) -> Attributes {
    let rows = root.read(&root.plan).links;
    rows.into_iter()
        .map(|row| (row.address, row.attribute))
        .collect()
}

/// Types with the attributes of theirs that name another resource.
fn links(root: &Root) -> Attributes {
    let read = root.read(&root.plan);
    let of = |address: &str| {
        let changes = root.plan["resource_changes"].as_array().unwrap();
        let own = changes.iter().find(|change| change["address"] == address)?;
        Some(own["type"].as_str().unwrap().to_owned())
    };
    let rows = read.links.iter();
    rows.filter_map(|row| Some((of(&row.address)?, row.attribute.clone())))
        .collect()
}

/// Families of types that have no say in who reaches whom.
const MUTE: [&str; 5] = ["aws_cloudwatch", "aws_iam", "aws_kms", "random_", "tls_"];

/// Types with all attributes of theirs that the plan has a value for.
fn everything(root: &Root) -> Attributes {
    let mut out = Attributes::new();
    for change in root.plan["resource_changes"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let kind = change["type"].as_str().unwrap();
        if change["mode"] != "data" && !MUTE.iter().any(|front| kind.starts_with(front)) {
            let mut paths = BTreeSet::new();
            leaves(&change["change"]["after"], "", &mut paths);
            paths.retain(|path| !path.starts_with("tags"));
            out.extend(paths.into_iter().map(|path| (kind.to_owned(), path)));
        }
    }
    out
}

/// The dotted paths of what has a value, without indexes.
fn leaves(value: &Value, at: &str, out: &mut BTreeSet<String>) {
    match value {
        Value::Null => {}
        Value::Object(map) => map.iter().for_each(|(key, own)| {
            let path = if at.is_empty() {
                key.clone()
            } else {
                format!("{at}.{key}")
            };
            leaves(own, &path, out);
        }),
        Value::Array(items) if items.iter().any(Value::is_object) => {
            items.iter().for_each(|item| leaves(item, at, out));
        }
        _ => _ = out.insert(at.to_owned()),
    }
}

/// Holds a root against each plan of it in which one attribute is not known, of all resources of a type or of `one`.
fn hold(root: &Root, attributes: Attributes, one: bool, silence: Silence) -> Vec<String> {
    let known = Connectivity::of(&root.read(&root.plan).world);
    let mut wrong = Vec::new();
    for (name, attribute) in attributes {
        if silence == Silence::Absence && OPTIONAL.contains(&attribute.as_str()) {
            continue;
        }
        let path: Vec<&str> = attribute.split('.').collect();
        let whose = match one {
            true => Whose::One(&name),
            false => Whose::Kind(&name),
        };
        let without = |silence| unknown(&root.plan, whose, &path, silence);
        let Some(plan) = without(silence) else {
            continue;
        };
        if silence == Silence::Expression && without(Silence::Absence).as_ref() == Some(&plan) {
            // The configuration does not set it, which the other silence is about.
            continue;
        }
        let lost = known.lost(&Connectivity::of(&root.read(&plan).world));
        let said =
            |lost: &String| format!("{}: {name}.{attribute} ({silence:?}): {lost}", root.name);
        wrong.extend(lost.iter().take(3).map(said));
    }
    wrong
}

fn check(silence: Silence) {
    let of = |root: &Root| {
        let wrong = hold(root, links(root), false, silence);
        assert!(
            Connectivity::of(&root.read(&root.plan).world).reachable() > 0,
            "{}: nothing is reachable",
            root.name
        );
        wrong
    };
    let all = roots().into_iter().chain(applied());
    let wrong: Vec<String> = all.flat_map(|root| of(&root)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_attribute_whose_expression_is_not_shown_blocks_nothing() {
    check(Silence::Expression);
}

#[test]
fn an_attribute_that_a_configuration_without_it_cannot_set_blocks_nothing() {
    check(Silence::Absence);
}

/// Holds every root, or those with a part of a name in `CROSSPEER_PAIR`.
fn wide(attributes: fn(&Root) -> Attributes, one: bool) {
    let own = std::env::var("CROSSPEER_PAIR").unwrap_or_default();
    let mut wrong = Vec::new();
    for root in every_root().iter().filter(|root| root.name.contains(&own)) {
        let (start, all) = (std::time::Instant::now(), attributes(root));
        let count = all.len();
        for silence in [Silence::Expression, Silence::Absence] {
            let found = hold(root, all.clone(), one, silence);
            found.iter().for_each(|line| eprintln!("{line}"));
            wrong.extend(found);
        }
        eprintln!("{}: {count} attributes, {:?}", root.name, start.elapsed());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
#[ignore = "takes half an hour: every attribute of every root"]
fn no_attribute_of_any_root_blocks_by_being_unknown() {
    wide(everything, false);
}

#[test]
#[ignore = "takes half an hour: every link of every resource of every root"]
fn no_link_of_any_resource_blocks_by_being_unknown() {
    wide(links_of_each, true);
}
