//! Chains of pods that end with one which crosses a border.
//!
//! Searched backwards from the pods that cross, breadth first and over classes of workloads, so that the first chain
//! found is a shortest one. Chains whose every step is sure are looked for first.

use super::classes::{Class, Spots, classes};
use super::crossing::{Crossing, Crossings};
use super::fabric::Fabric;
use super::far;
use crate::model::{Id, Verdict, Workload};
use crate::reach::policy::Judge;
use crate::reach::{Party, SteppingStones};
use std::collections::BTreeMap;

/// Workloads that neither policies nor the network tell apart.
struct Group {
    /// Position among the classes.
    class: usize,
    members: Vec<Id<Workload>>,
}

/// Which groups can open connections to which, surely and possibly.
struct Graph {
    groups: Vec<Group>,
    /// For each group those that reach it: the position, and whether surely.
    reached_by: Vec<Vec<(usize, bool)>>,
}

/// The shortest chain for each workload and far side that it does not reach itself.
pub(in crate::reach) fn stepping_stones(fabric: &Fabric<'_>, judge: &Judge<'_>, longest: usize) -> Vec<SteppingStones> {
    let mut spots = Spots::default();
    let classes = classes(fabric, judge, &mut spots);
    let fars = far::all(fabric, judge, &mut spots);
    let crossings = Crossings::new(fabric, judge, &spots);
    let graph = Graph::of(judge, fabric, &classes);
    let mut out = Vec::new();
    for far in &fars {
        let found: Vec<Crossing> = classes.iter().map(|class| crossings.between(&class.presence, &far.presence)).collect();
        if found.iter().all(|crossing| crossing.bounds.may.is_empty()) {
            continue;
        }
        let sure = graph.search(&found, longest, true);
        let perhaps = graph.search(&found, longest, false);
        for (start, group) in graph.groups.iter().enumerate() {
            let certain = sure.get(&start).map(|next| (next, &sure, Verdict::Reachable));
            let Some((_, nexts, verdict)) = certain.or_else(|| perhaps.get(&start).map(|next| (next, &perhaps, Verdict::Possible))) else {
                continue;
            };
            out.extend(graph.chains(group, start, nexts, &found, &far.party, verdict));
        }
    }
    out.sort_by(|a, b| (a.from, &a.far).cmp(&(b.from, &b.far)));
    out
}

impl Graph {
    fn of(judge: &Judge<'_>, fabric: &Fabric<'_>, classes: &[Class]) -> Graph {
        let mut members: BTreeMap<(usize, Option<usize>), Vec<Id<Workload>>> = BTreeMap::new();
        for (number, class) in classes.iter().enumerate() {
            for id in &class.members {
                members.entry((number, judge.kind(*id))).or_default().push(*id);
            }
        }
        let groups: Vec<Group> = members.into_iter().map(|((class, _), members)| Group { class, members }).collect();
        let reached_by = groups.iter().map(|to| reaching(judge, fabric, &groups, to)).collect();
        Graph { groups, reached_by }
    }

    /// For each group the next one on a shortest chain; those that cross themselves are not among them.
    fn search(&self, found: &[Crossing], longest: usize, surely: bool) -> BTreeMap<usize, usize> {
        let crosses = |group: &Group| {
            let bounds = found.get(group.class).map(|crossing| &crossing.bounds);
            bounds.is_some_and(|bounds| !if surely { bounds.must.is_empty() } else { bounds.may.is_empty() })
        };
        let mut front: Vec<usize> = self.groups.iter().enumerate().filter(|(_, group)| crosses(group)).map(|(at, _)| at).collect();
        let mut reached: Vec<bool> = self.groups.iter().map(crosses).collect();
        let mut next = BTreeMap::new();
        for _ in 1..longest {
            let mut further = Vec::new();
            for &to in &front {
                for &(from, certain) in self.reached_by.get(to).into_iter().flatten() {
                    let Some(seen) = reached.get_mut(from) else { continue };
                    if !*seen && (certain || !surely) {
                        *seen = true;
                        next.insert(from, to);
                        further.push(from);
                    }
                }
            }
            further.sort_unstable();
            front = further;
        }
        next
    }

    fn chains(
        &self,
        group: &Group,
        start: usize,
        nexts: &BTreeMap<usize, usize>,
        found: &[Crossing],
        far: &Party,
        verdict: Verdict,
    ) -> Vec<SteppingStones> {
        let steps = std::iter::successors(nexts.get(&start), |at| nexts.get(at));
        let stones: Vec<&Group> = steps.filter_map(|at| self.groups.get(*at)).collect();
        let through: Vec<Id<Workload>> = stones.iter().filter_map(|stone| stone.members.first().copied()).collect();
        let Some(last) = stones.last().and_then(|stone| found.get(stone.class)) else { return Vec::new() };
        let certain = verdict == Verdict::Reachable;
        let traffic = if certain { last.bounds.must.traffic() } else { last.bounds.may.traffic() };
        let links = if certain { &last.surely_over } else { &last.possibly_over };
        let chain = |from: &Id<Workload>| SteppingStones {
            from: *from,
            through: through.clone(),
            far: far.clone(),
            links: links.clone(),
            traffic: traffic.clone(),
            verdict,
        };
        group.members.iter().map(chain).collect()
    }
}

/// The groups of the same cluster that can open a connection to a group.
fn reaching(judge: &Judge<'_>, fabric: &Fabric<'_>, groups: &[Group], to: &Group) -> Vec<(usize, bool)> {
    let Some(target) = to.members.first() else { return Vec::new() };
    let cluster = |id: &Id<Workload>| fabric.world.workloads[*id].cluster;
    let reach = |(at, from): (usize, &Group)| {
        let source = from.members.first().filter(|source| cluster(source) == cluster(target) && !std::ptr::eq(from, to))?;
        let bounds = judge.between(*source, *target).bounds;
        (!bounds.may.is_empty()).then(|| (at, !bounds.must.is_empty()))
    };
    groups.iter().enumerate().filter_map(reach).collect()
}
