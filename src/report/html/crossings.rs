//! Crossings of both moments as one table: a row is a workload, a direction, a far side, the borders on the way and the entry
//! point. The rows of a network's bare addresses are one row, whichever addresses cross.

use super::super::crossing::{CrossingRow, FarSide};
use super::hops::Paths;
use super::registry::Registry;
use super::shape::{At, CrossingsShape, MomentShape, PartyShape, PortsShape};
use super::things::Things;
use crate::model::{Hop, Traffic, World};
use std::collections::BTreeMap;

/// What tells a row from others. Rows that nothing tells apart are numbered.
type Key = (usize, bool, Far, usize, Option<usize>, usize);

/// A far side as it is known from moment to moment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Far {
    Workload(usize),
    Resource(usize),
    Networks(Vec<usize>),
}

/// What crosses at one moment.
#[derive(Clone, Copy)]
struct Crossed {
    party: usize,
    ports: usize,
    possible: bool,
    path: Option<usize>,
}

#[derive(Clone, Copy, Default)]
struct Row {
    after: Option<Crossed>,
    before: Option<Crossed>,
    /// The path up to what stopped it before, where nothing crossed then.
    stopped: Option<usize>,
}

/// The table, and what its rows name.
#[derive(Default)]
pub(super) struct Crossings {
    rows: Registry<Key, Row>,
    parties: Registry<(String, Vec<String>), PartyShape>,
    ports: Registry<Traffic, PortsShape>,
    ways: Registry<Vec<usize>, Vec<usize>>,
    way_names: Registry<String, usize>,
    entries: Registry<String, String>,
    left_out: usize,
    /// What crosses now: the keys of rows, by number.
    now: Vec<(Key, usize)>,
}

/// Most new crossings of which the page says what stopped them before: each is asked for by itself.
const MOST_STOPPED: usize = 2_000;

/// Most rows of a page: a browser that is given more does not open it in a time that people wait.
const MOST_ROWS: usize = 200_000;

/// Which moment rows are of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    After,
    Before,
}

impl Crossings {
    /// Enters the rows of a moment.
    pub fn enter(
        &mut self,
        rows: &[CrossingRow],
        when: When,
        world: &World,
        things: &mut Things,
        paths: &mut Paths<'_>,
    ) {
        let mut numbers: BTreeMap<Key, usize> = BTreeMap::new();
        // What pods of another cluster open stands in the row of those pods.
        let is_told = |row: &&CrossingRow| !(row.inward && matches!(row.far, FarSide::Workload(_)));
        for (at, row) in rows.iter().enumerate().filter(|(_, row)| is_told(row)) {
            let mut key = self.key(row, world, things);
            let number = numbers.entry(key.clone()).or_default();
            key.5 = *number;
            *number += 1;
            if self.rows.len() >= MOST_ROWS && self.rows.find(&key).is_none() {
                self.left_out += 1;
                continue;
            }
            let crossed = Crossed {
                party: self.party(row, world, things),
                ports: self.ports(&row.traffic),
                possible: !row.certain,
                path: paths.path(&row.hops, world),
            };
            self.rows.place(key.clone(), Row::default);
            self.rows.change(&key, |row| match when {
                When::After => row.after = Some(crossed),
                When::Before => row.before = Some(crossed),
            });
            if when == When::After {
                self.now.push((key, at));
            }
        }
    }

    /// Adds to each row that is new what stopped it before: `rows` are those of now, and `stopped` tells the hops in the world of
    /// before.
    pub fn stop(
        &mut self,
        rows: &[CrossingRow],
        before: &World,
        stopped: impl Fn(&CrossingRow) -> Vec<Hop>,
        paths: &mut Paths<'_>,
    ) {
        let is_new = |key: &Key| self.rows.get(key).is_some_and(|row| row.before.is_none());
        let mut new = std::mem::take(&mut self.now);
        new.retain(|(key, _)| is_new(key));
        for (key, at) in new.into_iter().take(MOST_STOPPED) {
            let hops = rows.get(at).map(&stopped).unwrap_or_default();
            let path = paths.path(&hops, before);
            self.rows.change(&key, |row| row.stopped = path);
        }
    }

