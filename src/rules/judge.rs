//! Rules against a world.

use super::crossing_fact::{FAR_SIDES, REFUSING};
use super::fact::{Fact, named};
use super::field::{Holds, fields};
use super::finding::{Certainty, Finding, Passage, Related, Remedy, fingerprint};
use super::namespace_fact::{Stood, isolations, namespaces, standings};
use super::rule::{Rule, Select, Severity};
use super::{chain_fact, cluster_fact, crossing_fact, policy_fact, remark_fact, template};
use crate::model::{Id, Origin, Place, Traffic};
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
    let stood = standings(engine);
    let mut facts: BTreeMap<Select, Vec<Fact>> = BTreeMap::new();
    for rule in &running {
        facts
            .entry(rule.select)
            .or_insert_with(|| select(rule.select, engine, &stood, options));
    }
    let mut out = Judgement::default();
    for rule in running {
        let firing: Vec<&Fact> = facts
            .get(&rule.select)
            .into_iter()
            .flatten()
            .filter(|fact| fires(rule, fact))
            .collect();
        let kept: Vec<&Fact> = firing
            .iter()
            .copied()
            .filter(|fact| !is_ignored(rule, fact, ignores))
            .collect();
        out.ignored += firing.len() - kept.len();
        out.crossing_rules += usize::from(rule.select == Select::Crossing);
        out.findings.extend(run(rule, kept));
    }
    let key = |finding: &Finding| {
        (
            finding.certainty,
            finding.place.clone(),
            finding.rule.clone(),
            finding.fingerprint.clone(),
        )
    };
    out.findings.sort_by(|a, b| {
        b.severity
            .cmp(&a.severity)
            .then_with(|| key(a).cmp(&key(b)))
    });
    let present: BTreeSet<&String> = engine
        .world()
        .namespaces
        .iter()
        .map(|(_, namespace)| &namespace.name)
        .collect();
    out.exempt = options
        .exempt
        .iter()
        .filter(|name| present.contains(name))
        .cloned()
        .collect();
    out.exempt.sort();
    out.crossings = facts.get(&Select::Crossing).map_or(0, Vec::len);
    out
}

fn select(select: Select, engine: &Engine<'_>, stood: &[Stood], options: &Options) -> Vec<Fact> {
    match select {
        Select::Crossing => crossing_fact::crossings(engine),
        Select::Namespace => namespaces(stood, engine.world(), &options.exempt),
        Select::Isolation => isolations(stood, engine.world(), &options.exempt),
        Select::Policy => policy_fact::policies(stood, engine.world(), &options.exempt),
        Select::Cluster => cluster_fact::clusters(engine),
        Select::Chain => chain_fact::chains(engine),
        Select::Remark => remark_fact::remarks(engine, &options.exempt),
    }
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

/// The findings of one rule: facts that match, grouped.
fn run(rule: &Rule, facts: Vec<&Fact>) -> Vec<Finding> {
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
        border: Some(lead.text("border")).filter(|border| !border.is_empty()),
        path: lead.path.clone(),
        gaps: gaps.into_iter().collect(),
        fingerprint: fingerprint(&parts),
        new: false,
        added: Vec::new(),
        remedy: Remedy {
            text: words.fill(&rule.remedy),
            paste: words.paste(),
        },
        related: related(&facts, &place),
        place,
        traffic: words.traffic(),
        passages,
    })
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

/// Fills templates for one finding.
struct Words<'a> {
    rule: &'a Rule,
    facts: &'a [&'a Fact],
    members: &'a BTreeSet<String>,
}

impl Words<'_> {
    fn fill(&self, text: &str) -> String {
        let filled = template::fill(text, self.members.len() > 1, |field| self.value(field));
        // Where there is no border to name there is no word for what it is either.
        filled.replace("across  by a way", "by a way").replace(
            "beyond by a way that is not known",
            "beyond their own network",
        )
    }

    /// What to paste is about the fact that speaks for the group, names as they are.
    fn paste(&self) -> String {
        let value = |field: &str| {
            self.facts
                .first()
                .map(|fact| fact.text(field))
                .unwrap_or_default()
        };
        template::fill(&self.rule.paste, self.members.len() > 1, value)
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
        let name = fields(self.rule.select)
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

    fn traffic(&self) -> Traffic {
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
            let names = others.entry(short(&beyond)).or_default();
            names.push((*who).to_owned());
        }
    }
    let rest = others
        .iter()
        .map(|(traffic, names)| format!("{traffic} for {}", named(names, 3)));
    let whole = (!common.is_empty() || others.is_empty()).then(|| short(&common));
    whole.into_iter().chain(rest).collect::<Vec<_>>().join("; ")
}

/// Nobody that the input knows on the far side is reached: a rule's finding is then of medium severity at most.
fn severity(rule: &Rule, facts: &[&Fact]) -> Severity {
    let refused = facts.iter().all(|fact| fact.rank % FAR_SIDES == REFUSING);
    if refused && rule.select == Select::Crossing {
        rule.severity.min(Severity::Medium)
    } else {
        rule.severity
    }
}

/// Protocols and ports, shortened where they have many parts.
fn short(traffic: &Traffic) -> String {
    let text = traffic.to_string();
    match text.char_indices().nth(80) {
        None => text,
        Some((at, _)) => {
            let head = text.split_at(at).0;
            let cut = head
                .rfind([',', ';'])
                .map_or(head, |at| head.split_at(at).0);
            format!("{cut} and more")
        }
    }
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

    #[test]
    fn addresses_whose_known_holders_all_refuse_are_of_medium_severity() {
        let rules = crate::rules::builtin().unwrap();
        let rule = rules.iter().find(|rule| rule.id == "CP101").unwrap();
        let fact = |rank| Fact {
            rank,
            ..Fact::default()
        };
        let of = |ranks: &[u8]| {
            let facts: Vec<Fact> = ranks.iter().map(|rank| fact(*rank)).collect();
            severity(rule, &facts.iter().collect::<Vec<_>>())
        };
        assert_eq!(of(&[REFUSING]), Severity::Medium);
        assert_eq!(of(&[REFUSING, FAR_SIDES + REFUSING]), Severity::Medium);
        // Nothing is known of who is there; a resource may be reached.
        assert_eq!(of(&[2]), Severity::High);
        assert_eq!(of(&[REFUSING, FAR_SIDES]), Severity::High);
    }
}
