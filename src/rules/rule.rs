//! A rule after loading.

use super::condition::Condition;
use super::kind::FactKind;
use super::severity::{Precision, Severity};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A page that a rule rests on.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: String,
}

/// Inputs with a known answer.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
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
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// What it shows.
    pub name: String,
    /// As [`Given::manifests`].
    #[serde(default)]
    pub manifests: String,
    /// As [`Given::state`]; an address that stands in both is this one's.
    #[serde(default)]
    pub state: BTreeMap<String, serde_json::Value>,
}

/// What all examples of a rule hold beside their own.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// Kubernetes manifests, one or many YAML documents.
    #[serde(default)]
    pub manifests: String,
    /// Resources of a Terraform state: address → attribute values.
    #[serde(default)]
    pub state: BTreeMap<String, serde_json::Value>,
}

/// A rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Two capitals and three digits; never used again for something else.
    pub id: String,
    /// One line without a full stop.
    pub title: String,
    /// How bad its findings are.
    pub severity: Severity,
    /// How often it is right.
    pub precision: Precision,
    /// Words to filter by, such as ids of benchmarks.
    pub tags: Vec<String>,
    /// Where the demand comes from.
    pub references: Vec<Reference>,
    /// The kind of fact it looks at.
    pub select: &'static FactKind,
    /// Conditions on fields, all of which must hold.
    pub matches: Vec<(&'static str, Condition)>,
    /// The fields whose values one finding shares: one finding for one thing to fix.
    pub group: Vec<&'static str>,
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
    /// Conditions on fields, all of which must hold.
    pub matches: Vec<(&'static str, Condition)>,
    /// What to do then.
    pub advice: Advice,
}
