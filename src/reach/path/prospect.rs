//! Far sides with which a class may exchange packets at all. Most pairs of a class and a network exchange none, and no row
//! is made for those.
//!
//! Only addresses are looked at, so that this may name a far side too many, never one too few.

use super::classes::{Class, Presence};
use super::crossing::{Part, targets};
use super::far::Far;
use super::locations::LocationNumber;
use super::neighbourhood::Neighbourhoods;
use super::packet_set::{Cell, PacketSet};
use crate::model::{AddressSet, Bounds, Direction, FlowSet};
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// For each class the far sides that it may send to, and those that may send to it; ascending.
pub(super) struct Prospects {
    egress: Vec<Box<[usize]>>,
    ingress: Vec<Box<[usize]>>,
}

/// What the network lets pass from one location to another.
pub(super) type Stretch<'s, 'w> = &'s dyn Fn(LocationNumber, LocationNumber) -> Rc<[Part<'w>]>;

impl Prospects {
    /// Those of all classes. Only far sides of its own neighbourhood are asked about for each: with others nothing is exchanged.
    pub fn of(
        (classes, fars): (&[Class], &[Far]),
        neighbourhoods: &Neighbourhoods,
        stretch: Stretch<'_, '_>,
    ) -> Self {
        let of = |direction| {
            let mut leads = Leads {
                fars,
                stretch,
                direction,
                known: FxHashMap::default(),
            };
            let numbers = classes.iter().enumerate().map(|(at, class)| {
                let near = neighbourhoods.number(at).zip(neighbourhoods.of_class(at));
                near.map_or_else(Box::default, |(number, near)| {
                    leads.of_class(class, (number, &near.fars))
                })
            });
            numbers.collect()
        };
        Prospects {
            egress: of(Direction::Egress),
            ingress: of(Direction::Ingress),
        }
    }

    /// Whether a class may exchange anything with a far side in a direction; both by position.
    pub fn hold(&self, class: usize, far: usize, direction: Direction) -> bool {
        let all = match direction {
            Direction::Egress => &self.egress,
            Direction::Ingress => &self.ingress,
        };
        all.get(class)
            .is_none_or(|fars| fars.binary_search(&far).is_ok())
    }
}

/// What the network lets pass between a location and a far side, whoever stands at the location.
struct Lead {
    /// The position of the far side.
    far: usize,
    /// Its addresses; none where what is opened anew on the way hides them.
    addresses: Option<AddressSet>,
}

/// The leads of locations in one direction.
struct Leads<'s, 'w> {
    fars: &'s [Far],
    stretch: Stretch<'s, 'w>,
    direction: Direction,
    /// By neighbourhood and location.
    known: FxHashMap<(usize, LocationNumber), Rc<[Lead]>>,
}

impl Leads<'_, '_> {
    /// The far sides of a class among those of its neighbourhood, ascending.
    fn of_class(&mut self, class: &Class, near: (usize, &[usize])) -> Box<[usize]> {
        let mut out = Vec::new();
        for (location, addresses) in self.ends(&class.presence) {
            let meets = |lead: &&Lead| {
                let far = lead.addresses.as_ref();
                far.is_none_or(|far| !far.is_disjoint(&addresses))
            };
            let leads = self.of_location(location, near);
            out.extend(leads.iter().filter(meets).map(|lead| lead.far));
        }
        out.sort_unstable();
        out.dedup();
        out.into()
    }

    /// The places of a class, each with the far addresses that its policies may let pass.
    fn ends(&self, presence: &Presence) -> Vec<(LocationNumber, AddressSet)> {
        let far = |policy: Option<&Bounds<FlowSet>>| {
            policy.map_or_else(AddressSet::all, |policy| policy.may.addresses())
        };
        match self.direction {
            Direction::Egress => {
                let sources = presence.sources.iter();
                let towards = sources.map(|own| {
                    let addresses = far(own.policy.as_ref());
                    (own.location, addresses.intersection(&own.destinations))
                });
                towards.collect()
            }
            Direction::Ingress => {
                let targets = targets(presence);
                targets
                    .map(|target| (target.location, far(target.admits)))
                    .collect()
            }
        }
    }

    /// Where packets may stand of which the network is not known is in every neighbourhood, so that is told as well.
    fn of_location(
        &mut self,
        location: LocationNumber,
        (number, near): (usize, &[usize]),
    ) -> Rc<[Lead]> {
        if let Some(known) = self.known.get(&(number, location)) {
            return Rc::clone(known);
        }
        let fars = near
            .iter()
            .filter_map(|own| Some((*own, self.fars.get(*own)?)));
        let leads = fars.filter_map(|far| self.lead(location, far));
        let leads: Rc<[Lead]> = leads.collect();
        self.known.insert((number, location), Rc::clone(&leads));
        leads
    }

    /// The lead to a far side; none where the network lets nothing pass.
    fn lead(&self, near: LocationNumber, (number, far): (usize, &Far)) -> Option<Lead> {
        let stretches: Vec<_> = match self.direction {
            Direction::Egress => targets(&far.presence)
                .map(|target| (self.stretch)(near, target.location))
                .collect(),
            Direction::Ingress => {
                let sources = far.presence.sources.iter();
                let stretches = sources.map(|own| (self.stretch)(own.location, near));
                stretches.collect()
            }
        };
        let parts = || stretches.iter().flat_map(|parts| parts.iter());
        parts().next()?;
        let end = |cell: &'_ Cell| match self.direction {
            Direction::Egress => cell.destinations.clone(),
            Direction::Ingress => cell.sources.clone(),
        };
        let cells = parts().flat_map(|part| PacketSet::iter(&part.bounds.may));
        let addresses = parts()
            .all(|part| part.relay.is_none())
            .then(|| cells.map(end).collect());
        Some(Lead {
            far: number,
            addresses,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::scene::Scene;
    use super::*;
    use std::cell::Cell as Counter;

    /// How many pairs of places are looked at where so many networks stand beside, which nothing joins with that of the pods.
    fn looked_at(others: usize) -> usize {
        let mut text = "network a 10.0.0.0/24\nnetwork b 10.0.1.0/24\nlink ab a b\nsubnet a1 a 10.0.0.0/24 table=ta\n\
            subnet b1 b 10.0.1.0/24 table=tb\nroute ta 10.0.1.0/24 link:ab\npods w a1 10.0.0.4\nendpoint one b1 10.0.1.4\n"
            .to_owned();
        for n in 0..others {
            text += &format!(
                "network n{n} 10.1.{n}.0/24\nsubnet s{n} n{n} 10.1.{n}.0/24 table=t{n}\nendpoint e{n} s{n} 10.1.{n}.4\n"
            );
        }
        let asked = Counter::new(0);
        Scene::read(&text).ask(|table| {
            let count = |_, _| {
                asked.set(asked.get() + 1);
                Rc::from([])
            };
            let sides = (table.classes(), table.fars());
            assert!(sides.1.len() > others);
            Prospects::of(sides, table.neighbourhoods(), &count);
        });
        asked.get()
    }

    #[test]
    fn networks_that_nothing_joins_cost_nothing() {
        assert!(looked_at(0) > 0);
        assert_eq!(looked_at(20), looked_at(0));
    }
}
