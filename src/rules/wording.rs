//! The words of a finding: a rule's templates, filled from the facts of a group.

use super::fact::{Fact, named};
use super::field::Holds;
use super::rule::Rule;
use super::template;
use super::traffic_words::short_traffic;
use crate::model::Traffic;
use std::collections::{BTreeMap, BTreeSet};

/// Fills templates for one finding.
pub(super) struct Words<'a> {
    pub rule: &'a Rule,
    pub facts: &'a [&'a Fact],
    pub members: &'a BTreeSet<String>,
}

impl Words<'_> {
    /// A template with the values of the group.
    pub fn fill(&self, text: &str) -> String {
        let filled = template::fill(text, self.members.len() > 1, |field| self.value(field));
        // Where there is no border to name there is no word for what it is either.
        filled.replace("across  by a way", "by a way").replace(
            "beyond by a way that is not known",
            "beyond their own network",
        )
    }

    /// What to paste is about the fact that speaks for the group, names as they are.
    pub fn paste(&self, template: &str) -> String {
        let value = |field: &str| {
            self.facts
                .first()
                .map(|fact| fact.text(field))
                .unwrap_or_default()
        };
        template::fill(template, self.members.len() > 1, value)
    }

    fn value(&self, field: &str) -> String {
        match field {
            "who" => return self.who(),
            "count" => return self.members.len().to_string(),
            "traffic" => return self.traffic_of_each(),
            "far" => return named(&Self::distinct(&self.leading(), "far"), 3),
            _ => {}
        }
        let distinct = Self::distinct(self.facts, field);
        let name = self
            .rule
            .select
            .fields
            .iter()
            .any(|own| own.name == field && own.holds == Holds::Name);
        if field == "border" && distinct.is_empty() {
            return "by a way that is not known".to_owned();
        }
        if name {
            named(&distinct, 3)
        } else {
            distinct.join("; ")
        }
    }

    /// The facts that speak for the group: those of the first one's rank.
    fn leading(&self) -> Vec<&Fact> {
        let rank = self.facts.first().map(|fact| fact.rank);
        self.facts
            .iter()
            .copied()
            .filter(|fact| Some(fact.rank) == rank)
            .collect()
    }

    /// What passes towards the far sides that speak for the group.
    pub fn traffic(&self) -> Traffic {
        self.leading()
            .iter()
            .flat_map(|fact| &fact.passages)
            .map(|passage| passage.traffic.clone())
            .collect()
    }

    /// What passes, and where it is not the same of all members, whose it is.
    fn traffic_of_each(&self) -> String {
        let mut each: BTreeMap<&str, Traffic> = BTreeMap::new();
        for fact in self.leading() {
            for passage in &fact.passages {
                let own = each.entry(fact.who.as_str()).or_default();
                *own = own.union(&passage.traffic);
            }
        }
        told_apart(&each)
    }

    /// The values of a field, each once, in order.
    fn distinct(facts: &[&Fact], field: &str) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let texts = facts
            .iter()
            .map(|fact| fact.text(field))
            .filter(|text| !text.is_empty());
        texts.filter(|text| seen.insert(text.clone())).collect()
    }

    fn who(&self) -> String {
        let lead = self.facts.first();
        let who = lead.map(|fact| fact.who.clone()).unwrap_or_default();
        match self.members.len() {
            0 => who,
            1 => format!(
                "pod {}",
                named(&self.members.iter().cloned().collect::<Vec<_>>(), 1)
            ),
            several => {
                let mut names: Vec<String> = Vec::new();
                for fact in self.facts {
                    if !names.contains(&fact.who) {
                        names.push(fact.who.clone());
                    }
                }
                format!(
                    "{several} workloads of `{}` ({})",
                    lead.and_then(|fact| fact.subjects.get(1))
                        .cloned()
                        .unwrap_or_default(),
                    named(&names, 3)
                )
            }
        }
    }
}

/// `tcp 53; tcp 443 for `hub``: what all have, then what only some have beyond that, with their names.
fn told_apart(each: &BTreeMap<&str, Traffic>) -> String {
    let mut all = each.values();
    let first = all.next().cloned().unwrap_or_default();
    let common = all.fold(first, |sum, own| sum.intersection(own));
    let mut others: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (who, own) in each {
        let beyond = own.difference(&common);
        if !beyond.is_empty() {
            let names = others.entry(short_traffic(&beyond)).or_default();
            names.push((*who).to_owned());
        }
    }
    let rest = others
        .iter()
        .map(|(traffic, names)| format!("{traffic} for {}", named(names, 3)));
    let whole = (!common.is_empty() || others.is_empty()).then(|| short_traffic(&common));
    whole.into_iter().chain(rest).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Protocol;

    #[test]
    fn a_group_does_not_claim_the_ports_of_one_for_all() {
        let ports = |low| Traffic::ports(Protocol::TCP, low, low);
        let told = |each: &[(&'static str, Traffic)]| told_apart(&each.iter().cloned().collect());
        let dns = ports(53);
        assert_eq!(
            told(&[("cart", dns.clone()), ("hub", dns.clone())]),
            "tcp 53"
        );
        let both = dns.union(&ports(443));
        assert_eq!(
            told(&[("cart", dns), ("hub", both)]),
            "tcp 53; tcp 443 for `hub`"
        );
        assert_eq!(
            told(&[("a", ports(80)), ("b", ports(443)), ("c", ports(80))]),
            "tcp 443 for `b`; tcp 80 for `a` and `c`"
        );
    }
}
