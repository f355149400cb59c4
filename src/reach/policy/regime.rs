//! Which program of policy steps holds for which pods of a cluster in one direction, each with its answers.

use super::fold::Judged;
use super::pods::{EnforcementStatus, Pods};
use super::program::Programs;
use super::verdicts::ALL;
use crate::model::{Doubt, FlowSet};
use rustc_hash::FxHashMap;
use std::cell::OnceCell;

/// The pods that one program of policy steps holds for, or perhaps another one.
#[derive(Debug)]
pub(super) struct Regime {
    pub(super) program: usize,
    /// What they follow if the cluster's engine enforces nothing, where that is unknown, and why it is.
    pub(super) or: Option<(usize, Doubt)>,
    /// The answers for each class of pods at the other end.
    pub(super) row: OnceCell<Row>,
    /// Towards or from addresses outside.
    pub(super) outside: OnceCell<Judged<FlowSet>>,
}

/// The numbers of answers for classes of pods at the other end.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// Those of the classes that some peer holds for.
    pub(super) named: FxHashMap<usize, u32>,
    /// That of all others.
    pub(super) rest: u32,
}

impl Row {
    /// Everything passes for all classes.
    pub(super) fn all() -> Self {
        Row {
            named: FxHashMap::default(),
            rest: ALL,
        }
    }

    /// The number of the answer for a class.
    pub(super) fn of(&self, class: usize) -> u32 {
        self.named.get(&class).copied().unwrap_or(self.rest)
    }
}

/// One direction of a cluster.
#[derive(Debug)]
pub(super) struct DirectionPolicies {
    pub(super) programs: Programs,
    regimes: Vec<Regime>,
    /// For each class of pods its regime.
    of: Vec<usize>,
}

impl DirectionPolicies {
    /// The regimes of the classes that follow these programs.
    pub(super) fn new(programs: Programs, pods: &Pods) -> Self {
        let mut positions: FxHashMap<(usize, Option<(usize, Doubt)>), usize> = FxHashMap::default();
        let (mut regimes, mut of) = (Vec::new(), Vec::new());
        for class in &pods.classes {
            let number =
                |programs: &[usize]| programs.get(class.traits).copied().unwrap_or_default();
            let (whole, enforced_by_mesh) =
                (number(&programs.of), number(&programs.enforced_by_mesh));
            let (program, or) = match &class.enforcement {
                EnforcementStatus::Yes => (whole, None),
                EnforcementStatus::No => (enforced_by_mesh, None),
                EnforcementStatus::Unknown(doubt) => {
                    (whole, Some((enforced_by_mesh, doubt.clone())))
                }
            };
            let position = *positions
                .entry((program, or))
                .or_insert_with_key(|(program, or)| {
                    regimes.push(Regime {
                        program: *program,
                        or: or.clone(),
                        row: OnceCell::new(),
                        outside: OnceCell::new(),
                    });
                    regimes.len() - 1
                });
            of.push(position);
        }
        DirectionPolicies {
            programs,
            regimes,
            of,
        }
    }

    /// What a class of pods follows.
    pub(super) fn regime(&self, class: usize) -> Option<&Regime> {
        self.of.get(class).and_then(|at| self.regimes.get(*at))
    }
}
