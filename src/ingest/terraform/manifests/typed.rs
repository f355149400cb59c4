//! Typed resources of the Kubernetes provider (`kubernetes_network_policy_v1`), by one rule: blocks are objects with their names in camel
//! case, attributes that hold maps keep their keys. Source: Terraform registry, hashicorp/kubernetes.
//!
//! A new kind is a line in [`KINDS`]; a block that Kubernetes calls otherwise is one in [`LISTS`].

use super::Found;
use super::convert::{Hidden, below, verbatim};
use crate::ingest::terraform::resource::Resource;
use crate::ingest::terraform::resource::Value;
use crate::model::GapKind;
use serde_json::{Map, Value as Json};

/// Types without `kubernetes_` and version: API version and kind of what they make.
const KINDS: &[(&str, &str, &str)] = &[
    ("config_map", "v1", "ConfigMap"),
    ("cron_job", "batch/v1", "CronJob"),
    ("daemon_set", "apps/v1", "DaemonSet"),
    ("daemonset", "apps/v1", "DaemonSet"),
    ("default_service_account", "v1", "ServiceAccount"),
    ("deployment", "apps/v1", "Deployment"),
    ("endpoints", "v1", "Endpoints"),
    ("ingress", "networking.k8s.io/v1", "Ingress"),
    ("ingress_class", "networking.k8s.io/v1", "IngressClass"),
    ("job", "batch/v1", "Job"),
    ("namespace", "v1", "Namespace"),
    ("network_policy", "networking.k8s.io/v1", "NetworkPolicy"),
    ("pod", "v1", "Pod"),
    ("replication_controller", "v1", "ReplicationController"),
    ("service", "v1", "Service"),
    ("service_account", "v1", "ServiceAccount"),
    ("stateful_set", "apps/v1", "StatefulSet"),
];

/// Blocks that may stand several times, and the lists of Kubernetes that they make: the block around it (`*` any), its name, the list.
const LISTS: &[(&str, &str, &str)] = &[
    ("*", "container", "containers"),
    ("*", "init_container", "initContainers"),
    ("container", "port", "ports"),
    ("init_container", "port", "ports"),
    ("*", "env", "env"),
    ("*", "env_from", "envFrom"),
    ("*", "volume", "volumes"),
    ("*", "volume_mount", "volumeMounts"),
    ("*", "volume_device", "volumeDevices"),
    ("*", "volume_claim_template", "volumeClaimTemplates"),
    ("*", "toleration", "tolerations"),
    (
        "*",
        "topology_spread_constraint",
        "topologySpreadConstraints",
    ),
    ("*", "host_aliases", "hostAliases"),
    ("*", "image_pull_secrets", "imagePullSecrets"),
    ("*", "image_pull_secret", "imagePullSecrets"),
    ("*", "readiness_gate", "readinessGates"),
    ("*", "secret", "secrets"),
    ("*", "match_expressions", "matchExpressions"),
    ("*", "match_fields", "matchFields"),
    ("*", "node_selector_term", "nodeSelectorTerms"),
    (
        "*",
        "required_during_scheduling_ignored_during_execution",
        "requiredDuringSchedulingIgnoredDuringExecution",
    ),
    (
        "*",
        "preferred_during_scheduling_ignored_during_execution",
        "preferredDuringSchedulingIgnoredDuringExecution",
    ),
    ("ingress", "from", "from"),
    ("ingress", "ports", "ports"),
    ("egress", "to", "to"),
    ("egress", "ports", "ports"),
    ("spec", "ingress", "ingress"),
    ("spec", "egress", "egress"),
    ("spec", "port", "ports"),
    ("spec", "rule", "rules"),
    ("spec", "tls", "tls"),
    ("http", "path", "paths"),
    ("", "subset", "subsets"),
    ("subset", "address", "addresses"),
    ("subset", "not_ready_address", "notReadyAddresses"),
    ("subset", "port", "ports"),
];

/// Names that Kubernetes abbreviates with capitals.
const ABBREVIATED: &[(&str, &str)] = &[
    ("cluster_ip", "clusterIP"),
    ("cluster_ips", "clusterIPs"),
    ("external_ips", "externalIPs"),
    ("host_ip", "hostIP"),
    ("host_ipc", "hostIPC"),
    ("host_pid", "hostPID"),
    ("load_balancer_ip", "loadBalancerIP"),
];

/// A node affinity is one object where pod affinities are lists.
const SINGLE: &[(&str, &str)] = &[(
    "node_affinity",
    "required_during_scheduling_ignored_during_execution",
)];

/// Numbers or names: a text of digits is the number (the provider's `intstr.Parse`).
const PORTS: &[&str] = &["port", "target_port"];

