//! What the cluster's own objects say of its network: the VPC CNI plugin, policy engines, `ENIConfig`,
//! `SecurityGroupPolicy`, node classes, and what pods ask of their node.

use super::calico_ip_pools::{self, PodPools};
use super::cilium_overlay;
use super::eni_config::{self, EniConfig};
use super::node_class::{self, NodeClass};
use super::pod_groups::{self, GroupPolicy};
use super::setting::{Source, truth};
use crate::ingest::Settings;
use crate::ingest::kubernetes::engine::{self, Hint};
use crate::ingest::kubernetes::{Object, node_selector};
use crate::ingest::yaml::Node;
use crate::model::{Doubt, GapKind, Labels, Origin, World};
use std::collections::BTreeMap;

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Manifests {
    /// Variables of the `aws-node` DaemonSet.
    pub sources: Vec<Source>,
    /// Whether the nodes' agent enforces (`--enable-network-policy`), with its line, and the doubt where the controller's
    /// half is missing or the flag cannot be read.
    pub agent: Option<Agent>,
    /// Whether the policy controller is on (ConfigMap `amazon-vpc-cni`), likewise.
    pub controller: Option<(bool, Origin, Doubt)>,
    /// Other policy engines.
    pub hints: Vec<Hint>,
    /// Settings of Cilium.
    pub overlays: Vec<Source>,
    /// Calico's pools, where pods have their addresses of it.
    pub calico_ip_pools: Option<PodPools>,
    /// `ENIConfig` objects.
    pub eni_configs: Vec<EniConfig>,
    /// `SecurityGroupPolicy` objects, by name.
    pub group_policies: Vec<GroupPolicy>,
    /// Node classes of Karpenter and of EKS Auto Mode.
    pub node_classes: Vec<NodeClass>,
    /// Node labels that pods ask for, by the origin of the object that makes the pods.
    pub asked: BTreeMap<Origin, Labels>,
}

/// What the flag `--enable-network-policy` of the nodes' agent says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    /// Whether it enforces; none where the flag is there and cannot be read.
    pub on: Option<bool>,
    /// Whether the flag is there. Without it the agent does not enforce.
    pub said: bool,
    /// The DaemonSet.
    pub origin: Origin,
    /// Why it is not certain that policies hold.
    pub doubt: Doubt,
}

/// Reads the objects of one cluster.
pub fn read(objects: &[Object], settings: &Settings, world: &mut World) -> Manifests {
    let calico_ip_pools = calico_ip_pools::of_objects(objects, world);
    let mut out = Manifests {
        hints: engine::hints(objects),
        calico_ip_pools,
        ..Manifests::default()
    };
    for object in objects {
        plugin(object, &mut out, world);
        out.overlays.extend(cilium_overlay::source(object));
        match (object.group.as_str(), object.kind.as_str()) {
            ("crd.k8s.amazonaws.com", "ENIConfig") => {
                out.eni_configs.push(eni_config::of_object(object))
            }
            ("vpcresources.k8s.aws", "SecurityGroupPolicy") => out
                .group_policies
                .push(pod_groups::of_object(object, settings, world)),
            ("karpenter.k8s.aws" | "eks.amazonaws.com", _) => {
                out.node_classes.extend(node_class::of_object(object))
            }
            _ => {}
        }
        let asked = node_selector(object);
        if !asked.is_empty() {
            out.asked.insert(object.origin.clone(), asked);
        }
    }
    out.group_policies
        .sort_by(|a, b| (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name)));
    halves(&mut out, world);
    out
}

/// Policies hold only with both the controller and the agent on: where the input holds one half, the other is a gap.
fn halves(out: &mut Manifests, world: &mut World) {
    match (&mut out.agent, &mut out.controller) {
        (Some(agent), None) if agent.on == Some(true) => {
            agent.doubt = world.doubt(
                GapKind::NotInInput,
                "the ConfigMap `amazon-vpc-cni`, which enables the network policy controller, is not in the input",
                Some(agent.origin.clone()),
            );
        }
        (None, Some((true, origin, doubt))) => {
            *doubt = world.doubt(
                GapKind::NotInInput,
                "the DaemonSet `aws-node`, whose agent enforces network policies, is not in the input",
                Some(origin.clone()),
            );
        }
        _ => {}
    }
}

