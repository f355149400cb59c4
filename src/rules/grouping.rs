//! From the facts that match a rule to its findings: one for each thing to fix.

use super::fact::{Fact, Instance};
use super::finding::{Certainty, Finding, Passage, Related, Remedy, fingerprint};
use super::rule::{Advice, Rule};
use super::severity::Severity;
use super::wording::Words;
use crate::model::{Id, Origin, Place};
use rustc_hash::FxHashSet;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The findings of one rule: facts that match, grouped. The instances of one fact stand together.
pub(super) fn findings(rule: &Rule, facts: Vec<Instance<'_>>) -> Vec<Finding> {
    let mut groups: BTreeMap<Vec<String>, Vec<Instance<'_>>> = BTreeMap::new();
    let key = |one: &Instance<'_>| -> Vec<String> {
        rule.group.iter().map(|field| one.text(field)).collect()
    };
    for alike in facts.chunk_by(|one, other| std::ptr::eq(one.fact, other.fact)) {
        let Some(first) = alike.first() else { continue };
        if rule.group.iter().any(|field| first.fact.is_own(field)) {
            for one in alike {
                groups.entry(key(one)).or_default().push(*one);
            }
        } else {
            groups.entry(key(first)).or_default().extend(alike);
        }
    }
    groups
        .into_iter()
        .filter_map(|(key, facts)| finding(rule, &key, facts))
        .collect()
}

