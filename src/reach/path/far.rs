//! What may stand beyond a border: resources, networks as bare addresses, and pods of other clusters.

use super::classes::{JudgedLocation, Presence, presence};
use super::location::NetworkLocation;
use super::locations::Locations;
use super::network_index::NetworkIndex;
use super::places;
use super::pod_policies::PodPolicies;
use crate::model::{AddressSet, Id, Network};
use crate::reach::Party;
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use std::collections::BTreeSet;

/// Who takes part in a candidate path; the candidate numbers the places.
#[derive(Clone, Copy)]
pub(super) enum Actor<'t> {
    Party(&'t Party),
    /// The addresses of one network.
    Network(Id<Network>),
}

/// Far sides that the network does not tell apart.
pub(super) struct Far {
    /// Those that it stands for, in the order of the world; never empty.
    pub parties: Vec<Party>,
    pub presence: Presence,
    /// The network that bare addresses are meant in; none for other parties.
    pub network: Option<Id<Network>>,
}

impl Far {
    /// The owner of a place in a candidate path, for one of its parties.
    pub fn actor<'t>(&self, party: &'t Party) -> Actor<'t> {
        match self.network {
            Some(network) => Actor::Network(network),
            None => Actor::Party(party),
        }
    }
}

/// Every resource, those that are alike together, then every network as addresses, in the order of the world.
pub(super) fn all(
    index: &NetworkIndex<'_>,
    evaluator: &dyn PodPolicies,
    locations: &Locations,
) -> Vec<Far> {
    let world = index.world;
    let mut groups: IndexMap<Presence, Vec<Party>, FxBuildHasher> = IndexMap::default();
    // A NAT gateway takes up no connection that is meant for itself.
    for id in world.endpoints.ids().filter(|id| !index.translates(*id)) {
        let party = Party::Endpoint(id);
        let presence = presence(index, evaluator, locations, &party);
        groups.entry(presence).or_default().push(party);
    }
    let resources = groups.into_iter().map(|(presence, parties)| Far {
        parties,
        presence,
        network: None,
    });
    let networks = world.networks.ids();
    let networks = networks.map(|id| of_network(index, locations, id));
    resources.chain(networks).collect()
}

fn of_network(index: &NetworkIndex<'_>, locations: &Locations, id: Id<Network>) -> Far {
    let addresses = &index.world.networks[id].addresses;
    let places = places::places_in(index, id, addresses);
    let stand = |location: NetworkLocation| {
        let doubt = location.doubt.clone();
        JudgedLocation {
            location: locations.number(location),
            destinations: AddressSet::all(),
            policy: None,
            doubt,
            origin: None,
        }
    };
    let stands: Vec<JudgedLocation> = places.into_iter().map(stand).collect();
    Far {
        parties: vec![Party::Addresses(addresses.clone())],
        presence: Presence {
            sources: stands.clone(),
            destinations: stands,
            entry_points: Vec::new(),
        },
        network: Some(id),
    }
}

/// Networks that a presence stands in, ascending.
pub(super) fn networks(locations: &Locations, presence: &Presence) -> BTreeSet<Id<Network>> {
    let stands = presence.sources.iter().chain(&presence.destinations);
    stands
        .filter_map(|stand| locations.network(stand.location))
        .collect()
}
