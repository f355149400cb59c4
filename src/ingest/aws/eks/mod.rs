//! Elastic Kubernetes Service: clusters with their nodes, Fargate profiles, plugins, and where pods stand in the network.
//! Source: EKS user guide; amazon-vpc-cni-k8s README.

mod addon;
mod api_server;
mod calico_ip_pools;
mod cilium_overlay;
mod closed;
mod engine;
mod eni_config;
mod entry_points;
mod facts;
mod fargate;
mod group_search;
mod hybrid;
mod ids;
mod limits;
mod manifests;
mod node_class;
mod node_group;
mod place;
mod placement;
mod pod_groups;
mod pod_interfaces;
mod pod_network;
mod pod_placement;
mod pool;
mod security_group_members;
mod selector_terms;
mod self_managed;
mod setting;
mod tie;
mod translation;

#[cfg(test)]
mod tests;

use self::engine::engine;
use self::entry_points::EntryPointContext;
use self::facts::Facts;
use self::manifests::Manifests;
use self::pool::Maker;
use self::tie::Clusters;
use crate::ingest::Settings;
use crate::ingest::aws::{Lowered, Lowering};
use crate::ingest::kubernetes::Object;
use crate::ingest::kubernetes::engine::Engine;
use crate::ingest::lowering::SharedLowered;
use crate::ingest::site::{Members, Site, Wanted, in_order};
use crate::ingest::terraform::{Graph, NamedBy, Resource, ResourceFamily};
use crate::model::{AddressSet, Attachment, Cluster, Doubt, Id, World};

/// What is read of EKS; clusters are lowered as [`sites`], once all else is.
#[must_use]
pub fn resources() -> ResourceFamily {
    ResourceFamily {
        types: vec![
            "aws_eks_addon",
            "aws_eks_cluster",
            "aws_eks_fargate_profile",
            "aws_eks_node_group",
        ],
        references: vec![
            NamedBy::new(&["aws_eks_cluster"], &["cluster_name"]).brought_by(&[
                ("aws_eks_cluster", "endpoint"),
                ("aws_eks_cluster", "certificate_authority"),
                ("aws_eks_cluster", "certificate_authority.data"),
            ]),
        ],
        required: &[
            ("aws_eks_cluster", &["vpc_config.subnet_ids"]),
            ("aws_eks_node_group", &["cluster_name", "subnet_ids"]),
            ("aws_eks_fargate_profile", &["cluster_name"]),
            ("aws_eks_addon", &["cluster_name"]),
        ],
        ..ResourceFamily::default()
    }
}

/// The clusters of a graph, in order of their addresses, from what its resources became.
#[must_use]
pub fn sites<'g>(graph: &'g Graph, lowered: Lowered, world: &mut World) -> Vec<Box<dyn Site + 'g>> {
    let clusters = Clusters::of(graph);
    let mut lowering = Lowering {
        graph,
        world,
        lowered,
    };
    let facts: Vec<_> = clusters
        .all()
        .into_iter()
        .map(|id| {
            (
                id,
                lowering.name(id),
                facts::read(&mut lowering, &clusters, id),
            )
        })
        .collect();
    let pools = facts.iter().flat_map(|(_, _, own)| {
        let pools = own.pools.iter();
        pools.flat_map(|pool| pool.nodes(own.network, lowering.world))
    });
    let nodes: Vec<Attachment> = pools.collect();
    lowering.world.nodes.extend(nodes);
    let lowered = SharedLowered::new(graph, lowering.lowered);
    in_order(facts.into_iter().map(|(id, address, facts)| Eks {
        graph,
        lowered: lowered.clone(),
        id,
        address,
        facts,
    }))
}

/// A cluster.
struct Eks<'g> {
    graph: &'g Graph,
    /// What resources became; shared by all clusters of the graph.
    lowered: SharedLowered<'g, Lowered>,
    id: Id<Resource>,
    address: String,
    facts: Facts,
}

