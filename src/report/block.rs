//! Findings by border: the order in which a person reads them.

use crate::rules::{Finding, Severity};
use indexmap::IndexMap;

/// Findings that are read together: those about one border of one certainty, or those of one rule that is about no border.
#[derive(Clone, Debug)]
pub struct Block<'a> {
    /// Names of the borders; empty where the findings are about none, or it is not known which.
    pub borders: &'a [String],
    /// Whether the findings are crossings.
    pub crossing: bool,
    /// Whether the findings are certain.
    pub certain: bool,
    /// The worst severity.
    pub severity: Severity,
    /// Worst first; never empty.
    pub entries: Vec<Entry<'a>>,
}

/// Findings of one rule that say the same of different pods.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// Id of the rule.
    pub rule: &'a str,
    /// Title of the rule.
    pub title: &'a str,
    /// What all of them say.
    pub summary: &'a str,
    /// The findings with their numbers among those of the rule, from 1; never empty.
    pub findings: Vec<(usize, &'a Finding)>,
}

/// What a block is about.
#[derive(PartialEq, Eq, Hash)]
enum Subject<'a> {
    Border(&'a [String], bool),
    Rule(&'a str),
}

impl<'a> Block<'a> {
    /// Every finding of the block.
    pub fn findings(&self) -> impl Iterator<Item = &'a Finding> {
        let entries = self.entries.iter();
        entries.flat_map(|entry| entry.findings.iter().map(|(_, finding)| *finding))
    }
}

/// Blocks in the order to be read: worst first, certain before possible, new before old.
#[must_use]
pub fn blocks(findings: &[Finding]) -> Vec<Block<'_>> {
    let mut groups: IndexMap<Subject<'_>, Vec<(usize, &Finding)>> = IndexMap::new();
    for (number, finding) in numbered(findings) {
        let subject = if finding.passages.is_empty() {
            Subject::Rule(&finding.rule)
        } else {
            Subject::Border(&finding.borders, finding.is_certain())
        };
        groups.entry(subject).or_default().push((number, finding));
    }
    let mut out: Vec<Block<'_>> = groups.into_iter().map(block).collect();
    out.sort_by_key(|block| {
        let old = !block.findings().any(|finding| finding.new);
        (
            std::cmp::Reverse(block.severity),
            !block.certain,
            old,
            !block.crossing,
        )
    });
    out
}

/// Each finding with its number among those of its rule, from 1, as `explain CP101/1` names it.
pub fn numbered(findings: &[Finding]) -> impl Iterator<Item = (usize, &Finding)> {
    let mut counts: IndexMap<&str, usize> = IndexMap::new();
    findings.iter().map(move |finding| {
        let count = counts.entry(&finding.rule).or_default();
        *count += 1;
        (*count, finding)
    })
}

fn block<'a>((subject, findings): (Subject<'a>, Vec<(usize, &'a Finding)>)) -> Block<'a> {
    let severity = findings.iter().map(|(_, finding)| finding.severity).max();
    let certain = findings.iter().all(|(_, finding)| finding.is_certain());
    let mut entries: IndexMap<(&str, &str), Entry<'_>> = IndexMap::new();
    for (number, finding) in findings {
        // Findings about no border are one list below the rule's title.
        let summary = match subject {
            Subject::Border(..) => finding.summary.as_str(),
            Subject::Rule(_) => finding.title.as_str(),
        };
        let entry = entries.entry((&finding.rule, summary));
        let entry = entry.or_insert_with(|| Entry {
            rule: &finding.rule,
            title: &finding.title,
            summary,
            findings: Vec::new(),
        });
        entry.findings.push((number, finding));
    }
    Block {
        borders: match subject {
            Subject::Border(borders, _) => borders,
            Subject::Rule(_) => &[],
        },
        crossing: matches!(subject, Subject::Border(..)),
        certain,
        severity: severity.unwrap_or(Severity::Low),
        entries: entries.into_values().collect(),
    }
}

/// Rows of one entry that are shown; one more is shown rather than counted.
const ROWS: usize = 5;

/// How many of the rows of an entry are shown, the others only counted.
#[must_use]
pub fn shown(rows: usize) -> usize {
    if rows <= ROWS + 1 { rows } else { ROWS }
}

/// Runs of numbers that a label names.
const RUNS: usize = 3;

/// `CP101/1-3,5`: the numbers of findings of one rule, the first runs of them; the rest counted.
#[must_use]
pub fn label(entry: &Entry<'_>) -> String {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (number, _) in &entry.findings {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => runs.push((*number, *number)),
        }
    }
    let run = |(first, last): &(usize, usize)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    };
    let named: Vec<String> = runs.iter().take(RUNS).map(run).collect();
    let counted = runs.iter().skip(RUNS).map(|(first, last)| last - first + 1);
    let more = match counted.sum::<usize>() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}/{}{more}", entry.rule, named.join(","))
}

/// Names of workloads with what they share said once: `shop/cart, web`; the first few, the rest counted.
#[must_use]
pub fn members(names: &[String], shown: usize) -> String {
    let mut out = String::new();
    let mut before = "";
    for name in names.iter().take(shown) {
        let (namespace, own) = name.rsplit_once('/').unwrap_or(("", name));
        if out.is_empty() {
            out.push_str(name);
        } else if namespace == before {
            out.push_str(&format!(", {own}"));
        } else {
            out.push_str(&format!(", {name}"));
        }
        before = namespace;
    }
    match names.len().saturating_sub(shown) {
        0 => out,
        more => format!("{out} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::finding;
    use crate::rules::Certainty;

    #[test]
    fn one_block_for_a_border_and_a_certainty() {
        let mut possible = finding(1);
        possible.certainty = Certainty::Possible;
        let mut other = finding(2);
        other.borders = vec!["b".to_owned()];
        other.severity = Severity::Critical;
        let mut ingress = finding(3);
        ingress.rule = "CP102".to_owned();
        let mut policy = finding(4);
        (policy.rule, policy.borders, policy.passages) = ("CP204".to_owned(), vec![], vec![]);
        let findings = [possible, other, finding(5), ingress, policy, finding(6)];
        let labels: Vec<Vec<String>> = blocks(&findings)
            .iter()
            .map(|block| block.entries.iter().map(label).collect())
            .collect();
        // The critical one first; of the rest certain ones, crossings first; then the possible one.
        let expected: [&[&str]; 4] = [
            &["CP101/2"],
            &["CP101/3-4", "CP102/1"],
            &["CP204/1"],
            &["CP101/1"],
        ];
        assert_eq!(labels, expected);
    }

    #[test]
    fn a_label_names_the_first_numbers_and_counts_the_rest() {
        let one = finding(1);
        let of = |numbers: &[usize]| {
            label(&Entry {
                rule: "CP101",
                title: "",
                summary: "",
                findings: numbers.iter().map(|number| (*number, &one)).collect(),
            })
        };
        assert_eq!(of(&[1]), "CP101/1");
        assert_eq!(of(&[1, 2, 3, 5, 7]), "CP101/1-3,5,7");
        // 9, and 11 to 12.
        assert_eq!(of(&[1, 2, 3, 5, 7, 9, 11, 12]), "CP101/1-3,5,7 and 3 more");
    }

    #[test]
    fn a_namespace_is_named_once() {
        let names = ["a/x", "a/y", "b/z", "b/zz"].map(str::to_owned);
        assert_eq!(members(&names, 9), "a/x, y, b/z, zz");
        assert_eq!(members(&names, 2), "a/x, y and 2 more");
        assert_eq!(members(&[], 2), "");
    }
}
