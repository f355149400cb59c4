//! Labels that make no part of a pod's identity: no selector finds them (Cilium user guide, "Limiting Identity-Relevant Labels"; cilium
//! `pkg/labelsfilter/filter.go`).

use super::super::super::engine::{CILIUM, DATAPLANE_V2, named};
use super::super::super::hidden::HiddenLabels;
use super::super::super::manifest_lowering::ManifestLowering;
use super::super::super::object::Object;
use super::super::super::workload;
use super::super::generated::keys;
use super::config_map::config;
use crate::model::{Doubt, GapKind, LabelsOf, Policy};
use regex::Regex;
use std::collections::BTreeSet;

/// What stands before the labels of a pod's namespace in its identity.
pub(super) const NAMESPACE_LABELS: &str = "io.cilium.k8s.namespace.labels.";
/// The label that stands for the service account of a pod in its identity.
pub(super) const SERVICE_ACCOUNT: &str = "io.cilium.k8s.policy.serviceaccount";

/// Expressions of keys that are left out (`!`) or taken in, whatever the setting `labels` adds to them.
const DEFAULT: &[&str] = &[
    r"!annotation.*",
    r"!apps\.kubernetes\.io/pod-index",
    r"!batch\.kubernetes\.io/controller-uid",
    r"!batch\.kubernetes\.io/job-completion-index",
    r"!.*beta\.kubernetes\.io",
    r"!controller-revision-hash",
    r"!controller-uid",
    r"!etcd_node",
    r"!io\.kubernetes",
    r"!k8s\.io",
    r"!kubernetes\.io",
    r"!pod-template-generation",
    r"!pod-template-hash",
    r"!statefulset\.kubernetes\.io/pod-name",
    r"app\.kubernetes\.io",
    r"io\.cilium\.k8s\.namespace\.labels",
    r"io\.cilium\.k8s\.policy\.cluster",
    r"io\.kubernetes\.pod\.namespace",
];

/// An expression of keys.
#[derive(Clone, Debug)]
struct Pattern {
    /// Whether it takes keys in; else it leaves them out.
    takes_in: bool,
    /// The expression, held at the start of a key; none where it could not be read.
    expression: Option<Regex>,
}

/// Which labels make identities.
#[derive(Clone, Debug)]
pub(super) struct Patterns {
    /// Those that are there by default.
    default: Vec<Pattern>,
    /// Those that the setting `labels` adds.
    added: Vec<Pattern>,
    /// Whether a file that is not in the input stands in place of the default.
    elsewhere: bool,
}

impl Pattern {
    /// Reads one; none for a source other than Kubernetes.
    fn read(text: &str) -> Option<Self> {
        let (source, key) = text.split_once(':').unwrap_or(("any", text));
        let (takes_in, key) = match key.strip_prefix('!') {
            Some(key) => (false, key),
            None => (true, key),
        };
        ["any", "k8s"].contains(&source).then(|| Pattern {
            takes_in,
            expression: Regex::new(&format!("^(?:{key})")).ok(),
        })
    }

    /// How much of a key it matches; none where it surely does not.
    fn matched(&self, key: &str) -> Option<usize> {
        match &self.expression {
            Some(expression) => Some(expression.find(key)?.len()),
            None => Some(0),
        }
    }
}

impl Patterns {
    /// Those of the ConfigMap, where it is in the input.
    pub(super) fn of(objects: &[&Object]) -> Self {
        let set = |key: &str| {
            let node = config(objects)?.node.get("data").child(key);
            node.written().map(str::to_owned)
        };
        let written = set("labels").unwrap_or_default();
        Patterns {
            default: DEFAULT
                .iter()
                .filter_map(|one| Pattern::read(one))
                .collect(),
            added: written
                .split_whitespace()
                .filter_map(Pattern::read)
                .collect(),
            elsewhere: set("label-prefix-file").is_some_and(|file| !file.is_empty()),
        }
    }

    /// Why a label may make no part of identities; none where it surely does.
    pub(super) fn doubt(&self, key: &str) -> Option<&'static str> {
        if self.elsewhere {
            return Some(
                "a label that the agent's file `label-prefix-file` may keep out of identities",
            );
        }
        if knows(key, &self.default, &self.added) {
            return None;
        }
        Some(match knows(key, &self.default, &[]) {
            true => "a label that the agent's setting `labels` keeps out of identities",
            false => {
                "a label that makes no part of identities unless the agent's configuration says so"
            }
        })
    }

    /// As [`Self::doubt`], for what a policy asks of pods beside their own labels.
    fn doubt_beside(&self, of: LabelsOf, key: &str) -> Option<&'static str> {
        match of {
            LabelsOf::Pod => None,
            LabelsOf::Namespace => self.doubt(&format!("{NAMESPACE_LABELS}{key}")),
            LabelsOf::ServiceAccount => self.doubt(SERVICE_ACCOUNT),
        }
    }
}

/// Whether a label makes identities: what leaves it out counts by its shortest match, what takes it in by its longest, and where one expression
/// is added that takes in, no label does that none takes in.
fn knows(key: &str, default: &[Pattern], added: &[Pattern]) -> bool {
    let narrowed = added.iter().any(|one| one.takes_in);
    let matched = |takes_in: bool| {
        let all = default.iter().chain(added);
        all.filter(move |one| one.takes_in == takes_in)
            .filter_map(|one| one.matched(key))
    };
    match (matched(true).max(), matched(false).min()) {
        (None, None) => !narrowed,
        (taken_in, left_out) => taken_in > Some(left_out.unwrap_or_default()),
    }
}

/// Enters labels that policies ask for and of which Cilium may know nothing as not known, where Cilium is the engine or may be.
pub(in super::super) fn hide_left_out(
    policies: &mut [Policy],
    lowering: &mut ManifestLowering<'_>,
) {
    let engine = lowering.world.clusters[lowering.cluster].engine.clone();
    let engines = named(&engine);
    let is_cilium = |engine: &&str| [CILIUM, DATAPLANE_V2].contains(engine);
    if !engines.is_empty() && !engines.iter().any(is_cilium) {
        return;
    }
    let patterns = Patterns::of(lowering.objects);
    let judged = |policy: &&mut Policy| !policy.tier.enforced_by_mesh;
    let mut asked = BTreeSet::new();
    for policy in policies.iter_mut().filter(judged) {
        for (of, key) in keys(policy) {
            match of {
                LabelsOf::Pod => _ = asked.insert(key),
                _ => {
                    policy.doubt = policy
                        .doubt
                        .and(&beside(policy, of, &key, &patterns, lowering))
                }
            }
        }
    }
    let objects = lowering.objects;
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

/// Why Cilium may know nothing of what a policy asks of namespaces or service accounts.
fn beside(
    policy: &Policy,
    of: LabelsOf,
    key: &str,
    patterns: &Patterns,
    lowering: &mut ManifestLowering<'_>,
) -> Doubt {
    let Some(why) = patterns.doubt_beside(of, key) else {
        return Doubt::none();
    };
    let asked = match of {
        LabelsOf::ServiceAccount => "service account".to_owned(),
        _ => format!("`{key}` of namespaces"),
    };
    let what = format!(
        "{} selects by {asked}, and whether Cilium knows it is not known: it is {why}",
        policy.origin.address
    );
    let origin = Some(policy.origin.clone());
    lowering.world.doubt(GapKind::NotJudged, what, origin)
}