impl Eks<'_> {
    fn resource(&self) -> &Resource {
        &self.graph.resources[self.id]
    }

    /// Runs something that looks things up among the resources.
    fn with<T>(&self, world: &mut World, run: impl FnOnce(&mut Lowering) -> T) -> T {
        self.lowered.with(world, run)
    }

    /// Settings of the VPC CNI plugin: those of add-on and chart before those of the DaemonSet.
    fn settings(&self, manifests: &Manifests) -> setting::Settings {
        setting::Settings {
            sources: self
                .facts
                .plugins
                .sources
                .iter()
                .chain(&manifests.sources)
                .cloned()
                .collect(),
        }
    }

    /// The policy engine.
    fn engine(&self, manifests: &Manifests, settings: &Settings) -> Engine {
        let hints: Vec<_> = manifests
            .hints
            .iter()
            .chain(&self.facts.plugins.hints)
            .cloned()
            .collect();
        let pools = &self.facts.pools;
        let auto = !pools.is_empty() && pools.iter().all(|pool| pool.maker == Maker::AutoMode);
        engine(
            settings.policy_engine.as_deref(),
            &hints,
            &self.settings(manifests),
            manifests,
            auto,
        )
    }
}

impl Site for Eks<'_> {
    fn address(&self) -> &str {
        &self.address
    }

    fn is(&self, address: &str) -> bool {
        let clusters = Clusters::of(self.graph);
        self.graph
            .at(address)
            .iter()
            .any(|id| clusters.canonical(*id) == Some(self.id))
    }

    fn title(&self) -> Option<&str> {
        self.resource().values.get("name").text()
    }

    fn objects(&self) -> Vec<Object> {
        self.facts
            .plugins
            .overlays
            .iter()
            .filter_map(cilium_overlay::object)
            .collect()
    }

    fn cluster(&self, objects: &[Object], settings: &Settings, world: &mut World) -> Cluster {
        let manifests = manifests::read(objects, settings, world);
        let engine = self.engine(&manifests, settings);
        Cluster {
            name: self.address.clone(),
            title: self.title().map(str::to_owned),
            engine: engine.name,
            enforced: engine.enforced,
            blocks_match_pods: engine.blocks_match_pods,
            to_own_node: None,
            unresolved: Doubt::none(),
            api_server: Some(self.with(world, |lowering| {
                api_server::endpoint(lowering, self.id, &self.address, &self.facts)
            })),
            origin: Some(self.resource().origin.clone()),
        }
    }

    /// The range of the cluster's Services; where that is not known, what EKS takes for one (EKS API, `KubernetesNetworkConfigRequest`).
    fn service_addresses(&self) -> AddressSet {
        let config = &self.resource().values.get("kubernetes_network_config");
        let ranges = ["service_ipv4_cidr", "service_ipv6_cidr"];
        let known = ranges.iter().filter_map(|name| config.get(name).text());
        let known: Vec<AddressSet> = known
            .filter_map(|text| AddressSet::parse(text).ok())
            .collect();
        if known.is_empty() {
            AddressSet::private()
        } else {
            known.into_iter().collect()
        }
    }

    fn members(&self, wanted: &Wanted, world: &mut World) -> Option<Members> {
        Some(self.with(world, |lowering| {
            security_group_members::members(lowering, self.facts.network, wanted)
        }))
    }

    fn place(
        &self,
        cluster: Id<Cluster>,
        objects: &[Object],
        settings: &Settings,
        world: &mut World,
    ) {
        let manifests = manifests::read(objects, settings, world);
        let settings = self.settings(&manifests);
        self.with(world, |lowering| {
            place::place(
                lowering,
                self.id,
                &self.facts,
                cluster,
                &manifests,
                &settings,
            )
        });
        closed::policies(world, cluster, &self.facts, &manifests, &settings);
        limits::policies(world, cluster, objects);
    }

    fn entry_points(
        &self,
        cluster: Id<Cluster>,
        objects: &[Object],
        settings: &Settings,
        world: &mut World,
    ) {
        let manifests = manifests::read(objects, settings, world);
        self.with(world, |lowering| {
            let pools = place::pools(lowering, self.id, &self.facts, &manifests);
            let own_pods = None;
            entry_points::lower(&mut EntryPointContext {
                lowering,
                id: self.id,
                facts: &self.facts,
                cluster,
                objects,
                settings,
                pools,
                own_pods,
                opened: Vec::new(),
            });
        });
    }
}
