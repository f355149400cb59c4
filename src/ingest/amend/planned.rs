//! What Terraform would plan once its sources have changed: the change made in plans and states as well, so that they can be judged.
//! Source: Terraform documentation, "JSON Output Format".

use crate::ingest::File;
use serde_json::{Value, json};

/// A resource that the sources have gained, in the root module.
pub(super) struct Added {
    pub kind: &'static str,
    pub name: &'static str,
    pub values: Value,
    /// An attribute, and the resource that its value comes from.
    pub references: (&'static str, String),
}

/// Gives an attribute of all instances of a resource of the root module another value, made of the one it has.
pub(super) fn set(
    files: &mut [File],
    kind: &str,
    name: &str,
    attribute: &str,
    value: &dyn Fn(Option<&str>) -> String,
) {
    edit(files, |document| {
        let is_it = |own: &&mut Value| is_of_root(own, kind, name);
        for list in [PLANNED, STATE] {
            for resource in items(document, list).filter(is_it) {
                replace(resource.pointer_mut("/values"), attribute, value);
            }
        }
        for resource in items(document, CHANGES).filter(is_it) {
            replace(resource.pointer_mut("/change/after"), attribute, value);
            forget(resource.pointer_mut("/change/after_unknown"), attribute);
            update(resource);
        }
        for resource in items(document, CONFIGURATION).filter(is_it) {
            forget(resource.pointer_mut("/expressions"), attribute);
        }
    });
}

pub(super) const PLANNED: &str = "/planned_values/root_module/resources";
pub(super) const STATE: &str = "/values/root_module/resources";
pub(super) const CHANGES: &str = "/resource_changes";
pub(super) const CONFIGURATION: &str = "/configuration/root_module/resources";

/// A change of a resource that the plan leaves as it is makes it one that is updated.
pub(super) fn update(resource: &mut Value) {
    if let Some(actions) = resource.pointer_mut("/change/actions")
        && *actions == json!(["no-op"])
    {
        *actions = json!(["update"]);
    }
}

pub(super) fn forget(map: Option<&mut Value>, attribute: &str) {
    if let Some(map) = map.and_then(Value::as_object_mut) {
        map.remove(attribute);
    }
}

fn replace(values: Option<&mut Value>, attribute: &str, value: &dyn Fn(Option<&str>) -> String) {
    if let Some(map) = values.and_then(Value::as_object_mut) {
        let new = value(map.get(attribute).and_then(Value::as_str));
        map.insert(attribute.to_owned(), new.into());
    }
}

/// Takes a resource out of the root module.
pub(super) fn remove(files: &mut [File], kind: &str, name: &str) {
    edit(files, |document| {
        for list in [PLANNED, STATE, CHANGES, CONFIGURATION] {
            let list = document.pointer_mut(list).and_then(Value::as_array_mut);
            if let Some(list) = list {
                list.retain(|own| !is_of_root(own, kind, name));
            }
        }
    });
}

pub(super) fn is_of_root(resource: &Value, kind: &str, name: &str) -> bool {
    let said = |key: &str| resource.get(key).and_then(Value::as_str);
    said("type") == Some(kind) && said("name") == Some(name) && said("module_address").is_none()
}

/// Adds a resource to the root module.
pub(super) fn add(files: &mut [File], added: &Added) {
    let address = format!("{}.{}", added.kind, added.name);
    let base = json!({
        "address": address,
        "mode": "managed",
        "type": added.kind,
        "name": added.name,
        "provider_name": "registry.terraform.io/hashicorp/aws",
    });
    let with = |more: Value| {
        let mut out = base.clone();
        if let (Some(out), Value::Object(more)) = (out.as_object_mut(), more) {
            out.extend(more);
        }
        out
    };
    edit(files, |document| {
        let values = || with(json!({"schema_version": 0, "values": added.values}));
        push(document, PLANNED, values());
        push(document, STATE, values());
        let change = json!({"actions": ["create"], "before": null, "after": added.values, "after_unknown": {}});
        push(document, CHANGES, with(json!({"change": change})));
        let (attribute, resource) = &added.references;
        let expressions =
            json!({*attribute: {"references": [format!("{resource}.name"), resource]}});
        push(
            document,
            CONFIGURATION,
            with(json!({"expressions": expressions, "schema_version": 0})),
        );
    });
}

fn push(document: &mut Value, path: &str, value: Value) {
    if let Some(list) = document.pointer_mut(path).and_then(Value::as_array_mut) {
        list.push(value);
    }
}

pub(super) fn items<'v>(
    document: &'v mut Value,
    path: &str,
) -> impl Iterator<Item = &'v mut Value> {
    let list = document.pointer_mut(path).and_then(Value::as_array_mut);
    list.into_iter().flatten()
}

/// Changes the documents of Terraform among the files.
pub(super) fn edit(files: &mut [File], change: impl Fn(&mut Value)) {
    for file in files {
        let head = file.bytes.get(..4096.min(file.bytes.len()));
        let is_one = |head: &[u8]| String::from_utf8_lossy(head).contains("\"format_version\"");
        if !head.is_some_and(is_one) {
            continue;
        }
        let Ok(mut document) = serde_json::from_slice::<Value>(&file.bytes) else {
            continue;
        };
        change(&mut document);
        file.bytes = document.to_string().into_bytes();
    }
}
