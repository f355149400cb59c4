//! Texts that something else puts other texts into before they are applied: `envsubst` and Flux (`${X}`), Kustomize and OpenShift (`$(X)`,
//! `${{X}}`), templates (`{{ x }}`, `[[ x ]]`), and marks that scripts replace (`__X__`, `%%X%%`, `@X@`, `<X>`).

use crate::ingest::yaml::Node;

/// Where such a mark begins and ends, and whether only capital letters are one.
const MARKS: &[(&str, &str, bool)] = &[
    ("{{", "}}", false),
    ("${", "}", false),
    ("$(", ")", false),
    ("%%", "%%", false),
    ("[[", "]]", false),
    ("__", "__", true),
    ("@", "@", true),
    ("<", ">", true),
];

/// Whether a text holds a mark that something else replaces.
pub(super) fn is_placeholder(text: &str) -> bool {
    MARKS.iter().any(|(open, close, capital)| {
        let inner = text
            .split_once(open)
            .and_then(|(_, rest)| rest.split_once(close))
            .map(|(inner, _)| inner.trim());
        inner.is_some_and(|inner| is_name(inner, *capital))
    })
}

/// The paths below `path` of what holds such a mark, without positions in lists.
pub(super) fn open_paths(node: &Node, path: &str) -> Vec<String> {
    if node.text().is_some_and(is_placeholder) {
        return vec![path.to_owned()];
    }
    let below = node.entries().into_iter();
    let below = below.flat_map(|(key, value)| open_paths(&value, &format!("{path}.{key}")));
    let items = node.items();
    let items = items.iter().flat_map(|item| open_paths(item, path));
    below.chain(items).collect()
}

/// Whether it is the name of a variable, with what may follow it (`X:-default`).
fn is_name(text: &str, capital: bool) -> bool {
    if capital {
        let letters =
            |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_' || c == '-';
        return text.starts_with(|c: char| c.is_ascii_uppercase()) && text.chars().all(letters);
    }
    text.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '.' | '{' | '$' | '-'))
}

#[cfg(test)]
mod tests {
    use super::is_placeholder;

    #[test]
    fn marks_are_found_and_other_texts_are_none() {
        for text in [
            "${APP}",
            "x-${APP:-web}",
            "${{APP}}",
            "$(NS)",
            "%%NS%%",
            "[[ ns ]]",
            "__APP__",
            "@APP@",
            "<APP>",
            "{{ .Values.x }}",
            "{{- x }}",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in [
            "",
            "web",
            "a__b__c",
            "/v1/[[:alpha:]]+",
            "^/x(a|b)$",
            "a@example.com",
            "100%",
            "<none>",
            "app == 'web'",
            "$",
            "{}",
        ] {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
