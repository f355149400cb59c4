//! Files sorted into directories and roots, from a checkout or from a binary plan.

use super::binary_plan::{self, Snapshot};
use super::directory::Directory;
use super::document::Document;
use super::modules_json;
use super::paths::{join, name, parent};
use crate::ingest::{File, InputError, Kind};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Where the modules of one root are.
#[derive(Debug)]
pub(super) struct Layout {
    /// Directory of the root module.
    pub root: String,
    /// Whether it surely is the configuration that a plan was made from.
    pub exact: bool,
    /// Directories by module key, as the manifest has them.
    pub keys: BTreeMap<String, String>,
    pub directories: BTreeMap<String, Arc<Directory>>,
    /// Files that expressions read, by path.
    pub texts: Arc<BTreeMap<String, Arc<str>>>,
}

/// One layout for each root module: those of binary plans first, then those of source files, each in order of path.
pub(super) fn layouts(files: &[&File], errors: &mut Vec<InputError>) -> Vec<Layout> {
    let is_plan = |file: &&File| {
        file.kind == Some(Kind::BinaryPlan) || file.kind.is_none() && file.bytes.starts_with(b"PK")
    };
    let (mut plans, mut sources): (Vec<&File>, Vec<&File>) =
        files.iter().copied().partition(is_plan);
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources.dedup_by(|a, b| a.path == b.path);
    plans.sort_by(|a, b| a.path.cmp(&b.path));
    let mut out = Vec::new();
    for plan in plans {
        match binary_plan::read(&plan.path, &plan.bytes) {
            Ok(snapshot) => out.push(of_snapshot(plan, snapshot, &sources, errors)),
            Err(error) => errors.push(error),
        }
    }
    out.extend(of_sources(&sources, errors));
    out
}

fn of_sources(sources: &[&File], errors: &mut Vec<InputError>) -> Vec<Layout> {
    let mut content = BTreeMap::new();
    let (mut roots, mut manifests) = (BTreeSet::new(), BTreeMap::new());
    for file in sources {
        if name(&file.path) == "modules.json" {
            manifests.insert(join(&parent(&file.path), "../.."), *file);
            continue;
        }
        roots.insert(root_of(file));
        content.insert(
            (parent(&file.path), name(&file.path)),
            (file.path.to_string(), file.bytes.as_slice()),
        );
    }
    let texts = texts(sources);
    let directories = directories(content, errors);
    let mut layout = |root: String| {
        let manifest = manifests
            .get(&root)
            .map(|file| modules_json::read(&file.path, &file.bytes));
        let keys = manifest
            .unwrap_or_else(|| Ok(BTreeMap::new()))
            .unwrap_or_else(|error| {
                errors.push(error);
                BTreeMap::new()
            });
        let keys = keys
            .into_iter()
            .map(|(key, dir)| (key, join(&root, &dir)))
            .collect();
        Layout {
            root,
            exact: false,
            keys,
            directories: directories.clone(),
            texts: Arc::clone(&texts),
        }
    };
    roots.into_iter().map(&mut layout).collect()
}

/// What is no configuration is there because an expression reads it.
fn texts(sources: &[&File]) -> Arc<BTreeMap<String, Arc<str>>> {
    let others = sources.iter().filter(|file| {
        let name = name(&file.path);
        !is_configuration(name) && !is_settings(name) && name != "modules.json"
    });
    let texts = others.filter_map(|file| {
        let text = std::str::from_utf8(&file.bytes).ok()?;
        Some((join("", &file.path), Arc::from(text)))
    });
    Arc::new(texts.collect())
}

fn is_configuration(name: &str) -> bool {
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Whether a file sets values of variables without being named on the command line.
fn is_settings(name: &str) -> bool {
    name == "terraform.tfvars" || name.ends_with(".auto.tfvars")
}

fn root_of(file: &File) -> String {
    file.root
        .as_deref()
        .map_or_else(|| parent(&file.path), |root| join("", root))
}

fn of_snapshot(
    plan: &File,
    snapshot: Snapshot,
    sources: &[&File],
    errors: &mut Vec<InputError>,
) -> Layout {
    let root = checkout(&snapshot, sources).unwrap_or_else(|| root_of(plan));
    let path = |directory: &str, name: &str| {
        let path = join(directory, name);
        sources
            .iter()
            .find(|file| join("", &file.path) == path)
            .map_or(path, |file| file.path.to_string())
    };
    let placed = snapshot
        .files
        .iter()
        .map(|((dir, name), bytes)| (join(&root, dir), name.as_str(), bytes.as_slice()));
    let content = placed
        .map(|(dir, name, bytes)| ((dir.clone(), name), (path(&dir, name), bytes)))
        .collect();
    // What does not parse in the snapshot is reported once, from the files themselves, where they are the same.
    let mut own = Vec::new();
    let directories = directories(content, &mut own);
    own.retain(|error| sources.iter().all(|file| file.path != error.file));
    errors.append(&mut own);
    let keys = snapshot
        .keys
        .into_iter()
        .map(|(key, dir)| (key, join(&root, &dir)))
        .collect();
    Layout {
        root,
        exact: true,
        keys,
        directories,
        texts: texts(sources),
    }
}

/// The root module among the source files that holds the same files as the root of the snapshot.
fn checkout(snapshot: &Snapshot, sources: &[&File]) -> Option<String> {
    let root_files: Vec<_> = snapshot
        .files
        .iter()
        .filter(|((dir, _), _)| dir.is_empty())
        .map(|((_, name), bytes)| (name, bytes))
        .collect();
    let roots: BTreeSet<String> = sources.iter().map(|file| root_of(file)).collect();
    let holds = |root: &String, name: &str, bytes: &[u8]| {
        let path = join(root, name);
        sources
            .iter()
            .any(|file| join("", &file.path) == path && file.bytes == bytes)
    };
    roots.into_iter().find(|root| {
        !root_files.is_empty()
            && root_files
                .iter()
                .all(|(name, bytes)| holds(root, name, bytes))
    })
}

/// Files by directory and name: the path to show, and the content.
type Content<'a> = BTreeMap<(String, &'a str), (String, &'a [u8])>;

fn directories(
    content: Content<'_>,
    errors: &mut Vec<InputError>,
) -> BTreeMap<String, Arc<Directory>> {
    let mut out: BTreeMap<String, Directory> = BTreeMap::new();
    let mut overrides = Vec::new();
    for ((directory, name), (path, bytes)) in content {
        let (configuration, settings) = (is_configuration(name), is_settings(name));
        if !configuration && !settings {
            continue;
        }
        match Document::parse(&path, bytes) {
            Ok((document, body)) if configuration && is_override(name) => {
                overrides.push((directory, document, body))
            }
            Ok((document, body)) if configuration => out
                .entry(directory)
                .or_default()
                .enter(&Arc::new(document), body),
            Ok((_, body)) => out
                .entry(directory)
                .or_default()
                .set(body, name != "terraform.tfvars"),
            Err(error) => errors.push(error),
        }
    }
    for (directory, document, body) in overrides {
        out.entry(directory)
            .or_default()
            .replace(&Arc::new(document), body);
    }
    out.into_iter()
        .map(|(path, directory)| (path, Arc::new(directory)))
        .collect()
}

/// Ends of the names of configuration files.
const ENDINGS: [&str; 4] = [".tf", ".tofu", ".tf.json", ".tofu.json"];

fn is_override(name: &str) -> bool {
    let stem = ENDINGS
        .iter()
        .find_map(|ending| name.strip_suffix(ending))
        .unwrap_or(name);
    stem == "override" || stem.ends_with("_override")
}
