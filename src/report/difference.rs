//! What one input lets pass and another does not.

use super::connectivity::FlowRow;
use crate::model::Traffic;
use std::collections::BTreeMap;

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
        Difference { gained: beyond(head, base), lost: beyond(base, head) }
    }
}

/// What rows hold that others do not. A flow that was possible and is certain now is no more than it was sure of before:
/// it counts; one that was certain and is only possible now adds nothing.
fn beyond(rows: &[FlowRow], others: &[FlowRow]) -> Vec<FlowRow> {
    let mut known: BTreeMap<(&str, &str, bool), Traffic> = BTreeMap::new();
    for row in others {
        for certain in if row.certain { [true, false].as_slice() } else { &[false] } {
            let sum = known.entry((&row.from, &row.to, *certain)).or_default();
            *sum = sum.union(&row.traffic);
        }
    }
    let mut out = Vec::new();
    for row in rows {
        let before = known.get(&(row.from.as_str(), row.to.as_str(), row.certain));
        let traffic = before.map_or_else(|| row.traffic.clone(), |before| row.traffic.difference(before));
        if !traffic.is_empty() {
            out.push(FlowRow { traffic, ..row.clone() });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Protocol;

    fn row(to: &str, (low, high): (u16, u16), certain: bool) -> FlowRow {
        let traffic = Traffic::ports(Protocol::TCP, low, high);
        FlowRow { from: "a".to_owned(), to: to.to_owned(), certain, traffic, crosses: Vec::new(), gaps: Vec::new() }
    }

    #[test]
    fn only_what_is_more_counts() {
        let base = [row("x", (1, 10), true), row("y", (5, 5), false), row("z", (7, 7), true)];
        let head = [row("x", (8, 12), true), row("y", (5, 5), true), row("z", (7, 7), false)];
        let difference = Difference::between(&base, &head);
        assert_eq!(difference.gained, [row("x", (11, 12), true), row("y", (5, 5), true)]);
        assert_eq!(difference.lost, [row("x", (1, 7), true), row("z", (7, 7), true)]);
    }
}
