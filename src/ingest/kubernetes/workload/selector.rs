//! Selectors of what makes pods: the API server refuses an object whose selector does not hold for the labels of its own template
//! (kubernetes/kubernetes `pkg/apis/apps/validation/validation.go`, `ValidatePodTemplateSpecForReplicaSet` and those like it).

use super::kind::kind_of;
use super::shape::label_nodes;
use crate::ingest::kubernetes::Object;
use crate::ingest::kubernetes::label::{Operator, Requirement, is_key, requirements};
use crate::ingest::kubernetes::placeholder::is_placeholder;
use std::collections::BTreeMap;

const SELECTOR: &str = "spec.selector";

/// Kinds that pick their pods by a selector that somebody writes: those of a Job is made for it.
const SELECTING: &[(&str, &str)] = &[
    ("apps", "DaemonSet"),
    ("apps", "Deployment"),
    ("apps", "ReplicaSet"),
    ("apps", "StatefulSet"),
    ("extensions", "DaemonSet"),
    ("extensions", "Deployment"),
    ("extensions", "ReplicaSet"),
];

/// Why no pods of an object may come to be: its selector does not hold for the labels of its template. None where it does, where it has no
/// selector, and where either is not known.
pub(in crate::ingest::kubernetes) fn refused(object: &Object) -> Option<String> {
    let kind = kind_of(object).filter(|_| SELECTING.iter().any(|row| object.is(row.0, row.1)))?;
    let is_open = |path: &String| {
        let labels = format!("{}.metadata.labels", kind.template);
        let meets = |own: &str| own.starts_with(path.as_str()) || path.starts_with(own);
        meets(SELECTOR) || meets(&labels)
    };
    if object.template.is_some() || object.hidden.iter().any(is_open) {
        return None;
    }
    let asked = requirements(&object.node.get(SELECTOR), is_key).ok()?;
    let labels = label_nodes(object).into_iter();
    let labels: BTreeMap<String, String> = labels
        .filter_map(|(key, value)| Some((key, value.written()?.to_owned())))
        .collect();
    let broken = asked.iter().find(|one| !holds(one, &labels))?;
    let value = labels.get(&broken.key);
    let mut texts = broken.values.iter().chain(value);
    if texts.any(|text| is_placeholder(text)) {
        return None;
    }
    Some(format!(
        "`{SELECTOR}` of {} asks for `{}` and the labels of its own pods do not hold that: the API server refuses it, so no pods of it may be there",
        object.title(),
        broken.key
    ))
}

fn holds(asked: &Requirement, labels: &BTreeMap<String, String>) -> bool {
    let value = labels.get(&asked.key);
    let is_listed = value.is_some_and(|value| asked.values.contains(value));
    match asked.operator {
        Operator::In => is_listed,
        Operator::NotIn => !is_listed,
        Operator::Exists => value.is_some(),
        Operator::DoesNotExist => value.is_none(),
    }
}
