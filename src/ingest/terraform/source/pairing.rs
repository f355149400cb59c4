//! Which block of the configuration is which block of the plan. The plan sorts sets, so positions say nothing: blocks are told
//! apart by what is known of both.

use super::symbolic::{Budget, Failure, Symbolic};
use crate::ingest::terraform::resource::Value;
use std::sync::Arc;

/// For each planned element: the one element of the configuration that it surely is, or those that it may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Match {
    Sure(usize),
    Perhaps(Vec<usize>),
}

/// Comparisons of elements that are one step of work.
const COMPARED: usize = 4;

/// Pairs planned elements with those of the configuration. `given` must hold no duplicates unless `planned` does.
pub(super) fn pair(
    planned: &[Value],
    given: &[Symbolic],
    budget: &Budget,
) -> Result<Vec<Match>, Failure> {
    for strict in [true, false] {
        let mut may = Vec::new();
        for own in planned {
            budget.visit(1 + given.len() / COMPARED)?;
            let mut partners = Vec::new();
            for (n, given) in given.iter().enumerate() {
                if fits(own, given, strict, budget)? {
                    budget.hold(0, size_of::<usize>())?;
                    partners.push(n);
                }
            }
            may.push(partners);
        }
        if let Some(found) = settle(planned, may, given.len(), budget)? {
            return Ok(found);
        }
    }
    budget.hold(
        planned.len(),
        given.len().saturating_mul(size_of::<usize>()),
    )?;
    let all: Vec<usize> = (0..given.len()).collect();
    Ok(planned
        .iter()
        .map(|_| Match::Perhaps(all.clone()))
        .collect())
}

/// Takes pairs that are forced until none is left. None where some element has no partner.
fn settle(
    planned: &[Value],
    mut may: Vec<Vec<usize>>,
    given: usize,
    budget: &Budget,
) -> Result<Option<Vec<Match>>, Failure> {
    if may.iter().any(Vec::is_empty) {
        return Ok(None);
    }
    let mut out: Vec<Option<Match>> = vec![None; planned.len()];
    let balanced = planned.len() == given;
    let mut taken = vec![false; given];
    while let Some((own, partner)) = forced(&may, &out, &taken, balanced) {
        let pairs: usize = may.iter().map(Vec::len).sum();
        budget.visit((pairs / COMPARED + may.len()) / COMPARED)?;
        if let (Some(own), Some(taken)) = (out.get_mut(own), taken.get_mut(partner)) {
            (*own, *taken) = (Some(Match::Sure(partner)), true);
        }
        for (n, partners) in may.iter_mut().enumerate().filter(|(n, _)| *n != own) {
            partners.retain(|other| *other != partner);
            if partners.is_empty() && out.get(n).is_some_and(Option::is_none) {
                return Ok(None);
            }
        }
    }
    for own in 0..planned.len() {
        if out.get(own).is_some_and(Option::is_none) {
            budget.visit(may.len())?;
            interchangeable(own, planned, &may, &taken, &mut out);
        }
    }
    Ok(Some(
        out.into_iter()
            .zip(may)
            .map(|(own, may)| own.unwrap_or(Match::Perhaps(may)))
            .collect(),
    ))
}

/// A pair without alternative: an element with one partner left, or the only one left for a partner.
fn forced(
    may: &[Vec<usize>],
    out: &[Option<Match>],
    taken: &[bool],
    balanced: bool,
) -> Option<(usize, usize)> {
    let open = || {
        may.iter()
            .zip(out)
            .enumerate()
            .filter(|(_, (_, out))| out.is_none())
            .map(|(n, (partners, _))| (n, partners))
    };
    if let Some((n, partners)) = open().find(|(_, partners)| partners.len() == 1) {
        return partners.first().map(|partner| (n, *partner));
    }
    if !balanced {
        return None;
    }
    let mut count = vec![(0usize, 0usize); taken.len()];
    for (n, partners) in open() {
        for partner in partners {
            if let Some(slot) = count.get_mut(*partner) {
                *slot = (slot.0 + 1, n);
            }
        }
    }
    count
        .iter()
        .enumerate()
        .find(|(partner, (count, _))| *count == 1 && !taken.get(*partner).copied().unwrap_or(true))
        .map(|(partner, (_, n))| (*n, partner))
}

