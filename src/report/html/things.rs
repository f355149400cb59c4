//! What stands on the map: networks, clusters, namespaces, workloads, resources and borders of both moments, each once. A
//! thing of both is shown as it is after.

use super::layout::{Layout, layout};
use super::registry::Registry;
use super::shape::{
    BorderShape, ClusterShape, NamespaceShape, NetworkShape, PlaceShape, ResourceShape,
    WorkloadShape, change_word,
};
use crate::model::{
    Attachment, Border, Cluster, Endpoint, Enforced, Id, Namespace, Network, Workload, World,
};
use std::collections::BTreeSet;

/// Everything on the map, by name.
#[derive(Debug, Default)]
pub(super) struct Things {
    networks: Registry<String, NetworkShape>,
    clusters: Registry<String, ClusterShape>,
    namespaces: Registry<(usize, String), NamespaceShape>,
    workloads: Registry<String, WorkloadShape>,
    /// Workloads of a title: those of several kinds may share one.
    titles: Registry<String, Vec<usize>>,
    namespace_titles: Registry<String, usize>,
    resources: Registry<String, ResourceShape>,
    borders: Registry<String, BorderShape>,
}

impl Things {
    /// Enters what a world holds.
    pub fn enter(&mut self, world: &World) {
        for (_, network) in world.networks.iter() {
            self.network(network);
        }
        for (_, cluster) in world.clusters.iter() {
            self.cluster(cluster);
        }
        for (_, namespace) in world.namespaces.iter() {
            self.namespace(namespace, world);
        }
        for id in world.workloads.ids() {
            self.workload(id, world);
        }
        for (_, endpoint) in world.endpoints.iter() {
            self.resource(endpoint, world);
        }
        for (_, border) in world.borders.iter() {
            self.border(border, world);
        }
    }

    fn network(&mut self, network: &Network) -> usize {
        self.networks.place(network.name.clone(), || NetworkShape {
            name: network.name.clone(),
            owner: network.owner.text(),
            known: network.known,
            blocks: blocks(network),
            column: 0,
            row: 0,
        })
    }

    pub fn network_of(&mut self, id: Id<Network>, world: &World) -> usize {
        self.network(&world.networks[id])
    }

    fn cluster(&mut self, cluster: &Cluster) -> usize {
        self.clusters.place(cluster.name.clone(), || ClusterShape {
            name: cluster.name.clone(),
            engine: cluster.engine.clone(),
            enforced: match &cluster.enforced {
                Enforced::Yes(note) if note.assumed => "taken as yes",
                Enforced::Yes(_) => "yes",
                Enforced::No(_) => "no",
                Enforced::Unknown(..) => "unknown",
            },
        })
    }

    fn namespace(&mut self, namespace: &Namespace, world: &World) -> usize {
        let cluster = self.cluster(&world.clusters[namespace.cluster]);
        let name = &namespace.name;
        let make = || NamespaceShape {
            cluster,
            name: name.clone(),
        };
        let at = self.namespaces.place((cluster, name.clone()), make);
        let title = if world.has_clusters() {
            format!("{}:{name}", world.clusters[namespace.cluster].name)
        } else {
            name.clone()
        };
        self.namespace_titles.place(title, || at);
        at
    }

    /// The place of a workload.
    pub fn workload(&mut self, id: Id<Workload>, world: &World) -> usize {
        let workload = &world.workloads[id];
        let name = world.workload_name(id);
        if let Some(at) = self.workloads.find(&name) {
            return at;
        }
        let placed = workload.pod_placements.first();
        let shape = WorkloadShape {
            title: world.workload_title(id),
            name: workload.name.clone(),
            kind: workload.kind.clone(),
            namespace: self.namespace(&world.namespaces[workload.namespace], world),
            network: placed.map(|own| self.network_of(own.pod.network, world)),
            place: PlaceShape::from(&workload.origin.place),
        };
        let title = shape.title.clone();
        let at = self.workloads.place(name, || shape);
        self.titles.place(title.clone(), Vec::new);
        self.titles.change(&title, |own| own.push(at));
        at
    }

    /// The workloads of a title.
    pub fn titled(&self, title: &str) -> &[usize] {
        let found = self.titles.get(title);
        found.map(Vec::as_slice).unwrap_or_default()
    }

    /// The namespace of a title.
    pub fn namespace_titled(&self, title: &str) -> Option<usize> {
        self.namespace_titles.get(title).copied()
    }

    /// The place of a resource.
    pub fn resource(&mut self, endpoint: &Endpoint, world: &World) -> usize {
        let network = endpoint.attachments.first();
        let network = network.map(|own: &Attachment| self.network_of(own.network, world));
        let make = || ResourceShape {
            name: endpoint.name.clone(),
            kind: endpoint.kind,
            network,
            place: endpoint
                .origin
                .as_ref()
                .map(|origin| PlaceShape::from(&origin.place)),
        };
        self.resources.place(endpoint.name.clone(), make)
    }

    /// The place of a border.
    pub fn border(&mut self, border: &Border, world: &World) -> usize {
        if let Some(at) = self.borders.find(&border.name) {
            return at;
        }
        let ends: BTreeSet<Id<Network>> = border
            .legs
            .iter()
            .flat_map(|leg| [leg.from, leg.to])
            .collect();
        let origin = border.origin.as_ref();
        let shape = BorderShape {
            name: border.name.clone(),
            kind: border.kind,
            state: border.state.clone(),
            networks: ends
                .into_iter()
                .map(|id| self.network_of(id, world))
                .collect(),
            change: origin.and_then(|origin| change_word(origin.change)),
            place: origin.map(|origin| PlaceShape::from(&origin.place)),
        };
        self.borders.place(border.name.clone(), || shape)
    }

    /// The place of the border of a name.
    pub fn border_named(&self, name: &str) -> Option<usize> {
        self.borders.find(name)
    }

    /// The lists, with networks laid out.
    pub fn lists(self) -> Lists {
        let borders = self.borders.list();
        let workloads = self.workloads.list();
        let mut networks = self.networks.list();
        let joined: Vec<&[usize]> = borders.iter().map(|own| own.networks.as_slice()).collect();
        let sources = workloads.iter().filter_map(|workload| workload.network);
        let places = layout(networks.len(), &joined, &sources.collect());
        for (network, Layout { column, row }) in networks.iter_mut().zip(places) {
            network.column = column;
            network.row = row;
        }
        Lists {
            networks,
            clusters: self.clusters.list(),
            namespaces: self.namespaces.list(),
            workloads,
            resources: self.resources.list(),
            borders,
        }
    }
}

/// What stands on the map, as the page reads it.
pub(super) struct Lists {
    pub networks: Vec<NetworkShape>,
    pub clusters: Vec<ClusterShape>,
    pub namespaces: Vec<NamespaceShape>,
    pub workloads: Vec<WorkloadShape>,
    pub resources: Vec<ResourceShape>,
    pub borders: Vec<BorderShape>,
}

/// Most blocks that are listed of a network.
const MOST_BLOCKS: usize = 12;

/// The blocks of a network; none where its addresses are not certain.
fn blocks(network: &Network) -> Vec<String> {
    if !network.doubt.is_certain() {
        return Vec::new();
    }
    let blocks = network.addresses.blocks();
    blocks
        .iter()
        .take(MOST_BLOCKS)
        .map(ToString::to_string)
        .collect()
}
