//! Everything that one analysis looks at.

use super::{
    AddressSet, Arena, Attachment, Border, Cluster, Doubt, Endpoint, EntryPoint, Filter, Gap,
    GapKind, HostService, Id, Labels, Ledger, Namespace, Network, NodePool, Origin, Policy,
    RouteTable, Selected, Service, ServiceAddressing, Subnet, Workload,
};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

/// The labels of a service account that is none.
static NO_LABELS: Labels = Labels::new();

/// Networks, borders, clusters and policies at one moment, with the ledger of what is not known.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// Address domains.
    pub networks: Arena<Network>,
    /// Their parts.
    pub subnets: Arena<Subnet>,
    /// Route tables.
    pub route_tables: Arena<RouteTable>,
    /// Security groups and ACLs.
    pub filters: Arena<Filter>,
    /// Borders.
    pub borders: Arena<Border>,
    /// Resources with addresses.
    pub endpoints: Arena<Endpoint>,
    /// Clusters.
    pub clusters: Arena<Cluster>,
    /// Namespaces.
    pub namespaces: Arena<Namespace>,
    /// Workloads.
    pub workloads: Arena<Workload>,
    /// Policies.
    pub policies: Arena<Policy>,
    /// Ways into clusters other than by a pod's own address.
    pub entry_points: Arena<EntryPoint>,
    /// Addresses inside clusters that stand for pods.
    pub services: Arena<Service>,
    /// Clusters whose policies for egress see, or may see, the address of a Service before it becomes that of a pod.
    pub service_addressing: BTreeMap<Id<Cluster>, ServiceAddressing>,
    /// Networks whose IPv6 addresses are not certain where their IPv4 addresses are: any may be theirs.
    pub unsettled_v6: BTreeMap<Id<Network>, Doubt>,
    /// Filters that stand for ones that are not known: who carries one may carry any other as well.
    pub unknown_filters: BTreeSet<Id<Filter>>,
    /// Interfaces of nodes of clusters, where the input tells what they carry, whether or not pods of the input run there: addresses are
    /// left out.
    pub nodes: Vec<Attachment>,
    /// Nodes of clusters on which pods of the input may run, those that are made alike together.
    pub node_pools: Arena<NodePool>,
    /// Addresses that hosts of a network reach without leaving their machine.
    pub host_services: Vec<HostService>,
    /// Whether there are clusters that another world holds, from which names must tell those of this one.
    pub clusters_elsewhere: bool,
    /// What is not known or not judged.
    pub gaps: Ledger,
    /// Where each gap stands, as far as [`World::doubt`] has looked.
    known_gaps: FxHashMap<Gap, Id<Gap>>,
    /// How many gaps it has looked at.
    looked_at: usize,
    /// Which gaps it gave.
    doubted: Vec<Id<Gap>>,
}

impl World {
    /// The id of a workload in JSON: `namespace/name[Kind]`, with `CLUSTER:` in front where there are several clusters.
    #[must_use]
    pub fn workload_name(&self, id: Id<Workload>) -> String {
        let workload = &self.workloads[id];
        format!("{}[{}]", self.workload_title(id), workload.kind)
    }

    /// The name of a workload for a person: `namespace/name`, with `CLUSTER:` in front where there are several clusters.
    #[must_use]
    pub fn workload_title(&self, id: Id<Workload>) -> String {
        let workload = &self.workloads[id];
        let cluster = &self.clusters[workload.cluster].name;
        let front = if self.has_clusters() {
            format!("{cluster}:")
        } else {
            String::new()
        };
        format!(
            "{front}{}/{}",
            self.namespaces[workload.namespace].name, workload.name
        )
    }

    /// Whether there are several clusters, so that names tell one from another.
    #[must_use]
    pub fn has_clusters(&self) -> bool {
        self.clusters.len() > 1 || self.clusters_elsewhere
    }

