//! Pairs of workloads between which something passes, without asking for the others: where both ends refuse whoever they do not name, only
//! those are looked at that one of them names.

use super::bits::BitSet;
use super::cluster::ClusterPolicies;
use super::regime::Row;
use crate::model::{Direction, Id, Namespace, Workload};
use rustc_hash::FxHashMap;

/// A workload as its object is named: its parts go by one name.
type Owner<'w> = (Id<Namespace>, &'w str, &'w str);

/// What the kinds of workloads let in, turned around.
#[derive(Debug)]
pub(super) struct Inwards {
    /// The kinds that let in something of those that they do not name.
    open: BitSet,
    /// For each class of pods the kinds that let in something of it by name.
    named: FxHashMap<usize, Vec<usize>>,
    /// For each class of pods the kinds that stand so.
    of_class: FxHashMap<usize, Vec<usize>>,
}

impl<'w> ClusterPolicies<'w> {
    /// Tells each pair of workloads between which something passes, with the number of the answer, in the order of the world. A workload
    /// with itself is left out, and so are the parts of one owner whose pods differ: they go by one name.
    pub(super) fn pairs(&self, tell: &mut dyn FnMut(Id<Workload>, Id<Workload>, u32)) {
        let mut workloads: Vec<_> = self.kind.iter().map(|(id, kind)| (*id, *kind)).collect();
        workloads.sort_unstable();
        let mut of_kind: Vec<Vec<Id<Workload>>> = vec![Vec::new(); self.kinds.len()];
        for (id, kind) in &workloads {
            of_kind
                .get_mut(*kind)
                .into_iter()
                .for_each(|own| own.push(*id));
        }
        let mut reached: Vec<Option<Vec<(usize, u32)>>> = vec![None; self.kinds.len()];
        for (from, kind) in workloads {
            let Some(known) = reached.get_mut(kind) else {
                continue;
            };
            let kinds = known.get_or_insert_with(|| self.reached_from(kind));
            let mut others: Vec<(Id<Workload>, u32)> = Vec::new();
            for (to, number) in kinds {
                let pods = of_kind.get(*to).into_iter().flatten();
                others.extend(pods.map(|id| (*id, *number)));
            }
            others.sort_unstable();
            let own = self.owner(from);
            for (to, number) in others {
                if self.owner(to) != own {
                    tell(from, to, number);
                }
            }
        }
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
    /// does not name pass. None where pods are on the host network, of which policies do not tell.
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
                    .told
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
        for (other, number) in &row.told {
            if !self.is_nothing(*number) {
                out.named.entry(*other).or_default().push(kind);
            }
        }
    }

    fn classes_of(&self, kind: usize) -> impl Iterator<Item = usize> + '_ {
        let places = self.kinds.get(kind).into_iter().flatten();
        places.map(|place| place.stand)
    }

    fn is_nothing(&self, number: u32) -> bool {
        self.verdicts.borrow().is_nothing(number)
    }

    fn owner(&self, workload: Id<Workload>) -> Owner<'w> {
        let workload = &self.world.workloads[workload];
        (workload.namespace, &workload.kind, &workload.name)
    }
}