fn plugin(object: &Object, out: &mut Manifests, world: &mut World) {
    match (object.kind.as_str(), object.name.as_str()) {
        ("DaemonSet", "aws-node") => daemon_set(object, out, world),
        ("ConfigMap", "amazon-vpc-cni") => {
            let value = object
                .node
                .get("data")
                .child("enable-network-policy-controller");
            let on = value.written().and_then(truth).unwrap_or(false);
            out.controller = Some((on, object.origin.clone(), Doubt::none()));
        }
        _ => {}
    }
}

fn daemon_set(object: &Object, out: &mut Manifests, world: &mut World) {
    let title = "DaemonSet `kube-system/aws-node`".to_owned();
    let mut source = Source {
        title,
        origin: Some(object.origin.clone()),
        ..Source::default()
    };
    for container in object.node.get("spec.template.spec.containers").items() {
        if container.get("name").text() == Some("aws-node") {
            variables(object, &container, &mut source, world);
        }
    }
    out.sources.push(source);
    out.agent = Some(agent(object, world));
}

/// The agent's flag. It is false where it is absent, and where there is no agent at all (aws/aws-network-policy-agent
/// `pkg/config/controller_config.go`); without a value it is true.
fn agent(object: &Object, world: &mut World) -> Agent {
    let containers = object.node.get("spec.template.spec.containers").items();
    let args: Vec<Node> = containers
        .iter()
        .filter(|container| {
            matches!(
                container.get("name").text(),
                Some("aws-eks-nodeagent" | "aws-network-policy-agent")
            )
        })
        .flat_map(|container| ["command", "args"].map(|field| container.get(field).items()))
        .flatten()
        .collect();
    let flag = |arg: &Node| {
        let text = arg.text()?.trim_start_matches('-');
        let value = text.strip_prefix("enable-network-policy")?;
        match value.strip_prefix('=') {
            Some(value) => Some(truth(value)),
            None => value.is_empty().then_some(Some(true)),
        }
    };
    let said = args.iter().filter_map(flag).next_back();
    let mut doubt = Doubt::none();
    if said == Some(None) {
        let what = format!(
            "`--enable-network-policy` of {} is neither true nor false: whether it enforces network policies is not known",
            object.title()
        );
        doubt = world.doubt(GapKind::UnknownValue, what, Some(object.origin.clone()));
    }
    Agent {
        on: said.unwrap_or(Some(false)),
        said: said.is_some(),
        origin: object.origin.clone(),
        doubt,
    }
}

/// Variables of a container: those that it takes from other objects are not known, nor is which ones it takes from a whole one of them.
fn variables(object: &Object, container: &Node, source: &mut Source, world: &mut World) {
    for entry in container.get("env").items() {
        let Some(name) = entry.get("name").text().map(str::to_owned) else {
            continue;
        };
        if let Some(value) = entry.get("value").written() {
            source.variables.insert(name, value.to_owned());
        } else if !entry.get("valueFrom").is_unset() {
            let what = format!(
                "`{name}` of {} is taken from somewhere else, which is not read",
                object.title()
            );
            let doubt = world.doubt(
                GapKind::UnknownValue,
                what,
                Some(object.origin_at(entry.place())),
            );
            source.unknown.insert(name, doubt);
        }
    }
    let whole = container.get("envFrom");
    if !whole.items().is_empty() {
        let what = format!(
            "which variables {} takes from other objects (`envFrom`) is not read",
            object.title()
        );
        source.hidden = world.doubt(
            GapKind::UnknownValue,
            what,
            Some(object.origin_at(whole.place())),
        );
    }
}
