//! The change of a rule in plans and states.

use super::super::planned::{
    CHANGES, CONFIGURATION, PLANNED, STATE, edit, forget, is_of_root, items, update,
};
use super::literal::Literal;
use crate::ingest::File;
use serde_json::{Map, Value, json};

/// What becomes of a resource, or of a block in it.
pub(super) struct Change {
    pub kind: String,
    pub name: String,
    /// The attribute whose elements such blocks are; none where the resource itself is the rule.
    pub nested: Option<String>,
    /// What else the block says literally: it tells the element among others.
    pub siblings: Vec<(String, Value)>,
    /// Whether the block goes as a whole.
    pub goes: bool,
    pub replaced: Vec<Replaced>,
    /// Name of each copy (empty where it is a block), and the one value in which it differs.
    pub copies: Vec<(String, String)>,
}

/// What becomes of an attribute.
pub(super) struct Replaced {
    attribute: String,
    before: Value,
    pub after: Vec<(String, Value)>,
}

impl Replaced {
    pub fn new(attribute: &str, found: &Literal, is_list: bool) -> Self {
        let one = || found.values.first().cloned().into();
        Replaced {
            attribute: attribute.to_owned(),
            before: if is_list {
                found.values.clone().into()
            } else {
                one()
            },
            after: Vec::new(),
        }
    }
}

/// Makes the change in all documents of Terraform.
pub(super) fn change(files: &mut [File], change: &Change) {
    edit(files, |document| {
        for list in [PLANNED, STATE, CHANGES] {
            let values = if list == CHANGES {
                "/change/after"
            } else {
                "/values"
            };
            change.copies_of_groups(document, (list, values));
            let is_it = |own: &&mut Value| is_of_root(own, &change.kind, &change.name);
            let mut copies = Vec::new();
            for resource in items(document, list).filter(is_it) {
                change.resource(resource, values, list == CHANGES);
                copies.extend(change.copied(resource, values));
            }
            push(document, list, copies);
        }
        let mut copies = Vec::new();
        for resource in items(document, CONFIGURATION) {
            if !is_of_root(resource, &change.kind, &change.name) {
                continue;
            }
            for replaced in change.replaced.iter().filter(|_| change.nested.is_none()) {
                forget(resource.pointer_mut("/expressions"), &replaced.attribute);
            }
            copies.extend(change.copied(resource, ""));
        }
        push(document, CONFIGURATION, copies);
    });
}

fn push(document: &mut Value, list: &str, copies: Vec<Value>) {
    if let Some(list) = document.pointer_mut(list).and_then(Value::as_array_mut) {
        list.extend(copies);
    }
}

impl Change {
    fn resource(&self, resource: &mut Value, values: &str, is_change: bool) {
        if is_change {
            update(resource);
            for replaced in &self.replaced {
                forget(
                    resource.pointer_mut("/change/after_unknown"),
                    &replaced.attribute,
                );
            }
        }
        let Some(values) = resource.pointer_mut(values).and_then(Value::as_object_mut) else {
            return;
        };
        let Some(nested) = &self.nested else {
            self.replace(values);
            return;
        };
        let Some(list) = values.get_mut(nested).and_then(Value::as_array_mut) else {
            return;
        };
        if self.goes {
            list.retain(|one| !one.as_object().is_some_and(|own| self.is_it(own)));
            return;
        }
        let mut copies = Vec::new();
        for one in list.iter_mut().filter_map(Value::as_object_mut) {
            if self.is_it(one) {
                self.replace(one);
                copies.extend(self.copies.iter().map(|(_, value)| self.with(one, value)));
            }
        }
        list.extend(copies);
    }

    /// Whether an element of a list is the block.
    fn is_it(&self, element: &Map<String, Value>) -> bool {
        let has =
            |name: &str, value: &Value| element.get(name).is_some_and(|own| is_same(own, value));
        let replaced = self
            .replaced
            .iter()
            .map(|one| (&one.attribute, &one.before));
        let siblings = self.siblings.iter().map(|(name, value)| (name, value));
        let is_replaced = |name: &String| self.replaced.iter().any(|one| one.attribute == *name);
        let mut all = replaced.chain(siblings.filter(|(name, _)| !is_replaced(name)));
        all.all(|(name, value)| has(name, value))
    }

