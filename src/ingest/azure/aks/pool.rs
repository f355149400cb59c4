//! Node pools: the one in the cluster's block, and those with resources of their own.
//! Source: azurerm provider, `azurerm_kubernetes_cluster` (`default_node_pool`), `azurerm_kubernetes_cluster_node_pool`;
//! "Customize cluster egress and network security groups" (aks/concepts-network): AKS keeps a network security group on its
//! nodes' interfaces and leaves those of subnets alone.

use crate::ingest::azure::lowering::{Attribute, Found, Lowering, is_set};
use crate::ingest::azure::rule::Group;
use crate::ingest::azure::service_tag::surroundings;
use crate::ingest::lowering::{NodeLabels, by_user};
use crate::ingest::terraform::{Mode, Resource, Value};
use crate::model::{Attachment, Filter, Id, Labels, NodePool, Origin, Subnet};

/// Nodes that are made alike.
#[derive(Clone, Debug)]
pub struct Pool {
    /// What they are, for the trail: ``node pool `apps` ``.
    pub title: String,
    /// Whether they run Windows.
    pub windows: bool,
    /// Labels that they carry.
    pub labels: NodeLabels,
    /// Interfaces of the nodes.
    pub nodes: Vec<Attachment>,
    /// Application security groups of which the nodes' interfaces are members, or may be.
    pub members: Vec<Id<Filter>>,
    /// Interfaces of pods that have addresses of a subnet of their own; empty: pods share the nodes'.
    pub pods: Vec<Attachment>,
    /// What they are in the model, once it holds them.
    pub node_pool: Option<Id<NodePool>>,
    /// Where it is declared.
    pub origin: Origin,
}

/// The pools of a cluster.
pub fn read(lowering: &mut Lowering, cluster: Id<Resource>, address: &str) -> Vec<Pool> {
    let graph = lowering.graph;
    let resource = &graph.resources[cluster];
    let mut out = Vec::new();
    for block in resource.values.get("default_node_pool").items() {
        let origin = resource.origin_of("default_node_pool");
        out.push(pool(
            lowering,
            Attribute {
                resource,
                path: "default_node_pool",
                value: block,
            },
            address,
            origin,
        ));
    }
    let pools = graph
        .of("azurerm_kubernetes_cluster_node_pool")
        .filter(|(_, own)| own.mode == Mode::Managed);
    for (_, own) in pools {
        let clusters = lowering.resources(Attribute::of(own, "kubernetes_cluster_id"), super::TYPE);
        let open = clusters.items.is_empty() && graph.of(super::TYPE).count() == 1;
        let open = open || !clusters.rest.is_certain();
        if clusters.all().any(|id| id == cluster) || open {
            let mut pool = pool(
                lowering,
                Attribute {
                    resource: own,
                    path: "vnet_subnet_id",
                    value: &own.values,
                },
                address,
                own.origin.clone(),
            );
            let doubt = clusters.doubt();
            pool.nodes
                .iter_mut()
                .chain(&mut pool.pods)
                .for_each(|one| one.doubt = one.doubt.and(&doubt));
            out.push(pool);
        }
    }
    if out.is_empty() {
        // Pods run somewhere: on nodes of which the input says nothing.
        let at = Attribute {
            resource,
            path: "default_node_pool",
            value: &Value::Null,
        };
        let unseen = pool(lowering, at, address, resource.origin.clone());
        out.push(Pool {
            labels: NodeLabels::unknown(),
            ..unseen
        });
    }
    out
}

