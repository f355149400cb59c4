//! One attribute that names another resource after another is known only after apply, and nothing says what it names: what
//! was reachable stays at least possible.

use crate::connectivity::{Connectivity, Root, roots};
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

/// The plan in which an attribute of all resources of a type is known only after apply; none where none sets it.
fn unknown(plan: &Value, kind: &str, path: &[&str], silence: Silence) -> Option<Value> {
    let mut plan = plan.clone();
    let mut hit = false;
    for change in plan["resource_changes"].as_array_mut()? {
        if change["type"] != kind || change["mode"] == "data" || change["change"]["after"].is_null()
        {
            continue;
        }
        hit |= forget(&mut change["change"]["after"], path);
        let shape = change["change"]["after"].clone();
        mark(&mut change["change"]["after_unknown"], &shape, path);
    }
    silence_in(
        plan.pointer_mut("/configuration/root_module")?,
        kind,
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

fn silence_in(module: &mut Value, kind: &str, path: &[&str], silence: Silence) {
    let blocks = module.get_mut("resources").and_then(Value::as_array_mut);
    for block in blocks.into_iter().flatten() {
        if block["type"] == kind && block["mode"] != "data" {
            block
                .get_mut("expressions")
                .into_iter()
                .for_each(|own| hush(own, path, silence));
        }
    }
    let calls = module
        .get_mut("module_calls")
        .and_then(Value::as_object_mut);
    for (_, call) in calls.into_iter().flatten() {
        call.get_mut("module")
            .into_iter()
            .for_each(|own| silence_in(own, kind, path, silence));
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
    "security_group_ids",
    "vpc_security_group_ids",
];

/// Types with the attributes of theirs that name another resource.
fn attributes(root: &Root) -> BTreeSet<(String, String)> {
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

/// Holds a root against each plan of it in which one attribute is not known; of a large root every third attribute is taken.
fn hold(root: &Root, silence: Silence) -> Vec<String> {
    let known = Connectivity::of(&root.read(&root.plan).world);
    assert!(known.reachable() > 0, "{}: nothing is reachable", root.name);
    let mut wrong = Vec::new();
    let every = if root.is_large() { 3 } else { 1 };
    for (kind, attribute) in attributes(root).into_iter().step_by(every) {
        if silence == Silence::Absence && OPTIONAL.contains(&attribute.as_str()) {
            continue;
        }
        let path: Vec<&str> = attribute.split('.').collect();
        let Some(plan) = unknown(&root.plan, &kind, &path, silence) else {
            continue;
        };
        let lost = known.lost(&Connectivity::of(&root.read(&plan).world));
        let said =
            |lost: &String| format!("{}: {kind}.{attribute} ({silence:?}): {lost}", root.name);
        wrong.extend(lost.iter().take(3).map(said));
    }
    wrong
}

#[test]
fn an_attribute_whose_expression_is_not_shown_blocks_nothing() {
    let wrong: Vec<String> = roots()
        .iter()
        .flat_map(|root| hold(root, Silence::Expression))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_attribute_that_a_configuration_without_it_cannot_set_blocks_nothing() {
    let wrong: Vec<String> = roots()
        .iter()
        .filter(|root| !root.is_large())
        .flat_map(|root| hold(root, Silence::Absence))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
