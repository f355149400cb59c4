//! Conversions between types, and marks that leave the value as it is.

use super::collections::open;
use crate::ingest::terraform::source::symbolic::{Invalid, Outcome, Symbolic};

pub(super) fn call(name: &str, arguments: &[Symbolic]) -> Option<Outcome> {
    let [value] = arguments else { return None };
    Some(match name {
        "sensitive" | "nonsensitive" | "ephemeralasnull" => Ok(value.clone()),
        "issensitive" => Ok(Symbolic::unknown()),
        "toset" => match value.items() {
            Some(items) => Ok(Symbolic::set(items.to_vec())),
            None => whole(value),
        },
        "tolist" => match value.items() {
            Some(items) => Ok(Symbolic::sequence(items.to_vec(), value.ordered())),
            None => whole(value),
        },
        "tomap" => match value {
            Symbolic::Map(_) => Ok(value.clone()),
            other => whole(other),
        },
        "tostring" => scalar(value, |value| value.string().map(Symbolic::Text)),
        "tonumber" => scalar(value, |value| value.number().map(Symbolic::Number)),
        "tobool" => scalar(value, |value| value.bool().map(Symbolic::Bool)),
        _ => return None,
    })
}

fn whole(value: &Symbolic) -> Outcome {
    if *value == Symbolic::Null {
        Ok(Symbolic::Null)
    } else {
        open(&[value])
    }
}

fn scalar(value: &Symbolic, convert: impl FnOnce(&Symbolic) -> Option<Symbolic>) -> Outcome {
    match value {
        Symbolic::Null | Symbolic::Attribute(_) | Symbolic::Unknown(_) => Ok(value.clone()),
        known => convert(known).ok_or(Invalid),
    }
}
