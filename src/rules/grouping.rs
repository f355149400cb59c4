//! From the facts that match a rule to its findings: one for each thing to fix.

use super::condition::Condition;
use super::fact::Instance;
use super::finding::{Certainty, Finding, Related, Remedy, WorkloadCrossing, fingerprint};
use super::rule::{Advice, Rule};
use super::severity::Severity;
use super::truth::Truth;
use super::wording::Words;
use crate::model::{Gap, Id, Origin, Place};
use rustc_hash::FxHashSet;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// An instance on which a rule fires.
#[derive(Clone, Debug)]
pub(super) struct Hit<'f> {
    /// The instance.
    pub instance: Instance<'f>,
    /// Where the rule's condition hangs on something that is not known: the gaps behind it.
    pub doubt: Option<BTreeSet<Id<Gap>>>,
}

impl Hit<'_> {
    /// Whether both are of one fact.
    pub fn is_of_one_fact(&self, other: &Self) -> bool {
        std::ptr::eq(self.instance.fact, other.instance.fact)
    }

    fn is_certain(&self) -> bool {
        self.doubt.is_none() && self.instance.is_certain()
    }

    /// What passes: certain only where the rule surely fires.
    fn passage(&self) -> Option<WorkloadCrossing> {
        let passage = self.instance.passage()?;
        Some(WorkloadCrossing {
            certain: passage.certain && self.doubt.is_none(),
            ..passage
        })
    }
}

/// The findings of one rule: facts on which it fires, grouped. The instances of one fact stand together.
pub(super) fn findings(rule: &Rule, hits: Vec<Hit<'_>>) -> Vec<Finding> {
    let mut groups: BTreeMap<Vec<String>, Vec<Hit<'_>>> = BTreeMap::new();
    let key = |one: &Hit<'_>| -> Vec<String> {
        let fields = rule.group.iter();
        fields.map(|field| one.instance.text(field)).collect()
    };
    for alike in hits.chunk_by(Hit::is_of_one_fact) {
        let Some(first) = alike.first() else { continue };
        let fact = first.instance.fact;
        if rule.group.iter().any(|field| fact.is_own(field)) {
            for one in alike {
                groups.entry(key(one)).or_default().push(one.clone());
            }
        } else {
            groups
                .entry(key(first))
                .or_default()
                .extend_from_slice(alike);
        }
    }
    groups
        .into_iter()
        .filter_map(|(key, hits)| finding(rule, &key, hits))
        .collect()
}

