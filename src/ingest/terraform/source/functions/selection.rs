//! Functions that choose among values, or ask about them.

use super::collections::open;
use crate::ingest::terraform::source::symbolic::{Invalid, Outcome, Symbolic};

pub(super) fn call(name: &str, arguments: &[Symbolic]) -> Option<Outcome> {
    Some(match (name, arguments) {
        ("coalesce", values) => coalesce(values),
        ("coalescelist", lists) => coalescelist(lists),
        ("element", [list, index]) => element(list, index),
        ("lookup", [map, key, rest @ ..]) => lookup(map, key, rest.first()),
        ("one", [list]) => one(list),
        ("index", [list, value]) => index(list, value),
        ("contains", [list, value]) => contains(list, value),
        ("length", [value]) => length(value),
        ("alltrue", [list]) => decide(list, false),
        ("anytrue", [list]) => decide(list, true),
        // `join("", aws_vpc.this.*.id)` was the way to write `one(aws_vpc.this[*].id)`.
        ("join", [_, list]) => return list.items().and_then(only).map(Ok),
        _ => return None,
    })
}

/// The only element as a text, or as the symbol that it is.
fn only(items: &[Symbolic]) -> Option<Symbolic> {
    match items {
        [only] => Some(only.string().map_or_else(|| only.clone(), Symbolic::Text)),
        _ => None,
    }
}

/// The first that is neither null nor an empty text.
fn coalesce(values: &[Symbolic]) -> Outcome {
    first(values, Symbolic::is_filled)
}

fn coalescelist(lists: &[Symbolic]) -> Outcome {
    first(lists, |list| match list {
        Symbolic::Null => Some(false),
        other => other.items().map(|items| !items.is_empty()),
    })
}

/// The first value that is good. One of which that is not known is a candidate, and so is what follows.
fn first(values: &[Symbolic], good: impl Fn(&Symbolic) -> Option<bool>) -> Outcome {
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
        Ok(Symbolic::some_of(perhaps))
    }
}

/// The element at an index that wraps around.
fn element(list: &Symbolic, index: &Symbolic) -> Outcome {
    let Some(items) = list.items() else {
        return open(&[list, index]);
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
        _ => Ok(Symbolic::some_of([list])),
    }
}

fn lookup(map: &Symbolic, key: &Symbolic, default: Option<&Symbolic>) -> Outcome {
    match (map.fields(), key.string()) {
        (Some(fields), Some(key)) => fields.get(&*key).or(default).cloned().ok_or(Invalid),
        _ => open(&[map, key].into_iter().chain(default).collect::<Vec<_>>()),
    }
}

/// Null of none, the element of one, an error of more.
fn one(list: &Symbolic) -> Outcome {
    match list.items() {
        Some([]) => Ok(Symbolic::Null),
        Some([only]) => Ok(only.clone()),
        Some(_) => Err(Invalid),
        None if *list == Symbolic::Null => Ok(Symbolic::Null),
        None => open(&[list]),
    }
}

fn index(list: &Symbolic, value: &Symbolic) -> Outcome {
    let Some(items) = list.items() else {
        return open(&[list, value]);
    };
    for (n, item) in items.iter().enumerate() {
        match item.equal(value) {
            #[expect(clippy::cast_precision_loss, reason = "no list is that long")]
            Some(true) if list.ordered() => return Ok(Symbolic::Number(n as f64)),
            Some(false) => {}
            _ => return Ok(Symbolic::unknown()),
        }
    }
    Err(Invalid)
}

fn contains(list: &Symbolic, value: &Symbolic) -> Outcome {
    let Some(items) = list.items() else {
        return open(&[list, value]);
    };
    let answers: Vec<Option<bool>> = items.iter().map(|item| item.equal(value)).collect();
    Ok(match answers {
        _ if answers.contains(&Some(true)) => Symbolic::Bool(true),
        _ if answers.contains(&None) => Symbolic::some_of([value]),
        _ => Symbolic::Bool(false),
    })
}

#[expect(clippy::cast_precision_loss, reason = "nothing is that long")]
fn length(value: &Symbolic) -> Outcome {
    let length = match value {
        Symbolic::List(items) | Symbolic::Set(items) => items.len(),
        Symbolic::Map(fields) => fields.len(),
        Symbolic::Text(text) => text.chars().count(),
        other => return open(&[other]),
    };
    Ok(Symbolic::Number(length as f64))
}

/// Whether an element decides: a false one for `alltrue`, a true one for `anytrue`.
fn decide(list: &Symbolic, by: bool) -> Outcome {
    let Some(items) = list.items() else {
        return open(&[list]);
    };
    if items.iter().any(|item| item.bool() == Some(by)) {
        return Ok(Symbolic::Bool(by));
    }
    if list.is_known() {
        Ok(Symbolic::Bool(!by))
    } else {
        Ok(Symbolic::some_of([list]))
    }
}
