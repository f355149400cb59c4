//! Functions of maps, and those that make one collection of several.

use super::{Family, all, open};
use crate::ingest::terraform::source::symbolic::{Budget, Failure, Invalid, Outcome, Symbolic};
use std::collections::BTreeMap;

pub(super) const FUNCTIONS: Family = &[
    all("concat", concat),
    all("flatten", flatten),
    all("merge", merge),
    all("zipmap", zipmap),
    all("transpose", transpose),
    all("keys", keys),
    all("values", values),
];

fn keys(budget: &Budget, arguments: &[Symbolic]) -> Outcome {
    let [map] = arguments else {
        return Err(Invalid);
    };
    match map.fields() {
        Some(fields) => budget.try_list(fields.keys().map(|key| budget.text(key))),
        None => open(budget, [map]),
    }
}

fn values(budget: &Budget, arguments: &[Symbolic]) -> Outcome {
    let [map] = arguments else {
        return Err(Invalid);
    };
    match map.fields() {
        Some(fields) => budget.list(fields.values().cloned()),
        None => open(budget, [map]),
    }
}

fn concat(budget: &Budget, lists: &[Symbolic]) -> Outcome {
    if lists.iter().any(|list| list.items().is_none()) {
        return open(budget, lists);
    }
    let items = lists.iter().filter_map(Symbolic::items).flatten().cloned();
    budget.sequence(items, lists.iter().all(Symbolic::ordered))
}

fn flatten(budget: &Budget, arguments: &[Symbolic]) -> Outcome {
    let [list] = arguments else {
        return Err(Invalid);
    };
    if list.items().is_none() {
        return open(budget, [list]);
    }
    let mut flat = Flat {
        budget,
        items: Vec::new(),
        ordered: true,
    };
    if flat.add(list)? {
        budget.sequence(flat.items, flat.ordered)
    } else {
        Ok(budget.some_of([list]))
    }
}

struct Flat<'b> {
    budget: &'b Budget,
    items: Vec<Symbolic>,
    ordered: bool,
}

impl Flat<'_> {
    /// False where an element may be a list that is not known.
    fn add(&mut self, value: &Symbolic) -> Result<bool, Failure> {
        match value {
            Symbolic::List(items) | Symbolic::Set(items) => {
                self.ordered &= value.ordered();
                for item in items.iter() {
                    if !self.add(item)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Symbolic::Unknown(_) => Ok(false),
            Symbolic::Attribute(_) if value.is_filled().is_none() => Ok(false),
            other => {
                self.budget.hold(1, size_of::<Symbolic>())?;
                self.items.push(other.clone());
                Ok(true)
            }
        }
    }
}

fn merge(budget: &Budget, maps: &[Symbolic]) -> Outcome {
    let is_map = |map: &Symbolic| map.is_null() || map.fields().is_some();
    if !maps.iter().all(is_map) {
        return open(budget, maps);
    }
    let fields = maps.iter().filter_map(Symbolic::fields).flatten();
    budget.map(fields.map(|(name, value)| (name, value.clone())))
}

fn zipmap(budget: &Budget, arguments: &[Symbolic]) -> Outcome {
    let [keys, values] = arguments else {
        return Err(Invalid);
    };
    let (Some(names), Some(items)) = (keys.items(), values.items()) else {
        return open(budget, arguments);
    };
    if names.iter().any(|name| name.string().is_none()) || !keys.ordered() || !values.ordered() {
        return Ok(budget.some_of(arguments));
    }
    if names.len() != items.len() {
        return Err(Invalid);
    }
    let named = names.iter().zip(items);
    budget.try_map(named.map(|(name, item)| Ok((name.string().ok_or(Invalid)?, item.clone()))))
}

fn transpose(budget: &Budget, arguments: &[Symbolic]) -> Outcome {
    let [map] = arguments else {
        return Err(Invalid);
    };
    let Some(fields) = map.fields().filter(|_| map.is_known()) else {
        return open(budget, [map]);
    };
    let mut out: BTreeMap<String, Vec<Symbolic>> = BTreeMap::new();
    for (key, items) in fields {
        let key = budget.text(key)?;
        for item in items.items().ok_or(Invalid)? {
            let name = item.string().ok_or(Invalid)?;
            budget.hold(1, name.len() + size_of::<Symbolic>())?;
            out.entry(name.to_string()).or_default().push(key.clone());
        }
    }
    budget.try_map(
        out.into_iter()
            .map(|(key, items)| Ok((key, budget.list(items)?))),
    )
}
