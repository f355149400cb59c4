//! Selectors over labels that controllers set.

use super::super::lower::Lowering;
use super::super::workload::GENERATED;
use crate::model::{GapKind, LabelsOf, Policy, PolicyPeer, Selector};

/// Labels that controllers set are not in templates: what a selector over them matches is not known.
pub(super) fn doubt(policy: &mut Policy, lowering: &mut Lowering<'_>) {
    let mut keys = Vec::new();
    mentioned(&policy.subject, &mut keys);
    for rule in [&policy.ingress, &policy.egress].into_iter().flatten().flat_map(|side| &side.rules) {
        mentioned(&rule.subject, &mut keys);
        in_peer(&rule.peer, &mut keys);
    }
    let lacking =
        |key: &String| lowering.world.workloads.iter().any(|(_, workload)| workload.kind != "Pod" && !workload.labels.contains_key(key));
    keys.retain(|key| GENERATED.contains(&key.as_str()) && lacking(key));
    if let Some(key) = keys.first() {
        let what = format!("{} selects by `{key}`, a label that controllers set when they make pods", policy.origin.address);
        let doubt = lowering.world.doubt(GapKind::NotJudged, what, Some(policy.origin.clone()));
        policy.doubt = policy.doubt.and(&doubt);
    }
}

fn mentioned(selector: &Selector, keys: &mut Vec<String>) {
    match selector {
        Selector::In(LabelsOf::Pod, key, _)
        | Selector::Exists(LabelsOf::Pod, key)
        | Selector::Contains(LabelsOf::Pod, key, _)
        | Selector::StartsWith(LabelsOf::Pod, key, _)
        | Selector::EndsWith(LabelsOf::Pod, key, _) => keys.push(key.clone()),
        Selector::Not(inner) => mentioned(inner, keys),
        Selector::All(parts) | Selector::Any(parts) => parts.iter().for_each(|part| mentioned(part, keys)),
        _ => {}
    }
}

fn in_peer(peer: &PolicyPeer, keys: &mut Vec<String>) {
    match peer {
        PolicyPeer::Pods(selector) => mentioned(selector, keys),
        PolicyPeer::Not(inner) => in_peer(inner, keys),
        PolicyPeer::All(parts) | PolicyPeer::Any(parts) => parts.iter().for_each(|part| in_peer(part, keys)),
        _ => {}
    }
}
