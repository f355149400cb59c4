//! Verdicts as tests for others, and their answers beside the verdicts. The answers are simulated: no cloud was asked.

use crate::binary::{Ran, folder, root, run};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

const DEMO: &[&str] = &[
    "--plan",
    "testdata/demo/plan.json",
    "--tf",
    "testdata/demo/infra",
    "testdata/demo/rendered",
];
const GOOGLE: &[&str] = &[
    "--plan",
    "testdata/google/plan.json",
    "--cluster",
    "google_container_cluster.shop=testdata/google/rendered",
];
const AZURE: &[&str] = &[
    "--plan",
    "testdata/azure/flat/plan.json",
    "--manifests",
    "testdata/azure/manifests",
];

fn export(to: &str, inputs: &[&str]) -> Ran {
    let ran = run(
        &root(),
        &[
            &["export", "--no-config", "--to", to, "--limit", "200"],
            inputs,
        ]
        .concat(),
    );
    assert_eq!(ran.code, 0, "{to}: {}", ran.err);
    ran
}

/// The names of tests of a text that stand between two others.
fn names(text: &str, before: &str) -> Vec<String> {
    let lines = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix(before));
    let names = lines.filter_map(|rest| rest.split('"').next());
    names.map(str::to_owned).collect()
}

fn confirm(here: &Path, name: &str, answers: &str, more: &[&str]) -> Ran {
    std::fs::write(here.join(name), answers).unwrap();
    run(here, &[&["confirm", name], more].concat())
}

/// How many answers stand how.
fn standings(ran: &Ran) -> BTreeMap<String, usize> {
    let mut out = BTreeMap::new();
    let report = ran.json();
    assert_eq!(report["schema"], "crosspeer.confirm/1");
    for answer in report["answers"].as_array().unwrap() {
        *out.entry(answer["standing"].as_str().unwrap().to_owned())
            .or_insert(0) += 1;
    }
    out
}

#[test]
fn a_path_of_the_demo_goes_from_its_nodes_to_the_interface_of_the_database() {
    let text = export("aws-network-insights", DEMO).out;
    for line in [
        r#"    name = "tag:kubernetes.io/cluster/shop""#,
        "    values = [aws_subnet.nodes[0].id]",
        "    values = [aws_security_group.orders.id]",
        "  destination_port = 5432",
        r#"  protocol = "tcp""#,
    ] {
        assert!(text.lines().any(|own| own == line), "{line}\n{text}");
    }
    // Every path has its analysis, and says in its name what is expected.
    let paths = names(&text, "resource \"aws_ec2_network_insights_path\" \"");
    assert!(paths.len() > 5, "{paths:?}");
    assert_eq!(
        paths,
        names(&text, "resource \"aws_ec2_network_insights_analysis\" \"")
    );
    assert!(
        paths
            .iter()
            .all(|name| name.starts_with("crosspeer-") && name.len() <= 40),
        "{paths:?}"
    );
    assert!(
        paths
            .iter()
            .any(|name| name.starts_with("crosspeer-reachable-")),
        "{paths:?}"
    );
}

/// Answers in which everything is as expected, but for the first test.
fn aws_answers(names: &[String]) -> String {
    let analysis = |(at, name): (usize, &String)| {
        let found = name.starts_with("crosspeer-reachable") != (at == 0);
        json!({"Status": "succeeded", "NetworkPathFound": found, "Tags": [{"Key": "Name", "Value": name}]})
    };
    let all: Vec<Value> = names.iter().enumerate().map(analysis).collect();
    json!({"NetworkInsightsAnalyses": all}).to_string()
}

#[test]
fn answers_that_differ_are_listed_and_end_with_1() {
    let here = folder("confirmed/differs", &[]);
    let text = export("aws-network-insights", DEMO).out;
    let names = names(&text, "resource \"aws_ec2_network_insights_path\" \"");
    let ran = confirm(&here, "a.json", &aws_answers(&names), &[]);
    assert_eq!(ran.code, 1, "{}", ran.said());
    let first = format!(
        "differs  {}: reachable expected, aws-network-insights says stopped",
        names[0]
    );
    assert!(ran.out.starts_with(&first), "{}", ran.out);
    let rest =
        aws_answers(&names[1..]).replace("\"NetworkPathFound\":false", "\"NetworkPathFound\":true");
    let reachable: Vec<String> = names[1..].to_vec();
    let ran = confirm(&here, "b.json", &rest, &["--format", "json"]);
    let all = standings(&ran);
    assert_eq!(all.values().sum::<usize>(), reachable.len());
}

#[test]
fn without_an_answer_nothing_is_confirmed() {
    let here = folder("confirmed/open", &[]);
    let open = r#"{"NetworkInsightsAnalyses":[{"Status":"running","Tags":[{"Key":"Name","Value":"crosspeer-blocked-1-a-b"}]}]}"#;
    let ran = confirm(&here, "open.json", open, &[]);
    assert_eq!(ran.code, 0, "{}", ran.said());
    assert!(ran.out.contains("no answer: running"), "{}", ran.out);
    assert!(ran.out.contains("0 of 1 answers agree"), "{}", ran.out);
    assert_eq!(confirm(&here, "open.json", open, &["--strict"]).code, 3);
}

