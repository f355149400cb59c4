//! Fields that stand above the specification: what kubectl refuses there since its validation is strict by default (reference of kubectl,
//! `--validate`), and what was meant is not known.

use super::fault::mismatch;
use super::object::Object;
use super::placeholder::is_placeholder;
use super::{policy, workload};
use crate::ingest::yaml::{Node, Shape};
use crate::model::Place;

/// Fields of every object; custom resources have no others, but for [`MORE`].
const OBJECT: [&str; 5] = ["apiVersion", "kind", "metadata", "spec", "status"];

/// Fields of some kinds beside those.
const MORE: &[(&str, &str, &[&str])] = &[
    ("", "ConfigMap", &["binaryData", "data", "immutable"]),
    ("", "Endpoints", &["subsets"]),
    ("", "PodTemplate", &["template"]),
    (
        "",
        "ServiceAccount",
        &[
            "automountServiceAccountToken",
            "imagePullSecrets",
            "secrets",
        ],
    ),
    (
        "admissionregistration.k8s.io",
        "MutatingWebhookConfiguration",
        &["webhooks"],
    ),
    ("argoproj.io", "Application", &["operation"]),
    ("cilium.io", "CiliumClusterwideNetworkPolicy", &["specs"]),
    ("cilium.io", "CiliumNetworkPolicy", &["specs"]),
    (
        "discovery.k8s.io",
        "EndpointSlice",
        &["addressType", "endpoints", "ports"],
    ),
];

/// Fields of `metadata` (`k8s.io/apimachinery`, `ObjectMeta`), with those that were removed.
const METADATA: [&str; 17] = [
    "annotations",
    "clusterName",
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "finalizers",
    "generateName",
    "generation",
    "initializers",
    "labels",
    "managedFields",
    "name",
    "namespace",
    "ownerReferences",
    "resourceVersion",
    "selfLink",
    "uid",
];

/// The fields of a pod's specification that are read, by which they are recognised in another spelling.
const POD: [&str; 8] = [
    "containers",
    "hostNetwork",
    "initContainers",
    "nodeName",
    "nodeSelector",
    "serviceAccount",
    "serviceAccountName",
    "tolerations",
];

/// A field that stands where its object has none of the name.
pub(super) struct Misplaced {
    pub(super) place: Place,
    pub(super) message: String,
    /// Whether it is the namespace, which then is not known.
    pub(super) is_namespace: bool,
}

/// The fields of an object that is read which stand in a wrong place or spelling, by place.
pub(super) fn misplaced(object: &Object) -> Vec<Misplaced> {
    let judged = policy::kind_of(object).is_some() || workload::kind_of(object).is_some();
    if object.unread.is_some() || !judged && !object.bears() {
        return Vec::new();
    }
    let own = |(group, kind, _): &&(&str, &str, &[&str])| object.is(group, kind);
    let more = MORE
        .iter()
        .find(own)
        .map_or(&[][..], |(.., fields)| *fields);
    let mut out = Vec::new();
    unknown(
        &object.node,
        "this object",
        &[&OBJECT, more].concat(),
        &mut out,
    );
    unknown(
        &object.node.get("metadata"),
        "`metadata`",
        &METADATA,
        &mut out,
    );
    if policy::kind_of(object).is_some() {
        refused(object, &mut out);
    }
    if let Some(kind) = workload::kind_of(object) {
        let pod = match kind.template {
            "" => object.node.clone(),
            template => {
                let pod = object.node.get(template);
                if ["", "apps", "batch", "extensions"].contains(&object.group.as_str()) {
                    elevated(&object.node, template, &mut out);
                }
                unknown(&pod, "a pod template", &["metadata", "spec"], &mut out);
                unknown(&pod.get("metadata"), "`metadata`", &METADATA, &mut out);
                pod
            }
        };
        misspelt(&pod.get("spec"), &mut out);
        for list in ["containers", "initContainers"] {
            let containers = pod.get("spec").get(list);
            containers
                .items()
                .iter()
                .for_each(|container| of_pod(container, "a container", &mut out));
        }
    }
    out.sort_by(|a, b| a.place.cmp(&b.place));
    out
}

