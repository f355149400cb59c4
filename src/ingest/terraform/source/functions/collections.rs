//! Functions that build collections out of others.

use crate::ingest::terraform::source::symbolic::{Invalid, Outcome, Symbolic};
use std::collections::BTreeMap;

/// Most elements that one call makes.
const MOST: usize = 100_000;

pub(super) fn call(name: &str, arguments: &[Symbolic]) -> Option<Outcome> {
    Some(match (name, arguments) {
        ("concat", lists) => concat(lists),
        ("flatten", [list]) => flatten(list),
        ("merge", maps) => merge(maps),
        ("zipmap", [keys, values]) => zipmap(keys, values),
        ("distinct", [list]) => of_items(list, |items| Ok(distinct(items))),
        ("reverse", [list]) => of_items(list, |items| Ok(items.iter().rev().cloned().collect())),
        ("sort", [list]) => sort(list),
        ("slice", [list, start, end]) => slice(list, start, end),
        ("chunklist", [list, size]) => chunklist(list, size),
        ("compact", [list]) => compact(list),
        ("matchkeys", [values, keys, wanted]) => matchkeys(values, keys, wanted),
        ("range", numbers) => range(numbers),
        ("transpose", [map]) => transpose(map),
        ("keys", [map]) => fields(map, |fields| {
            Symbolic::list(
                fields
                    .keys()
                    .map(|key| Symbolic::text(key.as_str()))
                    .collect(),
            )
        }),
        ("values", [map]) => fields(map, |fields| {
            Symbolic::list(fields.values().cloned().collect())
        }),
        _ => return None,
    })
}

/// A list made from the elements of another, in its order as far as that is known.
fn of_items(
    list: &Symbolic,
    make: impl FnOnce(&[Symbolic]) -> Result<Vec<Symbolic>, Invalid>,
) -> Outcome {
    match list.items() {
        Some(items) => make(items).map(|made| Symbolic::sequence(made, list.ordered())),
        None => open(&[list]),
    }
}

/// What a function gives for arguments that are no collection: an error where they are known, else anything.
pub(super) fn open(arguments: &[&Symbolic]) -> Outcome {
    if arguments.iter().all(|argument| argument.is_known()) {
        Err(Invalid)
    } else {
        Ok(Symbolic::some_of(arguments.iter().copied()))
    }
}

fn fields(map: &Symbolic, make: impl FnOnce(&BTreeMap<String, Symbolic>) -> Symbolic) -> Outcome {
    map.fields()
        .map_or_else(|| open(&[map]), |fields| Ok(make(fields)))
}

fn concat(lists: &[Symbolic]) -> Outcome {
    let items: Option<Vec<&[Symbolic]>> = lists.iter().map(Symbolic::items).collect();
    match items {
        Some(items) => Ok(Symbolic::sequence(
            items.concat(),
            lists.iter().all(Symbolic::ordered),
        )),
        None => open(&lists.iter().collect::<Vec<_>>()),
    }
}

fn flatten(list: &Symbolic) -> Outcome {
    let mut out = Vec::new();
    let mut ordered = true;
    if list.items().is_none() {
        return open(&[list]);
    }
    if !flatten_into(list, &mut out, &mut ordered) {
        return Ok(Symbolic::some_of([list]));
    }
    Ok(Symbolic::sequence(out, ordered))
}

/// False where an element may be a list that is not known.
fn flatten_into(value: &Symbolic, out: &mut Vec<Symbolic>, ordered: &mut bool) -> bool {
    match value {
        Symbolic::List(items) | Symbolic::Set(items) => {
            *ordered &= value.ordered();
            items.iter().all(|item| flatten_into(item, out, ordered))
        }
        Symbolic::Unknown(_) => false,
        Symbolic::Attribute(_) if value.is_filled().is_none() => false,
        other => {
            out.push(other.clone());
            true
        }
    }
}

fn merge(maps: &[Symbolic]) -> Outcome {
    let mut out = BTreeMap::new();
    for map in maps {
        match map {
            Symbolic::Null => {}
            Symbolic::Map(fields) => out.extend(
                fields
                    .iter()
                    .map(|(key, value)| (key.clone(), value.clone())),
            ),
            _ => return open(&maps.iter().collect::<Vec<_>>()),
        }
    }
    Ok(Symbolic::map(out))
}

fn zipmap(keys: &Symbolic, values: &Symbolic) -> Outcome {
    let (Some(names), Some(items)) = (keys.items(), values.items()) else {
        return open(&[keys, values]);
    };
    let names: Option<Vec<_>> = names.iter().map(Symbolic::string).collect();
    match names {
        Some(names) if names.len() != items.len() => Err(Invalid),
        Some(names) if keys.ordered() && values.ordered() => Ok(Symbolic::map(
            names
                .iter()
                .zip(items)
                .map(|(name, item)| (name.to_string(), item.clone()))
                .collect(),
        )),
        _ => Ok(Symbolic::some_of([keys, values])),
    }
}

