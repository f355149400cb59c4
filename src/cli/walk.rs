//! What a directory holds: which of its files are read, and which are left out.

use super::boundary::{Boundary, Refusal, read_regular};
use super::config::is_configuration;
use super::error::CliError;
use super::gather::{Gather, real};
use super::listing::{Why, is_readable, is_source, list};
use super::paths::shown;
use super::render::{self, Job, kind_of};
use crate::ingest::{File, Kind, detect, meant};
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
        let named = directory != Path::new(".");
        let listed = list(directory, named, &self.exclusion)?;
        for (path, why) in listed.passed {
            self.skip(&path, why);
        }
        // Directories of kustomizations, each with the file that makes it one.
        let mut built: Vec<(PathBuf, PathBuf)> = Vec::new();
        let inside = Boundary::folder(directory);
        for path in &listed.entries {
            let is_link = path != directory && path.is_symlink();
            // A link counts as what it leads to, below the directory.
            if is_link && let Err(refusal) = inside.resolve(path) {
                self.refuse(path, &refusal, cluster);
            } else if path.is_dir() {
                if is_link {
                    self.skip(path, Why::Link);
                }
                let Some(what) = kind_of(path) else { continue };
                if let render::Kind::Kustomization(name) = what {
                    built.push((path.clone(), path.join(name)));
                }
                self.out.jobs.push(Job {
                    path: path.clone(),
                    named: named && path == directory,
                    cluster: cluster.map(str::to_owned),
                    ..Job::default()
                });
            } else if is_source(path) {
                self.source_directories
                    .extend(path.parent().map(Path::to_owned));
            } else if is_readable(path) {
                let bytes = match read_regular(path, LARGEST_FOUND) {
                    Ok(bytes) => bytes,
                    Err(Refusal::Unreadable { why, .. }) => {
                        let path = path.clone();
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
                    self.found(path, bytes, kind, cluster);
                }
            } else {
                self.skip(path, Why::Kind);
            }
        }
        Ok(())
    }

    /// Passes over a file. A configuration is no input that somebody may miss.
    fn skip(&mut self, path: &Path, why: Why) {
        let used = self.configuration.as_deref();
        if is_configuration(path) || used.is_some_and(|used| used == real(path)) {
            return;
        }
        let line = format!("`{}`, {}", shown(path), why.words());
        self.out.skipped.push(line);
    }

    /// A file that was met in a directory: it is read where its content says that it is of the kind that is looked for.
    fn found(&mut self, path: &Path, bytes: Vec<u8>, kind: Option<Kind>, cluster: Option<&str>) {
        let file = File {
            path: shown(path).into(),
            bytes,
            ..File::default()
        };
        let skip = match (detect(&file), kind) {
            // What is meant to be an input and is in another form is reported where inputs are read.
            (Ok(None), _) if meant(&file).is_none() => Some(Why::Kind),
            (Ok(Some(detected)), Some(kind)) if detected != kind => Some(Why::Kind),
            (Ok(Some(Kind::Plan | Kind::State)), None) if self.plans_named => Some(Why::Named),
            _ => None,
        };
        match skip {
            // A plan or state that is named comes first, and is met again here.
            Some(why) if !self.is_known(path) => self.skip(path, why),
            Some(_) => {}
            None => self.keep(path, file.bytes, None, false, cluster),
        }
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
        self.files.insert((path.to_owned(), None, None), file);
    }
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
