//! What a use of the Action puts out, uploads and fails by.

use super::{Job, Use, commands, copied, scans};
use serde_json::{Value, json};

pub const DEPLOYMENT: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: web}]}\n";
const DENY: &str = "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny, namespace: shop}\nspec:\n  podSelector: {}\n  policyTypes: [Ingress, Egress]\n";

/// The demo in a checkout.
pub fn demo() -> Job {
    let job = Job::new();
    for folder in ["infra", "rendered"] {
        copied(&job, &format!("testdata/demo/{folder}"), folder);
    }
    let plan = std::fs::read_to_string(job.action.join("testdata/demo/plan.json")).unwrap();
    job.write("plan.json", &plan);
    job
}

pub const DEMO: &[(&str, &str)] = &[
    ("plan", "plan.json"),
    ("terraform-dir", "infra"),
    ("manifests", "rendered"),
];

fn report(done: &Use) -> Value {
    serde_json::from_str(&std::fs::read_to_string(&done.outputs["json-file"]).unwrap()).unwrap()
}

#[test]
fn a_scan_puts_out_what_it_found_and_fails_last() {
    let job = demo();
    let done = scans(&job, DEMO);
    let report = report(&done);
    let findings = report["findings"].as_array().unwrap();
    let new = findings
        .iter()
        .filter(|finding| finding["new"] == true)
        .count();
    assert!(new > 0 && new < findings.len());
    for (output, expected) in [
        ("findings", findings.len().to_string()),
        ("new-findings", new.to_string()),
        ("highest-severity", "high".to_owned()),
        ("exit-code", "1".to_owned()),
    ] {
        assert_eq!(done.outputs[output], expected, "{output}");
    }
    assert_eq!(done.code, 1);
    assert_eq!(done.ran, ["Scan", "Upload SARIF", "Result"]);
    assert_eq!(done.used[0]["sarif_file"], done.outputs["sarif-file"]);
    assert!(done.summary.contains("aws_vpc_peering_connection.app_data"));
    assert_eq!(commands(&done.log), [""; 0], "annotations are asked for");
}

#[test]
fn nothing_found_is_no_failure() {
    let job = Job::new();
    job.write("a.yaml", &format!("{DEPLOYMENT}{DENY}"));
    let done = scans(
        &job,
        &[
            ("manifests", "a.yaml"),
            ("min-severity", "high"),
            ("summary", "false"),
        ],
    );
    assert_eq!(
        (done.code, done.outputs["findings"].as_str()),
        (0, "0"),
        "{done:?}"
    );
    assert_eq!(done.outputs["highest-severity"], "none");
    assert_eq!(done.summary, "");
}

#[test]
fn annotations_stand_on_the_lines_of_the_findings() {
    let inputs = [
        DEMO,
        &[
            ("annotations", "true"),
            ("fail-on", "none"),
            ("upload-sarif", "false"),
        ],
    ]
    .concat();
    let done = scans(&demo(), &inputs);
    let commands = commands(&done.log);
    assert!(!commands.is_empty());
    for command in commands {
        assert!(
            command.starts_with("::error file=")
                || command.starts_with("::warning file=")
                || command.starts_with("::notice "),
            "{command}"
        );
    }
    assert_eq!(
        (done.code, done.ran),
        (0, vec!["Scan".to_owned(), "Result".to_owned()])
    );
}

