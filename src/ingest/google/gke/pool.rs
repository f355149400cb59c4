//! Node pools: what their nodes are for the firewall, and where they and their pods stand.
//! Source: cloud.google.com/kubernetes-engine/docs/concepts/node-pools; Terraform provider, `google_container_node_pool`,
//! `node_config`, `network_config`.

use super::credentials;
use super::facts::{KIND, PodSubnet, Pool};
use crate::ingest::google::class::{Account, Class};
use crate::ingest::google::firewall_policy::has_regional;
use crate::ingest::google::lowering::{Attribute, Lowering};
use crate::ingest::google::stage::AtMachines;
use crate::ingest::lowering::NodeLabels;
use crate::ingest::terraform::{Mode, Resource, Target, Value};
use crate::model::{AddressSet, Attachment, Doubt, GapKind, Id};
use std::collections::BTreeSet;

/// Label of nodes that names their pool.
const POOL: &str = "cloud.google.com/gke-nodepool";

/// What one pool says of itself.
struct Said<'a> {
    resource: &'a Resource,
    cluster: (Id<Resource>, &'a Resource),
    title: String,
    name: Option<String>,
    /// The `node_config` block, with its path.
    config: (&'a str, &'a Value),
    /// The `network_config` block.
    network: &'a Value,
    doubt: Doubt,
}

/// The pools of a cluster.
pub fn read(
    lowering: &mut Lowering<AtMachines>,
    id: Id<Resource>,
    cluster: &Resource,
    places: &[PodSubnet],
) -> Vec<Pool> {
    let graph = lowering.graph;
    let mut out = Vec::new();
    let said = |resource, title: String, name: Option<&str>, config, network, doubt| Said {
        resource,
        cluster: (id, cluster),
        title,
        name: name.map(str::to_owned),
        config,
        network,
        doubt,
    };
    if cluster.values.get("enable_autopilot").boolean() == Some(true) {
        let config = (
            "cluster_autoscaling.auto_provisioning_defaults",
            cluster
                .values
                .get("cluster_autoscaling.auto_provisioning_defaults"),
        );
        let own = said(
            cluster,
            format!("nodes of `{}`", cluster.address),
            None,
            config,
            &Value::Null,
            Doubt::none(),
        );
        return vec![pool(lowering, &own, places)];
    }
    for (_, resource) in graph
        .of("google_container_node_pool")
        .filter(|(_, resource)| resource.mode == Mode::Managed)
    {
        if let Some(doubt) = of(lowering, resource, id) {
            let (config, network) = (
                ("node_config", resource.values.get("node_config")),
                resource.values.get("network_config"),
            );
            let name = resource.values.get("name").text();
            let own = said(
                resource,
                format!("node pool `{}`", resource.address),
                name,
                config,
                network,
                doubt,
            );
            out.push(pool(lowering, &own, places));
        }
    }
    if out.is_empty() {
        out = inline(lowering, (id, cluster), places);
    }
    let removed = cluster.values.get("remove_default_node_pool").boolean() == Some(true);
    if !removed && cluster.values.get("node_pool").items().is_empty() {
        let config = ("node_config", cluster.values.get("node_config"));
        let title = format!("default node pool of `{}`", cluster.address);
        let own = said(
            cluster,
            title,
            Some("default-pool"),
            config,
            &Value::Null,
            Doubt::none(),
        );
        out.push(pool(lowering, &own, places));
    }
    out
}

/// The pools that a cluster declares in its own block.
fn inline(
    lowering: &mut Lowering<AtMachines>,
    (id, cluster): (Id<Resource>, &Resource),
    places: &[PodSubnet],
) -> Vec<Pool> {
    let mut out = Vec::new();
    for block in cluster.values.get("node_pool").items() {
        let name = block.get("name").text();
        let title = format!(
            "node pool `{}` of `{}`",
            name.unwrap_or_default(),
            cluster.address
        );
        let own = Said {
            resource: cluster,
            cluster: (id, cluster),
            title,
            name: name.map(str::to_owned),
            config: ("node_pool.node_config", block.get("node_config")),
            network: block.get("network_config"),
            doubt: Doubt::none(),
        };
        out.push(pool(lowering, &own, places));
    }
    out
}

/// Whether a pool is of a cluster: none where it is not, else the doubt.
fn of(
    lowering: &mut Lowering<AtMachines>,
    resource: &Resource,
    cluster: Id<Resource>,
) -> Option<Doubt> {
    let is = |lowering: &Lowering<AtMachines>, target: &Target| {
        let own = &lowering.graph.resources[target.resource];
        (own.kind == KIND && own.input == resource.input).then_some(target.resource)
    };
    let found = lowering.find(Attribute::of(resource, "cluster"), is, |_, _, _| None);
    let only = found.items.is_empty() && lowering.graph.of(KIND).count() == 1;
    found
        .items
        .iter()
        .find(|(id, _)| *id == cluster)
        .map(|(_, doubt)| doubt.clone())
        .or_else(|| (only || !found.rest.is_certain()).then(|| found.rest.clone()))
}

