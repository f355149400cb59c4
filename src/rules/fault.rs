//! What is wrong with the shape of a YAML file of our own (rules, the configuration), in words for whoever wrote it.

use super::nearest::suggestion;
use serde_saphyr::Error;

/// What is wrong and what was expected, without the place; lower case, no full stop.
#[must_use]
pub fn yaml_fault(error: &Error) -> String {
    match error.without_snippet() {
        Error::SerdeMissingField { field, .. } => format!("`{field}` is missing here"),
        Error::SerdeUnknownField {
            field, expected, ..
        } => {
            format!("`{field}` is no key here: {}", suggestion(field, expected))
        }
        Error::SerdeUnknownVariant {
            variant, expected, ..
        } => {
            format!(
                "`{variant}` is not known here: expected one of {}",
                expected.join(", ")
            )
        }
        Error::SerdeInvalidType { expected, .. } | Error::SerdeInvalidValue { expected, .. } => {
            format!("expected {}", wanted(expected))
        }
        Error::Unexpected { expected, .. } => format!("expected {}", wanted(expected)),
        Error::InvalidScalar { ty, .. } => format!("expected {}", wanted(ty)),
        Error::InvalidBooleanStrict { .. } => "expected `true` or `false`".to_owned(),
        Error::NullIntoString { .. } => "nothing stands here: expected a text".to_owned(),
        Error::ExternallyTaggedEnumExpectedScalarOrMapping { .. }
        | Error::ExpectedStringKeyForExternallyTaggedEnum { .. }
        | Error::UnexpectedValueForUnitEnumVariant { .. } => "expected one word".to_owned(),
        Error::DuplicateMappingKey { key: Some(key), .. } => {
            format!("`{key}` is set twice: keep one of them")
        }
        Error::DuplicateMappingKey { .. } => "a key is set twice: keep one of them".to_owned(),
        Error::MultipleDocuments { .. } => {
            "a second document begins here: expected one, without `---`".to_owned()
        }
        Error::Eof { .. } => "the file is empty: expected a map of its keys".to_owned(),
        Error::UnknownAnchor { .. } => {
            "an alias (`*name`) stands for nothing: expected `&name` before it, or quotes around it"
                .to_owned()
        }
        Error::InvalidUtf8Input => "a byte that is no UTF-8: save the file as UTF-8".to_owned(),
        Error::AliasError { error, .. } => yaml_fault(error),
        Error::Budget { .. } => {
            "the file is nested too deep, or says too much by aliases".to_owned()
        }
        _ => "this is not shaped as is expected here".to_owned(),
    }
}

/// The parser's and serde's words for what they wanted, as people say it.
fn wanted(words: &str) -> String {
    match words {
        "mapping start" | "mapping" | "a map" | "map" => "a map (lines of `key: value`)".to_owned(),
        "sequence start" | "sequence" | "a sequence" => {
            "a list (lines that begin with `- `, or `[a, b]`)".to_owned()
        }
        "string scalar" | "string" | "a string" | "scalar" => "a text".to_owned(),
        "boolean" | "bool" | "a boolean" => "`true` or `false`".to_owned(),
        words if words.starts_with("struct ") => "a map (lines of `key: value`)".to_owned(),
        words if words.starts_with(['u', 'i', 'f']) && words.contains(char::is_numeric) => {
            "a number".to_owned()
        }
        _ => "another value".to_owned(),
    }
}