#[test]
fn what_nobody_answered_is_refused() {
    let here = folder("confirmed/refused", &[]);
    for (name, text) in [("a.json", "{}"), ("b.txt", "ok 1 - x"), ("c.json", "[")] {
        let ran = confirm(&here, name, text, &[]);
        assert_eq!(ran.code, 2, "{}", ran.said());
        assert!(
            ran.err.contains(&format!(
                "`{name}`: the answers of none of aws-network-insights"
            )),
            "{}",
            ran.err
        );
    }
    assert_eq!(run(&here, &["confirm"]).code, 2);
    assert_eq!(run(&here, &["confirm", "gone.json"]).code, 2);
    assert_eq!(run(&here, &["export", "--to", "nobody"]).code, 2);
}

#[test]
fn each_analyser_is_given_tests_and_its_answers_are_read() {
    let here = folder("confirmed/each", &[]);
    let google = export("gcp-connectivity-tests", GOOGLE).out;
    let tests = names(
        &google,
        "resource \"google_network_management_connectivity_test\" \"",
    );
    assert!(
        tests.len() > 3 && google.contains("  round_trip = true\n"),
        "{google}"
    );
    let answer = |name: &String| {
        let result = if name.starts_with("crosspeer-blocked") {
            "UNREACHABLE"
        } else {
            "REACHABLE"
        };
        json!({"name": format!("projects/p/locations/global/connectivityTests/{name}"), "reachabilityDetails": {"result": result}})
    };
    let answers = Value::from(tests.iter().map(answer).collect::<Vec<_>>()).to_string();
    let all = standings(&confirm(
        &here,
        "google.json",
        &answers,
        &["--format", "json"],
    ));
    assert!(all["agrees"] > 0 && !all.contains_key("differs"), "{all:?}");

    let azure = export("azure-verifier", AZURE).out;
    let kind = "azurerm_network_manager_verifier_workspace_reachability_analysis_intent";
    let tests = names(&azure, &format!("resource \"{kind}\" \""));
    assert!(
        tests.len() > 3
            && azure.contains("  source_resource_id = azurerm_subnet.this[\"nodes\"].id\n"),
        "{azure}"
    );
    let answer = |name: &String| {
        let result = if name.starts_with("crosspeer-blocked") {
            "NoPacketsReached"
        } else {
            "AllPacketsReached"
        };
        json!({"properties": {"intentId": format!("/x/reachabilityAnalysisIntents/{name}"),
            "analysisResult": json!({"resultOutcome": result}).to_string()}})
    };
    let answers = json!({"value": tests.iter().map(answer).collect::<Vec<_>>()}).to_string();
    let all = standings(&confirm(
        &here,
        "azure.json",
        &answers,
        &["--format", "json"],
    ));
    assert!(all["agrees"] > 0 && !all.contains_key("differs"), "{all:?}");
}

#[test]
fn pods_are_tested_by_netassert_in_its_own_format() {
    let here = folder("confirmed/netassert", &[]);
    let text = export("netassert", &["testdata/demo/rendered"]).out;
    let read: Value = serde_saphyr::from_str(&text).unwrap();
    let tests = read.as_array().unwrap();
    assert!(tests.len() > 5, "{text}");
    let mut tap = format!("TAP version 14\n1..{}\n", tests.len());
    for (at, test) in tests.iter().enumerate() {
        let name = test["name"].as_str().unwrap();
        let reachable = name.starts_with("crosspeer-reachable");
        assert_eq!(test["exitCode"], u8::from(!reachable), "{test}");
        assert!(
            matches!(
                test["src"]["k8sResource"]["kind"].as_str(),
                Some("deployment" | "statefulset" | "daemonset" | "pod")
            ),
            "{test}"
        );
        assert!(
            test["dst"]["k8sResource"]["namespace"].is_string(),
            "{test}"
        );
        tap.push_str(&format!("ok {} - {name}\n", at + 1));
    }
    let all = standings(&confirm(&here, "r.tap", &tap, &["--format", "json"]));
    assert_eq!(all.keys().collect::<Vec<_>>(), ["agrees"], "{all:?}");
    assert_eq!(all["agrees"], tests.len());
}

#[test]
fn tests_are_few_and_written_where_they_shall_go() {
    let here = folder("confirmed/few", &[]);
    let out = here.join("t.tf");
    let arguments = [
        "export",
        "--no-config",
        "--to",
        "aws-network-insights",
        "--limit",
        "2",
        "--output",
        out.to_str().unwrap(),
    ];
    let ran = run(&root(), &[&arguments, DEMO].concat());
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
    assert!(
        ran.err.contains("2 tests written; `--limit` lets in more"),
        "{}",
        ran.err
    );
    let text = std::fs::read_to_string(out).unwrap();
    assert_eq!(
        names(&text, "resource \"aws_ec2_network_insights_path\" \"").len(),
        2
    );
}
