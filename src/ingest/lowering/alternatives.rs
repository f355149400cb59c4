//! Subnets of which it is not known which network they are of: each stands for one subnet in each network that may be its own.
//! One of them is right, and none for sure.

use super::Found;
use crate::model::{AddressSet, Doubt, Id, Network, Subnet, World};
use std::collections::{BTreeMap, BTreeSet};

/// By the first of several subnets that may be one and the same, all of them, and why it is not known which.
#[derive(Clone, Debug, Default)]
pub struct Alternatives(BTreeMap<Id<Subnet>, (Vec<Id<Subnet>>, Doubt)>);

impl Alternatives {
    /// Notes that one of several subnets is right; a single one needs no note.
    pub fn enter(&mut self, all: &[Id<Subnet>], doubt: &Doubt) {
        if let [first, _, ..] = all {
            self.0.insert(*first, (all.to_vec(), doubt.clone()));
        }
    }

    /// What a subnet may be instead, itself among it.
    pub fn of(&self, subnet: Id<Subnet>) -> impl Iterator<Item = Id<Subnet>> + '_ {
        let all = self.0.get(&subnet).map_or(&[][..], |(all, _)| all);
        std::iter::once(subnet).chain(all.iter().copied().filter(move |own| *own != subnet))
    }

    /// The same subnets with all that each may be instead.
    #[must_use]
    pub fn of_all(&self, subnets: impl Iterator<Item = Id<Subnet>>) -> BTreeSet<Id<Subnet>> {
        subnets.flat_map(|subnet| self.of(subnet)).collect()
    }

    /// Adds to what an attribute names all that each may be instead.
    #[must_use]
    pub fn extend(&self, mut found: Found<Id<Subnet>>) -> Found<Id<Subnet>> {
        for (subnet, own) in found.items.clone() {
            let Some((all, doubt)) = self.0.get(&subnet) else {
                continue;
            };
            let doubt = own.and(doubt);
            found.items.retain(|(own, _)| *own != subnet);
            all.iter().for_each(|one| found.add(*one, doubt.clone()));
        }
        found
    }
}

/// The networks among some in which a subnet with known addresses may lie: those whose addresses hold all of them, or are not
/// certain; where its addresses are not known, all.
#[must_use]
pub fn holding(
    world: &World,
    networks: impl IntoIterator<Item = Id<Network>>,
    addresses: &AddressSet,
) -> BTreeSet<Id<Network>> {
    let may_hold = |network: &Id<Network>| {
        let own = &world.networks[*network];
        !own.doubt.is_certain() || addresses.is_subset(&own.addresses)
    };
    networks.into_iter().filter(may_hold).collect()
}
