//! Rules against a world.

use super::fact::Fact;
use super::finding::Finding;
use super::grouping::findings;
use super::judged::Judged;
use super::rule::Rule;
use super::severity::Severity;
use crate::model::Origin;
use crate::reach::Engine;
use std::collections::{BTreeMap, BTreeSet};

/// What is judged.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Ids of the rules to run; empty means all.
    pub select: Vec<String>,
    /// Ids of the rules not to run.
    pub ignore: Vec<String>,
    /// Findings below are left out.
    pub min_severity: Option<Severity>,
    /// Namespaces that rules about namespaces and policies leave out.
    pub exempt: Vec<String>,
}

impl Options {
    /// Whether a rule is to run.
    #[must_use]
    pub fn runs(&self, rule: &Rule) -> bool {
        let loud = self.min_severity.is_none_or(|least| rule.severity >= least);
        loud && (self.select.is_empty() || self.select.contains(&rule.id))
            && !self.ignore.contains(&rule.id)
    }
}

/// What the rules found in one world.
#[derive(Clone, Debug, Default)]
pub struct Judgement {
    /// Worst first, then by file, line, rule and fingerprint.
    pub findings: Vec<Finding>,
    /// Namespaces of the world that were left out because they are exempt, ascending.
    pub exempt: Vec<String>,
    /// Number of crossings that were judged.
    pub crossings: usize,
    /// Number of rules that judged crossings.
    pub crossing_rules: usize,
    /// Number of facts that the input asks to ignore.
    pub ignored: usize,
    /// The findings that those facts would be, in the order of their rules.
    pub left_out: Vec<Finding>,
}

impl Judgement {
    /// Marks as new what `before` does not hold: findings that are not in it, and those that hold more traffic now.
    pub fn mark_new(&mut self, before: &Judgement) {
        let known: BTreeMap<&str, &Finding> = before
            .findings
            .iter()
            .map(|finding| (finding.fingerprint.as_str(), finding))
            .collect();
        for finding in &mut self.findings {
            let before = known.get(finding.fingerprint.as_str()).copied();
            finding.compare(before);
        }
    }
}

/// Whether the input asks to leave out what a rule (by id) finds about something of that origin.
pub type Ignores<'a> = &'a dyn Fn(&str, &Origin) -> bool;

/// Runs rules against a world. What `ignores` asks to leave out drops out before findings are grouped, so that the rest
/// of a group stays.
#[must_use]
pub fn judge(
    rules: &[Rule],
    engine: &Engine<'_>,
    options: &Options,
    ignores: Ignores<'_>,
) -> Judgement {
    let running: Vec<&Rule> = rules.iter().filter(|rule| options.runs(rule)).collect();
    let judged = Judged::new(engine, &options.exempt);
    let mut facts: BTreeMap<&str, Vec<Fact>> = BTreeMap::new();
    let mut out = Judgement::default();
    for rule in running {
        let kind = rule.select;
        let facts = facts
            .entry(kind.name)
            .or_insert_with(|| (kind.facts)(&judged));
        let firing: Vec<&Fact> = facts.iter().filter(|fact| fires(rule, fact)).collect();
        let (ignored, kept): (Vec<&Fact>, Vec<&Fact>) = firing
            .into_iter()
            .partition(|fact| is_ignored(rule, fact, ignores));
        out.ignored += ignored.len();
        out.left_out.extend(findings(rule, ignored));
        if kind.crossing {
            out.crossing_rules += 1;
            out.crossings = facts.len();
        }
        out.findings.extend(findings(rule, kept));
    }
    sort(&mut out.findings);
    out.exempt = exempt(engine, options);
    out
}

/// Worst first, then certain before possible, then by place, rule and fingerprint.
fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        let key = |one: &Finding| (one.certainty, one.place.clone(), one.rule.clone());
        b.severity
            .cmp(&a.severity)
            .then_with(|| key(a).cmp(&key(b)))
            .then_with(|| a.fingerprint.cmp(&b.fingerprint))
    });
}

/// The namespaces of the world that are exempt.
fn exempt(engine: &Engine<'_>, options: &Options) -> Vec<String> {
    let namespaces = engine.world().namespaces.iter();
    let present: BTreeSet<&str> = namespaces
        .map(|(_, namespace)| namespace.name.as_str())
        .collect();
    let mut out: Vec<String> = options
        .exempt
        .iter()
        .filter(|name| present.contains(name.as_str()))
        .cloned()
        .collect();
    out.sort();
    out
}

fn fires(rule: &Rule, fact: &Fact) -> bool {
    rule.matches.iter().all(|(field, condition)| {
        fact.value(field)
            .is_some_and(|value| condition.holds(value))
    })
}

/// Whether a request to ignore bears on the fact: on what it is about, or on any line that its path rests on.
fn is_ignored(rule: &Rule, fact: &Fact, ignores: Ignores<'_>) -> bool {
    let hops = fact.path.iter().filter_map(|hop| hop.origin.as_ref());
    // Each is asked, so that every request that bears on it counts as used.
    fact.origin
        .iter()
        .chain(hops)
        .filter(|origin| ignores(&rule.id, origin))
        .count()
        > 0
}
