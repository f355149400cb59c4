//! What code scanning demands, held against written logs.

use super::*;
use crate::model::{Gap, GapKind, Place, World};
use crate::report::Problem;
use crate::report::sample::{finding, scan_of};
use crate::rules::{Finding, Rule, builtin};

fn written(findings: &[Finding]) -> serde_json::Value {
    let rules: Vec<Rule> = builtin().unwrap();
    let mut world = World::default();
    world.gaps.push(Gap {
        kind: GapKind::NotModelled,
        what: "`aws_x` is not modelled".to_owned(),
        origin: None,
    });
    let scan = scan_of(findings, &rules, &world);
    let text: String = sarif(&scan).collect();
    serde_json::from_str::<serde_sarif::sarif::Sarif>(&text)
        .expect("another reader of SARIF takes it");
    serde_json::from_str(&text).unwrap()
}

#[test]
fn a_result_stands_on_the_changed_line_and_shows_its_path() {
    let log = written(&[finding(1)]);
    let result = &log["runs"][0]["results"][0];
    let at = &result["locations"][0]["physicalLocation"];
    assert_eq!(at["artifactLocation"]["uri"], "deploy/infra/a%20b.tf");
    assert_eq!(
        at["region"],
        serde_json::json!({"startLine": 7, "startColumn": 3, "endColumn": 7})
    );
    assert_eq!(
        result["relatedLocations"][0]["physicalLocation"]["region"]["startLine"],
        12
    );
    let steps = result["codeFlows"][0]["threadFlows"][0]["locations"]
        .as_array()
        .unwrap();
    let lines: Vec<_> = steps
        .iter()
        .map(|step| {
            step["location"]["physicalLocation"]["region"]["startLine"]
                .as_u64()
                .unwrap()
        })
        .collect();
    assert_eq!(
        lines,
        [12, 7],
        "a hop that no line decides stands at the line before it"
    );
    assert!(
        result["message"]["text"]
            .as_str()
            .unwrap()
            .starts_with("Pod `shop/web` reaches `x`. ")
    );
}

#[test]
fn two_findings_on_one_line_stay_two_alerts() {
    let one = written(&[finding(1)]);
    let two = written(&[finding(1), finding(2)]);
    let hash = |log: &serde_json::Value, at: usize| {
        log["runs"][0]["results"][at]["partialFingerprints"]["primaryLocationLineHash"].clone()
    };
    assert_ne!(hash(&two, 0), hash(&two, 1));
    assert!(hash(&two, 0).is_string());
    assert_eq!(
        hash(&one, 0),
        hash(&two, 0),
        "an alert keeps its identity when another one goes"
    );
}

#[test]
fn a_scan_of_refused_input_was_not_successful() {
    let successful = |problems: Vec<Problem>| {
        let world = World::default();
        let scan = Scan {
            problems,
            ..scan_of(&[], &[], &world)
        };
        let log: serde_json::Value =
            serde_json::from_str(&sarif(&scan).collect::<String>()).unwrap();
        log["runs"][0]["invocations"][0]["executionSuccessful"].clone()
    };
    let refused = Problem {
        place: Place {
            file: "plan.json".into(),
            line: 0,
            column: 0,
            length: 0,
        },
        message: "cut off".to_owned(),
        refused: true,
    };
    assert_eq!(successful(Vec::new()), true);
    assert_eq!(successful(vec![refused]), false);
}

#[test]
fn rules_are_what_code_scanning_reads() {
    let log = written(&[finding(1)]);
    let driver = &log["runs"][0]["tool"]["driver"];
    for rule in driver["rules"].as_array().unwrap() {
        let text = |path: &str| {
            rule.pointer(path)
                .and_then(|value| value.as_str())
                .unwrap_or_default()
                .to_owned()
        };
        for path in [
            "/id",
            "/name",
            "/shortDescription/text",
            "/fullDescription/text",
            "/help/text",
            "/help/markdown",
        ] {
            assert!(!text(path).is_empty(), "{path} of {rule}");
        }
        assert!(
            text("/shortDescription/text").chars().count() <= 1024
                && text("/fullDescription/text").chars().count() <= 1024
        );
        let severity: f64 = text("/properties/security-severity")
            .parse()
            .expect("a number as text");
        assert!((0.1..=10.0).contains(&severity));
        let tags = rule["properties"]["tags"].as_array().unwrap();
        assert!(tags.len() <= 10 && tags.contains(&"security".into()));
    }
    let index = log["runs"][0]["results"][0]["ruleIndex"].as_u64().unwrap();
    assert_eq!(
        driver["rules"][usize::try_from(index).unwrap()]["id"],
        "CP101"
    );
    assert_eq!(log["runs"][0]["columnKind"], "unicodeCodePoints");
    assert_eq!(
        log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"],
        "`aws_x` is not modelled"
    );
}

#[test]
fn no_more_results_than_code_scanning_keeps() {
    let many: Vec<Finding> = (0..5_003).map(finding).collect();
    let log = written(&many);
    assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), 5_000);
    let notice =
        log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
            .as_str()
            .unwrap()
            .to_owned();
    assert!(notice.starts_with("3 findings are left out"), "{notice}");
}

#[test]
fn suppressed_findings_are_written_when_asked_for_and_marked_on_all_or_none() {
    let world = World::default();
    let findings = [finding(1)];
    let left_out = |in_source, number| LeftOut {
        finding: finding(number),
        in_source,
        why: "agreed".to_owned(),
    };
    let suppressions = |left_out: Option<Vec<LeftOut>>| -> Vec<serde_json::Value> {
        let scan = Scan {
            left_out,
            ..scan_of(&findings, &[], &world)
        };
        let log: serde_json::Value =
            serde_json::from_str(&sarif(&scan).collect::<String>()).unwrap();
        let results = log["runs"][0]["results"].as_array().unwrap();
        results
            .iter()
            .map(|own| own["suppressions"].clone())
            .collect()
    };
    assert_eq!(suppressions(None), [serde_json::Value::Null]);
    let of = |kind: &str| serde_json::json!([{"kind": kind, "justification": "agreed"}]);
    assert_eq!(
        suppressions(Some(vec![left_out(true, 2), left_out(false, 3)])),
        [serde_json::json!([]), of("inSource"), of("external")]
    );
}
