//! The recipes of `docs/ci.md`, as far as a machine without these services can run them: their commands, in a repository that has the
//! layout that the page names, with a Terraform that prints the demo's plan.

use super::Job;
use super::scan::{DEPLOYMENT, demo};
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

fn page() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ci.md")).unwrap()
}

/// The block of a recipe.
fn recipe(name: &str) -> String {
    let page = page();
    let (_, after) = page
        .split_once(&format!("<!-- recipe: {name} -->\n```"))
        .unwrap();
    let (_, block) = after.split_once('\n').unwrap();
    block.split_once("\n```").unwrap().0.to_owned()
}

fn yaml(name: &str) -> Value {
    serde_saphyr::from_str(&recipe(name)).unwrap()
}

/// The demo in a checkout, with crosspeer and a Terraform on the path; its `plan.json` is what the recipe makes.
fn place() -> Job {
    let job = demo();
    let plan = job.folder("checkout/plan.json");
    std::fs::rename(plan, job.folder("the-plan.json")).unwrap();
    let shown = job.folder("the-plan.json");
    job.tool(
        "terraform",
        &format!(
            "case \"$*\" in *show*) cat '{}';; *) echo \"terraform $*\";; esac",
            shown.display()
        ),
    );
    let crosspeer = env!("CARGO_BIN_EXE_crosspeer");
    std::os::unix::fs::symlink(crosspeer, job.folder("tools/crosspeer")).unwrap();
    job
}

/// Runs commands one after the other until one fails.
fn run(job: &Job, folder: &str, commands: &[String]) -> Output {
    let path = format!(
        "{}:{}",
        job.folder("tools").display(),
        std::env::var("PATH").unwrap()
    );
    Command::new("sh")
        .args(["-ec", &commands.join("\n")])
        .current_dir(job.folder("checkout").join(folder))
        .env("PATH", path)
        .envs([
            ("RUNNER_TEMP", job.folder("temporary")),
            ("BUILD_ARTIFACTSTAGINGDIRECTORY", job.folder("temporary")),
        ])
        .envs([
            ("PLANFILE", job.folder("temporary/a.tfplan")),
            ("SHOWFILE", job.folder("temporary/a.json")),
        ])
        .envs([
            ("GIT_AUTHOR_NAME", "a"),
            ("GIT_AUTHOR_EMAIL", "a"),
            ("GIT_COMMITTER_NAME", "a"),
            ("GIT_COMMITTER_EMAIL", "a"),
        ])
        .output()
        .unwrap()
}

/// The texts of an array's elements, or of one key of them.
fn texts(list: &Value, key: Option<&str>) -> Vec<String> {
    let elements = list.as_array().unwrap().iter();
    let texts = elements.filter_map(|one| key.map_or(Some(one), |key| one.get(key))?.as_str());
    texts.map(str::to_owned).collect()
}

/// The commands ended with the findings of the demo, and printed them.
fn found(done: &Output) {
    let out = String::from_utf8_lossy(&done.stdout);
    assert_eq!(
        done.status.code(),
        Some(1),
        "{out}{}",
        String::from_utf8_lossy(&done.stderr)
    );
    assert!(out.contains("aws_vpc_peering_connection.app_data"), "{out}");
}

/// The file is a SARIF log with results.
fn is_sarif(path: &Path) {
    let log: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert!(!log["runs"][0]["results"].as_array().unwrap().is_empty());
}

#[test]
fn gitlab() {
    let (job, recipe) = (place(), yaml("gitlab"));
    found(&run(
        &job,
        ".",
        &texts(&recipe["crosspeer"]["script"], None),
    ));
    let artifacts = &recipe["crosspeer"]["artifacts"];
    for file in texts(&artifacts["paths"], None) {
        assert!(job.folder("checkout").join(&file).is_file(), "{file}");
    }
    let report = |name: &str| {
        let file = artifacts["reports"][name].as_str().unwrap();
        std::fs::read_to_string(job.folder("checkout").join(file)).unwrap()
    };
    assert!(report("junit").contains("<failure "));
    let sast: Value = serde_json::from_str(&report("sast")).unwrap();
    assert!(!sast["vulnerabilities"].as_array().unwrap().is_empty());
}

#[test]
fn azure() {
    let job = place();
    found(&run(
        &job,
        ".",
        &texts(&yaml("azure")["steps"], Some("script")),
    ));
    is_sarif(&job.folder("temporary/crosspeer.sarif"));
}

