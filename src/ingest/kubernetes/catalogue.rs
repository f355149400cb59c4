//! What is known of kinds beyond those that are lowered: which matter to reachability, and which of them are not judged.

mod operators;

use super::cloud_border;
use super::egress_gateway;
use super::object::{Object, ObjectParts};
use super::policy;
use super::workload;

/// Groups of the Kubernetes API and of common tools none of whose kinds makes pods or touches traffic, unless listed in [`BEARING`].
const QUIET_GROUPS: &[&str] = &[
    "",
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "apiregistration.k8s.io",
    "apps",
    "authentication.k8s.io",
    "authorization.k8s.io",
    "autoscaling",
    "batch",
    "cert-manager.io",
    "certificates.k8s.io",
    "coordination.k8s.io",
    "crd.k8s.amazonaws.com",
    "discovery.k8s.io",
    "eks.amazonaws.com",
    "elbv2.k8s.aws",
    "events.k8s.io",
    "extensions",
    "external-secrets.io",
    "flowcontrol.apiserver.k8s.io",
    "gateway.k8s.aws",
    "gateway.networking.k8s.io",
    "karpenter.k8s.aws",
    "karpenter.sh",
    "meta.k8s.io",
    "metrics.k8s.io",
    "monitoring.coreos.com",
    "networking.k8s.io",
    "node.k8s.io",
    "operator.tigera.io",
    "policy",
    "rbac.authorization.k8s.io",
    "resource.k8s.io",
    "route.openshift.io",
    "scheduling.k8s.io",
    "secrets-store.csi.x-k8s.io",
    "snapshot.storage.k8s.io",
    "storage.k8s.io",
    "vpcresources.k8s.aws",
];

/// Kinds of groups that are not quiet that are read by others, or only say what the cluster has found out.
const QUIET: &[(&str, &str)] = &[
    ("cilium.io", "CiliumCIDRGroup"),
    ("cilium.io", "CiliumEndpoint"),
    ("cilium.io", "CiliumEndpointSlice"),
    ("cilium.io", "CiliumIdentity"),
    ("cilium.io", "CiliumNode"),
];

/// Kinds that bring other objects, which is judged by itself, and those that only say where from.
const DELIVERY: &[(&str, &str)] = &[
    ("argoproj.io", "Application"),
    ("argoproj.io", "ApplicationSet"),
    ("argoproj.io", "AppProject"),
    ("helm.toolkit.fluxcd.io", "HelmRelease"),
    ("kustomize.toolkit.fluxcd.io", "Kustomization"),
    ("source.toolkit.fluxcd.io", "Bucket"),
    ("source.toolkit.fluxcd.io", "GitRepository"),
    ("source.toolkit.fluxcd.io", "HelmChart"),
    ("source.toolkit.fluxcd.io", "HelmRepository"),
    ("source.toolkit.fluxcd.io", "OCIRepository"),
];

/// Kinds that make pods, restrict traffic or carry it, and are not judged: with what they do.
const BEARING: &[(&str, &str, &str)] = &[
    ("", "PodTemplate", "may be made into pods by other objects"),
    (
        "cilium.io",
        "CiliumLocalRedirectPolicy",
        "redirects traffic to other pods",
    ),
    (
        "cilium.io",
        "CiliumBGPAdvertisement",
        "announces addresses of the cluster to routers",
    ),
    (
        "cilium.io",
        "CiliumBGPClusterConfig",
        "announces addresses of the cluster to routers",
    ),
    (
        "cilium.io",
        "CiliumBGPPeeringPolicy",
        "announces addresses of the cluster to routers",
    ),
    (
        "cilium.io",
        "CiliumExternalWorkload",
        "joins a machine outside to the cluster",
    ),
    (
        "cilium.io",
        "CiliumL2AnnouncementPolicy",
        "announces addresses of services to the network",
    ),
    (
        "cilium.io",
        "CiliumLoadBalancerIPPool",
        "gives services addresses",
    ),
    (
        "cilium.io",
        "CiliumNodeConfig",
        "changes settings of the network and of policies on some nodes",
    ),
    ("cilium.io", "CiliumPodIPPool", "gives pods addresses"),
    (
        "k8s.cni.cncf.io",
        "NetworkAttachmentDefinition",
        "gives pods further interfaces",
    ),
    (
        "k8s.cni.cncf.io",
        "MultiNetworkPolicy",
        "restricts further interfaces of pods",
    ),
    ("monitoring.coreos.com", "Prometheus", "makes pods"),
    ("monitoring.coreos.com", "PrometheusAgent", "makes pods"),
    ("monitoring.coreos.com", "Alertmanager", "makes pods"),
    ("monitoring.coreos.com", "ThanosRuler", "makes pods"),
    (
        "operator.tigera.io",
        "EgressGateway",
        "makes pods that carry what others send out",
    ),
    ("serving.knative.dev", "Service", "makes pods"),
    ("kubevirt.io", "VirtualMachine", "makes pods"),
];

