//! Which of a world's crossings the entries of `allow:` hold.

use super::allowance::Intent;
use super::end::Named;
use crate::model::{AddressSet, Direction, FlowSet, Id, Traffic, Workload, World};
use crate::reach::{Engine, Exposure, ExposureGroup, Party};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// An entry, and one of its ends on the pods' side: their numbers.
type Near = (usize, usize);

/// The entries as they stand in one world.
pub struct Coverage<'a> {
    /// What the entries say.
    pub(crate) intent: &'a Intent,
    /// Of each entry what its ends stand for.
    pub(crate) ends: Vec<[Vec<Named>; 2]>,
    /// Which entries name the pods of a workload: where it opens connections, and where it takes them.
    near: [FxHashMap<Id<Workload>, Vec<Near>>; 2],
    /// Of each entry what crosses between those that it names.
    passing: Vec<Traffic>,
    world: &'a World,
}

/// A part of a crossing of which all is wanted, or nothing.
#[derive(Clone, Debug)]
pub(in crate::rules) struct Part {
    /// The far side, or the part of bare addresses.
    pub far: Party,
    /// Protocols and ports.
    pub traffic: Arc<Traffic>,
    /// The entries that want it; empty where none does.
    pub entries: Vec<usize>,
}

/// Which of the two ends of an entry is the pods' own, and which the far side.
fn sides(direction: Direction) -> (usize, usize) {
    match direction {
        Direction::Egress => (0, 1),
        Direction::Ingress => (1, 0),
    }
}

impl<'a> Coverage<'a> {
    /// Looks up what the entries name in the world of an engine, and what crosses to it.
    #[must_use]
    pub fn new<'w: 'a>(intent: &'a Intent, engine: &Engine<'w>) -> Self {
        let world = engine.world();
        let ends: Vec<[Vec<Named>; 2]> = intent
            .allowances
            .iter()
            .map(|own| {
                [&own.from, &own.to].map(|ends| ends.iter().map(|end| end.named(world)).collect())
            })
            .collect();
        let near = [0, 1].map(|side| {
            let mut out: FxHashMap<Id<Workload>, Vec<Near>> = FxHashMap::default();
            for (entry, own) in ends.iter().enumerate() {
                for (number, end) in own.get(side).into_iter().flatten().enumerate() {
                    for id in of_pods(end, world) {
                        out.entry(id).or_default().push((entry, number));
                    }
                }
            }
            out
        });
        let mut out = Coverage {
            intent,
            ends,
            near,
            passing: vec![Traffic::none(); intent.allowances.len()],
            world,
        };
        for group in engine.exposure_groups() {
            out.pass(&group);
        }
        out
    }

    /// Enters what crosses between those whom entries name.
    fn pass(&mut self, group: &ExposureGroup) {
        if matches!(group.far, Party::Addresses(_)) {
            return;
        }
        let direction = group.proof.direction;
        let near = group.workloads.iter();
        let near = near.flat_map(|id| self.near(*id, direction).iter());
        let entries: BTreeSet<usize> = near.map(|(entry, _)| *entry).collect();
        for entry in entries {
            if !self.naming(entry, direction, &group.far).is_empty()
                && let Some(passing) = self.passing.get_mut(entry)
            {
                *passing = passing.union(&group.proof.traffic);
            }
        }
    }

    /// The entries that name the pods of a workload, each with the number of its end.
    pub(crate) fn near(&self, workload: Id<Workload>, direction: Direction) -> &[Near] {
        let (own, _) = sides(direction);
        let near = self.near.get(own).and_then(|near| near.get(&workload));
        near.map_or(&[], Vec::as_slice)
    }

    /// Which of the far ends of an entry name a party.
    pub(crate) fn naming(&self, entry: usize, direction: Direction, party: &Party) -> Vec<usize> {
        let (_, far) = sides(direction);
        let ends = self.ends.get(entry).and_then(|own| own.get(far));
        let ends = ends.into_iter().flatten().enumerate();
        let naming = ends.filter(|(_, end)| end.names(party, self.world));
        naming.map(|(number, _)| number).collect()
    }

    /// What one entry holds of what crosses between pods that it names and a party. Bare addresses where a resource or pods that it
    /// names may stand are theirs as far as something crosses to them.
    fn held(&self, entry: usize, direction: Direction, party: &Party) -> FlowSet {
        let (_, far) = sides(direction);
        let ends = self.ends.get(entry).and_then(|own| own.get(far));
        let ends = || ends.into_iter().flatten();
        let own: AddressSet = ends().map(|end| end.of(party, self.world)).collect();
        let theirs: AddressSet = ends().map(|end| end.may_stand(party)).collect();
        let allowance = self.intent.allowances.get(entry);
        let traffic = allowance.map(super::Allowance::traffic).unwrap_or_default();
        let passing = self
            .passing
            .get(entry)
            .map(|own| own.intersection(&traffic));
        let theirs = FlowSet::of(theirs, passing.unwrap_or_default());
        FlowSet::of(own, traffic).union(&theirs)
    }

