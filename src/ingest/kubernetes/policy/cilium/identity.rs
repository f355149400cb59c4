//! Labels that make no part of a pod's identity: no selector finds them (Cilium user guide, "Limiting Identity-Relevant Labels"; cilium
//! `pkg/labelsfilter/filter.go`).

use super::super::super::engine::{CILIUM, DATAPLANE_V2, named};
use super::super::super::hidden::HiddenLabels;
use super::super::super::manifest_lowering::ManifestLowering;
use super::super::super::object::Object;
use super::super::super::workload;
use super::super::generated::keys;
use super::config_map::config;
use crate::model::{GapKind, LabelsOf, Policy};
use std::collections::BTreeSet;

/// Fronts of keys that are left out unless the agent's configuration says otherwise.
const LEFT_OUT: &[&str] = &[
    "annotation.",
    "apps.kubernetes.io/pod-index",
    "batch.kubernetes.io/controller-uid",
    "batch.kubernetes.io/job-completion-index",
    "beta.kubernetes.io",
    "controller-revision-hash",
    "controller-uid",
    "etcd_node",
    "io.kubernetes",
    "k8s.io",
    "kubernetes.io",
    "pod-template-generation",
    "pod-template-hash",
    "statefulset.kubernetes.io/pod-name",
];

/// Fronts that are taken in wherever the configuration takes in any.
const TAKEN_IN: &[&str] = &["app.kubernetes.io", "io.kubernetes.pod.namespace"];

/// What the setting `labels` says.
#[derive(Clone, Debug, Default)]
pub(super) struct Patterns {
    /// Fronts of keys that are taken in, and no others are; none where all are.
    taken_in: Option<Vec<String>>,
    /// Fronts of keys that are left out.
    left_out: Vec<String>,
}

impl Patterns {
    /// Those of the ConfigMap, where it is in the input.
    pub(super) fn of(objects: &[&Object]) -> Self {
        let written = config(objects).map(|object| object.node.get("data").child("labels"));
        let written = written.as_ref().and_then(|node| node.written());
        let mut out = Patterns::default();
        for pattern in written.unwrap_or_default().split_whitespace() {
            let (source, front) = pattern.split_once(':').unwrap_or(("any", pattern));
            if !["any", "k8s"].contains(&source) {
                continue;
            }
            // They are expressions, in which a dot of a key is mostly written with a backslash.
            match front.strip_prefix('!') {
                Some(front) => out.left_out.push(front.replace('\\', "")),
                None => out
                    .taken_in
                    .get_or_insert_default()
                    .push(front.replace('\\', "")),
            }
        }
        out
    }

    /// Why a label of a pod may make no part of its identity; none where it surely does. An expression that is more than the front of a key
    /// is not judged: what it takes in is in doubt.
    pub(super) fn doubt(&self, key: &str) -> Option<&'static str> {
        let is_front = |front: &&str| key.starts_with(*front);
        if LEFT_OUT.iter().any(&is_front) || key.contains(".beta.kubernetes.io") {
            return Some(
                "a label that makes no part of identities unless the agent's configuration says so",
            );
        }
        let is_plain = |front: &str| !front.contains(['*', '+', '?', '[', '(', '|', '^', '$']);
        let may_leave_out = |front: &String| !is_plain(front) || is_front(&front.as_str());
        let taken = |fronts: &Vec<String>| {
            let own = fronts.iter().map(String::as_str);
            own.chain(TAKEN_IN.iter().copied())
                .any(|front| is_plain(front) && is_front(&front))
        };
        let out = self.left_out.iter().any(may_leave_out)
            || self.taken_in.as_ref().is_some_and(|fronts| !taken(fronts));
        out.then_some("a label that the agent's setting `labels` keeps out of identities")
    }
}

/// Enters labels that policies ask for and of which Cilium may know nothing as not known, where Cilium is the engine or may be.
pub(in super::super) fn hide_left_out(policies: &[Policy], lowering: &mut ManifestLowering<'_>) {
    let engine = lowering.world.clusters[lowering.cluster].engine.clone();
    let is_cilium = |engine: &&str| [CILIUM, DATAPLANE_V2].contains(engine);
    if !named(&engine).iter().any(is_cilium) {
        return;
    }
    let asked = policies.iter().flat_map(keys);
    let asked = asked.filter_map(|(of, key)| (of == LabelsOf::Pod).then_some(key));
    let asked: BTreeSet<String> = asked.collect();
    let objects = lowering.objects;
    let patterns = Patterns::of(objects);
    for object in objects.iter().filter(|object| object.unread.is_none()) {
        for (key, label) in workload::label_nodes(object) {
            let Some(why) = patterns.doubt(&key).filter(|_| asked.contains(&key)) else {
                continue;
            };
            let what = format!(
                "whether Cilium knows `{key}` of the pods of {} is not known: it is {why}",
                object.title()
            );
            let origin = Some(object.origin_at(label.key_place()));
            let doubt = lowering.world.doubt(GapKind::NotJudged, what, origin);
            lowering.hidden.pods.push(HiddenLabels {
                origin: object.origin.clone(),
                namespace: object.namespace_in(lowering.settings).to_owned(),
                key: Some(key),
                doubt,
            });
        }
    }
}
