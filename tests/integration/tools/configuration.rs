//! Files that are named and that a pull request can make a link: configuration, rules, baselines, reports.

use super::{CHART, Sandbox, said};
use std::os::unix::fs::symlink;

/// A repository and a file outside of it that no report may quote.
fn place() -> Sandbox {
    let place = Sandbox::new(CHART);
    std::fs::create_dir_all(place.home.path().join("outside")).unwrap();
    std::fs::write(place.home.path().join("outside/x.yaml"), "canary: [\n").unwrap();
    place
}

#[test]
fn a_configuration_leads_to_nothing_outside_of_the_repository() {
    for key in [
        "clusters: [{address: a, manifests: [PATH]}]",
        "charts: [{path: PATH}]",
        "charts: [{path: charts/web, values: [PATH]}]",
        "rules: [PATH]",
        "baseline: PATH",
    ] {
        let place = place();
        symlink("../outside", place.repository().join("link")).unwrap();
        let absolute = place.home.path().join("outside/x.yaml");
        for path in [
            "../outside/x.yaml",
            "link/x.yaml",
            absolute.to_str().unwrap(),
            "/etc/hostname",
        ] {
            place.write(&[("crosspeer.yaml", &key.replace("PATH", path))]);
            for arguments in [&["scan"][..], &["scan", "--config", "crosspeer.yaml"]] {
                let output = place.run(arguments);
                let said = said(&output);
                assert_eq!(output.status.code(), Some(2), "{key} {path}: {said}");
                assert!(
                    said.contains("crosspeer.yaml") && said.contains("leads out"),
                    "{key} {path}: {said}"
                );
                assert!(!said.contains("canary"), "{key} {path}: {said}");
            }
        }
    }
}

#[test]
fn a_configuration_a_rule_and_a_baseline_that_are_links_out_are_not_read() {
    let place = place();
    let outside = place.home.path().join("outside/x.yaml");
    std::fs::create_dir(place.repository().join("rules")).unwrap();
    for (link, arguments) in [
        ("crosspeer.yaml", &["scan"][..]),
        ("other.yaml", &["scan", "--config", "other.yaml"]),
        ("rules/x.yaml", &["scan", "--no-config", "--rules", "rules"]),
        (
            "base.json",
            &["scan", "--no-config", "--baseline", "base.json"],
        ),
    ] {
        let link = place.repository().join(link);
        symlink(&outside, &link).unwrap();
        let output = place.run(arguments);
        let said = said(&output);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(
            said.contains("leads out") && !said.contains("canary"),
            "{arguments:?}: {said}"
        );
        std::fs::remove_file(&link).unwrap();
    }
}

#[test]
fn no_report_is_written_through_a_link_out_of_the_repository() {
    let place = place();
    let target = place.home.path().join("outside/target");
    symlink("../outside/target", place.repository().join("report.sarif")).unwrap();
    symlink("../outside", place.repository().join("reports")).unwrap();
    for path in ["report.sarif", "reports/report.sarif"] {
        for option in ["--output", "--write-baseline"] {
            let output = place.run(&["scan", "--no-config", option, path, "charts"]);
            let said = said(&output);
            assert_eq!(output.status.code(), Some(2), "{path}: {said}");
            assert!(said.contains("leads out"), "{path}: {said}");
        }
    }
    assert!(!target.exists());
    assert!(!place.home.path().join("outside/report.sarif").exists());
    // Elsewhere is the user's choice, and a new file in the repository is one.
    for path in [
        place.home.path().join("outside/own.json").to_str().unwrap(),
        "new.json",
    ] {
        let output = place.run(&[
            "scan",
            "--no-config",
            "--fail-on",
            "none",
            "--format",
            "json",
            "--output",
            path,
            "charts",
        ]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    }
}

#[test]
fn modules_outside_of_the_repository_are_not_read() {
    let place = place();
    std::fs::write(place.home.path().join("outside/main.tf"), "canary {").unwrap();
    symlink("../outside", place.repository().join("link")).unwrap();
    for source in ["../outside", "./link", "../../../../../../../../etc"] {
        place.write(&[(
            "main.tf",
            &format!("module \"m\" {{\n  source = \"{source}\"\n}}\n"),
        )]);
        for arguments in [&["--tf", "."][..], &["."]] {
            let output = place.run(&[super::SCAN, arguments].concat());
            let said = said(&output);
            assert!(said.contains("leads out"), "{source}: {said}");
            assert!(!said.contains("canary"), "{source}: {said}");
        }
    }
    // The listing of installed modules is a file of the input as well.
    place.write(&[
        ("main.tf", ""),
        (
            ".terraform/modules/modules.json",
            r#"{"Modules":[{"Key":"m","Source":"x","Dir":"../outside"}]}"#,
        ),
    ]);
    let said = said(&place.run(&[super::SCAN, &["--tf", "."]].concat()));
    assert!(
        said.contains("leads out") && !said.contains("canary"),
        "{said}"
    );
}