#[test]
fn a_report_that_lacks_a_part_is_not_uploaded() {
    let job = demo();
    job.write(
        "rendered/broken.yaml",
        "apiVersion: v1\nkind: Service\nmetadata: {name: [}\n",
    );
    let done = scans(&job, DEMO);
    assert_eq!((done.code, done.used.len()), (2, 0), "{done:?}");
    assert!(
        done.log
            .contains("alerts of that part would count as closed"),
        "{}",
        done.log
    );
    assert_eq!(
        done.outputs["findings"],
        report(&done)["findings"]
            .as_array()
            .unwrap()
            .len()
            .to_string()
    );

    // What is no error but a gap counts alike: exit code 1, and 3 under strict.
    let job = demo();
    std::fs::write(
        job.folder("checkout/rendered/latin.yaml"),
        b"apiVersion: v1\nkind: Service\nmetadata: {name: \xe9}\n",
    )
    .unwrap();
    for (strict, code) in [("false", 1), ("true", 3)] {
        let done = scans(&job, &[DEMO, &[("strict", strict)]].concat());
        assert_eq!((done.code, done.used.len()), (code, 0), "{done:?}");
    }
}

#[test]
fn without_a_report_nothing_is_uploaded_and_the_job_fails() {
    let done = scans(&Job::new(), &[("manifests", "missing.yaml")]);
    assert_eq!((done.code, done.used.len()), (2, 0), "{done:?}");
    assert_eq!(done.outputs["findings"], "");
    let done = Job::new().uses(&[("path-to-binary", "no/such/binary")]);
    assert_ne!(done.code, 0, "{done:?}");
}

#[test]
fn a_token_that_may_not_write_uploads_nothing() {
    let request = |from: &str| json!({"pull_request": {"head": {"repo": {"full_name": from}}}});
    for (event, actor, uploads) in [
        (request("shop/shop"), "octocat", 1),
        (request("someone/shop"), "octocat", 0),
        (
            json!({"pull_request": {"head": {"repo": null}}}),
            "octocat",
            0,
        ),
        (request("shop/shop"), "dependabot[bot]", 0),
        (json!({}), "octocat", 1),
    ] {
        let mut job = demo();
        job.github["event"] = event.clone();
        job.github["actor"] = actor.into();
        let done = scans(&job, DEMO);
        assert_eq!(done.used.len(), uploads, "{event} {actor}");
        assert!(!done.summary.is_empty() && done.code == 1);
    }
}

#[test]
fn lists_are_trimmed_and_names_with_dashes_are_paths() {
    let job = Job::new();
    job.write("--help", &DEPLOYMENT.replace("shop", "one"));
    job.write("-", &DEPLOYMENT.replace("shop", "two"));
    job.write("with space.yaml", &DEPLOYMENT.replace("shop", "three"));
    let done = scans(
        &job,
        &[
            ("manifests", "\n  --help\t\r\n\n-\n  with space.yaml  \n"),
            ("fail-on", "none"),
        ],
    );
    assert_eq!(done.code, 0, "{done:?}");
    let report = report(&done).to_string();
    for namespace in ["one", "two", "three"] {
        assert!(
            report.contains(&format!("{namespace}/web"))
                || report.contains(&format!("`{namespace}`")),
            "{report}"
        );
    }
}

#[test]
fn a_pull_request_is_blamed_only_for_what_it_opens() {
    let job = Job::new();
    job.write("base/a.yaml", &format!("{DEPLOYMENT}{DENY}"));
    job.write("head/a.yaml", DEPLOYMENT);
    let done = scans(
        &job,
        &[
            ("manifests", "head"),
            ("base", "base"),
            ("new-only", "true"),
            ("fail-on", "medium"),
        ],
    );
    assert_eq!(
        (
            done.code,
            done.outputs["new-findings"] == done.outputs["findings"]
        ),
        (1, true),
        "{done:?}"
    );
    let job = Job::new();
    job.write("head/a.yaml", DEPLOYMENT);
    let done = scans(
        &job,
        &[
            ("manifests", "head"),
            ("base", "head"),
            ("new-only", "true"),
            ("fail-on", "low"),
        ],
    );
    assert_eq!(
        (done.code, done.outputs["findings"].as_str()),
        (0, "0"),
        "{done:?}"
    );
    let job = demo();
    let same = [
        DEMO,
        &[
            ("base-plan", "plan.json"),
            ("base", "rendered"),
            ("new-only", "true"),
        ],
    ]
    .concat();
    let done = scans(&job, &same);
    assert_eq!(done.outputs["new-findings"], "0", "{done:?}");
}

