//! Paths as relative URIs.

use std::fmt::Write;

/// A shown path as a path of the repository: `prefix` in front, without `.` and `..` parts. Never absolute: what leads
/// out of the repository loses its way out.
pub(super) fn repository_path(prefix: &str, path: &str) -> String {
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

/// The same, percent-encoded (RFC 3986: everything but unreserved characters and `/`).
pub(super) fn uri(prefix: &str, path: &str) -> String {
    let mut out = String::new();
    for byte in repository_path(prefix, path).bytes() {
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
        ] {
            assert_eq!(uri(prefix, path), expected);
        }
    }
}
