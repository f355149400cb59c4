//! What passes from one presence to another, and by which candidate path.

use super::candidate::{Arrival, PathKey};
use super::classes::{JudgedLocation, Presence};
use super::locations::LocationNumber;
use super::packet_set::PacketSet;
use super::relay;
use super::traversal::{Transit, verdict};
use crate::model::{AddressSet, Border, Bounds, EntryPoint, FlowSet, Id, Relay, Traffic, Verdict};
use std::collections::BTreeMap;

/// One transit between two locations by which the network lets something pass.
pub(super) struct Part<'w> {
    pub transit: Transit<'w>,
    /// The border, where it is one of the input.
    pub border: Option<Id<Border>>,
    /// What takes connections up and opens them anew beyond the border.
    pub relay: Option<&'w Relay>,
    /// What the network lets pass, whoever stands at the ends.
    pub bounds: Bounds<PacketSet>,
}

/// Which candidate paths count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// Those that leave the network of the source, or come back into it over borders.
    Crossing,
    /// Those that stay in one network.
    Inside,
    /// All of them.
    All,
}

/// One candidate by which something may pass.
pub(super) struct Found<'w, 'p> {
    pub candidate: PathKey<'w>,
    /// The border to the destination or the front, where it is one of the input.
    pub border: Option<Id<Border>>,
    /// Borders behind the front.
    pub behind: &'p [Id<Border>],
    pub bounds: Bounds<PacketSet>,
}

/// A place in which a destination is reached.
#[derive(Clone, Copy)]
pub(super) struct Target<'p> {
    pub arrival: Arrival,
    pub location: LocationNumber,
    pub admits: Option<&'p Bounds<FlowSet>>,
    /// Borders behind it, where it is the front of an entry point; ascending.
    pub behind: &'p [Id<Border>],
}

/// The places of a destination: its own, then the fronts of its entry points.
pub(super) fn targets(to: &Presence) -> impl Iterator<Item = Target<'_>> {
    let own = to.destinations.iter().enumerate();
    let own = own.map(|(number, stand)| Target {
        arrival: Arrival::Direct(number),
        location: stand.location,
        admits: stand.policy.as_ref(),
        behind: &[],
    });
    let fronts = to.entry_points.iter().flat_map(|(id, fronts)| {
        fronts.iter().map(|front| Target {
            arrival: Arrival::Through(*id, front.entry_point_path),
            location: front.location,
            admits: Some(&front.admits),
            behind: &front.borders,
        })
    });
    own.chain(fronts)
}

/// What of a stretch the two ends let pass.
pub(super) fn ends(
    source: &JudgedLocation,
    admits: Option<&Bounds<FlowSet>>,
    relay: Option<&Relay>,
    stretch: &Bounds<PacketSet>,
) -> Bounds<PacketSet> {
    let mut left = stretch.clone();
    let mut narrow = |by: &Bounds<PacketSet>| left = left.zip(by, PacketSet::intersection);
    if source.destinations != AddressSet::all() {
        narrow(&Bounds::exact(PacketSet::of(
            AddressSet::all(),
            source.destinations.clone(),
            Traffic::all(),
        )));
    }
    if let Some(policy) = &source.policy {
        let own = policy.map(PacketSet::towards);
        narrow(&relay.map_or(own.clone(), |relay| relay::towards(relay, &own)));
    }
    if let Some(admits) = admits {
        let own = admits.map(PacketSet::from);
        narrow(&relay.map_or(own.clone(), |relay| relay::from(relay, &own)));
    }
    left
}

/// A row of the table: what passes by all candidates together, over which borders, and which candidate shows it.
///
/// Several candidates together may be surer than each by itself; the one that is shown is the first that
/// is as sure as the row.
#[derive(Clone, Debug, Default)]
pub(super) struct Crossing<'w> {
    pub bounds: Bounds<PacketSet>,
    /// Borders of what surely passes; ascending.
    pub surely_over: Vec<Id<Border>>,
    /// Borders of what possibly passes; ascending.
    pub possibly_over: Vec<Id<Border>>,
    /// The first candidate by which something surely passes.
    surely_by: Option<PathKey<'w>>,
    /// The first candidate by which something may pass.
    possibly_by: Option<PathKey<'w>>,
}

