//! Which Terraform sources belong to a root module: its own files, those of the modules that `terraform init`
//! downloaded (`.terraform/modules/modules.json`), and those of local modules, wherever they stand.

use super::boundary::{Boundary, Refusal};
use super::error::CliError;
use super::listing::is_source;
use super::paths::{shown, tidy};
use crate::ingest::{File, Kind};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A listing of installed modules, as `terraform init` writes it.
#[derive(serde::Deserialize)]
struct Installed {
    #[serde(rename = "Modules", default)]
    modules: Vec<InstalledModule>,
}

#[derive(serde::Deserialize)]
struct InstalledModule {
    /// Relative to the root module's directory.
    #[serde(rename = "Dir", default)]
    directory: PathBuf,
}

/// The directory as it is reached from the working directory, however it is written: two spellings of one directory are one,
/// so that the files of a module and its root have the same front.
fn reached(root: &Path) -> PathBuf {
    let below = || {
        let here = std::env::current_dir().ok()?.canonicalize().ok()?;
        let real = root.canonicalize().ok()?;
        real.strip_prefix(here).ok().map(Path::to_owned)
    };
    match below() {
        Some(below) if below.as_os_str().is_empty() => PathBuf::from("."),
        Some(below) => below,
        None => tidy(root),
    }
}

/// Largest source file that is read, in bytes.
const LARGEST: u64 = 64 << 20;

/// All sources of a root module, as far as they lie inside of the boundary. What does not is said in its place.
pub(super) fn read(root: &Path, boundary: &Boundary) -> Result<Vec<File>, CliError> {
    let root = reached(root);
    let root = root.as_path();
    let shown_root = shown(root);
    let file = |path: &Path, content: Result<Vec<u8>, Refusal>| {
        let (bytes, unread) = match content {
            Ok(bytes) => (bytes, None),
            Err(refusal) => (Vec::new(), Some(refusal.to_string())),
        };
        File {
            path: shown(path).into(),
            bytes,
            kind: Some(Kind::Sources).filter(|_| unread.is_none()),
            root: Some(shown_root.as_str().into()),
            unread,
            ..File::default()
        }
    };
    let mut out = Vec::new();
    let mut todo = vec![root.to_owned()];
    let listing = root.join(".terraform/modules/modules.json");
    if listing.exists() {
        let content = boundary.read(&listing, LARGEST);
        if let Some(installed) = content
            .as_ref()
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Installed>(bytes).ok())
        {
            todo.extend(
                installed
                    .modules
                    .iter()
                    .map(|module| root.join(&module.directory)),
            );
        }
        out.push(file(&listing, content));
    }
    let mut done = BTreeSet::new();
    while let Some(directory) = todo.pop() {
        let directory = tidy(&directory);
        if !done.insert(directory.clone()) {
            continue;
        }
        if directory.is_dir()
            && let Err(refusal) = boundary.resolve(&directory)
        {
            out.push(file(&directory, Err(refusal)));
            continue;
        }
        for path in sources_in(&directory, directory == tidy(root))? {
            let content = boundary.read(&path, LARGEST);
            if let Ok(bytes) = &content {
                for text in texts_read(bytes) {
                    let text = tidy(&text.below(&directory, root));
                    match boundary.read(&text, LARGEST_TEXT) {
                        // What is not there is not known to expressions either.
                        Err(Refusal::Unreadable { .. }) => {}
                        content => out.push(file(&text, content)),
                    }
                }
                todo.extend(
                    local_modules(bytes)
                        .into_iter()
                        .map(|below| directory.join(below)),
                );
            }
            out.push(file(&path, content));
        }
    }
    Ok(out)
}

/// The source files of one directory, ascending; it is an error only where it is `needed` and cannot be read.
fn sources_in(directory: &Path, needed: bool) -> Result<Vec<PathBuf>, CliError> {
    let at = if directory.as_os_str().is_empty() {
        Path::new(".")
    } else {
        directory
    };
    let entries = match std::fs::read_dir(at) {
        Ok(entries) => entries,
        Err(why) if needed => {
            return Err(CliError::Read {
                path: at.to_owned(),
                why,
            });
        }
        Err(_) => return Ok(Vec::new()),
    };
    let mut out: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| is_source(path))
        .collect();
    out.sort();
    Ok(out)
}

/// The paths that a source file calls modules by (`source = "./modules/net"`). Only decides what to read: a path in a
/// comment costs a needless read and nothing else.
fn local_modules(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let mut out = Vec::new();
    for part in text.split("source").skip(1) {
        let value = part
            .trim_start_matches('"')
            .trim_start()
            .trim_start_matches(['=', ':'])
            .trim_start();
        let Some(rest) = value
            .strip_prefix('"')
            .filter(|rest| rest.starts_with("./") || rest.starts_with("../"))
        else {
            continue;
        };
        out.extend(rest.split('"').next().map(str::to_owned));
    }
    out
}

/// A file that expressions read, relative to their module or to the root module.
#[derive(Debug, PartialEq, Eq)]
enum TextFile {
    OfModule(String),
    OfRoot(String),
}

impl TextFile {
    fn below(&self, module: &Path, root: &Path) -> PathBuf {
        match self {
            TextFile::OfModule(path) => module.join(path),
            TextFile::OfRoot(path) => root.join(path),
        }
    }
}

