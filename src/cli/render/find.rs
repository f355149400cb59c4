//! Which directories are charts and kustomizations, and which of them are parts of others.

use super::{Job, inflation};
use crate::cli::boundary::read_regular;
use crate::cli::paths::tidy;
use crate::ingest::yaml::{self, Node};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a directory of templates is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Kind {
    /// A chart; its own directory holds nothing else.
    Chart,
    /// A kustomization, with the name of its file.
    Kustomization(&'static str),
}

/// Names of a kustomization's file (kustomize, `konfig.RecognizedKustomizationFileNames`).
const KUSTOMIZATIONS: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

const CHART: &str = "Chart.yaml";

/// Largest of these files that is read, in bytes.
const LARGEST: u64 = 4 << 20;

/// What a directory is; none where it is neither. A packed chart is a file.
pub(in crate::cli) fn kind_of(path: &Path) -> Option<Kind> {
    if path.join(CHART).is_file()
        || (path.extension().is_some_and(|end| end == "tgz") && path.is_file())
    {
        return Some(Kind::Chart);
    }
    let name = KUSTOMIZATIONS
        .into_iter()
        .find(|name| path.join(name).is_file())?;
    // Flux has a kind of the same name, whose objects are often kept in a file of that name.
    let api = read(&path.join(name))
        .map(|node| node.get("apiVersion").text().unwrap_or_default().to_owned());
    (!api.is_some_and(|api| api.starts_with("kustomize.toolkit.fluxcd.io")))
        .then_some(Kind::Kustomization(name))
}

/// The file that makes a directory what it is.
pub(super) fn main(path: &Path) -> PathBuf {
    match kind_of(path) {
        Some(Kind::Kustomization(name)) => path.join(name),
        Some(Kind::Chart) if path.is_dir() => path.join(CHART),
        _ => path.to_owned(),
    }
}

/// The file that makes a directory a kustomization; none where there is none.
pub(super) fn kustomization_file(directory: &Path) -> Option<PathBuf> {
    let paths = KUSTOMIZATIONS.map(|name| directory.join(name));
    paths.into_iter().find(|path| path.is_file())
}

/// Those among charts and kustomizations that were found which are no part of another one: no library chart, no component, no base of an
/// overlay, no chart that another depends on by its path. A chart that was asked for by name stays, and so does one of those that are parts of
/// each other.
pub(in crate::cli) fn not_named_by_others(jobs: Vec<Job>) -> Vec<Job> {
    let parts = Parts::of(&jobs);
    let asked = |job: &Job| job.named && kind_of(&job.path) == Some(Kind::Chart);
    let whole =
        |job: &Job| asked(job) || parts.is_whole(&job.path) && (job.named || !is_part(&job.path));
    let (named, found): (Vec<Job>, Vec<Job>) =
        jobs.into_iter().filter(whole).partition(|job| job.named);
    // A chart that was found below a tied directory is of that cluster, whoever says how it is rendered.
    let ties: BTreeSet<(PathBuf, String)> = named
        .iter()
        .chain(&found)
        .filter_map(|job| Some((real(&job.path), job.cluster.clone()?)))
        .collect();
    let mut out: Vec<Job> = named
        .into_iter()
        .flat_map(|job| in_each(job, &ties))
        .collect();
    let mut seen: BTreeSet<(PathBuf, Option<String>)> = out
        .iter()
        .map(|job| (real(&job.path), job.cluster.clone()))
        .collect();
    for job in found.into_iter().flat_map(|job| in_each(job, &ties)) {
        if seen.insert((real(&job.path), job.cluster.clone())) {
            out.push(job);
        }
    }
    out
}

/// A job in each cluster that something ties its path to, where it has no tie of its own.
fn in_each(job: Job, ties: &BTreeSet<(PathBuf, String)>) -> Vec<Job> {
    let path = real(&job.path);
    let mut out: Vec<Job> = ties
        .iter()
        .filter(|(tied, _)| job.cluster.is_none() && *tied == path)
        .map(|(_, cluster)| Job {
            cluster: Some(cluster.clone()),
            ..job.clone()
        })
        .collect();
    if out.is_empty() {
        out.push(job);
    }
    out
}

fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| tidy(path))
}

/// Which charts and kustomizations are parts of which, without links.
struct Parts {
    named: BTreeMap<PathBuf, BTreeSet<PathBuf>>,
    /// Those that no other names, and the first of each circle that no other names.
    wholes: BTreeSet<PathBuf>,
}

impl Parts {
    fn of(jobs: &[Job]) -> Parts {
        let named = jobs.iter().map(|job| {
            let below = parts(&job.path).into_iter().map(|path| real(&path));
            (real(&job.path), below.collect())
        });
        let mut parts = Parts {
            named: named.collect(),
            wholes: BTreeSet::new(),
        };
        let all: BTreeSet<&PathBuf> = parts.named.values().flatten().collect();
        let alone: Vec<PathBuf> = parts
            .named
            .keys()
            .filter(|path| !all.contains(path))
            .cloned()
            .collect();
        let mut reached = BTreeSet::new();
        for path in alone.into_iter().chain(parts.named.keys().cloned()) {
            if !reached.contains(&path) {
                parts.reach(&path, &mut reached);
                parts.wholes.insert(path);
            }
        }
        parts
    }

    /// Adds all that a path has as its parts, and itself.
    fn reach(&self, path: &Path, reached: &mut BTreeSet<PathBuf>) {
        let mut todo = vec![path.to_owned()];
        while let Some(path) = todo.pop() {
            if reached.insert(path.clone()) {
                todo.extend(self.named.get(&path).into_iter().flatten().cloned());
            }
        }
    }

    fn is_whole(&self, path: &Path) -> bool {
        self.wholes.contains(&real(path))
    }
}

/// Whether something is made to be a part of others only.
fn is_part(path: &Path) -> bool {
    read(&main(path)).is_some_and(|node| match kind_of(path) {
        Some(Kind::Chart) => node.child("type").text() == Some("library"),
        _ => node.child("kind").text() == Some("Component"),
    })
}

/// Paths that a chart or kustomization names as its parts.
fn parts(path: &Path) -> Vec<PathBuf> {
    let Some(node) = read(&main(path)) else {
        return Vec::new();
    };
    let named: Vec<String> = match kind_of(path) {
        Some(Kind::Chart) => {
            let all = node.child("dependencies").items();
            all.iter()
                .filter_map(|one| {
                    Some(
                        one.child("repository")
                            .text()?
                            .strip_prefix("file://")?
                            .to_owned(),
                    )
                })
                .collect()
        }
        _ => {
            let all = ["resources", "bases", "components"]
                .into_iter()
                .flat_map(|key| node.child(key).items());
            all.filter_map(|one| one.text().map(str::to_owned))
                .collect()
        }
    };
    named
        .into_iter()
        .map(|name| tidy(&path.join(name)))
        .chain(inflation::directories(&node, path))
        .filter(|path| path.is_dir())
        .collect()
}

fn read(path: &Path) -> Option<Node> {
    let bytes = read_regular(path, LARGEST).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let file = Arc::from(path.to_string_lossy().as_ref());
    yaml::read(&file, &text)
        .into_iter()
        .find_map(|document| document.content.ok())
}
