//! What passes from one presence to another over borders, without the proof.

use super::classes::{Presence, Spots, Stand};
use super::entry_point::EntryPointStand;
use super::fabric::Fabric;
use super::nat_gateway;
use super::policy::Guard;
use super::region::Region;
use super::relay;
use super::spot::{Owner, Spot, Standing};
use super::walk;
use super::way::{PathKind, Way, borders};
use crate::model::{AddressSet, Border, Bounds, FlowSet, Id, Relay, Traffic, Verdict};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::Rc;

/// What the network lets pass from one spot to another: for each border that lets something pass, what.
type Stretch = Rc<Vec<Part>>;

/// The border, what relays connections beyond it, and what passes.
type Part = (Option<Id<Border>>, Option<Relay>, Bounds<Region>);

/// What passes, and over which borders.
#[derive(Clone, Debug, Default)]
pub(super) struct Crossing {
    pub bounds: Bounds<Region>,
    /// Borders of what surely passes; ascending.
    pub surely_over: Vec<Id<Border>>,
    /// Borders of what possibly passes; ascending.
    pub possibly_over: Vec<Id<Border>>,
}

/// Answers by presence; stretches of network between two spots are kept.
pub(super) struct Crossings<'a, 'w> {
    pub fabric: &'a Fabric<'w>,
    pub guard: &'a dyn Guard,
    pub spots: &'a Spots,
    stretches: RefCell<FxHashMap<(usize, usize), Stretch>>,
}

impl<'a, 'w> Crossings<'a, 'w> {
    /// Nothing known yet.
    pub fn new(fabric: &'a Fabric<'w>, guard: &'a dyn Guard, spots: &'a Spots) -> Self {
        Crossings {
            fabric,
            guard,
            spots,
            stretches: RefCell::default(),
        }
    }

    /// What passes from one presence to another where that leaves the network of the source.
    pub fn between(&self, from: &Presence, to: &Presence) -> Crossing {
        let mut out = self.direct(from, to);
        to.entry_points
            .iter()
            .for_each(|(_, fronts)| self.enter(&mut out, from, fronts));
        out
    }

    /// What passes to the pods' own addresses.
    pub fn direct(&self, from: &Presence, to: &Presence) -> Crossing {
        self.spread(from, to, true)
    }

    /// What passes without leaving the network of the source, by no entry point that leads over a border.
    pub fn inside(&self, from: &Presence, to: &Presence) -> Crossing {
        let mut out = self.spread(from, to, false);
        let fronts = to
            .entry_points
            .iter()
            .flat_map(|(_, fronts)| fronts)
            .filter(|front| front.links.is_empty());
        for (source, front) in from
            .sources
            .iter()
            .flat_map(|source| fronts.clone().map(move |front| (source, front)))
        {
            if !self.apart(source.spot, front.spot) {
                let stretches = self.stretch(source.spot, front.spot);
                stretches.iter().for_each(|(link, relay, stretch)| {
                    out.add(
                        *link,
                        &ends(source, Some(&front.admits), relay.as_ref(), stretch),
                    )
                });
            }
        }
        out
    }

    /// What passes to the own addresses of who stands in another network than the source, or in the same.
    fn spread(&self, from: &Presence, to: &Presence, apart: bool) -> Crossing {
        let mut out = Crossing::default();
        for source in &from.sources {
            for destination in &to.destinations {
                if self.apart(source.spot, destination.spot) == apart {
                    for (link, relay, stretch) in self.stretch(source.spot, destination.spot).iter()
                    {
                        let policy = destination.policy.as_ref();
                        out.add(*link, &ends(source, policy, relay.as_ref(), stretch));
                    }
                }
            }
        }
        out
    }

    /// What passes through the fronts of an entry point.
    pub fn through(&self, from: &Presence, fronts: &[EntryPointStand]) -> Crossing {
        let mut out = Crossing::default();
        self.enter(&mut out, from, fronts);
        out
    }

    fn enter(&self, out: &mut Crossing, from: &Presence, fronts: &[EntryPointStand]) {
        for source in &from.sources {
            for front in fronts
                .iter()
                .filter(|front| !front.links.is_empty() || self.apart(source.spot, front.spot))
            {
                for (link, relay, stretch) in self.stretch(source.spot, front.spot).iter() {
                    let bounds = ends(source, Some(&front.admits), relay.as_ref(), stretch);
                    front.links.iter().for_each(|link| out.over(*link, &bounds));
                    out.add(*link, &bounds);
                }
            }
        }
    }

