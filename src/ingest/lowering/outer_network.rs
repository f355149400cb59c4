//! Networks that the input does not hold and that stand behind a tunnel or a gateway: a site, a data centre, another cloud.
//!
//! What stands there is known, if at all, by the prefixes that the input tells of it. It may join what two borders of the
//! input lead out to, so that two networks of the input, each with a tunnel or gateway of its own, may reach each other by
//! it, whatever clouds they are of (site-to-site tunnels carry any private address that both ends route). Packets are not
//! taken to come back over the border that they went out by: providers call networks isolated that share a gateway alone
//! (Transit Gateway guide, "Isolated VPCs").

use super::{AddressTargets, Lowering};
use crate::model::{
    AddressSet, Border, Doubt, GapKind, Id, Leg, Network, NetworkOwner, Origin, Route, RouteTable,
    Target, World,
};
use std::collections::{BTreeMap, BTreeSet};

/// Networks behind tunnels and gateways, and what is known of the ways there.
#[derive(Clone, Debug, Default)]
pub struct OuterNetworks {
    /// By name.
    entered: BTreeMap<String, Id<Network>>,
    /// Those that may have any address.
    open: BTreeSet<Id<Network>>,
    /// Tables with routes that the input does not hold.
    learned: Vec<Learned>,
    /// Borders by which packets of a border go on before they get out.
    beyond: BTreeMap<Id<Border>, BTreeSet<Id<Border>>>,
    /// Load balancers with targets that may be in a network of any cloud.
    targets: Vec<AddressTargets>,
}

/// Routes of a table that a border gives it and that the input does not hold.
#[derive(Clone, Debug)]
pub struct Learned {
    /// The table.
    pub table: Id<RouteTable>,
    /// The network in whose subnets it is used, where known.
    pub network: Option<Id<Network>>,
    /// The border.
    pub border: Id<Border>,
    /// Their rank among routes of equal prefix length.
    pub rank: u32,
    /// Why there may be none.
    pub doubt: Doubt,
    /// The line that lets them in.
    pub origin: Option<Origin>,
}

/// Over which border, from where and to where.
type BorderDirection = (Id<Border>, Id<Network>, Id<Network>);

/// The addresses of all networks that the input holds.
#[must_use]
pub fn known_addresses(world: &World) -> AddressSet {
    let known = world
        .networks
        .iter()
        .filter(|(_, network)| network.known && network.doubt.is_certain());
    known.map(|(id, _)| world.settled_addresses(id)).collect()
}

impl<L> Lowering<'_, L> {
    /// The addresses of all networks that the input holds so far.
    #[must_use]
    pub fn known_addresses(&self) -> AddressSet {
        known_addresses(self.world)
    }
}

impl OuterNetworks {
    /// The network with a name, entered where it is not yet. `reach`: the prefixes that it has, where they are all known.
    pub fn enter(
        &mut self,
        world: &mut World,
        name: &str,
        origin: Option<&Origin>,
        reach: Option<AddressSet>,
    ) -> Id<Network> {
        if let Some(network) = self.entered.get(name) {
            return *network;
        }
        let what = format!("what stands behind `{name}` is not in the input");
        let doubt = world.doubt(GapKind::NotInInput, what, origin.cloned());
        let open = reach.is_none();
        let addresses = reach.unwrap_or_else(AddressSet::all);
        let network = Network {
            name: name.to_owned(),
            addresses,
            owner: NetworkOwner::default(),
            known: false,
            doubt,
            origin: origin.cloned(),
        };
        let network = world.networks.push(network);
        self.entered.insert(name.to_owned(), network);
        if open {
            self.open.insert(network);
        }
        network
    }

    /// Notes that a network, entered by other hands, is one of these: it keeps its addresses.
    pub fn count(&mut self, world: &World, network: Id<Network>) {
        self.entered
            .insert(world.networks[network].name.clone(), network);
    }

    /// Notes that a table has routes by a border that the input does not hold.
    pub fn learn(&mut self, learned: Learned) {
        self.learned.push(learned);
    }

    /// Notes that packets of a border go on over another one.
    pub fn goes_on(&mut self, border: Id<Border>, beyond: Id<Border>) {
        self.beyond.entry(border).or_default().insert(beyond);
    }

    /// Notes that a load balancer has targets by address.
    pub fn lead_to_targets(&mut self, balancer: AddressTargets) {
        self.targets.push(balancer);
    }

    /// Adds what another cloud has entered.
    pub fn extend(&mut self, other: OuterNetworks) {
        self.entered.extend(other.entered);
        self.open.extend(other.open);
        self.learned.extend(other.learned);
        self.beyond.extend(other.beyond);
        self.targets.extend(other.targets);
    }

