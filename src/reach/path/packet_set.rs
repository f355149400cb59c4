//! Sets of packets with both their ends: what a path narrows from hop to hop.

use crate::model::{AddressSet, Bounds, Direction, FlowSet, Traffic, Witness};
use std::cmp::Ordering;
use std::net::IpAddr;
use std::rc::Rc;

/// A set of packets: the union of cells, each all packets of some traffic between two sets of addresses.
///
/// None stands for no cell, so that the many empty sets cost nothing; a copy shares the cells. Cells may overlap; two regions that hold the same packets need not be equal values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct PacketSet(Option<Rc<[Cell]>>);

/// All packets of `traffic` from one of `sources` to one of `destinations`; no part is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Cell {
    pub sources: AddressSet,
    pub destinations: AddressSet,
    pub traffic: Traffic,
}

impl Cell {
    fn is_empty(&self) -> bool {
        self.sources.is_empty() || self.destinations.is_empty() || self.traffic.is_empty()
    }

    fn both(&self, other: &Cell) -> Option<Cell> {
        let some = |addresses: AddressSet| (!addresses.is_empty()).then_some(addresses);
        let cell = Cell {
            sources: some(self.sources.intersection(&other.sources))?,
            destinations: some(self.destinations.intersection(&other.destinations))?,
            traffic: self.traffic.intersection(&other.traffic),
        };
        (!cell.is_empty()).then_some(cell)
    }

    /// The first of several.
    fn like(cells: &[Cell]) -> Cell {
        cells.first().cloned().unwrap_or_default()
    }
}

impl PacketSet {
    /// No packet.
    pub fn none() -> Self {
        PacketSet::default()
    }

    /// One cell.
    pub fn of(sources: AddressSet, destinations: AddressSet, traffic: Traffic) -> Self {
        let cell = Cell {
            sources,
            destinations,
            traffic,
        };
        if cell.is_empty() {
            PacketSet::none()
        } else {
            PacketSet(Some([cell].into()))
        }
    }

    /// The packets that can exist between two sets of addresses: both ends of one family.
    pub fn between(sources: &AddressSet, destinations: &AddressSet, traffic: &Traffic) -> Self {
        let families = [AddressSet::all_v4(), AddressSet::all_v6()];
        let one = |family: &AddressSet| {
            PacketSet::of(
                sources.intersection(family),
                destinations.intersection(family),
                traffic.clone(),
            )
        };
        families
            .iter()
            .fold(PacketSet::none(), |sum, family| sum.union(&one(family)))
    }

    /// What the set says of each address at the other end of those that cross a filter at one of `own`.
    pub fn beside(own: &AddressSet, flows: &FlowSet, crossing: Direction) -> Self {
        PacketSet::cells(flows.parts().iter().map(|(at, traffic)| match crossing {
            Direction::Egress => (own.clone(), at.clone(), traffic.clone()),
            Direction::Ingress => (at.clone(), own.clone(), traffic.clone()),
        }))
    }

    /// From anywhere, what the set says of each destination.
    pub fn towards(flows: &FlowSet) -> Self {
        PacketSet::cells(
            flows
                .parts()
                .iter()
                .map(|(at, traffic)| (AddressSet::all(), at.clone(), traffic.clone())),
        )
    }

    /// To anywhere, what the set says of each source.
    pub fn from(flows: &FlowSet) -> Self {
        PacketSet::cells(
            flows
                .parts()
                .iter()
                .map(|(at, traffic)| (at.clone(), AddressSet::all(), traffic.clone())),
        )
    }

    /// The union of cells.
    pub fn cells(cells: impl IntoIterator<Item = (AddressSet, AddressSet, Traffic)>) -> Self {
        let cells = cells
            .into_iter()
            .map(|(sources, destinations, traffic)| Cell {
                sources,
                destinations,
                traffic,
            });
        PacketSet::tidy(cells.filter(|cell| !cell.is_empty()).collect())
    }

