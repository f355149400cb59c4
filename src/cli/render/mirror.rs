//! Copies a kustomization and all that it names into a folder of its own, where kustomize finds nothing else: what may not be read is not there,
//! and what is not there is not fetched.

use super::helm;
use super::inflation::{charts, without_charts};
use super::references::{Reference, in_plugin, is_remote, references};
use super::tool::{Sandbox, ToolError};
use crate::cli::boundary::{Boundary, Refusal};
use crate::cli::paths::{shown, tidy};
use crate::ingest::yaml::{self, Node};
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

/// Largest file of a kustomization, in bytes, and most bytes and files of one with all its bases.
const LARGEST_FILE: u64 = 16 << 20;
const LARGEST: u64 = 256 << 20;
const MOST_FILES: usize = 20_000;

/// A copy that is being made.
pub(super) struct Mirror<'m> {
    pub boundary: &'m Boundary,
    pub sandbox: &'m mut Sandbox,
    /// Namespace of releases that name none.
    pub namespace: &'m str,
    done: BTreeSet<PathBuf>,
    /// The kustomizations that are being copied, outer ones first: without links, and as they are shown.
    around: Vec<(PathBuf, String)>,
    bytes: u64,
}

impl<'m> Mirror<'m> {
    /// An empty one.
    pub fn new(boundary: &'m Boundary, sandbox: &'m mut Sandbox, namespace: &'m str) -> Self {
        Mirror {
            boundary,
            sandbox,
            namespace,
            done: BTreeSet::new(),
            around: Vec::new(),
            bytes: 0,
        }
    }

    /// Copies a kustomization; the directory of the copy.
    pub fn kustomization(&mut self, directory: &Path) -> Result<PathBuf, ToolError> {
        let real = self
            .boundary
            .resolve(directory)
            .map_err(ToolError::hostile)?;
        if let Some(at) = self.around.iter().position(|(path, _)| *path == real) {
            let round: Vec<String> = self
                .around
                .iter()
                .skip(at)
                .map(|(_, name)| format!("`{name}`"))
                .collect();
            return Err(ToolError::Hostile(match round.as_slice() {
                [only] => format!("the kustomization {only} names itself: take that reference out"),
                _ => format!(
                    "the kustomizations {} name each other in a circle: take one of the references out",
                    round.join(", ")
                ),
            }));
        }
        let to = self.place(directory)?;
        std::fs::create_dir_all(&to).map_err(broken)?;
        if !self.done.insert(to.clone()) {
            return Ok(to);
        }
        let Some(main) = super::find::kustomization_file(directory) else {
            return Ok(to);
        };
        self.around.push((real, shown(directory)));
        let bytes = self.read(&main)?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let file = shown(&main);
        let read = yaml::read(&file.as_str().into(), &text);
        let content = read.into_iter().find_map(|document| document.content.ok());
        let mut own = bytes;
        if let Some(node) = content {
            for reference in references(&node) {
                self.reference(directory, &file, &reference)?;
            }
            let resources = self.charts(&node, directory, &file, &to)?;
            if !resources.is_empty() {
                own = without_charts(&node, &resources).into_bytes();
            }
        }
        let name = main.file_name().unwrap_or_default();
        std::fs::write(to.join(name), own).map_err(broken)?;
        self.around.pop();
        Ok(to)
    }

    /// Renders the charts that a kustomization names, each into a file beside its copy; their names.
    fn charts(
        &mut self,
        node: &Node,
        directory: &Path,
        file: &str,
        to: &Path,
    ) -> Result<Vec<String>, ToolError> {
        let mut out = Vec::new();
        for job in charts(node, directory, file).map_err(ToolError::Hostile)? {
            let namespace = job.namespace.as_deref().unwrap_or(self.namespace);
            let printed = helm::template(&job, namespace, self.boundary)?;
            let name = format!("crosspeer-chart-{}.yaml", out.len());
            std::fs::write(to.join(&name), printed.text).map_err(broken)?;
            out.push(name);
        }
        Ok(out)
    }

