//! Answers as the analysers give them, each made by hand after its documentation: no analyser was asked.

use super::{Answered, Standing, read};
use crate::model::Verdict;

/// Who made a text, and of each answer its name, what was expected, what was answered, and how that stands.
fn check(text: &str, by: &str, expected: &[(&str, Answered, Standing)]) {
    let (analyser, answers) = read(text).unwrap();
    assert_eq!(analyser.name, by);
    let found: Vec<_> = answers
        .iter()
        .map(|own| (own.name.as_str(), own.answered.clone(), own.standing()))
        .collect();
    assert_eq!(found, expected);
}

fn open(why: &str) -> Answered {
    Answered::Open(why.to_owned())
}

#[test]
fn reachability_analyzer_answers_by_analysis() {
    let analysis = |name: &str, rest: &str| {
        format!(
            r#"{{"NetworkInsightsAnalysisId":"nia-1",{rest},"Tags":[{{"Key":"Name","Value":"{name}"}},{{"Key":"About","Value":"a to b"}}]}}"#
        )
    };
    let all = [
        analysis(
            "crosspeer-reachable-1-a-b",
            r#""Status":"succeeded","NetworkPathFound":true"#,
        ),
        analysis(
            "crosspeer-reachable-2-a-b",
            r#""Status":"succeeded","NetworkPathFound":false,"Explanations":[{"ExplanationCode":"ENI_SG_RULES_MISMATCH"}]"#,
        ),
        analysis(
            "crosspeer-blocked-3-a-b",
            r#""Status":"succeeded","NetworkPathFound":true"#,
        ),
        analysis(
            "crosspeer-possible-4-a-b",
            r#""Status":"succeeded","NetworkPathFound":false"#,
        ),
        analysis(
            "crosspeer-blocked-5-a-b",
            r#""Status":"failed","StatusMessage":"no permission""#,
        ),
        analysis(
            "of-somebody-else",
            r#""Status":"succeeded","NetworkPathFound":true"#,
        ),
    ];
    check(
        &format!(r#"{{"NetworkInsightsAnalyses":[{}]}}"#, all.join(",")),
        "aws-network-insights",
        &[
            (
                "crosspeer-blocked-3-a-b",
                Answered::Passes,
                Standing::Differs,
            ),
            (
                "crosspeer-blocked-5-a-b",
                open("failed no permission"),
                Standing::Open,
            ),
            (
                "crosspeer-possible-4-a-b",
                Answered::Stopped,
                Standing::Decided,
            ),
            (
                "crosspeer-reachable-1-a-b",
                Answered::Passes,
                Standing::Agrees,
            ),
            (
                "crosspeer-reachable-2-a-b",
                Answered::Stopped,
                Standing::Differs,
            ),
        ],
    );
}

#[test]
fn connectivity_tests_answer_both_ways() {
    let test = |name: &str, there: &str, back: &str| {
        format!(
            r#"{{"name":"projects/p/locations/global/connectivityTests/{name}","description":"a to b",
            "reachabilityDetails":{{"result":"{there}"}},"returnReachabilityDetails":{{"result":"{back}"}}}}"#
        )
    };
    let all = [
        test("crosspeer-reachable-1-a-b", "REACHABLE", "REACHABLE"),
        test("crosspeer-reachable-2-a-b", "REACHABLE", "UNREACHABLE"),
        test(
            "crosspeer-blocked-3-a-b",
            "UNREACHABLE",
            "RESULT_UNSPECIFIED",
        ),
        test("crosspeer-blocked-4-a-b", "AMBIGUOUS", "UNDETERMINED"),
        test("crosspeer-reachable-5-a-b", "REACHABLE", "AMBIGUOUS"),
    ];
    let expected = [
        (
            "crosspeer-blocked-3-a-b",
            Answered::Stopped,
            Standing::Agrees,
        ),
        ("crosspeer-blocked-4-a-b", open("AMBIGUOUS"), Standing::Open),
        (
            "crosspeer-reachable-1-a-b",
            Answered::Passes,
            Standing::Agrees,
        ),
        (
            "crosspeer-reachable-2-a-b",
            Answered::Stopped,
            Standing::Differs,
        ),
        (
            "crosspeer-reachable-5-a-b",
            open("AMBIGUOUS"),
            Standing::Open,
        ),
    ];
    let list = all.join(",");
    check(&format!("[{list}]"), "gcp-connectivity-tests", &expected);
    check(
        &format!(r#"{{"resources":[{list}]}}"#),
        "gcp-connectivity-tests",
        &expected,
    );
}

