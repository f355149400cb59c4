//! What the tools outside are given of a hostile input: scripts in their place write down their arguments and environment.

mod action;
mod configuration;
mod helm;
mod kustomize;
mod threats;
mod walking;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

/// A folder of its own for one test, outside of any repository: the input in `repository`, tools in `tools`.
struct Sandbox {
    home: tempfile::TempDir,
}

impl Sandbox {
    fn new(files: &[(&str, &str)]) -> Sandbox {
        let place = Sandbox {
            home: tempfile::tempdir().unwrap(),
        };
        std::fs::create_dir_all(place.repository().join(".git")).unwrap();
        place.write(files);
        place
    }

    fn repository(&self) -> PathBuf {
        self.home.path().join("repository")
    }

    /// Writes files of the repository.
    fn write(&self, files: &[(&str, &str)]) {
        for (name, text) in files {
            let path = self.repository().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
    }

    /// Puts a script in the place of a tool: it writes down what it was given, and prints a pod.
    fn tool(&self, name: &str) {
        use std::os::unix::fs::PermissionsExt;
        let (folder, log) = (self.home.path().join("tools"), self.home.path().join("log"));
        std::fs::create_dir_all(&folder).unwrap();
        let script = format!(
            "#!/bin/sh\n\
             case \"$1\" in version) echo v4.1.4; exit;; esac\n\
             for one; do echo \"argument $one\" >>{log}; done\n\
             echo \"folder $PWD\" >>{log}\n\
             export -p | while IFS= read -r line; do echo \"environment $line\"; done >>{log}\n\
             printf 'apiVersion: v1\\nkind: Pod\\nmetadata: {{name: rendered}}\\nspec: {{containers: [{{name: a}}]}}\\n'\n",
            log = log.display()
        );
        let path = folder.join(name);
        std::fs::write(&path, script).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// What the scripts wrote down under a word.
    fn log(&self, word: &str) -> Vec<String> {
        let text = std::fs::read_to_string(self.home.path().join("log")).unwrap_or_default();
        let lines = text
            .lines()
            .filter_map(|line| line.strip_prefix(word)?.strip_prefix(' '));
        lines.map(str::to_owned).collect()
    }

    /// Runs the binary in the repository with the scripts as its only tools.
    fn run(&self, arguments: &[&str]) -> Output {
        run(
            &self.repository(),
            self.home.path().join("tools"),
            arguments,
        )
    }
}

/// Runs the binary; one that waits for something is stopped, and the test fails.
fn run(here: &Path, path: impl AsRef<std::ffi::OsStr>, arguments: &[&str]) -> Output {
    let child = Command::new(env!("CARGO_BIN_EXE_crosspeer"))
        .env("PATH", path)
        .env("GITHUB_TOKEN", "canary-of-the-environment")
        .env("HELM_PLUGINS", "/canary-of-the-environment")
        .env("HELM_POST_RENDERER", "canary-of-the-environment")
        .current_dir(here)
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let id = child.id().to_string();
    let (done, waits) = std::sync::mpsc::channel();
    std::thread::spawn(move || done.send(child.wait_with_output().unwrap()));
    let ended = waits.recv_timeout(Duration::from_secs(60));
    if ended.is_err() {
        let _ = Command::new("/bin/kill").arg(&id).status();
    }
    ended.unwrap()
}

/// All that was printed.
fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

const SCAN: &[&str] = &["scan", "--no-config", "--fail-on", "none", "-v"];

const CHART: &[(&str, &str)] = &[
    (
        "charts/web/Chart.yaml",
        "apiVersion: v2\nname: web\nversion: 1.0.0\n",
    ),
    ("charts/web/values.yaml", "a: b\n"),
];
