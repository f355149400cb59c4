//! Configuration in JSON means what its twin in the native syntax means.

use super::super::testing::{Fixture, tree};
use super::native;
use std::sync::Arc;

const PLANNED: &[&str] = &[
    r#"module.net["a"].aws_vpc.this"#,
    "aws_subnet.s[0]",
    "aws_subnet.s[1]",
    r#"aws_security_group.g {"name": "g"}"#,
    "aws_route_table.r",
    "data.aws_vpc.d",
];

const MODULE: &str = r#"{
  "variable": {"cidr": {"type": "string"}, "tags": {"type": "map(string)", "default": {}}},
  "resource": {"aws_vpc": {"this": {"cidr_block": "${var.cidr}", "tags": "${merge(var.tags, {Name = \"x\"})}"}}},
  "output": {"vpc_id": {"value": "${aws_vpc.this.id}"}}
}"#;

const ROOT: &str = r#"{
  "//": "made by a generator",
  "terraform": {"required_version": "> 1"},
  "locals": [{"keys": ["a"]}, {"vpc": "${module.net[\"a\"].vpc_id}", "text": "a \"quoted\" $${x} \\n"}],
  "module": {"net": {"source": "./net", "for_each": "${toset(local.keys)}", "cidr": "10.0.0.0/16", "tags": {"k-${each.key}": "v"}}},
  "data": {"aws_vpc": {"d": {"tags": {"Name": "x"}}}},
  "resource": {
    "aws_subnet": {
      "s": {
        "count": 2,
        "vpc_id": "${local.vpc}",
        "cidr_block": "${cidrsubnet(\"10.0.0.0/16\", 8, count.index)}",
        "depends_on": ["module.net"]
      }
    },
    "aws_security_group": {"g": [{"name": "g", "dynamic": {"ingress": {
      "for_each": "${[80, 443]}", "iterator": "it", "content": {"from_port": "${it.value}", "self": true}
    }}}]},
    "aws_route_table": {"r": {
      "vpc_id": "${data.aws_vpc.d.id}",
      "route": [{"cidr_block": "10.1.0.0/16", "gateway_id": null}]
    }}
  }
}"#;

#[test]
fn json_is_evaluated_as_native_syntax() {
    let fixture = Fixture::new(
        &[("main.tf.json", ROOT), ("net/main.tf.json", MODULE)],
        PLANNED,
    );
    for (address, expected) in [
        (
            r#"module.net["a"].aws_vpc.this"#,
            r#"{cidr_block = "10.0.0.0/16", tags = {Name = "x", k-a = "v"}}"#,
        ),
        (
            "aws_subnet.s[1]",
            r#"{cidr_block = "10.0.1.0/24", vpc_id = module.net["a"].aws_vpc.this.id}"#,
        ),
        (
            "aws_security_group.g",
            r#"{ingress = [{from_port = 80, self = true}, {from_port = 443, self = true}], name = "g"}"#,
        ),
        (
            "aws_route_table.r",
            r#"{route = [{cidr_block = "10.1.0.0/16", gateway_id = null}], vpc_id = data.aws_vpc.d.id}"#,
        ),
    ] {
        assert_eq!(fixture.body(address), expected, "{address}");
    }
    assert_eq!(fixture.value("local.text"), r#""a \"quoted\" ${x} \\n""#);
}

#[test]
fn places_are_those_in_the_json() {
    let text = "{\n  \"resource\": {\n    \"aws_vpc\": {\n      \"a\": {\n        \"cidr_block\": \"10.0.0.0/16\"\n      }\n    }\n  }\n}\n";
    //                                                    line 4, column 7              line 5, column 9
    let (tree, errors) = tree(&[("main.tf.json", text)]);
    assert_eq!(errors, []);
    let placed = tree.place("aws_vpc.a").unwrap();
    assert_eq!((placed.block.place.line, placed.block.place.column), (4, 7));
    let attribute = placed.lines.get("cidr_block").unwrap();
    assert_eq!((attribute.place.line, attribute.place.column), (5, 9));
}

#[test]
fn what_is_no_json_or_no_expression_is_told_with_its_line() {
    for (text, line, words) in [
        ("{\n  \"locals\": {\n", 3, "the text ends inside of a value"),
        (
            "{\n  \"locals\": {\n    \"a\": \"${1 +}\"\n  }\n}",
            3,
            "no valid HCL",
        ),
    ] {
        let (_, errors) = tree(&[("main.tf.json", text)]);
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert!(
            errors[0].message.contains(words) && errors[0].line == line,
            "{errors:?}"
        );
    }
}

#[test]
fn any_text_survives_as_a_template() {
    for (text, expected) in [
        (r#"{"locals": {"a": "}"}}"#, "locals {\na = \"}\"\n}\n"),
        (
            r#"{"locals": {"a": "${x[\"}\"]}-\"b\""}}"#,
            "locals {\na = \"${x[\"}\"]}-\\\"b\\\"\"\n}\n",
        ),
        (
            r#"{"locals": {"a": "${open"}}"#,
            "locals {\na = \"$${open\"\n}\n",
        ),
        (
            r#"{"locals": {"a": [1, true, null, 1.5e3]}}"#,
            "locals {\na = [1, true, null, 1.5e3, ]\n}\n",
        ),
        (r#"{"moved": {"from": "a", "to": "b"}}"#, ""),
    ] {
        assert_eq!(
            native(&Arc::from("x.tf.json"), text).unwrap().text,
            expected,
            "{text}"
        );
    }
}
