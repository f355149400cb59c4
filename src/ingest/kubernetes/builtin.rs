//! The kinds that groups hold which everybody knows: those of the Kubernetes API (reference of v1.34, and versions that were removed since),
//! and those that are read here. The API server refuses a kind that its group does not have.

use super::object::{Object, ObjectParts};
use super::{catalogue, policy, workload};

/// A group: name, versions that were ever served, kinds.
type Group = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

const GROUPS: &[Group] = &[
    (
        "",
        &["v1"],
        &[
            "Binding",
            "ComponentStatus",
            "Config",
            "ConfigMap",
            "Endpoints",
            "Event",
            "LimitRange",
            "List",
            "Namespace",
            "Node",
            "PersistentVolume",
            "PersistentVolumeClaim",
            "Pod",
            "PodTemplate",
            "ReplicationController",
            "ResourceQuota",
            "Secret",
            "SerializedReference",
            "Service",
            "ServiceAccount",
            "Status",
        ],
    ),
    (
        "admissionregistration.k8s.io",
        &["v1", "v1beta1", "v1alpha1"],
        &[
            "MutatingAdmissionPolicy",
            "MutatingAdmissionPolicyBinding",
            "MutatingWebhookConfiguration",
            "ValidatingAdmissionPolicy",
            "ValidatingAdmissionPolicyBinding",
            "ValidatingWebhookConfiguration",
        ],
    ),
    (
        "apiextensions.k8s.io",
        &["v1", "v1beta1"],
        &["ConversionReview", "CustomResourceDefinition"],
    ),
    (
        "apiregistration.k8s.io",
        &["v1", "v1beta1"],
        &["APIService"],
    ),
    (
        "apps",
        &["v1", "v1beta2", "v1beta1"],
        &[
            "ControllerRevision",
            "DaemonSet",
            "Deployment",
            "DeploymentRollback",
            "ReplicaSet",
            "Scale",
            "StatefulSet",
        ],
    ),
    (
        "authentication.k8s.io",
        &["v1", "v1beta1", "v1alpha1"],
        &["SelfSubjectReview", "TokenRequest", "TokenReview"],
    ),
    (
        "authorization.k8s.io",
        &["v1", "v1beta1"],
        &[
            "LocalSubjectAccessReview",
            "SelfSubjectAccessReview",
            "SelfSubjectRulesReview",
            "SubjectAccessReview",
        ],
    ),
    (
        "autoscaling",
        &["v1", "v2", "v2beta1", "v2beta2"],
        &["HorizontalPodAutoscaler", "Scale"],
    ),
    (
        "batch",
        &["v1", "v1beta1", "v2alpha1"],
        &["CronJob", "Job", "JobTemplate", "ScheduledJob"],
    ),
    (
        "certificates.k8s.io",
        &["v1", "v1beta1", "v1alpha1"],
        &[
            "CertificateSigningRequest",
            "ClusterTrustBundle",
            "PodCertificateRequest",
        ],
    ),
    (
        "coordination.k8s.io",
        &["v1", "v1beta1", "v1alpha1", "v1alpha2"],
        &["Lease", "LeaseCandidate"],
    ),
    ("discovery.k8s.io", &["v1", "v1beta1"], &["EndpointSlice"]),
    ("events.k8s.io", &["v1", "v1beta1"], &["Event"]),
    (
        "extensions",
        &["v1beta1"],
        &[
            "DaemonSet",
            "Deployment",
            "DeploymentRollback",
            "Ingress",
            "NetworkPolicy",
            "PodSecurityPolicy",
            "ReplicaSet",
            "Scale",
        ],
    ),
    (
        "flowcontrol.apiserver.k8s.io",
        &["v1", "v1beta1", "v1beta2", "v1beta3", "v1alpha1"],
        &["FlowSchema", "PriorityLevelConfiguration"],
    ),
    (
        "gateway.networking.k8s.io",
        &["v1", "v1beta1", "v1alpha2", "v1alpha3"],
        &[
            "BackendLBPolicy",
            "BackendTLSPolicy",
            "GRPCRoute",
            "Gateway",
            "GatewayClass",
            "HTTPRoute",
            "ListenerSet",
            "ReferenceGrant",
            "ReferencePolicy",
            "TCPRoute",
            "TLSRoute",
            "UDPRoute",
        ],
    ),
    (
        "networking.k8s.io",
        &["v1", "v1beta1", "v1alpha1"],
        &[
            "ClusterCIDR",
            "IPAddress",
            "Ingress",
            "IngressClass",
            "NetworkPolicy",
            "ServiceCIDR",
        ],
    ),
    (
        "node.k8s.io",
        &["v1", "v1beta1", "v1alpha1"],
        &["RuntimeClass"],
    ),
    (
        "policy",
        &["v1", "v1beta1"],
        &["Eviction", "PodDisruptionBudget", "PodSecurityPolicy"],
    ),
    (
        "rbac.authorization.k8s.io",
        &["v1", "v1beta1", "v1alpha1"],
        &["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"],
    ),
    (
        "scheduling.k8s.io",
        &["v1", "v1beta1", "v1alpha1"],
        &["PodGroup", "PriorityClass", "Workload"],
    ),
    (
        "storage.k8s.io",
        &["v1", "v1beta1", "v1alpha1"],
        &[
            "CSIDriver",
            "CSINode",
            "CSIStorageCapacity",
            "StorageClass",
            "VolumeAttachment",
            "VolumeAttributesClass",
        ],
    ),
];

