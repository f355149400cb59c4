//! What is wrong with JSON, in words for whoever wrote the file. No value of the file is ever part of them: it may be a secret.

use serde_json::error::Category;

/// What is wrong and what was expected, without the place; lower case, no full stop.
#[must_use]
pub fn json_fault(error: &serde_json::Error) -> String {
    let said = error.to_string();
    let said = said
        .rsplit_once(" at line ")
        .map_or(said.as_str(), |(said, _)| said);
    match error.classify() {
        Category::Eof => "the text ends inside of a value: it is cut off".to_owned(),
        Category::Data => shape(said),
        Category::Io | Category::Syntax => format!("no valid JSON: {}", syntax(said)),
    }
}

/// Serde's words for a value of another shape: `invalid type: string "…", expected a map`.
fn shape(said: &str) -> String {
    let typed = ["invalid type: ", "invalid value: ", "invalid length "]
        .iter()
        .find_map(|front| said.strip_prefix(front));
    if let Some((found, expected)) = typed.and_then(|rest| rest.rsplit_once(", expected ")) {
        return format!(
            "{} stands where {} is expected",
            kind(found),
            wanted(expected)
        );
    }
    if let Some(field) = named(said, "missing field `") {
        return format!("`{field}` is missing");
    }
    if let Some(field) = named(said, "duplicate field `") {
        return format!("`{field}` is there twice: keep one");
    }
    if said.starts_with("unknown field `") {
        let known = said.rsplit_once("expected ").map(|(_, known)| known);
        let known = known.unwrap_or_default().trim_start_matches("one of ");
        return format!("a key that is not known here: expected one of {known}");
    }
    "a value of another shape than is expected here".to_owned()
}

/// A name of our own shapes that serde puts in backticks.
fn named<'s>(said: &'s str, front: &str) -> Option<&'s str> {
    said.strip_prefix(front)?.split('`').next()
}

fn kind(found: &str) -> &'static str {
    match found.split([' ', ',']).next().unwrap_or_default() {
        "string" | "character" => "a text",
        "integer" | "floating" => "a number",
        "boolean" => "true or false",
        "null" | "unit" | "Option" => "null",
        "map" | "struct" => "an object",
        "sequence" | "tuple" => "a list",
        _ => "another value",
    }
}

fn wanted(expected: &str) -> &str {
    match expected {
        "a map" | "map" => "an object",
        "a sequence" => "a list",
        "a string" | "a borrowed string" | "string" => "a text",
        "a boolean" => "true or false",
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" | "u64" | "usize" => "a whole number from 0 on",
        "i64" | "i32" => "a whole number",
        words if words.starts_with("struct ") || words.starts_with("internally ") => "an object",
        words if words.contains("array") || words.starts_with("tuple ") => "a list",
        words if words.starts_with("a JSON") => words,
        _ => "another shape",
    }
}

fn syntax(said: &str) -> &str {
    match said {
        "expected value" | "expected ident" => {
            "expected a value (a text in double quotes, a number, an object, a list, true, false or null)"
        }
        "expected `:`" => "expected `:` between a key and its value",
        "expected `,` or `]`" => "expected `,` or `]` after an element of a list",
        "expected `,` or `}`" => "expected `,` or `}` after a value of an object",
        "trailing comma" => "a comma before a closing bracket: take it out",
        "trailing characters" => "text after the end of the value",
        "key must be a string" => "expected a key in double quotes",
        "invalid number" | "number out of range" => "a number that JSON does not have",
        "invalid escape" => {
            "an escape in a text that JSON does not have: expected one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u"
        }
        "invalid unicode code point" => "a text that is no UTF-8",
        "recursion limit exceeded" => "more than 128 values inside of each other",
        words if words.starts_with("control character") => {
            "a line break, tab or other control character inside of a text: a closing double quote may be missing before"
        }
        words if words.contains("surrogate") || words.contains("hex escape") => {
            "half of a character that is written as \\u escapes"
        }
        _ => "a character that does not belong there",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use std::collections::BTreeMap;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Shape {
        #[expect(dead_code, reason = "only read")]
        from: String,
        #[expect(dead_code, reason = "only read")]
        more: Option<BTreeMap<String, Vec<u16>>>,
    }

    fn check(json: &str, expected: &str) {
        let error = serde_json::from_str::<Shape>(json).unwrap_err();
        let said = json_fault(&error);
        assert_eq!(said, expected, "{json}: {error}");
        assert!(!said.contains("CANARY"), "{said}");
    }

    #[test]
    fn faults_are_told_without_values() {
        check(
            "{\"from\": \"a\"",
            "the text ends inside of a value: it is cut off",
        );
        check("{}", "`from` is missing");
        check("\"CANARY\"", "a text stands where an object is expected");
        check(
            "{\"from\": {\"CANARY\": 1}}",
            "an object stands where a text is expected",
        );
        check("{\"from\": 5}", "a number stands where a text is expected");
        check(
            "{\"from\": \"a\", \"more\": {\"a\": [-1]}}",
            "a number stands where a whole number from 0 to 65535 is expected",
        );
        check(
            "{\"from\": \"a\", \"more\": {\"a\": \"CANARY\"}}",
            "a text stands where a list is expected",
        );
        check(
            "{\"from\": \"a\", \"CANARY\": 1}",
            "a key that is not known here: expected one of `from` or `more`",
        );
        check(
            "{\"from\": \"a\", \"from\": \"b\"}",
            "`from` is there twice: keep one",
        );
        check(
            "{\"from\": CANARY}",
            "no valid JSON: expected a value (a text in double quotes, a number, an object, a list, true, false or null)",
        );
        check(
            "{\"from\": \"CANARY\n\"}",
            "no valid JSON: a line break, tab or other control character inside of a text: a closing double quote may be missing before",
        );
        check(
            "{CANARY: 1}",
            "no valid JSON: expected a key in double quotes",
        );
    }
}
