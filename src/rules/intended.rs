//! Crossings that the configuration wants, as reports show them: by entry, outside of the findings.

use super::fact::Fact;
use super::intent::{Allowance, Coverage};
use crate::model::Traffic;
use std::collections::BTreeSet;
use std::sync::Arc;

/// An entry of `allow:` with what crosses because of it.
#[derive(Clone, Debug)]
pub struct Intended {
    /// The entry.
    pub allowance: Allowance,
    /// Protocols and ports of the entry.
    pub traffic: Traffic,
    /// What crosses, ascending; never empty.
    pub crossings: Vec<IntendedCrossing>,
}

/// A crossing that an entry wants.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct IntendedCrossing {
    /// The workload, as `namespace/name`.
    pub workload: Arc<str>,
    /// Whether the far side opens the connection.
    pub inbound: bool,
    /// The far side.
    pub far: Arc<str>,
    /// Names of the borders that are crossed, in order.
    pub borders: Vec<String>,
    /// Whether it is certain.
    pub certain: bool,
    /// What of it the entry wants.
    pub traffic: Traffic,
}

/// What crosses because of each entry, in the order of the entries; entries without a crossing are left out.
pub(super) fn intended(facts: &[Fact], coverage: &Coverage<'_>) -> Vec<Intended> {
    let mut by_entry: Vec<BTreeSet<IntendedCrossing>> =
        vec![BTreeSet::new(); coverage.intent.allowances.len()];
    for fact in facts {
        for entry in &fact.wanted_by {
            let allowance = coverage.intent.allowances.get(*entry);
            let own = allowance.map(|own| own.traffic()).unwrap_or_default();
            if let Some(rows) = by_entry.get_mut(*entry) {
                rows.extend(rows_of(fact, &own));
            }
        }
    }
    let allowances = coverage.intent.allowances.iter();
    allowances
        .zip(by_entry)
        .filter(|(_, crossings)| !crossings.is_empty())
        .map(|(allowance, crossings)| Intended {
            allowance: allowance.clone(),
            traffic: allowance.traffic(),
            crossings: crossings.into_iter().collect(),
        })
        .collect()
}

fn rows_of<'f>(
    fact: &'f Fact,
    allowed: &'f Traffic,
) -> impl Iterator<Item = IntendedCrossing> + 'f {
    let rows = fact.instances().filter_map(move |one| {
        let passage = one.passage()?;
        Some(IntendedCrossing {
            workload: passage.workload,
            inbound: one.text("direction") == "ingress",
            far: passage.far,
            borders: fact.borders.clone(),
            certain: passage.certain,
            traffic: passage.traffic.intersection(allowed),
        })
    });
    rows.filter(|row| !row.traffic.is_empty())
}

/// Why the entries want what a fact says.
pub(super) fn why(entries: &[usize], coverage: Option<&Coverage<'_>>) -> String {
    let each = entries.iter().filter_map(|entry| {
        let allowance = coverage?.intent.allowances.get(*entry)?;
        Some(allowance.why())
    });
    let each: Vec<String> = each.collect();
    format!("it is intended: {}", each.join("; "))
}
