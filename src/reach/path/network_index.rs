//! The networks of a world, indexed for the questions that paths ask.

use super::filter_outcome::{self, FilterEnds, FilterOutcome, Peer};
use super::forward::{self, Exit};
use super::location::NetworkLocation;
use super::packet_set::PacketSet;
use crate::model::{
    AddressSet, Border, Bounds, Direction, Endpoint, EntryPoint, Filter, FilterPeer, FlowSet, Id,
    Leg, Network, RouteTable, Subnet, Target, Workload, World,
};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The network of a source and of a destination.
type Pair = (Id<Network>, Id<Network>);

/// A border, and one of its legs with the position.
type NumberedLeg<'w> = (Id<Border>, usize, &'w Leg);

/// What was derived before.
type Known<K, T> = RefCell<FxHashMap<K, Rc<Bounds<T>>>>;

/// Which way a filter is passed, and between which ends.
type FilterQuery = (Id<Filter>, Direction, FilterEnds);

/// How many of several filters must let a packet pass.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Needs {
    Any,
    Each,
}

/// Several filters together, passed one way between two ends.
type Combination = (Needs, Vec<Id<Filter>>, Direction, FilterEnds);

/// Filters whose members the rules of a filter name, at its own end and at the other one.
#[derive(Default)]
struct References {
    own: Vec<Id<Filter>>,
    other: Vec<Id<Filter>>,
}

/// A world's networks. What is derived of a filter or a route table is kept: paths ask the same again and again.
pub(in crate::reach) struct NetworkIndex<'w> {
    pub(super) world: &'w World,
    subnets: BTreeMap<Id<Network>, Vec<Id<Subnet>>>,
    legs: BTreeMap<Pair, Vec<NumberedLeg<'w>>>,
    nat_gateways: BTreeSet<Id<Endpoint>>,
    entry_points: BTreeMap<Id<Workload>, Vec<Id<EntryPoint>>>,
    members: BTreeMap<(Id<Filter>, Id<Network>), Bounds<AddressSet>>,
    references: FxHashMap<(Id<Filter>, Direction), References>,
    outcomes: RefCell<FxHashMap<FilterQuery, Rc<FilterOutcome>>>,
    combinations: RefCell<FxHashMap<Combination, Rc<Bounds<PacketSet>>>>,
    sends: Known<(Id<RouteTable>, Exit), AddressSet>,
}

impl<'w> NetworkIndex<'w> {
    /// The index of a world.
    pub(in crate::reach) fn new(world: &'w World) -> Self {
        let mut subnets: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (id, subnet) in world.subnets.iter() {
            subnets.entry(subnet.network).or_default().push(id);
        }
        let mut legs: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (id, border) in world.borders.iter() {
            for (number, leg) in border.legs.iter().enumerate() {
                legs.entry((leg.from, leg.to))
                    .or_default()
                    .push((id, number, leg));
            }
        }
        let targets = world
            .route_tables
            .iter()
            .flat_map(|(_, table)| &table.routes)
            .map(|route| &route.target);
        let nat_gateways = targets
            .filter_map(|target| {
                if let Target::NatGateway(id) = target {
                    Some(*id)
                } else {
                    None
                }
            })
            .collect();
        let mut entry_points: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (id, entry_point) in world.entry_points.iter() {
            entry_point
                .workloads
                .iter()
                .for_each(|workload| entry_points.entry(*workload).or_default().push(id));
        }
        NetworkIndex {
            world,
            subnets,
            legs,
            nat_gateways,
            entry_points,
            members: members(world),
            references: references(world),
            outcomes: RefCell::default(),
            combinations: RefCell::default(),
            sends: RefCell::default(),
        }
    }

    /// The subnets of a network.
    pub(super) fn subnets(&self, network: Id<Network>) -> &[Id<Subnet>] {
        self.subnets.get(&network).map_or(&[], Vec::as_slice)
    }

    /// The entry points that lead to a workload's pods.
    pub(super) fn entry_points(&self, workload: Id<Workload>) -> &[Id<EntryPoint>] {
        self.entry_points.get(&workload).map_or(&[], Vec::as_slice)
    }