    /// Once all clouds are lowered: adds the ways that go out over one border and come in over another, and leaves to the
    /// outer networks what no network of the input has.
    pub fn close(&self, world: &mut World) {
        let known = known_addresses(world);
        for (border, leg) in self.crossings(world, &known) {
            self.lead(world, border, &leg);
            world.borders[border].legs.push(leg);
        }
        for network in &self.open {
            let own = &mut world.networks[*network];
            own.addresses = own.addresses.difference(&known);
        }
        let borders: Vec<Id<Border>> = world.borders.ids().collect();
        for border in borders {
            for leg in &mut world.borders[border].legs {
                if self.open.contains(&leg.to) {
                    leg.destinations = leg.destinations.difference(&known);
                }
                if self.open.contains(&leg.from) {
                    leg.sources = leg.sources.difference(&known);
                }
            }
            world.borders[border]
                .legs
                .retain(|leg| !leg.sources.is_empty() && !leg.destinations.is_empty());
        }
        self.targets.iter().for_each(|own| own.lead(world));
    }

    /// The ways from a network of the input over a border of its own, and over another one into another network.
    fn crossings(&self, world: &World, known: &AddressSet) -> Vec<(Id<Border>, Leg)> {
        let outer: BTreeSet<Id<Network>> = self.entered.values().copied().collect();
        let legs = || {
            world
                .borders
                .iter()
                .flat_map(|(border, own)| own.legs.iter().map(move |leg| (border, leg)))
        };
        let inward: Vec<(Id<Border>, &Leg)> = legs()
            .filter(|(_, leg)| outer.contains(&leg.from) && !outer.contains(&leg.to))
            .collect();
        let mut out: BTreeMap<BorderDirection, Vec<Leg>> = BTreeMap::new();
        for (border, there) in
            legs().filter(|(_, leg)| outer.contains(&leg.to) && !outer.contains(&leg.from))
        {
            for (other, here) in inward
                .iter()
                .filter(|(other, here)| here.to != there.from && self.differ(border, *other))
            {
                let Some(leg) = crossing(world, known, (there, here), &world.borders[*other])
                else {
                    continue;
                };
                let own = out.entry((border, leg.from, leg.to)).or_default();
                if !own.iter().any(|old| same(old, &leg)) {
                    own.push(leg);
                }
            }
        }
        out.into_iter()
            .flat_map(|((border, ..), legs)| legs.into_iter().map(move |leg| (border, leg)))
            .collect()
    }

    /// Whether two borders get out by different ones.
    fn differ(&self, one: Id<Border>, other: Id<Border>) -> bool {
        let gates = |border: Id<Border>| {
            self.beyond
                .get(&border)
                .cloned()
                .unwrap_or_else(|| BTreeSet::from([border]))
        };
        gates(one).is_disjoint(&gates(other))
    }

    /// The routes that a way needs in tables whose routes the input does not say.
    fn lead(&self, world: &mut World, border: Id<Border>, leg: &Leg) {
        for learned in self.learned.iter().filter(|own| {
            own.border == border && own.network.is_none_or(|network| network == leg.from)
        }) {
            let doubt = learned.doubt.and(&leg.doubt);
            for block in leg.destinations.blocks() {
                let (target, doubt, origin) = (
                    Target::Border(border),
                    doubt.clone(),
                    learned.origin.clone(),
                );
                let routes = &mut world.route_tables[learned.table].routes;
                if !routes
                    .iter()
                    .any(|old| old.destination == Some(block) && old.target == target)
                {
                    routes.push(Route {
                        destination: Some(block),
                        target,
                        rank: learned.rank,
                        doubt,
                        origin,
                    });
                }
            }
        }
    }
}

/// One way out and one way in, as a way from the one network to the other; none where no address passes both.
fn crossing(
    world: &World,
    known: &AddressSet,
    (there, here): (&Leg, &Leg),
    over: &Border,
) -> Option<Leg> {
    let own = |id: Id<Network>| {
        let network = &world.networks[id];
        if network.doubt.is_certain() {
            network.addresses.clone()
        } else {
            network.addresses.difference(known)
        }
    };
    let sources = there
        .sources
        .intersection(&here.sources)
        .intersection(&own(there.from));
    let destinations = there
        .destinations
        .intersection(&here.destinations)
        .intersection(&own(here.to));
    if sources.is_empty() || destinations.is_empty() {
        return None;
    }
    let handed = format!(
        "what stands behind `{}` may hand it on to `{}`",
        world.networks[there.to].name, over.name
    );
    let because = there
        .because
        .iter()
        .cloned()
        .chain([(handed, over.origin.clone())])
        .chain(here.because.iter().cloned());
    Some(Leg {
        to: here.to,
        sources,
        destinations,
        filters: there.filters.iter().chain(&here.filters).copied().collect(),
        unjudged: here.unjudged.clone(),
        keeps_members: Vec::new(),
        doubt: there.doubt.and(&here.doubt),
        because: because.collect(),
        ..there.clone()
    })
}

/// Whether two ways between the same networks carry the same.
fn same(one: &Leg, other: &Leg) -> bool {
    let what = |leg: &Leg| {
        (
            leg.entry.clone(),
            leg.sources.clone(),
            leg.destinations.clone(),
            leg.filters.clone(),
            leg.unjudged.clone(),
        )
    };
    what(one) == what(other)
}
