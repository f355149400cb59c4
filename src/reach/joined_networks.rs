//! Networks that borders join, over any number of them: packets of one part of a world never come into another.

use crate::model::{Id, Network, Subnet, Target, World};
use std::collections::BTreeSet;

/// The parts of a world: two networks that are joined are of one part.
pub(in crate::reach) struct JoinedNetworks {
    /// For each network, by position, one that it is joined with; itself for the one that stands for its part.
    above: Vec<usize>,
}

impl JoinedNetworks {
    /// The networks that the borders of a world join, whatever they let pass.
    pub fn of(world: &World) -> Self {
        let mut out = JoinedNetworks {
            above: (0..world.networks.len()).collect(),
        };
        for leg in world.borders.iter().flat_map(|(_, border)| &border.legs) {
            out.join(leg.from, leg.to);
        }
        out
    }

    /// Those and, with each other, the networks from which a way that is not known may lead.
    pub fn by_any_way(world: &World) -> Self {
        let mut out = Self::of(world);
        out.join_all(open(world));
        out
    }

    /// Joins two more.
    pub fn join(&mut self, a: Id<Network>, b: Id<Network>) {
        let (own, other) = (self.part(a), self.part(b));
        let first = own.min(other);
        // What was walked is cut short, so that the next walk is.
        for at in [own, other, a.index(), b.index()] {
            if let Some(above) = self.above.get_mut(at) {
                *above = first;
            }
        }
    }

    /// Joins some with each other.
    pub fn join_all(&mut self, networks: impl IntoIterator<Item = Id<Network>>) {
        let mut networks = networks.into_iter();
        if let Some(first) = networks.next() {
            networks.for_each(|own| self.join(first, own));
        }
    }

    /// The number of the part that a network is in.
    pub fn part(&self, network: Id<Network>) -> usize {
        let mut at = network.index();
        while let Some(next) = self.above.get(at).copied().filter(|next| *next != at) {
            at = next;
        }
        at
    }
}

/// The networks from which a way that is not known may lead into others: those that are not in the input, those without
/// subnets, and those of a subnet whose table is not known or holds a route of unknown target.
fn open(world: &World) -> BTreeSet<Id<Network>> {
    let of_subnets = world.subnets.iter().map(|(_, subnet)| subnet.network);
    let with_subnets: BTreeSet<Id<Network>> = of_subnets.collect();
    let networks = world.networks.iter();
    let bare = networks.filter(|(id, network)| !network.known || !with_subnets.contains(id));
    let subnets = world.subnets.iter().map(|(_, subnet)| subnet);
    let leading = subnets.filter(|subnet| leads_anywhere(world, subnet));
    bare.map(|(id, _)| id)
        .chain(leading.map(|subnet| subnet.network))
        .collect()
}

fn leads_anywhere(world: &World, subnet: &Subnet) -> bool {
    let tables = subnet
        .tables
        .iter()
        .map(|table| &world.route_tables[*table]);
    let mut routes = tables.flat_map(|table| &table.routes);
    subnet.tables.is_empty() || routes.any(|route| route.target == Target::Unknown)
}
