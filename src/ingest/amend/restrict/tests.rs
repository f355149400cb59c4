//! Rules as they stand before and after they are narrowed, in sources and in plans.

use super::*;
use crate::model::{Change as Changed, Direction, Origin, Place};
use serde_json::json;

fn file(path: &str, text: &str, kind: Kind) -> File {
    File {
        path: path.into(),
        bytes: text.as_bytes().to_vec(),
        kind: Some(kind),
        ..File::default()
    }
}

/// Narrows the rule that stands at a line of `m.tf`: what becomes of the text, and of the values in the plan.
fn narrowed(
    text: &str,
    (address, line): (&str, u32),
    values: Value,
    (before, after): (&str, &[&str]),
) -> Result<(String, Vec<Value>), String> {
    let (kind, name) = address.split_once('.').unwrap();
    let resource = json!({"address": address, "mode": "managed", "type": kind, "name": name, "values": values});
    let plan = json!({"format_version": "1.2", "planned_values": {"root_module": {"resources": [resource]}}});
    let mut files = [
        file("m.tf", text, Kind::Sources),
        file("plan.json", &plan.to_string(), Kind::Plan),
    ];
    let set = |text: &str| AddressSet::parse(text).unwrap();
    let own = Restriction {
        origin: Origin {
            place: Place {
                file: "m.tf".into(),
                line,
                column: 1,
                length: 0,
            },
            inner: None,
            address: address.into(),
            change: Changed::None,
        },
        direction: Direction::Ingress,
        before: set(before),
        after: after.iter().map(|own| set(own)).collect(),
    };
    restrict(&own, &mut files).map_err(|why| why.to_string())?;
    let plan: Value = serde_json::from_slice(&files[1].bytes).unwrap();
    let list = plan["planned_values"]["root_module"]["resources"]
        .as_array()
        .unwrap()
        .clone();
    let values = list
        .into_iter()
        .map(|mut own| own["values"].take())
        .collect();
    let text = text_of(&files[0]).unwrap().to_owned();
    parse_body(&text).unwrap();
    Ok((text, values))
}

const ANYONE: &str = "0.0.0.0/0";

#[test]
fn a_list_is_left_with_what_stays() {
    let before = "resource \"aws_security_group_rule\" \"a\" {\n  cidr_blocks = [\"10.1.0.0/16\", \"10.9.0.0/16\"]\n}\n";
    let found = narrowed(
        before,
        ("aws_security_group_rule.a", 1),
        json!({"cidr_blocks": ["10.1.0.0/16", "10.9.0.0/16"]}),
        ("10.0.0.0/8", &["10.1.16.0/20", "10.9.0.0/16"]),
    );
    let after = before.replace("10.1.0.0/16", "10.1.16.0/20");
    assert_eq!(
        found,
        Ok((
            after,
            vec![json!({"cidr_blocks": ["10.1.16.0/20", "10.9.0.0/16"]})]
        ))
    );
}

#[test]
fn one_block_that_becomes_two_is_two_rules() {
    let one = |name: &str, block: &str| {
        format!(
            "resource \"aws_vpc_security_group_ingress_rule\" \"{name}\" {{\n  cidr_ipv4 = \"{block}\"\n}}"
        )
    };
    let found = narrowed(
        &(one("a", ANYONE) + "\n"),
        ("aws_vpc_security_group_ingress_rule.a", 1),
        json!({"cidr_ipv4": ANYONE, "from_port": 5432}),
        (ANYONE, &["10.1.0.0/20", "10.2.0.0/20"]),
    );
    let (text, values) = found.unwrap();
    assert_eq!(
        text,
        format!(
            "{}\n\n{}\n",
            one("a", "10.1.0.0/20"),
            one("a_2", "10.2.0.0/20")
        )
    );
    assert_eq!(
        values,
        [
            json!({"cidr_ipv4": "10.1.0.0/20", "from_port": 5432}),
            json!({"cidr_ipv4": "10.2.0.0/20", "from_port": 5432}),
        ]
    );
}

