//! The kinds that make pods.

use crate::ingest::kubernetes::Object;

/// A kind that makes pods.
#[derive(Debug)]
pub(in crate::ingest::kubernetes) struct WorkloadKind {
    pub(super) group: &'static str,
    pub(super) versions: &'static [&'static str],
    pub(super) kind: &'static str,
    /// Path of the pod template; empty where the object is the pod.
    pub(in crate::ingest::kubernetes) template: &'static str,
}

const fn kind(
    group: &'static str,
    versions: &'static [&'static str],
    kind: &'static str,
    template: &'static str,
) -> WorkloadKind {
    WorkloadKind {
        group,
        versions,
        kind,
        template,
    }
}

const KRUISE: &[&str] = &["v1alpha1", "v1beta1"];
const APPS: &[&str] = &["v1", "v1beta2", "v1beta1"];

/// Every kind that makes pods from a template it holds. Versions that the API server no longer serves are read all the same.
const KINDS: &[WorkloadKind] = &[
    kind("", &["v1"], "Pod", ""),
    kind("", &["v1"], "ReplicationController", "spec.template"),
    kind("apps", APPS, "Deployment", "spec.template"),
    kind("apps", APPS, "StatefulSet", "spec.template"),
    kind("apps", APPS, "DaemonSet", "spec.template"),
    kind("apps", APPS, "ReplicaSet", "spec.template"),
    kind("extensions", &["v1beta1"], "Deployment", "spec.template"),
    kind("extensions", &["v1beta1"], "DaemonSet", "spec.template"),
    kind("extensions", &["v1beta1"], "ReplicaSet", "spec.template"),
    kind("batch", &["v1"], "Job", "spec.template"),
    kind(
        "batch",
        &["v1", "v1beta1", "v2alpha1"],
        "CronJob",
        "spec.jobTemplate.spec.template",
    ),
    kind(
        "apps.openshift.io",
        &["v1"],
        "DeploymentConfig",
        "spec.template",
    ),
    // What OpenShift served before its API had groups.
    kind("", &["v1"], "DeploymentConfig", "spec.template"),
    kind("argoproj.io", &["v1alpha1"], "Rollout", "spec.template"),
    kind(
        "keda.sh",
        &["v1alpha1"],
        "ScaledJob",
        "spec.jobTargetRef.template",
    ),
    kind("apps.kruise.io", KRUISE, "BroadcastJob", "spec.template"),
    kind("apps.kruise.io", KRUISE, "CloneSet", "spec.template"),
    kind("apps.kruise.io", KRUISE, "DaemonSet", "spec.template"),
    kind("apps.kruise.io", KRUISE, "StatefulSet", "spec.template"),
];

/// The row of an object's kind.
pub(in crate::ingest::kubernetes) fn kind_of(object: &Object) -> Option<&'static WorkloadKind> {
    KINDS.iter().find(|known| {
        object.is(known.group, known.kind) && known.versions.contains(&object.version.as_str())
    })
}

/// Whether some version of the kind is known.
pub(in crate::ingest::kubernetes) fn is_known(group: &str, kind: &str) -> bool {
    KINDS
        .iter()
        .any(|known| (known.group, known.kind) == (group, kind))
}
