//! Policies of the API server's admission that set labels of pods: which pods have them in the end is not known (Kyverno documentation, "Mutate
//! Rules"; Gatekeeper documentation, "Mutation").

use crate::ingest::kubernetes::Object;
use crate::ingest::kubernetes::hidden::HiddenLabels;
use crate::ingest::kubernetes::manifest_lowering::ManifestLowering;
use crate::ingest::kubernetes::workload;
use crate::ingest::yaml::Node;
use crate::model::GapKind;
use std::collections::BTreeSet;

/// The labels that an object sets; empty where it sets none. An empty key stands for any.
fn keys(object: &Object) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    match (object.group.as_str(), object.kind.as_str()) {
        ("kyverno.io", "ClusterPolicy" | "Policy") => {
            for rule in object.node.get("spec.rules").items() {
                in_patch(&rule.get("mutate"), &mut out);
            }
        }
        ("mutations.gatekeeper.sh", "AssignMetadata" | "Assign" | "ModifySet") => {
            let location = object.node.get("spec.location");
            let label = location
                .text()
                .and_then(|text| text.split_once("metadata.labels").map(|(_, key)| key));
            out.extend(label.map(|key| key.trim_matches(['.', '"', '\'']).to_owned()));
        }
        _ => {}
    }
    out
}

/// The labels that a patch sets: the keys of `labels` wherever that stands, without the anchors around them, and the paths of a JSON patch.
fn in_patch(node: &Node, out: &mut BTreeSet<String>) {
    for (key, value) in node.entries() {
        if key.trim_start_matches(['+', '(']).trim_end_matches(')') == "labels" {
            let own = value.entries().into_iter().map(|(key, _)| {
                let front: &[char] = &['+', '=', '<', '^', 'X', '('];
                match key.strip_suffix(')') {
                    Some(anchored) => anchored.trim_start_matches(front).to_owned(),
                    None => key,
                }
            });
            out.extend(own);
        } else {
            in_patch(&value, out);
        }
    }
    node.items().iter().for_each(|item| in_patch(item, out));
    let text = node.text().unwrap_or_default();
    for rest in text.split("/labels/").skip(1) {
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | '/'));
        let key = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        out.insert(key.replace("~1", "/").replace("~0", "~"));
    }
}

/// The labels of pods that the objects of a cluster may set, for each object that makes pods.
pub(super) fn labels(
    objects: &[&Object],
    lowering: &mut ManifestLowering<'_>,
) -> Vec<HiddenLabels> {
    let mut out = Vec::new();
    for own in objects.iter().filter(|object| object.unread.is_none()) {
        for key in keys(own) {
            let shown = if key.is_empty() {
                "labels".to_owned()
            } else {
                format!("label `{key}`")
            };
            let what = format!(
                "{} may set {shown} of pods: which selectors hold for them is not known",
                own.title()
            );
            let doubt = lowering
                .world
                .doubt(GapKind::NotJudged, what, Some(own.origin.clone()));
            let key = Some(key).filter(|key| !key.is_empty() && !key.contains('{'));
            let one_namespace = own.kind == "Policy";
            let settings = lowering.settings;
            let near = |pods: &&&Object| {
                workload::kind_of(pods).is_some()
                    && !(one_namespace && pods.namespace_in(settings) != own.namespace_in(settings))
            };
            out.extend(objects.iter().filter(near).map(|pods| HiddenLabels {
                origin: pods.origin.clone(),
                namespace: pods.namespace_in(settings).to_owned(),
                key: key.clone(),
                doubt: doubt.clone(),
            }));
        }
    }
    out
}