    /// The entries that count and name the pods, ascending.
    fn counting(&self, workload: Id<Workload>, direction: Direction) -> Vec<usize> {
        let near = self.near(workload, direction).iter();
        let mut entries: Vec<usize> = near.map(|(entry, _)| *entry).collect();
        entries.dedup();
        let counts = |entry: &usize| {
            let own = self.intent.allowances.get(*entry);
            own.is_some_and(|own| self.intent.counts(own))
        };
        entries.retain(counts);
        entries
    }

    /// What of a crossing is wanted: addresses of a bare far side, all addresses of a named one, with traffic.
    #[must_use]
    pub fn wanted(&self, exposure: &Exposure) -> FlowSet {
        let direction = exposure.proof.direction;
        let entries = self.counting(exposure.workload, direction).into_iter();
        let each = entries.map(|entry| self.held(entry, direction, &exposure.far));
        let wanted = each.fold(FlowSet::none(), |sum, own| sum.union(&own));
        wanted.intersection(&whole(&exposure.far, &exposure.proof.traffic))
    }

    /// Whether all of a crossing is wanted.
    #[must_use]
    pub fn wants(&self, exposure: &Exposure) -> bool {
        let whole = whole(&exposure.far, &exposure.proof.traffic);
        whole.difference(&self.wanted(exposure)).is_empty()
    }

    /// The far side of a crossing as far as it is not wanted: parts of bare addresses each by themselves.
    #[must_use]
    pub fn beyond(&self, exposure: &Exposure) -> Vec<Party> {
        let direction = exposure.proof.direction;
        let entries = self.counting(exposure.workload, direction);
        let whole = (&exposure.far, &exposure.proof.traffic);
        let parts = self.parts(&entries, direction, whole).into_iter();
        let rest = parts.filter(|part| part.entries.is_empty());
        rest.map(|part| part.far).collect()
    }

    /// Workloads by which entries count for them, each with what is wanted of a crossing that all of them have, and what is not.
    pub(in crate::rules) fn parted(
        &self,
        workloads: &[Id<Workload>],
        direction: Direction,
        (far, traffic): (&Party, &Arc<Traffic>),
    ) -> Vec<(Vec<Id<Workload>>, Vec<Part>)> {
        let mut alike: BTreeMap<Vec<usize>, Vec<Id<Workload>>> = BTreeMap::new();
        for id in workloads {
            let entries = self.counting(*id, direction);
            alike.entry(entries).or_default().push(*id);
        }
        let parts = |entries: &[usize]| self.parts(entries, direction, (far, traffic));
        alike
            .into_iter()
            .map(|(entries, own)| (own, parts(&entries)))
            .collect()
    }

    fn parts(
        &self,
        entries: &[usize],
        direction: Direction,
        (far, traffic): (&Party, &Arc<Traffic>),
    ) -> Vec<Part> {
        let whole = whole(far, traffic);
        let held: Vec<(usize, FlowSet)> = entries
            .iter()
            .map(|entry| {
                (
                    *entry,
                    self.held(*entry, direction, far).intersection(&whole),
                )
            })
            .filter(|(_, held)| !held.is_empty())
            .collect();
        if held.is_empty() {
            return vec![Part {
                far: far.clone(),
                traffic: Arc::clone(traffic),
                entries: Vec::new(),
            }];
        }
        let wanted = held
            .iter()
            .fold(FlowSet::none(), |sum, (_, own)| sum.union(own));
        let mut out = Vec::new();
        for (is_wanted, flows) in [(true, &wanted), (false, &whole.difference(&wanted))] {
            for (addresses, traffic) in flows.parts() {
                let own = FlowSet::of(addresses.clone(), traffic.clone());
                let holding = held
                    .iter()
                    .filter(|(_, held)| is_wanted && !held.intersection(&own).is_empty());
                out.push(Part {
                    far: match far {
                        Party::Addresses(_) => Party::Addresses(addresses.clone()),
                        named => named.clone(),
                    },
                    traffic: Arc::new(traffic.clone()),
                    entries: holding.map(|(entry, _)| *entry).collect(),
                });
            }
        }
        out
    }
}

/// A crossing as addresses with traffic; a party that is named has all addresses, so that entries can hold it only as a whole.
fn whole(far: &Party, traffic: &Traffic) -> FlowSet {
    let addresses = match far {
        Party::Addresses(addresses) => addresses.clone(),
        Party::Workload(_) | Party::Endpoint(_) => AddressSet::all(),
    };
    FlowSet::of(addresses, traffic.clone())
}

/// The workloads whose pods an end names.
fn of_pods(end: &Named, world: &World) -> Vec<Id<Workload>> {
    if end.blocks.is_empty() {
        return end.workloads.iter().copied().collect();
    }
    let names = |id: &Id<Workload>| !end.of(&Party::Workload(*id), world).is_empty();
    world.workloads.ids().filter(names).collect()
}