/// Of two blocks of one kind the one at the line of the rule changes, and in the plan the element that says the same.
#[test]
fn a_block_in_a_resource_is_told_from_others() {
    let before = "resource \"aws_security_group\" \"a\" {\n  ingress {\n    from_port   = 1\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }\n  ingress {\n    from_port   = 2\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }\n}\n";
    let element = |port: u16, block: &str| json!({"from_port": port, "cidr_blocks": [block]});
    let check = |after: &[&str], text: &str, left: Vec<Value>| {
        let values = json!({"ingress": [element(2, ANYONE), element(1, ANYONE)]});
        let found = narrowed(before, ("aws_security_group.a", 6), values, (ANYONE, after));
        assert_eq!(found, Ok((text.to_owned(), vec![json!({"ingress": left})])));
    };
    let block = "  ingress {\n    from_port   = 2\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }\n";
    check(
        &["10.1.0.0/20"],
        &before.replace(block, &block.replace(ANYONE, "10.1.0.0/20")),
        vec![element(2, "10.1.0.0/20"), element(1, ANYONE)],
    );
    // Nobody needs it: the block goes.
    check(&[], &before.replace(block, ""), vec![element(1, ANYONE)]);
}

#[test]
fn a_word_of_azure_becomes_a_list() {
    let before = "resource \"azurerm_network_security_rule\" \"a\" {\n  source_address_prefix = \"VirtualNetwork\"\n}\n";
    let found = narrowed(
        before,
        ("azurerm_network_security_rule.a", 1),
        json!({"source_address_prefix": "VirtualNetwork", "source_address_prefixes": null}),
        ("10.0.0.0/8", &["10.1.0.0/20", "10.2.0.0/20"]),
    );
    let after = before.replace("source_address_prefix =", "source_address_prefixes =");
    let after = after.replace("\"VirtualNetwork\"", "[\"10.1.0.0/20\", \"10.2.0.0/20\"]");
    let values = json!({"source_address_prefix": null, "source_address_prefixes": ["10.1.0.0/20", "10.2.0.0/20"]});
    assert_eq!(found, Ok((after, vec![values])));
}

/// The place of a rule of Google is its `allow`, and the ranges stand beside it.
#[test]
fn ranges_of_google_stand_beside_what_they_allow() {
    let before = "resource \"google_compute_firewall\" \"a\" {\n  source_ranges = [\"0.0.0.0/0\"]\n  allow {\n    protocol = \"tcp\"\n  }\n}\n";
    let found = narrowed(
        before,
        ("google_compute_firewall.a", 3),
        json!({"source_ranges": [ANYONE]}),
        (ANYONE, &["10.1.0.0/20"]),
    );
    let after = before.replace(ANYONE, "10.1.0.0/20");
    assert_eq!(
        found,
        Ok((after, vec![json!({"source_ranges": ["10.1.0.0/20"]})]))
    );
}

/// No second rule of an ACL may have the number of the first: one block covers both, where one is narrower than before.
#[test]
fn a_numbered_rule_is_left_with_one_block() {
    let before = "resource \"aws_network_acl_rule\" \"a\" {\n  cidr_block = \"10.0.0.0/8\"\n}\n";
    let check = |after: &[&str]| {
        let values = json!({"cidr_block": "10.0.0.0/8"});
        narrowed(
            before,
            ("aws_network_acl_rule.a", 1),
            values,
            ("10.0.0.0/8", after),
        )
    };
    let (text, values) = check(&["10.1.0.0/20", "10.1.32.0/20"]).unwrap();
    assert_eq!(text, before.replace("10.0.0.0/8", "10.1.0.0/18"));
    assert_eq!(values, [json!({"cidr_block": "10.1.0.0/18"})]);
    let why = check(&["10.1.0.0/20", "10.200.0.0/20"]).unwrap_err();
    assert_eq!(
        why,
        "`cidr_block` holds one block, and no narrower one covers what is to stay"
    );
}

#[test]
fn what_stands_for_several_is_left_alone() {
    let why = |text: &str, address: &str| {
        narrowed(text, (address, 1), json!({}), (ANYONE, &["10.1.0.0/20"])).unwrap_err()
    };
    let many = "resource \"aws_security_group_rule\" \"a\" {\n  count = 2\n  cidr_blocks = [\"0.0.0.0/0\"]\n}\n";
    let several = "is one of several that one block makes, or stands in a module";
    assert_eq!(
        why(many, "aws_security_group_rule.a"),
        format!("`aws_security_group_rule.a` {several}")
    );
    assert_eq!(
        why(many, "module.m.aws_security_group_rule.a"),
        format!("`module.m.aws_security_group_rule.a` {several}")
    );
    let made = "resource \"aws_security_group_rule\" \"a\" {\n  cidr_blocks = var.blocks\n}\n";
    assert!(
        why(made, "aws_security_group_rule.a").starts_with("`cidr_blocks` is neither a literal")
    );
}
