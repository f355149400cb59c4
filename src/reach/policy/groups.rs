//! Classes of pods at the other end that a program of rules cannot tell apart: found by what its peers hold for, so that the cost is that of
//! the classes that some peer holds for, not of all.

use super::bits::Marks;
use super::cluster::ClusterPolicies;
use super::peers::Peer;
use super::program::{Program, RuleStep, rules};
use crate::model::{Direction, NamedPort};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// What a program sees of a class of pods: its part by the peers that hold for it, its ports, the Services before it.
type Seen<'a> = (usize, &'a [NamedPort], &'a [usize]);

/// The classes at the other end in groups.
#[derive(Debug, Default)]
pub(super) struct Groups {
    /// The group of each class that some peer of the program names; ascending by class.
    pub(super) named: Vec<(usize, usize)>,
    /// One class of each group.
    pub(super) samples: Vec<usize>,
    /// One class of all others; none where there is none.
    pub(super) rest: Option<usize>,
}

impl Groups {
    /// One class of each group and of the others, ascending.
    pub(super) fn each(&self) -> BTreeSet<usize> {
        self.samples.iter().copied().chain(self.rest).collect()
    }
}

impl ClusterPolicies<'_> {
    /// Sorts the classes at the other end by what the rules of a program see of them.
    pub(super) fn groups(&self, program: &Program, direction: Direction) -> Groups {
        let steps: Vec<&RuleStep> = rules(program).collect();
        let names = steps.iter().any(|step| step.names);
        let services = direction == Direction::Egress && self.has_services();
        let length = self.pods.classes.len();
        let peers: BTreeSet<usize> = steps.iter().map(|step| step.peer).collect();
        let peers = peers
            .into_iter()
            .filter_map(|peer| self.peers.all.get(peer));
        let (for_all, some): (Vec<&Peer<'_>>, Vec<_>) =
            peers.partition(|peer| peer.pods.must.is_full());
        let mut parting = Parting::new(length);
        some.into_iter().for_each(|peer| parting.divide(&peer.pods));
        if services || names && !for_all.is_empty() {
            parting.named = (0..length).collect();
        }
        parting.named.sort_unstable();
        let mut out = Groups {
            rest: first_missing(&parting.named, length),
            ..Groups::default()
        };
        let mut known: FxHashMap<Seen<'_>, usize> = FxHashMap::default();
        for class in parting.named {
            let before = if services {
                self.service_classes(class)
            } else {
                &[]
            };
            let ports = if names || services {
                self.ports(class)
            } else {
                &[]
            };
            let part = parting.of.get(class).copied().unwrap_or_default();
            let next = known.len();
            let group = *known.entry((part, ports, before)).or_insert(next);
            if group == next {
                out.samples.push(class);
            }
            out.named.push((class, group));
        }
        out
    }
}

/// Classes in parts, divided by one peer after another; the part 0 is that of all for which no peer holds.
struct Parting {
    /// The part of each class.
    of: Vec<usize>,
    /// The classes that are in another part than 0.
    named: Vec<usize>,
    parts: usize,
}

impl Parting {
    fn new(length: usize) -> Self {
        Parting {
            of: vec![0; length],
            named: Vec::new(),
            parts: 1,
        }
    }

    /// Parts those for which the marks hold, surely or possibly, from the others.
    fn divide(&mut self, marks: &Marks) {
        let mut next: FxHashMap<(usize, bool), usize> = FxHashMap::default();
        for class in marks.may.iter() {
            let Some(part) = self.of.get_mut(class) else {
                continue;
            };
            if *part == 0 {
                self.named.push(class);
            }
            *part = *next
                .entry((*part, marks.must.contains(class)))
                .or_insert_with(|| {
                    self.parts += 1;
                    self.parts
                });
        }
    }
}

/// The first number below a length that is not in an ascending list.
fn first_missing(list: &[usize], length: usize) -> Option<usize> {
    let matching = list.iter().enumerate().take_while(|(at, own)| at == *own);
    Some(matching.count()).filter(|first| *first < length)
}
