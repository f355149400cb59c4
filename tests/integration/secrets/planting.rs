//! Canaries in plans: what a plan marks as sensitive may come out nowhere. Tests of several programs share this.

use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Plans of `testdata` with manifests, of all clouds.
pub const PLANS: [(&str, &str, &str); 6] = [
    ("demo", "demo/plan.json", "demo/rendered"),
    ("stones", "stones/plan.json", "stones/manifests"),
    ("google", "google/plan.json", "google/rendered"),
    ("azure", "azure/flat/plan.json", "azure/manifests"),
    ("locations", "locations/plan.json", "changes/manifests.yaml"),
    (
        "downloaded",
        "downloaded/plan.json",
        "changes/manifests.yaml",
    ),
];

/// Attributes whose values are free, so that a canary may stand in their place.
fn is_free(key: &str) -> bool {
    [
        "name",
        "id",
        "arn",
        "description",
        "name_prefix",
        "dns_name",
        "key",
        "resource_id",
    ]
    .contains(&key)
        || ["_id", "_arn", "_name", "_ids", "_groups"]
            .iter()
            .any(|end| key.ends_with(end))
}

/// Puts canaries in the place of free values, the same for the same value, also where they are parts of longer ones.
fn plant(value: &mut Value, key: &str, planted: &mut BTreeMap<String, String>) {
    match value {
        Value::String(text) if is_free(key) && text.len() > 3 && !text.contains('/') => {
            let next = format!("CANARY-{:04}-q", planted.len());
            *text = planted.entry(text.clone()).or_insert(next).clone();
        }
        Value::Array(items) => items.iter_mut().for_each(|item| plant(item, key, planted)),
        Value::Object(entries) => {
            for (own, value) in entries {
                let own = if key == "tags" || key == "tags_all" {
                    "name"
                } else {
                    own
                };
                plant(value, own, planted);
            }
        }
        _ => {}
    }
}

/// Gives every resource of a plan canaries, and marks all its values. `blocks`: the network parts of what is marked.
pub fn mark(
    document: &mut Value,
    planted: &mut BTreeMap<String, String>,
    blocks: &mut BTreeSet<String>,
) {
    if let Some(object) = document.as_object_mut() {
        for (values, mask) in [
            ("after", "after_sensitive"),
            ("before", "before_sensitive"),
            ("values", "sensitive_values"),
        ] {
            let known = object.contains_key("address") || object.contains_key("actions");
            if let Some(own) = object
                .get_mut(values)
                .filter(|own| known && own.is_object())
            {
                plant(own, "", planted);
                addresses(own, blocks);
                object.insert(mask.to_owned(), json!(true));
            }
        }
        for (key, value) in object.iter_mut() {
            if !["after", "before", "configuration"].contains(&key.as_str()) {
                mark(value, planted, blocks);
            }
        }
    } else if let Some(items) = document.as_array_mut() {
        items
            .iter_mut()
            .for_each(|item| mark(item, planted, blocks));
    }
}

/// The network parts of the blocks in a value: `10.20.` of `10.20.0.0/16`.
fn addresses(value: &Value, blocks: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            let parts: Vec<&str> = text.split('.').collect();
            if let [first @ ("10" | "172" | "192"), second, _, rest] = parts.as_slice()
                && rest.contains("/16")
            {
                blocks.insert(format!("{first}.{second}."));
            }
        }
        Value::Array(items) => items.iter().for_each(|item| addresses(item, blocks)),
        Value::Object(entries) => entries.values().for_each(|value| addresses(value, blocks)),
        _ => {}
    }
}

/// Whether an address begins with these parts somewhere; names of resources (`subnet["a/10.1.0.0"]`) are not meant.
pub fn alone(printed: &str, block: &str) -> bool {
    printed.match_indices(block).any(|(at, _)| {
        let before = printed.get(..at).and_then(|text| text.chars().next_back());
        !before.is_some_and(|c| c.is_ascii_digit() || "./".contains(c))
    })
}