/// Elements that the plan does not tell apart, as many as their partners: any pairing gives the same whole, so they are taken
/// in order.
fn interchangeable(
    own: usize,
    planned: &[Value],
    may: &[Vec<usize>],
    taken: &[bool],
    out: &mut [Option<Match>],
) {
    let Some(partners) = may.get(own) else { return };
    let touching = may.iter().enumerate().filter(|(n, other)| {
        out.get(*n).is_some_and(Option::is_none) && other.iter().any(|one| partners.contains(one))
    });
    let group: Vec<usize> = touching.map(|(n, _)| n).collect();
    let same = group
        .iter()
        .all(|n| planned.get(*n) == planned.get(own) && may.get(*n) == Some(partners));
    let free = partners
        .iter()
        .all(|partner| !taken.get(*partner).copied().unwrap_or(true));
    if same && free && group.len() == partners.len() {
        for (n, partner) in group.iter().zip(partners) {
            if let Some(slot) = out.get_mut(*n) {
                *slot = Some(Match::Sure(*partner));
            }
        }
    }
}

/// Whether a planned value may be what the configuration says. `strict`: what the plan knows and the configuration does not
/// mention speaks against it.
fn fits(planned: &Value, given: &Symbolic, strict: bool, budget: &Budget) -> Result<bool, Failure> {
    Ok(match (planned, given) {
        (
            Value::Unknown | Value::Computed | Value::Reference(_) | Value::Draft(_),
            Symbolic::Bool(_) | Symbolic::Number(_) | Symbolic::Text(_),
        ) => !strict,
        (Value::Unknown | Value::Computed | Value::Reference(_) | Value::Draft(_), _) => true,
        (
            _,
            Symbolic::Draft(_)
            | Symbolic::Attribute(_)
            | Symbolic::Resource(_)
            | Symbolic::Module(_)
            | Symbolic::Unknown(_),
        ) => !is_empty(planned) || !strict,
        (Value::Map(map), Symbolic::Map(fields)) => {
            for (name, given) in fields.iter() {
                if let Some(own) = map.get(name.as_str())
                    && !fits(own, given, strict, budget)?
                {
                    return Ok(false);
                }
            }
            let mentioned = |(name, own): (&Arc<str>, &Value)| {
                fields.contains_key(name.as_ref()) || is_empty(own)
            };
            !strict || map.iter().all(mentioned)
        }
        (Value::List(own), Symbolic::List(items) | Symbolic::Set(items)) => {
            if own.len() != items.len() {
                return Ok(false);
            }
            budget.visit(own.len().saturating_mul(items.len()) / COMPARED)?;
            for own in own {
                let mut any = false;
                for given in items.iter() {
                    any = any || fits(own, given, strict, budget)?;
                }
                if !any {
                    return Ok(false);
                }
            }
            true
        }
        (own, given) => same(own, given) || is_empty(own) && is_empty_given(given),
    })
}

/// Whether a value is as good as absent: providers write the zero value for what is not set.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null
        | Value::Computed
        | Value::Unknown
        | Value::Reference(_)
        | Value::Draft(_)
        | Value::Bool(false) => true,
        Value::Number(number) => *number == 0.0,
        Value::Text(text) => text.is_empty(),
        Value::List(items) => items.is_empty(),
        Value::Map(map) => map.is_empty(),
        Value::Bool(true) => false,
    }
}

fn is_empty_given(value: &Symbolic) -> bool {
    match value {
        Symbolic::Null | Symbolic::Bool(false) => true,
        Symbolic::Number(number) => *number == 0.0,
        Symbolic::Text(text) => text.is_empty(),
        Symbolic::List(items) | Symbolic::Set(items) => items.is_empty(),
        Symbolic::Map(fields) => fields.is_empty(),
        _ => false,
    }
}

/// Whether two known scalars are the same, whatever type they were written with.
pub(super) fn same(planned: &Value, given: &Symbolic) -> bool {
    match planned {
        Value::Null => given.is_null(),
        Value::Bool(value) => given.bool() == Some(*value),
        Value::Number(number) => given.number() == Some(*number),
        Value::Text(text) => {
            given
                .string()
                .is_some_and(|given| given.eq_ignore_ascii_case(text.as_str()))
                || given
                    .number()
                    .is_some_and(|given| text.parse() == Ok(given))
        }
        _ => false,
    }
}
