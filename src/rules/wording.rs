//! The words of a finding: a rule's templates, filled from the facts of a group.

use super::fact::{Instance, named};
use super::field::Holds;
use super::rule::Rule;
use super::template;
use super::traffic_words::short_traffic;
use super::value::Value;
use crate::model::Traffic;
use rustc_hash::FxHashSet;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What stands for the name of a border where there is none.
const UNKNOWN_BORDER: &str = "by a way that is not known";

/// Where there is no border to name there is no word for what it is either.
fn without_border(filled: String) -> String {
    filled.replace("across  by a way", "by a way").replace(
        "beyond by a way that is not known",
        "beyond their own network",
    )
}

/// Fills templates for one finding.
pub(super) struct Words<'a> {
    pub rule: &'a Rule,
    pub facts: &'a [Instance<'a>],
    pub members: &'a BTreeSet<Arc<str>>,
}

impl Words<'_> {
    /// A template with the values of the group.
    pub fn fill(&self, text: &str) -> String {
        let filled = template::fill(text, self.is_many(), |field| self.value(field));
        without_border(filled)
    }

    /// Whether it stands for several workloads, or for several other things.
    fn is_many(&self) -> bool {
        let title = |one: &Instance<'_>| one.subject.titles.first().cloned();
        let first = self.facts.first().and_then(title);
        let mut others = self.facts.iter();
        match self.members.len() {
            0 => others.any(|one| title(one) != first),
            members => members > 1,
        }
    }

    /// What to paste is about the fact that speaks for the group, names as they are.
    pub fn paste(&self, template: &str) -> String {
        let value = |field: &str| {
            self.facts
                .first()
                .map(|one| one.text(field))
                .unwrap_or_default()
        };
        template::fill(template, self.is_many(), value)
    }

    fn value(&self, field: &str) -> String {
        match field {
            "who" => return self.who(),
            "count" => return self.members.len().to_string(),
            "traffic" if !self.traffic().is_empty() => return self.traffic_of_each(),
            "far" => return named(&Self::distinct(self.leading(), "far"), 3),
            _ => {}
        }
        if let Some(names) = self.names(field) {
            return names.join(", ");
        }
        let distinct = Self::distinct(self.facts.iter(), field);
        let name = self
            .rule
            .select
            .fields
            .iter()
            .any(|own| own.name == field && own.holds == Holds::Name);
        if field == "border" && distinct.is_empty() {
            return UNKNOWN_BORDER.to_owned();
        }
        if name {
            named(&distinct, 3)
        } else if field == "can" {
            // `can reach and can be reached from`
            distinct.join(" and ")
        } else {
            distinct.join("; ")
        }
    }

    /// The names of all lists that the facts hold in a field, each once; none where not all of them are lists.
    fn names(&self, field: &str) -> Option<Vec<&'_ str>> {
        let mut out: Vec<&str> = Vec::new();
        for one in self.facts {
            let Some(Value::Names(names)) = one.value(field) else {
                return None;
            };
            let new = names.iter().filter(|name| !out.contains(&name.as_str()));
            let new: Vec<&str> = new.map(String::as_str).collect();
            out.extend(new);
        }
        Some(out)
    }

    /// The facts that speak for the group: those of the first one's rank.
    fn leading(&self) -> impl Iterator<Item = &Instance<'_>> {
        let rank = self.facts.first().map(|one| one.fact.rank);
        let facts = self.facts.iter();
        facts.filter(move |one| Some(one.fact.rank) == rank)
    }

    /// What passes towards the far sides that speak for the group.
    pub fn traffic(&self) -> Traffic {
        let mut known = FxHashSet::default();
        let passes = self.leading().filter_map(|one| one.fact.passes.as_ref());
        let traffic = passes.map(|passes| &passes.traffic);
        traffic
            .filter(|traffic| known.insert(Arc::as_ptr(traffic)))
            .map(|traffic| &**traffic)
            .collect()
    }

    /// What passes, and where it is not the same of all members, whose it is.
    fn traffic_of_each(&self) -> String {
        let mut each: BTreeMap<&str, Vec<&Traffic>> = BTreeMap::new();
        for one in self.leading() {
            if let Some(passes) = &one.fact.passes {
                let own = each.entry(&one.subject.who).or_default();
                if !own
                    .iter()
                    .any(|known| std::ptr::eq(*known, &*passes.traffic))
                {
                    own.push(&passes.traffic);
                }
            }
        }
        let each = each.into_iter();
        let sum = |(who, all): (_, Vec<&Traffic>)| (who, all.into_iter().collect());
        told_apart(&each.map(sum).collect())
    }

    /// The values of a field, each once, in order.
    fn distinct<'f>(facts: impl Iterator<Item = &'f Instance<'f>>, field: &str) -> Vec<String> {
        let (mut known, mut seen) = (FxHashSet::default(), BTreeSet::new());
        let texts = facts
            .filter(|one| one.fact.is_own(field) || known.insert(std::ptr::from_ref(one.fact)))
            .map(|one| one.text(field))
            .filter(|text| !text.is_empty());
        texts.filter(|text| seen.insert(text.clone())).collect()
    }

    fn who(&self) -> String {
        let lead = self.facts.first();
        match self.members.len() {
            0 => lead
                .map(|one| one.subject.who.to_string())
                .unwrap_or_default(),
            1 => format!("pod {}", named(&texts(self.members.iter()), 1)),
            several => {
                let mut seen = BTreeSet::new();
                let all = self.facts.iter().map(|one| &one.subject.who);
                let names = texts(all.filter(|who| seen.insert(&***who)));
                let within = lead.and_then(|one| one.subject.titles.get(1));
                format!(
                    "{several} workloads of `{}` ({})",
                    within.map(|title| &**title).unwrap_or_default(),
                    named(&names, 3)
                )
            }
        }
    }
}

fn texts<'s>(all: impl Iterator<Item = &'s Arc<str>>) -> Vec<String> {
    all.map(ToString::to_string).collect()
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
    fn no_message_lacks_a_word_where_no_border_is_known() {
        for rule in crate::rules::builtin().unwrap() {
            let texts = [&rule.title, &rule.message];
            for text in texts {
                let filled = template::fill(text, false, |field| match field {
                    "border" => UNKNOWN_BORDER.to_owned(),
                    "border_kind" => String::new(),
                    _ => "x".to_owned(),
                });
                let said = without_border(filled);
                assert!(!said.contains("  "), "{}: {said}", rule.id);
                assert!(!said.contains("across by"), "{}: {said}", rule.id);
            }
        }
    }

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
