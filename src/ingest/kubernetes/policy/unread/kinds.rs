//! The kinds: what they may do, to whom, and who looks at them.

use super::super::super::object::Object;
use crate::ingest::yaml::Node;
use crate::model::PolicyAction;

/// A kind of such objects.
pub(super) struct Unread {
    pub(super) group: &'static str,
    pub(super) kind: &'static str,
    /// What it does, after "it".
    pub(super) what: &'static str,
    /// What it may do with a packet.
    pub(super) action: PolicyAction,
    pub(super) directions: Directions,
    pub(super) whom: Whom,
    pub(super) by: By,
    /// Whether an object of the kind bears on anything.
    pub(super) bears: fn(&Object) -> bool,
}

/// Which packets of a pod, and between whom.
#[derive(Clone, Copy)]
pub(super) enum Directions {
    Incoming,
    Outgoing,
    /// Those from pods to what is no pod.
    Leaving,
    Both,
}

/// The pods that an object may be about.
#[derive(Clone, Copy)]
pub(super) enum Whom {
    OwnNamespace,
    /// Those of its namespace, and everybody where that is the root of Istio.
    OwnNamespaceOrMesh,
    Everybody,
}

/// What looks at an object.
#[derive(Clone, Copy)]
pub(super) enum By {
    /// The proxies of a mesh, which see TCP.
    Mesh,
    /// Something else beside the engine.
    Beside,
    /// Whatever engine there is.
    Any,
    /// These engines.
    Engines(&'static [&'static str]),
}

use By::{Any, Beside, Engines, Mesh};
use Directions::{Both, Incoming, Leaving, Outgoing};
use Whom::{Everybody, OwnNamespace, OwnNamespaceOrMesh};

const IN_MESH: &str = "restricts traffic inside of a mesh";
const OVN: By = Engines(&["ovn-kubernetes"]);
const SDN: By = Engines(&["openshift-sdn"]);
const KUBE_OVN: By = Engines(&["kube-ovn"]);
const CILIUM: By = Engines(&["cilium"]);
const CALICO: By = Engines(&["calico"]);

/// A row whose kind may only refuse.
const fn refuses(
    (group, kind): (&'static str, &'static str),
    directions: Directions,
    whom: Whom,
    by: By,
    what: &'static str,
) -> Unread {
    Unread {
        group,
        kind,
        what,
        action: PolicyAction::Deny,
        directions,
        whom,
        by,
        bears: |_| true,
    }
}

