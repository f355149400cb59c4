//! Pairs of workloads between which something passes, without asking for the others: where both ends refuse whoever they do not name, only
//! those are looked at that one of them names.

use super::cluster::ClusterPolicies;
use super::regime::Row;
use crate::model::{Direction, Id, Namespace, Workload};
use std::collections::{BTreeMap, BTreeSet};

/// A workload as its object is named: its parts go by one name.
type Owner<'w> = (Id<Namespace>, &'w str, &'w str);

/// What the kinds of workloads let in, turned around.
struct Inwards {
    /// The kinds that let in something of those that they do not name.
    open: BTreeSet<usize>,
    /// For each class of pods the kinds that let in something of it by name.
    named: BTreeMap<usize, BTreeSet<usize>>,
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
        let inwards = (!self.has_host_network()).then(|| self.inwards());
        let mut reached: Vec<Option<Vec<(usize, u32)>>> = vec![None; self.kinds.len()];
        for (from, kind) in workloads {
            let Some(known) = reached.get_mut(kind) else {
                continue;
            };
            let kinds = known.get_or_insert_with(|| self.reached_from(kind, inwards.as_ref()));
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
    fn reached_from(&self, from: usize, inwards: Option<&Inwards>) -> Vec<(usize, u32)> {
        let candidates: BTreeSet<usize> = match inwards {
            Some(inwards) => self.candidates(from, inwards),
            None => (0..self.kinds.len()).collect(),
        };
        let answers = candidates
            .into_iter()
            .map(|to| (to, self.between_kinds(from, to)));
        answers
            .filter(|(_, number)| !self.is_nothing(*number))
            .collect()
    }

    /// The kinds of which at least one end names the other, or lets whoever it does not name pass.
    fn candidates(&self, from: usize, inwards: &Inwards) -> BTreeSet<usize> {
        let mut out = BTreeSet::new();
        for class in self.classes_of(from) {
            let let_in = inwards.named.get(&class).into_iter().flatten();
            let let_in = let_in.chain(&inwards.open).copied();
            match self.row_of(Direction::Egress, class) {
                Some(row) if self.is_nothing(row.rest) => {
                    let named: BTreeSet<usize> = row.told.keys().copied().collect();
                    let sent_to =
                        |kind: &usize| self.classes_of(*kind).any(|own| named.contains(&own));
                    out.extend(let_in.filter(sent_to));
                }
                _ => out.extend(let_in),
            }
        }
        out
    }

    fn inwards(&self) -> Inwards {
        let mut out = Inwards {
            open: BTreeSet::new(),
            named: BTreeMap::new(),
        };
        for kind in 0..self.kinds.len() {
            for class in self.classes_of(kind) {
                match self.row_of(Direction::Ingress, class) {
                    Some(row) if self.is_nothing(row.rest) => self.enter(&mut out, kind, row),
                    _ => {
                        out.open.insert(kind);
                    }
                }
            }
        }
        out
    }

    fn enter(&self, out: &mut Inwards, kind: usize, row: &Row) {
        for (other, number) in &row.told {
            if !self.is_nothing(*number) {
                out.named.entry(*other).or_default().insert(kind);
            }
        }
    }

    fn classes_of(&self, kind: usize) -> impl Iterator<Item = usize> + '_ {
        let places = self.kinds.get(kind).into_iter().flatten();
        places.map(|place| place.stand)
    }

    fn is_nothing(&self, number: u32) -> bool {
        self.verdict(number).bounds.may.is_empty()
    }

    fn owner(&self, workload: Id<Workload>) -> Owner<'w> {
        let workload = &self.world.workloads[workload];
        (workload.namespace, &workload.kind, &workload.name)
    }
}
