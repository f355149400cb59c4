//! Folders of plain manifests: which of their files are meant.

use regex::Regex;

/// Which files of a folder of plain manifests are meant (Argo CD documentation, "Directory"; `getPotentiallyValidManifestFile` of its
/// repository server).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Folder {
    /// Whether those of folders below it are.
    pub recurse: bool,
    /// A pattern for their paths as seen from the folder; none means any.
    pub include: Option<String>,
    /// A pattern for paths that are left out, above `include`; none leaves out nothing.
    pub exclude: Option<String>,
}

impl Folder {
    /// Whether a file is meant, where `folder` is the folder's path, both as they are shown; none where it does not stand below the folder.
    #[must_use]
    pub fn means(&self, folder: &str, file: &str) -> Option<bool> {
        let below = if folder == "." {
            file
        } else {
            file.strip_prefix(folder)?.strip_prefix('/')?
        };
        if below.starts_with("../") || below.starts_with('/') {
            return None;
        }
        let fits = |pattern: &String| matches(pattern, below);
        let deep = below.contains('/') && !self.recurse;
        Some(
            !deep
                && !self.exclude.as_ref().is_some_and(fits)
                && self.include.as_ref().is_none_or(fits),
        )
    }
}

/// Whether a path fits a pattern. `*` and `?` also stand for `/`; a pattern that is none fits nothing. Both as Argo CD has it.
fn matches(pattern: &str, path: &str) -> bool {
    Regex::new(&expression(pattern)).is_ok_and(|pattern| pattern.is_match(path))
}

/// The pattern as a regular expression: `*`, `?`, `[a-c]`, `[!a-c]`, `{one,other}`, and `\` before what shall stand for itself.
fn expression(pattern: &str) -> String {
    let mut out = "(?s)^".to_owned();
    let (mut depth, mut class) = (0_usize, false);
    let mut rest = pattern.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            ']' if class => {
                class = false;
                out.push(']');
            }
            '-' if class => out.push('-'),
            '[' if !class => {
                class = true;
                out.push_str(if rest.next_if_eq(&'!').is_some() {
                    "[^"
                } else {
                    "["
                });
            }
            '*' if !class => out.push_str(".*"),
            '?' if !class => out.push('.'),
            '{' if !class => {
                depth += 1;
                out.push_str("(?:");
            }
            '}' if !class && depth > 0 => {
                depth -= 1;
                out.push(')');
            }
            ',' if !class && depth > 0 => out.push('|'),
            '\\' => out.extend(rest.next().map(literal)),
            c => out.push_str(&literal(c)),
        }
    }
    out + "$"
}

fn literal(c: char) -> String {
    regex::escape(&c.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_a_folder() {
        let all = Folder {
            recurse: true,
            ..Folder::default()
        };
        for (folder, file, flat, deep) in [
            ("shop", "shop/a.yaml", Some(true), Some(true)),
            ("shop", "shop/sub/a.yaml", Some(false), Some(true)),
            ("shop", "shopping/a.yaml", None, None),
            (".", "a.yaml", Some(true), Some(true)),
            (".", "sub/a.yaml", Some(false), Some(true)),
            (".", "../a.yaml", None, None),
            ("..", "../a.yaml", Some(true), Some(true)),
        ] {
            assert_eq!(
                Folder::default().means(folder, file),
                flat,
                "{folder} {file}"
            );
            assert_eq!(all.means(folder, file), deep, "{folder} {file}, recursive");
        }
    }

    #[test]
    fn patterns_are_those_of_argo() {
        for (pattern, path, expected) in [
            ("*.yaml", "a.yaml", true),
            ("*.yaml", "sub/a.yaml", true),
            ("deny.yaml", "deny.yaml", true),
            ("deny.yaml", "denyXyaml", false),
            ("deny.yaml", "sub/deny.yaml", false),
            ("{a.yaml,sub/*}", "sub/b.yaml", true),
            ("{a.yaml,sub/*}", "b.yaml", false),
            ("?.yml", "a.yml", true),
            ("[a-c].yml", "b.yml", true),
            ("[!a-c].yml", "b.yml", false),
            ("\\*.yml", "a.yml", false),
            ("[a", "[a", false),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn what_is_excluded_is_not_included() {
        let folder = Folder {
            recurse: false,
            include: Some("*.yaml".to_owned()),
            exclude: Some("deny*".to_owned()),
        };
        for (file, expected) in [
            ("f/a.yaml", true),
            ("f/a.json", false),
            ("f/deny.yaml", false),
        ] {
            assert_eq!(folder.means("f", file), Some(expected), "{file}");
        }
    }
}
