//! JUnit's XML as test reports of Jenkins, GitLab, Azure Pipelines and CircleCI read it: a suite for each rule, a failed case
//! for each finding, a passed one for a rule that found nothing.

use super::escape::{xml as content, xml_attribute as attribute};
use super::format::{Format, Parts};
use super::medium::Medium;
use super::scan::Scan;
use crate::rules::{Finding, Rule};

/// JUnit XML for test reports
pub const FORMAT: Format = Format {
    name: "junit",
    about: "JUnit XML, for test reports of Jenkins, GitLab, Azure Pipelines",
    endings: &[".xml"],
    medium: Medium::Text,
    parts,
};

fn parts<'s>(scan: &'s Scan<'s>) -> Parts<'s> {
    let failures = scan.findings.len();
    let silent = scan
        .rules
        .iter()
        .filter(|rule| own(scan, rule).next().is_none());
    let tests = failures + silent.count();
    let head = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"crosspeer\" tests=\"{tests}\" failures=\"{failures}\">\n"
    );
    let suites = scan.rules.iter().flat_map(move |rule| suite(scan, rule));
    let all = std::iter::once(head).chain(suites);
    Box::new(all.chain(std::iter::once("</testsuites>\n".to_owned())))
}

fn own<'s>(scan: &'s Scan<'_>, rule: &'s Rule) -> impl Iterator<Item = &'s Finding> {
    scan.findings
        .iter()
        .filter(|finding| finding.rule == rule.id)
}

fn suite<'s>(scan: &'s Scan<'s>, rule: &'s Rule) -> impl Iterator<Item = String> + 's {
    let failures = own(scan, rule).count();
    let tests = failures.max(1);
    let name = attribute(&format!("{}: {}", rule.id, rule.title));
    let mut head =
        format!("  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\">\n");
    if failures == 0 {
        let case = attribute(&rule.title);
        let id = &rule.id;
        head.push_str(&format!(
            "    <testcase classname=\"{id}\" name=\"{case}\"/>\n"
        ));
    }
    let cases = own(scan, rule).map(|finding| case(finding, scan));
    let end = std::iter::once("  </testsuite>\n".to_owned());
    std::iter::once(head).chain(cases).chain(end)
}

fn case(finding: &Finding, scan: &Scan<'_>) -> String {
    let place = finding.anchor();
    let file = scan.paths.path(&place.file);
    let certainty = finding.certainty.word();
    let kind = format!("{} ({certainty})", finding.severity.word());
    let body = format!(
        "{}:{}\nRemedy: {}",
        file,
        place.line.max(1),
        finding.remedy.text
    );
    format!(
        "    <testcase classname=\"{}\" name=\"{}\" file=\"{}\">\n      <failure type=\"{}\" message=\"{}\">{}</failure>\n    </testcase>\n",
        attribute(&finding.rule),
        attribute(&finding.subject),
        attribute(&file),
        attribute(&kind),
        attribute(&finding.message),
        body.lines().map(content).collect::<Vec<_>>().join("\n")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::World;
    use crate::report::sample::{finding, scan_of};
    use crate::rules::builtin;

    #[test]
    fn a_case_for_each_finding_and_each_silent_rule() {
        let mut hostile = finding(1);
        hostile.message = "a \"<b>\" & \u{1b}".to_owned();
        let findings = [hostile, finding(2)];
        let (world, rules) = (World::default(), builtin().unwrap());
        let text: String = parts(&scan_of(&findings, &rules, &world)).collect();
        let count = |what: &str| text.matches(what).count();
        assert_eq!(count("<failure"), 2);
        assert_eq!(count("<testcase"), 2 + rules.len() - 1);
        assert_eq!(count("<testsuite "), rules.len());
        assert!(text.contains(&format!("tests=\"{}\" failures=\"2\"", rules.len() + 1)));
        assert!(
            text.contains("message=\"a &quot;&lt;b&gt;&quot; &amp; \\u{1b}\""),
            "{text}"
        );
        assert!(text.ends_with("</testsuites>\n"));
    }
}
