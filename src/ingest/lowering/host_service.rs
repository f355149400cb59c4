//! Addresses that a cloud answers on every host itself.

use crate::ingest::terraform::Graph;
use crate::model::{AddressSet, Doubt, HostService, Id, Network, World};

/// What it is, its addresses, separated by commas, and whether who asks there may get the credentials of the host.
pub type Row = (&'static str, &'static str, bool);

/// Enters the rows of a table for one network.
pub fn enter(world: &mut World, network: Id<Network>, rows: &[Row], doubt: &Doubt) {
    for (title, addresses, gives_credentials) in rows {
        let addresses: AddressSet = addresses
            .split(',')
            .filter_map(|one| AddressSet::parse(one).ok())
            .collect();
        world.host_services.push(HostService {
            network,
            title,
            gives_credentials: *gives_credentials,
            addresses,
            doubt: doubt.clone(),
        });
    }
}

/// The networks that resources of a cloud became: its types begin with `front`.
pub fn of_kind(graph: &Graph, world: &World, front: &str) -> Vec<Id<Network>> {
    let is = |network: &Network| {
        let mut named = graph.at(&network.name).iter();
        named.any(|id| graph.resources[*id].kind.starts_with(front))
    };
    let all = world.networks.iter();
    all.filter(|(_, network)| is(network))
        .map(|(id, _)| id)
        .collect()
}
