//! The demo of `docs/demo.md`: what it prints stands there, to the letter.

use std::process::Command;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/demo.md");

/// The fenced block that follows a mark in the page.
fn block(page: &str, mark: &str) -> String {
    let (_, after) = page.split_once(&format!("<!-- {mark} -->")).unwrap();
    let (_, inside) = after.split_once("```").unwrap();
    let (_, text) = inside.split_once('\n').unwrap();
    text.split_once("\n```").unwrap().0.to_owned()
}

#[test]
fn the_demo_prints_what_the_page_shows() {
    let page = std::fs::read_to_string(PAGE).unwrap();
    let command = block(&page, "the demo command");
    let arguments: Vec<&str> = command
        .split(" -- ")
        .nth(1)
        .unwrap()
        .split_whitespace()
        .collect();
    let output = Command::new(env!("CARGO_BIN_EXE_crosspeer"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(arguments)
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    assert_eq!(
        output.status.code(),
        Some(1),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let printed = String::from_utf8(output.stdout).unwrap();
    let lines = printed.lines().map(|line| line.chars().count());
    assert!(
        lines.clone().count() <= 68,
        "the demo takes {} lines",
        lines.count()
    );
    assert!(
        lines.max() <= Some(120),
        "a line of the demo is over 120 columns"
    );
    let shown = block(&page, "the demo's output");
    if std::env::var_os("CROSSPEER_UPDATE").is_some() {
        std::fs::write(PAGE, page.replace(&shown, printed.trim_end())).unwrap();
        return;
    }
    assert_eq!(printed.trim_end(), shown.trim_end());
}

#[test]
fn the_demo_shows_most_rules() {
    let output = Command::new(env!("CARGO_BIN_EXE_crosspeer"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args([
            "scan",
            "--plan",
            "testdata/demo/plan.json",
            "--tf",
            "testdata/demo/infra",
            "testdata/demo/rendered",
            "--no-config",
            "--format",
            "json",
        ])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    for rule in [
        "CP101", "CP102", "CP103", "CP104", "CP201", "CP203", "CP204",
    ] {
        assert!(
            text.contains(&format!("\"{rule}\"")),
            "no {rule} in the demo"
        );
    }
}

#[test]
fn each_format_writes_the_demo_and_an_input_without_findings() {
    let demo = [
        "--plan",
        "testdata/demo/plan.json",
        "--tf",
        "testdata/demo/infra",
        "testdata/demo/rendered",
    ];
    for format in crosspeer::report::FORMATS {
        for (inputs, least) in [(&demo[..], 500), (&["testdata/demo/infra/peering.tf"], 1)] {
            let output = Command::new(env!("CARGO_BIN_EXE_crosspeer"))
                .current_dir(env!("CARGO_MANIFEST_DIR"))
                .args(["scan", "--no-config", "--fail-on", "none", "--format"])
                .arg(format.name)
                .args(inputs)
                .output()
                .unwrap();
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{}: {told}", format.name);
            assert!(output.stdout.len() >= least, "{}: {told}", format.name);
            if format.medium == crosspeer::report::Medium::Json {
                serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap();
            }
        }
    }
}