fn pool(lowering: &mut Lowering, at: Attribute, address: &str, origin: Origin) -> Pool {
    let block = at.value;
    let path = |name: &str| {
        if at.path == "default_node_pool" {
            format!("default_node_pool.{name}")
        } else {
            name.to_owned()
        }
    };
    let subnet = path("vnet_subnet_id");
    let groups = path("node_network_profile.application_security_group_ids");
    let groups = Attribute {
        path: &groups,
        value: block.get("node_network_profile.application_security_group_ids"),
        ..at
    };
    let members = if is_set(groups.value) {
        lowering.application_groups(groups)
    } else {
        Found::default()
    };
    let at_nodes = Attribute {
        path: &subnet,
        value: by_user(block.get("vnet_subnet_id")),
        ..at
    };
    let nodes = interfaces(lowering, at_nodes, address, Some(&members));
    let subnet = path("pod_subnet_id");
    let own = Attribute {
        path: &subnet,
        value: block.get("pod_subnet_id"),
        ..at
    };
    let pods = if is_set(own.value) {
        interfaces(lowering, own, address, None)
    } else {
        Vec::new()
    };
    let name = block.get("name").text();
    let windows = block.get("os_type").text() == Some("Windows")
        || block
            .get("os_sku")
            .text()
            .is_some_and(|sku| sku.starts_with("Windows"));
    let title = name.map_or_else(
        || format!("node pool of `{}`", at.resource.address),
        |name| format!("node pool `{name}`"),
    );
    let labels = labels(block, name, windows);
    let members = members.all().collect();
    Pool {
        title,
        windows,
        labels,
        nodes,
        members,
        pods,
        node_pool: None,
        origin,
    }
}

/// Interfaces in the subnets that an attribute names. `node`: with the group that AKS keeps for nodes, and the application
/// security groups of which they are members.
fn interfaces(
    lowering: &mut Lowering,
    at: Attribute,
    address: &str,
    node: Option<&Found<Id<Filter>>>,
) -> Vec<Attachment> {
    let mut subnets: Found<Id<Subnet>> = if is_set(at.value) {
        lowering.subnets(at)
    } else {
        Found::default()
    };
    if subnets.items.is_empty() || !subnets.rest.is_certain() {
        let name = format!("the subnet that AKS makes for {address}");
        let (subnet, doubt) = lowering.made_subnet(at, &name);
        subnets.or_any(lowering.declared_subnets());
        subnets.add(subnet, doubt.and(&subnets.rest));
    }
    let mut out = Vec::new();
    for (subnet, doubt) in &subnets.items {
        let own = lowering.world.subnets[*subnet].clone();
        let managed: Vec<Id<Filter>> = node
            .map(|_| managed_group(lowering, *subnet, address))
            .into_iter()
            .collect();
        for (marks, why) in lowering.memberships(node.unwrap_or(&Found::default())) {
            let (filters, doubt) = (
                [managed.clone(), marks].concat(),
                doubt.and(&subnets.rest).and(&why),
            );
            let (network, addresses) = (own.network, own.addresses.clone());
            let origin = Some(at.resource.origin_of(at.path));
            out.push(Attachment {
                network,
                subnet: Some(*subnet),
                addresses,
                filters,
                interface: 0,
                doubt,
                origin,
            });
        }
    }
    out
}

/// The group on the nodes' interfaces: the rules that every group has, as far as the input says.
fn managed_group(lowering: &mut Lowering, subnet: Id<Subnet>, address: &str) -> Id<Filter> {
    let around = surroundings(lowering, subnet);
    let name = format!(
        "network security group that AKS keeps for {address} in {}",
        lowering.world.subnets[subnet].name
    );
    let known = lowering
        .world
        .filters
        .iter()
        .find(|(_, filter)| filter.name == name)
        .map(|(id, _)| id);
    known.unwrap_or_else(|| lowering.group(name, &Group::default(), &around, None))
}

fn labels(block: &Value, name: Option<&str>, windows: bool) -> NodeLabels {
    let mut out = NodeLabels::of(block.get("node_labels"));
    for key in ["agentpool", "kubernetes.azure.com/agentpool"] {
        match name {
            Some(name) => out.insert(key, name),
            None => out.leave_open(key),
        }
    }
    out.insert(
        "kubernetes.io/os",
        if windows { "windows" } else { "linux" },
    );
    out
}

/// Domains of labels whose values the input does not say.
const WELL_KNOWN: &[&str] = &[
    "kubernetes.io",
    "k8s.io",
    "kubernetes.azure.com",
    "azure.com",
];

impl Pool {
    /// Whether its nodes may carry all of the labels.
    #[must_use]
    pub fn may_wear(&self, asked: &Labels) -> bool {
        self.labels.may_wear(asked, WELL_KNOWN)
    }

    /// Whether it is not known whether its nodes carry some of the labels.
    #[must_use]
    pub fn leaves_open(&self, asked: &Labels) -> bool {
        self.labels.leaves_open(asked, WELL_KNOWN)
    }
}