    /// Whether the spots are of different networks.
    fn apart(&self, from: usize, to: usize) -> bool {
        let network = |number| self.spots.get(number).and_then(|spot| spot.network);
        network(from) != network(to)
    }

    fn stretch(&self, from: usize, to: usize) -> Stretch {
        if let Some(known) = self.stretches.borrow().get(&(from, to)) {
            return Rc::clone(known);
        }
        let found = Rc::new(self.walked(from, to));
        self.stretches
            .borrow_mut()
            .insert((from, to), Rc::clone(&found));
        found
    }

    fn walked(&self, from: usize, to: usize) -> Vec<Part> {
        let (Some(from), Some(to)) = (self.spots.get(from), self.spots.get(to)) else {
            return Vec::new();
        };
        if from.network.is_none() || to.network.is_none() {
            return Vec::new();
        }
        let stand = |spot: &Spot| Standing {
            owner: Owner::Unknown,
            spot: spot.clone(),
            destinations: AddressSet::all(),
        };
        let (from, to) = (stand(from), stand(to));
        let mut start = walk::start(&from, &to, &Traffic::all());
        if !from.spot.doubt.is_certain() {
            start.must = Region::none();
        }
        let one = |border: PathKind<'w>| {
            let way = Way {
                fabric: self.fabric,
                guard: self.guard,
                from: &from,
                to: &to,
                border,
            };
            let relay = match border {
                PathKind::Over(_, _, leg) => leg.relay.clone(),
                _ => None,
            };
            (
                border.link(),
                relay,
                walk::through_network(&way, start.clone()),
            )
        };
        let direct = borders(self.fabric, &from.spot, &to.spot)
            .into_iter()
            .map(one);
        let translated = nat_gateway::stretches(self.fabric, self.guard, &from, &to, &start)
            .into_iter()
            .map(|(link, bounds)| (link, None, bounds));
        direct
            .chain(translated)
            .filter(|(_, _, bounds)| !bounds.may.is_empty())
            .collect()
    }
}

/// What of a stretch the two ends let pass.
fn ends(
    source: &Stand,
    admits: Option<&Bounds<FlowSet>>,
    relay: Option<&Relay>,
    stretch: &Bounds<Region>,
) -> Bounds<Region> {
    let mut left = stretch.clone();
    let mut narrow = |by: &Bounds<Region>| left = left.zip(by, Region::intersection);
    if source.destinations != AddressSet::all() {
        narrow(&Bounds::exact(Region::of(
            AddressSet::all(),
            source.destinations.clone(),
            Traffic::all(),
        )));
    }
    if let Some(policy) = &source.policy {
        let own = policy.map(Region::towards);
        narrow(&relay.map_or(own.clone(), |relay| relay::towards(relay, &own)));
    }
    if let Some(admits) = admits {
        let own = admits.map(Region::from);
        narrow(&relay.map_or(own.clone(), |relay| relay::from(relay, &own)));
    }
    left
}

impl Crossing {
    /// Whether something passes.
    pub fn verdict(&self) -> Verdict {
        match (self.bounds.must.is_empty(), self.bounds.may.is_empty()) {
            (false, _) => Verdict::Reachable,
            (true, false) => Verdict::Possible,
            (true, true) => Verdict::Blocked,
        }
    }

    fn add(&mut self, link: Option<Id<Border>>, bounds: &Bounds<Region>) {
        self.bounds = self.bounds.zip(bounds, Region::union);
        link.iter().for_each(|link| self.over(*link, bounds));
    }

    /// Enters a border of what passes.
    fn over(&mut self, link: Id<Border>, bounds: &Bounds<Region>) {
        let enter = |links: &mut Vec<Id<Border>>, region: &Region| {
            if !region.is_empty()
                && let Err(at) = links.binary_search(&link)
            {
                links.insert(at, link);
            }
        };
        enter(&mut self.surely_over, &bounds.must);
        enter(&mut self.possibly_over, &bounds.may);
    }
}
