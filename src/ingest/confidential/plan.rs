//! Marks in plans and states. Only what is marked is parsed; most plans mark nothing, and then nothing is.

use super::value::{everything, marked};
use crate::ingest::resource_types;
use crate::ingest::terraform::{Address, block_address};
use crate::model::Confidential;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;

type Members<'t> = BTreeMap<Cow<'t, str>, &'t RawValue>;

/// Values and the member beside them that marks them.
const MASKS: [(&str, &str); 4] = [
    ("after", "after_sensitive"),
    ("before", "before_sensitive"),
    ("values", "sensitive_values"),
    ("identity", "sensitive_identity"),
];

/// Adds what a plan or state marks.
pub fn collect(text: &str, out: &mut Confidential) {
    let start = crate::ingest::detect::json_start(text);
    let json = text.get(start..).unwrap_or_default();
    if !marks(json) {
        return;
    }
    let mut deserializer = serde_json::Deserializer::from_str(json);
    if let Ok(document) = Members::deserialize(&mut deserializer) {
        variables(&document, out);
        walk(&document, true, out);
    }
}

/// Whether anything is marked: a word `sensitive` that ends a key whose value holds `true`.
fn marks(json: &str) -> bool {
    json.match_indices("sensitive").any(|(at, _)| {
        let value = json
            .get(at..)
            .and_then(|rest| rest.split_once(':'))
            .map(|(_, value)| value);
        let raw = value.and_then(|value| {
            let mut deserializer = serde_json::Deserializer::from_str(value);
            <&RawValue>::deserialize(&mut deserializer).ok()
        });
        raw.is_some_and(|raw| raw.get().contains("true"))
    })
}

/// An object's members; none of what is no object.
fn members(raw: &RawValue) -> Option<Members<'_>> {
    serde_json::from_str(raw.get()).ok()
}

fn parsed(raw: Option<&&RawValue>) -> Value {
    raw.and_then(|raw| serde_json::from_str(raw.get()).ok())
        .unwrap_or_default()
}

/// Goes through all objects. `read`: whether values of the resource that they belong to may come into a report at all.
fn walk(object: &Members<'_>, read: bool, out: &mut Confidential) {
    let kind = parsed(object.get("type"));
    let read = kind.as_str().map_or(read, is_printed);
    if let Some(address) = parsed(object.get("address")).as_str() {
        name(address, out);
    }
    for (values, mask) in MASKS {
        let mask = parsed(object.get(mask));
        if read && !mask.is_null() {
            marked(&parsed(object.get(values)), &mask, out);
        }
    }
    if parsed(object.get("sensitive")) == Value::Bool(true) {
        everything(&parsed(object.get("value")), out);
    }
    for (key, raw) in object {
        let masked = MASKS.iter().any(|(values, mask)| {
            *mask == key.as_ref() || *values == key.as_ref() && object.contains_key(*mask)
        });
        if !masked && key != "configuration" {
            below(raw, read, out);
        }
    }
}

fn below(raw: &RawValue, read: bool, out: &mut Confidential) {
    match raw.get().bytes().next() {
        Some(b'{') => {
            if let Some(object) = members(raw) {
                walk(&object, read, out);
            }
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(raw.get()).unwrap_or_default();
            items.into_iter().for_each(|item| below(item, read, out));
        }
        _ => {}
    }
}

/// Whether values of a resource type may come into a report. A Kubernetes secret's never do: no verdict rests on them.
fn is_printed(kind: &str) -> bool {
    resource_types().is_read(kind) && !kind.starts_with("kubernetes_secret")
}

fn name(address: &str, out: &mut Confidential) {
    if Address::parse(address).is_some() {
        out.names.extend(block_address(address));
        out.names.insert(address.to_owned());
    }
}

/// Adds values of sensitive variables: of the root by the plan, of all modules by defaults and constants of their calls.
fn variables(document: &Members<'_>, out: &mut Confidential) {
    let configuration = parsed(document.get("configuration"));
    let module = configuration.get("root_module").unwrap_or(&Value::Null);
    let given = parsed(document.get("variables"));
    for name in sensitive(module) {
        everything(member(&given, &[&name, "value"]), out);
    }
    module_variables(module, out);
}

fn module_variables(module: &Value, out: &mut Confidential) {
    for name in sensitive(module) {
        everything(member(module, &["variables", &name, "default"]), out);
    }
    let calls = module["module_calls"].as_object();
    for call in calls.into_iter().flat_map(|calls| calls.values()) {
        for name in sensitive(&call["module"]) {
            everything(member(call, &["expressions", &name, "constant_value"]), out);
        }
        module_variables(&call["module"], out);
    }
}

/// The member of nested objects at a path of keys; null where there is none.
pub(super) fn member<'v>(value: &'v Value, path: &[&str]) -> &'v Value {
    let found = path.iter().try_fold(value, |value, key| value.get(key));
    found.unwrap_or(&Value::Null)
}

/// Names of a module's sensitive variables.
fn sensitive(module: &Value) -> Vec<String> {
    let variables = module["variables"].as_object();
    let marked = variables
        .into_iter()
        .flatten()
        .filter(|(_, variable)| variable["sensitive"] == Value::Bool(true));
    marked.map(|(name, _)| name.clone()).collect()
}