    /// Whether routes lead through the endpoint.
    pub(super) fn translates(&self, id: Id<Endpoint>) -> bool {
        self.nat_gateways.contains(&id)
    }

    /// The ways over a border from one network to another.
    pub(super) fn legs(&self, from: Id<Network>, to: Id<Network>) -> &[NumberedLeg<'w>] {
        self.legs.get(&(from, to)).map_or(&[], Vec::as_slice)
    }

    /// Addresses of those in a network who carry a filter: surely, and possibly.
    pub(super) fn membership(
        &self,
        filter: Id<Filter>,
        network: Id<Network>,
    ) -> Bounds<AddressSet> {
        let mut out = self
            .members
            .get(&(filter, network))
            .cloned()
            .unwrap_or_default();
        for unknown in &self.world.unknown_filters {
            if let Some(more) = self.members.get(&(*unknown, network)) {
                out.may = out.may.union(&more.may);
            }
        }
        out
    }

    /// What a filter lets pass in one direction.
    pub(super) fn outcome(
        &self,
        filter: Id<Filter>,
        direction: Direction,
        ends: &FilterEnds,
    ) -> Rc<FilterOutcome> {
        let ends = self.seen(&[filter], direction, ends);
        let key = (filter, direction, ends);
        if let Some(known) = self.outcomes.borrow().get(&key) {
            return Rc::clone(known);
        }
        let own = &self.world.filters[filter];
        let found = Rc::new(filter_outcome::passes(
            own,
            direction,
            &key.2,
            &|filter, network| self.membership(filter, network),
        ));
        self.outcomes.borrow_mut().insert(key, Rc::clone(&found));
        found
    }

    /// Both ends without what no rule of these filters refers to.
    fn seen(&self, filters: &[Id<Filter>], direction: Direction, ends: &FilterEnds) -> FilterEnds {
        let named = |of: fn(&References) -> &Vec<Id<Filter>>| {
            let known = filters
                .iter()
                .filter_map(|filter| self.references.get(&(*filter, direction)));
            known.flat_map(of).copied().collect::<Vec<_>>()
        };
        FilterEnds {
            own: ends.own.seen_by(&named(|references| &references.own)),
            other: ends.other.seen_by(&named(|references| &references.other)),
        }
    }

    /// What one of the filters at least lets pass.
    pub(super) fn any_of(
        &self,
        filters: &[Id<Filter>],
        direction: Direction,
        ends: &FilterEnds,
    ) -> Rc<Bounds<PacketSet>> {
        let start = || FilterOutcome::of(Bounds::default());
        self.combined(Needs::Any, filters, direction, ends, start, FlowSet::union)
    }

    /// What each of the filters lets pass; everything where there is none.
    pub(super) fn each_of(
        &self,
        filters: &[Id<Filter>],
        direction: Direction,
        ends: &FilterEnds,
    ) -> Rc<Bounds<PacketSet>> {
        let start = || FilterOutcome::of(Bounds::exact(FlowSet::all()));
        let join = FlowSet::intersection;
        self.combined(Needs::Each, filters, direction, ends, start, join)
    }

    fn combined(
        &self,
        needs: Needs,
        filters: &[Id<Filter>],
        direction: Direction,
        ends: &FilterEnds,
        start: impl Fn() -> FilterOutcome,
        join: fn(&FlowSet, &FlowSet) -> FlowSet,
    ) -> Rc<Bounds<PacketSet>> {
        let ends = self.seen(filters, direction, ends);
        let key = (needs, filters.to_vec(), direction, ends);
        if let Some(known) = self.combinations.borrow().get(&key) {
            return Rc::clone(known);
        }
        let sum = filters.iter().fold(start(), |sum, filter| {
            sum.zip(&self.outcome(*filter, direction, &key.3), join)
        });
        let found = Rc::new(sum.packets(direction));
        let mut known = self.combinations.borrow_mut();
        known.insert(key, Rc::clone(&found));
        found
    }

