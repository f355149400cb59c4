//! Paths of directories and files, with `/` between parts, as text: nothing is looked up on disk.

/// Joins a path to a directory and takes `.` and `..` out. The current directory is the empty path; `..` beyond it stays.
pub(super) fn join(directory: &str, path: &str) -> String {
    let absolute = path.starts_with('/');
    let base = if absolute { "" } else { directory };
    let mut parts: Vec<&str> = Vec::new();
    for part in base.split('/').chain(path.split(['/', '\\'])) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    let rooted = absolute || base.starts_with('/');
    format!("{}{}", if rooted { "/" } else { "" }, parts.join("/"))
}

/// The directory of a file, normalised.
pub(super) fn parent(file: &str) -> String {
    join(
        "",
        file.rsplit_once('/').map_or(
            "",
            |(directory, _)| if directory.is_empty() { "/" } else { directory },
        ),
    )
}

/// The last part of a path.
pub(super) fn name(file: &str) -> &str {
    file.rsplit_once('/').map_or(file, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_as_text() {
        for (directory, path, expected) in [
            ("", "", ""),
            ("", ".", ""),
            ("a", "./b", "a/b"),
            ("a/b", "../c", "a/c"),
            ("a", "../../c", "../c"),
            ("/r/a", "../b", "/r/b"),
            ("a", "/x", "/x"),
            ("", ".terraform/modules/v", ".terraform/modules/v"),
            ("a", "sub\\dir", "a/sub/dir"),
        ] {
            assert_eq!(join(directory, path), expected, "{directory} + {path}");
        }
        assert_eq!(
            (
                parent("a/b.tf"),
                parent("b.tf"),
                parent("/b.tf"),
                parent("./a/b.tf")
            ),
            ("a".into(), "".into(), "/".into(), "a".into())
        );
        assert_eq!((name("a/b.tf"), name("b.tf")), ("b.tf", "b.tf"));
    }
}
