//! Functions that choose among values, or ask about them.

use super::{Family, all, conversion, little, open};
use crate::ingest::terraform::source::symbolic::{Budget, Failure, Invalid, Outcome, Symbolic};

pub(super) const FUNCTIONS: Family = &[
    little("coalesce", |budget, values| {
        first(budget, values, Symbolic::is_filled)
    }),
    little("coalescelist", |budget, lists| {
        first(budget, lists, |list| match list {
            Symbolic::Null => Some(false),
            other => other.items().map(|items| !items.is_empty()),
        })
    }),
    little("element", element),
    little("lookup", lookup),
    little("one", one),
    all("index", index),
    all("contains", contains),
    little("length", length),
    all("alltrue", |budget, list| decide(budget, list, false)),
    all("anytrue", |budget, list| decide(budget, list, true)),
    all("join", join),
];

/// `join("", aws_vpc.this.*.id)` was the way to write `one(aws_vpc.this[*].id)`.
fn join(budget: &Budget, arguments: &[Symbolic]) -> Outcome {
    let (separator, lists) = arguments.split_first().ok_or(Invalid)?;
    if let [list] = lists
        && let Some([only]) = list.items()
    {
        return match only.string() {
            Some(_) => conversion::text(budget, only),
            None => Ok(only.clone()),
        };
    }
    if lists
        .iter()
        .any(|list| list.items().is_none() || !list.ordered())
        || !separator.is_known()
    {
        return open(budget, arguments);
    }
    let separator = separator.string().ok_or(Invalid)?;
    let mut out = budget.drafter();
    let mut is_first = true;
    for item in lists.iter().filter_map(Symbolic::items).flatten() {
        if !std::mem::take(&mut is_first) {
            out.push(&separator)?;
        }
        out.value(item)?;
    }
    Ok(out.text_or_attribute())
}

/// The first value that is good. One of which that is not known is a candidate, and so is what follows.
fn first(
    budget: &Budget,
    values: &[Symbolic],
    good: impl Fn(&Symbolic) -> Option<bool>,
) -> Outcome {
    let mut perhaps = Vec::new();
    for value in values {
        match good(value) {
            Some(false) => {}
            Some(true) if perhaps.is_empty() => return Ok(value.clone()),
            Some(true) => {
                perhaps.push(value);
                break;
            }
            None => perhaps.push(value),
        }
    }
    if perhaps.is_empty() {
        Err(Invalid)
    } else {
        Ok(budget.some_of(perhaps))
    }
}

/// The element at an index that wraps around.
fn element(budget: &Budget, arguments: &[Symbolic]) -> Outcome {
    let [list, index] = arguments else {
        return Err(Invalid);
    };
    let Some(items) = list.items() else {
        return open(budget, arguments);
    };
    let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
    if length == 0 {
        return Err(Invalid);
    }
    match index.integer() {
        _ if items.len() == 1 => Ok(items.first().cloned().unwrap_or(Symbolic::Null)),
        Some(index) if list.ordered() => {
            let at = usize::try_from(index.rem_euclid(length)).unwrap_or(0);
            items.get(at).cloned().ok_or(Invalid)
        }
        None if index.is_known() => Err(Invalid),
        _ => Ok(budget.some_of([list])),
    }
}

fn lookup(budget: &Budget, arguments: &[Symbolic]) -> Outcome {
    let [map, key, rest @ ..] = arguments else {
        return Err(Invalid);
    };
    match (map.fields(), key.string()) {
        (Some(fields), Some(key)) => fields.get(&*key).or(rest.first()).cloned().ok_or(Invalid),
        _ => open(budget, arguments.iter().take(3)),
    }
}

/// Null of none, the element of one, an error of more.
fn one(budget: &Budget, arguments: &[Symbolic]) -> Outcome {
    let [list] = arguments else {
        return Err(Invalid);
    };
    match list.items() {
        Some([]) => Ok(Symbolic::Null),
        Some([only]) => Ok(only.clone()),
        Some(_) => Err(Invalid),
        None if list.is_null() => Ok(Symbolic::Null),
        None => open(budget, [list]),
    }
}

fn index(budget: &Budget, arguments: &[Symbolic]) -> Outcome {
    let [list, value] = arguments else {
        return Err(Invalid);
    };
    let Some(items) = list.items() else {
        return open(budget, arguments);
    };
    for (n, item) in items.iter().enumerate() {
        match budget.equal(item, value)? {
            #[expect(clippy::cast_precision_loss, reason = "no list is that long")]
            Some(true) if list.ordered() => return Ok(Symbolic::Number(n as f64)),
            Some(false) => {}
            _ => return Ok(Symbolic::unknown()),
        }
    }
    Err(Invalid)
}

fn contains(budget: &Budget, arguments: &[Symbolic]) -> Outcome {
    let [list, value] = arguments else {
        return Err(Invalid);
    };
    let Some(items) = list.items() else {
        return open(budget, arguments);
    };
    let answers = items.iter().map(|item| budget.equal(item, value));
    let answers = answers.collect::<Result<Vec<_>, Failure>>()?;
    Ok(match answers {
        _ if answers.contains(&Some(true)) => Symbolic::Bool(true),
        _ if answers.contains(&None) => budget.some_of([value]),
        _ => Symbolic::Bool(false),
    })
}

#[expect(clippy::cast_precision_loss, reason = "nothing is that long")]
fn length(budget: &Budget, arguments: &[Symbolic]) -> Outcome {
    let [value] = arguments else {
        return Err(Invalid);
    };
    let length = match value {
        Symbolic::List(items) | Symbolic::Set(items) => items.len(),
        Symbolic::Map(fields) => fields.len(),
        Symbolic::Text(text) => {
            budget.read(value)?;
            text.chars().count()
        }
        other => return open(budget, [other]),
    };
    Ok(Symbolic::Number(length as f64))
}

/// Whether an element decides: a false one for `alltrue`, a true one for `anytrue`.
fn decide(budget: &Budget, arguments: &[Symbolic], by: bool) -> Outcome {
    let [list] = arguments else {
        return Err(Invalid);
    };
    let Some(items) = list.items() else {
        return open(budget, [list]);
    };
    if items.iter().any(|item| item.bool() == Some(by)) {
        return Ok(Symbolic::Bool(by));
    }
    if list.is_known() {
        Ok(Symbolic::Bool(!by))
    } else {
        Ok(budget.some_of([list]))
    }
}
