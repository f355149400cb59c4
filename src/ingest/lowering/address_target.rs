//! Load balancers whose targets are addresses: whoever reaches the balancer gets on to a target in another network, over a border
//! that he need not be let over himself. How the balancer gets there is not judged.
//! Sources: Elastic Load Balancing user guides, "Target groups for your Network Load Balancers", target type: addresses of a
//! peered VPC, or reachable by Direct Connect or VPN; Azure Application Gateway, "Backend pools"; Google Cloud Load
//! Balancing, "Hybrid connectivity network endpoint groups overview".

use super::relay_service::gate;
use super::{Located, Lowering};
use crate::ingest::terraform::Value;
use crate::model::{
    AddressSet, Border, Direction, Doubt, Endpoint, GapKind, Id, Leg, Network, Origin, Relay, World,
};
use std::collections::{BTreeMap, BTreeSet};

/// A balancer with its targets.
#[derive(Clone, Debug)]
pub struct AddressTargets {
    /// As its resource is called.
    pub name: String,
    /// Where it takes connections up, by network.
    pub listens: BTreeMap<Id<Network>, AddressSet>,
    /// The balancer, whose groups clients have to pass; none where they are not known.
    pub balancer: Option<Id<Endpoint>>,
    /// Addresses of targets; all where some are not known.
    pub targets: AddressSet,
    /// The line that says so.
    pub origin: Origin,
}

impl<L: Located> Lowering<'_, L> {
    /// Enters a border from the networks of a balancer, and from those that borders join with them, to the other networks in which
    /// its targets may stand.
    pub fn lead_to_targets(&mut self, own: &AddressTargets) {
        let clients = clients(self.world, own);
        let far: Vec<Id<Network>> = self
            .world
            .networks
            .iter()
            .filter(|(id, network)| {
                network.known
                    && !own.listens.contains_key(id)
                    && !network.addresses.is_disjoint(&own.targets)
            })
            .map(|(id, _)| id)
            .collect();
        let what = format!(
            "how `{}` gets to targets in {} is not judged",
            own.name,
            self.listed_networks(&far.iter().copied().collect())
        );
        if far.is_empty() {
            return;
        }
        let origin = Some(own.origin.clone());
        let doubt = self.world.doubt(GapKind::NotJudged, what, origin.clone());
        let mut legs = Vec::new();
        for (client, at) in &clients {
            for to in far.iter().filter(|to| *to != client) {
                legs.push(self.leg_to_targets(own, (*client, *at), *to, &doubt));
            }
        }
        self.world.borders.push(Border {
            name: format!("targets of {}", own.name),
            kind: "load balancer",
            legs,
            state: "takes connections up and opens them anew to its targets".to_owned(),
            origin,
        });
    }

    /// `at`: the network of the balancer that clients of a network call.
    fn leg_to_targets(
        &mut self,
        own: &AddressTargets,
        (client, at): (Id<Network>, Id<Network>),
        to: Id<Network>,
        doubt: &Doubt,
    ) -> Leg {
        let groups = self.groups_in(own.balancer, at);
        let gate = groups.and_then(|groups| gate(self.world, &own.name, client, &groups));
        let listens = own.listens.get(&at).cloned().unwrap_or_default();
        let sources = self.world.networks[client].addresses.clone();
        let addresses = &self.world.networks[to].addresses;
        Leg {
            filters: gate
                .map(|own| (own, Direction::Ingress))
                .into_iter()
                .collect(),
            // A network load balancer may keep the client's address.
            relay: Some(Relay {
                sends: listens.union(&sources),
                listens,
            }),
            ..Leg::unknown(
                (client, sources),
                (to, addresses.intersection(&own.targets)),
                doubt.clone(),
            )
        }
    }
}

/// Where an endpoint takes connections up, by network.
#[must_use]
pub fn listens(world: &World, endpoint: Id<Endpoint>) -> BTreeMap<Id<Network>, AddressSet> {
    let mut out: BTreeMap<Id<Network>, AddressSet> = BTreeMap::new();
    for at in &world.endpoints[endpoint].attachments {
        let own = out.entry(at.network).or_default();
        *own = own.union(&at.addresses);
    }
    out
}

/// What the address of a target may be: any where it is not known.
#[must_use]
pub fn target_address(value: &Value) -> AddressSet {
    match value.text() {
        Some(text) => AddressSet::parse(text).unwrap_or_else(|_| AddressSet::none()),
        None => AddressSet::all(),
    }
}

/// The networks whose clients may call a balancer, each with the balancer's network that they call.
fn clients(world: &World, own: &AddressTargets) -> BTreeSet<(Id<Network>, Id<Network>)> {
    let inside = own.listens.keys().map(|at| (*at, *at));
    let legs = world.borders.iter().flat_map(|(_, border)| &border.legs);
    let over = legs.filter(|leg| own.listens.contains_key(&leg.to));
    let over = over.filter(|leg| !own.listens.contains_key(&leg.from));
    inside.chain(over.map(|leg| (leg.from, leg.to))).collect()
}
