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

/// Files that expressions read, with what is known of their variables.
#[test]
fn files_are_read_and_templates_filled() {
    let files = [
        (
            "main.tf",
            "resource \"a\" \"x\" {}\nvariable \"unset\" {}\nmodule \"m\" { source = \"./m\" }",
        ),
        (
            "m/main.tf",
            "output \"script\" {\n value = templatefile(\"${path.module}/s.tpl\", { name = \"c\" })\n}",
        ),
        ("m/s.tpl", "join ${name}\n"),
        (
            "t/user.tpl",
            "sh\n%{ for id in ids ~}\nadd ${id}\n%{ endfor ~}\njoin ${cluster} ${unset}\n",
        ),
        (
            "nets.yaml",
            "main: {cidr: 10.0.0.0/16}\nfar: {cidr: 10.1.0.0/16}\n",
        ),
    ];
    let fixture = Fixture::new(&files, &[r#"a.x {"id": "?"}"#]);
    for (expression, expected) in [
        (
            r#"yamldecode(file("nets.yaml")).far.cidr"#,
            r#""10.1.0.0/16""#,
        ),
        (
            r#"[for name, net in yamldecode(file("${path.module}/nets.yaml")) : name]"#,
            r#"["far", "main"]"#,
        ),
        (
            r#"templatefile("t/user.tpl", { ids = [a.x.id, "b"], cluster = "c", unset = 1 })"#,
            r#""sh\nadd ${a.x.id}\nadd b\njoin c 1\n""#,
        ),
        ("module.m.script", r#""join c\n""#),
        (r#"file("none")"#, "?()"),
        (r#"templatefile("none", { v = a.x.id })"#, "?(a.x.id)"),
        (r#"templatefile("m/s.tpl", var.unset)"#, "?()"),
        (r#"templatefile("m/s.tpl", { other = 1 })"#, "invalid"),
    ] {
        assert_eq!(fixture.value(expression), expected, "{expression}");
    }
}
