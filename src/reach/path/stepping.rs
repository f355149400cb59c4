//! Chains of pods and resources that end with one which crosses a border.
//!
//! Searched backwards from those that cross, breadth first and over groups of what is alike, so that the first chain found
//! is a shortest one; pods stand before resources. Chains whose every step is sure are looked for first.

mod graph;
mod seams;
mod stones;

use super::classes::Class;
use super::crossing::{Crossing, Extent};
use super::far::Far;
use super::neighbourhood::Neighbourhood;
use super::packet_set::PacketSet;
use super::table::{Crossings, RowParty};
use crate::model::Verdict;
use crate::reach::{Party, SteppingStones};
use graph::Graph;
use seams::Seams;
use std::cell::OnceCell;
use std::collections::BTreeMap;

#[cfg(test)]
mod tests;

/// The shortest chain for each group of workloads and far sides that they do not reach themselves.
pub(in crate::reach) fn stepping_stones(
    crossings: &Crossings<'_, '_>,
    longest: usize,
) -> Vec<SteppingStones> {
    let seams = OnceCell::new();
    let mut out = Vec::new();
    for near in &crossings.neighbourhoods().all {
        out.extend(within(crossings, near, &seams, longest));
    }
    out.sort_by(|a, b| (&a.starts, &a.fars).cmp(&(&b.starts, &b.fars)));
    out
}

/// The chains of one neighbourhood: none leads out of it.
fn within(
    crossings: &Crossings<'_, '_>,
    near: &Neighbourhood,
    seams: &OnceCell<Seams>,
    longest: usize,
) -> Vec<SteppingStones> {
    let (classes, fars) = (crossings.classes(), crossings.fars());
    let own_classes = near.classes.iter().filter_map(|own| classes.get(*own));
    let own_classes: Vec<&Class> = own_classes.collect();
    let own_fars = near.fars.iter().filter_map(|own| fars.get(*own));
    let own_fars: Vec<&Far> = own_fars.collect();
    let graph = OnceCell::new();
    let mut out = Vec::new();
    for (number, far) in near.fars.iter().zip(&own_fars) {
        let found = near
            .classes
            .iter()
            .map(|class| crossings.whole(RowParty::Class(*class), RowParty::Far(*number)));
        let found: Vec<Crossing<'_>> = found.collect();
        // Who surely crosses needs nobody, and most often all do.
        if found
            .iter()
            .any(|crossing| crossing.verdict() != Verdict::Reachable)
        {
            let graph = graph.get_or_init(|| {
                let seams = seams.get_or_init(|| Seams::of(crossings.index.world, classes));
                Graph::new(crossings, seams, (&own_classes, &own_fars))
            });
            out.extend(Search::new(graph, far, found).chains(longest));
        }
    }
    out
}

/// The chains to one far side.
struct Search<'g, 'p, 'a, 'w> {
    graph: &'g Graph<'p, 'a, 'w>,
    far: &'g Far,
    /// What crosses, by presence.
    found: Vec<Crossing<'w>>,
}

impl<'g, 'p, 'a, 'w> Search<'g, 'p, 'a, 'w> {
    /// With what the pods send, in the order of their classes; what resources send is added.
    fn new(graph: &'g Graph<'p, 'a, 'w>, far: &'g Far, mut found: Vec<Crossing<'w>>) -> Self {
        found.extend(graph.resources().map(|presence| {
            graph
                .crossings
                .sum(presence, &far.presence, Extent::Crossing)
        }));
        Search { graph, far, found }
    }

    /// Whether a stone crosses itself.
    fn crosses(&self, stone: usize) -> Verdict {
        self.crossing(stone)
            .map_or(Verdict::Blocked, Crossing::verdict)
    }

    fn crossing(&self, stone: usize) -> Option<&Crossing<'w>> {
        self.found.get(self.graph.stones.get(stone)?.presence)
    }

    fn chains(&self, longest: usize) -> Vec<SteppingStones> {
        if self
            .found
            .iter()
            .all(|crossing| crossing.verdict() == Verdict::Blocked)
        {
            return Vec::new();
        }
        let sure = self.nexts(longest, Verdict::Reachable);
        let perhaps = OnceCell::new();
        let is_listed = |cluster| self.graph.crossings.lists(cluster);
        let mut out = Vec::new();
        for start in self
            .graph
            .stones
            .iter()
            .enumerate()
            .filter(|(_, stone)| stone.cluster().is_some_and(is_listed))
            .map(|(start, _)| start)
        {
            let certain = sure.contains_key(&start);
            let (nexts, verdict) = match self.crosses(start) {
                _ if certain => (&sure, Verdict::Reachable),
                Verdict::Blocked => (
                    perhaps.get_or_init(|| self.nexts(longest, Verdict::Possible)),
                    Verdict::Possible,
                ),
                _ => continue,
            };
            let through: Vec<usize> = std::iter::successors(nexts.get(&start), |at| nexts.get(at))
                .copied()
                .collect();
            out.extend(self.chain(start, &through, verdict));
        }
        out
    }

    /// For each stone the next one on a shortest chain whose every step is at least that sure; for those that cross
    /// themselves there is none.
    fn nexts(&self, longest: usize, least: Verdict) -> BTreeMap<usize, usize> {
        let stones = self.graph.stones.iter().enumerate();
        let usable = stones
            .filter(|(_, stone)| stone.pivot_risk >= least)
            .map(|(at, _)| at);
        let (mut front, mut apart): (Vec<usize>, Vec<usize>) =
            usable.partition(|at| self.crosses(*at) >= least);
        let mut next = BTreeMap::new();
        for _ in 1..longest {
            let mut further = Vec::new();
            apart.retain(|from| {
                let to = self.graph.next(*from, &front, least);
                further.extend(to.map(|_| *from));
                next.extend(to.map(|to| (*from, to)));
                to.is_none()
            });
            front = further;
        }
        next
    }

    /// The far sides that packets go to: of a network those of its addresses that are sent to.
    fn fars(&self, packets: &PacketSet) -> Vec<Party> {
        match self.far.network {
            Some(_) => {
                let sent_to = packets.iter().map(|cell| cell.destinations.clone());
                vec![Party::Addresses(sent_to.collect())]
            }
            None => self.far.parties.clone(),
        }
    }

    /// The chain of a group, as sure as that.
    fn chain(&self, start: usize, through: &[usize], verdict: Verdict) -> Option<SteppingStones> {
        let last = self.crossing(*through.last()?)?;
        let certain = verdict == Verdict::Reachable;
        let (packets, borders) = if certain {
            (&last.bounds.must, &last.surely_over)
        } else {
            (&last.bounds.may, &last.possibly_over)
        };
        let stones = through
            .iter()
            .filter_map(|at| self.graph.stones.get(*at)?.party());
        Some(SteppingStones {
            starts: self.graph.stones.get(start)?.pods().to_vec(),
            through: stones.collect(),
            fars: self.fars(packets),
            borders: borders.clone(),
            traffic: packets.traffic(),
            verdict,
        })
    }
}