impl<'w> Crossing<'w> {
    /// Several as one; the first of them that has a candidate gives it.
    pub fn joined<'c>(all: impl Iterator<Item = &'c Crossing<'w>>) -> Self
    where
        'w: 'c,
    {
        let mut out = Crossing::default();
        let (mut must, mut may) = (Vec::new(), Vec::new());
        for one in all {
            must.push(&one.bounds.must);
            may.push(&one.bounds.may);
            one.surely_over
                .iter()
                .for_each(|border| enter(&mut out.surely_over, *border));
            one.possibly_over
                .iter()
                .for_each(|border| enter(&mut out.possibly_over, *border));
            out.surely_by = out.surely_by.or(one.surely_by);
            out.possibly_by = out.possibly_by.or(one.possibly_by);
        }
        out.bounds = Bounds {
            must: PacketSet::sum(must.into_iter()),
            may: PacketSet::sum(may.into_iter()),
        };
        out
    }

    /// Whether something passes.
    pub fn verdict(&self) -> Verdict {
        verdict(&self.bounds)
    }

    /// The bound that the verdict is about.
    pub fn packets(&self) -> &PacketSet {
        match self.verdict() {
            Verdict::Reachable => &self.bounds.must,
            _ => &self.bounds.may,
        }
    }

    /// The borders of what the verdict is about; ascending.
    pub fn over(&self) -> &[Id<Border>] {
        match self.verdict() {
            Verdict::Reachable => &self.surely_over,
            _ => &self.possibly_over,
        }
    }

    /// The candidate that shows the verdict; none where nothing passes.
    pub fn winner(&self) -> Option<PathKey<'w>> {
        match self.verdict() {
            Verdict::Reachable => self.surely_by,
            _ => self.possibly_by,
        }
    }
}

/// The sum over candidates, as it grows.
#[derive(Default)]
pub(super) struct Sum<'w> {
    parts: Vec<Bounds<PacketSet>>,
    crossing: Crossing<'w>,
}

impl<'w> Sum<'w> {
    /// Adds a candidate.
    pub fn add(&mut self, found: Found<'w, '_>) {
        let own = &mut self.crossing;
        let sure = !found.bounds.must.is_empty();
        for border in found.border.iter().chain(found.behind) {
            enter(&mut own.possibly_over, *border);
            if sure {
                enter(&mut own.surely_over, *border);
            }
        }
        own.possibly_by = own.possibly_by.or(Some(found.candidate));
        if sure {
            own.surely_by = own.surely_by.or(Some(found.candidate));
        }
        self.parts.push(found.bounds);
    }

    /// The row.
    pub fn total(self) -> Crossing<'w> {
        Crossing {
            bounds: Bounds {
                must: PacketSet::sum(self.parts.iter().map(|part| &part.must)),
                may: PacketSet::sum(self.parts.iter().map(|part| &part.may)),
            },
            ..self.crossing
        }
    }
}

fn enter(borders: &mut Vec<Id<Border>>, border: Id<Border>) {
    if let Err(at) = borders.binary_search(&border) {
        borders.insert(at, border);
    }
}

/// One crossing for each way in: to the own address (no entry point), and through each entry point in the order of the
/// world. What nothing passes is left out.
pub(super) type Rows<'w> = Vec<(Option<Id<EntryPoint>>, Crossing<'w>)>;

/// The rows of candidates.
pub(super) fn rows<'w, 'p>(candidates: impl Iterator<Item = Found<'w, 'p>>) -> Rows<'w> {
    let mut sums: BTreeMap<Option<Id<EntryPoint>>, Sum<'w>> = BTreeMap::new();
    for found in candidates {
        let entry_point = match found.candidate.arrival {
            Arrival::Direct(_) => None,
            Arrival::Through(id, _) => Some(id),
        };
        sums.entry(entry_point).or_default().add(found);
    }
    let rows = sums.into_iter();
    rows.map(|(entry_point, sum)| (entry_point, sum.total()))
        .collect()
}
