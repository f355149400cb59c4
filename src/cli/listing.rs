//! What a directory holds for this program: what is read of it, and what is passed over and why.

use super::error::CliError;
use super::exclusion::Exclusion;
use super::render::{Kind, kind_of};
use ignore::WalkBuilder;
use std::collections::HashSet;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Why a file or directory that was met is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Why {
    /// It is none of the kinds that are read.
    Kind,
    /// Its name, or that of a directory around it, begins with a dot.
    Hidden,
    /// A `.gitignore` or `.ignore` leaves it out.
    Ignored,
    /// `--exclude` or `exclude:` leaves it out.
    Excluded,
    /// It is a link to a directory.
    Link,
    /// It is a plan or state, and the command line names others.
    Named,
}

impl Why {
    /// Words behind a path.
    pub fn words(self) -> &'static str {
        match self {
            Why::Kind => "none of the kinds that are read",
            Why::Hidden => "hidden",
            Why::Ignored => "ignored by .gitignore",
            Why::Excluded => "excluded",
            Why::Link => "a link to a directory",
            Why::Named => "the command line names other plans or states",
        }
    }
}

/// What a directory holds.
#[derive(Debug, Default)]
pub(super) struct Listed {
    /// Directories and files to look at, by path; a directory stands before what it holds.
    pub entries: Vec<PathBuf>,
    /// What is passed over, by path.
    pub passed: Vec<(PathBuf, Why)>,
}

/// Lists a directory as `.gitignore` has it. Plans are looked at wherever they stand; so is all that is ignored in a directory that
/// was asked for by name (`named`) and that holds nothing else to read.
pub(super) fn list(
    directory: &Path,
    named: bool,
    exclusion: &Exclusion,
) -> Result<Listed, CliError> {
    let (mut out, exclusion) = (Listed::default(), &exclusion.inside(directory));
    for entry in builder(directory, exclusion).build() {
        let entry = entry.map_err(|why| {
            CliError::Usage(format!(
                "`{}`: cannot be walked: {why}",
                directory.display()
            ))
        })?;
        out.entries.push(entry.into_path());
    }
    let mut others = passed_over(directory, &out.entries, exclusion);
    let read = |path: &PathBuf| path.is_file() && (is_source(path) || is_readable(path));
    if named && !out.entries.iter().any(read) {
        out.entries
            .extend(take(&mut others, |_, why| why == Why::Ignored));
    }
    out.entries.extend(take(&mut others, |path, why| {
        why != Why::Excluded && is_plan(path)
    }));
    out.entries.sort();
    out.passed.extend(others);
    out.passed.sort();
    Ok(out)
}

fn take(from: &mut Vec<(PathBuf, Why)>, wanted: impl Fn(&Path, Why) -> bool) -> Vec<PathBuf> {
    from.extract_if(.., |(path, why)| wanted(path, *why))
        .map(|(path, _)| path)
        .collect()
}

/// What a walk without filters meets beside `kept`. Directories that are left out by name count as one.
fn passed_over(directory: &Path, kept: &[PathBuf], exclusion: &Exclusion) -> Vec<(PathBuf, Why)> {
    let kept: HashSet<&Path> = kept.iter().map(PathBuf::as_path).collect();
    let mut walk = WalkBuilder::new(directory);
    walk.standard_filters(false);
    filter(&mut walk, &Exclusion::default());
    let mut out = Vec::new();
    for entry in walk.build().flatten() {
        let path = entry.path();
        let is_file = entry.file_type().is_some_and(|kind| !kind.is_dir());
        if !is_file || kept.contains(path) {
            continue;
        }
        let below = path.strip_prefix(directory).unwrap_or(path);
        let hidden = below
            .iter()
            .any(|part| part.as_encoded_bytes().starts_with(b"."));
        let why = match () {
            () if exclusion.covers(path, false) => Why::Excluded,
            () if hidden => Why::Hidden,
            () => Why::Ignored,
        };
        out.push((path.to_owned(), why));
    }
    out
}

fn builder(directory: &Path, exclusion: &Exclusion) -> WalkBuilder {
    let mut walk = WalkBuilder::new(directory);
    walk.require_git(false).sort_by_file_path(Ord::cmp);
    filter(&mut walk, exclusion);
    walk
}

/// Leaves out what stands in a chart, which is rendered as a whole, and what never holds input.
fn filter(walk: &mut WalkBuilder, exclusion: &Exclusion) {
    let excluded = exclusion.clone();
    let in_chart = |path: &Path| {
        path.parent()
            .is_some_and(|parent| kind_of(parent) == Some(Kind::Chart))
    };
    walk.filter_entry(move |entry| {
        let path = entry.path();
        let is_directory = entry.file_type().is_some_and(|kind| kind.is_dir());
        let left_out = in_chart(path)
            || is_directory && holds_no_input(path)
            || excluded.covers(path, is_directory);
        entry.depth() == 0 || !left_out
    });
}

/// Directories that tools keep for themselves: histories, downloads, caches.
fn holds_no_input(directory: &Path) -> bool {
    const NAMES: [&str; 9] = [
        ".git",
        ".hg",
        ".jj",
        ".svn",
        ".terraform",
        ".venv",
        "__pycache__",
        "node_modules",
        ".tox",
    ];
    directory
        .file_name()
        .is_some_and(|name| NAMES.iter().any(|own| name == *own))
        || directory.join("CACHEDIR.TAG").is_file()
}

/// Whether the name is that of Terraform's or OpenTofu's own language.
pub(super) fn is_source(path: &Path) -> bool {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    [".tf", ".tf.json", ".tofu", ".tofu.json"]
        .iter()
        .any(|end| name.ends_with(end))
}

/// Whether a file found in a directory is worth a look at its content.
pub(super) fn is_readable(path: &Path) -> bool {
    has_ending(path, &["yaml", "yml", "json", "tfplan"]) || has_name_of_plan(path)
}

/// Whether the name is one that people give to plans, or to what was packed of what is read: `tfplan`, `plan.out`,
/// `plan.json.gz`, `pods.yaml.gz`.
fn has_name_of_plan(path: &Path) -> bool {
    const OUTPUT: [&str; 4] = ["out", "bin", "txt", "log"];
    const PACKED: [&str; 4] = ["gz", "zst", "bz2", "xz"];
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let named = name.to_ascii_lowercase().contains("plan");
    let inner = path.with_extension("");
    let packed =
        has_ending(path, &PACKED) && (named || has_ending(&inner, &["yaml", "yml", "tfplan"]));
    packed || named && (path.extension().is_none() || has_ending(path, &OUTPUT))
}

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    path.extension()
        .is_some_and(|end| endings.iter().any(|one| end.eq_ignore_ascii_case(one)))
}

/// Whether a file is a plan by its first bytes: JSON in any encoding of Unicode, or the binary form.
fn is_plan(path: &Path) -> bool {
    const HEAD: u64 = 4096;
    let named = has_ending(path, &["tfplan"]) || has_name_of_plan(path);
    if !named && !has_ending(path, &["json"]) || !path.is_file() {
        return false;
    }
    let mut head = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(HEAD).read_to_end(&mut head));
    if read.is_err() {
        return false;
    }
    head.retain(|byte| *byte != 0);
    let text = String::from_utf8_lossy(&head);
    let has = |word: &str| text.contains(word);
    named && head.starts_with(b"PK")
        || has("\"format_version\"") && (has("\"terraform_version\"") || has("\"planned_values\""))
}