fn pool(lowering: &mut Lowering<AtMachines>, said: &Said, places: &[PodSubnet]) -> Pool {
    let (path, config) = said.config;
    let mut pod_interfaces = Vec::new();
    for place in places {
        let node = class(lowering, said, place);
        let pods = Class {
            alias: true,
            ..node.clone()
        };
        let network = node.network;
        let filters = [node, pods].map(|class| vec![lowering.class(class)]);
        let [of_nodes, of_pods] = filters;
        let (addresses, unsure) = pod_range(lowering, said, place);
        let attach = |addresses: AddressSet, filters, doubt: &Doubt| Attachment {
            network,
            subnet: Some(place.subnet),
            addresses,
            filters,
            interface: 0,
            doubt: doubt.clone(),
            origin: Some(said.resource.origin.clone()),
        };
        let primary = lowering.primary(place.subnet);
        for (six, why) in &place.six {
            let doubt = place.stands.and(why);
            pod_interfaces.push((
                attach(six.clone(), of_nodes.clone(), &doubt),
                attach(six.clone(), of_pods.clone(), &doubt),
            ));
        }
        pod_interfaces.push((
            attach(primary, of_nodes, &place.stands),
            attach(addresses, of_pods, &unsure.and(&place.stands)),
        ));
    }
    let windows = config
        .get("image_type")
        .text()
        .is_some_and(|image| image.to_ascii_uppercase().starts_with("WINDOWS"));
    let mut labels = NodeLabels::of(config.get("labels"));
    match &said.name {
        Some(name) => labels.insert(POOL, name),
        None => labels.leave_open(POOL),
    }
    labels.insert(
        "kubernetes.io/os",
        if windows { "windows" } else { "linux" },
    );
    Pool {
        title: said.title.clone(),
        labels,
        windows,
        credentials: credentials::of_pool(lowering, said.resource, said.cluster.1, said.config),
        pod_interfaces,
        further: super::further::read(lowering, said.resource, said.network),
        doubt: said.doubt.clone(),
        origin: said.resource.origin_of(path),
    }
}

/// Range of the pool's own pods, where it has one, else that of the cluster.
fn pod_range(
    lowering: &mut Lowering<AtMachines>,
    said: &Said,
    place: &PodSubnet,
) -> (AddressSet, Doubt) {
    let named = said.network.get("pod_range").text();
    if let Some(range) = named.and_then(|name| lowering.range_named(place.subnet, name)) {
        return range;
    }
    let value = said.network.get("pod_range");
    if value.is_unknown() {
        let unsure = lowering.unknown(Attribute {
            resource: said.resource,
            path: "network_config.pod_range",
            value,
        });
        return (
            lowering.secondary(place.subnet).union(&place.pods),
            unsure.and(&place.doubt),
        );
    }
    let value = said.network.get("pod_ipv4_cidr_block");
    if value.text().is_some_and(|text| !text.starts_with('/')) {
        let own = lowering.blocks(Attribute {
            resource: said.resource,
            path: "network_config.pod_ipv4_cidr_block",
            value,
        });
        lowering.add_range(
            place.subnet,
            &format!("pods of {}", said.resource.address),
            &own.addresses,
        );
        return (own.addresses, own.rest);
    }
    (place.pods.clone(), place.doubt.clone())
}

fn class(lowering: &mut Lowering<AtMachines>, said: &Said, place: &PodSubnet) -> Class {
    let (path, config) = said.config;
    let (id, cluster) = said.cluster;
    let at = |path, value| Attribute {
        resource: said.resource,
        path,
        value,
    };
    let (mut tags, one) = lowering.texts(at(path, config.get("tags")));
    let of_cluster = Attribute {
        resource: cluster,
        path: "node_pool_auto_config",
        value: cluster
            .values
            .get("node_pool_auto_config.network_tags.tags"),
    };
    let (more, other) = lowering.texts(of_cluster);
    if cluster.values.get("enable_autopilot").boolean() == Some(true) {
        tags.extend(more);
    }
    let (mut accounts, unsure) = lowering.accounts(at(path, config.get("service_account")));
    if accounts.is_empty() && unsure.is_certain() {
        accounts.insert(Account::ComputeDefault);
    }
    let region = has_regional(lowering)
        .then(|| {
            lowering
                .lowered
                .on_demand
                .shapes
                .get(&place.subnet)?
                .region
                .clone()
        })
        .flatten();
    let network = lowering.world.subnets[place.subnet].network;
    let perhaps = own_tags(lowering, cluster);
    Class {
        network,
        region,
        tags,
        accounts,
        cluster: Some(id),
        perhaps,
        alias: false,
        doubt: one.and(&other).and(&unsure),
    }
}

/// Tags of firewall rules that may be the one which GKE gives all nodes of a cluster by itself: `gke-CLUSTER-HASH-node`.
/// Source: cloud.google.com/kubernetes-engine/docs/concepts/firewall-rules, "GKE cluster firewall rules", target tags.
fn own_tags(lowering: &mut Lowering<AtMachines>, cluster: &Resource) -> (BTreeSet<String>, Doubt) {
    let name = cluster.values.get("name").text();
    let is = |tag: &str| {
        let Some(middle) = tag
            .strip_prefix("gke-")
            .and_then(|rest| rest.strip_suffix("-node"))
        else {
            return false;
        };
        let hash = name.map_or(Some(middle), |name| {
            middle.strip_prefix(name)?.strip_prefix('-')
        });
        hash.is_some_and(|hash| name.is_none() || !hash.is_empty() && !hash.contains('-'))
    };
    let rules = lowering.graph.of("google_compute_firewall");
    let lists = rules
        .flat_map(|(_, rule)| ["target_tags", "source_tags"].map(|path| rule.values.get(path)));
    let named = lists
        .flat_map(Value::items)
        .filter_map(Value::text)
        .filter(|tag| is(tag))
        .map(str::to_owned);
    let named: BTreeSet<String> = named.collect();
    if named.is_empty() {
        return (named, Doubt::none());
    }
    let what = format!(
        "the tag that GKE gives the nodes of `{}` by itself ends in letters that are not in the input",
        cluster.address
    );
    let doubt = lowering
        .world
        .doubt(GapKind::NotInInput, what, Some(cluster.origin.clone()));
    (named, doubt)
}
