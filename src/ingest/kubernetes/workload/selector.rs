//! Selectors of what makes pods: the API server refuses an object whose selector does not hold for the labels of its own template, and one
//! that has to say a selector and does not; of some kinds it makes the selector itself.
//! Sources: kubernetes/kubernetes `pkg/apis/apps/validation/validation.go` (`ValidatePodTemplateSpecForReplicaSet` and those like it; an
//! empty selector is refused), `pkg/apis/batch/validation/validation.go` (`validateGeneratedSelector`, `ValidateJobTemplateSpec`),
//! `pkg/apis/core/validation/validation.go` (`ValidatePodTemplateSpecForRC`), and the defaults of `pkg/apis/core/v1` and
//! `pkg/apis/extensions/v1beta1`, which take the labels of the template.

use super::kind::{WorkloadKind, kind_of};
use super::shape::label_nodes;
use crate::ingest::kubernetes::Object;
use crate::ingest::kubernetes::label::{Operator, Requirement, is_key, requirements};
use crate::ingest::kubernetes::placeholder::is_placeholder;
use crate::ingest::yaml::Node;
use crate::model::Place;
use std::collections::BTreeMap;

/// How the selector of a kind comes to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Selecting {
    /// Somebody writes it; where it is left out the API server refuses the object, or takes the labels of the template in older versions.
    Written,
    /// As a map of labels, those of the template where it is left out.
    Labels,
    /// The API server makes it, unless `manualSelector` is set beside it.
    Generated,
}
use Selecting::{Generated, Labels, Written};

/// Kinds that pick their pods by a selector.
const SELECTING: &[(&str, &str, Selecting)] = &[
    ("", "ReplicationController", Labels),
    ("apps", "DaemonSet", Written),
    ("apps", "Deployment", Written),
    ("apps", "ReplicaSet", Written),
    ("apps", "StatefulSet", Written),
    ("batch", "CronJob", Generated),
    ("batch", "Job", Generated),
    ("extensions", "DaemonSet", Written),
    ("extensions", "Deployment", Written),
    ("extensions", "ReplicaSet", Written),
];

/// Versions whose defaults take the labels of the template.
const DEFAULTING: &[&str] = &["v1beta1"];

/// Labels that the API server gives the pods of a Job, and asks for.
const GENERATED: &[&str] = &[
    "batch.kubernetes.io/controller-uid",
    "batch.kubernetes.io/job-name",
    "controller-uid",
    "job-name",
];

/// An object with a selector, and where that stands.
struct Selector<'o> {
    object: &'o Object,
    how: Selecting,
    path: String,
}

impl<'o> Selector<'o> {
    /// That of an object; none where the object is of another kind, or something of the selector is not known.
    fn of(object: &'o Object) -> Option<Self> {
        let kind: &WorkloadKind = kind_of(object)?;
        let row = SELECTING.iter().find(|row| object.is(row.0, row.1))?;
        let path = format!("{}selector", kind.template.strip_suffix("template")?);
        let labels = format!("{}.metadata.labels", kind.template);
        let is_open = |hidden: &String| {
            let meets = |own: &str| own.starts_with(hidden.as_str()) || hidden.starts_with(own);
            meets(&path) || meets(&labels)
        };
        let is_known = object.template.is_none() && !object.hidden.iter().any(is_open);
        is_known.then_some(Selector {
            object,
            how: row.2,
            path,
        })
    }

    fn node(&self) -> Node {
        self.object.node.get(&self.path)
    }

    /// Whether it is said that the API server shall make none.
    fn is_manual(&self) -> bool {
        let path = self.path.replace("selector", "manualSelector");
        self.object.node.get(&path).boolean() == Some(true)
    }

    fn asked(&self) -> Option<Vec<Requirement>> {
        if self.how != Labels {
            return requirements(&self.node(), is_key).ok();
        }
        let labels = self.node().entries().into_iter();
        let asked = labels.map(|(key, value)| {
            Some(Requirement {
                key,
                operator: Operator::In,
                values: vec![value.written()?.to_owned()],
            })
        });
        asked.collect()
    }
}

/// Where and why the API server refuses an object that says no selector. Its pods are judged all the same: who repairs it has them.
pub(in crate::ingest::kubernetes) fn lacking(object: &Object) -> Option<(Place, String)> {
    let own = Selector::of(object)?;
    let is_needed = match own.how {
        Written => !DEFAULTING.contains(&object.version.as_str()),
        Labels => false,
        Generated => own.is_manual(),
    };
    if !is_needed || !own.asked()?.is_empty() {
        return None;
    }
    let (node, what) = match own.node() {
        node if node.is_unset() => (object.node.get("spec"), "is missing"),
        node => (node, "is empty"),
    };
    let (path, title) = (&own.path, object.title());
    let what = format!("`{path}` of {title} {what}: the API server refuses that");
    Some((node.key_place(), what))
}

/// Why no pods of an object may come to be: its selector does not hold for the labels of its template. None where it does, where it has no
/// selector, and where either is not known.
pub(in crate::ingest::kubernetes) fn refused(object: &Object) -> Option<String> {
    let own = Selector::of(object)?;
    let asked = own.asked()?;
    let (path, title) = (&own.path, object.title());
    if own.how == Generated && !own.is_manual() {
        let other = asked
            .iter()
            .find(|one| !GENERATED.contains(&one.key.as_str()))?;
        return Some(format!(
            "`{path}` of {title} asks for `{}`, though the API server makes the selector: it refuses that, so no pods of it may be there",
            other.key
        ));
    }
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
        "`{path}` of {title} asks for `{}` and the labels of its own pods do not hold that: the API server refuses it, so no pods of it may be there",
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
