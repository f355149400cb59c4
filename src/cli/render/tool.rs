//! Starts a tool, with a limit of time, nothing of the environment, and no way to a cluster, the network or another program.

use std::ffi::{OsStr, OsString};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use wait_timeout::ChildExt;

/// How long a tool may take.
const LIMIT: Duration = Duration::from_secs(60);

/// How much of what a tool says of its failure is repeated, in characters.
const LONGEST: usize = 1_000;

/// Why a tool printed nothing.
#[derive(Debug, thiserror::Error)]
pub(super) enum ToolError {
    /// None of the programs is on the path.
    #[error("{} on the PATH", names(.0))]
    Missing(&'static [&'static str]),
    /// It ended with an error; `said` is what it wrote to standard error.
    #[error("`{program}` failed: {said}")]
    Refused { program: &'static str, said: String },
    /// It took too long.
    #[error("`{program}` took more than {} seconds and was stopped", .limit.as_secs())]
    Late {
        program: &'static str,
        limit: Duration,
    },
    /// It could not be started or read.
    #[error("`{program}` cannot be run: {why}")]
    Broken {
        program: &'static str,
        why: std::io::Error,
    },
}

fn names(programs: &[&str]) -> String {
    let quoted: Vec<String> = programs.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [one] => format!("there is no {one}"),
        more => format!("there is neither {}", more.join(" nor ")),
    }
}

/// A program that is on the machine.
pub(super) struct Program {
    name: &'static str,
    path: PathBuf,
}

impl Program {
    /// The first of the programs that is on the path.
    pub fn find(names: &'static [&'static str]) -> Result<Program, ToolError> {
        let folders = std::env::var_os("PATH").unwrap_or_default();
        let found = names.iter().find_map(|name| {
            let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
            let path = std::env::split_paths(&folders)
                .filter(|folder| folder.is_absolute())
                .map(|folder| folder.join(&file));
            Some(Program {
                name,
                path: path.into_iter().find(|path| is_program(path))?,
            })
        });
        found.ok_or(ToolError::Missing(names))
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Runs it and returns what it prints. `home` is an empty directory of its own.
    pub fn run(&self, arguments: &[OsString], home: &Path) -> Result<Vec<u8>, ToolError> {
        self.run_within(arguments, home, LIMIT)
    }

    fn run_within(
        &self,
        arguments: &[OsString],
        home: &Path,
        limit: Duration,
    ) -> Result<Vec<u8>, ToolError> {
        let broken = |why| ToolError::Broken {
            program: self.name,
            why,
        };
        let mut command = Command::new(&self.path);
        command.args(arguments).env_clear().envs(environment(home));
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(broken)?;
        // Both pipes are emptied while it runs, so that it never waits for us.
        let out = child
            .stdout
            .take()
            .map(|pipe| std::thread::spawn(move || drain(pipe)));
        let err = child
            .stderr
            .take()
            .map(|pipe| std::thread::spawn(move || drain(pipe)));
        let status = child.wait_timeout(limit).map_err(broken)?;
        if status.is_none() {
            child.kill().and_then(|()| child.wait()).map_err(broken)?;
        }
        let text = |thread: Option<std::thread::JoinHandle<Vec<u8>>>| {
            thread
                .and_then(|thread| thread.join().ok())
                .unwrap_or_default()
        };
        let (out, err) = (text(out), text(err));
        match status {
            None => Err(ToolError::Late {
                program: self.name,
                limit,
            }),
            Some(status) if status.success() => Ok(out),
            Some(_) => Err(ToolError::Refused {
                program: self.name,
                said: said(&String::from_utf8_lossy(&err)),
            }),
        }
    }
}

fn is_program(path: &Path) -> bool {
    let Ok(about) = std::fs::metadata(path) else {
        return false;
    };
    #[cfg(unix)]
    let runs = std::os::unix::fs::PermissionsExt::mode(&about.permissions()) & 0o111 != 0;
    #[cfg(not(unix))]
    let runs = true;
    about.is_file() && runs
}

fn drain(mut pipe: impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    // What was read before an error still is what the tool printed.
    let _ = pipe.read_to_end(&mut bytes);
    bytes
}

/// All that a tool sees: a home of its own without clusters, plugins and repositories, no program to start, and a proxy that nobody answers at,
/// in whatever way it would reach for the network.
fn environment(home: &Path) -> Vec<(&'static str, OsString)> {
    let nowhere = OsStr::new("http://127.0.0.1:9");
    let mut out: Vec<(&'static str, OsString)> =
        ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"]
            .into_iter()
            .map(|name| (name, nowhere.to_owned()))
            .collect();
    out.extend(
        ["HOME", "USERPROFILE", "TMPDIR", "TMP", "TEMP"]
            .into_iter()
            .map(|name| (name, home.as_os_str().to_owned())),
    );
    out.extend([
        ("PATH", OsString::new()),
        ("KUBECONFIG", home.join("no-cluster").into_os_string()),
    ]);
    out.extend([
        ("HELM_NO_PLUGINS", "1".into()),
        ("KUBECTL_KUBERC", "false".into()),
    ]);
    // Without it no Windows program starts.
    out.extend(std::env::var_os("SystemRoot").map(|root| ("SystemRoot", root)));
    out
}

/// What a tool wrote to standard error, on one line.
fn said(text: &str) -> String {
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let whole = lines.join("; ");
    let short: String = whole.chars().take(LONGEST).collect();
    match (whole.is_empty(), short.len() < whole.len()) {
        (true, _) => "it does not say why".to_owned(),
        (_, true) => format!("{short} …"),
        _ => short,
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// Runs a shell script as a tool would be run.
    fn check(script: &str, limit: u64) -> String {
        let shell = Program {
            name: "sh",
            path: PathBuf::from("/bin/sh"),
        };
        let home = std::env::temp_dir();
        match shell.run_within(
            &["-c".into(), script.into()],
            &home,
            Duration::from_millis(limit),
        ) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).trim().to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn tools_are_held_to_their_time_and_told_nothing() {
        assert_eq!(check("echo a", 10_000), "a");
        assert_eq!(
            check("echo said >&2; echo more >&2; exit 3", 10_000),
            "`sh` failed: said; more"
        );
        assert_eq!(check("exit 1", 10_000), "`sh` failed: it does not say why");
        assert_eq!(
            check("while true; do :; done", 200),
            "`sh` took more than 0 seconds and was stopped"
        );
        assert_eq!(
            check("echo \"$PATH|$CARGO_MANIFEST_DIR|$HTTPS_PROXY\"", 10_000),
            "||http://127.0.0.1:9"
        );
        assert_eq!(
            check(
                "i=0; while [ $i -lt 20000 ]; do echo 0123456789; i=$((i+1)); done",
                60_000
            )
            .len(),
            20_000 * 11 - 1
        );
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = Program::find(&["no-such-program", "nor-this-one"])
            .err()
            .unwrap();
        assert_eq!(
            error.to_string(),
            "there is neither `no-such-program` nor `nor-this-one` on the PATH"
        );
    }
}
