//! Rules against a world.

use super::fact::{Fact, Instance};
use super::finding::Finding;
use super::grouping::{Hit, findings};
use super::intended::{Intended, intended, why};
use super::intent::{Coverage, Intent};
use super::judged::Judged;
use super::rule::Rule;
use super::severity::Severity;
use super::truth::Truth;
use crate::model::Origin;
use crate::reach::{Engine, ExposureGroup, Share};
use std::collections::{BTreeMap, BTreeSet};

/// The field by which facts name their cluster.
const CLUSTER: &str = "cluster";

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
    /// Which crossings are wanted; none where the configuration does not say.
    pub intent: Option<Intent>,
}

impl Options {
    /// Whether a rule is to run.
    #[must_use]
    pub fn runs(&self, rule: &Rule) -> bool {
        let loud = self.is_loud(rule.worst());
        loud && (self.select.is_empty() || self.select.contains(&rule.id))
            && !self.ignore.contains(&rule.id)
    }

    fn is_loud(&self, severity: Severity) -> bool {
        self.min_severity.is_none_or(|least| severity >= least)
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
    /// Crossings that the configuration wants, by entry.
    pub intended: Vec<Intended>,
    /// The findings that those would be, in the order of their rules, each with why it is none.
    pub answered: Vec<(Finding, String)>,
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

impl Judgement {
    /// Takes out what the configuration wants, unless the rule looks at that, too.
    fn answer<'f>(
        &mut self,
        rule: &Rule,
        firing: Vec<Hit<'f>>,
        coverage: Option<&Coverage<'_>>,
    ) -> Vec<Hit<'f>> {
        if coverage.is_none() || rule.intended {
            return firing;
        }
        let mut answered: BTreeMap<&[usize], Vec<Hit<'f>>> = BTreeMap::new();
        let mut rest = Vec::with_capacity(firing.len());
        for hit in firing {
            match hit.instance.fact.wanted_by.as_slice() {
                [] => rest.push(hit),
                entries => answered.entry(entries).or_default().push(hit),
            }
        }
        for (entries, hits) in answered {
            let why = why(entries, coverage);
            let own = findings(rule, hits).into_iter();
            self.answered.extend(own.map(|one| (one, why.clone())));
        }
        rest
    }
}

/// Number of crossings, workload by workload.
fn crossings(groups: &[ExposureGroup]) -> usize {
    groups.iter().map(|group| group.workloads.len()).sum()
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
    let hops = running.iter().any(|rule| rule.looks_at("hops"));
    let judged = Judged::new(engine, &options.exempt, hops).intending(options.intent.as_ref());
    let mut facts: BTreeMap<&str, Vec<Fact>> = BTreeMap::new();
    let mut out = Judgement::default();
    for rule in running {
        let kind = rule.select;
        let facts = facts
            .entry(kind.name)
            .or_insert_with(|| shared((kind.facts)(&judged), engine.share()));
        let firing: Vec<Hit<'_>> = facts.iter().flat_map(|fact| firing(rule, fact)).collect();
        let firing = out.answer(rule, firing, judged.coverage.as_ref());
        let (ignored, kept) = parted(rule, firing, ignores);
        out.ignored += ignored.len();
        out.left_out.extend(findings(rule, ignored));
        if kind.crossing {
            out.crossing_rules += 1;
            out.crossings = crossings(judged.crossings());
            if let Some(coverage) = &judged.coverage {
                out.intended = intended(facts, coverage);
            }
        }
        out.findings.extend(findings(rule, kept));
    }
    out.findings
        .retain(|finding| options.is_loud(finding.severity));
    sort(&mut out.findings);
    out.exempt = exempt(engine, options);
    out
}

/// The facts of a share: those of its clusters, and in the first share all that are of no cluster. Each rule about something
/// of a cluster groups by that, so that what is found is found in one share, as it would be without.
fn shared(facts: Vec<Fact>, share: Option<Share>) -> Vec<Fact> {
    let Some(share) = share else { return facts };
    let cluster = |fact: &Fact| {
        let mut values = fact.values.iter();
        let (_, value) = values.find(|(name, _)| *name == CLUSTER)?;
        Some(value.text())
    };
    let is_own = |fact: &Fact| match cluster(fact) {
        Some(name) => share.holds(&name),
        None => share.holds_the_rest(),
    };
    facts.into_iter().filter(is_own).collect()
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

/// The instances of a fact that a rule fires on, or may.
fn firing<'f>(rule: &Rule, fact: &'f Fact) -> Vec<Hit<'f>> {
    let mut instances = fact.instances();
    if fact.own().any(|field| rule.condition.looks_at(field)) {
        return instances.filter_map(|one| hit(rule, one)).collect();
    }
    let Some(first) = instances.next().and_then(|first| hit(rule, first)) else {
        return Vec::new();
    };
    let alike = |instance| Hit {
        instance,
        doubt: first.doubt.clone(),
    };
    let others: Vec<Hit<'f>> = instances.map(alike).collect();
    std::iter::once(first).chain(others).collect()
}

fn hit<'f>(rule: &Rule, instance: Instance<'f>) -> Option<Hit<'f>> {
    let mut gaps = BTreeSet::new();
    let truth = rule.condition.holds(instance.fields(), &mut gaps);
    (truth != Truth::No).then(|| Hit {
        instance,
        doubt: (truth == Truth::Maybe).then_some(gaps),
    })
}

/// The instances that a request to ignore leaves out, by what they are about or by any line that their path rests on; then the others.
fn parted<'f>(
    rule: &Rule,
    firing: Vec<Hit<'f>>,
    ignores: Ignores<'_>,
) -> (Vec<Hit<'f>>, Vec<Hit<'f>>) {
    // Each line is asked about, so that every request that bears on it counts as used.
    let asked = |origins: &mut dyn Iterator<Item = &Origin>| {
        origins.filter(|origin| ignores(&rule.id, origin)).count() > 0
    };
    let (mut ignored, mut kept) = (Vec::new(), Vec::new());
    for alike in firing.chunk_by(Hit::is_of_one_fact) {
        let hops = alike.first().map(|one| one.instance.hops());
        let hops = hops.unwrap_or_default();
        let on_path = asked(&mut hops.iter().filter_map(|hop| hop.origin.as_ref()));
        for one in alike {
            let by_itself = asked(&mut one.instance.subject.origin.iter());
            let list = if on_path || by_itself {
                &mut ignored
            } else {
                &mut kept
            };
            list.push(one.clone());
        }
    }
    (ignored, kept)
}