    fn key(&mut self, row: &CrossingRow, world: &World, things: &mut Things) -> Key {
        let borders = row.borders.iter();
        let borders = borders.map(|id| things.border(&world.borders[*id], world));
        let way = self.way(borders.collect(), border_names(row, world));
        let far = match &row.far {
            FarSide::Workload(id) => Far::Workload(things.workload(*id, world)),
            FarSide::Endpoint(id) => Far::Resource(things.resource(&world.endpoints[*id], world)),
            FarSide::Addresses(_) => Far::Networks(networks(row, world, things)),
        };
        let entry = row.entry_point.as_ref();
        let entry = entry.map(|name| self.entries.place(name.clone(), || name.clone()));
        let workload = things.workload(row.workload, world);
        (workload, row.inward, far, way, entry, 0)
    }

    fn way(&mut self, borders: Vec<usize>, name: String) -> usize {
        let at = self.ways.place(borders.clone(), || borders);
        self.way_names.place(name, || at);
        at
    }

    /// The borders that a finding names.
    pub fn way_named(&mut self, name: &str, things: &Things) -> Option<usize> {
        if let Some(at) = self.way_names.get(name) {
            return Some(*at);
        }
        let whole = things.border_named(name).map(|at| vec![at]);
        let parts = || {
            let parts = name.split(", ").map(|part| things.border_named(part));
            parts.collect::<Option<Vec<usize>>>()
        };
        let borders = whole.or_else(parts)?;
        Some(self.way(borders, name.to_owned()))
    }

    fn party(&mut self, row: &CrossingRow, world: &World, things: &mut Things) -> usize {
        let networks = networks(row, world, things);
        let (mut workload, mut resource, mut ranges) = (None, None, Vec::new());
        match &row.far {
            FarSide::Workload(id) => workload = Some(things.workload(*id, world)),
            FarSide::Endpoint(id) => {
                resource = Some(things.resource(&world.endpoints[*id], world));
            }
            FarSide::Addresses(set) => {
                let range = |(low, high)| format!("{low}-{high}");
                ranges = set.ranges().map(range).collect();
            }
        }
        let name = row.far_name.clone();
        let key = (name.clone(), ranges.clone());
        self.parties.place(key, || PartyShape {
            name,
            workload,
            resource,
            networks,
            ranges,
        })
    }

    /// The place of traffic.
    pub fn ports(&mut self, traffic: &Traffic) -> usize {
        self.ports
            .place(traffic.clone(), || PortsShape(traffic.clone()))
    }

    /// The lists.
    pub fn lists(self) -> CrossingLists {
        let mut table = CrossingsShape::default();
        for ((workload, inward, _, way, entry, _), row) in self.rows.pairs() {
            table.workload.push(workload);
            table.inward.push(u8::from(inward));
            table.borders.push(way);
            table.entry.push(At(entry));
            push(&mut table.after, row.after, None);
            push(&mut table.before, row.before, row.stopped);
        }
        CrossingLists {
            table,
            parties: self.parties.list(),
            ports: self.ports.list(),
            ways: self.ways.list(),
            entries: self.entries.list(),
            left_out: self.left_out,
        }
    }
}

/// The table and its lists, as the page reads them.
pub(super) struct CrossingLists {
    pub table: CrossingsShape,
    pub parties: Vec<PartyShape>,
    pub ports: Vec<PortsShape>,
    pub ways: Vec<Vec<usize>>,
    pub entries: Vec<String>,
    /// Number of rows that the page leaves out because there are too many.
    pub left_out: usize,
}

fn push(moment: &mut MomentShape, crossed: Option<Crossed>, stopped: Option<usize>) {
    moment.party.push(At(crossed.map(|own| own.party)));
    moment.ports.push(At(crossed.map(|own| own.ports)));
    moment
        .possible
        .push(u8::from(crossed.is_some_and(|own| own.possible)));
    let path = crossed.map_or(stopped, |own| own.path);
    moment.path.push(At(path));
}

fn networks(row: &CrossingRow, world: &World, things: &mut Things) -> Vec<usize> {
    let networks = row.networks.iter();
    networks.map(|id| things.network_of(*id, world)).collect()
}

/// The borders of a row as findings write them.
fn border_names(row: &CrossingRow, world: &World) -> String {
    let mut names: Vec<&str> = row
        .borders
        .iter()
        .map(|id| world.borders[*id].name.as_str())
        .collect();
    names.dedup();
    names.join(", ")
}