/// Kinds that are read beside policies and what makes pods: group, and the kinds of it; none where all of them are.
const READ: &[(&str, &[&str])] = &[
    (
        "",
        &[
            "Endpoints",
            "Namespace",
            "Node",
            "Service",
            "ServiceAccount",
        ],
    ),
    (
        "admissionregistration.k8s.io",
        &["MutatingWebhookConfiguration"],
    ),
    ("cilium.io", &[]),
    ("crd.k8s.amazonaws.com", &["ENIConfig"]),
    ("crd.projectcalico.org", &[]),
    ("discovery.k8s.io", &["EndpointSlice"]),
    ("eks.amazonaws.com", &[]),
    ("elbv2.k8s.aws", &[]),
    ("gateway.k8s.aws", &[]),
    ("gateway.networking.k8s.io", &[]),
    ("karpenter.k8s.aws", &[]),
    ("karpenter.sh", &[]),
    ("networking.k8s.io", &["Ingress", "IngressClass"]),
    ("operator.tigera.io", &[]),
    ("projectcalico.org", &[]),
    ("vpcresources.k8s.aws", &[]),
];

/// Settings of networks and engines that are read of ConfigMaps.
const READ_SETTINGS: &[&str] = &[
    "amazon-vpc-cni",
    "azure-ip-masq-agent-config",
    "azure-ip-masq-agent-config-reconciled",
    "calico-config",
    "cilium-config",
    "ip-masq-agent",
];

impl Object {
    /// Whether it matters to which cluster an object is applied: it makes pods, restricts traffic, leads it to pods, is read with what does, or
    /// brings other objects. Of a kind that is not known it is a gap wherever it is applied.
    #[must_use]
    pub fn bears(&self) -> bool {
        let object = self;
        let read = READ.iter().any(|(group, kinds)| {
            object.group == *group && (kinds.is_empty() || kinds.contains(&object.kind.as_str()))
        });
        let settings = object.is("", "ConfigMap") && READ_SETTINGS.contains(&object.name.as_str());
        let brings = DELIVERY.contains(&(object.group.as_str(), object.kind.as_str()));
        read || settings
            || brings
            || object.unread.is_some()
            || policy::unread(object).is_some()
            || egress_gateway::is_one(object)
            || policy::may_be(object.known_group(), object.known_kind())
            || workload::is_known(&object.group, &object.kind)
    }
}

/// Why an object's kind is a gap; none where it is lowered elsewhere or does not bear on reachability.
pub(super) fn unjudged(object: &Object) -> Option<String> {
    let ObjectParts {
        group,
        version,
        kind,
        ..
    } = &**object;
    // What may be a policy is one of which nothing is known, and says so itself.
    if object.unread.is_some()
        || policy::may_be(Some(group), Some(kind))
        || workload::kind_of(object).is_some()
    {
        return None;
    }
    // Its own file enters the gap.
    if egress_gateway::is_one(object) {
        return None;
    }
    if let Some(what) = policy::unread(object) {
        return Some(what);
    }
    if let Some(known) = policy::calico::unjudged(object) {
        return known;
    }
    if let Some(what) = cloud_border::what(object) {
        return Some(what);
    }
    if let Some((.., what)) = BEARING
        .iter()
        .chain(operators::BEARING)
        .find(|known| (known.0, known.1) == (group, kind))
    {
        return Some(format!("{kind} ({group}) is not modelled: it {what}"));
    }
    if let Some(class) = own_proxy(object) {
        return Some(format!(
            "{kind} ({group}) of class `{class}` is not modelled: it makes pods"
        ));
    }
    if workload::is_known(group, kind) {
        return Some(format!(
            "version `{version}` of {kind} ({group}) is not known: it may make pods"
        ));
    }
    if DELIVERY.contains(&(group.as_str(), kind.as_str())) {
        return None;
    }
    let named = (group.as_str(), kind.as_str());
    let quiet = QUIET_GROUPS.contains(&named.0) || QUIET.contains(&named);
    if quiet || is_quiet_operator(named.0, named.1) || is_configuration(group) {
        return None;
    }
    Some(format!(
        "{kind} ({group}) is not known: it may make pods or restrict traffic"
    ))
}

/// Classes of gateways whose controllers make a Deployment for each of them (Istio documentation, "Kubernetes Gateway API", "Automated
/// Deployment"; Envoy Gateway documentation, "Deployment Mode"; NGINX Gateway Fabric documentation, "Gateway architecture").
const WITH_PROXIES: &[&str] = &[
    "istio",
    "istio-waypoint",
    "eg",
    "envoy",
    "envoy-gateway",
    "nginx",
    "kgateway",
];

/// The class of a gateway whose controller makes pods for it.
fn own_proxy(object: &Object) -> Option<String> {
    let class = object.node.get("spec.gatewayClassName");
    let class = class.text().filter(|class| WITH_PROXIES.contains(class));
    let is_gateway = object.is("gateway.networking.k8s.io", "Gateway");
    class.filter(|_| is_gateway).map(str::to_owned)
}

/// Whether a kind of an operator neither makes pods nor touches traffic.
fn is_quiet_operator(group: &str, kind: &str) -> bool {
    let listed = |(own, kinds): &(&str, &[&str])| *own == group && kinds.contains(&kind);
    operators::QUIET_GROUPS.contains(&group) || operators::QUIET.iter().any(listed)
}

/// Whether objects of the group only configure a tool and are never applied.
pub(super) fn is_configuration(group: &str) -> bool {
    operators::CONFIGURATION.contains(&group)
}
