//! Names that the input gives to releases and namespaces, checked before any tool hears them.

/// Longest name of a release (Helm, `chartutil.ValidateReleaseName`).
const LONGEST_RELEASE: usize = 53;

/// Longest label of a name (RFC 1123).
const LONGEST_LABEL: usize = 63;

/// Checks the name of a release: a DNS-1123 subdomain of at most 53 characters.
///
/// # Errors
/// What is wrong with it, with the name: lower case, no full stop.
pub fn release_name(name: &str) -> Result<(), String> {
    if name.len() <= LONGEST_RELEASE && name.split('.').all(is_label) {
        return Ok(());
    }
    Err(format!(
        "release name `{name}` is refused: expected at most {LONGEST_RELEASE} lower case letters, digits, `-` and `.`, \
         with a letter or digit at both ends"
    ))
}

/// Checks the name of a namespace: a DNS-1123 label (Kubernetes documentation, "Object Names and IDs").
///
/// # Errors
/// What is wrong with it, with the name: lower case, no full stop.
pub fn namespace(name: &str) -> Result<(), String> {
    if is_label(name) {
        return Ok(());
    }
    Err(format!(
        "namespace `{name}` is refused: expected at most {LONGEST_LABEL} lower case letters, digits and `-`, \
         with a letter or digit at both ends"
    ))
}

fn is_label(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=LONGEST_LABEL).contains(&text.len())
        && text.chars().all(inner)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_or_a_tool_could_take_for_something_else_is_no_name() {
        for hostile in [
            "--post-renderer=./x.sh",
            "-x",
            "",
            "a b",
            "a\nb",
            "../a",
            "a/b",
            "a;b",
            "$(a)",
            "A",
            "a-",
            "a,b",
            "{{a}}",
            "ä",
        ] {
            assert!(release_name(hostile).is_err(), "{hostile:?}");
            assert!(namespace(hostile).is_err(), "{hostile:?}");
        }
        assert!(release_name(&"a".repeat(54)).is_err());
        assert!(namespace(&"a".repeat(64)).is_err());
    }

    #[test]
    fn names_that_kubernetes_takes_are_taken() {
        for name in ["web", "web-1", "1", &"a".repeat(53)] {
            assert_eq!(release_name(name), Ok(()), "{name}");
            assert_eq!(namespace(name), Ok(()), "{name}");
        }
        assert_eq!(release_name("web.v1"), Ok(()));
        assert!(namespace("web.v1").is_err());
    }
}
