//! By which labels a policy selects the pods of one workload.

use crate::model::Labels;

/// Labels that a new version or a tool changes, and that no policy should hang on.
const VOLATILE: &[&str] = &[
    "app.kubernetes.io/managed-by",
    "app.kubernetes.io/version",
    "controller-revision-hash",
    "helm.sh/chart",
    "job-name",
    "pod-template-hash",
    "statefulset.kubernetes.io/pod-name",
    "version",
];

/// The labels that stay; none where there are none.
pub(super) fn lasting(labels: &Labels) -> Option<Vec<(&str, &str)>> {
    let lasting = labels
        .iter()
        .filter(|(key, _)| !VOLATILE.contains(&key.as_str()));
    let found: Vec<(&str, &str)> = lasting
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect();
    (!found.is_empty()).then_some(found)
}