#[test]
fn a_baseline_and_a_binary_of_the_checkout_are_found_from_the_working_directory() {
    let job = Job::new();
    job.write("deep/a.yaml", DEPLOYMENT);
    let real = env!("CARGO_BIN_EXE_crosspeer");
    std::os::unix::fs::symlink(real, job.folder("checkout/deep/crosspeer")).unwrap();
    let written = std::process::Command::new(real)
        .current_dir(job.folder("checkout/deep"))
        .args([
            "scan",
            "--no-config",
            "--write-baseline",
            "./-b.json",
            "a.yaml",
        ])
        .status();
    assert!(written.unwrap().success());
    let inputs = [
        ("path-to-binary", "crosspeer"),
        ("working-directory", "deep"),
        ("manifests", "a.yaml"),
        ("fail-on", "low"),
    ];
    let without = job.uses(&inputs);
    assert_eq!(without.code, 1, "{without:?}");
    let done = job.uses(&[&inputs[..], &[("baseline", "-b.json")]].concat());
    assert_eq!(
        (done.code, done.outputs["findings"].as_str()),
        (0, "0"),
        "{done:?}"
    );
}

#[test]
fn every_action_that_is_used_is_pinned_by_its_commit() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = vec![root.join("action.yml")];
    let workflows = std::fs::read_dir(root.join(".github/workflows")).unwrap();
    files.extend(workflows.map(|entry| entry.unwrap().path()));
    let mut seen = 0;
    for file in files {
        for line in std::fs::read_to_string(&file).unwrap().lines() {
            let Some((_, used)) = line.split_once("uses: ") else {
                continue;
            };
            let commit = used
                .split('#')
                .next()
                .unwrap()
                .trim()
                .rsplit('@')
                .next()
                .unwrap();
            assert!(
                commit.len() == 40 && commit.chars().all(|c| c.is_ascii_hexdigit()),
                "{line}"
            );
            seen += 1;
        }
    }
    assert!(seen >= 2);
}

#[test]
fn every_input_of_the_scan_reaches_it() {
    let job = Job::new();
    job.tool("given", "for one; do echo \"given $one\"; done");
    let binary = job.folder("tools/given");
    let options = [
        ("plan", "--plan"),
        ("plan-file", "--plan-file"),
        ("manifests", "--manifests"),
        ("chart", "--chart"),
        ("base", "--base"),
        ("base-plan", "--base"),
        ("terraform-dir", "--tf"),
        ("rules", "--rules"),
        ("config", "--config"),
        ("baseline", "--baseline"),
    ];
    let values = options.map(|(input, _)| (input, format!("-of-{input}")));
    let mut inputs: Vec<(&str, &str)> = values
        .iter()
        .map(|(input, value)| (*input, value.as_str()))
        .collect();
    inputs.extend([
        ("path-to-binary", binary.to_str().unwrap()),
        ("min-severity", "low"),
        ("fail-on", "none"),
    ]);
    inputs.extend([("new-only", "true"), ("strict", "true")]);
    let log = job.uses(&inputs).log;
    let given = |what: &str| log.lines().any(|line| line == format!("given {what}"));
    for (input, option) in options {
        assert!(given(&format!("{option}=./-of-{input}")), "{input}: {log}");
    }
    for option in [
        "--min-severity=low",
        "--fail-on=none",
        "--new-only",
        "--strict",
    ] {
        assert!(given(option), "{option}: {log}");
    }
    let log = job
        .uses(&[("path-to-binary", binary.to_str().unwrap())])
        .log;
    for option in ["--new-only", "--strict", "--config", "--fail-on"] {
        assert!(
            !log.contains(option),
            "what is not set does not override the configuration: {log}"
        );
    }
}
