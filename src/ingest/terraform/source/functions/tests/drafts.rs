//! What is known of texts of which parts are not.

use crate::ingest::terraform::source::testing::Fixture;

const SOURCE: &str = r#"
resource "a" "x" {}
resource "a" "y" { count = 2 }
variable "unset" {}
locals {
  json = jsonencode({ env = { A = "1", B = a.x.id }, on = true, ids = a.y[*].id, name = "n-${a.x.id}" })
}
"#;

#[test]
fn known_parts_stay_known() {
    let plan = [
        r#"a.x {"id": "?"}"#,
        r#"a.y[0] {"id": "?"}"#,
        r#"a.y[1] {"id": "?"}"#,
    ];
    let fixture = Fixture::new(&[("main.tf", SOURCE)], &plan);
    for (expression, expected) in [
        (
            "local.json",
            r#""{\"env\":{\"A\":\"1\",\"B\":\"${a.x.id}\"},\"ids\":[\"${a.y[0].id}\",\"${a.y[1].id}\"],\"name\":\"n-${a.x.id}\",\"on\":true}""#,
        ),
        (
            "jsondecode(local.json)",
            r#"{env = {A = "1", B = a.x.id}, ids = [a.y[0].id, a.y[1].id], name = "n-${a.x.id}", on = true}"#,
        ),
        ("jsondecode(local.json).ids[1]", "a.y[1].id"),
        (
            "jsondecode(jsonencode({ v = local.json })).v == null",
            "false",
        ),
        (r#"yamldecode("k: ${a.x.id}\nl: 2\n").l"#, "2"),
        (r#"yamldecode("k: ${a.x.id}\nl: 2\n").k"#, "a.x.id"),
        (
            "yamldecode(yamlencode({ a = 1, b = a.x.id }))",
            "{a = 1, b = a.x.id}",
        ),
        ("yamldecode(yamlencode({ a = [true] })).a", "[true]"),
        (r#"join("/", ["p", a.x.id])"#, r#""p/${a.x.id}""#),
        (r#"join(",", a.y[*].id)"#, r#""${a.y[0].id},${a.y[1].id}""#),
        (
            r#"format("%s-%d-%s", "p", 3, a.x.id)"#,
            r#""p-3-${a.x.id}""#,
        ),
        (r#"format("%5s", a.x.id)"#, "?(a.x.id)"),
        (
            r#"formatlist("arn/%s", a.y[*].id)"#,
            r#"["arn/${a.y[0].id}", "arn/${a.y[1].id}"]"#,
        ),
        (
            r#""%{ for id in a.y[*].id }- ${id};%{ endfor }""#,
            r#""- ${a.y[0].id};- ${a.y[1].id};""#,
        ),
        // What may be more than one word.
        (r#""k: ${var.unset}""#, r#""k: ${?()...}""#),
        (
            r#"jsonencode({ k = var.unset })"#,
            r#""{\"k\":\"${?()}\"}""#,
        ),
        (
            r#"base64encode("k: ${a.x.id}")"#,
            r#"base64("k: ${a.x.id}")"#,
        ),
        (
            r#"base64decode(base64encode("k: ${a.x.id}"))"#,
            r#""k: ${a.x.id}""#,
        ),
        (r#"jsondecode(base64encode("[${a.x.id}]"))"#, "?(a.x.id)"),
        (
            r#""x ${base64encode("k: ${a.x.id}")}""#,
            r#""x ${base64(\"k: ${a.x.id}\")}""#,
        ),
        (r#"try(jsondecode("{${a.x.id}"), "no")"#, "?(a.x.id)"),
        (r#""x-${a.x.id}" == "x""#, "?(a.x.id)"),
        (r#"coalesce("", "x-${a.x.id}", "y")"#, r#""x-${a.x.id}""#),
        (r#"tonumber("1${a.x.id}")"#, "?(a.x.id)"),
    ] {
        assert_eq!(fixture.value(expression), expected, "{expression}");
    }
}