    fn reference(
        &mut self,
        directory: &Path,
        by: &str,
        reference: &Reference,
    ) -> Result<(), ToolError> {
        let name = reference.name();
        if is_remote(name) {
            return Err(ToolError::Hostile(format!(
                "`{by}` names `{name}`, which is not in this repository and is not fetched; build it where the network may be used, \
                 and give what that prints"
            )));
        }
        if Path::new(name).is_absolute() {
            return Err(ToolError::Hostile(format!(
                "`{by}` names `{name}`: expected a path that begins at the kustomization's folder"
            )));
        }
        let path = tidy(&directory.join(name));
        let real = match self.boundary.resolve(&directory.join(name)) {
            Ok(real) => real,
            Err(Refusal::Unreadable { .. }) => {
                return Err(ToolError::Hostile(format!(
                    "`{by}` names `{name}`, which is not there"
                )));
            }
            Err(refusal) => {
                return Err(ToolError::Hostile(format!(
                    "`{by}` names `{name}`: {refusal}"
                )));
            }
        };
        match reference {
            Reference::FileOrBase(_) | Reference::Plugin(_) if real.is_dir() => {
                self.kustomization(&path).map(|_| ())
            }
            // Kustomize says itself that it expected a file.
            Reference::File(_) if real.is_dir() => Ok(()),
            Reference::Plugin(_) => {
                let bytes = self.file(&path)?;
                self.plugin(directory, &shown(&path), &bytes)
            }
            _ => self.file(&path).map(|_| ()),
        }
    }

    /// Copies the files that the configuration of a plugin names. Other values stand under the same keys, so what is not there is passed over.
    fn plugin(&mut self, directory: &Path, by: &str, bytes: &[u8]) -> Result<(), ToolError> {
        let text = String::from_utf8_lossy(bytes);
        for document in yaml::read(&by.into(), &text) {
            let Ok(node) = document.content else { continue };
            for reference in in_plugin(&node) {
                let path = directory.join(reference.name());
                if is_remote(reference.name()) || path.exists() {
                    self.reference(directory, by, &reference)?;
                }
            }
        }
        Ok(())
    }

    /// Copies a file; its content.
    fn file(&mut self, path: &Path) -> Result<Vec<u8>, ToolError> {
        let bytes = self.read(path)?;
        let to = self.place(path)?;
        if self.done.insert(to.clone()) {
            let above = to.parent().unwrap_or(&to);
            std::fs::create_dir_all(above)
                .and_then(|()| std::fs::write(&to, &bytes))
                .map_err(broken)?;
        }
        Ok(bytes)
    }

    fn read(&mut self, path: &Path) -> Result<Vec<u8>, ToolError> {
        let bytes = self
            .boundary
            .read(path, LARGEST_FILE)
            .map_err(ToolError::hostile)?;
        self.bytes += bytes.len() as u64;
        if self.bytes > LARGEST || self.done.len() > MOST_FILES {
            return Err(ToolError::Hostile(format!(
                "`{}` is one file too many: a kustomization with its bases may hold {MOST_FILES} files and {} MiB",
                shown(path),
                LARGEST >> 20
            )));
        }
        Ok(bytes)
    }

    /// Where the copy of a path goes: below the mirror as it is below the root of the file system, so that paths from one to another stay.
    fn place(&mut self, path: &Path) -> Result<PathBuf, ToolError> {
        let absolute = tidy(&std::path::absolute(path).map_err(broken)?);
        let mut below = PathBuf::from("tree");
        for part in absolute.components() {
            match part {
                Component::Normal(part) => below.push(part),
                Component::ParentDir => {
                    return Err(ToolError::hostile(Refusal::Outside(shown(path))));
                }
                _ => {}
            }
        }
        Ok(self.sandbox.place(&below.to_string_lossy(), &shown(path)))
    }
}

fn broken(why: std::io::Error) -> ToolError {
    ToolError::Broken {
        program: "kustomize",
        why,
    }
}