/// What the API server refuses of the metadata of a policy (kubernetes `pkg/apis/networking/validation`, apimachinery
/// `pkg/api/validation/objectmeta.go`; for custom resources the same). What something else replaces first is not looked at.
fn refused(object: &Object, out: &mut Vec<Misplaced>) {
    let metadata = object.node.get("metadata");
    let mut refuse = |node: &Node, field: &str, expected: &str| {
        out.push(Misplaced {
            place: node.place(),
            message: mismatch(node, field, expected).message,
            is_namespace: field == "metadata.namespace",
        });
    };
    let namespace = metadata.get("namespace");
    let text = namespace.text().filter(|text| !text.is_empty());
    if text.is_some_and(|text| !is_placeholder(text) && !is_dns_label(text)) {
        refuse(
            &namespace,
            "metadata.namespace",
            "small letters, digits and `-`, a letter or digit first and last",
        );
    }
    for field in ["annotations", "labels"] {
        for (key, value) in metadata.get(field).entries() {
            if !value.is_unset() && value.text().is_none() {
                refuse(
                    &value,
                    &key,
                    "a string; write numbers and booleans in quotes",
                );
            }
        }
    }
    for field in ["finalizers", "ownerReferences"] {
        let list = metadata.get(field);
        if !list.is_unset() && list.shape() != Shape::List {
            refuse(&list, field, "a list");
        }
    }
}

/// Whether it is one part of a name of DNS (RFC 1123), as namespaces have it.
fn is_dns_label(text: &str) -> bool {
    text.len() <= 63 && is_part(text)
}

/// Whether it is made of small letters, digits and dashes, none of these first or last.
fn is_part(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !text.is_empty() && text.chars().all(inner) && !text.starts_with('-') && !text.ends_with('-')
}

/// Fields of a pod that stand in what holds its template.
fn elevated(object: &Node, template: &str, out: &mut Vec<Misplaced>) {
    for (at, _) in template.match_indices('.') {
        let holder = object.get(template.get(..at).unwrap_or_default());
        of_pod(&holder, "what makes pods", out);
    }
}

/// Fields of a pod's specification that stand elsewhere.
fn of_pod(node: &Node, owner: &str, out: &mut Vec<Misplaced>) {
    for (key, value) in node.entries() {
        if POD.contains(&key.as_str()) {
            out.push(Misplaced {
                place: value.key_place(),
                message: format!(
                    "`{key}` is no field of {owner}: expected it in the `spec` of the pod"
                ),
                is_namespace: false,
            });
        }
    }
}

fn unknown(node: &Node, owner: &str, fields: &[&str], out: &mut Vec<Misplaced>) {
    if node.shape() != Shape::Map {
        return;
    }
    for (key, value) in node.entries() {
        // Templates of API objects carry `apiVersion` and `kind` in some dumps.
        if fields.contains(&key.as_str())
            || owner == "a pod template" && OBJECT.contains(&key.as_str())
        {
            continue;
        }
        let hint = match key.as_str() {
            "name" | "namespace" | "labels" | "annotations" if owner == "this object" => {
                "expected it below `metadata`".to_owned()
            }
            _ => format!("expected one of {}", fields.join(", ")),
        };
        out.push(Misplaced {
            place: value.key_place(),
            message: format!("`{key}` is no field of {owner}: {hint}"),
            is_namespace: key == "namespace",
        });
    }
}

/// Fields that differ from one that is read by upper and lower case only.
fn misspelt(spec: &Node, out: &mut Vec<Misplaced>) {
    for (key, value) in spec.entries() {
        let meant = POD
            .iter()
            .find(|field| field.eq_ignore_ascii_case(&key) && **field != key);
        if let Some(meant) = meant {
            out.push(Misplaced {
                place: value.key_place(),
                message: format!("`{key}` is no field of a pod's `spec`: expected `{meant}`"),
                is_namespace: false,
            });
        }
    }
}
