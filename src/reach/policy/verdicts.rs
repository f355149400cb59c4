//! What passes between classes of pods, each distinct answer once.

use super::fold::{Judged, SetOperations};
use crate::model::{Bounds, Doubt, Enforced, Traffic, Verdict};
use crate::reach::SteppingStones;
use rustc_hash::FxHashMap;

/// The answer that everything passes.
pub(super) const ALL: u32 = 0;

/// Distinct answers, by number.
#[derive(Debug)]
pub(super) struct Verdicts {
    all: Vec<Judged<Traffic>>,
    /// For each of `all` how surely it lets a connection be opened.
    connects: Vec<Verdict>,
    numbers: FxHashMap<Judged<Traffic>, u32>,
    joined: FxHashMap<(u32, u32), u32>,
}

impl Verdicts {
    /// Holds [`ALL`] only.
    pub(super) fn new() -> Self {
        let mut out = Verdicts {
            all: Vec::new(),
            connects: Vec::new(),
            numbers: FxHashMap::default(),
            joined: FxHashMap::default(),
        };
        out.number(Judged::exact(Traffic::all()));
        out
    }

    /// The number of an answer.
    pub(super) fn number(&mut self, judged: Judged<Traffic>) -> u32 {
        let next = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        *self.numbers.entry(judged).or_insert_with_key(|judged| {
            self.all.push(judged.clone());
            self.connects.push(SteppingStones::connects(&judged.bounds));
            next
        })
    }

    /// The answer of a number.
    pub(super) fn get(&self, number: u32) -> Judged<Traffic> {
        self.all.get(number as usize).cloned().unwrap_or_default()
    }

    /// Whether the answer is that nothing passes.
    pub(super) fn is_nothing(&self, number: u32) -> bool {
        let judged = self.all.get(number as usize);
        judged.is_none_or(|judged| judged.bounds.may.is_empty())
    }

    /// How surely the answer lets a connection be opened.
    pub(super) fn connects(&self, number: u32) -> Verdict {
        let known = self.connects.get(number as usize);
        known.copied().unwrap_or(Verdict::Blocked)
    }

    /// What passes both.
    pub(super) fn join(&mut self, one: u32, other: u32) -> u32 {
        match (one, other) {
            (ALL, other) => other,
            (one, ALL) => one,
            _ if one == other => one,
            _ => {
                if let Some(known) = self.joined.get(&(one, other)) {
                    return *known;
                }
                let number = self.number(both(&self.get(one), &self.get(other)));
                self.joined.insert((one, other), number);
                number
            }
        }
    }
}

/// What passes one judgement and the other.
pub(super) fn both<T: SetOperations>(one: &Judged<T>, other: &Judged<T>) -> Judged<T> {
    let bounds = one.bounds.zip(&other.bounds, T::and);
    let doubt = if bounds.may.less(&bounds.must).nothing() {
        Doubt::none()
    } else {
        one.doubt.and(&other.doubt)
    };
    Judged { bounds, doubt }
}

/// What passes where one of two judgements holds, and which one is in doubt.
pub(super) fn either<T: SetOperations>(
    one: &Judged<T>,
    other: &Judged<T>,
    which: &Doubt,
) -> Judged<T> {
    let must = one.bounds.must.and(&other.bounds.must);
    let may = one.bounds.may.or(&other.bounds.may);
    let doubt = if may.less(&must).nothing() {
        Doubt::none()
    } else {
        one.doubt.and(&other.doubt).and(which)
    };
    Judged {
        bounds: Bounds { must, may },
        doubt,
    }
}

/// What passes from or to some place: it is enough that it passes in one. Where no place is certain, it surely passes if
/// it does in each.
pub(super) fn in_some_placement<T: SetOperations>(outcomes: &[(Judged<T>, Doubt)]) -> Judged<T> {
    if let [(judged, placement)] = outcomes
        && judged.doubt.is_certain()
        && placement.is_certain()
    {
        return judged.clone();
    }
    let certain = || {
        outcomes
            .iter()
            .filter(|(_, doubt)| doubt.is_certain())
            .map(|(judged, _)| &judged.bounds.must)
    };
    let each = outcomes
        .iter()
        .map(|(judged, _)| judged.bounds.must.clone())
        .reduce(|all, one| all.and(&one))
        .unwrap_or_default();
    let must = if certain().next().is_some() {
        certain().fold(T::default(), |sum, one| sum.or(one))
    } else {
        each
    };
    let may = outcomes
        .iter()
        .fold(T::default(), |sum, (judged, _)| sum.or(&judged.bounds.may));
    let doubts = || {
        outcomes
            .iter()
            .fold(Doubt::none(), |sum, (judged, placement)| {
                sum.and(&judged.doubt).and(placement)
            })
    };
    let doubt = if may.less(&must).nothing() {
        Doubt::none()
    } else {
        doubts()
    };
    Judged {
        bounds: Bounds { must, may },
        doubt,
    }
}

/// What passes if policies do not hold there: surely where they surely do not, nothing where they do.
pub(super) fn perhaps(near: Judged<Traffic>, enforcement: &Enforced) -> Judged<Traffic> {
    match enforcement {
        Enforced::No(_) => near,
        Enforced::Yes(_) => Judged::default(),
        Enforced::Unknown(_, doubt) => Judged {
            bounds: Bounds {
                must: Traffic::none(),
                may: near.bounds.may,
            },
            doubt: near.doubt.and(doubt),
        },
    }
}
