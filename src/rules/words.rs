//! What a rule must say of itself, so that every report that names it has something to say and every upload takes it.

use super::file::RuleFile;
use super::rule::Reference;
use serde_saphyr::{Location, Spanned};

/// Where a rule says too little, and what is missing; none where it says all.
pub(super) fn missing(file: &RuleFile) -> Option<(Location, String)> {
    let texts = [
        ("title", &file.title, "a few words that name what it finds"),
        ("help", &file.help, "why it matters, in a paragraph"),
        ("message", &file.message, "a sentence about one finding"),
        (
            "remediation.text",
            &file.remediation.text,
            "what to do, in a sentence",
        ),
    ];
    let empty = texts
        .iter()
        .find(|(_, text, _)| text.value.trim().is_empty())
        .map(|(name, text, expected)| {
            (
                text.referenced,
                format!("`{name}` is empty: expected {expected}"),
            )
        });
    empty.or_else(|| file.references.iter().find_map(reference))
}

/// A page must be one that can be opened: code scanning refuses a file that names another as `helpUri`
/// (SARIF 2.1.0, 3.49.12; RFC 3986).
fn reference(reference: &Spanned<Reference>) -> Option<(Location, String)> {
    let Reference { title, url } = &reference.value;
    let wrong = if title.trim().is_empty() {
        "`title` of a reference is empty: expected the title of the page".to_owned()
    } else if !is_address(url) {
        "`url` of a reference is no address: expected one that begins with `https://`".to_owned()
    } else {
        return None;
    };
    Some((reference.referenced, wrong))
}

fn is_address(url: &str) -> bool {
    let rest = ["https://", "http://"]
        .iter()
        .find_map(|scheme| url.strip_prefix(scheme));
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c);
    let Some(rest) = rest.filter(|rest| rest.chars().all(allowed)) else {
        return false;
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let escaped =
        |part: &str| part.len() > 1 && part.chars().take(2).all(|c| c.is_ascii_hexdigit());
    host.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[')
        && rest.split('%').skip(1).all(escaped)
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn addresses_are_those_that_can_be_opened() {
        for (url, expected) in [
            ("https://example.org/a?b=c#d", true),
            ("http://[::1]/x", true),
            ("https://example.org/%C3%BC", true),
            ("not an address", false),
            ("https://", false),
            ("https://exa mple.org", false),
            ("https://example.org/%zz", false),
            ("https://example.org/ü", false),
            ("javascript:alert(1)", false),
            ("/docs/page.md", false),
            ("", false),
        ] {
            assert_eq!(is_address(url), expected, "{url}");
        }
    }
}
