//! Paths of the repository, and as relative URIs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Where files of the report are in their repository: code scanning and annotations name files from its root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RepositoryPaths {
    prefix: String,
    known: BTreeMap<String, String>,
    elsewhere: BTreeSet<String>,
}

impl RepositoryPaths {
    /// `prefix` is the working directory as seen from the root of its repository: empty, or ends with `/`. `known` holds
    /// shown paths whose path in the repository was looked up on disk. `elsewhere` names other repositories: a path that
    /// begins with one already starts at a root. Every other one is taken below `prefix`.
    #[must_use]
    pub fn new(
        prefix: String,
        known: BTreeMap<String, String>,
        elsewhere: BTreeSet<String>,
    ) -> Self {
        RepositoryPaths {
            prefix,
            known,
            elsewhere,
        }
    }

    /// The path of a shown file from the root of the repository, without `.` and `..` parts. Never absolute: what leads
    /// out of the repository loses its way out.
    #[must_use]
    pub fn path(&self, shown: &str) -> String {
        match self.known.get(shown) {
            Some(known) => within("", known),
            None if self.repository(shown).is_some() => within("", shown),
            None => within(&self.prefix, shown),
        }
    }

    /// The other repository that a shown path is of; none for the one at hand.
    #[must_use]
    pub fn repository<'s>(&self, shown: &'s str) -> Option<&'s str> {
        let ends = shown.match_indices('/').map(|(at, _)| at);
        let mut fronts = ends.filter_map(|end| shown.get(..end)).rev();
        fronts.find(|front| self.elsewhere.contains(*front))
    }

    /// The same, percent-encoded (RFC 3986: everything but unreserved characters and `/`).
    pub(super) fn uri(&self, shown: &str) -> String {
        encoded(&self.path(shown))
    }
}

/// A path, percent-encoded (RFC 3986: everything but unreserved characters and `/`).
pub(super) fn encoded(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte))
            }
            // Writing to a string cannot fail.
            _ => drop(write!(out, "%{byte:02X}")),
        }
    }
    out
}

fn within(prefix: &str, path: &str) -> String {
    let from_root = path.starts_with('/') || path.get(1..2) == Some(":");
    let whole = if from_root {
        path.to_owned()
    } else {
        format!("{prefix}{path}")
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    if parts.is_empty() {
        "input".to_owned()
    } else {
        parts.join("/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_are_relative_and_encoded() {
        for (prefix, path, expected) in [
            ("", "infra/main.tf", "infra/main.tf"),
            ("deploy/", "../infra/main.tf", "infra/main.tf"),
            ("", "../../x.yaml", "x.yaml"),
            ("a/", "/etc/x.yaml", "etc/x.yaml"),
            ("", "a b/ü#%.yaml", "a%20b/%C3%BC%23%25.yaml"),
            ("", "C:\\x\\y.tf", "C%3A/x/y.tf"),
            ("", "-", "-"),
            ("", ".", "input"),
            ("a/", "link/x.yaml", "real%20place/x.yaml"),
            ("a/", "shop/network/x.tf", "shop/network/x.tf"),
            ("a/", "shop/x.tf", "a/shop/x.tf"),
        ] {
            let known = [("link/x.yaml".to_owned(), "real place/x.yaml".to_owned())];
            let elsewhere = ["shop/network".to_owned()];
            let paths = RepositoryPaths::new(prefix.to_owned(), known.into(), elsewhere.into());
            assert_eq!(paths.uri(path), expected);
        }
    }
}
