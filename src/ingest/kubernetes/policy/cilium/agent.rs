//! What the agent's configuration says of how policies are read (cilium `pkg/option/config.go`; Helm chart, `cilium-configmap.yaml`).

use super::super::super::manifest_lowering::ManifestLowering;
use super::super::super::object::Object;
use super::config_map::config;
use super::identity::Patterns;
use crate::model::{AddressSet, Doubt, Origin, Policy, PolicySide, Selector, Tier};

/// The agent's settings, at their defaults where the ConfigMap `cilium-config` is not in the input.
#[derive(Clone, Debug)]
pub(super) struct Agent {
    /// The cluster's name, as the label `io.cilium.k8s.policy.cluster` gives it; none where the input does not say.
    pub(super) cluster_name: Option<String>,
    /// Whether address blocks match nodes (`policy-cidr-match-mode`).
    pub(super) blocks_match_nodes: bool,
    /// Whether nodes are told apart by their labels (`enable-node-selector-labels`); none where the ConfigMap is not in the input.
    pub(super) node_labels: Option<bool>,
    /// Whether `enableDefaultDeny` may switch isolation off (`enable-non-default-deny-policies`).
    pub(super) may_leave_open: bool,
    /// Which labels make identities (`labels`).
    pub(super) identity: Patterns,
    /// Whether pods of other clusters may be known by their labels (Cluster Mesh): the line that says so.
    pub(super) mesh: Option<Origin>,
    /// Addresses that the API server may have; empty where the input does not say.
    pub(super) api_server: AddressSet,
    /// Whether the operator asks AWS for the addresses of its groups.
    pub(super) asks: Asks,
}

/// Which cloud the operator asks, by its image: `operator` asks any, `operator-aws` AWS, `operator-generic` none (cilium
/// `operator/cmd/provider_*.go`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asks {
    /// AWS.
    Aws,
    /// Another cloud, or none: the image.
    Other(String),
    /// No operator of the input tells.
    Unresolved,
}

impl Agent {
    /// Reads them from the objects of a cluster.
    pub(super) fn of(lowering: &ManifestLowering<'_>) -> Self {
        let found = config(lowering.objects);
        let set = |key: &str| {
            found.and_then(|object| {
                object
                    .node
                    .get("data")
                    .child(key)
                    .written()
                    .map(str::to_owned)
            })
        };
        let identified = set("cluster-id").is_some_and(|id| id != "0");
        let linked = |object: &&&Object| {
            object.is("apps", "Deployment") && object.name == "clustermesh-apiserver"
        };
        let mesh = found
            .filter(|_| identified)
            .or_else(|| lowering.objects.iter().find(linked).copied());
        Agent {
            cluster_name: set("cluster-name"),
            blocks_match_nodes: set("policy-cidr-match-mode")
                .is_some_and(|mode| mode.split([' ', ',']).any(|word| word == "nodes")),
            node_labels: found
                .map(|_| set("enable-node-selector-labels").is_some_and(|on| on == "true")),
            may_leave_open: set("enable-non-default-deny-policies").is_none_or(|on| on != "false"),
            identity: Patterns::of(lowering.objects),
            mesh: mesh.map(|object| object.origin.clone()),
            api_server: lowering.world.api_server(lowering.cluster),
            asks: asks(lowering.objects),
        }
    }
}

fn asks(objects: &[&Object]) -> Asks {
    let operator = objects
        .iter()
        .find(|object| object.is("apps", "Deployment") && object.name == "cilium-operator");
    let containers = operator
        .map(|object| object.node.get("spec.template.spec.containers").items())
        .unwrap_or_default();
    let images = containers
        .iter()
        .filter_map(|container| container.get("image").text().map(str::to_owned));
    let mut named = images.filter_map(|image| {
        let name = image
            .split('@')
            .next()?
            .rsplit('/')
            .next()?
            .split(':')
            .next()?
            .to_owned();
        Some((name, image))
    });
    match named.find(|(name, _)| name.starts_with("operator")) {
        Some((name, _)) if name == "operator" || name.starts_with("operator-aws") => Asks::Aws,
        Some((name, image))
            if ["generic", "azure", "alibabacloud"]
                .iter()
                .any(|cloud| name.starts_with(&format!("operator-{cloud}"))) =>
        {
            Asks::Other(image)
        }
        _ => Asks::Unresolved,
    }
}

/// The policy that stands for `enable-policy: always`: every pod is isolated though no policy selects it (user guide, "Policy Enforcement
/// Modes"). None in the other modes.
pub(in super::super) fn always(lowering: &ManifestLowering<'_>) -> Option<Policy> {
    let found = config(lowering.objects)?;
    let mode = found.node.get("data").child("enable-policy");
    if mode.text() != Some("always") {
        return None;
    }
    let origin = found.origin_at(mode.place());
    let side = || {
        Some(PolicySide {
            isolates: true,
            rules: Vec::new(),
            origin: origin.clone(),
        })
    };
    Some(Policy {
        cluster: lowering.cluster,
        kind: Policy::NO_OBJECT,
        name: "enforcement mode `always` of Cilium".to_owned(),
        namespace: None,
        tier: Tier::namespaced(),
        order: super::super::NETWORK_POLICY_ORDER,
        subject: Selector::Everything,
        ingress: side(),
        egress: side(),
        inert: None,
        order_doubt: Doubt::none(),
        doubt: Doubt::none(),
        origin: origin.clone(),
    })
}