#[test]
fn jenkins() {
    let (job, text) = (place(), recipe("jenkins"));
    let command = |line: &str| {
        Some(
            line.trim()
                .strip_prefix("sh '")?
                .strip_suffix('\'')?
                .to_owned(),
        )
    };
    let commands: Vec<String> = text.lines().filter_map(command).collect();
    assert_eq!(commands.len(), 4);
    found(&run(&job, ".", &commands));
    let (_, pattern) = text.split_once("pattern: '").unwrap();
    is_sarif(
        &job.folder("checkout")
            .join(pattern.split('\'').next().unwrap()),
    );
}

#[test]
fn atlantis() {
    let (job, recipe) = (place(), yaml("atlantis"));
    found(&run(
        &job,
        "infra",
        &texts(
            &recipe["workflows"]["crosspeer"]["plan"]["steps"],
            Some("run"),
        ),
    ));
}

#[test]
fn spacelift() {
    let (job, recipe) = (place(), yaml("spacelift"));
    let done = run(
        &job,
        "infra",
        &texts(&recipe["stack_defaults"]["after_plan"], None),
    );
    assert_eq!(done.status.code(), Some(0), "{done:?}");
    let report =
        std::fs::read_to_string(job.folder("checkout/infra/crosspeer.custom.spacelift.json"))
            .unwrap();
    let report: Value = serde_json::from_str(&report).unwrap();
    let high = |finding: &Value| {
        finding["new"] == true && finding["severity"] == "high" && finding["message"].is_string()
    };
    assert!(
        report["findings"].as_array().unwrap().iter().any(high),
        "the policy denies nothing"
    );
    assert!(!job.folder("checkout/infra/crosspeer-plan.json").exists());
}

#[test]
fn github() {
    let (mut job, recipe) = (place(), yaml("github"));
    let steps = &recipe["jobs"]["crosspeer"]["steps"];
    // The head adds one workload to what the base holds.
    let commit = |what: &str| {
        run(
            &job,
            ".",
            &[format!("git init -q; git add -A; git commit -qm {what}")],
        )
    };
    assert!(commit("base").status.success());
    job.write("rendered/added.yaml", &DEPLOYMENT.replace("shop", "added"));
    assert!(commit("head").status.success());
    let done = run(&job, ".", &texts(steps, Some("run")));
    assert!(done.status.success(), "{done:?}");
    let uses = steps.as_array().unwrap().last().unwrap();
    assert_eq!(uses["uses"], "crosspeer/crosspeer@COMMIT");
    let temporary = job.folder("temporary").display().to_string();
    let given = uses["with"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| {
            let value = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            (
                name.as_str(),
                value.replace("${{ runner.temp }}", &temporary),
            )
        });
    let given: Vec<(&str, String)> = given.collect();
    let inputs: Vec<(&str, &str)> = given
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    job.github["event"] = serde_json::json!({});
    let done = super::scans(&job, &inputs);
    assert_eq!(done.used.len(), 1, "{done:?}");
    let report = std::fs::read_to_string(&done.outputs["json-file"]).unwrap();
    let report: Value = serde_json::from_str(&report).unwrap();
    let findings = report["findings"].as_array().unwrap();
    // That a namespace has no policy does not depend on the plan: it is new only against the base.
    let open = |finding: &Value| {
        finding["rule"] == "CP201" && finding["subject"].as_str().unwrap().contains("added")
    };
    assert!(findings.iter().any(open), "{findings:?}");
    assert!(findings.iter().all(|finding| finding["new"] == true));
    assert_eq!(done.outputs["new-findings"], findings.len().to_string());
}

#[test]
fn every_place_has_a_recipe_and_every_action_in_it_a_commit() {
    let page = page();
    let names: Vec<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("<!-- recipe: ")?.strip_suffix(" -->"))
        .collect();
    assert_eq!(
        names,
        [
            "github",
            "gitlab",
            "azure",
            "jenkins",
            "atlantis",
            "spacelift"
        ]
    );
    let uses: Vec<&str> = page
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("- uses: "))
        .collect();
    assert!(uses.len() >= 2);
    for used in uses {
        let commit = used.split(' ').next().unwrap().rsplit('@').next().unwrap();
        let pinned = commit.len() == 40 && commit.chars().all(|c| c.is_ascii_hexdigit());
        assert!(pinned || used == "crosspeer/crosspeer@COMMIT", "{used}");
    }
}