/// The object that a typed resource applies; a gap for types that are not known and may bear on reachability.
pub(super) fn of(resource: &Resource) -> Found {
    let Some((_, api_version, kind)) = row(&resource.kind) else {
        return unknown(resource);
    };
    let mut hidden = Hidden::default();
    let Json::Object(mut object) = object(&resource.values, "", "", &mut hidden) else {
        return Found::default();
    };
    let mut whole = Map::from_iter([
        ("apiVersion".to_owned(), (*api_version).into()),
        ("kind".to_owned(), (*kind).into()),
    ]);
    whole.append(&mut object);
    Found::object(Json::Object(whole), hidden)
}

/// The row of a type: `kubernetes_network_policy`, `kubernetes_network_policy_v1`, `kubernetes_ingress_v1beta1`.
fn row(kind: &str) -> Option<&'static (&'static str, &'static str, &'static str)> {
    let name = kind.strip_prefix("kubernetes_")?;
    let version = |end: &str| {
        end.strip_prefix('v')
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    let bare = name
        .rsplit_once('_')
        .filter(|(_, end)| version(end))
        .map_or(name, |(front, _)| front);
    KINDS.iter().find(|row| row.0 == bare)
}

/// Labels that a resource adds to an object of someone else may change what selectors hold for.
fn unknown(resource: &Resource) -> Found {
    let values = &resource.values;
    let on = values.get("kind").text().unwrap_or_default();
    if resource.kind != "kubernetes_labels" || !["Namespace", "Pod", "ServiceAccount"].contains(&on)
    {
        return Found::default();
    }
    let mut hidden = Hidden::default();
    if let Value::Map(labels) = values.get("labels") {
        labels
            .keys()
            .for_each(|key| hidden.add(&format!("metadata.labels.{key}")));
    } else {
        hidden.add("metadata.labels");
    }
    let name = values.get("metadata.name").text().unwrap_or_default();
    let what = format!(
        "`{}` adds labels to {on} `{name}`: which selectors hold for it then is not judged",
        resource.address
    );
    let part = serde_json::json!({"apiVersion": "meta.k8s.io/v1", "kind": "PartialObjectMetadata", "metadata": {"name": name}});
    Found {
        objects: vec![(part, hidden)],
        gaps: vec![(GapKind::NotJudged, what)],
        ..Found::default()
    }
}

/// Whether an attribute is the resource's own and no part of the object.
fn is_own(name: &str) -> bool {
    ["id", "status", "timeouts"].contains(&name) || name.starts_with("wait_for_")
}

/// A block as an object.
fn object(value: &Value, around: &str, path: &str, hidden: &mut Hidden) -> Json {
    let Value::Map(map) = value else {
        return Json::Object(Map::new());
    };
    let mut out = Map::new();
    for (name, value) in map
        .iter()
        .filter(|(name, _)| !(path.is_empty() && is_own(name)))
    {
        let (key, list) = key(around, name);
        if let Some(json) = member(value, name, list, &below(path, &key), hidden) {
            out.insert(key, json);
        }
    }
    Json::Object(out)
}

/// What a block or attribute is called in the object, and whether it is a list there.
fn key(around: &str, name: &str) -> (String, bool) {
    let single = SINGLE.contains(&(around, name));
    let row = LISTS
        .iter()
        .find(|(outer, own, _)| *own == name && (*outer == "*" || *outer == around))
        .filter(|_| !single);
    let abbreviated = || {
        ABBREVIATED
            .iter()
            .find(|(own, _)| *own == name)
            .map_or_else(|| camel(name), |(_, key)| (*key).to_owned())
    };
    row.map_or_else(
        || (abbreviated(), false),
        |(_, _, list)| ((*list).to_owned(), true),
    )
}

fn camel(name: &str) -> String {
    let mut parts = name.split('_');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut letters = part.chars();
        out.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        out.push_str(letters.as_str());
    }
    out
}

/// A member of a block; none where it is not set. The provider writes what is not set as an empty text or list, or as zero.
fn member(value: &Value, name: &str, list: bool, path: &str, hidden: &mut Hidden) -> Option<Json> {
    match value {
        Value::Null | Value::Computed => None,
        Value::Unknown | Value::Reference(_) | Value::Draft(_) => {
            hidden.add(path);
            None
        }
        Value::Text(text) if text.is_empty() => None,
        Value::Text(text) if PORTS.contains(&name) => Some(
            text.parse::<u16>()
                .map_or_else(|_| Json::from(text.as_str()), Json::from),
        ),
        Value::Number(number) if *number == 0.0 && name == "end_port" => None,
        Value::List(items) if items.is_empty() => None,
        Value::List(items)
            if items
                .iter()
                .all(|item| matches!(item, Value::Map(_) | Value::Null)) =>
        {
            let mut blocks = items.iter().map(|item| object(item, name, path, hidden));
            if list {
                Some(Json::Array(blocks.collect()))
            } else {
                blocks.next()
            }
        }
        Value::List(items) if list && items.iter().any(|item| item.is_unknown()) => {
            hidden.add(path);
            None
        }
        other => verbatim(other, path, hidden),
    }
}
