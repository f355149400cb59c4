//! A runner in small: takes `action.yml` and runs its steps one by one, each with its condition, environment and shell, as a job does.
//! A step that uses another action is not run but noted. Sources: GitHub documentation, "Metadata syntax for GitHub Actions" and
//! "Workflow commands for GitHub Actions".

use super::expression::{filled, holds, value};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A job on a machine of its own: the checkout, the folder of temporary files, and what comes from outside.
pub struct Job {
    home: tempfile::TempDir,
    /// Where `action.yml` lies.
    pub action: PathBuf,
    /// The `github` context.
    pub github: Value,
    /// Variables that the test sets for every step, over those of the Action.
    pub environment: BTreeMap<String, String>,
}

/// What became of one use of the Action.
#[derive(Debug, Default)]
pub struct Use {
    /// All that was printed.
    pub log: String,
    /// The outputs of the Action.
    pub outputs: BTreeMap<String, String>,
    /// What was added to the summary of the job.
    pub summary: String,
    /// What the steps that use another action were given, with `uses`.
    pub used: Vec<BTreeMap<String, String>>,
    /// Names of the steps that ran.
    pub ran: Vec<String>,
    /// Exit code of the last step that failed, else 0.
    pub code: i32,
}

/// The text of a mapping's values, with their expressions filled in.
fn texts(mapping: &Value, contexts: &Value) -> BTreeMap<String, String> {
    let entries = mapping.as_object().into_iter().flatten();
    entries
        .map(|(name, text)| (name.clone(), filled(text.as_str().unwrap(), contexts)))
        .collect()
}

impl Job {
    /// A job with an empty checkout, on a push.
    pub fn new() -> Job {
        let home = tempfile::tempdir().unwrap();
        for folder in ["checkout/.git", "temporary", "tools"] {
            std::fs::create_dir_all(home.path().join(folder)).unwrap();
        }
        Job {
            home,
            action: PathBuf::from(env!("CARGO_MANIFEST_DIR")),
            github: json!({"event": {}, "actor": "octocat", "repository": "shop/shop", "token": "canary-token"}),
            environment: BTreeMap::new(),
        }
    }

