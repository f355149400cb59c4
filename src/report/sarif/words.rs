//! Rules and messages in the words of code scanning.

use super::super::escape::without_links;
use super::super::rule_page::markdown;
use super::shape::{Configuration, Descriptor, Help, RuleProperties, Text};
use crate::model::Ledger;
use crate::rules::{Finding, Rule, Severity};

/// `error`, `warning` or `note`.
pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

/// A number as text, as code scanning wants it: above 9.0 critical, from 7.0 high, from 4.0 medium.
fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
    }
}

/// A rule that ran.
pub(super) fn descriptor(rule: &Rule) -> Descriptor<'_> {
    let text = |text: &str| Text {
        text: text.chars().take(1_000).collect(),
    };
    let tags = std::iter::once("security")
        .chain(rule.tags.iter().map(String::as_str))
        .take(10)
        .collect();
    Descriptor {
        id: &rule.id,
        name: name(rule),
        short_description: text(&rule.title),
        full_description: text(rule.help.split("\n\n").next().unwrap_or(&rule.title)),
        default_configuration: Configuration {
            level: level(rule.severity),
        },
        help_uri: rule
            .references
            .first()
            .map(|reference| reference.url.as_str()),
        help: Help {
            text: rule.help.clone(),
            markdown: markdown(rule),
        },
        properties: RuleProperties {
            kind: rule.select.crossing.then_some("path-problem"),
            precision: rule.precision.word(),
            security_severity: security_severity(rule.severity),
            tags,
        },
    }
}

/// The slug of the rule's file in one word: `PodEgressAcrossBorder`; its id where the file is named otherwise.
fn name(rule: &Rule) -> String {
    let file = rule.path.rsplit('/').next().unwrap_or_default();
    let slug = file
        .split('.')
        .next()
        .unwrap_or_default()
        .strip_prefix(&rule.id)
        .unwrap_or_default();
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters
            .next()
            .map(|first| first.to_uppercase().chain(letters).collect::<String>())
            .unwrap_or_default()
    };
    let name: String = slug.split('-').map(capital).collect();
    if name.is_empty() {
        rule.id.clone()
    } else {
        name
    }
}

/// The message, what it depends on, and the remedy: sentences, the subject first.
pub(super) fn message(finding: &Finding, ledger: &Ledger) -> String {
    let mut out = format!("{}.", capital(&without_links(&finding.message)));
    let gaps: Vec<String> = finding
        .gaps
        .iter()
        .take(3)
        .map(|gap| without_links(&ledger[*gap].what))
        .collect();
    if !gaps.is_empty() {
        out.push_str(&format!(" Not known: {}.", gaps.join("; ")));
    }
    out.push_str(&format!(
        " Remedy: {}.",
        without_links(&finding.remedy.text)
    ));
    out
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
