//! Google Kubernetes Engine: clusters with their node pools, the addresses of pods and nodes, what enforces network policies,
//! and the firewall rules that a cluster brings along. Source: cloud.google.com/kubernetes-engine/docs.

mod automatic;
mod cluster;
mod credentials;
mod engine;
pub mod facts;
mod further;
mod manifests;
mod masquerade;
mod pod_placement;
mod pool;

#[cfg(test)]
mod credentials_tests;
#[cfg(test)]
mod pool_tests;
#[cfg(test)]
mod tests;

pub use automatic::rules;
pub use cluster::family;

use self::facts::Facts;
use super::stage::Machines;
use super::{Lowered, Lowering};
use crate::ingest::Settings;
use crate::ingest::kubernetes::{Object, way_in};
use crate::ingest::site::{Site, in_order};
use crate::ingest::terraform::{Graph, Resource};
use crate::model::{Cluster, Doubt, GapKind, Id, World};

/// The clusters of a graph, in order of their addresses, from what its resources became.
#[must_use]
pub fn sites<'g>(graph: &'g Graph, lowered: Lowered, world: &mut World) -> Vec<Box<dyn Site + 'g>> {
    let clusters = lowered.seen::<Machines>().clusters.clone();
    let pools = clusters.values().flat_map(|own| &own.pools);
    let pairs = pools.flat_map(|pool| &pool.pod_interfaces);
    world.nodes.extend(pairs.map(|(node, _)| node.clone()));
    let lowering = Lowering {
        graph,
        world,
        lowered,
    };
    in_order(clusters.into_iter().map(|(id, facts)| Gke {
        graph,
        id,
        address: lowering.name(id),
        facts,
    }))
}

/// A cluster.
struct Gke<'g> {
    graph: &'g Graph,
    id: Id<Resource>,
    address: String,
    facts: Facts,
}

impl Gke<'_> {
    fn resource(&self) -> &Resource {
        &self.graph.resources[self.id]
    }
}

impl Site for Gke<'_> {
    fn address(&self) -> &str {
        &self.address
    }

    fn title(&self) -> Option<&str> {
        self.resource().values.get("name").text()
    }

    fn cluster(&self, objects: &[Object], settings: &Settings, world: &mut World) -> Cluster {
        let manifests = manifests::read(objects, settings);
        let engine = engine::engine(settings, &manifests, self.resource(), world);
        Cluster {
            name: self.address.clone(),
            title: self.title().map(str::to_owned),
            engine: engine.name,
            enforced: engine.enforced,
            blocks_match_pods: engine.blocks_match_pods,
            to_own_node: None,
            unresolved: Doubt::none(),
            api_server: None,
            origin: Some(self.resource().origin.clone()),
        }
    }

    fn place(
        &self,
        cluster: Id<Cluster>,
        objects: &[Object],
        settings: &Settings,
        world: &mut World,
    ) {
        pod_placement::place(
            world,
            cluster,
            self.resource(),
            &self.facts,
            &manifests::read(objects, settings),
        );
    }

    /// Each way in is a gap, and what it leads to is possible: what stands before the pods is not judged.
    fn entry_points(
        &self,
        cluster: Id<Cluster>,
        objects: &[Object],
        settings: &Settings,
        world: &mut World,
    ) {
        for object in objects {
            if let Some(workloads) = way_in::opened(world, cluster, settings, object) {
                let name = format!("{} by its load balancer or node port", object.title());
                let what = "opens a way into the cluster that is not judged";
                let mut networks: Vec<_> = self.facts.networks.iter().copied().map(Some).collect();
                if networks.is_empty() {
                    networks.push(None);
                }
                for network in networks {
                    way_in::Undecided {
                        object,
                        network,
                        name: &name,
                        kind: GapKind::NotJudged,
                        what,
                        workloads: workloads.clone(),
                    }
                    .open(world);
                }
            }
        }
    }
}
