//! The table of crossings: everything that is asked about who crosses borders is answered from here, each thing once.

use super::candidate::{self, Arrival, PathKey};
use super::classes::{self, Class, JudgedLocation, Presence};
use super::crossing::{Crossing, Extent, Found, Part, Rows, Sum, Target, ends, rows, targets};
use super::entry_point;
use super::far::{self, Actor, Far};
use super::hop_check;
use super::location::{EndCandidate, NetworkLocation, Owner};
use super::locations::{LocationNumber, Locations};
use super::nat_gateway;
use super::neighbourhood::Neighbourhoods;
use super::network_index::NetworkIndex;
use super::packet_set::PacketSet;
use super::path_candidate::{PathCandidate, PathKind, borders};
use super::places;
use super::pod_policies::PodPolicies;
use super::prospect::Prospects;
use super::traversal::{Sent, Transit, Traversal};
use crate::model::{AddressSet, Bounds, Cluster, Direction, Id, Relay, Traffic};
use crate::reach::{Party, Share};
use rustc_hash::FxHashMap;
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

/// What a row is about at one end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum RowParty {
    /// A class of workloads, by position.
    Class(usize),
    /// A far side, by position.
    Far(usize),
}

/// Known transits between two locations.
type Stretches<'w> = RefCell<FxHashMap<(LocationNumber, LocationNumber), Rc<[Part<'w>]>>>;

/// The crossings of one world, as far as they were asked for.
#[derive(Default)]
pub(in crate::reach) struct CrossingTable<'w> {
    pub(super) locations: Locations,
    classes: OnceCell<Vec<Class>>,
    fars: OnceCell<Vec<Far>>,
    neighbourhoods: OnceCell<Neighbourhoods>,
    presences: RefCell<FxHashMap<Party, Rc<Presence>>>,
    stretches: Stretches<'w>,
    prospects: OnceCell<Prospects>,
    rows: RefCell<FxHashMap<(RowParty, RowParty), Rc<Rows<'w>>>>,
    /// The rows of all pairs between which nothing passes.
    no_rows: Rc<Rows<'w>>,
}

/// A table together with what fills it.
#[derive(Clone, Copy)]
pub(in crate::reach) struct Crossings<'a, 'w> {
    pub(super) index: &'a NetworkIndex<'w>,
    pub(super) evaluator: &'a dyn PodPolicies,
    pub(super) table: &'a CrossingTable<'w>,
    /// Whose crossings are listed; all where there is none.
    share: Option<Share>,
}

impl<'a, 'w> Crossings<'a, 'w> {
    /// The table of a world, filled by that index and evaluator alone.
    pub(in crate::reach) fn new(
        index: &'a NetworkIndex<'w>,
        evaluator: &'a dyn PodPolicies,
        table: &'a CrossingTable<'w>,
    ) -> Self {
        Crossings {
            index,
            evaluator,
            table,
            share: None,
        }
    }

    /// The same, where only the crossings of a share of the workloads are listed.
    pub(in crate::reach) fn of_share(self, share: Option<Share>) -> Self {
        Crossings { share, ..self }
    }

    /// Whether what is of a cluster is listed.
    pub(super) fn lists(&self, cluster: Id<Cluster>) -> bool {
        let name = &self.index.world.clusters[cluster].name;
        self.share.is_none_or(|share| share.holds(name))
    }

