//! What a scan says, whatever the format.

use super::crossing::Evidence;
use super::page::Page;
use super::patch::FileChange;
use super::problem::{Problem, Quotes};
use super::uri::RepositoryPaths;
use crate::model::{GapKind, World};
use crate::rules::{Finding, Intended, Rule, Severity};
use std::collections::BTreeMap;

/// Everything that a scan reports. Findings are those that count: filtered by severity, baseline and what is accepted.
#[derive(Clone, Debug)]
pub struct Scan<'a> {
    /// Worst first.
    pub findings: &'a [Finding],
    /// The rules that ran, by id.
    pub rules: Vec<&'a Rule>,
    /// Number of findings that are accepted, ignored or in the baseline.
    pub suppressed: usize,
    /// Those findings and those that are none because they are wanted, where formats are to show them.
    pub left_out: Option<Vec<LeftOut>>,
    /// Crossings that the configuration wants, by entry.
    pub intended: &'a [Intended],
    /// What closes findings by itself and nothing else, by fingerprint; empty where nobody asked.
    pub proved: BTreeMap<String, Vec<FileChange>>,
    /// The world that was judged.
    pub world: &'a World,
    /// The inputs, by path.
    pub inputs: Vec<InputLine>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// Files that may be quoted.
    pub quotes: Quotes,
    /// What was looked at.
    pub summary: Summary,
    /// What findings are new to; none where nothing was compared with.
    pub since: Option<Since>,
    /// What the comparison found closed: findings of before that are gone.
    pub closed: Vec<Finding>,
    /// Where the files are in their repository.
    pub paths: RepositoryPaths,
    /// What only some formats ask for.
    pub evidence: &'a dyn Evidence,
    /// Whether groups are unfolded and gaps are listed.
    pub verbose: bool,
    /// What a text report is read on.
    pub page: Page,
}

/// A finding that does not count.
#[derive(Clone, Debug)]
pub struct LeftOut {
    /// The finding.
    pub finding: Finding,
    /// Whether a line of the input asks for it, and not the configuration or a baseline.
    pub in_source: bool,
    /// Why, in words.
    pub why: String,
}

/// What findings are new to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// What was there before the plan.
    Plan,
    /// The base that the command line names.
    Base,
}

impl Since {
    /// As in `new in this plan`.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Since::Plan => "in this plan",
            Since::Base => "against the base",
        }
    }
}

/// One input.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct InputLine {
    /// Its path.
    pub path: String,
    /// What it is.
    pub kind: &'static str,
    /// Number of resource instances or objects in it.
    pub resources: usize,
}

/// What was looked at, in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Namespaces.
    pub namespaces: usize,
    /// Workloads.
    pub workloads: usize,
    /// Networks that the input holds.
    pub networks: usize,
    /// Borders, by what they are: (`VPC peering`, 2).
    pub borders: Vec<(&'static str, usize)>,
    /// Crossings that were judged; none where no rule looked at any.
    pub crossings: Option<usize>,
    /// Namespaces that were left out because they are exempt.
    pub exempt: Vec<String>,
    /// Whether policies are enforced, in a few words: `yes (vpc-cni)`; empty without a cluster.
    pub enforced: String,
    /// Files in directories that are none of the kinds read.
    pub skipped: usize,
}

impl Scan<'_> {
    /// What is left out of the findings, in words; none where nothing is.
    pub(super) fn beyond(&self) -> Option<String> {
        match (self.intended.is_empty(), self.suppressed) {
            (true, 0) => None,
            (true, some) => Some(many(some, "suppressed finding")),
            (false, 0) => Some("what is intended".to_owned()),
            (false, some) => Some(format!(
                "what is intended and {}",
                many(some, "suppressed finding")
            )),
        }
    }

    /// Number of findings of a severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .count()
    }

    /// What is new about a finding; empty for an old one, and where nothing was compared with.
    #[must_use]
    pub fn news(&self, finding: &Finding) -> String {
        self.since
            .map(|since| finding.news(since.words()))
            .unwrap_or_default()
    }

    /// What is missing from plans as a whole, so that verdicts may change once they are whole.
    pub fn incomplete(&self) -> impl Iterator<Item = &str> {
        let gaps = self.world.gaps.iter().map(|(_, gap)| gap);
        gaps.filter(|gap| gap.kind == GapKind::IncompletePlan && gap.origin.is_none())
            .map(|gap| gap.what.as_str())
    }

    /// Number of findings that are new.
    #[must_use]
    pub fn fresh(&self) -> usize {
        self.findings.iter().filter(|finding| finding.new).count()
    }

    /// `3 high (1 possible), 2 medium`; "no findings".
    #[must_use]
    pub fn tally(&self) -> String {
        let count = |severity: Severity| {
            let own = self.findings.iter();
            let own = own.filter(|finding| finding.severity == severity);
            let possible = own.filter(|finding| !finding.is_certain()).count();
            let word = severity.word();
            match (self.count(severity), possible) {
                (0, _) => None,
                (all, 0) => Some(format!("{all} {word}")),
                (all, possible) => Some(format!("{all} {word} ({possible} possible)")),
            }
        };
        let parts: Vec<String> = Severity::ALL.into_iter().filter_map(count).collect();
        if parts.is_empty() {
            "no findings".to_owned()
        } else {
            parts.join(", ")
        }
    }

    /// What was looked at: `5 namespaces, 14 workloads, 3 networks, 2 VPC peerings`.
    #[must_use]
    pub fn looked_at(&self) -> String {
        let Summary {
            namespaces,
            workloads,
            networks,
            borders,
            ..
        } = &self.summary;
        let mut parts = vec![
            many(*namespaces, "namespace"),
            many(*workloads, "workload"),
            many(*networks, "network"),
        ];
        parts.extend(borders.iter().map(|(kind, count)| many(*count, kind)));
        parts.join(", ")
    }
}

/// `1 workload`, `2 workloads`.
#[must_use]
pub fn many(count: usize, word: &str) -> String {
    if count == 1 {
        format!("1 {word}")
    } else {
        format!("{count} {word}s")
    }
}
