//! Selectors over labels that are known only after apply: whom they hold for is not known.

use super::generated::{keys, mentioned};
use crate::ingest::kubernetes::Object;
use crate::ingest::kubernetes::lower::Lowering;
use crate::ingest::kubernetes::workload;
use crate::model::{Doubt, GapKind, Policy, Selector};
use std::collections::BTreeMap;

/// Labels of pods, namespaces and service accounts that are known only after apply.
#[derive(Clone, Debug, Default)]
pub struct HiddenLabels {
    /// The reason for each key.
    keys: BTreeMap<String, Doubt>,
    /// Why any label, or the namespace itself, may be another one.
    any: Doubt,
}

impl HiddenLabels {
    /// Those of the objects of one cluster.
    pub(in crate::ingest::kubernetes) fn of(objects: &[&Object], lowering: &mut Lowering<'_>) -> Self {
        let mut out = HiddenLabels::default();
        for object in objects.iter().filter(|object| object.unread.is_none()) {
            for path in &object.hidden {
                let Some(key) = label(object, path) else { continue };
                let what = format!("`{path}` of {} is not known yet: which selectors hold for it is not told", object.title());
                let doubt = lowering.world.doubt(GapKind::UnknownValue, what, Some(object.origin.clone()));
                let entry = if key.is_empty() { &mut out.any } else { out.keys.entry(key).or_default() };
                *entry = entry.and(&doubt);
            }
        }
        out
    }
}

/// The key of the label that a path hides; empty where all of them are hidden or the namespace is, none where no label is.
fn label(object: &Object, path: &str) -> Option<String> {
    let template = workload::kind_of(object).map(|kind| kind.template);
    let labelled = template.is_some() || object.group.is_empty() && matches!(object.kind.as_str(), "Namespace" | "ServiceAccount");
    if !labelled && object.kind != "PartialObjectMetadata" {
        return None;
    }
    let front = template.filter(|template| !template.is_empty()).map(|template| format!("{template}.")).unwrap_or_default();
    let labels = format!("{front}metadata.labels");
    // What is hidden as a whole hides what is below it.
    if path == "metadata.namespace" || path == labels || labels.starts_with(&format!("{path}.")) {
        return Some(String::new());
    }
    path.strip_prefix(&format!("{labels}.")).map(str::to_owned)
}

/// Doubts a policy that selects by a label that is known only after apply. It may then be about any pod of its namespace.
pub(super) fn doubt(policy: &mut Policy, lowering: &Lowering<'_>) {
    let hidden = &lowering.hidden;
    let why = |keys: &[String]| {
        let known = keys.iter().filter_map(|key| hidden.keys.get(key));
        let any = if keys.is_empty() { Doubt::none() } else { hidden.any.clone() };
        known.fold(any, |doubt, more| doubt.and(more))
    };
    let all: Vec<String> = keys(policy).into_iter().map(|(_, key)| key).collect();
    let doubt = why(&all);
    if doubt.is_certain() {
        return;
    }
    let mut own = Vec::new();
    mentioned(&policy.subject, &mut own);
    if !why(&own.into_iter().map(|(_, key)| key).collect::<Vec<_>>()).is_certain() {
        let namespace = policy.namespace.map(|id| lowering.world.namespaces[id].name.clone());
        policy.subject = namespace.map_or(Selector::Everything, Selector::InNamespace);
    }
    policy.doubt = policy.doubt.and(&doubt);
}