/// The facts of a group with what passes by each, the one that speaks for it first.
fn sorted(hits: Vec<Hit<'_>>) -> (Vec<Hit<'_>>, Vec<WorkloadCrossing>) {
    let mut both: Vec<(Hit<'_>, Option<WorkloadCrossing>)> = hits
        .into_iter()
        .map(|hit| {
            let passage = hit.passage();
            (hit, passage)
        })
        .collect();
    both.sort_by(|(a, one), (b, other)| {
        let key = |hit: &Hit<'_>| (hit.doubt.is_some(), hit.instance.fact.rank);
        let (first, second) = (a.instance.subject, b.instance.subject);
        key(a)
            .cmp(&key(b))
            .then_with(|| first.titles.cmp(&second.titles))
            .then_with(|| one.cmp(other))
            .then_with(|| first.workload.cmp(&second.workload))
    });
    let (hits, passages): (Vec<_>, Vec<_>) = both.into_iter().unzip();
    let mut passages: Vec<WorkloadCrossing> = passages.into_iter().flatten().collect();
    passages.sort();
    passages.dedup();
    (hits, passages)
}

/// One finding out of the facts of a group; none where nothing of it has a place, which cannot be shown to anybody.
fn finding(rule: &Rule, key: &[String], hits: Vec<Hit<'_>>) -> Option<Finding> {
    let (hits, passages) = sorted(hits);
    let facts: Vec<Instance<'_>> = hits.iter().map(|hit| hit.instance).collect();
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
    let doubts = hits.first().and_then(|hit| hit.doubt.as_ref());
    let doubts = doubts.into_iter().flatten();
    let gaps: BTreeSet<Id<Gap>> = lead.fact.gaps.iter().chain(doubts).copied().collect();
    let words = Words {
        rule,
        facts: &facts,
        members: &members,
    };
    let identity: Vec<String> = std::iter::once(rule.id.clone())
        .chain(key.iter().cloned())
        .collect();
    let advice = advice(rule, &lead);
    let certain = hits.iter().any(Hit::is_certain);
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
        members: members.iter().map(ToString::to_string).collect(),
        parts: parts(rule, &facts),
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
        fingerprint: fingerprint(&identity),
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

/// The things that the rule tells apart, each once.
fn parts(rule: &Rule, facts: &[Instance<'_>]) -> Vec<String> {
    if rule.parts.is_empty() {
        return Vec::new();
    }
    let text = |one: &Instance<'_>| {
        let fields = rule.parts.iter().map(|field| match one.value(field) {
            Some(value) => value.whole(),
            None => String::new(),
        });
        fields.collect::<Vec<_>>().join(" ")
    };
    let texts: BTreeSet<String> = facts.iter().map(text).collect();
    texts.into_iter().collect()
}

/// The advice for whatever speaks for the group: that of the first case which surely is its own.
fn advice<'r>(rule: &'r Rule, lead: &Instance<'_>) -> &'r Advice {
    let surely =
        |condition: &Condition| condition.holds(lead.fields(), &mut BTreeSet::new()) == Truth::Yes;
    let case = rule.cases.iter().find(|case| surely(&case.condition));
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

/// The worst of what the rule says of each fact.
fn severity(rule: &Rule, facts: &[Instance<'_>]) -> Severity {
    if rule.severities.is_empty() {
        return rule.severity;
    }
    let each = facts.iter().map(|fact| graded(rule, fact));
    each.max().unwrap_or(rule.severity)
}

/// What the rule's table says of a fact: the first line that holds counts, and a line that may hold where it is worse.
fn graded(rule: &Rule, fact: &Instance<'_>) -> Severity {
    let mut worst = None;
    for grade in &rule.severities {
        let own = Some(grade.severity);
        match grade.condition.holds(fact.fields(), &mut BTreeSet::new()) {
            Truth::Yes => return worst.max(own).unwrap_or(grade.severity),
            Truth::Maybe => worst = worst.max(own),
            Truth::No => {}
        }
    }
    worst.map_or(rule.severity, |worst| worst.max(rule.severity))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Doubt;
    use crate::rules::fact::Fact;
    use crate::rules::subject::Subject;
    use crate::rules::value::Value;

    #[test]
    fn the_table_of_a_rule_grades_each_fact_and_the_worst_counts() {
        let rules = crate::rules::builtin().unwrap();
        let rule = rules.iter().find(|rule| rule.id == "CP101").unwrap();
        let fact = |refused: &Value| Fact {
            values: vec![("refused", refused.clone())],
            subjects: Subject::alone("shop/web", "web", None),
            ..Fact::default()
        };
        let of = |refused: &[Value]| {
            let facts: Vec<Fact> = refused.iter().map(fact).collect();
            let instances: Vec<Instance<'_>> = facts.iter().flat_map(Fact::instances).collect();
            severity(rule, &instances)
        };
        let (yes, no) = (Value::Flag(true), Value::Flag(false));
        assert_eq!(of(std::slice::from_ref(&yes)), Severity::Medium);
        assert_eq!(of(&[yes.clone(), yes.clone()]), Severity::Medium);
        // Nothing is known of who is there; a resource may be reached.
        assert_eq!(of(std::slice::from_ref(&no)), Severity::High);
        assert_eq!(of(&[yes, no]), Severity::High);
        assert_eq!(of(&[Value::Unknown(Doubt::none())]), Severity::High);
    }
}
