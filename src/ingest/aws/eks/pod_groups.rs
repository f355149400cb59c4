//! `SecurityGroupPolicy`: security groups of pods.
//! Source: EKS user guide, "Assign security groups to individual Pods"; amazon-vpc-resource-controller-k8s, `pkg/utils/helper.go`.

use crate::ingest::Settings;
use crate::ingest::kubernetes::{Object, label_selector};
use crate::model::{Doubt, GapKind, LabelsOf, Origin, Selected, Selector, World};

/// A `SecurityGroupPolicy` object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupPolicy {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Pods that it is about.
    pub subject: Selector,
    /// Ids of the groups.
    pub groups: Vec<String>,
    /// Why it is not understood as a whole.
    pub doubt: Doubt,
    /// Where it stands.
    pub origin: Origin,
}

/// Reads the object. With both selectors both must match; with neither it is about no pod; an empty one matches every pod.
pub fn of_object(object: &Object, settings: &Settings, world: &mut World) -> GroupPolicy {
    let spec = object.node.get("spec");
    let namespace = object.namespace_in(settings).to_owned();
    let mut doubt = Doubt::none();
    let mut parts = vec![Selector::InNamespace(namespace.clone())];
    for (key, of) in [
        ("podSelector", LabelsOf::Pod),
        ("serviceAccountSelector", LabelsOf::ServiceAccount),
    ] {
        let node = spec.get(key);
        match label_selector(&node, of) {
            _ if node.is_unset() => {}
            Ok(selector) => parts.push(selector),
            Err(wrong) => {
                doubt = world.doubt(
                    GapKind::Unreadable,
                    wrong.message,
                    Some(object.origin_at(node.place())),
                );
                parts.push(Selector::Everything);
            }
        }
    }
    let subject = if parts.len() == 1 {
        Selector::Nothing
    } else {
        Selector::All(parts)
    };
    let ids = spec.get("securityGroups.groupIds");
    let groups: Vec<String> = ids
        .items()
        .iter()
        .filter_map(|id| id.text().map(str::to_owned))
        .collect();
    if groups.is_empty() || groups.len() != ids.items().len() {
        let what = format!(
            "`spec.securityGroups.groupIds` of SecurityGroupPolicy `{namespace}/{}` is no list of group ids",
            object.name
        );
        doubt = doubt.and(&world.doubt(
            GapKind::Unreadable,
            what,
            Some(object.origin_at(ids.place())),
        ));
    }
    GroupPolicy {
        namespace,
        name: object.name.clone(),
        subject,
        groups,
        doubt,
        origin: object.origin.clone(),
    }
}

impl GroupPolicy {
    /// Whether it is about a pod.
    #[must_use]
    pub fn holds(&self, pod: Selected<'_>) -> bool {
        self.subject.holds(pod)
    }
}
