//! Starts a tool, with a limit of time, nothing of the environment, and no way to a cluster, the network or another program.

use super::said::said;
use super::secret::secrets;
use crate::cli::boundary::read_bounded;
use crate::cli::paths::tidy;
use std::ffi::{OsStr, OsString};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use wait_timeout::ChildExt;

/// How long a tool may take.
const LIMIT: Duration = Duration::from_secs(60);

/// How much a tool may print, in bytes.
const LARGEST_OUTPUT: u64 = 256 << 20;

/// Why a tool printed nothing.
#[derive(Debug, thiserror::Error)]
pub(super) enum ToolError {
    /// None of the programs is on the path.
    #[error("{} on the PATH", names(.0))]
    Missing(&'static [&'static str]),
    /// The input may not be given to it; the text says why.
    #[error("{0}")]
    Hostile(String),
    /// It ended with an error; `said` is what it wrote to standard error.
    #[error("`{program}` failed: {said}")]
    Refused { program: &'static str, said: String },
    /// It took too long.
    #[error("`{program}` took more than {} seconds and was stopped", .limit.as_secs())]
    Late {
        program: &'static str,
        limit: Duration,
    },
    /// It printed too much.
    #[error("`{program}` printed more than {} MiB", LARGEST_OUTPUT >> 20)]
    Loud { program: &'static str },
    /// It could not be started or read.
    #[error("`{program}` cannot be run: {why}")]
    Broken {
        program: &'static str,
        why: std::io::Error,
    },
}

impl ToolError {
    /// Of what the input may not do.
    pub fn hostile(why: impl std::fmt::Display) -> ToolError {
        ToolError::Hostile(why.to_string())
    }

    /// Whether the input is at fault, and not the machine.
    pub fn is_of_the_input(&self) -> bool {
        matches!(self, ToolError::Refused { .. } | ToolError::Hostile(_))
    }
}

/// An empty folder that a tool works in and is gone afterwards, with the names by which the user knows what is put there.
pub(super) struct Sandbox {
    folder: tempfile::TempDir,
    program: &'static str,
    /// Paths in the folder, and what stands for them in messages.
    known_as: Vec<(PathBuf, String)>,
}

impl Sandbox {
    /// An empty one for a program.
    pub fn new(program: &Program) -> Result<Sandbox, ToolError> {
        let program = program.name;
        let broken = |why| ToolError::Broken { program, why };
        let folder = tempfile::Builder::new()
            .prefix("crosspeer-")
            .tempdir()
            .map_err(broken)?;
        for name in ["home", "programs", "temporary"] {
            std::fs::create_dir(folder.path().join(name)).map_err(broken)?;
        }
        Ok(Sandbox {
            folder,
            program,
            known_as: Vec::new(),
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The path of something in it that the user knows by another name.
    pub fn place(&mut self, name: &str, known_as: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        self.known_as.push((path.clone(), known_as.to_owned()));
        path
    }

    /// Writes a file that the user knows by another name.
    pub fn write(
        &mut self,
        name: &str,
        known_as: &str,
        bytes: &[u8],
    ) -> Result<PathBuf, ToolError> {
        let path = self.place(name, known_as);
        let program = self.program;
        std::fs::write(&path, bytes).map_err(|why| ToolError::Broken { program, why })?;
        Ok(path)
    }

    /// What a tool said, as the same for everyone.
    fn readable(&self, text: &[u8]) -> String {
        let mut names = Vec::new();
        let all = self
            .known_as
            .iter()
            .rev()
            .map(|(path, name)| (path.as_path(), name.as_str()));
        for (path, name) in all.chain([(self.folder.path(), "")]) {
            // A tool may have gone through the links of the temporary folder.
            let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
            names.extend([real, path.to_owned()].map(|path| (path.display().to_string(), name)));
        }
        said(
            &String::from_utf8_lossy(text),
            &names,
            &secrets(self.path()),
        )
    }
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

    /// Runs it in its sandbox and returns what it prints.
    pub fn run(&self, arguments: &[OsString], sandbox: &Sandbox) -> Result<Vec<u8>, ToolError> {
        self.run_within(arguments, sandbox, LIMIT)
    }

    fn run_within(
        &self,
        arguments: &[OsString],
        sandbox: &Sandbox,
        limit: Duration,
    ) -> Result<Vec<u8>, ToolError> {
        let program = self.name;
        let broken = |why| ToolError::Broken { program, why };
        let mut child = Command::new(&self.path)
            .args(arguments)
            .env_clear()
            .envs(environment(sandbox.folder.path()))
            .current_dir(sandbox.folder.path().join("home"))
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
        let text = |thread: Option<std::thread::JoinHandle<Option<Vec<u8>>>>| {
            thread.and_then(|thread| thread.join().ok()).flatten()
        };
        let (out, err) = (text(out), text(err));
        match (status, out) {
            (None, _) => Err(ToolError::Late { program, limit }),
            (_, None) => Err(ToolError::Loud { program }),
            (Some(status), Some(out)) if status.success() => Ok(out),
            (Some(_), _) => Err(ToolError::Refused {
                program,
                said: sandbox.readable(&err.unwrap_or_default()),
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

/// What a tool prints; none where it is too much, and then its pipe is closed.
fn drain(pipe: impl Read) -> Option<Vec<u8>> {
    read_bounded(pipe, LARGEST_OUTPUT).map_or_else(|why| why.map(|_| Vec::new()), Some)
}

/// All that a tool sees: a home of its own without clusters, plugins, repositories and credentials, no program to start, and a proxy that
/// nobody answers at, in whatever way it would reach for the network.
fn environment(folder: &Path) -> Vec<(&'static str, OsString)> {
    let nowhere = OsStr::new("http://127.0.0.1:9");
    let home = folder.join("home");
    let mut out: Vec<(&'static str, OsString)> = [
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "http_proxy",
        "https_proxy",
        "all_proxy",
    ]
    .into_iter()
    .map(|name| (name, nowhere.to_owned()))
    .collect();
    out.extend(
        ["TMPDIR", "TMP", "TEMP"]
            .into_iter()
            .map(|name| (name, folder.join("temporary").into_os_string())),
    );
    let homes = HOMES
        .iter()
        .map(|(name, below)| (*name, tidy(&home.join(below))));
    out.extend(homes.map(|(name, path)| (name, path.into_os_string())));
    out.extend([
        ("PATH", folder.join("programs").into_os_string()),
        ("HELM_NO_PLUGINS", "1".into()),
        ("KUBECTL_KUBERC", "false".into()),
        ("GIT_ALLOW_PROTOCOL", "none".into()),
        ("LC_ALL", "C".into()),
        ("TZ", "UTC".into()),
    ]);
    // Without it no Windows program starts.
    out.extend(std::env::var_os("SystemRoot").map(|root| ("SystemRoot", root)));
    out
}

/// Where tools look for what belongs to their user, and what that is below the empty home.
const HOMES: &[(&str, &str)] = &[
    ("HOME", "."),
    ("USERPROFILE", "."),
    ("APPDATA", "."),
    ("XDG_CONFIG_HOME", "config"),
    ("XDG_CACHE_HOME", "cache"),
    ("XDG_DATA_HOME", "data"),
    ("XDG_STATE_HOME", "state"),
    ("XDG_CONFIG_DIRS", "none"),
    ("XDG_DATA_DIRS", "none"),
    ("HELM_PLUGINS", "helm/plugins"),
    ("HELM_CONFIG_HOME", "helm/config"),
    ("HELM_CACHE_HOME", "helm/cache"),
    ("HELM_DATA_HOME", "helm/data"),
    ("HELM_REPOSITORY_CONFIG", "helm/repositories.yaml"),
    ("HELM_REPOSITORY_CACHE", "helm/repository"),
    ("HELM_REGISTRY_CONFIG", "helm/registry.json"),
    ("HELM_CONTENT_CACHE", "helm/content"),
    ("DOCKER_CONFIG", "docker"),
    ("KUBECONFIG", "no-cluster"),
    ("KUSTOMIZE_PLUGIN_HOME", "kustomize"),
];

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;

    /// Runs a shell script as a tool would be run.
    fn check(script: &str, limit: u64) -> String {
        let shell = Program {
            name: "sh",
            path: PathBuf::from("/bin/sh"),
        };
        let sandbox = Sandbox::new(&shell).unwrap();
        match shell.run_within(
            &["-c".into(), script.into()],
            &sandbox,
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
            check("echo \"$CARGO_MANIFEST_DIR|$HTTPS_PROXY\"", 10_000),
            "|http://127.0.0.1:9"
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
    fn a_tool_works_in_an_empty_folder_and_finds_no_program() {
        assert_eq!(
            check(
                "ls() { /bin/ls -A \"$@\"; }; ls . \"$PATH\" \"$TMPDIR\" | /bin/grep -v : | /usr/bin/tr -d '\\n'",
                10_000
            ),
            ""
        );
        assert_eq!(
            check("case $PWD in $HOME) echo home;; esac", 10_000),
            "home"
        );
        let all = check("/usr/bin/env | /bin/grep -v ^_=", 10_000);
        let home = |line: &&str| line.starts_with("HOME=");
        let home = all.lines().find(home).unwrap().trim_start_matches("HOME=");
        for (name, _) in HOMES {
            let front = format!("{name}={home}");
            assert!(
                all.lines().any(|line| line.starts_with(&front)),
                "{name}: {all}"
            );
        }
        assert!(!all.contains("CARGO"), "{all}");
        assert!(check("ls", 10_000).contains("not found"));
    }

    #[test]
    fn names_of_the_sandbox_are_not_repeated() {
        let shell = Program {
            name: "sh",
            path: PathBuf::from("/bin/sh"),
        };
        let mut sandbox = Sandbox::new(&shell).unwrap();
        sandbox
            .write("values-0.yaml", "prod/values.yaml", b"")
            .unwrap();
        let script = "echo \"open ${PWD%/home}/values-0.yaml: $TMPDIR/x-$$ is gone\" >&2; exit 1";
        let said = shell
            .run(&["-c".into(), script.into()], &sandbox)
            .unwrap_err()
            .to_string();
        assert!(
            said.starts_with("`sh` failed: open prod/values.yaml: "),
            "{said}"
        );
        assert!(!said.contains("crosspeer-"), "{said}");
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
