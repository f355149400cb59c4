//! Load balancers whose targets are addresses: whoever reaches the balancer gets on to a target in another network, over a border
//! that he need not be let over himself. How the balancer gets there is not judged.
//! Sources: Elastic Load Balancing user guides, "Target groups for your Network Load Balancers", target type: addresses of a
//! peered VPC, or reachable by Direct Connect or VPN; Azure Application Gateway, "Backend pools"; Google Cloud Load
//! Balancing, "Hybrid connectivity network endpoint groups overview".

use super::gate::{gate, groups_in, listed_networks};
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
    /// Whether there are targets that are told by a name: they may be in any network that a border leads to.
    pub by_name: bool,
    /// The line that says so.
    pub origin: Origin,
}

impl AddressTargets {
    /// Enters a border from the networks of the balancer, and from those that borders join with them, to the other networks in which
    /// its targets may stand. All clouds are lowered by then: a target may be in a network of another one.
    pub(super) fn lead(&self, world: &mut World) {
        let targets = self.reached(world);
        let clients = clients(world, self);
        let networks = world.networks.iter().filter(|(id, network)| {
            network.known
                && !self.listens.contains_key(id)
                && !network.addresses.is_disjoint(&targets)
        });
        let far: Vec<Id<Network>> = networks.map(|(id, _)| id).collect();
        if far.is_empty() {
            return;
        }
        let what = format!(
            "how `{}` gets to targets in {} is not judged",
            self.name,
            listed_networks(world, &far.iter().copied().collect())
        );
        let origin = Some(self.origin.clone());
        let doubt = world.doubt(GapKind::NotJudged, what, origin.clone());
        let mut legs = Vec::new();
        for (client, at) in &clients {
            for to in far.iter().filter(|to| *to != client) {
                legs.push(self.leg(world, (*client, *at), (*to, &targets), &doubt));
            }
        }
        world.borders.push(Border {
            name: format!("targets of {}", self.name),
            kind: "load balancer",
            legs,
            state: "takes connections up and opens them anew to its targets".to_owned(),
            origin,
        });
    }

    /// The addresses of its targets, those included that have a name.
    fn reached(&self, world: &World) -> AddressSet {
        if !self.by_name {
            return self.targets.clone();
        }
        let legs = world.borders.iter().flat_map(|(_, border)| &border.legs);
        let out = legs.filter(|leg| self.listens.contains_key(&leg.from));
        let reached: AddressSet = out.map(|leg| leg.destinations.clone()).collect();
        self.targets.union(&reached)
    }

    /// `at`: the network of the balancer that clients of a network call.
    fn leg(
        &self,
        world: &mut World,
        (client, at): (Id<Network>, Id<Network>),
        (to, targets): (Id<Network>, &AddressSet),
        doubt: &Doubt,
    ) -> Leg {
        let groups = groups_in(world, self.balancer, at);
        let gate = groups.and_then(|groups| gate(world, &self.name, client, &groups));
        let listens = self.listens.get(&at).cloned().unwrap_or_default();
        let sources = world.networks[client].addresses.clone();
        let addresses = world.networks[to].addresses.intersection(targets);
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
            ..Leg::unknown((client, sources), (to, addresses), doubt.clone())
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
