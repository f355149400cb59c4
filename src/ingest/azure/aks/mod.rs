//! Azure Kubernetes Service: clusters with their node pools, network plugins, policy engines, and where pods stand in the
//! network. Source: "CNI networking overview" (aks/concepts-network-cni-overview), "AKS legacy CNI"
//! (aks/concepts-network-legacy-cni), "Use network policies" (aks/use-network-policies); azurerm provider,
//! `azurerm_kubernetes_cluster`.

mod api_server;
mod engine;
mod entry_point;
mod masquerade;
mod place;
mod pool;
mod profile;

#[cfg(test)]
mod tests;

use self::pool::Pool;
use self::profile::Profile;
use super::{Lowered, Lowering};
use crate::ingest::Settings;
use crate::ingest::kubernetes::Object;
use crate::ingest::lowering::SharedLowered;
use crate::ingest::site::{Site, in_order};
use crate::ingest::terraform::{Graph, Mode, NamedBy, Resource, ResourceFamily};
use crate::model::{Cluster, Doubt, Endpoint, Id, World};

/// Type of clusters.
pub const TYPE: &str = "azurerm_kubernetes_cluster";

/// What is read of AKS; clusters are lowered as [`sites`], once all else is.
#[must_use]
pub fn resources() -> ResourceFamily {
    ResourceFamily {
        types: vec![
            "azurerm_kubernetes_cluster",
            "azurerm_kubernetes_cluster_node_pool",
        ],
        references: vec![NamedBy::new(
            &["azurerm_kubernetes_cluster"],
            &["kubernetes_cluster_id"],
        )],
        ..ResourceFamily::default()
    }
}

/// The clusters of a graph, in order of their addresses, from what its resources became.
#[must_use]
pub fn sites<'g>(graph: &'g Graph, lowered: Lowered, world: &mut World) -> Vec<Box<dyn Site + 'g>> {
    let mut lowering = Lowering {
        graph,
        world,
        lowered,
    };
    let clusters = graph
        .of(TYPE)
        .filter(|(_, resource)| resource.mode == Mode::Managed);
    let mut facts = Vec::new();
    for (id, resource) in clusters {
        let address = lowering.name(id);
        let pools = pool::read(&mut lowering, id, &address);
        let nodes = pools.iter().flat_map(|pool| pool.nodes.clone());
        lowering.world.nodes.extend(nodes);
        let profile = profile::read(&mut lowering, resource, &address);
        let api_server = api_server::endpoint(&mut lowering, resource, &address, &pools);
        facts.push((id, address, pools, profile, api_server));
    }
    let lowered = SharedLowered::new(graph, lowering.lowered);
    let make = |(id, address, pools, profile, api_server)| Aks {
        graph,
        lowered: lowered.clone(),
        id,
        address,
        pools,
        profile,
        api_server,
    };
    in_order(facts.into_iter().map(make))
}

/// A cluster.
struct Aks<'g> {
    graph: &'g Graph,
    /// What resources became; shared by all clusters of the graph.
    lowered: SharedLowered<'g, Lowered>,
    id: Id<Resource>,
    address: String,
    pools: Vec<Pool>,
    profile: Profile,
    api_server: Option<Id<Endpoint>>,
}

impl Aks<'_> {
    fn resource(&self) -> &Resource {
        &self.graph.resources[self.id]
    }

    /// Runs something that looks things up among the resources.
    fn with<T>(&self, world: &mut World, run: impl FnOnce(&mut Lowering) -> T) -> T {
        self.lowered.with(world, run)
    }
}

impl Site for Aks<'_> {
    fn address(&self) -> &str {
        &self.address
    }

    fn title(&self) -> Option<&str> {
        self.resource().values.get("name").text()
    }

    fn cluster(&self, objects: &[Object], settings: &Settings, world: &mut World) -> Cluster {
        let engine = self.with(world, |lowering| {
            engine::engine(lowering, self.resource(), objects, settings)
        });
        Cluster {
            name: self.address.clone(),
            title: self.title().map(str::to_owned),
            engine: engine.name,
            enforced: engine.enforced,
            blocks_match_pods: engine.blocks_match_pods,
            to_own_node: None,
            unresolved: Doubt::none(),
            api_server: self.api_server,
            origin: Some(self.resource().origin.clone()),
        }
    }

    fn place(&self, cluster: Id<Cluster>, objects: &[Object], _: &Settings, world: &mut World) {
        self.with(world, |lowering| {
            place::place(lowering, &self.profile, &self.pools, cluster, objects)
        });
    }

    fn entry_points(
        &self,
        cluster: Id<Cluster>,
        objects: &[Object],
        settings: &Settings,
        world: &mut World,
    ) {
        self.with(world, |lowering| {
            entry_point::lower(lowering, &self.pools, cluster, objects, settings)
        });
    }
}