pub(super) fn distinct(items: &[Symbolic]) -> Vec<Symbolic> {
    let mut out: Vec<Symbolic> = Vec::new();
    for item in items {
        if !out.contains(item) {
            out.push(item.clone());
        }
    }
    out
}

fn sort(list: &Symbolic) -> Outcome {
    of_items(list, |items| Ok(items.to_vec())).map(|sorted| match sorted.items() {
        Some(items) if list.is_known() => {
            let mut items: Vec<Symbolic> = items
                .iter()
                .filter_map(Symbolic::string)
                .map(Symbolic::Text)
                .collect();
            items.sort_by(Symbolic::order);
            Symbolic::list(items)
        }
        Some(items) => Symbolic::sequence(items.to_vec(), false),
        None => sorted,
    })
}

fn slice(list: &Symbolic, start: &Symbolic, end: &Symbolic) -> Outcome {
    let (Some(items), Some(start), Some(end)) = (list.items(), start.size(), end.size()) else {
        return open(&[list, start, end]);
    };
    let part = items.get(start..end).ok_or(Invalid)?;
    if list.ordered() || part.len() == items.len() {
        return Ok(Symbolic::sequence(part.to_vec(), list.ordered()));
    }
    let any = Symbolic::some_of([list]);
    Ok(Symbolic::list(vec![any; part.len()]))
}

fn chunklist(list: &Symbolic, size: &Symbolic) -> Outcome {
    let (Some(items), Some(size)) = (list.items(), size.size()) else {
        return open(&[list, size]);
    };
    if !list.ordered() {
        return Ok(Symbolic::some_of([list]));
    }
    let size = if size == 0 { items.len().max(1) } else { size };
    Ok(Symbolic::list(
        items
            .chunks(size)
            .map(|chunk| Symbolic::list(chunk.to_vec()))
            .collect(),
    ))
}

/// Without nulls and empty texts.
fn compact(list: &Symbolic) -> Outcome {
    let Some(items) = list.items() else {
        return open(&[list]);
    };
    if items.iter().any(|item| item.is_filled().is_none()) {
        return Ok(Symbolic::some_of([list]));
    }
    of_items(list, |items| {
        Ok(items
            .iter()
            .filter(|item| item.is_filled() == Some(true))
            .cloned()
            .collect())
    })
}

fn matchkeys(values: &Symbolic, keys: &Symbolic, wanted: &Symbolic) -> Outcome {
    let (Some(items), Some(keys_of), Some(wanted_of)) =
        (values.items(), keys.items(), wanted.items())
    else {
        return open(&[values, keys, wanted]);
    };
    if !keys.is_known() || !wanted.is_known() || !values.ordered() {
        return Ok(Symbolic::some_of([values]));
    }
    let chosen = items
        .iter()
        .zip(keys_of)
        .filter(|(_, key)| wanted_of.contains(key))
        .map(|(item, _)| item.clone());
    Ok(Symbolic::list(chosen.collect()))
}

/// `range(limit)`, `range(start, limit)`, `range(start, limit, step)`; a range downwards steps by -1 unless told.
fn range(arguments: &[Symbolic]) -> Outcome {
    if !arguments.iter().all(Symbolic::is_known) {
        return Ok(Symbolic::some_of(arguments));
    }
    let numbers: Vec<f64> = arguments
        .iter()
        .map(|own| own.number().ok_or(Invalid))
        .collect::<Result<_, _>>()?;
    let (start, limit, step) = match numbers.as_slice() {
        [limit] => (0.0, *limit, if *limit < 0.0 { -1.0 } else { 1.0 }),
        [start, limit] => (*start, *limit, if limit < start { -1.0 } else { 1.0 }),
        [start, limit, step] => (*start, *limit, *step),
        _ => return Err(Invalid),
    };
    if step == 0.0 || (limit - start) * step < 0.0 {
        return if limit == start {
            Ok(Symbolic::list(Vec::new()))
        } else {
            Err(Invalid)
        };
    }
    let mut out = Vec::new();
    let mut next = start;
    while (step > 0.0 && next < limit) || (step < 0.0 && next > limit) {
        if out.len() >= MOST {
            return Ok(Symbolic::unknown());
        }
        out.push(Symbolic::Number(next));
        next += step;
    }
    Ok(Symbolic::list(out))
}

fn transpose(map: &Symbolic) -> Outcome {
    let Some(fields) = map.fields().filter(|_| map.is_known()) else {
        return open(&[map]);
    };
    let mut out: BTreeMap<String, Vec<Symbolic>> = BTreeMap::new();
    for (key, items) in fields {
        for item in items.items().ok_or(Invalid)? {
            out.entry(item.string().ok_or(Invalid)?.to_string())
                .or_default()
                .push(Symbolic::text(key.as_str()));
        }
    }
    Ok(Symbolic::map(
        out.into_iter()
            .map(|(key, items)| (key, Symbolic::list(items)))
            .collect(),
    ))
}
