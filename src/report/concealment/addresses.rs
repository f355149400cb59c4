//! Finds sensitive addresses and numbers: also those that were computed from the ones that the input marks.

use super::HIDDEN;
use crate::model::{AddressSet, Confidential, IpNet};
use regex::Regex;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::ops::Range;
use std::sync::LazyLock;

/// The blocks and numbers to look for.
#[derive(Clone, Debug, Default)]
pub(super) struct Numbers {
    /// All sensitive blocks.
    inside: AddressSet,
    /// The addresses next to them: a range that ends there tells where a block begins.
    edges: BTreeSet<IpAddr>,
    numbers: BTreeSet<u64>,
}

/// What may be an address, a block, or a number by itself. Numbers behind a colon are lines and columns.
static FOUND: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?P<v4>\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?)",
        r"|(?P<v6>[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:/\d{1,3})?)",
        r"|(?P<number>\d{4,})",
    ))
    .ok()
});

impl Numbers {
    pub fn new(values: &Confidential) -> Self {
        Numbers {
            inside: values.blocks.iter().cloned().collect(),
            edges: values
                .blocks
                .iter()
                .flat_map(AddressSet::ranges)
                .flat_map(edges)
                .collect(),
            numbers: values.numbers.clone(),
        }
    }

    /// A part of a text without sensitive addresses and numbers.
    pub fn conceal<'t>(&self, text: &'t str, part: Range<usize>) -> Cow<'t, str> {
        let own = text.get(part.clone()).unwrap_or_default();
        let idle = self.inside.is_empty() && self.numbers.is_empty();
        let Some(regex) = FOUND.as_ref().filter(|_| !idle) else {
            return Cow::Borrowed(own);
        };
        regex.replace_all(own, |found: &regex::Captures<'_>| {
            let whole = found.get(0).map(|found| found.as_str()).unwrap_or_default();
            let start = part.start + found.get(0).map_or(0, |found| found.start());
            if found.name("number").is_some() {
                return self.number(text, start, whole);
            }
            let token = whole.trim_end_matches(':');
            let rest = whole.get(token.len()..).unwrap_or_default();
            if self.hides(token) {
                format!("{HIDDEN}{rest}")
            } else {
                whole.to_owned()
            }
        })
    }

    /// Whether an address is in a sensitive block or beside one, or a block in one.
    fn hides(&self, token: &str) -> bool {
        if let Ok(address) = token.parse::<IpAddr>() {
            return self.inside.contains(address) || self.edges.contains(&address);
        }
        token
            .parse::<IpNet>()
            .is_ok_and(|block| AddressSet::of(block).is_subset(&self.inside))
    }

    fn number(&self, text: &str, start: usize, digits: &str) -> String {
        let around = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || "_.:/".contains(c));
        let before = text.get(..start).and_then(|text| text.chars().next_back());
        let after = text
            .get(start + digits.len()..)
            .and_then(|text| text.chars().next());
        let inner = after.is_some_and(|c| c.is_alphanumeric() || c == '_');
        if !around(before) && !inner && digits.parse().is_ok_and(|number| self.holds(number)) {
            HIDDEN.to_owned()
        } else {
            digits.to_owned()
        }
    }

    /// Whether a number is sensitive, or next to one that is: the end of a range that leaves it out.
    pub fn holds(&self, number: u64) -> bool {
        [number.saturating_sub(1), number, number.saturating_add(1)]
            .iter()
            .any(|number| self.numbers.contains(number))
    }

    /// Whether there are numbers to look for.
    pub fn has_numbers(&self) -> bool {
        !self.numbers.is_empty()
    }
}

/// The addresses before and after a range.
fn edges((low, high): (IpAddr, IpAddr)) -> Vec<IpAddr> {
    let (before, after) = match (low, high) {
        (IpAddr::V4(low), IpAddr::V4(high)) => (
            u32::from(low)
                .checked_sub(1)
                .map(|bits| IpAddr::V4(bits.into())),
            u32::from(high)
                .checked_add(1)
                .map(|bits| IpAddr::V4(bits.into())),
        ),
        (IpAddr::V6(low), IpAddr::V6(high)) => (
            u128::from(low)
                .checked_sub(1)
                .map(|bits| IpAddr::V6(bits.into())),
            u128::from(high)
                .checked_add(1)
                .map(|bits| IpAddr::V6(bits.into())),
        ),
        _ => (None, None),
    };
    before.into_iter().chain(after).collect()
}
