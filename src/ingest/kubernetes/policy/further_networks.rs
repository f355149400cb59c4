//! Further interfaces of pods (Multus): policies hold for the interface of the cluster's own network only, so that pods which ask for the same
//! further network may reach each other there (k8snetworkplumbingwg/multi-networkpolicy README; Multus documentation, "How to use").

use super::super::manifest_lowering::ManifestLowering;
use super::alike::Alike;
use super::network::allow;
use super::{ADMIN, tier};
use crate::ingest::kubernetes::port::Ports;
use crate::model::{
    Doubt, GapKind, Id, Labels, Origin, Policy, PolicyPeer, PolicyRule, PolicySide, Selector,
    Workload,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The annotation by which pods ask for them.
const NETWORKS: &str = "k8s.v1.cni.cncf.io/networks";
/// That by which they ask for another network instead of the cluster's own (Multus documentation, "Specify a default network").
const INSTEAD: &str = "v1.multus-cni.io/default-network";
/// That by which they do in GKE (documentation, "Set up multi-network support for Pods"), and the cluster's own network there.
const INTERFACES: &str = "networking.gke.io/interfaces";
const OWN: &str = "default";

/// The networks that the annotation of GKE names: those of the project, so without a namespace.
fn interfaces(text: &str) -> BTreeSet<String> {
    let Ok(Value::Array(all)) = serde_json::from_str(text) else {
        return BTreeSet::new();
    };
    let names = all.iter().filter_map(|one| one.get("network")?.as_str());
    names
        .filter(|name| *name != OWN)
        .map(str::to_owned)
        .collect()
}

/// All that the annotations of a pod ask for.
fn asked(annotations: &Labels, namespace: &str) -> BTreeSet<String> {
    let of = |key: &str| annotations.get(key).map(String::as_str).unwrap_or_default();
    let mut out = networks(of(NETWORKS), namespace);
    out.extend(networks(of(INSTEAD), "kube-system"));
    out.extend(interfaces(of(INTERFACES)));
    out
}

/// The networks that an annotation names, each with its namespace: a list in JSON, or names with commas between.
fn networks(text: &str, namespace: &str) -> BTreeSet<String> {
    let full = |name: &str, own: Option<&str>| format!("{}/{name}", own.unwrap_or(namespace));
    if let Ok(Value::Array(all)) = serde_json::from_str(text) {
        let name = |one: &Value| {
            let own = one.get("namespace").and_then(Value::as_str);
            one.get("name")
                .and_then(Value::as_str)
                .map(|name| full(name, own))
        };
        return all.iter().filter_map(name).collect();
    }
    let name = |one: &str| {
        // An interface's name may follow.
        let one = one.split('@').next().unwrap_or(one).trim();
        match one.split_once('/') {
            Some((own, name)) => full(name, Some(own)),
            None => full(one, None),
        }
    };
    let names = text.split(',').filter(|one| !one.trim().is_empty());
    names.map(name).collect()
}

/// The pods of each further network, by namespace.
fn members(
    lowering: &ManifestLowering<'_>,
) -> BTreeMap<String, BTreeMap<String, Vec<Id<Workload>>>> {
    let world = &*lowering.world;
    let mut out: BTreeMap<String, BTreeMap<String, Vec<Id<Workload>>>> = BTreeMap::new();
    for (id, own) in world.workloads.iter() {
        if own.cluster != lowering.cluster {
            continue;
        }
        let namespace = &world.namespaces[own.namespace].name;
        for network in asked(&own.annotations, namespace) {
            let near = out.entry(network).or_default();
            near.entry(namespace.clone()).or_default().push(id);
        }
    }
    out
}

/// Lets pods of one further network reach each other, possibly, before all policies.
pub(super) fn policy(lowering: &mut ManifestLowering<'_>) -> Option<Policy> {
    let members = members(lowering);
    let first = *members
        .values()
        .flat_map(BTreeMap::values)
        .flatten()
        .min()?;
    let alike = Alike::of(lowering);
    let selector = |near: &BTreeMap<String, Vec<Id<Workload>>>| {
        let each = near
            .iter()
            .map(|(namespace, pods)| alike.selector(namespace, pods));
        Selector::Any(each.collect())
    };
    let groups: Vec<Selector> = members.values().map(selector).collect();
    let origin = lowering.world.workloads[first].origin.clone();
    let what = format!(
        "pods have further interfaces (`{NETWORKS}`, `{INSTEAD}` or `{INTERFACES}`), `{}` among them: policies do not hold there, and who reaches whom is not judged",
        lowering.world.workload_title(first)
    );
    let world = &mut *lowering.world;
    let doubt = world.doubt(GapKind::NotJudged, what, Some(origin.clone()));
    let side = || {
        let rules = groups.iter().map(|group| PolicyRule {
            subject: group.clone(),
            doubt: doubt.clone(),
            ..allow(
                PolicyPeer::Pods(group.clone()),
                &Ports::all(),
                origin.clone(),
            )
        });
        PolicySide {
            isolates: false,
            rules: rules.collect(),
            origin: origin.clone(),
        }
    };
    Some(made(
        lowering,
        groups.clone(),
        [side(), side()],
        origin.clone(),
    ))
}

fn made(
    lowering: &ManifestLowering<'_>,
    groups: Vec<Selector>,
    [ingress, egress]: [PolicySide; 2],
    origin: Origin,
) -> Policy {
    Policy {
        cluster: lowering.cluster,
        kind: Policy::NO_OBJECT,
        name: "further interfaces of pods".to_owned(),
        namespace: None,
        tier: tier("further interfaces", ADMIN),
        order: i64::MIN,
        subject: Selector::Any(groups),
        ingress: Some(ingress),
        egress: Some(egress),
        inert: None,
        order_doubt: Doubt::none(),
        doubt: Doubt::none(),
        origin,
    }
}

#[cfg(test)]
mod tests {
    use super::{Labels, asked, networks};

    #[test]
    fn networks_of_every_annotation() {
        for (key, text, expected) in [
            (
                "v1.multus-cni.io/default-network",
                "blue",
                "kube-system/blue",
            ),
            (
                "networking.gke.io/interfaces",
                r#"[{"interfaceName":"eth0","network":"default"},{"interfaceName":"eth1","network":"blue"}]"#,
                "blue",
            ),
            ("networking.gke.io/interfaces", "nonsense", ""),
            ("k8s.v1.cni.cncf.io/networks", "blue", "shop/blue"),
            ("other", "blue", ""),
        ] {
            let annotations = Labels::from([(key.to_owned(), text.to_owned())]);
            let found: Vec<String> = asked(&annotations, "shop").into_iter().collect();
            assert_eq!(found.join(" "), expected, "{key} {text}");
        }
    }

    #[test]
    fn networks_of_every_spelling() {
        for (text, expected) in [
            ("storage", "shop/storage"),
            (
                "storage@net1, kube-system/fast",
                "kube-system/fast shop/storage",
            ),
            (
                r#"[{"name": "a", "namespace": "b"}, {"name": "c"}]"#,
                "b/a shop/c",
            ),
            ("", ""),
            ("[]", ""),
        ] {
            let found: Vec<String> = networks(text, "shop").into_iter().collect();
            assert_eq!(found.join(" "), expected, "{text}");
        }
    }
}
