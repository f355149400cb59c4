//! What one input lets pass and another does not.

#[cfg(test)]
mod twin;

use super::connectivity::FlowRow;
use crate::model::{AddressSet, FlowSet, Traffic};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Connectivity gained and lost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// What the head lets pass and the base does not; certain and possible apart.
    pub gained: Vec<FlowRow>,
    /// What the base lets pass and the head does not.
    pub lost: Vec<FlowRow>,
}

impl Difference {
    /// Compares the rows of a base with those of a head.
    #[must_use]
    pub fn between(base: &[FlowRow], head: &[FlowRow]) -> Self {
        let (base, head) = (sums(base), sums(head));
        Difference {
            gained: beyond(&head, &base),
            lost: beyond(&base, &head),
        }
    }
}

/// Who and whom, with the range of addresses left out where one side is one.
type Pair<'a> = (&'a str, &'a str);

/// What passes between a pair.
#[derive(Default)]
struct Sum<'a> {
    /// Surely; by address where one side is a range, else for all addresses.
    certain: FlowSet,
    /// Surely or possibly.
    possible: FlowSet,
    rows: Vec<&'a FlowRow>,
}

/// Rows added up: ranges may be cut differently on both sides of a comparison.
fn sums(rows: &[FlowRow]) -> BTreeMap<Pair<'_>, Sum<'_>> {
    let mut out: BTreeMap<Pair<'_>, Sum<'_>> = BTreeMap::new();
    for row in rows {
        let (pair, addresses) = apart(row);
        let sum = out.entry(pair).or_default();
        let flows = FlowSet::of(addresses, Traffic::clone(&row.traffic));
        sum.possible = sum.possible.union(&flows);
        if row.certain {
            sum.certain = sum.certain.union(&flows);
        }
        sum.rows.push(row);
    }
    out
}

/// The pair of a row, and the addresses of the side that is a range: of whom it is opened to, else of who opens it.
fn apart(row: &FlowRow) -> (Pair<'_>, AddressSet) {
    if let Ok(addresses) = AddressSet::parse(&row.to) {
        ((&row.from, ""), addresses)
    } else if let Ok(addresses) = AddressSet::parse(&row.from) {
        (("", &row.to), addresses)
    } else {
        ((&row.from, &row.to), AddressSet::all())
    }
}

/// What sums hold that others do not. A flow that was possible and is certain now counts; one that was certain and is
/// only possible now adds nothing.
fn beyond(
    sums: &BTreeMap<Pair<'_>, Sum<'_>>,
    others: &BTreeMap<Pair<'_>, Sum<'_>>,
) -> Vec<FlowRow> {
    let none = Sum::default();
    let mut out = Vec::new();
    for (pair, sum) in sums {
        let other = others.get(pair).unwrap_or(&none);
        let certain = sum.certain.difference(&other.certain);
        let possible = sum
            .possible
            .difference(&sum.certain)
            .difference(&other.possible);
        for row in &sum.rows {
            let (_, addresses) = apart(row);
            let more = if row.certain { &certain } else { &possible };
            out.extend(
                more.within(&addresses)
                    .parts()
                    .iter()
                    .flat_map(|(addresses, traffic)| cut(row, addresses, traffic)),
            );
        }
    }
    out.sort();
    out.dedup();
    out
}

/// The row for a part of its addresses and traffic: one for each range.
fn cut(row: &FlowRow, addresses: &AddressSet, traffic: &Traffic) -> Vec<FlowRow> {
    let (pair, whole) = apart(row);
    let traffic = traffic.intersection(&row.traffic);
    if traffic.is_empty() {
        return Vec::new();
    }
    let traffic = Arc::new(traffic);
    let range = |low, high| {
        let text: Arc<str> = format!("{low}-{high}").into();
        let ends = if pair.1.is_empty() {
            (row.from.clone(), text)
        } else {
            (text, row.to.clone())
        };
        FlowRow {
            from: ends.0,
            to: ends.1,
            traffic: Arc::clone(&traffic),
            ..row.clone()
        }
    };
    if whole == AddressSet::all() && !pair.0.is_empty() && !pair.1.is_empty() {
        return vec![FlowRow {
            traffic,
            ..row.clone()
        }];
    }
    addresses
        .ranges()
        .map(|(low, high)| range(low, high))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Protocol;

    fn row(to: &str, (low, high): (u16, u16), certain: bool) -> FlowRow {
        let traffic = Traffic::ports(Protocol::TCP, low, high);
        FlowRow {
            from: "a".into(),
            to: to.into(),
            certain,
            traffic: Arc::new(traffic),
            crosses: Arc::default(),
            gaps: Arc::default(),
        }
    }

    #[test]
    fn only_what_is_more_counts() {
        let base = [
            row("x", (1, 10), true),
            row("y", (5, 5), false),
            row("z", (7, 7), true),
        ];
        let head = [
            row("x", (8, 12), true),
            row("y", (5, 5), true),
            row("z", (7, 7), false),
        ];
        let difference = Difference::between(&base, &head);
        assert_eq!(
            difference.gained,
            [row("x", (11, 12), true), row("y", (5, 5), true)]
        );
        assert_eq!(
            difference.lost,
            [row("x", (1, 7), true), row("z", (7, 7), true)]
        );
    }

    #[test]
    fn ranges_are_compared_as_sets() {
        let base = [row("10.0.0.0-10.0.0.9", (1, 1), true)];
        let head = [
            row("10.0.0.0-10.0.0.4", (1, 1), true),
            row("10.0.0.5-10.0.0.12", (1, 1), true),
        ];
        assert_eq!(
            Difference::between(&base, &head).gained,
            [row("10.0.0.10-10.0.0.12", (1, 1), true)]
        );
        assert_eq!(Difference::between(&base, &head).lost, []);
    }
}
