//! Flows with names in place of ids.

use crate::model::{Border, Gap, Id, Verdict, Workload, World};
use crate::reach::{Engine, FlowGroup, Party, Scope};
use crate::report::{FlowRow, GroupedRow};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The names of a world, each made once.
pub(super) struct Naming<'w> {
    world: &'w World,
    workloads: FxHashMap<Id<Workload>, Arc<str>>,
}

impl<'w> Naming<'w> {
    pub fn new(world: &'w World) -> Self {
        Naming {
            world,
            workloads: FxHashMap::default(),
        }
    }

    fn workload(&mut self, id: Id<Workload>) -> Arc<str> {
        let name = || self.world.workload_name(id).into();
        Arc::clone(self.workloads.entry(id).or_insert_with(name))
    }

    /// A party as JSON names it: a workload's id, a resource's address, or one inclusive range for each that it has.
    pub fn of(&mut self, party: &Party) -> Vec<Arc<str>> {
        match party {
            Party::Workload(id) => vec![self.workload(*id)],
            Party::Endpoint(id) => vec![self.world.endpoints[*id].name.as_str().into()],
            Party::Addresses(addresses) => addresses
                .ranges()
                .map(|(low, high)| format!("{low}-{high}").into())
                .collect(),
        }
    }

    /// All of some parties, ascending, each once.
    pub fn all(&mut self, parties: &[Party]) -> Vec<Arc<str>> {
        ascending(parties.iter().flat_map(|party| self.of(party)).collect())
    }

    /// Workloads, ascending, each once.
    pub fn starts(&mut self, workloads: &[Id<Workload>]) -> Vec<Arc<str>> {
        ascending(workloads.iter().map(|id| self.workload(*id)).collect())
    }

    /// Borders, in order.
    pub fn borders(&self, borders: &[Id<Border>]) -> Arc<[String]> {
        let borders = borders.iter();
        borders
            .map(|id| self.world.borders[*id].name.clone())
            .collect()
    }

    fn gaps(&self, gaps: &[Id<Gap>]) -> Arc<[String]> {
        let gaps = gaps.iter();
        gaps.map(|id| self.world.gaps[*id].what.clone()).collect()
    }

    fn row(&mut self, group: &FlowGroup) -> GroupedRow {
        GroupedRow {
            from: self.all(&group.from),
            to: self.all(&group.to),
            certain: group.verdict == Verdict::Reachable,
            traffic: Arc::clone(&group.traffic),
            crosses: self.borders(&group.crosses),
            gaps: self.gaps(&group.gaps),
        }
    }
}

fn ascending(mut names: Vec<Arc<str>>) -> Vec<Arc<str>> {
    names.sort_unstable();
    names.dedup();
    names
}

/// All flows of a scope, ascending: one row for each class of parties on either side.
pub(super) fn grouped(engine: &Engine<'_>, scope: Scope) -> Vec<GroupedRow> {
    let mut naming = Naming::new(engine.world());
    let groups = engine.flow_groups(scope);
    let mut out: Vec<GroupedRow> = groups.iter().map(|group| naming.row(group)).collect();
    out.sort();
    out
}

/// All flows of a scope as rows, ascending: one for each pair and certainty, whose ends may be several sorts of pods of one owner.
/// Rows are made for one sender after another.
pub(super) fn rows(engine: &Engine<'_>, scope: Scope) -> impl Iterator<Item = FlowRow> + use<> {
    let groups = grouped(engine, scope);
    let mut by_sender: BTreeMap<Arc<str>, Vec<usize>> = BTreeMap::new();
    for (number, group) in groups.iter().enumerate() {
        for from in &group.from {
            by_sender.entry(Arc::clone(from)).or_default().push(number);
        }
    }
    by_sender
        .into_iter()
        .flat_map(move |(from, numbers)| of_sender(&from, &numbers, &groups))
}

/// The rows of one sender, of which some groups are; what would be its own flow to itself is left out. Receivers are put in
/// order rather than rows, and only rows of one pair are compared.
fn of_sender(from: &Arc<str>, numbers: &[usize], groups: &[GroupedRow]) -> Vec<FlowRow> {
    let own = numbers.iter().filter_map(|number| groups.get(*number));
    let ends = own.flat_map(|group| group.to.iter().map(move |to| (to, group)));
    let mut ends: Vec<(&Arc<str>, &GroupedRow)> = ends.filter(|(to, _)| *to != from).collect();
    ends.sort_by_key(|(to, _)| *to);
    let mut out = Vec::with_capacity(ends.len());
    for of_pair in ends.chunk_by(|(a, _), (b, _)| a == b) {
        let rows = of_pair.iter().map(|(to, group)| row(from, to, group));
        if of_pair.len() == 1 {
            out.extend(rows);
        } else {
            let mut rows = rows.collect();
            FlowRow::join(&mut rows);
            out.append(&mut rows);
        }
    }
    out
}

fn row(from: &Arc<str>, to: &Arc<str>, group: &GroupedRow) -> FlowRow {
    FlowRow {
        from: Arc::clone(from),
        to: Arc::clone(to),
        certain: group.certain,
        traffic: Arc::clone(&group.traffic),
        crosses: Arc::clone(&group.crosses),
        gaps: Arc::clone(&group.gaps),
    }
}