    /// The cells.
    pub fn iter(&self) -> std::slice::Iter<'_, Cell> {
        self.slice().iter()
    }

    fn slice(&self) -> &[Cell] {
        self.0.as_deref().unwrap_or_default()
    }

    /// Whether there is no packet in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Packets in either.
    pub fn union(&self, other: &PacketSet) -> Self {
        if other.is_empty() {
            return self.clone();
        }
        if self.is_empty() {
            return other.clone();
        }
        PacketSet::tidy(self.iter().chain(other.iter()).cloned().collect())
    }

    /// Packets in any of several.
    pub fn sum<'r>(regions: impl Iterator<Item = &'r PacketSet>) -> Self {
        let mut some = regions.filter(|packets| !packets.is_empty());
        let Some(first) = some.next() else {
            return PacketSet::none();
        };
        let rest: Vec<&PacketSet> = some.collect();
        if rest.is_empty() {
            return first.clone();
        }
        let all = std::iter::once(first).chain(rest);
        PacketSet::tidy(all.flat_map(PacketSet::iter).cloned().collect())
    }

    /// Packets in both.
    pub fn intersection(&self, other: &PacketSet) -> Self {
        let both = |mine| {
            other
                .iter()
                .filter_map(move |theirs| Cell::both(mine, theirs))
        };
        PacketSet::tidy(self.iter().flat_map(both).collect())
    }

    /// Whether the packet is in it.
    pub fn contains(&self, packet: &Witness) -> bool {
        self.iter().any(|cell| {
            cell.sources.contains(packet.source)
                && cell.destinations.contains(packet.destination)
                && cell.traffic.of(packet.protocol).contains(packet.port)
        })
    }

    /// One packet of it, the same for the same set of packets however it was made up: the likeliest protocol, the lowest
    /// port, then the lowest addresses.
    pub fn witness(&self) -> Option<Witness> {
        let (protocol, port) = self.traffic().witness()?;
        let holds = self
            .iter()
            .filter(|cell| cell.traffic.of(protocol).contains(port));
        let ends = |cell: &Cell| Some((cell.sources.first()?, cell.destinations.first()?));
        let lowest = |ends: &(IpAddr, IpAddr)| (ends.1, ends.0);
        holds
            .filter_map(ends)
            .min_by_key(lowest)
            .map(|(source, destination)| Witness {
                source,
                destination,
                protocol,
                port,
            })
    }

    /// The same packet from the lowest source that has it in the set of packets.
    pub fn sent_like(&self, packet: &Witness) -> Option<Witness> {
        let same = self.iter().filter(|cell| {
            cell.destinations.contains(packet.destination)
                && cell.traffic.of(packet.protocol).contains(packet.port)
        });
        same.filter_map(|cell| cell.sources.first())
            .min()
            .map(|source| Witness { source, ..*packet })
    }

    /// What any pair of addresses has.
    pub fn traffic(&self) -> Traffic {
        self.iter().map(|cell| &cell.traffic).collect()
    }

    /// What each destination gets from any source.
    pub fn by_destination(&self) -> FlowSet {
        self.project(|cell| &cell.destinations)
    }

    /// What each source sends to any destination.
    pub fn by_source(&self) -> FlowSet {
        self.project(|cell| &cell.sources)
    }

    fn project(&self, end: impl Fn(&Cell) -> &AddressSet) -> FlowSet {
        let parts = AddressSet::overlay(self.iter().map(&end)).into_iter();
        let traffic = |holding: Vec<usize>| {
            let cells = holding
                .iter()
                .filter_map(|number| self.slice().get(*number));
            cells.map(|cell| &cell.traffic).collect()
        };
        FlowSet::of_parts(parts.map(|(at, holding)| (at, traffic(holding))).collect())
    }

    /// Joins cells that differ in one part only, so that long lists of rules stay few cells.
    fn tidy(mut cells: Vec<Cell>) -> Self {
        merge(
            &mut cells,
            |a, b| (&a.sources, &a.destinations).cmp(&(&b.sources, &b.destinations)),
            |cells| Cell {
                traffic: cells.iter().map(|cell| &cell.traffic).collect(),
                ..Cell::like(cells)
            },
        );
        merge(
            &mut cells,
            |a, b| (&a.destinations, &a.traffic).cmp(&(&b.destinations, &b.traffic)),
            |cells| Cell {
                sources: cells.iter().map(|cell| &cell.sources).collect(),
                ..Cell::like(cells)
            },
        );
        merge(
            &mut cells,
            |a, b| (&a.sources, &a.traffic).cmp(&(&b.sources, &b.traffic)),
            |cells| Cell {
                destinations: cells.iter().map(|cell| &cell.destinations).collect(),
                ..Cell::like(cells)
            },
        );
        PacketSet((!cells.is_empty()).then(|| cells.into()))
    }
}

/// Joins cells that are equal in that order.
fn merge(
    all: &mut Vec<Cell>,
    order: impl Fn(&Cell, &Cell) -> Ordering,
    join: impl Fn(&[Cell]) -> Cell,
) {
    if all.len() < 2 {
        return;
    }
    all.sort_by(&order);
    let same = |a: &Cell, b: &Cell| order(a, b) == Ordering::Equal;
    if !all.is_sorted_by(|a, b| !same(a, b)) {
        let joined = |cells: &[Cell]| match cells {
            [only] => only.clone(),
            several => join(several),
        };
        *all = all.chunk_by(same).map(joined).collect();
    }
}

/// It may pass and may not: nothing is known.
pub(super) fn unknown() -> Bounds<PacketSet> {
    Bounds {
        must: PacketSet::none(),
        may: PacketSet::of(AddressSet::all(), AddressSet::all(), Traffic::all()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Protocol;

    fn packets(from: &str, to: &str, low: u16, high: u16) -> PacketSet {
        PacketSet::between(
            &AddressSet::parse(from).unwrap(),
            &AddressSet::parse(to).unwrap(),
            &Traffic::ports(Protocol::TCP, low, high),
        )
    }

    #[test]
    fn the_two_families_never_talk() {
        assert!(packets("10.0.0.0/8", "::/0", 1, 9).is_empty());
        assert!(!packets("fd00::/8", "::/0", 1, 9).is_empty());
    }

    #[test]
    fn cells_that_touch_become_one() {
        let sum = packets("10.0.0.0/9", "10.9.0.0/16", 1, 9).union(&packets(
            "10.128.0.0/9",
            "10.9.0.0/16",
            1,
            9,
        ));
        assert_eq!(sum, packets("10.0.0.0/8", "10.9.0.0/16", 1, 9));
    }

    #[test]
    fn the_witness_does_not_tell_how_the_region_was_made() {
        let (a, b) = (
            packets("10.0.0.0/8", "10.2.0.0/16", 5, 9),
            packets("10.1.0.0/16", "10.1.0.0/16", 5, 6),
        );
        let witness = a.union(&b).witness().unwrap();
        assert_eq!(Some(witness), b.union(&a).witness());
        assert_eq!(
            (witness.destination.to_string(), witness.port),
            ("10.1.0.0".to_owned(), 5)
        );
        assert!(a.union(&b).contains(&witness) && !a.contains(&witness));
    }

    #[test]
    fn intersection_narrows_each_part() {
        let both = packets("10.0.0.0/8", "10.2.0.0/16", 5, 9).intersection(&packets(
            "10.3.0.0/16",
            "10.2.3.0/24",
            9,
            20,
        ));
        assert_eq!(both, packets("10.3.0.0/16", "10.2.3.0/24", 9, 9));
    }
}
