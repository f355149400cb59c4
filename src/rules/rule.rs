//! A rule after loading.

use super::condition::Condition;
use super::kind::FactKind;
use super::severity::{Precision, Severity};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A page that a rule rests on.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct Reference {
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: String,
}

/// Inputs with a known answer.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct Examples {
    /// What all of them hold beside their own.
    #[serde(default)]
    pub given: Given,
    /// The rule must fire on each of these.
    pub fires: Vec<Example>,
    /// And must not on any of these.
    pub silent: Vec<Example>,
}

/// One input with a known answer.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct Example {
    /// What it shows.
    pub name: String,
    /// How bad its worst finding is; not compared where it is left out.
    pub severity: Option<Severity>,
    /// As [`Given::manifests`].
    #[serde(default)]
    pub manifests: String,
    /// As [`Given::state`]; an address that stands in both is this one's.
    #[serde(default)]
    pub state: BTreeMap<String, serde_json::Value>,
    /// As [`Given::allow`], instead of it.
    pub allow: Option<String>,
}

/// What all examples of a rule hold beside their own.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct Given {
    /// Kubernetes manifests, one or many YAML documents.
    #[serde(default)]
    pub manifests: String,
    /// Resources of a Terraform state: address → attribute values.
    #[serde(default)]
    pub state: BTreeMap<String, serde_json::Value>,
    /// Address or name of the cluster that manifests are of; none where the state has only one.
    pub cluster: Option<String>,
    /// What `allow:` of a configuration holds: a YAML list; nothing is declared where it is left out.
    pub allow: Option<String>,
    /// Which day it is, as `2027-03-31`.
    pub today: Option<String>,
}

/// A rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Two capitals and three digits; never used again for something else.
    pub id: String,
    /// One line without a full stop.
    pub title: String,
    /// How bad its findings are where none of `severities` says otherwise.
    pub severity: Severity,
    /// How bad they are where conditions hold: the first that holds counts.
    pub severities: Vec<Grade>,
    /// How often it is right.
    pub precision: Precision,
    /// Words to filter by, such as ids of benchmarks.
    pub tags: Vec<String>,
    /// Where the demand comes from.
    pub references: Vec<Reference>,
    /// Whether it looks at crossings that the configuration wants, too.
    pub intended: bool,
    /// The kind of fact it looks at.
    pub select: &'static FactKind,
    /// The condition under which it fires.
    pub(super) condition: Condition,
    /// The fields whose values one finding shares: one finding for one thing to fix.
    pub group: Vec<&'static str>,
    /// The fields that tell apart the things of one finding: a finding that gains such a thing is new. None where all of
    /// them are one, and where they are crossings, which tell themselves apart.
    pub parts: Vec<&'static str>,
    /// Template of the message.
    pub message: String,
    /// Template of the message in a list of a border's findings, without who it is about and why; the message where the
    /// file has none.
    pub summary: String,
    /// What to do.
    pub advice: Advice,
    /// What to do instead where conditions hold: the first case that fits counts.
    pub cases: Vec<Case>,
    /// Why it matters and what to do, in Markdown.
    pub help: String,
    /// Inputs on which it must fire, and on which it must not.
    pub examples: Examples,
    /// The file, as it is shown.
    pub path: String,
}

/// What to do about a finding.
#[derive(Clone, Debug)]
pub struct Advice {
    /// Template of one line.
    pub text: String,
    /// Template of what is ready to paste.
    pub paste: String,
}

/// Advice for some of a rule's findings.
#[derive(Clone, Debug)]
pub struct Case {
    /// When it is right.
    pub(super) condition: Condition,
    /// When it is right, as it is written.
    pub written: String,
    /// What to do then.
    pub advice: Advice,
}

/// How bad some of a rule's findings are.
#[derive(Clone, Debug)]
pub struct Grade {
    /// Which.
    pub(super) condition: Condition,
    /// Which, as it is written.
    pub written: String,
    /// How bad.
    pub severity: Severity,
}

impl Rule {
    /// How bad its worst findings are.
    #[must_use]
    pub fn worst(&self) -> Severity {
        let graded = self.severities.iter().map(|grade| grade.severity);
        graded.fold(self.severity, Severity::max)
    }

    /// Whether one of its conditions looks at a field.
    #[must_use]
    pub fn looks_at(&self, field: &str) -> bool {
        let grades = self.severities.iter().map(|grade| &grade.condition);
        let cases = self.cases.iter().map(|case| &case.condition);
        let mut all = grades.chain(cases).chain([&self.condition]);
        all.any(|condition| condition.looks_at(field))
    }

    /// The rule without one of its conditions, for each of them.
    #[cfg(test)]
    pub(crate) fn without_one_condition(&self) -> Vec<(String, Rule)> {
        let fires = self.condition.without_one().into_iter();
        let fires = fires.map(|condition| {
            let left = format!("{condition:?}");
            let rule = Rule {
                condition,
                ..self.clone()
            };
            (left, rule)
        });
        let grades = self.severities.iter().enumerate();
        let graded = grades.flat_map(|(place, grade)| {
            let less = grade.condition.without_one().into_iter();
            less.map(move |condition| {
                let left = format!("severities[{place}]: {condition:?}");
                let mut rule = self.clone();
                if let Some(own) = rule.severities.get_mut(place) {
                    own.condition = condition;
                }
                (left, rule)
            })
        });
        fires.chain(graded).collect()
    }
}

/// What a directory of rules changes about a rule that comes with the program.
#[derive(Clone, Debug)]
pub struct Override {
    /// Id of the rule.
    pub id: String,
    /// How bad all its findings are; none where that stays.
    pub severity: Option<Severity>,
    /// Whether the rule does not run.
    pub off: bool,
    /// Why.
    pub reason: String,
    /// The file, as it is shown.
    pub path: String,
}

impl Override {
    /// Changes the rule.
    pub fn apply(&self, rule: &mut Rule) {
        if let Some(severity) = self.severity {
            rule.severity = severity;
            rule.severities.clear();
        }
    }
}
