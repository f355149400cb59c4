//! Several inputs as one world: the two ends of a cross-account peering stand in different plans and states.

#![cfg(test)]

use serde_json::Value;
use std::process::Command;

/// What a command prints as JSON about some of the inputs; sources are given to none of them.
fn crosspeer(command: &str, inputs: &[&str], more: &[&str]) -> Value {
    let folder = format!("{}/testdata/joined", env!("CARGO_MANIFEST_DIR"));
    let mut process = Command::new(env!("CARGO_BIN_EXE_crosspeer"));
    process
        .args([command, "--no-config", "--format", "json", "--manifests"])
        .arg(format!("{folder}/manifests.yaml"));
    for input in inputs {
        let flag = if input.ends_with("state") {
            "--state"
        } else {
            "--plan"
        };
        process
            .arg(flag)
            .arg(format!("{folder}/plans/{input}.json"));
    }
    let output = process.args(more).output().unwrap();
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|wrong| panic!("{wrong}: {}", String::from_utf8_lossy(&output.stderr)))
}

/// Verdict, kinds of the gaps, and the border's hops (`passes` or `stops`, assumed or not) for the database's port.
fn check(inputs: &[&str], more: &[&str], verdict: &str, gaps: &[&str], border: &str) {
    let asked = [
        &[
            "--from",
            "shop/web",
            "--to",
            "aws_instance.database",
            "--port",
            "5432",
        ],
        more,
    ]
    .concat();
    let trail = crosspeer("explain", inputs, &asked);
    assert_eq!(trail.get("verdict").unwrap(), verdict, "{trail:#}");
    let kinds: Vec<&str> = trail
        .get("gaps")
        .unwrap()
        .as_array()
        .unwrap()
        .iter()
        .map(|gap| gap.get("kind").unwrap().as_str().unwrap())
        .collect();
    assert_eq!(kinds, gaps, "{trail:#}");
    let hops = trail.get("hops").unwrap().as_array().unwrap();
    let hop = hops
        .iter()
        .find(|hop| hop.get("hop").unwrap() == "border")
        .unwrap();
    let assumed = if hop.get("assumed").is_some() {
        ", assumed"
    } else {
        ""
    };
    assert_eq!(
        format!("{}{assumed}", hop.get("because").unwrap().as_str().unwrap()),
        border
    );
}

#[test]
fn what_one_account_asks_the_other_accepts() {
    let both = &["requester-state", "owner"];
    let accepted = "`aws_vpc_peering_connection.to_data`, active once applied, accepted by `aws_vpc_peering_connection_accepter.from_app`";
    check(both, &[], "reachable", &[], accepted);
    check(
        &["owner", "requester-state"],
        &[],
        "reachable",
        &[],
        accepted,
    );
    // Before, nothing accepts it and there is no way back.
    let waits = "`aws_vpc_peering_connection.to_data`, waits for acceptance by 444455556666";
    check(both, &["--before"], "blocked", &[], waits);
}

#[test]
fn what_is_found_by_its_tag_is_assumed_and_each_gap_names_the_link() {
    let assumed = "`aws_vpc_peering_connection.to_data`, active once applied, assumed";
    let inputs = &["by-tag", "owner-first"];
    check(
        inputs,
        &[],
        "possible",
        &["assumed-link", "assumed-link", "assumed-link", "unlinked"],
        assumed,
    );
    let reach = crosspeer("reach", inputs, &[]);
    let flow = reach
        .get("flows")
        .unwrap()
        .as_array()
        .unwrap()
        .iter()
        .find(|flow| flow.get("to").unwrap() == "aws_instance.database")
        .unwrap();
    assert_eq!(flow.get("certainty").unwrap(), "possible");
    let gaps: Vec<&str> = flow
        .get("gaps")
        .unwrap()
        .as_array()
        .unwrap()
        .iter()
        .map(|gap| gap.as_str().unwrap())
        .collect();
    for (attribute, address, to) in [
        // A local stands between: without the sources the only network of the root is assumed.
        ("vpc_id", "aws_subnet.app", "aws_vpc.app"),
        // A data source that is read while applying, with the tag of one network of the other plan.
        (
            "peer_vpc_id",
            "aws_vpc_peering_connection.to_data",
            "aws_vpc.data",
        ),
        ("route_table_id", "aws_route.to_app", "aws_vpc.data"),
    ] {
        let said = format!(
            "what `{attribute}` of `{address}` points at cannot be resolved: `{to}` is assumed"
        );
        assert!(gaps.contains(&said.as_str()), "{said} is not in {gaps:#?}");
        let links = reach.get("links").unwrap().as_array().unwrap();
        let row = links
            .iter()
            .find(|row| {
                row.get("address").unwrap() == address && row.get("attribute").unwrap() == attribute
            })
            .unwrap();
        assert_eq!(
            (
                row.get("by").unwrap().as_str().unwrap(),
                row.get("to").unwrap()
            ),
            ("assumed", &serde_json::json!([to]))
        );
    }
}

#[test]
fn without_the_other_plan_the_far_side_is_not_in_the_input() {
    let reach = crosspeer("reach", &["requester-state"], &[]);
    let flows = reach.get("flows").unwrap().as_array().unwrap();
    assert!(
        !flows.is_empty()
            && flows
                .iter()
                .all(|flow| flow.get("certainty").unwrap() == "possible"),
        "{flows:#?}"
    );
    let gaps = reach.get("gaps").unwrap().to_string();
    assert!(
        gaps.contains("is not in the input: add the plan or state that holds it"),
        "{gaps}"
    );
}