/// The facts of a group with what passes by each, the one that speaks for it first.
fn sorted(facts: Vec<Instance<'_>>) -> (Vec<Instance<'_>>, Vec<Passage>) {
    let mut both: Vec<(Instance<'_>, Option<Passage>)> = facts
        .into_iter()
        .map(|fact| (fact, fact.passage()))
        .collect();
    both.sort_by(|(a, one), (b, other)| {
        let ranks = (a.fact.rank, &a.subject.titles).cmp(&(b.fact.rank, &b.subject.titles));
        let workloads = || a.subject.workload.cmp(&b.subject.workload);
        ranks.then_with(|| one.cmp(other)).then_with(workloads)
    });
    let (facts, passages): (Vec<_>, Vec<_>) = both.into_iter().unzip();
    let mut passages: Vec<Passage> = passages.into_iter().flatten().collect();
    passages.sort();
    passages.dedup();
    (facts, passages)
}

/// One finding out of the facts of a group; none where nothing of it has a place, which cannot be shown to anybody.
fn finding(rule: &Rule, key: &[String], facts: Vec<Instance<'_>>) -> Option<Finding> {
    let (facts, passages) = sorted(facts);
    let lead = *facts.first()?;
    let place = facts
        .iter()
        .find_map(|one| one.subject.origin.as_ref())?
        .place
        .clone();
    let members: BTreeSet<Arc<str>> = passages
        .iter()
        .map(|passage| Arc::clone(&passage.workload))
        .collect();
    let gaps: BTreeSet<Id<crate::model::Gap>> = lead.fact.gaps.iter().copied().collect();
    let words = Words {
        rule,
        facts: &facts,
        members: &members,
    };
    let parts: Vec<String> = std::iter::once(rule.id.clone())
        .chain(key.iter().cloned())
        .collect();
    let advice = advice(rule, &lead);
    let certain = facts.iter().any(Instance::is_certain);
    Some(Finding {
        rule: rule.id.clone(),
        severity: severity(rule, facts.iter().map(|one| one.fact)),
        precision: rule.precision,
        certainty: if certain {
            Certainty::Certain
        } else {
            Certainty::Possible
        },
        title: rule.title.clone(),
        message: words.fill(&rule.message),
        subject: subject(&facts),
        members: members.iter().map(ToString::to_string).collect(),
        summary: words.fill(&rule.summary),
        reason: if rule.message.contains("{reason}") {
            lead.text("reason")
        } else {
            String::new()
        },
        direct: rule.select.crossing,
        inbound: rule.select.crossing && lead.text("direction") == "ingress",
        cause: lead
            .fact
            .cause
            .as_ref()
            .map_or_else(|| place.clone(), |origin| origin.place.clone()),
        borders: lead.fact.borders.clone(),
        path: lead.hops(),
        gaps: gaps.into_iter().collect(),
        fingerprint: fingerprint(&parts),
        new: false,
        added: Vec::new(),
        remedy: Remedy {
            text: words.fill(&advice.text),
            paste: words.paste(&advice.paste),
        },
        related: related(&facts, &place),
        place,
        traffic: words.traffic(),
        passages,
    })
}

/// The advice for whatever speaks for the group: that of the first case whose conditions it meets.
fn advice<'r>(rule: &'r Rule, lead: &Instance<'_>) -> &'r Advice {
    let case = rule.cases.iter().find(|case| {
        let mut conditions = case.matches.iter();
        conditions.all(|(field, condition)| {
            lead.value(field)
                .is_some_and(|value| condition.holds(value))
        })
    });
    case.map_or(&rule.advice, |case| &case.advice)
}

/// The narrowest thing that all facts are about.
fn subject(facts: &[Instance<'_>]) -> String {
    let first = facts.first().map(|one| one.subject.titles.as_slice());
    let mut levels = first.unwrap_or_default().iter().enumerate();
    let shared = levels.find(|(level, title)| {
        let mut all = facts.iter().map(|one| one.subject.titles.get(*level));
        all.all(|own| own == Some(*title))
    });
    shared
        .map(|(_, title)| title.to_string())
        .unwrap_or_default()
}

/// Most other places that a finding names.
const MOST_RELATED: usize = 20;

/// Other places that bear on a finding: those that its facts name, and those inside a module where only its call can be shown.
fn related(facts: &[Instance<'_>], place: &Place) -> Vec<Related> {
    let mut known = FxHashSet::default();
    let firsts = facts
        .iter()
        .filter(|one| known.insert(std::ptr::from_ref(one.fact)));
    let named = firsts.flat_map(|one| one.fact.related.iter().cloned());
    let (mut told, mut of) = (FxHashSet::default(), FxHashSet::default());
    let inner = facts.iter().flat_map(|one| {
        let subject = of
            .insert(std::ptr::from_ref(one.subject))
            .then_some(one.subject);
        let hops = told
            .insert(std::ptr::from_ref(one.fact))
            .then(|| one.hops());
        let own = subject.and_then(|own| own.origin.as_ref()).and_then(inside);
        let hops = hops.into_iter().flatten();
        let hops = hops.filter_map(|hop| inside(hop.origin.as_ref()?));
        own.into_iter().chain(hops).collect::<Vec<_>>()
    });
    let mut seen = BTreeSet::new();
    named
        .chain(inner)
        .filter(|one| one.place != *place && seen.insert(one.clone()))
        .take(MOST_RELATED)
        .collect()
}

/// The place inside of a module, where only the module's call can be shown.
fn inside(origin: &Origin) -> Option<Related> {
    Some(Related {
        place: origin.inner.clone()?,
        what: format!("`{}`, inside the module", origin.address),
    })
}

/// Where all that the input knows on the far side refuse, a finding is of medium severity at most.
fn severity<'f>(rule: &Rule, mut facts: impl Iterator<Item = &'f Fact>) -> Severity {
    if facts.all(|fact| fact.refused) {
        rule.severity.min(Severity::Medium)
    } else {
        rule.severity
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_whose_known_holders_all_refuse_are_of_medium_severity() {
        let rules = crate::rules::builtin().unwrap();
        let rule = rules.iter().find(|rule| rule.id == "CP101").unwrap();
        let fact = |refused: &bool| Fact {
            refused: *refused,
            ..Fact::default()
        };
        let of = |refused: &[bool]| {
            let facts: Vec<Fact> = refused.iter().map(fact).collect();
            severity(rule, facts.iter())
        };
        assert_eq!(of(&[true]), Severity::Medium);
        assert_eq!(of(&[true, true]), Severity::Medium);
        // Nothing is known of who is there; a resource may be reached.
        assert_eq!(of(&[false]), Severity::High);
        assert_eq!(of(&[true, false]), Severity::High);
    }
}
