//! `ENIConfig`: subnet and security groups of pods under custom networking.
//! Source: EKS user guide, "Deploy Pods in alternate subnets with custom networking".

use crate::ingest::kubernetes::Object;
use crate::ingest::yaml::{Node, Shape};
use crate::model::{Doubt, Origin};

/// An `ENIConfig` object, or one that the VPC CNI chart makes of its `eniConfig` values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EniConfig {
    /// Its name; commonly that of an availability zone.
    pub name: String,
    /// Id of the subnet of the pods' interfaces; none where it is missing.
    pub subnet: Option<String>,
    /// Ids of their security groups; empty: those of the node's primary interface.
    pub groups: Vec<String>,
    /// Why it may not be there.
    pub doubt: Doubt,
    /// Where it stands.
    pub origin: Origin,
}

/// Reads an `ENIConfig` object (group `crd.k8s.amazonaws.com`).
#[must_use]
pub fn of_object(object: &Object) -> EniConfig {
    let spec = object.node.get("spec");
    EniConfig {
        name: object.name.clone(),
        subnet: spec.get("subnet").text().map(str::to_owned),
        groups: texts(&spec.get("securityGroups")),
        doubt: Doubt::none(),
        origin: object.origin.clone(),
    }
}

/// Reads the `eniConfig` values of the add-on or chart: `{create: true, subnets: {ZONE: {id, securityGroups}}}`. `doubt`: why it may not be
/// the cluster's.
#[must_use]
pub fn of_values(values: &Node, doubt: &Doubt, origin: &Origin) -> Vec<EniConfig> {
    if values.get("create").boolean() != Some(true) {
        return Vec::new();
    }
    let entries = values.get("subnets").entries().into_iter();
    let config = |(name, value): (String, Node)| {
        let plain = value.shape() == Shape::Text;
        let subnet = if plain { value.text() } else { None }
            .map(str::to_owned)
            .or_else(|| value.get("id").text().map(str::to_owned));
        EniConfig {
            name,
            subnet,
            groups: texts(&value.get("securityGroups")),
            doubt: doubt.clone(),
            origin: origin.clone(),
        }
    };
    entries.map(config).collect()
}

fn texts(list: &Node) -> Vec<String> {
    list.items()
        .iter()
        .filter_map(|item| item.text().map(str::to_owned))
        .collect()
}
