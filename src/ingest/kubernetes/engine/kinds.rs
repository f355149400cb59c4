//! Which engines enforce which kinds of policies beyond NetworkPolicy, for the page about engines; the kinds themselves say how that is judged.

use super::behaviour::Judged::{AsIs, InDoubt};
use super::behaviour::Question::Further;
use super::behaviour::{ANTREA, Behaviour, CALICO, CNI, CONTROLLER, MANAGER, OVN, row};
use super::{CILIUM, DATAPLANE_V2};

const WORKING_GROUP: &str =
    "whether kinds of `policy.networking.k8s.io` are enforced depends on version and settings";

/// A row for each engine whose kinds are known, or known to depend on its version.
pub const ENFORCED: &[Behaviour] = &[
    row(
        (
            ANTREA,
            "AdminNetworkPolicy since 1.13, behind the feature gate `AdminNetworkPolicy`; ClusterNetworkPolicy not known",
        ),
        (Further, true),
        InDoubt,
        WORKING_GROUP,
        "Antrea documentation, AdminNetworkPolicy API Support in Antrea",
    ),
    row(
        (
            OVN,
            "AdminNetworkPolicy since 2024, behind a setting; ClusterNetworkPolicy not known",
        ),
        (Further, true),
        InDoubt,
        WORKING_GROUP,
        "kubernetes-sigs/network-policy-api `site-src/implementations.md`; OVN-Kubernetes documentation, AdminNetworkPolicy",
    ),
    row(
        (CALICO, "not known"),
        (Further, true),
        InDoubt,
        WORKING_GROUP,
        "kubernetes-sigs/network-policy-api `site-src/implementations.md`",
    ),
    row(
        (CILIUM, "not known"),
        (Further, true),
        InDoubt,
        WORKING_GROUP,
        "kubernetes-sigs/network-policy-api `site-src/implementations.md`",
    ),
    row(
        (DATAPLANE_V2, "not known"),
        (Further, true),
        InDoubt,
        WORKING_GROUP,
        "Google Kubernetes Engine documentation, GKE Dataplane V2, which names no kind of that group",
    ),
    row(
        (DATAPLANE_V2, "since 1.26.4-gke.500"),
        (Further, true),
        InDoubt,
        "`FQDNNetworkPolicy` lets pods out to names; what else it closes or lets out is not read",
        "Google Kubernetes Engine documentation, Control Pod egress traffic using FQDN network policies",
    ),
    row(
        (CNI, CONTROLLER),
        (Further, true),
        AsIs,
        "no kind of `policy.networking.k8s.io` has an effect: its own kinds are those of `networking.k8s.aws`",
        "aws/amazon-network-policy-controller-k8s `api/v1alpha1`",
    ),
    row(
        (MANAGER, "since 1.4"),
        (Further, true),
        AsIs,
        "no kind but NetworkPolicy has an effect",
        "Azure/azure-container-networking `npm/pkg/controlplane/controllers/v2`",
    ),
];