/// The files that expressions read by a name that is written out: `file("${path.module}/a.yaml")`, `templatefile("b.tpl", …)`.
fn texts_read(bytes: &[u8]) -> Vec<TextFile> {
    let text = String::from_utf8_lossy(bytes);
    let mut out = Vec::new();
    for part in text.split("file(").skip(1) {
        let Some((path, _)) = part
            .trim_start()
            .strip_prefix('"')
            .and_then(|rest| rest.split_once('"'))
        else {
            continue;
        };
        let of_module = path.strip_prefix("${path.module}/");
        let below = of_module
            .or(path.strip_prefix("${path.root}/"))
            .unwrap_or(path);
        if below.contains("${") || below.is_empty() || below.starts_with(['/', '~']) {
            continue;
        }
        out.push(if of_module.is_some() {
            TextFile::OfModule(below.to_owned())
        } else {
            TextFile::OfRoot(below.to_owned())
        });
    }
    out
}

/// Largest file that an expression may read, in bytes.
const LARGEST_TEXT: u64 = 1 << 20;

/// The directories among `directories` that are root modules: those that no other calls as a module.
pub(super) fn roots(directories: BTreeSet<PathBuf>, boundary: &Boundary) -> BTreeSet<PathBuf> {
    let directories: BTreeSet<PathBuf> = directories
        .iter()
        .map(|directory| tidy(directory))
        .collect();
    let mut called = BTreeSet::new();
    for directory in &directories {
        for path in sources_in(directory, false).unwrap_or_default() {
            let bytes = boundary.read(&path, LARGEST).unwrap_or_default();
            called.extend(
                local_modules(&bytes)
                    .into_iter()
                    .map(|below| tidy(&directory.join(below))),
            );
        }
    }
    let kept = directories
        .iter()
        .filter(|directory| !called.contains(*directory));
    kept.map(|directory| {
        if directory.as_os_str().is_empty() {
            PathBuf::from(".")
        } else {
            directory.clone()
        }
    })
    .collect()
}

/// The root modules that plans lie in or beside: the plan's own directory, else the one above it, where it holds sources.
pub(super) fn beside<'a>(plans: impl Iterator<Item = &'a Path>) -> BTreeSet<PathBuf> {
    let holds =
        |directory: &Path| sources_in(directory, false).is_ok_and(|files| !files.is_empty());
    let root = |plan: &Path| {
        let own = plan.parent().unwrap_or(Path::new("")).to_owned();
        let above = tidy(&own.join(".."));
        [own, above].into_iter().find(|directory| holds(directory))
    };
    plans
        .filter_map(root)
        .map(|root| {
            if root.as_os_str().is_empty() {
                PathBuf::from(".")
            } else {
                root
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_directory_are_one() {
        let here = std::env::current_dir().unwrap();
        let name = here.file_name().unwrap().to_str().unwrap();
        let link = tempfile::tempdir().unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(&here, link.path().join("link")).unwrap();
        let mut spellings = vec![
            PathBuf::from("src/cli"),
            PathBuf::from("./src/cli/"),
            PathBuf::from("src/../src/cli"),
            PathBuf::from(format!("../{name}/src/cli")),
            here.join("src/cli"),
            here.join(format!("../{name}/src/./cli")),
        ];
        if cfg!(unix) {
            spellings.push(link.path().join("link/src/cli"));
        }
        for spelling in spellings {
            assert_eq!(reached(&spelling), Path::new("src/cli"), "{spelling:?}");
        }
        assert_eq!(reached(&here), Path::new("."));
        assert_eq!(reached(link.path()), link.path());
    }

    #[test]
    fn files_that_expressions_read_are_told_by_their_name() {
        let text = br#"a = file("${path.module}/a.yaml")
            b = templatefile( "${path.root}/b.tpl", { c = file("c/d.json") })
            e = file("${local.x}/e") f = file("/etc/passwd") g = fileset("${path.module}", "*") h = file(var.h)"#;
        assert_eq!(
            texts_read(text),
            [
                TextFile::OfModule("a.yaml".to_owned()),
                TextFile::OfRoot("b.tpl".to_owned()),
                TextFile::OfRoot("c/d.json".to_owned()),
            ]
        );
    }

    #[test]
    #[cfg(unix)]
    fn files_outside_of_the_root_stay_unread() {
        let here = tempfile::tempdir().unwrap();
        let root = here.path().join("root");
        std::fs::create_dir(&root).unwrap();
        std::fs::write(here.path().join("outside"), "secret").unwrap();
        std::fs::write(root.join("inside"), "text").unwrap();
        std::os::unix::fs::symlink(here.path().join("outside"), root.join("link")).unwrap();
        std::os::unix::fs::symlink("/dev/zero", root.join("device")).unwrap();
        let names = ["inside", "link", "device", "../outside", "none"];
        let values = names.map(|name| format!("  v = file(\"${{path.module}}/{name}\")\n"));
        let source = format!("locals {{\n{}}}\n", values.concat());
        std::fs::write(root.join("main.tf"), source).unwrap();
        let read = read(&root, &Boundary::folder(&root)).unwrap();
        let found = |name: &str| {
            let name = name.trim_start_matches("../");
            read.iter().find(|file| file.path.ends_with(name))
        };
        assert_eq!(found("inside").unwrap().bytes, b"text");
        for name in ["link", "device", "../outside"] {
            let file = found(name).unwrap();
            assert!(file.unread.is_some() && file.bytes.is_empty(), "{name}");
        }
        assert!(found("none").is_none());
    }

    #[test]
    fn local_modules_are_those_with_a_path() {
        let text = b"module \"a\" {\n  source = \"./modules/a\"\n}\nmodule \"b\" {\n  source=\"terraform-aws-modules/vpc/aws\"\n}\n{\"source\": \"../b\"}";
        assert_eq!(local_modules(text), ["./modules/a", "../b"]);
    }
}