/// Sources: OVN-Kubernetes documentation, "Egress Firewall", "User Defined Networks"; OpenShift 4.14 documentation, "Configuring an egress
/// firewall for a project", "Configuring multitenant isolation"; Linkerd reference, "Authorization Policy", "EgressNetwork"; Kuma
/// documentation, "MeshTrafficPermission", "Mutual TLS", "MeshPassthrough"; Consul documentation, "ServiceIntentions", "Mesh"; Service Mesh
/// Interface, "Traffic Access Control"; Istio reference, "Envoy Filter"; Kube-OVN documentation, "Config Subnet", "Config VPC", "VPC Security
/// Group"; KubeArmor documentation, "Security Policy Specification"; NeuVector documentation, "Import Security Rules (CRD)"; Cilium
/// documentation, "Per-node configuration", "Envoy Traffic Management"; Calico documentation, "Felix configuration".
pub(super) const KINDS: &[Unread] = &[
    refuses(
        ("access.smi-spec.io", "TrafficTarget"),
        Incoming,
        Everybody,
        Mesh,
        IN_MESH,
    ),
    refuses(
        ("cilium.io", "CiliumClusterwideEnvoyConfig"),
        Both,
        Everybody,
        CILIUM,
        "redirects traffic through a proxy",
    ),
    refuses(
        ("cilium.io", "CiliumEnvoyConfig"),
        Both,
        Everybody,
        CILIUM,
        "redirects traffic through a proxy",
    ),
    Unread {
        action: PolicyAction::Allow,
        bears: switches_off,
        ..refuses(
            ("cilium.io", "CiliumNodeConfig"),
            Both,
            Everybody,
            CILIUM,
            "changes settings of the network and of policies on some nodes",
        )
    },
    refuses(
        ("consul.hashicorp.com", "Mesh"),
        Outgoing,
        Everybody,
        Mesh,
        IN_MESH,
    ),
    refuses(
        ("consul.hashicorp.com", "ServiceIntentions"),
        Incoming,
        Everybody,
        Mesh,
        IN_MESH,
    ),
    Unread {
        action: PolicyAction::Allow,
        bears: accepts_dropped,
        ..refuses(
            ("crd.projectcalico.org", "FelixConfiguration"),
            Both,
            Everybody,
            CALICO,
            FELIX,
        )
    },
    refuses(
        ("k8s.ovn.org", "ClusterUserDefinedNetwork"),
        Both,
        Everybody,
        OVN,
        "separates namespaces",
    ),
    refuses(
        ("k8s.ovn.org", "EgressFirewall"),
        Leaving,
        OwnNamespace,
        OVN,
        "restricts what leaves a namespace",
    ),
    refuses(
        ("k8s.ovn.org", "UserDefinedNetwork"),
        Both,
        OwnNamespace,
        OVN,
        "separates namespaces",
    ),
    refuses(
        ("kubeovn.io", "SecurityGroup"),
        Both,
        Everybody,
        KUBE_OVN,
        "restricts what pods send and receive",
    ),
    refuses(
        ("kubeovn.io", "Subnet"),
        Both,
        Everybody,
        KUBE_OVN,
        "separates namespaces",
    ),
    refuses(
        ("kubeovn.io", "Vpc"),
        Both,
        Everybody,
        KUBE_OVN,
        "separates namespaces",
    ),
    refuses(("kuma.io", "Mesh"), Both, Everybody, Mesh, IN_MESH),
    refuses(
        ("kuma.io", "MeshPassthrough"),
        Outgoing,
        Everybody,
        Mesh,
        IN_MESH,
    ),
    refuses(
        ("kuma.io", "MeshTrafficPermission"),
        Incoming,
        Everybody,
        Mesh,
        IN_MESH,
    ),
    refuses(
        ("kuma.io", "TrafficPermission"),
        Incoming,
        Everybody,
        Mesh,
        IN_MESH,
    ),
    makes("kyverno.io", "ClusterPolicy", CHANGES),
    makes("kyverno.io", "Policy", CHANGES),
    makes("mutations.gatekeeper.sh", "Assign", CHANGES),
    makes("mutations.gatekeeper.sh", "ModifySet", CHANGES),
    makes("policies.kyverno.io", "GeneratingPolicy", CHANGES),
    makes("policies.kyverno.io", "MutatingPolicy", CHANGES),
    makes(
        "admissionregistration.k8s.io",
        "MutatingAdmissionPolicy",
        CHANGES,
    ),
    makes("capsule.clastix.io", "Tenant", "brings policies"),
    makes("kubernetes.crossplane.io", "Object", "brings other objects"),
    makes(
        "policy.open-cluster-management.io",
        "Policy",
        "brings other objects",
    ),
    makes("template.openshift.io", "Template", "brings other objects"),
    refuses(
        ("neuvector.com", "NvClusterSecurityRule"),
        Both,
        Everybody,
        Beside,
        "restricts what pods send and receive",
    ),
    refuses(
        ("neuvector.com", "NvSecurityRule"),
        Both,
        Everybody,
        Beside,
        "restricts what pods send and receive",
    ),
    refuses(
        ("network.openshift.io", "EgressNetworkPolicy"),
        Leaving,
        OwnNamespace,
        SDN,
        "restricts what leaves a namespace",
    ),
    refuses(
        ("network.openshift.io", "NetNamespace"),
        Both,
        Everybody,
        SDN,
        "separates namespaces",
    ),
    refuses(
        ("networking.istio.io", "EnvoyFilter"),
        Both,
        OwnNamespaceOrMesh,
        Mesh,
        "changes what the proxies of a mesh do",
    ),
    refuses(
        ("policy.linkerd.io", "AuthorizationPolicy"),
        Incoming,
        OwnNamespace,
        Mesh,
        IN_MESH,
    ),
    refuses(
        ("policy.linkerd.io", "EgressNetwork"),
        Outgoing,
        Everybody,
        Mesh,
        IN_MESH,
    ),
    refuses(
        ("policy.linkerd.io", "Server"),
        Incoming,
        OwnNamespace,
        Mesh,
        IN_MESH,
    ),
    refuses(
        ("policy.linkerd.io", "ServerAuthorization"),
        Incoming,
        OwnNamespace,
        Mesh,
        IN_MESH,
    ),
    Unread {
        action: PolicyAction::Allow,
        bears: accepts_dropped,
        ..refuses(
            ("projectcalico.org", "FelixConfiguration"),
            Both,
            Everybody,
            CALICO,
            FELIX,
        )
    },
    refuses(
        ("security.kubearmor.com", "KubeArmorClusterPolicy"),
        Outgoing,
        Everybody,
        Beside,
        "restricts what pods may do",
    ),
    refuses(
        ("security.kubearmor.com", "KubeArmorPolicy"),
        Outgoing,
        OwnNamespace,
        Beside,
        "restricts what pods may do",
    ),
];

const FELIX: &str = "may change what is done with packets that policies deny or do not know";

/// A row whose kind may make policies, or change them.
const fn makes(group: &'static str, kind: &'static str, what: &'static str) -> Unread {
    Unread {
        action: PolicyAction::Allow,
        bears: makes_policies,
        ..refuses((group, kind), Both, Everybody, Any, what)
    }
}

const CHANGES: &str = "may change objects and generate policies";

/// Whether an object that makes or changes others speaks of network policies: rules of Kyverno that only check do neither.
fn makes_policies(object: &Object) -> bool {
    let rules = object.node.get("spec.rules").items();
    if object.group != "kyverno.io" {
        return speaks(&object.node);
    }
    let acts = |rule: &Node| {
        let parts = ["generate", "mutate"].map(|part| rule.get(part));
        parts.iter().any(|part| !part.is_unset())
    };
    rules.iter().any(|rule| acts(rule) && speaks(rule))
}

fn speaks(node: &Node) -> bool {
    let text = node.text().unwrap_or_default().to_ascii_lowercase();
    text.contains("networkpolic")
        || node.items().iter().any(speaks)
        || node
            .entries()
            .iter()
            .any(|(key, value)| key.to_ascii_lowercase().contains("networkpolic") || speaks(value))
}

/// Whether a configuration of some nodes changes whether and which policies hold there.
fn switches_off(object: &Object) -> bool {
    let settings = object.node.get("spec.defaults").entries();
    let is_about_policies = |key: &str| key.contains("policy") || key == "labels";
    settings.iter().any(|(key, _)| is_about_policies(key))
        || object.hidden.iter().any(|path| path.starts_with("spec"))
}

/// Whether packets that a policy drops pass nevertheless (`dropActionOverride`).
fn accepts_dropped(object: &Object) -> bool {
    let setting = object.node.get("spec.dropActionOverride");
    let is_default = setting.is_unset() || matches!(setting.text(), Some("Drop" | "LogAndDrop"));
    !is_default || object.hides("spec.dropActionOverride")
}
