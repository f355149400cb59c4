//! Conversions between types, and marks that leave the value as it is.

use super::{Family, all, little, open};
use crate::ingest::terraform::source::symbolic::{Budget, Invalid, Outcome, Symbolic};

pub(super) const FUNCTIONS: Family = &[
    little("sensitive", same),
    little("nonsensitive", same),
    little("ephemeralasnull", same),
    little("issensitive", |_, _| Ok(Symbolic::unknown())),
    all("toset", toset),
    all("tolist", tolist),
    little("tomap", tomap),
    little("tostring", |budget, arguments| match arguments {
        [Symbolic::Draft(_)] => same(budget, arguments),
        _ => scalar(budget, arguments, |value| text(budget, value)),
    }),
    little("tonumber", |budget, arguments| {
        scalar(budget, arguments, |value| {
            value.number().map(Symbolic::Number).ok_or(Invalid)
        })
    }),
    little("tobool", |budget, arguments| {
        scalar(budget, arguments, |value| {
            value.bool().map(Symbolic::Bool).ok_or(Invalid)
        })
    }),
];

fn same(_: &Budget, arguments: &[Symbolic]) -> Outcome {
    match arguments {
        [value] => Ok(value.clone()),
        _ => Err(Invalid),
    }
}

fn toset(budget: &Budget, arguments: &[Symbolic]) -> Outcome {
    let [value] = arguments else {
        return Err(Invalid);
    };
    match value.items() {
        Some(items) => budget.set(items.iter().cloned()),
        None => whole(budget, value),
    }
}

fn tolist(budget: &Budget, arguments: &[Symbolic]) -> Outcome {
    let [value] = arguments else {
        return Err(Invalid);
    };
    match value {
        Symbolic::List(_) => Ok(value.clone()),
        Symbolic::Set(items) => budget.sequence(items.iter().cloned(), value.ordered()),
        other => whole(budget, other),
    }
}

fn tomap(budget: &Budget, arguments: &[Symbolic]) -> Outcome {
    match arguments {
        [Symbolic::Map(_)] => same(budget, arguments),
        [other] => whole(budget, other),
        _ => Err(Invalid),
    }
}

fn whole(budget: &Budget, value: &Symbolic) -> Outcome {
    if value.is_null() {
        Ok(Symbolic::Null)
    } else {
        open(budget, [value])
    }
}

/// The text of a known scalar.
pub(in crate::ingest::terraform::source) fn text(budget: &Budget, value: &Symbolic) -> Outcome {
    match value {
        Symbolic::Text(_) => Ok(value.clone()),
        other => budget.text(&other.string().ok_or(Invalid)?),
    }
}

fn scalar(
    budget: &Budget,
    arguments: &[Symbolic],
    convert: impl FnOnce(&Symbolic) -> Outcome,
) -> Outcome {
    match arguments {
        [Symbolic::Draft(_)] => Ok(budget.some_of(arguments)),
        [value @ (Symbolic::Null | Symbolic::Attribute(_) | Symbolic::Unknown(_))] => {
            Ok(value.clone())
        }
        [known] => convert(known),
        _ => Err(Invalid),
    }
}