/// Kinds of the API that are asked for and not kept, so that they need no name.
const NAMELESS: &[&str] = &[
    "Binding",
    "Config",
    "ConversionReview",
    "Eviction",
    "JobTemplate",
    "List",
    "LocalSubjectAccessReview",
    "SelfSubjectAccessReview",
    "SelfSubjectReview",
    "SelfSubjectRulesReview",
    "SerializedReference",
    "Status",
    "SubjectAccessReview",
    "TokenRequest",
    "TokenReview",
];

fn group_of(name: &str) -> Option<&'static Group> {
    GROUPS.iter().find(|(group, ..)| *group == name)
}

/// Whether an object of the kind has to have a name: of kinds that are not known that is theirs to say.
pub(super) fn needs_name(object: &Object) -> bool {
    let own =
        group_of(&object.group).is_some_and(|(.., kinds)| kinds.contains(&object.kind.as_str()));
    own && !NAMELESS.contains(&object.kind.as_str())
        || policy::may_be(Some(&object.group), Some(&object.kind))
        || workload::is_known(&object.group, &object.kind)
}

/// Why the API server knows no such kind; none where it does, or where the group may be any tool's.
pub(super) fn unserved(object: &Object) -> Option<String> {
    let ObjectParts {
        group,
        version,
        kind,
        ..
    } = &**object;
    let (known_group, known_kind) = (object.known_group()?, object.known_kind()?);
    if catalogue::is_configuration(group) {
        return None;
    }
    let read =
        policy::may_be(Some(known_group), Some(known_kind)) || workload::is_known(group, kind);
    let Some((_, versions, kinds)) = group_of(group) else {
        // Groups of custom resources are domain names (apiextensions validation, `spec.group`).
        return match spelled(group, kind) {
            _ if read => None,
            Some(right) => Some(wrong(object, Some(right))),
            None if group.contains('.') => None,
            None => Some(wrong(object, None)),
        };
    };
    if read || kind.ends_with("List") {
        return None;
    }
    if !kinds.contains(&kind.as_str()) {
        return Some(wrong(object, spelled(group, kind)));
    }
    (!versions.contains(&version.as_str())).then(|| {
        format!(
            "{kind} ({}) has no version `{version}`: expected one of {}",
            if group.is_empty() { "core" } else { group },
            versions.join(", ")
        )
    })
}

fn wrong(object: &Object, right: Option<(String, String)>) -> String {
    let version = match object.group.as_str() {
        "" => object.version.clone(),
        group => format!("{group}/{}", object.version),
    };
    let hint = right.map_or_else(
        || "expected a kind with its group and version, as the cluster lists them".to_owned(),
        |(group, kind)| match group.as_str() {
            "" => format!("expected `{kind}` of `v1`"),
            group => format!("expected `{kind}` of the group `{group}`"),
        },
    );
    format!("there is no kind `{}` in `{version}`: {hint}", object.kind)
}

/// The group and kind that were meant, where case, number or group are other ones: of several groups the same, else the first.
fn spelled(group: &str, kind: &str) -> Option<(String, String)> {
    let plain = singular(kind);
    let built_in = GROUPS
        .iter()
        .flat_map(|(group, _, kinds)| kinds.iter().map(move |kind| (*group, *kind)));
    let read = policy::KINDS.iter().map(|row| (row.group, row.kind));
    // Those that are read come first: `extensions` had kinds that others have now.
    let same: Vec<(&str, &str)> = read
        .chain(built_in)
        .filter(|(_, known)| singular(known) == plain)
        .collect();
    let own = same.iter().find(|(known, _)| *known == group);
    let own = own.or_else(|| {
        same.first()
            .filter(|_| group_of(group).is_some() || !group.contains('.'))
    });
    own.map(|(group, kind)| ((*group).to_owned(), (*kind).to_owned()))
}

fn singular(kind: &str) -> String {
    let lower = kind.to_lowercase();
    match (
        lower.strip_suffix("ies"),
        lower.strip_suffix("sses"),
        lower.strip_suffix('s'),
    ) {
        (Some(front), ..) => format!("{front}y"),
        (_, Some(front), _) => format!("{front}ss"),
        (.., Some(front)) if !front.ends_with('s') => front.to_owned(),
        _ => lower,
    }
}
