//! The real binary, and the folders that it runs in.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// No run of a test takes longer; one that does waits for something.
const LIMIT: Duration = Duration::from_secs(300);

/// The folder of the project.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A folder of a test's own with these files, in place of what an earlier run left. `name` may have several parts.
pub fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let temporary = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .canonicalize()
        .unwrap();
    let folder = temporary.join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    write(&folder, files);
    folder
}

/// The same as the root of a repository, so that no `.gitignore` around it reaches into it.
pub fn repository(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = folder(name, files);
    std::fs::create_dir_all(folder.join(".git")).unwrap();
    folder
}

/// Writes files; their names may lead into folders that are not there yet.
pub fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

/// What a run of the binary left.
#[derive(Debug)]
pub struct Ran {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Ran {
    /// Standard output as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|wrong| panic!("{wrong}\n{}", self.err))
    }

    /// Both streams.
    pub fn said(&self) -> String {
        format!("{}\n{}", self.out, self.err)
    }
}

/// Runs the binary in a folder; no `CROSSPEER_*` variable of the machine reaches it.
pub fn run(here: &Path, arguments: &[&str]) -> Ran {
    run_with(here, arguments, &[])
}

/// The same with variables of the environment.
pub fn run_with(here: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_crosspeer"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CROSSPEER_")) {
        command.env_remove(name);
    }
    command
        .current_dir(here)
        .args(arguments)
        .envs(environment.iter().copied());
    finish(command)
}

/// Runs a command to its end; one that does not end in time is stopped, and the test fails.
pub fn finish(mut command: Command) -> Ran {
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let id = child.id().to_string();
    let (done, waits) = mpsc::channel();
    std::thread::spawn(move || done.send(child.wait_with_output()));
    let Ok(output) = waits.recv_timeout(LIMIT) else {
        let _ = Command::new("/bin/kill").arg(&id).status();
        panic!("not done after {LIMIT:?}: {command:?}");
    };
    let output = output.unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: text(&output.stdout),
        err: text(&output.stderr),
    }
}
