//! New policies, in the dialect that the cluster enforces.
//!
//! A NetworkPolicy only allows, so it keeps pods from addresses by allowing everything else: right where nothing isolates them yet. Where
//! something does, and in clusters whose blocks do not match pods, a policy that denies is written, where the engine has one.
//! Sources: Kubernetes documentation, "Network Policies"; Calico documentation, "Network policy" (order, action Deny); Cilium documentation,
//! "Deny Policies", and "Policy Enforcement Modes" for `enableDefaultDeny`.

use super::AmendError;
use super::labels::lasting;
use super::rule::{everyone_but, named, ports};
use crate::ingest::yaml::emit;
use crate::model::{AddressSet, Direction, FlowSet, Separation, World};
use serde_json::{Map, Value, json};

/// A policy as a document of a file, with a comment that says what it is for.
pub(super) fn document(separation: &Separation, world: &World) -> Result<String, AmendError> {
    let namespace = &world.namespaces[separation.namespace];
    let cluster = &world.clusters[namespace.cluster];
    let object = match cluster.engine.as_str() {
        "cilium" => cilium(separation, world)?,
        "calico" if separation.isolated => calico(separation, world)?,
        engine if separation.isolated => {
            return Err(AmendError::NothingDenies(engine.to_owned()));
        }
        _ => network_policy(separation, world, cluster.blocks_match_pods)?,
    };
    let (who, what) = match separation.direction {
        Direction::Egress => ("may reach", "to"),
        Direction::Ingress => ("may be reached from", "from"),
    };
    let blocks: Vec<String> = separation
        .addresses
        .blocks()
        .iter()
        .map(ToString::to_string)
        .collect();
    let exception = if separation.kept.is_empty() {
        ""
    } else {
        ", but for what is named"
    };
    Ok(format!(
        "# Nothing {what} {}{exception}; what else the pods {who} stays as it is.\n{}\n",
        blocks.join(", "),
        emit::block(&object, 0)
    ))
}

fn network_policy(
    separation: &Separation,
    world: &World,
    blocks_match_pods: bool,
) -> Result<Value, AmendError> {
    let (side, peers, word) = words(separation.direction);
    let mut rules = vec![json!({peers: everyone_but(&separation.addresses, blocks_match_pods)})];
    for (addresses, traffic) in separation.kept.parts() {
        rules.push(named(peers, addresses, ports(traffic)?));
    }
    let labels = selected(separation, world)?;
    let selector = labels.map_or(json!({}), |labels| json!({"matchLabels": labels}));
    Ok(json!({
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": metadata(separation, world),
        "spec": {"podSelector": selector, "policyTypes": [word], side: rules},
    }))
}

/// A Calico policy that denies, before those of Kubernetes (order 1000) and most others. It isolates, as something does already.
fn calico(separation: &Separation, world: &World) -> Result<Value, AmendError> {
    let (side, _, word) = words(separation.direction);
    let far = match separation.direction {
        Direction::Egress => "destination",
        Direction::Ingress => "source",
    };
    let labels = selected(separation, world)?;
    let quoted = |(key, value): (&String, &Value)| {
        format!("{key} == '{}'", value.as_str().unwrap_or_default())
    };
    let selector = labels.map_or("all()".to_owned(), |labels| {
        labels.iter().map(quoted).collect::<Vec<_>>().join(" && ")
    });
    if !separation.kept.is_empty() {
        return Err(AmendError::Protocol);
    }
    let nets = blocks(&separation.addresses);
    Ok(json!({
        "apiVersion": "projectcalico.org/v3",
        "kind": "NetworkPolicy",
        "metadata": metadata(separation, world),
        "spec": {
            "order": 1,
            "selector": selector,
            "types": [word],
            side: [{"action": "Deny", far: {"nets": nets}}],
        },
    }))
}

/// A Cilium policy that denies, which beats every allow, and isolates nothing by itself.
fn cilium(separation: &Separation, world: &World) -> Result<Value, AmendError> {
    let (side, _, _) = words(separation.direction);
    let peers = match separation.direction {
        Direction::Egress => "toCIDRSet",
        Direction::Ingress => "fromCIDRSet",
    };
    let denied = |addresses: &AddressSet| -> Vec<Value> {
        let blocks = blocks(addresses);
        blocks.iter().map(|block| json!({"cidr": block})).collect()
    };
    let rest = separation
        .addresses
        .difference(&separation.kept.addresses());
    let mut rules = Vec::new();
    if !rest.is_empty() {
        rules.push(json!({peers: denied(&rest)}));
    }
    for (addresses, traffic) in separation.kept.parts() {
        let others = FlowSet::all().any_of(addresses).difference(traffic);
        let others = ports(&with_ports(&others))?.unwrap_or_default();
        rules.push(json!({peers: denied(addresses), "toPorts": [{"ports": as_text(others)}]}));
    }
    let labels = selected(separation, world)?;
    let selector = labels.map_or(json!({}), |labels| json!({"matchLabels": labels}));
    Ok(json!({
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumNetworkPolicy",
        "metadata": metadata(separation, world),
        "spec": {
            "endpointSelector": selector,
            "enableDefaultDeny": {side: false},
            format!("{side}Deny"): rules,
        },
    }))
}

/// What of it has ports: nothing else can be named beside them.
fn with_ports(traffic: &crate::model::Traffic) -> crate::model::Traffic {
    let parts = traffic.parts();
    let parts = parts.iter().filter(|(protocol, _)| protocol.has_ports());
    parts
        .map(|(protocol, ports)| crate::model::Traffic::detail(*protocol, ports))
        .collect()
}

/// Port numbers as the strings that Cilium takes.
fn as_text(ports: Vec<Value>) -> Vec<Value> {
    let each = ports.into_iter().map(|mut port| {
        let number = port.get("port").map(ToString::to_string);
        if let (Some(number), Some(map)) = (number, port.as_object_mut()) {
            map.insert("port".to_owned(), number.into());
        }
        port
    });
    each.collect()
}

/// The key of a direction, that of its peers, and its word among types.
fn words(direction: Direction) -> (&'static str, &'static str, &'static str) {
    match direction {
        Direction::Egress => ("egress", "to", "Egress"),
        Direction::Ingress => ("ingress", "from", "Ingress"),
    }
}

fn blocks(addresses: &AddressSet) -> Vec<String> {
    addresses.blocks().iter().map(ToString::to_string).collect()
}

fn metadata(separation: &Separation, world: &World) -> Value {
    json!({"name": separation.name, "namespace": world.namespaces[separation.namespace].name})
}

/// The labels by which the pods are selected; none where every pod is.
fn selected(
    separation: &Separation,
    world: &World,
) -> Result<Option<Map<String, Value>>, AmendError> {
    let Some(id) = separation.pods else {
        return Ok(None);
    };
    let found = lasting(&world.workloads[id].labels)
        .ok_or_else(|| AmendError::NoLabels(world.workload_title(id)))?;
    let pairs = found.into_iter();
    Ok(Some(
        pairs
            .map(|(key, value)| (key.to_owned(), value.into()))
            .collect(),
    ))
}
