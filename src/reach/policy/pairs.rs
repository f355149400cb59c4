//! Pairs of workloads between which something passes, without asking for the others: where both ends refuse whoever they do not name, only
//! those are looked at that one of them names.

use super::bits::BitSet;
use super::cluster::ClusterPolicies;
use super::inwards::Inwards;
use super::regime::Row;
use crate::model::{Direction, Id, Workload};
use indexmap::IndexMap;
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::collections::BTreeMap;

/// Kinds of workloads that may send the same to others.
#[derive(Debug)]
pub(super) struct KindPairs {
    /// The kinds that send, ascending.
    pub(super) from: Vec<usize>,
    /// The kinds that get it, ascending.
    pub(super) to: Vec<usize>,
    /// The number of what passes; never nothing.
    pub(super) number: u32,
}

impl ClusterPolicies<'_> {
    /// The workloads of each kind, ascending.
    pub(super) fn of_kinds(&self) -> Vec<Vec<Id<Workload>>> {
        let mut out: Vec<Vec<Id<Workload>>> = vec![Vec::new(); self.kinds.len()];
        for (id, kind) in &self.kind {
            if let Some(own) = out.get_mut(*kind) {
                own.push(*id);
            }
        }
        out.iter_mut().for_each(|own| own.sort_unstable());
        out
    }

    /// The kinds of workloads between which something passes: those that send the same to the same others together.
    pub(super) fn pairs(&self) -> Vec<KindPairs> {
        let mut groups: IndexMap<Vec<(usize, u32)>, Vec<usize>, FxBuildHasher> =
            IndexMap::default();
        for kind in 0..self.kinds.len() {
            groups
                .entry(self.reached_from(kind))
                .or_default()
                .push(kind);
        }
        let mut out = Vec::new();
        for (reached, from) in groups {
            let mut by_number: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
            for (to, number) in reached {
                by_number.entry(number).or_default().push(to);
            }
            out.extend(by_number.into_iter().map(|(number, to)| KindPairs {
                from: from.clone(),
                to,
                number,
            }));
        }
        out
    }

    /// The kinds of workloads that one kind may send something to, each with the number of the answer.
    fn reached_from(&self, from: usize) -> Vec<(usize, u32)> {
        let candidates = self.receivers(from);
        let candidates = candidates.unwrap_or_else(|| BitSet::all(self.kinds.len()));
        let answers = candidates
            .iter()
            .map(|to| (to, self.between_kinds(from, to)));
        answers
            .filter(|(_, number)| !self.is_nothing(*number))
            .collect()
    }

    /// Kinds among which are all that one kind may send something to: at least one end names the other, or lets whoever it
    /// does not name pass. None where pods are on the host network, where policies do not hold.
    pub(super) fn receivers(&self, from: usize) -> Option<BitSet> {
        let inwards = self
            .inwards
            .get_or_init(|| (!self.has_host_network()).then(|| self.turned()));
        let inwards = inwards.as_ref()?;
        let length = self.kinds.len();
        let mut out = BitSet::none(length);
        for class in self.classes_of(from) {
            let mut let_in = inwards.open.clone();
            let named = inwards.named.get(&class).into_iter().flatten();
            named.for_each(|kind| let_in.insert(*kind));
            if let Some(row) = self.row_of(Direction::Egress, class)
                && self.is_nothing(row.rest)
            {
                let mut sent_to = BitSet::none(length);
                let named = row
                    .named
                    .iter()
                    .filter(|(_, number)| !self.is_nothing(**number));
                let kinds = named.filter_map(|(class, _)| inwards.of_class.get(class));
                kinds.flatten().for_each(|kind| sent_to.insert(*kind));
                let_in = let_in.intersection(&sent_to);
            }
            out = out.union(&let_in);
        }
        Some(out)
    }

    fn turned(&self) -> Inwards {
        let mut out = Inwards {
            open: BitSet::none(self.kinds.len()),
            named: FxHashMap::default(),
            of_class: FxHashMap::default(),
        };
        for kind in 0..self.kinds.len() {
            for class in self.classes_of(kind) {
                out.of_class.entry(class).or_default().push(kind);
                match self.row_of(Direction::Ingress, class) {
                    Some(row) if self.is_nothing(row.rest) => self.enter(&mut out, kind, row),
                    _ => out.open.insert(kind),
                }
            }
        }
        out
    }

    fn enter(&self, out: &mut Inwards, kind: usize, row: &Row) {
        for (other, number) in &row.named {
            if !self.is_nothing(*number) {
                out.named.entry(*other).or_default().push(kind);
            }
        }
    }

    fn classes_of(&self, kind: usize) -> impl Iterator<Item = usize> + '_ {
        let places = self.kinds.get(kind).into_iter().flatten();
        places.map(|place| place.class)
    }

    fn is_nothing(&self, number: u32) -> bool {
        self.verdicts.borrow().is_nothing(number)
    }
}
