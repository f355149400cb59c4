//! What `--exclude` and `exclude:` leave out of directories that are walked.

use super::config::Found;
use super::error::CliError;
use super::paths::tidy;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Patterns as `.gitignore` has them: those of the command line hold from the working directory, those of the configuration from
/// the directory of its file.
#[derive(Clone, Debug, Default)]
pub(super) struct Exclusion {
    /// Each with the directory from which they hold.
    patterns: Vec<(PathBuf, Gitignore)>,
    /// Files and directories that are inputs of another side, as they stand on disk.
    elsewhere: BTreeSet<PathBuf>,
}

impl Exclusion {
    /// The patterns of the command line and of the configuration.
    pub fn new(flags: &[String], found: &Found) -> Result<Self, CliError> {
        let lists = [
            ("--exclude", flags, Path::new("")),
            ("exclude", &found.config.exclude, found.root.as_path()),
        ];
        let mut out = Vec::new();
        for (option, patterns, root) in lists {
            if !patterns.is_empty() {
                let root = absolute(root);
                out.push((root.clone(), matcher(option, patterns, &root)?));
            }
        }
        Ok(Exclusion {
            patterns: out,
            elsewhere: BTreeSet::new(),
        })
    }

    /// Leaves out what another side names as its inputs, too.
    pub fn and_elsewhere(mut self, paths: &[PathBuf]) -> Self {
        self.elsewhere = paths
            .iter()
            .filter_map(|path| path.canonicalize().ok())
            .collect();
        self
    }

    /// What it leaves out of a directory: an input of another side that holds the directory takes nothing from it.
    pub fn inside(&self, directory: &Path) -> Self {
        let directory = directory.canonicalize();
        let mut out = self.clone();
        out.elsewhere
            .retain(|other| directory.as_ref().is_ok_and(|own| !own.starts_with(other)));
        out
    }

    /// Whether a path, or a directory that holds it, is left out.
    pub fn covers(&self, path: &Path, is_directory: bool) -> bool {
        let is_elsewhere = !self.elsewhere.is_empty()
            && path
                .canonicalize()
                .is_ok_and(|path| path.ancestors().any(|above| self.elsewhere.contains(above)));
        let whole = absolute(path);
        is_elsewhere
            || self.patterns.iter().any(|(root, patterns)| {
                whole.strip_prefix(root).is_ok_and(|below| {
                    !below.as_os_str().is_empty()
                        && patterns
                            .matched_path_or_any_parents(below, is_directory)
                            .is_ignore()
                })
            })
    }
}

fn absolute(path: &Path) -> PathBuf {
    let here = if path.as_os_str().is_empty() {
        Path::new(".")
    } else {
        path
    };
    std::path::absolute(here).map_or_else(|_| tidy(here), |path| tidy(&path))
}

fn matcher(option: &str, patterns: &[String], root: &Path) -> Result<Gitignore, CliError> {
    let wrong = |pattern: &str, why: &dyn std::fmt::Display| {
        CliError::Usage(format!(
            "`{option}`: `{pattern}` is no pattern: {why}; expected one as in `.gitignore`, such as `tests/` or `**/values*.yaml`"
        ))
    };
    let mut builder = GitignoreBuilder::new(root);
    for pattern in patterns {
        builder
            .add_line(None, pattern)
            .map_err(|why| wrong(pattern, &why))?;
    }
    builder
        .build()
        .map_err(|why| wrong(&patterns.join(" "), &why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_those_of_gitignore() {
        let patterns = [
            "tests/",
            "/build",
            "*.gen.yaml",
            "a/**/b.yaml",
            "!keep.gen.yaml",
        ];
        let exclusion = Exclusion::new(&patterns.map(str::to_owned), &Found::default()).unwrap();
        for (path, is_directory, covered) in [
            ("tests", true, true),
            ("x/tests/y.yaml", false, true),
            ("./x/../tests/y.yaml", false, true),
            ("tests.yaml", false, false),
            ("build/a.yaml", false, true),
            ("x/build/a.yaml", false, false),
            ("x/y.gen.yaml", false, true),
            ("x/keep.gen.yaml", false, false),
            ("a/c/d/b.yaml", false, true),
            (".", true, false),
            ("../tests/y.yaml", false, false),
        ] {
            assert_eq!(
                exclusion.covers(Path::new(path), is_directory),
                covered,
                "{path}"
            );
        }
        let wrong = Exclusion::new(&["[z-a]".to_owned()], &Found::default()).unwrap_err();
        assert!(
            wrong.to_string().contains("`--exclude`: `[z-a]`"),
            "{wrong}"
        );
    }
}
