//! Paths as reports show them.

use std::path::{Component, Path, PathBuf};

/// A path to show: relative to the working directory where it lies below it, `/` between parts, no `.` and no `..`
/// that the part before it undoes.
pub(super) fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let path = if path.is_absolute() {
        path.strip_prefix(&here).unwrap_or(path)
    } else {
        path
    };
    let tidy = tidy(path);
    let text = tidy
        .to_string_lossy()
        .replace(std::path::MAIN_SEPARATOR, "/");
    if text.is_empty() {
        ".".to_owned()
    } else {
        text
    }
}

/// The path without `.` parts, and without `..` parts that the part before them undoes.
pub(super) fn tidy(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(out.components().next_back(), Some(Component::Normal(_))) =>
            {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

/// The working directory as seen from the root of its repository (the nearest directory above that holds `.git`), with
/// `/` between and after parts: what goes in front of a shown path to make it a path of the repository. Empty at the
/// root, and where there is no repository.
pub(super) fn prefix() -> String {
    let Ok(here) = std::env::current_dir() else {
        return String::new();
    };
    let root = here
        .ancestors()
        .find(|directory| directory.join(".git").exists());
    let below = root
        .and_then(|root| here.strip_prefix(root).ok())
        .unwrap_or(Path::new(""));
    let text = below
        .to_string_lossy()
        .replace(std::path::MAIN_SEPARATOR, "/");
    if text.is_empty() {
        text
    } else {
        format!("{text}/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_go_where_they_can() {
        for (given, expected) in [
            ("./a/b.yaml", "a/b.yaml"),
            ("infra/../modules/x", "modules/x"),
            ("../a/./b", "../a/b"),
            ("../../x", "../../x"),
            (".", "."),
        ] {
            assert_eq!(shown(Path::new(given)), expected);
        }
    }
}
