//! What the cluster's own objects say of its network: the masquerade agent, policy engines, and what pods ask of their node.
//! Source: cloud.google.com/kubernetes-engine/docs/how-to/ip-masquerade-agent;
//! cloud.google.com/kubernetes-engine/docs/how-to/egress-nat-policy-ip-masq-autopilot.

use crate::ingest::Settings;
use crate::ingest::kubernetes::engine::{Hint, hints};
use crate::ingest::kubernetes::{Object, node_selector};
use crate::ingest::yaml::{self, Node};
use crate::model::{AddressSet, Labels, Origin};
use std::collections::BTreeMap;

const AGENT: &str = "ip-masq-agent";
/// The namespace in which the agent runs and has its configuration; elsewhere the names mean nothing.
const SYSTEM: &str = "kube-system";

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Manifests {
    /// The DaemonSet of the masquerade agent.
    pub agent: Option<Origin>,
    /// Destinations towards which pods keep their addresses, by the agent's ConfigMap; none where that lists none.
    pub kept: Option<(AddressSet, Origin)>,
    /// The same by the `EgressNATPolicy` of an Autopilot cluster.
    pub policy: Option<(AddressSet, Origin)>,
    /// Policy engines that were installed.
    pub hints: Vec<Hint>,
    /// Node labels that pods ask for, by the origin of the object that makes the pods.
    pub asked: BTreeMap<Origin, Labels>,
}

/// Reads the objects of one cluster.
#[must_use]
pub fn read(objects: &[Object], settings: &Settings) -> Manifests {
    let mut out = Manifests {
        hints: hints(objects),
        ..Manifests::default()
    };
    for object in objects {
        match (
            object.group.as_str(),
            object.kind.as_str(),
            object.name.as_str(),
        ) {
            ("apps", "DaemonSet", AGENT) if object.namespace_in(settings) == SYSTEM => {
                out.agent = Some(object.origin.clone())
            }
            ("", "ConfigMap", AGENT) if object.namespace_in(settings) == SYSTEM => {
                out.kept = kept(object).or(out.kept)
            }
            ("networking.gke.io", "EgressNATPolicy", _) => {
                let blocks = object
                    .node
                    .get("spec.destinations")
                    .items()
                    .iter()
                    .filter_map(|to| block(&to.get("cidr")))
                    .collect();
                out.policy = Some((blocks, object.origin.clone()));
            }
            _ => {}
        }
        let asked = node_selector(object);
        if !asked.is_empty() {
            out.asked.insert(object.origin.clone(), asked);
        }
    }
    out
}

fn block(node: &Node) -> Option<AddressSet> {
    AddressSet::parse(node.text()?.trim()).ok()
}

/// The list in the agent's configuration, which is YAML or JSON in a string.
fn kept(object: &Object) -> Option<(AddressSet, Origin)> {
    let data = object.node.get("data").child("config");
    let documents = yaml::read(&data.place().file, data.text()?);
    let config = documents
        .into_iter()
        .find_map(|document| document.content.ok())?;
    let list = config.get("nonMasqueradeCIDRs");
    if list.is_unset() {
        return None;
    }
    Some((
        list.items().iter().filter_map(block).collect(),
        object.origin_at(data.place()),
    ))
}
