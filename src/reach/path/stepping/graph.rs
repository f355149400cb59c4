//! Who can open connections to whom without crossing a border.

use super::super::classes::{Class, Presence};
use super::super::crossing::Extent;
use super::super::far::Far;
use super::super::table::Crossings;
use super::stones::{self, Members, Stone};
use crate::model::{Bounds, Traffic, Verdict};
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
    connections: Traffic,
    by_policy: Known,
    by_network: Known,
}

impl<'p, 'a, 'w> Graph<'p, 'a, 'w> {
    /// The stones on the sides of the classes; nothing known yet of the steps between them.
    pub fn new(crossings: &'p Crossings<'a, 'w>, classes: &'p [Class], fars: &'p [Far]) -> Self {
        let mut stones = stones::of_pods(crossings.evaluator, classes);
        let mut presences: Vec<&Presence> = classes.iter().map(|class| &class.presence).collect();
        for (stone, presence) in stones::of_resources(crossings, classes, fars) {
            stones.push(Stone {
                presence: presences.len(),
                ..stone
            });
            presences.push(presence);
        }
        let (connections, by_policy, by_network) = (
            SteppingStones::connections(),
            Known::default(),
            Known::default(),
        );
        Graph {
            crossings,
            stones,
            presences,
            classes: classes.len(),
            connections,
            by_policy,
            by_network,
        }
    }

    /// The presences of the resources, in order: they come after those of the classes.
    pub fn resources(&self) -> impl Iterator<Item = &'p Presence> + '_ {
        self.presences.iter().skip(self.classes).copied()
    }

    /// Whether one can open a connection to the other on this side of the border.
    pub fn step(&self, from: usize, to: usize) -> Verdict {
        let (Some(source), Some(target)) = (self.stones.get(from), self.stones.get(to)) else {
            return Verdict::Blocked;
        };
        let (known, key) = match (&source.members, &target.members) {
            (Members::Pods(one, _), Members::Pods(other, _)) if one == other => {
                (&self.by_policy, (from, to))
            }
            _ => (&self.by_network, (source.presence, target.presence)),
        };
        if let Some(verdict) = known.borrow().get(&key) {
            return *verdict;
        }
        let verdict = self.judged(source, target);
        known.borrow_mut().insert(key, verdict);
        verdict
    }

    fn judged(&self, from: &Stone, to: &Stone) -> Verdict {
        let passes = match (&from.members, &to.members) {
            (Members::Pods(one, sources), Members::Pods(other, targets)) if one == other => {
                let ends = sources.first().zip(targets.first());
                ends.map(|(source, target)| self.crossings.evaluator.between(*source, *target))
                    .unwrap_or_default()
            }
            _ => {
                let ends = self
                    .presences
                    .get(from.presence)
                    .zip(self.presences.get(to.presence));
                let found = ends
                    .map(|(from, to)| self.crossings.sum(from, to, Extent::Inside).bounds)
                    .unwrap_or_default();
                found.map(|packets| packets.traffic())
            }
        };
        self.connects(&passes)
    }

    fn connects(&self, passes: &Bounds<Traffic>) -> Verdict {
        let some = |traffic: &Traffic| !traffic.intersection(&self.connections).is_empty();
        match (some(&passes.must), some(&passes.may)) {
            (true, _) => Verdict::Reachable,
            (false, true) => Verdict::Possible,
            (false, false) => Verdict::Blocked,
        }
    }
}
