//! Where the files that were read are in their repository, whichever way they were named.

use crate::report::RepositoryPaths;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// Looks up the files on disk. A file is named from the root of its own repository: the nearest directory above that
/// holds `.git`, as git has it, wherever the working directory is. `elsewhere` names repositories whose facts are read.
pub(super) fn repository_paths<'a>(
    shown: impl Iterator<Item = &'a str>,
    elsewhere: BTreeSet<String>,
) -> RepositoryPaths {
    let here = std::env::current_dir()
        .and_then(|here| here.canonicalize())
        .unwrap_or_default();
    let mut directories = Directories::default();
    let prefix = root(&here)
        .and_then(|root| here.strip_prefix(root).ok())
        .map(slashes)
        .filter(|below| !below.is_empty())
        .map(|below| below + "/")
        .unwrap_or_default();
    let known = shown
        .filter_map(|path| Some((path.to_owned(), directories.file(Path::new(path))?)))
        .collect();
    RepositoryPaths::new(prefix, known, elsewhere)
}

/// The nearest directory, itself or above, that holds `.git`.
fn root(directory: &Path) -> Option<&Path> {
    directory
        .ancestors()
        .find(|above| above.join(".git").exists())
}

/// Directories that were looked up: many files share one.
#[derive(Default)]
struct Directories {
    /// Directory as shown → as it is in its repository; none where it is in none.
    found: BTreeMap<PathBuf, Option<PathBuf>>,
}

impl Directories {
    fn file(&mut self, path: &Path) -> Option<String> {
        let linked = path
            .symlink_metadata()
            .is_ok_and(|about| about.is_symlink());
        let real = linked.then(|| path.canonicalize().ok()).flatten();
        let path = real.as_deref().unwrap_or(path);
        let directory = path.parent()?;
        let name = path.file_name()?;
        if !self.found.contains_key(directory) {
            let found = lookup(directory);
            self.found.insert(directory.to_owned(), found);
        }
        let below = self.found.get(directory)?.as_ref()?;
        Some(slashes(&below.join(name)))
    }
}

/// What is not on disk, such as the name of a release behind a chart's directory, is below what is.
fn lookup(directory: &Path) -> Option<PathBuf> {
    let (real, rest) = directory.ancestors().find_map(|above| {
        let at = if above == Path::new("") {
            Path::new(".")
        } else {
            above
        };
        Some((at.canonicalize().ok()?, directory.strip_prefix(above).ok()?))
    })?;
    Some(real.strip_prefix(root(&real)?).ok()?.join(rest))
}

fn slashes(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(OsStr::to_string_lossy).collect();
    parts.join("/")
}
