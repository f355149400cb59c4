//! What rules look at: one fact is a set of field values with its place and its proof.

use super::condition::Scalar;
use super::finding::{Passage, Related};
use crate::model::{Gap, Hop, Id, Origin, Workload, World};
use std::collections::BTreeSet;

/// A fact of some sort.
#[derive(Clone, Debug, Default)]
pub(super) struct Fact {
    /// Field → value; every field of the sort is there.
    pub values: Vec<(&'static str, Scalar)>,
    /// What it is about, narrowest first: the workload, its namespace, its cluster.
    pub subjects: Vec<String>,
    /// What it is about in words: ``namespace `shop` ``; for a workload its bare name.
    pub who: String,
    /// Lower ranks speak first for their group.
    pub rank: u8,
    /// Whether all that the input knows on the far side refuse: only addresses that nobody known holds are reached.
    pub refused: bool,
    /// Names of the borders that it crosses, in order; empty where it crosses none.
    pub borders: Vec<String>,
    /// The line that decides it, such as the rule of a policy; none where no line does.
    pub cause: Option<Origin>,
    /// Where to look.
    pub origin: Option<Origin>,
    /// The proof, hop by hop; empty where there is no path.
    pub path: Vec<Hop>,
    /// The gaps that make it no more than possible.
    pub gaps: Vec<Id<Gap>>,
    /// What passes.
    pub passages: Vec<Passage>,
    /// Other places that bear on it.
    pub related: Vec<Related>,
}

impl Fact {
    /// The value of a field as a condition sees it.
    pub fn value(&self, field: &str) -> Option<&Scalar> {
        self.values
            .iter()
            .find(|(name, _)| *name == field)
            .map(|(_, value)| value)
    }

    /// The value of a field as text; empty where it has none.
    pub fn text(&self, field: &str) -> String {
        match self.value(field) {
            Some(Scalar::Word(word)) => word.clone(),
            Some(Scalar::Flag(flag)) => flag.to_string(),
            None => String::new(),
        }
    }

    /// Whether it is certain.
    pub fn is_certain(&self) -> bool {
        self.text("certainty") == "certain"
    }
}

/// The word for whether a fact is certain.
pub(super) fn certainty(certain: bool) -> Scalar {
    if certain { "certain" } else { "possible" }.into()
}

/// Names between backticks, `shown` at most, the rest counted.
pub(super) fn named(names: &[String], shown: usize) -> String {
    let mut out: Vec<String> = names
        .iter()
        .take(shown)
        .map(|name| format!("`{name}`"))
        .collect();
    if names.len() > shown {
        out.push(format!("{} more", names.len() - shown));
    }
    match out.split_last() {
        Some((last, first)) if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => out.join(""),
    }
}

/// Workloads by name and kind, each once: pods of one owner may differ in what selectors see, and stand for it together.
pub(super) fn owners<'w>(
    ids: &[Id<Workload>],
    world: &'w World,
) -> impl Iterator<Item = (Id<Workload>, &'w Workload)> {
    let mut seen = BTreeSet::new();
    let all = ids.iter().map(|id| (*id, &world.workloads[*id]));
    all.filter(move |(_, own)| seen.insert((own.namespace, &own.name, &own.kind)))
}

/// `1 workload (`a`)`, `3 workloads (`a`, `b` and `c`)`; "no workloads".
pub(super) fn workloads(names: &[String]) -> String {
    match names.len() {
        0 => "no workloads".to_owned(),
        1 => format!("1 workload ({})", named(names, 3)),
        several => format!("{several} workloads ({})", named(names, 3)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_few_are_named() {
        let names: Vec<String> = ["a", "b", "c", "d", "e"].map(str::to_owned).to_vec();
        assert_eq!(named(&names, 3), "`a`, `b`, `c` and 2 more");
        assert_eq!(named(&names[..2], 3), "`a` and `b`");
        assert_eq!(workloads(&names[..1]), "1 workload (`a`)");
        assert_eq!(workloads(&[]), "no workloads");
    }
}
