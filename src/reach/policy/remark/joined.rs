//! What packets of a cluster may have to do with: the networks that borders join with its own, over any number of them.
//!
//! Remarks look no farther, so they stay the same whatever else is read beside a cluster.

use crate::model::{AddressSet, Cluster, Id, RouteTable, Target, World};
use crate::reach::joined_networks::JoinedNetworks;
use std::collections::{BTreeMap, BTreeSet};

/// The networks of a world by which of them are joined.
pub(super) struct Joined {
    /// For each cluster whose place is known: the numbers of the parts of the world that it stands in.
    parts: BTreeMap<Id<Cluster>, BTreeSet<usize>>,
    /// The clusters of each part.
    clusters: BTreeMap<usize, BTreeSet<Id<Cluster>>>,
    /// Addresses of the networks of each part, and those that some route there leads to.
    addresses: BTreeMap<usize, AddressSet>,
}

/// What is joined with one cluster.
pub(super) struct Surroundings {
    /// The other clusters there; none where it is not known where the cluster stands.
    pub(super) others: BTreeSet<Id<Cluster>>,
    /// All addresses that packets to or from the cluster may have; none where it is not known where it stands.
    pub(super) addresses: Option<AddressSet>,
}

impl Joined {
    /// That of a world.
    pub(super) fn of(world: &World) -> Joined {
        let joined = JoinedNetworks::of(world);
        let mut out = Joined {
            parts: BTreeMap::new(),
            clusters: BTreeMap::new(),
            addresses: BTreeMap::new(),
        };
        for (_, workload) in world.workloads.iter() {
            for placement in &workload.pod_placements {
                let stands = [Some(&placement.pod), placement.node.as_ref()];
                for at in stands.into_iter().flatten() {
                    let part = joined.part(at.network);
                    out.parts.entry(workload.cluster).or_default().insert(part);
                    out.clusters
                        .entry(part)
                        .or_default()
                        .insert(workload.cluster);
                }
            }
        }
        out.addresses = addresses(world, &joined, &|part| out.clusters.contains_key(&part));
        out
    }

    /// What is joined with a cluster.
    pub(super) fn with(&self, cluster: Id<Cluster>) -> Surroundings {
        let parts = self.parts.get(&cluster);
        let others = parts.into_iter().flatten();
        let others = others.filter_map(|part| self.clusters.get(part)).flatten();
        let known = |part| self.addresses.get(part).cloned();
        Surroundings {
            others: others.copied().filter(|own| *own != cluster).collect(),
            addresses: parts.map(|parts| parts.iter().filter_map(known).collect()),
        }
    }
}

/// The addresses of each part that counts. A route to everything counts only where it leads over a border or to something
/// unknown.
fn addresses(
    world: &World,
    joined: &JoinedNetworks,
    counts: &dyn Fn(usize) -> bool,
) -> BTreeMap<usize, AddressSet> {
    let mut own: BTreeMap<usize, Vec<AddressSet>> = BTreeMap::new();
    for (id, network) in world.networks.iter() {
        let part = joined.part(id);
        if counts(part) {
            own.entry(part).or_default().push(network.addresses.clone());
        }
    }
    let mut tables: BTreeSet<(usize, Id<RouteTable>)> = BTreeSet::new();
    for (_, subnet) in world.subnets.iter() {
        let part = joined.part(subnet.network);
        if counts(part) {
            tables.extend(subnet.tables.iter().map(|table| (part, *table)));
        }
    }
    for (part, table) in tables {
        let routes = world.route_tables[table].routes.iter();
        let led = routes.filter_map(|route| match (&route.target, route.destination) {
            (Target::Drop(_), _) => None,
            (Target::Outside(_) | Target::NatGateway(_), Some(block))
                if block.prefix_len() == 0 =>
            {
                None
            }
            (_, Some(block)) => Some(AddressSet::of(block)),
            (_, None) => Some(AddressSet::all()),
        });
        own.entry(part).or_default().extend(led);
    }
    let union = |(part, sets): (usize, Vec<AddressSet>)| (part, sets.into_iter().collect());
    own.into_iter().map(union).collect()
}
