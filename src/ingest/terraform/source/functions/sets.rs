//! Functions of sets.

use super::collections::open;
use crate::ingest::terraform::source::symbolic::{Invalid, Outcome, Symbolic};

/// Most combinations that one call makes.
const MOST: usize = 50_000;

pub(super) fn call(name: &str, arguments: &[Symbolic]) -> Option<Outcome> {
    Some(match (name, arguments) {
        ("setunion", sets) => union(sets),
        ("setintersection", [first, rest @ ..]) => by_membership(first, rest, true),
        ("setsubtract", [first, other]) => by_membership(first, std::slice::from_ref(other), false),
        ("setproduct", sets) => product(sets),
        _ => return None,
    })
}

fn union(sets: &[Symbolic]) -> Outcome {
    let items: Option<Vec<&[Symbolic]>> = sets.iter().map(Symbolic::items).collect();
    items.map_or_else(
        || open(&sets.iter().collect::<Vec<_>>()),
        |items| Ok(Symbolic::set(items.concat())),
    )
}

/// The elements of the first that are in all others, or in none.
fn by_membership(first: &Symbolic, others: &[Symbolic], wanted: bool) -> Outcome {
    let Some(items) = first.items() else {
        return open(&[first]);
    };
    if !first.is_known() || !others.iter().all(Symbolic::is_known) {
        return Ok(Symbolic::some_of([first].into_iter().chain(others)));
    }
    let others: Vec<&[Symbolic]> = others
        .iter()
        .map(|other| other.items().ok_or(Invalid))
        .collect::<Result<_, _>>()?;
    let kept = items
        .iter()
        .filter(|item| others.iter().all(|other| other.contains(item) == wanted));
    Ok(Symbolic::set(kept.cloned().collect()))
}

fn product(sets: &[Symbolic]) -> Outcome {
    let Some(items) = sets.iter().map(Symbolic::items).collect::<Option<Vec<_>>>() else {
        return open(&sets.iter().collect::<Vec<_>>());
    };
    if items
        .iter()
        .fold(1usize, |count, items| count.saturating_mul(items.len()))
        > MOST
    {
        return Ok(Symbolic::some_of(sets));
    }
    let mut rows: Vec<Vec<Symbolic>> = vec![Vec::new()];
    for items in items {
        let longer = |row: &Vec<Symbolic>| -> Vec<Vec<Symbolic>> {
            items
                .iter()
                .map(|item| row.iter().chain([item]).cloned().collect())
                .collect()
        };
        rows = rows.iter().flat_map(longer).collect();
    }
    let rows = rows.into_iter().map(Symbolic::list).collect();
    Ok(Symbolic::sequence(rows, sets.iter().all(Symbolic::ordered)))
}
