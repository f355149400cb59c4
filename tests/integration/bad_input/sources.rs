//! Terraform sources that are wrong or ask for much, each with its exit code and the first line of what is said.

use super::{Row, hold};

const PLAN: &str = r#"{"format_version":"1.2","planned_values":{},"resource_changes":[{"address":"aws_vpc.a","mode":"managed","type":"aws_vpc","name":"a","change":{"actions":["create"],"after":{"cidr_block":"10.0.0.0/16"},"after_unknown":{"id":true}}}],"configuration":{"root_module":{}}}"#;

/// A network whose block is a local, among these locals.
fn locals(text: &str, block: &str) -> Vec<u8> {
    format!("locals {{\n{text}}}\nresource \"aws_vpc\" \"a\" {{\n  cidr_block = {block}\n}}\n")
        .into_bytes()
}

fn sources() -> Vec<Row> {
    let nested = "error: `tf/main.tf:2:71`: no valid HCL, invalid nesting depth; expected at most 64 nested levels; this file is left out: run `terraform validate` and correct it";
    vec![
        (
            "not closed",
            "resource \"a\" {\n".into(),
            2,
            "error: `tf/main.tf:1:15`: no valid HCL, invalid block body; expected `}`, newline or identifier; this file is left out: run `terraform validate` and correct it",
        ),
        (
            "text not ended",
            "locals {\n  a = <<EOT\nx\n".into(),
            2,
            "error: `tf/main.tf:3:1`: no valid HCL, expected heredoc end delimiter; this file is left out: run `terraform validate` and correct it",
        ),
        (
            "deep",
            format!(
                "locals {{\n  a = {}1{}\n}}\n",
                "(".repeat(50_000),
                ")".repeat(50_000)
            )
            .into(),
            2,
            nested,
        ),
        (
            "many signs",
            format!("locals {{\n  a = {}1\n}}\n", "-".repeat(20_000)).into(),
            2,
            nested,
        ),
        (
            "no UTF-8",
            b"locals {\n  a = \"\xe9\"\n}\n".to_vec(),
            2,
            "error: `tf/main.tf:2:8`: a byte that is no UTF-8; save the file as UTF-8",
        ),
        ("NUL", "locals {\n  a = \"\0\"\n}\n".into(), 0, ""),
    ]
}

/// What means little and asks for much.
fn costly() -> Vec<Row> {
    let doubled = (0..40).map(|n| format!("  a{} = \"${{local.a{n}}}${{local.a{n}}}\"\n", n + 1));
    let doubled: String = doubled.collect();
    vec![
        (
            "circle of locals",
            locals("  a = local.b\n  b = local.a\n", "local.a"),
            0,
            "",
        ),
        (
            "local of itself",
            locals("  a = [local.a]\n", "local.a[0]"),
            0,
            "",
        ),
        (
            "long range",
            locals("  b = [for x in range(1e9) : x]\n", "local.b[0]"),
            0,
            "",
        ),
        (
            "wide format",
            locals("  a = format(\"%1000000000d\", 1)\n", "local.a"),
            0,
            "",
        ),
        (
            "doubled forty times",
            locals(&format!("  a0 = \"xxxxxxxxxx\"\n{doubled}"), "local.a40"),
            0,
            "",
        ),
        (
            "large product",
            locals(
                "  s = range(1000)\n  a = setproduct(local.s, local.s, local.s)\n",
                "local.a[0]",
            ),
            0,
            "",
        ),
    ]
}

#[test]
fn sources_that_are_wrong_are_told_in_time() {
    hold("sources", [sources(), costly()].concat(), |text| {
        let files = vec![("p.json", PLAN.into()), ("tf/main.tf", text)];
        (files, vec!["--plan", "p.json", "--tf", "tf"])
    });
}

/// Modules that call each other without end, and broken JSON syntax, stand in files of their own.
#[test]
fn modules_in_a_circle_come_to_an_end() {
    let rows: Vec<Row> = vec![
        (
            "each other",
            "module \"n\" {\n  source = \"../m\"\n}\n".into(),
            0,
            "",
        ),
        (
            "the root",
            "module \"n\" {\n  source = \"..\"\n}\n".into(),
            0,
            "",
        ),
    ];
    hold("modules", rows, |text| {
        let files = vec![
            ("p.json", PLAN.into()),
            (
                "tf/main.tf",
                "module \"m\" {\n  source = \"./m\"\n}\n".into(),
            ),
            ("tf/m/main.tf", text),
        ];
        (files, vec!["--quiet", "--plan", "p.json", "--tf", "tf"])
    });
    let rows: Vec<Row> = vec![(
        "broken JSON",
        "{\"locals\": [".into(),
        2,
        "error: `tf/b.tf.json:1:12`: the text ends inside of a value: it is cut off; this file is left out: run `terraform validate` and correct it",
    )];
    hold("json", rows, |text| {
        (
            vec![("p.json", PLAN.into()), ("tf/b.tf.json", text)],
            vec!["--plan", "p.json", "--tf", "tf"],
        )
    });
}
