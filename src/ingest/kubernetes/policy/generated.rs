//! Selectors over labels that controllers set.

use super::super::manifest_lowering::ManifestLowering;
use super::super::workload::GENERATED;
use crate::model::{GapKind, LabelsOf, Policy, PolicyPeer, Selector};

/// Fronts of labels that controllers give namespaces, whatever the object in a file says. Sources: OpenShift documentation, "About network
/// policy", "Understanding and managing pod security admission"; Rancher documentation, "Projects"; HNC user guide, "Tree labels"; Argo CD
/// documentation, "Resource Tracking"; Flux documentation, "Kustomization", "Labels".
const OF_NAMESPACES: &[&str] = &[
    "app.kubernetes.io/instance",
    "argocd.argoproj.io/",
    "field.cattle.io/",
    "kustomize.toolkit.fluxcd.io/",
    "network.openshift.io/policy-group",
    "openshift.io/",
    "pod-security.kubernetes.io/",
    "policy-group.network.openshift.io/",
    "security.openshift.io/",
];
/// The end of those that a tree of namespaces gives.
const OF_TREES: &str = ".tree.hnc.x-k8s.io/depth";

/// As [`doubt`], for labels of namespaces.
pub(super) fn doubt_namespaces(policy: &mut Policy, lowering: &mut ManifestLowering<'_>) {
    let given = |key: &String| {
        let is_front = |front: &&str| key.starts_with(*front);
        key.ends_with(OF_TREES) || OF_NAMESPACES.iter().any(is_front)
    };
    let lacking = |key: &String| {
        let mut all = lowering.namespaces.values();
        all.any(|id| !lowering.world.namespaces[*id].labels.contains_key(key))
    };
    let asked = keys(policy).into_iter();
    let mut asked = asked.filter(|(of, _)| *of == LabelsOf::Namespace);
    let Some((_, key)) = asked.find(|(_, key)| given(key) && lacking(key)) else {
        return;
    };
    let what = format!(
        "{} selects namespaces by `{key}`, a label that controllers may set",
        policy.origin.address
    );
    let origin = Some(policy.origin.clone());
    let doubt = lowering.world.doubt(GapKind::NotJudged, what, origin);
    policy.doubt = policy.doubt.and(&doubt);
}

/// Labels that controllers set are not in templates: what a selector over them matches is not known.
pub(super) fn doubt(policy: &mut Policy, lowering: &mut ManifestLowering<'_>) {
    let mut keys: Vec<String> = keys(policy)
        .into_iter()
        .filter(|(of, _)| *of == LabelsOf::Pod)
        .map(|(_, key)| key)
        .collect();
    let lacking = |key: &String| {
        lowering
            .world
            .workloads
            .iter()
            .any(|(_, workload)| workload.kind != "Pod" && !workload.labels.contains_key(key))
    };
    keys.retain(|key| GENERATED.contains(&key.as_str()) && lacking(key));
    if let Some(key) = keys.first() {
        let what = format!(
            "{} selects by `{key}`, a label that controllers set when they make pods",
            policy.origin.address
        );
        let doubt = lowering
            .world
            .doubt(GapKind::NotJudged, what, Some(policy.origin.clone()));
        policy.doubt = policy.doubt.and(&doubt);
    }
}

/// The labels that the selectors of a policy look at: whose, and their keys.
pub(super) fn keys(policy: &Policy) -> Vec<(LabelsOf, String)> {
    let mut out = Vec::new();
    mentioned(&policy.subject, &mut out);
    for rule in [&policy.ingress, &policy.egress]
        .into_iter()
        .flatten()
        .flat_map(|side| &side.rules)
    {
        mentioned(&rule.subject, &mut out);
        in_peer(&rule.peer, &mut out);
    }
    out
}

/// Those that one selector looks at; the names of service accounts as one without a key.
pub(super) fn mentioned(selector: &Selector, keys: &mut Vec<(LabelsOf, String)>) {
    match selector {
        Selector::In(of, key, _)
        | Selector::Exists(of, key)
        | Selector::Contains(of, key, _)
        | Selector::StartsWith(of, key, _)
        | Selector::EndsWith(of, key, _) => keys.push((*of, key.clone())),
        Selector::HasServiceAccount(_) => keys.push((LabelsOf::ServiceAccount, String::new())),
        Selector::Not(inner) => mentioned(inner, keys),
        Selector::All(parts) | Selector::Any(parts) => {
            parts.iter().for_each(|part| mentioned(part, keys))
        }
        _ => {}
    }
}

fn in_peer(peer: &PolicyPeer, keys: &mut Vec<(LabelsOf, String)>) {
    match peer {
        PolicyPeer::Pods(selector) | PolicyPeer::NodesOfPods(selector) => {
            mentioned(selector, keys);
        }
        PolicyPeer::Not(inner) => in_peer(inner, keys),
        PolicyPeer::All(parts) | PolicyPeer::Any(parts) => {
            parts.iter().for_each(|part| in_peer(part, keys))
        }
        _ => {}
    }
}