    /// A folder of the machine.
    pub fn folder(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Writes a file of the checkout.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.folder("checkout").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Puts a program on the machine's path.
    pub fn tool(&self, name: &str, script: &str) {
        use std::os::unix::fs::PermissionsExt;
        let path = self.folder("tools").join(name);
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Uses the Action once with these inputs.
    pub fn uses(&self, inputs: &[(&str, &str)]) -> Use {
        let text = std::fs::read_to_string(self.action.join("action.yml")).unwrap();
        let metadata: Value = serde_saphyr::from_str(&text).unwrap();
        let mut given = Map::new();
        for (name, input) in metadata["inputs"].as_object().unwrap() {
            given.insert(name.clone(), input["default"].clone());
        }
        for (name, input) in inputs {
            assert!(given.contains_key(*name), "`{name}` is no input");
            given.insert((*name).to_owned(), (*input).into());
        }
        let mut contexts = json!({
            "inputs": given, "github": self.github, "steps": {},
            "job": {"success": true, "failure": false, "cancelled": false},
        });
        let mut done = Use::default();
        for step in metadata["runs"]["steps"].as_array().unwrap() {
            self.step(step, &mut contexts, &mut done);
        }
        let outputs = metadata["outputs"].as_object().unwrap().iter();
        done.outputs = outputs
            .map(|(name, output)| {
                (
                    name.clone(),
                    filled(output["value"].as_str().unwrap(), &contexts),
                )
            })
            .collect();
        done
    }

    fn step(&self, step: &Value, contexts: &mut Value, done: &mut Use) {
        let condition = step["if"].as_str().unwrap_or("success()");
        let condition = condition.trim_start_matches("${{").trim_end_matches("}}");
        // Without a function about the state of the job, a step runs only after success.
        let asks = ["always()", "success()", "failure()", "cancelled()"];
        let may = asks.iter().any(|function| condition.contains(function)) || done.code == 0;
        if !may || !holds(&value(condition, contexts)) {
            return;
        }
        done.ran.push(step["name"].as_str().unwrap().to_owned());
        if let Some(other) = step["uses"].as_str() {
            let mut with = texts(&step["with"], contexts);
            with.insert("uses".to_owned(), other.to_owned());
            done.used.push(with);
            return;
        }
        let (code, outputs) = self.shell(step, contexts, done);
        if let Some(id) = step["id"].as_str() {
            contexts["steps"][id] = json!({"outputs": outputs});
        }
        if code != 0 {
            done.code = code;
            contexts["job"]["success"] = false.into();
            contexts["job"]["failure"] = true.into();
        }
    }

    fn shell(
        &self,
        step: &Value,
        contexts: &Value,
        done: &mut Use,
    ) -> (i32, BTreeMap<String, String>) {
        assert_eq!(step["shell"], "bash");
        let (output, summary) = (self.folder("output"), self.folder("summary"));
        for file in [&output, &summary] {
            std::fs::write(file, "").unwrap();
        }
        let checkout = self.folder("checkout");
        let here = filled(step["working-directory"].as_str().unwrap_or("."), contexts);
        let path = format!(
            "{}:{}",
            self.folder("tools").display(),
            std::env::var("PATH").unwrap()
        );
        let ended = Command::new("bash")
            .args([
                "--noprofile",
                "--norc",
                "-eo",
                "pipefail",
                "-c",
                step["run"].as_str().unwrap(),
            ])
            .env_clear()
            .envs([
                ("PATH", path.as_str()),
                ("RUNNER_OS", "Linux"),
                ("RUNNER_ARCH", "X64"),
            ])
            .envs([
                ("GITHUB_ACTION_PATH", &self.action),
                ("GITHUB_WORKSPACE", &checkout),
            ])
            .envs([
                ("GITHUB_OUTPUT", &output),
                ("GITHUB_STEP_SUMMARY", &summary),
            ])
            .envs([
                ("RUNNER_TEMP", self.folder("temporary")),
                ("HOME", self.folder("tools")),
            ])
            .envs([
                ("GITHUB_SERVER_URL", "https://github.com"),
                ("GITHUB_REPOSITORY", "shop/shop"),
            ])
            .envs(texts(&step["env"], contexts))
            .envs(&self.environment)
            .current_dir(checkout.join(here))
            .output()
            .unwrap();
        done.log += &String::from_utf8_lossy(&ended.stdout);
        done.log += &String::from_utf8_lossy(&ended.stderr);
        done.summary += &std::fs::read_to_string(&summary).unwrap();
        (ended.status.code().unwrap(), outputs(&output))
    }
}

/// What a step put out; every line of the file is an output.
fn outputs(file: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(file).unwrap();
    let pair = |line: &str| {
        let (name, value) = line.split_once('=').expect(line);
        (name.to_owned(), value.to_owned())
    };
    text.lines().map(pair).collect()
}

/// The lines of a log that a runner obeys. Between `::stop-commands::TOKEN` and `::TOKEN::` it obeys none; it takes `##[` anywhere in a line.
pub fn commands(log: &str) -> Vec<String> {
    let (mut paused, mut out) = (None::<String>, Vec::new());
    for line in log.split(['\n', '\r']) {
        let line = line.trim_start();
        if let Some(token) = &paused {
            if line == format!("::{token}::") {
                paused = None;
            }
        } else if let Some(token) = line.strip_prefix("::stop-commands::") {
            paused = Some(token.to_owned());
        } else if line.contains("##[")
            || line
                .strip_prefix("::")
                .is_some_and(|rest| rest.contains("::"))
        {
            out.push(line.to_owned());
        }
    }
    assert_eq!(paused, None, "commands stay off for the steps behind");
    out
}
