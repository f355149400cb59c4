//! Pod templates that stand in another object than the one that makes the pods.
//! Source: Argo Rollouts documentation, "Migrating to Rollouts", "Reference Deployment From Rollout" (`workloadRef`): a
//! Deployment, a ReplicaSet or a PodTemplate of the same namespace.

use super::kind::kind_of;
use crate::ingest::Settings;
use crate::ingest::kubernetes::Object;
use crate::ingest::yaml::Node;

/// Where a Rollout names it, and where it would hold its own.
const REFERENCE: &str = "spec.workloadRef";
const OWN: &str = "spec.template";

/// Gives each object that names its pod template the one that is meant; where that is not in the input, the template is hidden.
pub fn resolve(objects: &mut [Object], settings: &Settings) {
    objects.iter_mut().for_each(hide_passing_labels);
    let refers = |object: &Object| {
        object.is("argoproj.io", "Rollout")
            && object.node.get(OWN).is_unset()
            && !object.node.get(REFERENCE).is_unset()
    };
    let open = objects.iter().enumerate().filter(|(_, own)| refers(own));
    let found: Vec<(usize, Option<Held>)> = open
        .map(|(at, own)| (at, held(objects, own, settings)))
        .collect();
    for (at, held) in found {
        let Some(object) = objects.get_mut(at) else {
            continue;
        };
        match held {
            Some(Held { template, hidden }) => {
                object.template = Some(template);
                object.hidden.extend(hidden);
            }
            None => object.hidden.push(OWN.to_owned()),
        }
    }
}

/// Where a Rollout gives its pods labels beside those of their template, as long as they are the new or the old ones.
const PASSING: &[&str] = &[
    "spec.strategy.canary.canaryMetadata.labels",
    "spec.strategy.canary.stableMetadata.labels",
    "spec.strategy.blueGreen.activeMetadata.labels",
    "spec.strategy.blueGreen.previewMetadata.labels",
];

/// Which pods have such labels is not known (Argo Rollouts documentation, "Ephemeral Metadata").
fn hide_passing_labels(object: &mut Object) {
    if !object.is("argoproj.io", "Rollout") {
        return;
    }
    for path in PASSING {
        for (key, _) in object.node.get(path).entries() {
            let label = format!("{OWN}.metadata.labels.{key}");
            if !object.hidden.contains(&label) {
                object.hidden.push(label);
            }
        }
    }
}

/// A template of another object, and the paths of what is not known of it, as the one that names it would have them.
struct Held {
    template: Node,
    hidden: Vec<String>,
}

fn held(objects: &[Object], by: &Object, settings: &Settings) -> Option<Held> {
    let reference = by.node.get(REFERENCE);
    let (name, kind) = (reference.get("name"), reference.get("kind"));
    let meant = |other: &&Object| {
        Some(other.name.as_str()) == name.written()
            && Some(other.kind.as_str()) == kind.text()
            && other.namespace_in(settings) == by.namespace_in(settings)
    };
    let other = objects.iter().find(meant)?;
    let path = if other.is("", "PodTemplate") {
        "template"
    } else {
        kind_of(other)?.template
    };
    let moved = |hidden: &String| {
        if hidden.is_empty() || path.starts_with(hidden.as_str()) {
            return Some(OWN.to_owned());
        }
        Some(format!("{OWN}{}", hidden.strip_prefix(path)?))
    };
    let template = other.node.get(path);
    let hidden: Vec<String> = other.hidden.iter().filter_map(moved).collect();
    (!template.is_unset() || !hidden.is_empty()).then_some(Held { template, hidden })
}
