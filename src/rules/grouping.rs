//! From the facts that match a rule to its findings: one for each thing to fix.

use super::fact::Fact;
use super::finding::{Certainty, Finding, Passage, Related, Remedy, fingerprint};
use super::rule::{Advice, Rule};
use super::severity::Severity;
use super::wording::Words;
use crate::model::{Id, Origin, Place};
use std::collections::{BTreeMap, BTreeSet};

/// The findings of one rule: facts that match, grouped.
pub(super) fn findings(rule: &Rule, facts: Vec<&Fact>) -> Vec<Finding> {
    let mut groups: BTreeMap<Vec<String>, Vec<&Fact>> = BTreeMap::new();
    for fact in facts {
        groups
            .entry(rule.group.iter().map(|field| fact.text(field)).collect())
            .or_default()
            .push(fact);
    }
    groups
        .into_iter()
        .filter_map(|(key, facts)| finding(rule, &key, facts))
        .collect()
}

/// One finding out of the facts of a group; none where nothing of it has a place, which cannot be shown to anybody.
fn finding(rule: &Rule, key: &[String], mut facts: Vec<&Fact>) -> Option<Finding> {
    facts.sort_by(|a, b| {
        (a.rank, &a.subjects, &a.passages).cmp(&(b.rank, &b.subjects, &b.passages))
    });
    let lead = *facts.first()?;
    let place = facts
        .iter()
        .find_map(|fact| fact.origin.as_ref())?
        .place
        .clone();
    let mut passages: Vec<Passage> = facts
        .iter()
        .flat_map(|fact| fact.passages.iter().cloned())
        .collect();
    passages.sort();
    passages.dedup();
    let members: BTreeSet<String> = passages
        .iter()
        .map(|passage| passage.workload.clone())
        .collect();
    let gaps: BTreeSet<Id<crate::model::Gap>> = lead.gaps.iter().copied().collect();
    let words = Words {
        rule,
        facts: &facts,
        members: &members,
    };
    let parts: Vec<String> = std::iter::once(rule.id.clone())
        .chain(key.iter().cloned())
        .collect();
    let advice = advice(rule, lead);
    let certain = facts.iter().any(|fact| fact.is_certain());
    Some(Finding {
        rule: rule.id.clone(),
        severity: severity(rule, &facts),
        precision: rule.precision,
        certainty: if certain {
            Certainty::Certain
        } else {
            Certainty::Possible
        },
        title: rule.title.clone(),
        message: words.fill(&rule.message),
        subject: subject(&facts),
        members: members.iter().cloned().collect(),
        summary: words.fill(&rule.summary),
        reason: if rule.message.contains("{reason}") {
            lead.text("reason")
        } else {
            String::new()
        },
        direct: rule.select.crossing,
        inbound: rule.select.crossing && lead.text("direction") == "ingress",
        cause: lead
            .cause
            .as_ref()
            .map_or_else(|| place.clone(), |origin| origin.place.clone()),
        borders: lead.borders.clone(),
        path: lead.path.clone(),
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
fn advice<'r>(rule: &'r Rule, lead: &Fact) -> &'r Advice {
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
fn subject(facts: &[&Fact]) -> String {
    let levels = facts.first().map_or(0, |fact| fact.subjects.len());
    let shared = (0..levels).find_map(|level| {
        let names: BTreeSet<Option<&String>> =
            facts.iter().map(|fact| fact.subjects.get(level)).collect();
        let mut names = names.into_iter();
        names.next().flatten().filter(|_| names.next().is_none())
    });
    shared.cloned().unwrap_or_default()
}

/// Other places that bear on a finding: those that its facts name, and those inside a module where only its call can be shown.
fn related(facts: &[&Fact], place: &Place) -> Vec<Related> {
    let mut seen = BTreeSet::new();
    let origins = facts.iter().flat_map(|fact| {
        fact.origin
            .iter()
            .chain(fact.path.iter().filter_map(|hop| hop.origin.as_ref()))
    });
    let inner = |origin: &Origin| {
        Some(Related {
            place: origin.inner.clone()?,
            what: format!("`{}`, inside the module", origin.address),
        })
    };
    let all = facts
        .iter()
        .flat_map(|fact| fact.related.iter().cloned())
        .chain(origins.filter_map(inner));
    all.filter(|one| one.place != *place && seen.insert(one.clone()))
        .take(20)
        .collect()
}

/// Where all that the input knows on the far side refuse, a finding is of medium severity at most.
fn severity(rule: &Rule, facts: &[&Fact]) -> Severity {
    if facts.iter().all(|fact| fact.refused) {
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
            severity(rule, &facts.iter().collect::<Vec<_>>())
        };
        assert_eq!(of(&[true]), Severity::Medium);
        assert_eq!(of(&[true, true]), Severity::Medium);
        // Nothing is known of who is there; a resource may be reached.
        assert_eq!(of(&[false]), Severity::High);
        assert_eq!(of(&[true, false]), Severity::High);
    }
}
