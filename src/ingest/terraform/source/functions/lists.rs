//! Functions that make one list of another.

use super::{Family, all, open};
use crate::ingest::terraform::source::symbolic::{Budget, Invalid, Outcome, Symbolic};

pub(super) const FUNCTIONS: Family = &[
    all("distinct", distinct),
    all("reverse", reverse),
    all("sort", sort),
    all("slice", slice),
    all("chunklist", chunklist),
    all("compact", compact),
    all("matchkeys", matchkeys),
    all("range", range),
];

fn distinct(budget: &Budget, arguments: &[Symbolic]) -> Outcome {
    let [list] = arguments else {
        return Err(Invalid);
    };
    match list.items() {
        Some(items) => budget.sequence(budget.distinct(items)?, list.ordered()),
        None => open(budget, [list]),
    }
}

fn reverse(budget: &Budget, arguments: &[Symbolic]) -> Outcome {
    let [list] = arguments else {
        return Err(Invalid);
    };
    match list.items() {
        Some(items) => budget.sequence(items.iter().rev().cloned(), list.ordered()),
        None => open(budget, [list]),
    }
}

/// The order of what is not known is not known.
fn sort(budget: &Budget, arguments: &[Symbolic]) -> Outcome {
    let [list] = arguments else {
        return Err(Invalid);
    };
    let Some(items) = list.items() else {
        return open(budget, [list]);
    };
    if !list.is_known() {
        return budget.sequence(items.iter().cloned(), false);
    }
    budget.hold(items.len(), size_of::<Symbolic>())?;
    let texts = items.iter().filter_map(Symbolic::string);
    let mut texts = texts
        .map(|text| budget.text(&text))
        .collect::<Result<Vec<_>, _>>()?;
    budget.sort(&mut texts)?;
    budget.list(texts)
}

fn slice(budget: &Budget, arguments: &[Symbolic]) -> Outcome {
    let [list, start, end] = arguments else {
        return Err(Invalid);
    };
    let (Some(items), Some(start), Some(end)) = (list.items(), start.size(), end.size()) else {
        return open(budget, arguments);
    };
    let part = items.get(start..end).ok_or(Invalid)?;
    if list.ordered() || part.len() == items.len() {
        return budget.sequence(part.iter().cloned(), list.ordered());
    }
    let any = budget.some_of([list]);
    budget.list(std::iter::repeat_n(any, part.len()))
}

fn chunklist(budget: &Budget, arguments: &[Symbolic]) -> Outcome {
    let [list, size] = arguments else {
        return Err(Invalid);
    };
    let (Some(items), Some(size)) = (list.items(), size.size()) else {
        return open(budget, arguments);
    };
    if !list.ordered() {
        return Ok(budget.some_of([list]));
    }
    let size = if size == 0 { items.len().max(1) } else { size };
    let chunks = items.chunks(size);
    budget.try_list(chunks.map(|chunk| budget.list(chunk.iter().cloned())))
}

/// Without nulls and empty texts.
fn compact(budget: &Budget, arguments: &[Symbolic]) -> Outcome {
    let [list] = arguments else {
        return Err(Invalid);
    };
    let Some(items) = list.items() else {
        return open(budget, [list]);
    };
    if items.iter().any(|item| item.is_filled().is_none()) {
        return Ok(budget.some_of([list]));
    }
    let filled = items.iter().filter(|item| item.is_filled() == Some(true));
    budget.sequence(filled.cloned(), list.ordered())
}

fn matchkeys(budget: &Budget, arguments: &[Symbolic]) -> Outcome {
    let [values, keys, wanted] = arguments else {
        return Err(Invalid);
    };
    let (Some(items), Some(keys_of), Some(wanted_of)) =
        (values.items(), keys.items(), wanted.items())
    else {
        return open(budget, arguments);
    };
    if !keys.is_known() || !wanted.is_known() || !values.ordered() {
        return Ok(budget.some_of([values]));
    }
    budget.hold(wanted_of.len(), size_of::<Symbolic>())?;
    let mut sorted = wanted_of.to_vec();
    budget.sort(&mut sorted)?;
    let mut chosen = Vec::new();
    for (item, key) in items.iter().zip(keys_of) {
        if budget.is_among(key, &sorted)? {
            budget.hold(1, size_of::<Symbolic>())?;
            chosen.push(item.clone());
        }
    }
    budget.list(chosen)
}

/// `range(limit)`, `range(start, limit)`, `range(start, limit, step)`; a range downwards steps by -1 where no step is given.
fn range(budget: &Budget, arguments: &[Symbolic]) -> Outcome {
    if !arguments.iter().all(Symbolic::is_known) {
        return Ok(budget.some_of(arguments));
    }
    let number = |n: usize| arguments.get(n).map(|own| own.number().ok_or(Invalid));
    let (start, limit, step) = match (number(0), number(1), number(2), arguments.len()) {
        (Some(limit), None, None, 1) => (0.0, limit?, None),
        (Some(start), Some(limit), None, 2) => (start?, limit?, None),
        (Some(start), Some(limit), Some(step), 3) => (start?, limit?, Some(step?)),
        _ => return Err(Invalid),
    };
    let step = step.unwrap_or(if limit < start { -1.0 } else { 1.0 });
    if limit == start {
        return budget.list([]);
    }
    if step == 0.0 || (limit - start) * step < 0.0 {
        return Err(Invalid);
    }
    let within = |next: &f64| {
        if step > 0.0 {
            *next < limit
        } else {
            *next > limit
        }
    };
    let numbers = std::iter::successors(Some(start), |next| Some(next + step));
    budget.list(numbers.take_while(within).map(Symbolic::Number))
}
