//! Functions of sets.

use super::{Family, all, open};
use crate::ingest::terraform::source::symbolic::{Budget, Failure, Invalid, Outcome, Symbolic};

pub(super) const FUNCTIONS: Family = &[
    all("setunion", union),
    all("setintersection", |budget, sets| {
        let (first, rest) = sets.split_first().ok_or(Invalid)?;
        by_membership(budget, first, rest, true)
    }),
    all("setsubtract", |budget, sets| match sets {
        [first, other] => by_membership(budget, first, std::slice::from_ref(other), false),
        _ => Err(Invalid),
    }),
    all("setproduct", product),
];

fn union(budget: &Budget, sets: &[Symbolic]) -> Outcome {
    if sets.iter().any(|set| set.items().is_none()) {
        return open(budget, sets);
    }
    budget.set(sets.iter().filter_map(Symbolic::items).flatten().cloned())
}

/// The elements of the first that are in all others, or in none.
fn by_membership(budget: &Budget, first: &Symbolic, others: &[Symbolic], wanted: bool) -> Outcome {
    let Some(items) = first.items() else {
        return open(budget, [first]);
    };
    if !first.is_known() || !others.iter().all(Symbolic::is_known) {
        return Ok(budget.some_of([first].into_iter().chain(others)));
    }
    let others = others
        .iter()
        .map(|other| sorted(budget, other.items().ok_or(Invalid)?))
        .collect::<Result<Vec<_>, _>>()?;
    let mut kept = Vec::new();
    for item in items {
        let mut all = true;
        for other in &others {
            all &= budget.is_among(item, other)? == wanted;
        }
        if all {
            budget.hold(1, size_of::<Symbolic>())?;
            kept.push(item.clone());
        }
    }
    budget.set(kept)
}

fn sorted(budget: &Budget, items: &[Symbolic]) -> Result<Vec<Symbolic>, Failure> {
    budget.hold(items.len(), size_of::<Symbolic>())?;
    let mut items = items.to_vec();
    budget.sort(&mut items)?;
    Ok(items)
}

fn product(budget: &Budget, sets: &[Symbolic]) -> Outcome {
    if sets.iter().any(|set| set.items().is_none()) {
        return open(budget, sets);
    }
    let items: Vec<&[Symbolic]> = sets.iter().filter_map(Symbolic::items).collect();
    let count = items
        .iter()
        .fold(1usize, |count, items| count.saturating_mul(items.len()));
    let row = |number: usize| {
        let mut rest = number;
        let mut cells: Vec<Symbolic> = Vec::with_capacity(items.len());
        for items in items.iter().rev() {
            let at = rest.checked_rem(items.len()).unwrap_or(0);
            rest = rest.checked_div(items.len()).unwrap_or(0);
            cells.extend(items.get(at).cloned());
        }
        budget.list(cells.into_iter().rev())
    };
    budget.try_sequence((0..count).map(row), sets.iter().all(Symbolic::ordered))
}
