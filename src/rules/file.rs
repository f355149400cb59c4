//! The shape of a rule file.

use super::node::Node;
use super::rule::{Examples, Reference};
use super::severity::{Precision, Severity};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_saphyr::Spanned;

/// A rule as it is written; unknown keys are errors.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "crosspeer rule")]
pub(super) struct RuleFile {
    /// Two capitals and three digits; never used again for something else.
    #[schemars(with = "String", regex(pattern = "^[A-Z]{2}[0-9]{3}$"))]
    pub id: Spanned<String>,
    /// One line without a full stop.
    #[schemars(with = "String")]
    pub title: Spanned<String>,
    /// How bad a finding is where none of `severities` says otherwise.
    pub severity: Severity,
    /// How bad findings are where conditions hold: the first that holds counts.
    #[serde(default)]
    pub severities: Vec<SeverityCase>,
    /// How often the rule is right.
    pub precision: Precision,
    /// Words to filter by, such as ids of benchmarks.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Where the demand comes from.
    #[serde(default)]
    #[schemars(with = "Vec<Reference>")]
    pub references: Vec<Spanned<Reference>>,
    /// The kind of fact that the rule looks at.
    #[schemars(with = "String")]
    pub select: Spanned<String>,
    /// `true`: it looks at crossings that `allow:` of the configuration wants, too.
    #[serde(default)]
    pub intended: bool,
    /// Conditions on the fact's fields, all of which must hold.
    #[serde(rename = "match")]
    #[schemars(with = "Option<Anything>")]
    pub matches: Option<Spanned<Node>>,
    /// A further condition, in CEL.
    #[schemars(with = "Option<String>")]
    pub when: Option<Spanned<String>>,
    /// The fields whose values one finding shares.
    #[schemars(with = "Vec<String>")]
    pub group: Vec<Spanned<String>>,
    /// The fields that tell apart the things of one finding: a finding that gains such a thing is new.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub parts: Vec<Spanned<String>>,
    /// Template of the message.
    #[schemars(with = "String")]
    pub message: Spanned<String>,
    /// Template of the message in a list of a border's findings; the message where it is left out.
    #[schemars(with = "Option<String>")]
    pub summary: Option<Spanned<String>>,
    /// What to do.
    pub remediation: Remediation,
    /// Why it matters and what to do, in Markdown.
    #[schemars(with = "String")]
    pub help: Spanned<String>,
    /// Inputs on which the rule must fire, and on which it must not.
    pub examples: Examples,
}

/// Conditions, whose schema depends on the kind of fact.
#[derive(JsonSchema)]
#[schemars(inline)]
pub(super) struct Anything {}

/// How bad a finding is where conditions hold.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub(super) struct SeverityCase {
    /// Conditions on the fact's fields, all of which must hold.
    #[serde(rename = "match")]
    #[schemars(with = "Anything")]
    pub matches: Spanned<Node>,
    /// How bad it is then.
    pub severity: Severity,
}

/// What to do, as a sentence and as something to paste.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub(super) struct Remediation {
    /// Template of one line.
    #[schemars(with = "String")]
    pub text: Spanned<String>,
    /// Template of what is ready to paste.
    #[schemars(with = "String")]
    pub example: Spanned<String>,
    /// What to do instead where conditions hold: the first that holds counts.
    #[serde(default)]
    pub cases: Vec<RemediationCase>,
}

/// What to do instead where conditions hold.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub(super) struct RemediationCase {
    /// Conditions on the fact's fields, all of which must hold.
    #[serde(rename = "match")]
    #[schemars(with = "Anything")]
    pub matches: Spanned<Node>,
    /// Template of one line.
    #[schemars(with = "String")]
    pub text: Spanned<String>,
    /// Template of what is ready to paste; the rule's own where it is left out.
    #[schemars(with = "Option<String>")]
    pub example: Option<Spanned<String>>,
}

/// What a directory of rules changes about a rule of the built-in set.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OverrideFile {
    /// Id of the rule.
    #[serde(rename = "override")]
    #[schemars(with = "String", regex(pattern = "^[A-Z]{2}[0-9]{3}$"))]
    pub id: Spanned<String>,
    /// How bad all its findings are.
    pub severity: Option<Severity>,
    /// `true`: the rule does not run.
    #[serde(default)]
    pub off: bool,
    /// Why.
    #[schemars(with = "String")]
    pub reason: Spanned<String>,
}