    fn replace(&self, values: &mut Map<String, Value>) {
        for (name, value) in self.replaced.iter().flat_map(|one| &one.after) {
            values.insert(name.clone(), value.clone());
        }
    }

    /// An element or the values of a resource, as one copy has them.
    fn with(&self, values: &Map<String, Value>, value: &str) -> Value {
        let mut out = values.clone();
        for replaced in &self.replaced {
            out.insert(replaced.attribute.clone(), value.into());
        }
        Value::Object(out)
    }

    /// The resources that are copies of one.
    fn copied(&self, resource: &Value, values: &str) -> Vec<Value> {
        let named = self.copies.iter().filter(|(name, _)| !name.is_empty());
        let copy = |(name, value): &(String, String)| {
            let mut out = resource.clone();
            if let Some(own) = out.as_object_mut() {
                own.insert("name".to_owned(), name.as_str().into());
                own.insert("address".to_owned(), format!("{}.{name}", self.kind).into());
            }
            if let Some(change) = out.get_mut("change").and_then(Value::as_object_mut) {
                change.insert("actions".to_owned(), json!(["create"]));
                change.insert("before".to_owned(), Value::Null);
            }
            let own = out.pointer_mut(values).and_then(Value::as_object_mut);
            if let Some(own) = own.filter(|_| !values.is_empty()) {
                let with = self.with(own, value);
                *own = with.as_object().cloned().unwrap_or_default();
            }
            out
        };
        named.map(copy).collect()
    }

    /// A refreshed state lists separate rules once more among those of their group: there they change as well.
    fn copies_of_groups(&self, document: &mut Value, (list, values): (&str, &str)) {
        let is_rule = self.kind.starts_with("aws_")
            && self.kind.contains("security_group")
            && self.nested.is_none();
        let is_it = |own: &&mut Value| is_of_root(own, &self.kind, &self.name);
        let own = items(document, list).find(is_it).filter(|_| is_rule);
        let Some(rule) = own.and_then(|own| own.pointer(values).cloned()) else {
            return;
        };
        let Some(group) = rule.get("security_group_id").filter(|own| own.is_string()) else {
            return;
        };
        for resource in items(document, list) {
            let Some(values) = resource.pointer_mut(values) else {
                continue;
            };
            if values.get("id") != Some(group) {
                continue;
            }
            for side in ["ingress", "egress"] {
                let list = values.get_mut(side).and_then(Value::as_array_mut);
                let same = list
                    .into_iter()
                    .flatten()
                    .filter(|one| has_same_packets(one, &rule));
                same.for_each(|one| self.replace_in_list(one));
            }
        }
    }

    fn replace_in_list(&self, element: &mut Value) {
        for replaced in &self.replaced {
            let name = match replaced.attribute.as_str() {
                "cidr_ipv4" => "cidr_blocks",
                "cidr_ipv6" => "ipv6_cidr_blocks",
                other => other,
            };
            let Some(list) = element.get_mut(name).and_then(Value::as_array_mut) else {
                continue;
            };
            let before = texts(&replaced.before);
            if !before.iter().all(|own| list.contains(own)) {
                continue;
            }
            list.retain(|own| !before.contains(own));
            list.extend(replaced.after.iter().flat_map(|(_, value)| texts(value)));
            list.extend(
                self.copies
                    .iter()
                    .map(|(_, value)| Value::from(value.as_str())),
            );
        }
    }
}

fn texts(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(list) => list.clone(),
        Value::Null => Vec::new(),
        one => vec![one.clone()],
    }
}

/// Whether an element of a group's rules is about the packets of a separate rule: `-1` has no ports, which a list writes as 0.
fn has_same_packets(element: &Value, rule: &Value) -> bool {
    let protocol = |own: &Value| own.get("protocol").or(own.get("ip_protocol")).cloned();
    let port = |own: &Value, name: &str| {
        own.get(name)
            .and_then(Value::as_i64)
            .filter(|port| *port > 0)
    };
    protocol(element) == protocol(rule)
        && ["from_port", "to_port"]
            .iter()
            .all(|name| port(element, name) == port(rule, name))
}

/// Whether two values are the same: numbers as their text, lists in any order.
fn is_same(one: &Value, other: &Value) -> bool {
    let text = |value: &Value| match value {
        Value::String(own) => own.clone(),
        other => other.to_string(),
    };
    match (one, other) {
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().all(|own| other.contains(own))
        }
        _ => text(one) == text(other),
    }
}
