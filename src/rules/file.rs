//! The shape of a rule file.

use super::condition::Condition;
use super::rule::{Precision, Select, Severity};
use serde::Deserialize;
use serde_saphyr::Spanned;
use std::collections::BTreeMap;

/// A rule as it is written; unknown keys are errors.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleFile {
    pub id: Spanned<String>,
    pub title: Spanned<String>,
    pub severity: Severity,
    pub precision: Precision,
    #[serde(default)]
    pub tags: Vec<String>,
    #[serde(default)]
    pub references: Vec<Spanned<Reference>>,
    pub select: Select,
    #[serde(rename = "match")]
    pub matches: BTreeMap<String, Spanned<Condition>>,
    pub group: Vec<Spanned<String>>,
    pub message: Spanned<String>,
    pub remediation: Remediation,
    pub help: Spanned<String>,
    pub examples: Examples,
}

/// What to do, as a sentence and as something to paste.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Remediation {
    pub text: Spanned<String>,
    pub example: Spanned<String>,
}

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