    /// The classes of workloads.
    pub(super) fn classes(&self) -> &'a [Class] {
        let new = || classes::classes(self.index, self.evaluator, &self.table.locations);
        self.table.classes.get_or_init(new)
    }

    /// The far sides.
    pub(super) fn fars(&self) -> &'a [Far] {
        let new = || far::all(self.index, self.evaluator, &self.table.locations);
        self.table.fars.get_or_init(new)
    }

    /// Which of them can have to do with each other.
    pub(super) fn neighbourhoods(&self) -> &'a Neighbourhoods {
        let new = || {
            let sides = (self.classes(), self.fars());
            Neighbourhoods::of(self.index.world, &self.table.locations, sides)
        };
        self.table.neighbourhoods.get_or_init(new)
    }

    fn presence_of(&self, side: RowParty) -> Option<&'a Presence> {
        match side {
            RowParty::Class(number) => self.classes().get(number).map(|class| &class.presence),
            RowParty::Far(number) => self.fars().get(number).map(|far| &far.presence),
        }
    }

    /// What crosses from one side to another, by how it comes in.
    pub(super) fn rows(&self, from: RowParty, to: RowParty) -> Rc<Rows<'w>> {
        if !self.may_hold(from, to) {
            return Rc::clone(&self.table.no_rows);
        }
        if let Some(known) = self.table.rows.borrow().get(&(from, to)) {
            return Rc::clone(known);
        }
        let ends = self.presence_of(from).zip(self.presence_of(to));
        let found = ends.map_or_else(Vec::new, |(from, to)| {
            rows(self.candidates(from, to, Extent::Crossing))
        });
        let found = if found.is_empty() {
            Rc::clone(&self.table.no_rows)
        } else {
            Rc::new(found)
        };
        let mut known = self.table.rows.borrow_mut();
        known.insert((from, to), Rc::clone(&found));
        found
    }

    /// Whether rows of two sides may hold anything.
    fn may_hold(&self, from: RowParty, to: RowParty) -> bool {
        let (class, far, direction) = match (from, to) {
            (RowParty::Class(class), RowParty::Far(far)) => (class, far, Direction::Egress),
            (RowParty::Far(far), RowParty::Class(class)) => (class, far, Direction::Ingress),
            _ => return true,
        };
        let prospects = self.table.prospects.get_or_init(|| {
            let stretch = |from, to| self.stretch(from, to);
            let sides = (self.classes(), self.fars());
            Prospects::of(sides, self.neighbourhoods(), &stretch)
        });
        prospects.hold(class, far, direction)
    }

    /// What crosses from one side to another, however it comes in.
    pub(super) fn whole(&self, from: RowParty, to: RowParty) -> Crossing<'w> {
        let rows = self.rows(from, to);
        match rows.as_slice() {
            [] => Crossing::default(),
            [(_, only)] => only.clone(),
            several => Crossing::joined(several.iter().map(|(_, crossing)| crossing)),
        }
    }

    /// The first candidate from one side to another that may carry one of these packets.
    pub(super) fn first_of(
        &self,
        (from, to): (RowParty, RowParty),
        asked: &PacketSet,
    ) -> Option<PathKey<'w>> {
        let (from, to) = self.presence_of(from).zip(self.presence_of(to))?;
        let carries = |found: &Found<'_, '_>| !found.bounds.may.intersection(asked).is_empty();
        let mut candidates = self.candidates(from, to, Extent::Crossing);
        candidates.find(carries).map(|found| found.candidate)
    }

    /// What passes from one presence to another by the candidates that count.
    pub(super) fn sum(&self, from: &Presence, to: &Presence, extent: Extent) -> Crossing<'w> {
        let mut sum = Sum::default();
        self.candidates(from, to, extent)
            .for_each(|found| sum.add(found));
        sum.total()
    }

    /// The candidates by which something may pass, the one that is shown before others as sure first.
    pub(super) fn candidates<'s>(
        &'s self,
        from: &'s Presence,
        to: &'s Presence,
        extent: Extent,
    ) -> impl Iterator<Item = Found<'w, 's>> + 's {
        from.sources
            .iter()
            .enumerate()
            .flat_map(move |(number, source)| {
                targets(to)
                    .filter(move |target| self.counts(source, target, extent))
                    .flat_map(move |target| self.over_parts((number, source), target))
            })
    }

    fn counts(&self, source: &JudgedLocation, target: &Target<'_>, extent: Extent) -> bool {
        if extent == Extent::All {
            return true;
        }
        let locations = &self.table.locations;
        let (Some(from), Some(to)) = (
            locations.network(source.location),
            locations.network(target.location),
        ) else {
            return false;
        };
        let crosses = from != to || !target.behind.is_empty();
        crosses == (extent == Extent::Crossing)
    }

    fn over_parts<'p>(
        &self,
        (number, source): (usize, &JudgedLocation),
        target: Target<'p>,
    ) -> Vec<Found<'w, 'p>> {
        let parts = self.stretch(source.location, target.location);
        let found = |part: &Part<'w>| Found {
            candidate: PathKey {
                source: number,
                arrival: target.arrival,
                transit: part.transit,
            },
            border: part.border,
            behind: target.behind,
            bounds: ends(source, target.admits, part.relay, &part.bounds),
        };
        let passing = parts.iter().map(found);
        passing
            .filter(|found| !found.bounds.may.is_empty())
            .collect()
    }

    /// The presence of any party.
    pub(super) fn presence(&self, party: &Party) -> Rc<Presence> {
        if let Some(known) = self.table.presences.borrow().get(party) {
            return Rc::clone(known);
        }
        let found = classes::presence(self.index, self.evaluator, &self.table.locations, party);
        let found = Rc::new(found);
        let mut known = self.table.presences.borrow_mut();
        known.insert(party.clone(), Rc::clone(&found));
        found
    }

    /// A candidate sent through all hops; none where the actors have no such candidate.
    pub(super) fn traversal(
        &self,
        (from, to): (Actor<'_>, Actor<'_>),
        candidate: PathKey<'w>,
        sent: Sent<'_>,
    ) -> Option<Traversal<'w>> {
        let judges = (self.index, self.evaluator);
        let from = self.place(from, candidate, true)?;
        match candidate.arrival {
            Arrival::Direct(_) => {
                let to = self.place(to, candidate, false)?;
                let ends = (&from, &to);
                Some(candidate::traverse(judges, ends, candidate.transit, sent))
            }
            Arrival::Through(id, number) => {
                let Actor::Party(Party::Workload(workload)) = to else {
                    return None;
                };
                let entry_point_paths = entry_point::entry_point_paths(self.index, *workload, id);
                let through = (&from, entry_point_paths.get(number)?);
                entry_point::traverse(judges, through, candidate.transit, sent)
            }
        }
    }

    /// The place in which a candidate has one of its ends, by an actor's own places; none where it comes in through an entry
    /// point.
    pub(super) fn place(
        &self,
        actor: Actor<'_>,
        candidate: PathKey<'w>,
        sends: bool,
    ) -> Option<EndCandidate<'w>> {
        let number = match candidate.arrival {
            _ if sends => candidate.source,
            Arrival::Direct(number) => number,
            Arrival::Through(..) => return None,
        };
        self.places(actor, sends).into_iter().nth(number)
    }

    /// The places of an actor, as candidates number them.
    fn places(&self, actor: Actor<'_>, sends: bool) -> Vec<EndCandidate<'w>> {
        match actor {
            Actor::Party(party) if sends => places::sources(self.index, party),
            Actor::Party(party) => places::destinations(self.index, party),
            Actor::Network(id) => {
                let own = &self.index.world.networks[id].addresses;
                let places = places::places_in(self.index, id, own).into_iter();
                places.map(unowned).collect()
            }
        }
    }

    /// What the network lets pass from one location to another.
    pub(super) fn stretch(&self, from: LocationNumber, to: LocationNumber) -> Rc<[Part<'w>]> {
        if let Some(known) = self.table.stretches.borrow().get(&(from, to)) {
            return Rc::clone(known);
        }
        let found: Rc<[Part<'w>]> = self.over_network(from, to).into();
        let mut known = self.table.stretches.borrow_mut();
        known.insert((from, to), Rc::clone(&found));
        found
    }

    fn over_network(&self, from: LocationNumber, to: LocationNumber) -> Vec<Part<'w>> {
        let locations = &self.table.locations;
        let (Some(from), Some(to)) = (locations.get(from), locations.get(to)) else {
            return Vec::new();
        };
        let (from, to) = (unowned((*from).clone()), unowned((*to).clone()));
        let is_sure = from.location.doubt.is_certain() && from.location.network.is_some();
        let start = |relay: Option<&Relay>| {
            let mut start = hop_check::start(&from, &to, relay, &Traffic::all());
            if !is_sure {
                start.must = PacketSet::none();
            }
            start
        };
        let direct = |border: PathKind<'w>| {
            let path = PathCandidate {
                index: self.index,
                evaluator: self.evaluator,
                from: &from,
                to: &to,
                border,
            };
            let bounds = hop_check::through_network(&path, start(border.relay()));
            (Transit::Direct(border), bounds)
        };
        let translated =
            nat_gateway::stretches(self.index, self.evaluator, (&from, &to), &start(None));
        let all = borders(self.index, &from.location, &to.location)
            .into_iter()
            .map(direct);
        all.chain(translated)
            .filter(|(_, bounds)| !bounds.may.is_empty())
            .map(part)
            .collect()
    }
}

fn part<'w>((transit, bounds): (Transit<'w>, Bounds<PacketSet>)) -> Part<'w> {
    let (border, relay) = match transit {
        Transit::Direct(PathKind::Over(border, _, leg)) => (Some(border), leg.relay.as_ref()),
        // Nothing but the NAT gateway's own address is seen beyond it.
        Transit::Direct(border) | Transit::OverNatGateway(_, border) => (border.border(), None),
    };
    Part {
        transit,
        border,
        relay,
        bounds,
    }
}

/// A location of which nobody is known to stand there.
fn unowned<'w>(location: NetworkLocation) -> EndCandidate<'w> {
    EndCandidate {
        owner: Owner::Unknown,
        location,
        destinations: AddressSet::all(),
    }
}