#[test]
fn runs_of_the_verifier_hold_json_in_a_text() {
    let run = |name: &str, result: &str, state: &str| {
        let result = serde_json::Value::from(result);
        format!(
            r#"{{"intentId":"/subscriptions/0/x/reachabilityAnalysisIntents/{name}","intentContent":{{}},
            "analysisResult":{result},"provisioningState":"{state}","errorMessage":""}}"#
        )
    };
    let all = [
        run(
            "crosspeer-reachable-1-a-b",
            r#"{"resultOutcome":"AllPacketsReached"}"#,
            "Succeeded",
        ),
        run(
            "crosspeer-reachable-2-a-b",
            r#"{"resultOutcome":"NoPacketsReached","unreachedTrace":"[]"}"#,
            "Succeeded",
        ),
        run(
            "crosspeer-blocked-3-a-b",
            r#"{"resultOutcome":"SomePacketsReached"}"#,
            "Succeeded",
        ),
        run("crosspeer-blocked-4-a-b", "", "Failed"),
    ];
    let expected = [
        (
            "crosspeer-blocked-3-a-b",
            open("SomePacketsReached"),
            Standing::Open,
        ),
        ("crosspeer-blocked-4-a-b", open("Failed"), Standing::Open),
        (
            "crosspeer-reachable-1-a-b",
            Answered::Passes,
            Standing::Agrees,
        ),
        (
            "crosspeer-reachable-2-a-b",
            Answered::Stopped,
            Standing::Differs,
        ),
    ];
    let below: Vec<String> = all
        .iter()
        .map(|own| format!(r#"{{"properties":{own}}}"#))
        .collect();
    check(&format!("[{}]", all.join(",")), "azure-verifier", &expected);
    check(
        &format!(r#"{{"value":[{}]}}"#, below.join(",")),
        "azure-verifier",
        &expected,
    );
}

#[test]
fn netassert_says_whether_the_code_was_the_expected_one() {
    let text = "TAP version 14\n1..5\nok 1 - crosspeer-reachable-1-a-b\nnot ok 2 - crosspeer-reachable-2-a-b\n  ---\n  \
        reason: ephemeral container x exit code for test crosspeer-reachable-2-a-b is 1 instead\n    of 0\n  ...\n\
        ok 3 - crosspeer-blocked-3-a-b\nnot ok 4 - crosspeer-possible-4-a-b\n  ---\n  reason: ephemeral container x exit code for test y is 0 instead of 1\n  ...\n\
        not ok 5 - crosspeer-blocked-5-a-b\n  ---\n  reason: 'deployments.apps \"a\" not found'\n  ...\n";
    check(
        text,
        "netassert",
        &[
            (
                "crosspeer-blocked-3-a-b",
                Answered::Stopped,
                Standing::Agrees,
            ),
            (
                "crosspeer-blocked-5-a-b",
                open("deployments.apps \"a\" not found"),
                Standing::Open,
            ),
            (
                "crosspeer-possible-4-a-b",
                Answered::Passes,
                Standing::Decided,
            ),
            (
                "crosspeer-reachable-1-a-b",
                Answered::Passes,
                Standing::Agrees,
            ),
            (
                "crosspeer-reachable-2-a-b",
                Answered::Stopped,
                Standing::Differs,
            ),
        ],
    );
}

#[test]
fn texts_of_others_are_nobodys_answers() {
    for text in [
        "",
        "{}",
        "[]",
        "null",
        "{\"NetworkInsightsAnalyses\": 1}",
        "[{\"name\": \"x\"}]",
        "TAP version 13\nok 1 - x",
        "\u{0}",
    ] {
        assert!(read(text).is_none(), "{text}");
    }
}

#[test]
fn the_name_of_a_test_says_what_is_expected() {
    assert_eq!(
        super::expected("crosspeer-possible-12-x"),
        Some(Verdict::Possible)
    );
    for other in ["crosspeer-", "crosspeer-sure-1", "reachable-1", ""] {
        assert_eq!(super::expected(other), None, "{other}");
    }
}