    /// The name of a policy: `namespace/name`, or the bare name of one that belongs to no namespace.
    #[must_use]
    pub fn policy_name(&self, id: Id<Policy>) -> String {
        let policy = &self.policies[id];
        match policy.namespace {
            Some(namespace) => format!("{}/{}", self.namespaces[namespace].name, policy.name),
            None => policy.name.clone(),
        }
    }

    /// The addresses of a cluster's API server, as far as the input tells.
    #[must_use]
    pub fn api_server(&self, cluster: Id<Cluster>) -> AddressSet {
        let endpoint = self.clusters[cluster].api_server.into_iter();
        let attachments = endpoint.flat_map(|id| &self.endpoints[id].attachments);
        attachments.map(|own| own.addresses.clone()).collect()
    }

    /// The gaps of the doubts that [`World::doubt`] gave, in the order in which it was asked for them.
    #[must_use]
    pub fn doubted(&self) -> &[Id<Gap>] {
        &self.doubted
    }

    /// Enters a gap into the ledger, unless the same one stands there already, and returns the doubt it gives rise to.
    pub fn doubt(
        &mut self,
        kind: GapKind,
        what: impl Into<String>,
        origin: Option<Origin>,
    ) -> Doubt {
        let gap = Gap {
            kind,
            what: what.into(),
            origin,
        };
        if self.looked_at < self.gaps.len() {
            for (id, own) in self.gaps.iter().skip(self.looked_at) {
                self.known_gaps.entry(own.clone()).or_insert(id);
            }
        }
        let World {
            gaps, known_gaps, ..
        } = self;
        let id = *known_gaps
            .entry(gap)
            .or_insert_with_key(|gap| gaps.push(gap.clone()));
        self.looked_at = self.gaps.len();
        self.doubted.push(id);
        Doubt::of(id)
    }

    /// Enters nodes that are made alike, unless the same ones stand there already.
    pub fn node_pool(&mut self, pool: NodePool) -> Id<NodePool> {
        let known = self.node_pools.iter().find(|(_, own)| **own == pool);
        match known.map(|(id, _)| id) {
            Some(id) => id,
            None => self.node_pools.push(pool),
        }
    }

    /// Why the IPv6 addresses of a network are not certain.
    #[must_use]
    pub fn doubt_of_v6(&self, network: Id<Network>) -> Doubt {
        self.unsettled_v6.get(&network).cloned().unwrap_or_default()
    }

    /// The addresses of a network without those that only may be its own because nothing is known of its IPv6 blocks.
    #[must_use]
    pub fn settled_addresses(&self, network: Id<Network>) -> AddressSet {
        let addresses = &self.networks[network].addresses;
        if self.unsettled_v6.contains_key(&network) {
            addresses.intersection(&AddressSet::all_v4())
        } else {
            addresses.clone()
        }
    }

    /// The name of a Service: `namespace/name`.
    #[must_use]
    pub fn service_title(&self, id: Id<Service>) -> String {
        let service = &self.services[id];
        format!(
            "{}/{}",
            self.namespaces[service.namespace].name, service.name
        )
    }

    /// A Service as an engine's selectors see it that are compared with the Service's own.
    #[must_use]
    pub fn selected_service<'w>(&'w self, service: &'w Service) -> Selected<'w> {
        let namespace = &self.namespaces[service.namespace];
        Selected {
            pod: &service.selector,
            namespace: &namespace.name,
            namespace_labels: &namespace.labels,
            service_account: "",
            service_account_labels: &NO_LABELS,
        }
    }

    /// A workload's pods as selectors see them.
    #[must_use]
    pub fn selected(&self, id: Id<Workload>) -> Selected<'_> {
        let workload = &self.workloads[id];
        let namespace = &self.namespaces[workload.namespace];
        Selected {
            pod: &workload.labels,
            namespace: &namespace.name,
            namespace_labels: &namespace.labels,
            service_account: &workload.service_account,
            service_account_labels: &workload.service_account_labels,
        }
    }
}
