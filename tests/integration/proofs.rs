//! Proofs as programs read them: each hop with its neutral name, its provider's label and its typed reason.

use crate::binary::{root, run};
use serde_json::Value;

fn explained(from: &str, to: &str, port: &str) -> Value {
    let demo = [
        "--plan",
        "testdata/demo/plan.json",
        "--tf",
        "testdata/demo/infra",
        "testdata/demo/rendered",
        "--no-config",
        "--format",
        "json",
    ];
    run(
        &root(),
        &[
            &["explain", "--from", from, "--to", to, "--port", port],
            demo.as_slice(),
        ]
        .concat(),
    )
    .json()
}

/// Hop, label, reason and its name of the filter, table or border.
fn rows(verdict: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let row = |hop: &Value| {
        let reason = &hop["reason"];
        let facts = ["filter", "filters", "target", "border"].map(|key| match &reason[key] {
            Value::Array(names) => text(&names[0]),
            name => text(name),
        });
        let (name, label) = (text(&hop["hop"]), text(&hop["label"]));
        format!(
            "{name} | {label} | {} {}",
            text(&reason["code"]),
            facts.concat()
        )
    };
    let hops = verdict["hops"].as_array().unwrap();
    hops.iter().map(row).collect()
}

#[test]
fn a_hop_has_a_neutral_name_a_label_and_a_typed_reason() {
    let open = explained("shop/cart", "aws_db_instance.orders", "5432");
    assert_eq!(open["verdict"], "reachable");
    let shown = rows(&open);
    for expected in [
        "policy-egress | network policy | no-policy ",
        "source-address | source address | source-address ",
        "interface-filter-egress | security group | rule-allows aws_security_group.nodes",
        "route | route | route aws_vpc_peering_connection.app_data",
        "border | VPC peering | border aws_vpc_peering_connection.app_data",
        "interface-filter-ingress | security group | rule-allows aws_security_group.orders",
        "return-route | route | route aws_vpc_peering_connection.app_data",
    ] {
        assert!(
            shown.iter().any(|row| row == expected),
            "{expected}\n{shown:#?}"
        );
    }
    let shut = explained("shop/cart", "aws_db_instance.orders", "22");
    let last = rows(&shut).pop().unwrap();
    assert_eq!(
        last,
        "interface-filter-ingress | security group | no-rule aws_security_group.orders"
    );
    let hops = shut["hops"].as_array().unwrap();
    let passes: Vec<bool> = hops
        .iter()
        .map(|hop| hop["passes"].as_bool().unwrap())
        .collect();
    assert!(passes.iter().rev().skip(1).all(|passes| *passes) && !passes[passes.len() - 1]);
}
