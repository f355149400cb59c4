//! Who can open connections to whom without crossing a border.

use super::super::classes::{Class, Presence};
use super::super::crossing::Extent;
use super::super::far::Far;
use super::super::table::Crossings;
use super::seams::Seams;
use super::stones::{self, Stone};
use crate::model::Verdict;
use crate::reach::SteppingStones;
use rustc_hash::FxHashMap;
use std::cell::RefCell;

/// Verdicts of pairs, as far as they were asked for.
type Known = RefCell<FxHashMap<(usize, usize), Verdict>>;

/// The stones, and the steps between them. A step is judged when it is asked for: those between pods of one cluster by
/// policy alone, all others by the network between the two as well.
pub(super) struct Graph<'p, 'a, 'w> {
    pub crossings: &'p Crossings<'a, 'w>,
    /// Pods, then resources.
    pub stones: Vec<Stone>,
    presences: Vec<&'p Presence>,
    classes: usize,
    by_network: Known,
}

impl<'p, 'a, 'w> Graph<'p, 'a, 'w> {
    /// The stones on the sides of the classes; nothing known yet of the steps between them.
    pub fn new(
        crossings: &'p Crossings<'a, 'w>,
        seams: &Seams,
        (classes, fars): (&[&'p Class], &[&'p Far]),
    ) -> Self {
        let mut stones = stones::of_pods(crossings.evaluator, classes);
        let mut presences: Vec<&Presence> = classes.iter().map(|class| &class.presence).collect();
        for (stone, presence) in stones::of_resources(crossings, seams, (classes, fars)) {
            stones.push(Stone {
                presence: presences.len(),
                ..stone
            });
            presences.push(presence);
        }
        Graph {
            crossings,
            stones,
            presences,
            classes: classes.len(),
            by_network: Known::default(),
        }
    }

    /// The presences of the resources, in order: they come after those of the classes.
    pub fn resources(&self) -> impl Iterator<Item = &'p Presence> + '_ {
        self.presences.iter().skip(self.classes).copied()
    }

    /// The first of some stones to which one can open a connection at least that surely, on this side of the border.
    pub fn next(&self, from: usize, front: &[usize], least: Verdict) -> Option<usize> {
        let source = self.stones.get(from)?;
        let receivers = source.pods().first();
        let receivers = receivers.and_then(|pod| self.crossings.evaluator.receivers(*pod));
        let may_get = |target: &Stone| match (target.kind, &receivers) {
            (Some(kind), Some(receivers)) if source.is_beside(target) => receivers(kind),
            _ => true,
        };
        let steps = |target: &Stone| may_get(target) && self.step(source, target) >= least;
        let mut front = front.iter().copied();
        front.find(|to| self.stones.get(*to).is_some_and(steps))
    }

    /// How surely one can open a connection to the other.
    fn step(&self, from: &Stone, to: &Stone) -> Verdict {
        if from.is_beside(to) {
            let ends = from.pods().first().zip(to.pods().first());
            return ends.map_or(Verdict::Blocked, |(source, target)| {
                self.crossings.evaluator.connects(*source, *target)
            });
        }
        let key = (from.presence, to.presence);
        if let Some(verdict) = self.by_network.borrow().get(&key) {
            return *verdict;
        }
        let ends = self.presences.get(key.0).zip(self.presences.get(key.1));
        let found = ends
            .map(|(from, to)| self.crossings.sum(from, to, Extent::Inside).bounds)
            .unwrap_or_default();
        let verdict = SteppingStones::connects(&found.map(|packets| packets.traffic()));
        self.by_network.borrow_mut().insert(key, verdict);
        verdict
    }
}
