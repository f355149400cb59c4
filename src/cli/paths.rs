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
    let tidy = without_dots(path, &here);
    let text = tidy
        .to_string_lossy()
        .replace(std::path::MAIN_SEPARATOR, "/");
    if text.is_empty() {
        ".".to_owned()
    } else {
        text
    }
}

/// The path without `.` and `..` parts where they can go. What stands before a `..` may be a link: then only the disk
/// knows where the path leads.
fn without_dots(path: &Path, here: &Path) -> PathBuf {
    let tidy = tidy(path);
    if !path.components().any(|part| part == Component::ParentDir) {
        return tidy;
    }
    let (real, short) = (path.canonicalize(), tidy.canonicalize());
    match real {
        Ok(real) if short.ok().as_ref() != Some(&real) => {
            let below = real.strip_prefix(here).map(Path::to_owned);
            below.unwrap_or(real)
        }
        _ => tidy,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_link_before_two_dots_is_followed() {
        let here = tempfile::tempdir().unwrap();
        let root = here.path().canonicalize().unwrap();
        std::fs::create_dir_all(root.join("far/away")).unwrap();
        std::fs::create_dir_all(root.join("near")).unwrap();
        std::fs::write(root.join("far/x.yaml"), "").unwrap();
        std::os::unix::fs::symlink(root.join("far/away"), root.join("near/link")).unwrap();
        let found = without_dots(&root.join("near/link/../x.yaml"), &root);
        assert_eq!(found, Path::new("far/x.yaml"));
    }

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
