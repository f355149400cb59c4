//! Classes of pods at the other end that a program of rules cannot tell apart: found by what its peers hold for, so that the cost is that of
//! the classes that some peer holds for, not of all.

use super::cluster::ClusterPolicies;
use super::program::{Program, RuleStep, rules};
use crate::model::{Direction, NamedPort};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

/// What a program sees of a class of pods: which peers hold for it, its ports, the Services before it.
type Seen<'a> = (Vec<usize>, &'a [NamedPort], &'a [usize]);

/// The classes at the other end in groups.
#[derive(Debug, Default)]
pub(super) struct Groups {
    /// The group of each class that is told from those that no peer holds for; ascending by class.
    pub(super) told: Vec<(usize, usize)>,
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
        let length = self.pods.stands.len();
        let mut held: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let mut for_all = false;
        let peers: BTreeSet<usize> = steps.iter().map(|step| step.peer).collect();
        for (at, peer) in peers.into_iter().enumerate() {
            let Some(peer) = self.peers.all.get(peer) else {
                continue;
            };
            if peer.pods.must.is_full() {
                for_all = true;
                continue;
            }
            for class in peer.pods.may.iter() {
                let sure = usize::from(peer.pods.must.contains(class));
                held.entry(class).or_default().push(2 * at + sure);
            }
        }
        if services || names && for_all {
            (0..length).for_each(|class| {
                held.entry(class).or_default();
            });
        }
        let mut out = Groups {
            rest: (0..length).find(|class| !held.contains_key(class)),
            ..Groups::default()
        };
        let mut known: FxHashMap<Seen<'_>, usize> = FxHashMap::default();
        for (class, peers) in held {
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
            let next = known.len();
            let group = *known.entry((peers, ports, before)).or_insert(next);
            if group == next {
                out.samples.push(class);
            }
            out.told.push((class, group));
        }
        out
    }
}