    /// Destinations that packets from a subnet reach over an exit. Several tables are candidates of which one is right;
    /// without any, nothing is known.
    pub(super) fn sends(&self, subnet: Id<Subnet>, exit: Exit) -> Bounds<AddressSet> {
        let tables = self.world.subnets[subnet]
            .tables
            .iter()
            .map(|table| self.table_sends(*table, exit));
        let either = |a: Bounds<AddressSet>, b: Rc<Bounds<AddressSet>>| Bounds {
            must: a.must.intersection(&b.must),
            may: a.may.union(&b.may),
        };
        let start = Bounds {
            must: AddressSet::all(),
            may: AddressSet::none(),
        };
        if self.world.subnets[subnet].tables.is_empty() {
            return Bounds {
                must: AddressSet::none(),
                may: AddressSet::all(),
            };
        }
        tables.fold(start, either)
    }

    fn table_sends(&self, table: Id<RouteTable>, exit: Exit) -> Rc<Bounds<AddressSet>> {
        let mut known = self.sends.borrow_mut();
        let found = known
            .entry((table, exit))
            .or_insert_with(|| Rc::new(forward::sends(&self.world.route_tables[table], exit)));
        Rc::clone(found)
    }

    /// Both ends of a flow as the filters of `own` see them; `referenced`: whether references reach the other end.
    pub(super) fn ends(
        &self,
        own: &NetworkLocation,
        other: &NetworkLocation,
        referenced: bool,
    ) -> FilterEnds {
        FilterEnds {
            own: self.peer(own, true),
            other: self.peer(other, referenced),
        }
    }

    /// A location as the references of the other end's filters see it, where they reach across or not.
    fn peer(&self, location: &NetworkLocation, referenced: bool) -> Peer {
        match (&location.filters, location.network) {
            (Some(filters), _) if referenced => {
                let mut own = filters.clone();
                own.sort_unstable();
                own.dedup();
                let unknown = &self.world.unknown_filters;
                if own.iter().any(|filter| unknown.contains(filter)) {
                    Peer::Unresolved(own)
                } else {
                    Peer::Carrier(own)
                }
            }
            (None, Some(network)) if referenced => Peer::Stranger(network),
            _ => Peer::beyond_reference(),
        }
    }
}

/// The references of filters that have some.
fn references(world: &World) -> FxHashMap<(Id<Filter>, Direction), References> {
    let mut out: FxHashMap<_, References> = FxHashMap::default();
    for (id, filter) in world.filters.iter() {
        for direction in Direction::BOTH {
            for rule in filter.rules(direction) {
                if let FilterPeer::Members(named) = rule.peer {
                    out.entry((id, direction)).or_default().other.push(named);
                }
                if let FilterPeer::Members(named) = rule.own {
                    out.entry((id, direction)).or_default().own.push(named);
                }
            }
        }
    }
    for references in out.values_mut() {
        for named in [&mut references.own, &mut references.other] {
            named.sort_unstable();
            named.dedup();
        }
    }
    out
}

/// Who carries each filter, by network: what has one known address there surely has it.
fn members(world: &World) -> BTreeMap<(Id<Filter>, Id<Network>), Bounds<AddressSet>> {
    let resources = world
        .endpoints
        .iter()
        .flat_map(|(_, endpoint)| &endpoint.attachments);
    let pod_placements = || {
        world
            .workloads
            .iter()
            .flat_map(|(_, workload)| &workload.pod_placements)
    };
    let pods = pod_placements().map(|pod_placement| &pod_placement.pod);
    let nodes = pod_placements().filter_map(|pod_placement| pod_placement.node.as_ref());
    // Thousands of workloads stand on the same few node groups.
    let mut seen = FxHashSet::default();
    let mut found: BTreeMap<_, Bounds<Vec<&AddressSet>>> = BTreeMap::new();
    for attachment in resources.chain(pods).chain(nodes) {
        let (filters, network) = (attachment.filters.as_slice(), attachment.network);
        let (addresses, certain) = (&attachment.addresses, attachment.doubt.is_certain());
        if !seen.insert((filters, network, addresses, certain)) {
            continue;
        }
        let single = addresses.first().map(AddressSet::single);
        let surely = certain && single.as_ref() == Some(addresses);
        for filter in filters {
            let entry = found.entry((*filter, network)).or_default();
            entry.may.push(addresses);
            if surely {
                entry.must.push(addresses);
            }
        }
    }
    let sums = found.into_iter();
    sums.map(|(key, sets)| (key, sets.map(|sets| sets.iter().copied().collect())))
        .collect()
}
