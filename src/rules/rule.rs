//! A rule after loading.

use super::condition::Condition;
use super::file::{Examples, Reference};
use serde::Deserialize;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Good to know.
    Low,
    /// A layer of defence is missing.
    Medium,
    /// A way is open that nobody allowed.
    High,
    /// Drop everything.
    Critical,
}

impl Severity {
    /// All, worst first.
    pub const ALL: [Severity; 4] = [
        Severity::Critical,
        Severity::High,
        Severity::Medium,
        Severity::Low,
    ];

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
            Severity::Critical => "critical",
        }
    }
}

/// How often a rule is right when it fires, in the words of code scanning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Precision {
    /// Almost never wrong.
    VeryHigh,
    /// Rarely wrong.
    High,
    /// Often right.
    Medium,
    /// A hint.
    Low,
}

impl Precision {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Precision::VeryHigh => "very-high",
            Precision::High => "high",
            Precision::Medium => "medium",
            Precision::Low => "low",
        }
    }
}

/// The sorts of facts that a rule can look at: a closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Select {
    /// A flow across a border to or from a workload, per far side.
    Crossing,
    /// A way to a far side beyond a border by other pods or resources, where a workload does not reach it itself.
    Chain,
    /// A namespace.
    Namespace,
    /// One direction of a namespace.
    Isolation,
    /// One direction of a policy.
    Policy,
    /// A cluster.
    Cluster,
    /// A policy or a rule of one that does not do what it says.
    Remark,
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
    /// The sort of fact it looks at.
    pub select: Select,
    /// Conditions on fields, all of which must hold.
    pub matches: Vec<(&'static str, Condition)>,
    /// The fields whose values one finding shares: one finding for one thing to fix.
    pub group: Vec<&'static str>,
    /// Template of the message.
    pub message: String,
    /// Template of the remedy in one line.
    pub remedy: String,
    /// Template of the remedy, ready to paste.
    pub paste: String,
    /// Why it matters and what to do, in Markdown.
    pub help: String,
    /// Inputs on which it must fire, and on which it must not.
    pub examples: Examples,
    /// The file, as it is shown.
    pub path: String,
}
