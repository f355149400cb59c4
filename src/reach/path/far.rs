//! What may stand beyond a border: resources, networks as bare addresses, and pods of other clusters.

use super::classes::{Presence, Spots, Stand, presence};
use super::fabric::Fabric;
use super::policy::Guard;
use super::spot;
use crate::model::{AddressSet, Id, Network};
use crate::reach::Party;
use std::collections::BTreeSet;

/// Who takes part in a candidate path; the candidate numbers the places.
#[derive(Clone, Copy)]
pub(super) enum Actor<'t> {
    Party(&'t Party),
    /// The addresses of one network.
    Network(Id<Network>),
}

/// A far side with its presence.
pub(super) struct Far {
    pub party: Party,
    pub presence: Presence,
    /// The network that bare addresses are meant in; none for other parties.
    pub network: Option<Id<Network>>,
}

impl Far {
    /// Who takes part for it in a candidate path.
    pub fn actor(&self) -> Actor<'_> {
        match self.network {
            Some(network) => Actor::Network(network),
            None => Actor::Party(&self.party),
        }
    }
}

/// Every resource, then every network as addresses, in the order of the world.
pub(super) fn all(fabric: &Fabric<'_>, guard: &dyn Guard, spots: &Spots) -> Vec<Far> {
    let world = fabric.world;
    let mut out = Vec::new();
    // A NAT gateway takes up no connection that is meant for itself.
    for id in world.endpoints.ids().filter(|id| !fabric.translates(*id)) {
        let party = Party::Endpoint(id);
        out.push(Far {
            presence: presence(fabric, guard, spots, &party),
            party,
            network: None,
        });
    }
    for (id, network) in world.networks.iter() {
        let places = spot::places_in(fabric, id, &network.addresses);
        let stand = |spot: spot::Spot| {
            let doubt = spot.doubt.clone();
            Stand {
                spot: spots.number(spot),
                destinations: AddressSet::all(),
                policy: None,
                doubt,
            }
        };
        let stands: Vec<Stand> = places.into_iter().map(stand).collect();
        let presence = Presence {
            sources: stands.clone(),
            destinations: stands,
            entry_points: Vec::new(),
        };
        out.push(Far {
            party: Party::Addresses(network.addresses.clone()),
            presence,
            network: Some(id),
        });
    }
    out
}

/// Networks that a presence stands in, ascending.
pub(super) fn networks(spots: &Spots, presence: &Presence) -> BTreeSet<Id<Network>> {
    let stands = presence.sources.iter().chain(&presence.destinations);
    stands
        .filter_map(|stand| spots.network(stand.spot))
        .collect()
}
