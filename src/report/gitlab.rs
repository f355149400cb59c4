//! GitLab's report of static application security testing (GitLab docs, "Security scanner integration", report format 15).

use super::escape::markdown;
use super::format::{Format, Parts, with_list};
use super::medium::Medium;
use super::plain::plain;
use super::scan::Scan;
use crate::rules::{Finding, Severity};
use serde_json::{Value, json};

/// A SAST report for GitLab
pub const FORMAT: Format = Format {
    name: "gitlab-sast",
    about: "GitLab's security report: `artifacts: reports: sast:`",
    endings: &["gl-sast-report.json"],
    medium: Medium::Json,
    parts: |own| gitlab(own),
};

/// The format asks for the time of the scan. Reports are free of clocks, so that the same input gives the same bytes.
const NO_TIME: &str = "1970-01-01T00:00:00";

/// A scan as one document on one line.
#[must_use]
pub fn gitlab<'s>(scan: &'s Scan<'s>) -> Parts<'s> {
    let tool = json!({
        "id": "crosspeer",
        "name": "crosspeer",
        "version": env!("CARGO_PKG_VERSION"),
        "vendor": {"name": "crosspeer"},
    });
    let status = if scan.problems.is_empty() {
        "success"
    } else {
        "failure"
    };
    let document = json!({
        "version": "15.0.7",
        "scan": {
            "analyzer": tool,
            "scanner": tool,
            "type": "sast",
            "start_time": NO_TIME,
            "end_time": NO_TIME,
            "status": status,
        },
        "vulnerabilities": [],
    });
    let findings = scan.findings.iter();
    let entries = findings.map(|finding| vulnerability(finding, scan).to_string());
    with_list(&document.to_string(), "]}", entries)
}

fn vulnerability(finding: &Finding, scan: &Scan<'_>) -> Value {
    let place = finding.anchor();
    let rules = scan.rules.iter();
    let rule = rules.clone().find(|rule| rule.id == finding.rule);
    let url = rule.and_then(|rule| rule.references.first());
    let severity = match finding.severity {
        Severity::Critical => "Critical",
        Severity::High => "High",
        Severity::Medium => "Medium",
        Severity::Low => "Low",
    };
    let mut identifier = json!({
        "type": "crosspeer_rule_id",
        "name": format!("crosspeer {}", finding.rule),
        "value": finding.rule,
    });
    if let (Some(url), Some(object)) = (url, identifier.as_object_mut()) {
        object.insert("url".to_owned(), url.url.as_str().into());
    }
    let certainty = finding.certainty.word();
    json!({
        "id": uuid(&finding.fingerprint),
        "category": "sast",
        "name": cut(&plain(&format!("{}: {}", finding.subject, finding.title)), 255),
        "description": cut(&markdown(&format!("{} ({certainty}).", finding.message)), 1_000_000),
        "severity": severity,
        "solution": cut(&markdown(&finding.remedy.text), 7_000),
        "scanner": {"id": "crosspeer", "name": "crosspeer"},
        "location": {"file": scan.paths.path(&place.file), "start_line": place.line.max(1)},
        "identifiers": [identifier],
    })
}

/// The fingerprint in the form of a UUID, which the format wants for the id.
fn uuid(fingerprint: &str) -> String {
    let part = |from: usize, to: usize| fingerprint.get(from..to).unwrap_or_default();
    [
        part(0, 8),
        part(8, 12),
        part(12, 16),
        part(16, 20),
        part(20, 32),
    ]
    .join("-")
}

/// The first characters. GitLab shows descriptions and solutions as Markdown.
fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::World;
    use crate::report::sample::{finding, scan_of};
    use crate::rules::builtin;

    #[test]
    fn each_vulnerability_has_what_the_format_demands() {
        let (world, rules) = (World::default(), builtin().unwrap());
        let findings = [finding(0x1234_5678)];
        let text: String = gitlab(&scan_of(&findings, &rules, &world)).collect();
        let report: Value = serde_json::from_str(&text).unwrap();
        for key in [
            "analyzer",
            "scanner",
            "type",
            "start_time",
            "end_time",
            "status",
        ] {
            assert!(!report["scan"][key].is_null(), "{key}");
        }
        for key in ["id", "name", "version", "vendor"] {
            assert!(!report["scan"]["analyzer"][key].is_null(), "{key}");
        }
        let one = &report["vulnerabilities"][0];
        assert_eq!(one["id"], "00000000-0000-0000-0000-000012345678");
        assert_eq!(one["severity"], "High");
        // The route that the plan adds.
        assert_eq!(
            one["location"],
            json!({"file": "deploy/infra/a b.tf", "start_line": 7})
        );
        assert_eq!(one["identifiers"][0]["value"], "CP101");
        assert!(one["identifiers"][0]["url"].is_string());
    }
}
