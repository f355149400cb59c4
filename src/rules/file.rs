//! The shape of a rule file.

use super::condition::Condition;
use super::rule::{Examples, Reference};
use super::severity::{Precision, Severity};
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
    pub select: Spanned<String>,
    #[serde(rename = "match")]
    pub matches: BTreeMap<String, Spanned<Condition>>,
    pub group: Vec<Spanned<String>>,
    pub message: Spanned<String>,
    pub summary: Option<Spanned<String>>,
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
    #[serde(default)]
    pub cases: Vec<RemediationCase>,
}

/// What to do instead where conditions hold.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RemediationCase {
    #[serde(rename = "match")]
    pub matches: BTreeMap<String, Spanned<Condition>>,
    pub text: Spanned<String>,
    /// The rule's own where it is left out.
    pub example: Option<Spanned<String>>,
}
