//! What a directory holds: which of its files are read, and which are left out.

use super::boundary::{Boundary, Refusal, read_regular};
use super::error::CliError;
use super::gather::{Gather, is_source};
use super::paths::shown;
use super::render::{self, Job, kind_of};
use crate::ingest::{File, Kind, detect};
use std::path::{Path, PathBuf};

/// Largest file that is read where a directory holds it, in bytes.
const LARGEST_FOUND: u64 = 256 << 20;

impl Gather {
    /// Reads a directory. A chart below it is rendered as a whole; so is a kustomization, whose files are no manifests by themselves, though
    /// other things may stand below it.
    pub(super) fn walk(
        &mut self,
        directory: &Path,
        kind: Option<Kind>,
        cluster: Option<&str>,
    ) -> Result<(), CliError> {
        let mut walk = ignore::WalkBuilder::new(directory);
        let in_chart = |path: &Path| {
            path.parent()
                .is_some_and(|parent| kind_of(parent) == Some(render::Kind::Chart))
        };
        let elsewhere = self.elsewhere.clone();
        let is_elsewhere = move |path: &Path| {
            !elsewhere.is_empty()
                && path
                    .canonicalize()
                    .is_ok_and(|path| elsewhere.contains(&path))
        };
        walk.require_git(false)
            .sort_by_file_path(Ord::cmp)
            .filter_entry(move |entry| {
                entry.depth() == 0 || !in_chart(entry.path()) && !is_elsewhere(entry.path())
            });
        // Directories of kustomizations, each with the file that makes it one.
        let mut built: Vec<(PathBuf, PathBuf)> = Vec::new();
        let inside = Boundary::folder(directory);
        for entry in walk.build() {
            let entry = entry.map_err(|why| {
                CliError::Usage(format!(
                    "`{}`: cannot be walked: {why}",
                    directory.display()
                ))
            })?;
            let path = entry.path();
            // A link counts as what it leads to, below the directory.
            if entry.depth() > 0
                && entry.path_is_symlink()
                && let Err(refusal) = inside.resolve(path)
            {
                self.refuse(path, &refusal, cluster);
            } else if path.is_dir() {
                let Some(what) = kind_of(path) else { continue };
                if let render::Kind::Kustomization(name) = what {
                    built.push((path.to_owned(), path.join(name)));
                }
                let named = entry.depth() == 0 && directory != Path::new(".");
                let (path, cluster) = (path.to_owned(), cluster.map(str::to_owned));
                self.out.jobs.push(Job {
                    path,
                    named,
                    cluster,
                    ..Job::default()
                });
            } else if is_source(path) {
                self.source_directories
                    .extend(path.parent().map(Path::to_owned));
            } else if is_readable(path) {
                let bytes = match read_regular(path, LARGEST_FOUND) {
                    Ok(bytes) => bytes,
                    Err(Refusal::Unreadable { why, .. }) => {
                        let path = path.to_owned();
                        return Err(CliError::Read { path, why });
                    }
                    Err(refusal) => {
                        self.refuse(path, &refusal, cluster);
                        continue;
                    }
                };
                let part = |(root, main): &(PathBuf, PathBuf)| {
                    path == main || path.starts_with(root) && is_manifest(path, &bytes)
                };
                if !built.iter().any(part) {
                    self.keep(path, bytes, kind, false, cluster);
                }
            } else {
                self.out.skipped.push(format!("`{}`", shown(path)));
            }
        }
        Ok(())
    }

    /// Leaves out what was found and may not be read. Where its name is that of an input, its content is not known.
    fn refuse(&mut self, path: &Path, refusal: &Refusal, cluster: Option<&str>) {
        self.out.skipped.push(refusal.to_string());
        if !is_readable(path) && !is_source(path) {
            return;
        }
        let file = File {
            path: shown(path).into(),
            cluster: cluster.map(str::to_owned),
            unread: Some(refusal.to_string()),
            ..File::default()
        };
        self.files.insert((path.to_owned(), None), file);
    }
}

/// Whether a file found in a directory is worth a look at its content.
fn is_readable(path: &Path) -> bool {
    path.extension().is_some_and(|end| {
        ["yaml", "yml", "json", "tfplan"]
            .iter()
            .any(|one| end.eq_ignore_ascii_case(one))
    })
}

/// Whether a file holds Kubernetes objects, whole ones or patches.
fn is_manifest(path: &Path, bytes: &[u8]) -> bool {
    let file = File {
        path: shown(path).into(),
        bytes: bytes.to_vec(),
        ..File::default()
    };
    matches!(detect(&file), Ok(Some(Kind::Manifests)))
}
